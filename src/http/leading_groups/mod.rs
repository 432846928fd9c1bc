//! Leading groups: `/leading-groups`, each as one document.

mod body;
mod coverage;
mod read;
mod requests;
mod write;

use super::kit::operation::{Operation, operations};

pub(in crate::http) use body::*;
pub(in crate::http) use coverage::*;
pub(in crate::http) use read::*;
pub(in crate::http) use requests::*;
pub(in crate::http) use write::*;

/// The operations on leading groups.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Scope(OrgsRead), write Scope(StructureWrite);
        list_leading_groups,
        create_leading_group => [
            UnknownReference, GroupExists, Misplaced, TooDeep, OutsideLife, PostNotInKind, PostFull,
            ActingTaken, EmptyPeriod, Contradictory, RepeatedValue,
        ],
        get_leading_group,
        replace_leading_group => [
            PreconditionRequired, UnknownReference, GroupExists, UnfitSuccessor, NotAlive, FoundingDayFixed, AlreadyDissolved,
            PlannedAlready, NotInGroup, InUse, Misplaced, WouldCycle, TooDeep, OutsideLife,
            PostNotInKind, PostFull, ActingTaken, EmptyPeriod, RepeatedValue,
            SelfReference, Contradictory,
        ],
        get_leading_group_coverage => [NotAlive, TooLarge],
    ]
}
