//! Roles: `/roles`, the roles of an org and of a person, and `/vacancies`.

mod body;
mod list;
mod vacancies;
mod write;

use super::kit::operation::{Operation, operations};

pub(in crate::http) use body::*;
pub(in crate::http) use list::*;
pub(in crate::http) use vacancies::*;
pub(in crate::http) use write::*;

/// The operations on roles.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Scope(OrgsRead), write Scope(RolesWrite);
        list_roles,
        list_org_roles,
        list_person_roles needs (Scope(PeopleRead)) => [Merged],
        create_role => [
            UnknownReference, OutsideLife, PostNotInKind, PostFull, ActingTaken, SameHolder,
            EmptyPeriod, NoEnd, SelfReference, Contradictory,
        ],
        get_role,
        patch_role => [
            OutsideLife, PostNotInKind, PostFull, ActingTaken, SameHolder, AlreadyEnded, EmptyPeriod, NoEnd,
            Contradictory,
        ],
        end_role => [AlreadyEnded, EndsBeforeStart],
        delete_role,
        list_vacancies,
    ]
}
