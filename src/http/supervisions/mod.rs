//! Supervisions: `/supervisions`, and who supervises an org.

mod body;
mod list;
mod write;

use super::kit::operation::{Operation, operations};

pub(in crate::http) use body::*;
pub(in crate::http) use list::*;
pub(in crate::http) use write::*;

/// The operations on supervisions.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Scope(OrgsRead), write Scope(StructureWrite);
        list_supervisions,
        create_supervision => [
            UnknownReference, OutsideLife, NotASupervisionGroup, SupervisedTwice, EmptyPeriod,
            NoEnd, SelfReference,
        ],
        get_supervision,
        patch_supervision => [OutsideLife, NotASupervisionGroup, SupervisedTwice, EmptyPeriod, NoEnd],
        delete_supervision,
        list_org_supervised_by,
    ]
}
