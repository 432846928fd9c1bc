//! How an org gets into an answer without writing all of it each time.
//!
//! The attributes of the org itself are written once and kept until they change. Only what depends on the orgs above
//! and on the day asked for is written for each answer. The bytes are those of an [`OrgBody`].

use super::OrgBody;
use crate::{
    directory::{OrgView, Snapshot},
    http::kit::{
        json::{PlainId, Shown, Unwritable, to_bytes, write_members},
        kept::Lasting,
    },
};

/// An org, to be shown.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct ShownOrg<'s> {
    directory: &'s Snapshot,
    view: OrgView<'s>,
}

/// The first member of those that depend on the org alone.
const FIRST_OWN_MEMBER: &[u8] = b",\"name\":";

impl<'s> ShownOrg<'s> {
    pub(in crate::http) fn new(directory: &'s Snapshot, view: &OrgView<'s>) -> Self {
        Self { directory, view: *view }
    }

    /// Writes it without the closing brace, so that more members may follow.
    pub(super) fn write_open(&self, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        let Self { directory, view } = self;
        write_members!(out, "{\"id\":" => &PlainId(view.id().0), ",\"status\":" => &view.status);
        let (tier, directly_subordinate) = directory.place_in_tiers(view);
        if let Some(tier) = tier {
            write_members!(out, ",\"tier\":" => &tier);
        }
        if directly_subordinate {
            write_members!(out, ",\"directly_subordinate\":" => &true);
        }
        if let Some(counts) = view.member_counts() {
            write_members!(out, ",\"member_counts\":" => &counts);
        }
        match view.kept() {
            Some(own) => out.extend_from_slice(own),
            None => {
                let own = self.own_members()?;
                out.extend_from_slice(&own);
                view.keep(own);
            }
        }
        Ok(())
    }

    fn own_members(&self) -> Result<Box<[u8]>, Unwritable> {
        let whole = to_bytes(&OrgBody::new(self.directory, &self.view))?;
        let begin = whole.windows(FIRST_OWN_MEMBER.len()).position(|bytes| bytes == FIRST_OWN_MEMBER);
        let end = whole.len().saturating_sub(1);
        Ok(whole.get(begin.unwrap_or(end)..end).unwrap_or_default().into())
    }
}

impl Lasting for ShownOrg<'_> {
    fn lasts(&self) -> bool {
        true
    }
}

impl Shown for ShownOrg<'_> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        self.write_open(out)?;
        out.push(b'}');
        Ok(())
    }
}
