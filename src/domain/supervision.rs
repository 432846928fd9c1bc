//! A supervision: a supervision group 督导组 covers an org for a period.

use serde::{Deserialize, Serialize};

use super::{
    Basis, BlockerKind, Day, Following, OrgId, Plain, PlainFacts,
    attributes::{described, facts, patched},
    ids::ids,
    kind::words,
};

ids! {
    /// Identifies a supervision: one supervision group, one org, one period.
    SupervisionId,
}

words! {
    /// How far a supervision reaches.
    Scope {
        Itself = "self", "the org alone" "仅该组织";
        Subtree = "subtree", "the org and everything below it" "该组织及其全部下级";
    }
}

/// The attributes of a supervision.
macro_rules! supervision_attributes {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {
                /// The supervision group.
                supervision_group_id: (one OrgId), supervision_group_id, "supervision group" "督导组";
                /// The org that it covers.
                org_id: (one OrgId), org_id, "org" "督导对象";
                /// Whether it also covers the orgs below that org.
                scope: (one Scope), scope, "scope" "督导范围";
            }
            fixed {}
            filled {
                /// The first day on which it holds; today, if a new supervision does not give it.
                valid_from: (day), valid_from, "first day" "起始日期";
            }
            optional {
                /// The first day on which it no longer holds. Absent while it has no end.
                valid_until: (maybe Day), valid_until, "end" "截止日期";
                /// The document by which it was set up.
                basis: (maybe Basis), basis, "document" "依据";
                /// The document by which it was ended, or its end was moved. Only with an end.
                end_basis: (maybe Basis), end_basis, "document of the end" "终止依据";
            }
            once {}
            kept {}
            internal {
                /// What it remembers of the declared lists of a leading group.
                following: (maybe Following), following, "" "";
            }
        }
    };
}

pub(crate) use supervision_attributes;

supervision_attributes! { facts (
    /// The attributes of a supervision, as the log and the database keep them.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    SupervisionFacts {}
) }
supervision_attributes! { described (SupervisionFacts) }
supervision_attributes! { patched (
    /// A change of the attributes of a supervision.
    SupervisionPatch of SupervisionFacts
) }

/// A supervision with its place in the log.
pub type Supervision = Plain<SupervisionId, SupervisionFacts>;

impl PlainFacts for SupervisionFacts {
    fn orgs(&self) -> impl Iterator<Item = (BlockerKind, OrgId)> {
        [(BlockerKind::SupervisionBy, self.supervision_group_id), (BlockerKind::SupervisionOf, self.org_id)].into_iter()
    }

    fn valid_from(&self) -> Day {
        self.valid_from
    }

    fn valid_until(&self) -> Option<Day> {
        self.valid_until
    }

    fn ending(self, valid_until: Option<Day>, end_basis: Option<Basis>) -> Self {
        let following = self.following.and_then(Following::ending_alone);
        Self { valid_until, end_basis, following, ..self }
    }

    fn ending_with(self, org: OrgId, on: Day, basis: Option<Basis>) -> Self {
        if org != self.supervision_group_id {
            return self.ending(Some(on), basis);
        }
        let following = Following::ended_with_org(self.following, self.valid_until, self.end_basis);
        Self { valid_until: Some(on), end_basis: basis, following, ..self }
    }

    fn ending_like(self, like: &Self) -> Self {
        let own_end = like.following.as_ref().and_then(|following| following.own_end.clone());
        let following = Following { own_end, ..self.following.unwrap_or_default() }.remembered();
        Self { valid_until: like.valid_until, end_basis: like.end_basis.clone(), following, ..self }
    }

    fn end_basis(&self) -> Option<&Basis> {
        self.end_basis.as_ref()
    }
}
