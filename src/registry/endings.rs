//! The entries by which orgs ended. They are undone where such an org is restored, where its end is corrected, and
//! where the document is taken back or moved that left it out of its leading group.

use super::command::{Command, END_MOVED};
use crate::{
    directory::Snapshot,
    domain::{Entry, LoggedEffect, Org, OrgId, Revision},
};

/// The entries that a command needs, as far as they have been read.
#[derive(Debug, Default)]
pub(super) struct Endings {
    read: Vec<Entry>,
    /// Which org ended by which entry that has not been read.
    unread: Vec<(OrgId, Revision)>,
}

impl Endings {
    /// Those that a command needs. None is read yet.
    pub(super) fn of(snapshot: &Snapshot, command: &Command) -> Self {
        let unread = match command {
            Command::RestoreOrg { id, .. } | Command::PatchDissolution { id, .. } => {
                snapshot.org(*id).and_then(|org| Some((*id, org.facts.dissolved_by?))).into_iter().collect()
            }
            Command::PatchOrgVersion { id, valid_from, .. } | Command::DeleteOrgVersion { id, valid_from } => {
                let left_out = snapshot.org(*id).map(|group| snapshot.parts_left_out(group, *valid_from));
                let left_out = left_out.unwrap_or_default().into_iter();
                left_out.filter_map(|part| Some((part.id, part.facts.dissolved_by?))).collect()
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
            self.unread.extend(moved_from(entry, org).map(|before| (org, before)));
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
