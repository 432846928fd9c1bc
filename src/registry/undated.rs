//! Entries of the formats in which the duties of an org had no versions, read as today's program writes them.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    directory::Snapshot,
    domain::{Day, Duties, Entry, LoggedEffect, OrgId, OrgVersion},
};

/// The entry with the duties of orgs in their versions, in each version the same. `snapshot` is the directory that the
/// entry follows, or a later one.
pub(super) fn dated(mut entry: Entry, snapshot: &Snapshot) -> Entry {
    let Some(undated) = entry.undated_duties.take() else { return entry };
    let effects = std::mem::take(&mut entry.effects);
    let told: Vec<(OrgId, Day)> = effects.iter().filter_map(version_of).collect();
    for mut effect in effects {
        let mut others = Vec::new();
        match &mut effect {
            LoggedEffect::OrgVersion { id, before, after, .. } => {
                let [old, new] = duties(&undated, snapshot, *id);
                *before = before.take().map(|version| with(version, old));
                *after = after.take().map(|version| with(version, new));
            }
            LoggedEffect::Org { id, after: Some(_), .. } => {
                let [_, new] = duties(&undated, snapshot, *id);
                let versions = snapshot.org(*id).map(|org| org.versions.iter()).into_iter().flatten();
                let changed = versions
                    .filter(|version| version.values.duties != new && !told.contains(&(*id, version.valid_from)));
                others.extend(changed.map(|version| LoggedEffect::OrgVersion {
                    id: *id,
                    valid_from: version.valid_from,
                    before: Some(version.clone()),
                    after: Some(with(version.clone(), new.clone())),
                }));
            }
            _ => {}
        }
        entry.effects.push(effect);
        entry.effects.append(&mut others);
    }
    entry
}

/// The version that an effect is on.
fn version_of(effect: &LoggedEffect) -> Option<(OrgId, Day)> {
    match effect {
        LoggedEffect::OrgVersion { id, valid_from, .. } => Some((*id, *valid_from)),
        _ => None,
    }
}

/// The duties of an org before and after the entry.
fn duties(undated: &BTreeMap<OrgId, [Option<Duties>; 2]>, snapshot: &Snapshot, id: OrgId) -> [Option<Duties>; 2] {
    undated.get(&id).cloned().unwrap_or_else(|| {
        let first = snapshot.org(id).and_then(|org| org.versions.first());
        let all = first.and_then(|version| version.values.duties.clone());
        [all.clone(), all]
    })
}

fn with(mut version: OrgVersion, duties: Option<Duties>) -> OrgVersion {
    if version.values.duties != duties {
        Arc::make_mut(&mut version.values).duties = duties;
    }
    version
}
