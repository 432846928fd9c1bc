//! An act as it is shown to a caller.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::filter::ChangesQuery;
use crate::{
    access::{Rights, Sight},
    directory::{Outcome, Snapshot},
    domain::{
        AccessScope, Basis, ChangeSubject, Day, EffectType, Holder, LoggedEffect, OrgId, OrgVersion, PersonId,
        Position, Revision, RoleFacts, Text, write_instant,
    },
    feed::Act,
    http::{
        kit::{
            change::{EFFECTS_MAX, SENTENCES_MAX, as_seen, beyond},
            effect::EffectBody,
            filters::{PositionText, RevisionNumber},
            json::to_bytes,
            problem::Problem,
        },
        people::ShownPerson,
    },
    words::{self, Language, Summary, Telling},
};

/// What one accepted request did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Act)]
pub(in crate::http) struct ActBody<'e> {
    /// Its place in the log.
    #[schema(value_type = RevisionNumber)]
    revision: Revision,
    /// The first of its revisions, if it is a whole directory that was loaded at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RevisionNumber>)]
    first_revision: Option<Revision>,
    /// The position after it.
    #[schema(value_type = PositionText)]
    position: String,
    /// When it was recorded, UTC. Later than the act before.
    #[serde(serialize_with = "write_instant")]
    recorded_at: DateTime<Utc>,
    /// Who asked for it: the id of a key or of somebody whom the identity provider knows, `operator` for the command
    /// line, `anonymous` for a caller without a key, `migration` for the catalogue that every directory begins with.
    #[schema(min_length = 1, max_length = 36, pattern = "^[0-9a-z-]+$")]
    actor: &'e str,
    /// What was asked for, such as `org.dissolved`.
    #[schema(min_length = 1, max_length = 60, pattern = "^[a-z_]+\\.[a-z_]+$")]
    kind: &'e str,
    /// The document on which it rests.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'e Basis>,
    /// What it did, in plain words, in the language that `Accept-Language` asks for, with the names of today.
    #[schema(max_items = 1000, value_type = Vec<Text<2000>>)]
    summary: Vec<String>,
    /// How many sentences there are in all. Present if `summary` has only the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    summary_total: Option<u64>,
    /// What it did, row by row, in order, as far as it is asked for and the caller may see it.
    #[schema(max_items = 1000)]
    effects: Vec<EffectBody<'e>>,
    /// How many effects there are that the caller may see. Present if `effects` has only some of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    effects_total: Option<u64>,
}

/// A position as a caller is given it.
pub(super) fn given(position: Position, sight: &Sight) -> Position {
    Position { sight: sight.mark_of_people(), ..position }
}

/// Who asks, and what they may see.
pub(super) struct Asker<'a> {
    sight: &'a Sight,
    newest: &'a Snapshot,
    today: Day,
    language: Language,
    /// Whether they may see keys.
    sees_keys: bool,
}

impl<'a> Asker<'a> {
    pub(super) fn new(
        rights: &Rights<'_>,
        sight: &'a Sight,
        newest: &'a Snapshot,
        today: Day,
        language: Language,
    ) -> Self {
        let sees_keys =
            [AccessScope::KeysManage, AccessScope::AuditRead].iter().any(|scope| rights.has_everywhere(*scope));
        Self { sight, newest, today, language, sees_keys }
    }

    /// An act as JSON. `None` if it is not asked for, or has nothing that the caller may see.
    pub(super) fn shown(&self, act: &Act, query: &ChangesQuery) -> Result<Option<Vec<u8>>, Problem> {
        let is_load = act.first != act.entry.revision;
        if !query.takes_act(act) || is_load && !query.takes_every_effect() {
            return Ok(None);
        }
        let [before, after] = [&*act.before, &*act.after];
        let visible: Vec<LoggedEffect> =
            act.entry.effects.iter().filter(|effect| self.sees(effect, [before, after])).cloned().collect();
        let sighted = self.sight_changes(act);
        let rows = visible.iter().map(|effect| Outcome::of(effect, before, after));
        let rows = rows.filter(|outcome| query.takes(outcome, before, after)).map(|outcome| self.row(outcome));
        let sighted_total = sighted.len();
        let people = sighted.into_iter().filter(|(id, enters)| {
            let kind = if *enters { EffectType::SightEntered } else { EffectType::SightLeft };
            query.takes_subject(&[kind], ChangeSubject::Person, Some(id.0))
        });
        let mut effects: Vec<EffectBody<'_>> = rows
            .chain(people.map(|(id, enters)| EffectBody::Sight {
                id,
                enters,
                person: self.person(id).filter(|_| enters),
            }))
            .collect();
        if effects.is_empty() && !is_load {
            return Ok(None);
        }
        let total = visible.len() + sighted_total;
        effects.truncate(EFFECTS_MAX);
        let Summary { sentences, total: sentences_total, .. } = if is_load {
            words::loaded(self.language, act.after.counts())
        } else {
            self.told([before, after], &visible)
        };
        let body = ActBody {
            revision: act.entry.revision,
            first_revision: is_load.then_some(act.first),
            position: given(act.position(), self.sight).to_string(),
            recorded_at: act.entry.recorded_at,
            actor: &act.entry.actor,
            kind: &act.entry.kind,
            basis: act.entry.basis.as_ref(),
            summary: sentences,
            summary_total: beyond(SENTENCES_MAX, sentences_total),
            effects_total: beyond(effects.len(), total),
            effects,
        };
        to_bytes(&body).map(Some).map_err(Problem::internal)
    }

