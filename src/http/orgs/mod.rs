//! Orgs: `/orgs` and what belongs to one.

mod body;
mod counts;
mod lineage;
mod list;
mod orders;
mod requests;
mod shown;
mod tree;
mod versions;
mod write;

use super::kit::operation::{Operation, operations};

pub(in crate::http) use body::{OrgBody, OrgRef, OrgVersionBody};
pub(in crate::http) use counts::*;
pub(in crate::http) use lineage::*;
pub(in crate::http) use list::*;
pub(in crate::http) use orders::*;
pub(in crate::http) use requests::*;
pub(in crate::http) use shown::ShownOrg;
pub(in crate::http) use tree::*;
pub(in crate::http) use versions::*;
pub(in crate::http) use write::*;

/// The operations on orgs.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Scope(OrgsRead), write Scope(StructureWrite);
        list_orgs,
        create_org => [
            UnknownReference, GroupExists, Misplaced, TooDeep, OutsideLife, CodeTaken, ExternalIdTaken, NotAUnit,
            EmptyPeriod, ForeignField, RepeatedValue,
        ],
        get_org,
        patch_org => [
            UnknownReference, GroupExists, UnfitSuccessor, Misplaced, WouldCycle, TooDeep, OutsideLife, NotAlive, CodeTaken,
            ExternalIdTaken, KindForbids, IncompleteValue, NotAUnit, PostNotInKind, PostFull,
            ActingTaken, NotASupervisionGroup, RepeatedValue,
        ],
        delete_org => [InUse],
        list_org_ancestors,
        list_org_descendants,
        get_org_tree => [TooLarge],
        get_org_path,
        get_org_lineage => [TooLarge],
        list_org_member_counts,
        list_org_versions,
        patch_org_version => [
            UnknownReference, GroupExists, UnfitSuccessor, Misplaced, WouldCycle, TooDeep, OutsideLife, CodeTaken,
            ExternalIdTaken, KindForbids, NotAUnit, PostNotInKind, PostFull, ActingTaken,
            NotASupervisionGroup, BoundaryCrossed, RepeatedValue,
        ],
        delete_org_version => [
            FirstVersion, GroupExists, UnfitSuccessor, Misplaced, WouldCycle, TooDeep, OutsideLife, CodeTaken, NotAUnit,
            PostNotInKind, PostFull, ActingTaken, NotASupervisionGroup,
        ],
        dissolve_org => [
            UnfitSuccessor, AlreadyDissolved, DissolvedAtFounding, NotAlive, InUse, UnknownReference, RepeatedValue,
            SelfReference,
        ],
        patch_org_dissolution => [
            NotDissolved, EndedWith, UnfitSuccessor, AlreadyDissolved, DissolvedAtFounding, NotAlive, InUse,
            UnknownReference, GroupExists, Misplaced, TooDeep, OutsideLife, CodeTaken, ExternalIdTaken, NotAUnit,
            PostNotInKind, PostFull, ActingTaken, SameHolder, NotASupervisionGroup, RepeatedValue, SelfReference,
        ],
        restore_org => [
            NotDissolved, EndedWith, GroupExists, Misplaced, TooDeep, OutsideLife, CodeTaken, ExternalIdTaken,
            NotAUnit, PostNotInKind, PostFull, ActingTaken, SameHolder, NotASupervisionGroup,
        ],
        get_org_role_order,
        set_org_role_order needs (Scope(RolesWrite)) => [PreconditionRequired, NotTheWhole, NotAlive, RepeatedValue],
        get_org_child_order,
        set_org_child_order => [PreconditionRequired, NotTheWhole, NotAlive, RepeatedValue],
    ]
}
