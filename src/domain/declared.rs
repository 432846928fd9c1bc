//! What documents of a leading group declare whole.

use serde::{Deserialize, Serialize};

use super::{Basis, Day, Holder, OrgId, OrgKind, PostCode, Revision, Scope};

/// What a document says whole of one org of a leading group: from the day of a version on, until the next version in
/// which a document says it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Who holds the posts that the document lists, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<DeclaredHolder>,
    /// What a supervision group covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<DeclaredCover>,
    /// The office, the working groups and the supervision groups of the group, each kind in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<OrgId>,
    /// The log entries of the documents of that day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<Revision>,
    /// The end of the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Day>,
}

/// A holder in a declared list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredHolder {
    /// The post.
    pub post: PostCode,
    /// Its holder.
    pub holder: Holder,
    /// Whether the holder is acting.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub acting: bool,
}

/// An org in the declared list of what a supervision group covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredCover {
    /// The org.
    pub org_id: OrgId,
    /// How far the supervision reaches.
    pub scope: Scope,
}

/// What documents declare of one org of a leading group from a day on.
#[derive(Debug, Clone, Copy)]
pub struct Declaration<'s> {
    /// The day.
    pub on: Day,
    /// The kind of the org from then on.
    pub kind: OrgKind,
    /// What is declared.
    pub what: &'s Declared,
    /// The document.
    pub basis: Option<&'s Basis>,
}

impl Declared {
    /// The most that it lists of anything.
    pub const ITEMS_MAX: usize = 10_000;

    /// The same with one holder in the place of another, each named once.
    #[must_use]
    pub fn with_instead(&self, old: &Holder, new: &Holder) -> Self {
        let mut holders: Vec<DeclaredHolder> = Vec::with_capacity(self.holders.len());
        for listed in &self.holders {
            let holder = if listed.holder == *old { new.clone() } else { listed.holder.clone() };
            if holder != *new || !holders.iter().any(|other| other.post == listed.post && other.holder == holder) {
                holders.push(DeclaredHolder { holder, ..listed.clone() });
            }
        }
        Self { holders, ..self.clone() }
    }

    /// How much it lists of what it lists most of.
    pub fn items(&self) -> usize {
        self.holders.len().max(self.covers.len()).max(self.parts.len())
    }
}
