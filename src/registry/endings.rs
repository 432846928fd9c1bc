//! The entries by which something ended. They are undone where an org is restored, where its end is corrected, and
//! where documents of a leading group are taken back or moved that left something out.

use super::command::{Command, END_MOVED};
use crate::{
    directory::Snapshot,
    domain::{Entry, LoggedEffect, Org, OrgId, Revision},
};

/// The entries that a command needs, as far as they have been read.
#[derive(Debug, Default)]
pub(super) struct Endings {
    read: Vec<Entry>,
    /// The entries that have not been read, with the org that ended by each.
    unread: Vec<(Option<OrgId>, Revision)>,
}

impl Endings {
    /// Those that a command needs. None is read yet.
    pub(super) fn of(snapshot: &Snapshot, command: &Command) -> Self {
        let unread = match command {
            Command::RestoreOrg { id, .. } | Command::PatchDissolution { id, .. } => {
                snapshot.org(*id).and_then(|org| Some((Some(*id), org.facts.dissolved_by?))).into_iter().collect()
            }
            Command::PatchOrgVersion { id, valid_from, .. } | Command::DeleteOrgVersion { id, valid_from } => {
                let group = snapshot.org(*id);
                let left_out = group.map(|group| snapshot.parts_left_out(group, *valid_from)).unwrap_or_default();
                let ended = left_out.into_iter().filter_map(|part| Some((Some(part.id), part.facts.dissolved_by?)));
                let mut declared = group.into_iter().flat_map(Org::declarations);
                let acts = declared.find(|declared| declared.on == *valid_from).map(|declared| &declared.what.acts);
                ended.chain(acts.into_iter().flatten().map(|act| (None, *act))).collect()
            }
            _ => Vec::new(),
        };
        Self { read: Vec::new(), unread }
    }

    /// An entry that is still to be read.
    pub(super) fn unread(&mut self) -> Option<Revision> {
        while let Some((org, revision)) = self.unread.last().copied() {
            let Some(entry) = self.read.iter().find(|entry| entry.revision == revision) else { return Some(revision) };
            self.unread.pop();
            self.unread.extend(org.and_then(|org| Some((Some(org), moved_from(entry, org)?))));
        }
        None
    }

    /// Takes the entry that was to be read. Without it, what it ended stays ended.
    pub(super) fn add(&mut self, entry: Option<Entry>) {
        match entry {
            Some(entry) => self.read.push(entry),
            None => drop(self.unread.pop()),
        }
    }

    /// Some entries, the latest first.
    pub(super) fn entries(&self, revisions: &[Revision]) -> impl DoubleEndedIterator<Item = &Entry> {
        let mut entries: Vec<&Entry> = self.read.iter().filter(|entry| revisions.contains(&entry.revision)).collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.revision));
        entries.into_iter()
    }

    /// How an org came by its end: the entries that moved it, the latest first, and then the one that ended the org.
    pub(super) fn by_which(&self, org: &Org) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut next = org.facts.dissolved_by;
        while let Some(entry) = next.and_then(|next| self.read.iter().find(|entry| entry.revision == next)) {
            next = moved_from(entry, org.id);
            entries.push(entry.clone());
        }
        entries
    }
}

/// If an entry moved the end of an org: the entry by which the org ended before.
fn moved_from(entry: &Entry, org: OrgId) -> Option<Revision> {
    let before = entry.effects.iter().find_map(|effect| match effect {
        LoggedEffect::Org { id, before, .. } if *id == org => before.as_ref()?.dissolved_by,
        _ => None,
    });
    before.filter(|before| END_MOVED.contains(&entry.kind.as_str()) && *before < entry.revision)
}