    /// What `effects` did, in words. Whether somebody is named, and with what, is decided by the directory as it is now: a
    /// role that is current in a past state may have ended since.
    fn told(&self, [before, after]: [&Snapshot; 2], effects: &[LoggedEffect]) -> Summary {
        let names = |id| self.newest.person(id).is_some() && self.sight.names(self.newest, id);
        let shown = |_: &Snapshot, id| as_seen(self.sight, self.newest, id);
        let (day, language) = (self.today, self.language);
        let telling = Telling { before, after, names: &names, shown: &shown, day, language };
        telling.tell(effects, None, &[], SENTENCES_MAX).summary
    }

    /// Whether the caller may see an effect.
    fn sees(&self, effect: &LoggedEffect, [before, after]: [&Snapshot; 2]) -> bool {
        let sees = |id: PersonId| self.sight.sees(before, id) || self.sight.sees(after, id);
        match effect {
            LoggedEffect::ApiKey { .. } => self.sees_keys,
            LoggedEffect::Person { id, .. } => sees(*id),
            LoggedEffect::PersonAlias { before: old, after: new, .. } => {
                old.iter().chain(new).any(|alias| sees(alias.person_id))
            }
            LoggedEffect::Org { .. }
            | LoggedEffect::OrgVersion { .. }
            | LoggedEffect::Post { .. }
            | LoggedEffect::Role { .. }
            | LoggedEffect::Supervision { .. } => true,
        }
    }

    fn row<'e>(&self, outcome: Outcome<'e>) -> EffectBody<'e> {
        let person = match outcome.effect {
            LoggedEffect::Person { id, .. } => self.person(*id),
            _ => None,
        };
        EffectBody::Row { outcome, person }
    }

    /// A person as of today.
    fn person(&self, id: PersonId) -> Option<Value> {
        let row = self.newest.person(id).filter(|_| self.sight.sees(self.newest, id))?;
        serde_json::to_value(ShownPerson::new(self.newest, row, self.sight)).ok()
    }

    /// Who comes into sight by an act, and who leaves it. Those who are entered or deleted by it have effects of their own.
    fn sight_changes(&self, act: &Act) -> Vec<(PersonId, bool)> {
        if self.sight.is_whole() {
            return Vec::new();
        }
        let both = [&*act.before, &*act.after];
        let mut touched: BTreeSet<PersonId> = BTreeSet::new();
        for effect in &act.entry.effects {
            match effect {
                LoggedEffect::Role { before, after, .. } => {
                    touched.extend(before.iter().chain(after).filter_map(held_by));
                }
                LoggedEffect::OrgVersion { id, before, after, .. } => {
                    let parent = |version: &Option<OrgVersion>| Some(version.as_ref()?.values.parent_id);
                    if parent(before) != parent(after) {
                        touched.extend(both.iter().flat_map(|directory| people_below(directory, *id)));
                    }
                }
                _ => {}
            }
        }
        let changed = touched.into_iter().filter_map(|id| {
            let [saw, sees] = both.map(|directory| directory.person(id).is_some() && self.sight.sees(directory, id));
            let own = act
                .entry
                .effects
                .iter()
                .any(|effect| matches!(effect, LoggedEffect::Person { id: one, .. } if *one == id));
            (saw != sees && !(own && both.iter().any(|directory| directory.person(id).is_none()))).then_some((id, sees))
        });
        changed.collect()
    }
}

fn held_by(facts: &RoleFacts) -> Option<PersonId> {
    match facts.holder {
        Holder::Person(id) => Some(id),
        Holder::Unit(_) | Holder::Seat(_) => None,
    }
}

/// Everybody who has ever held a role in an org or in what was ever below it.
fn people_below(directory: &Snapshot, org: OrgId) -> Vec<PersonId> {
    let orgs = directory.ever_within(&[org]);
    let people = orgs.into_iter().flat_map(|org| directory.roles_in(org)).filter_map(|role| role.person());
    people.map(|person| person.id()).collect()
}
