//! Which problem each refusal of the domain is: its type and what programs want to know of it, in one exhaustive
//! match without a `_` arm. [`Refusal`] has its words.

use std::time::Duration;

use super::{Data, FaultPlace, Problem, ProblemType};
use crate::{
    domain::{Day, Denied, Error, OrgId, RoleId},
    words::{Blockers, Naming, Refusal},
};

/// What the challenge of an answer 401 says.
const CHALLENGE: &str = "Bearer realm=\"campus-org\"";
/// The same for a key or token that was refused.
const CHALLENGE_INVALID: &str = "Bearer realm=\"campus-org\", error=\"invalid_token\"";
/// How long a client should wait for a revision that has not arrived.
const NOT_YET_WAIT: Duration = Duration::from_secs(1);
/// How long a client should wait for a service that must be brought up to date.
const NEWER_FORMAT_WAIT: Duration = Duration::from_secs(60);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::refused(error, Naming::nothing())
    }
}

/// What an answer 401 says in `WWW-Authenticate` (RFC 6750 §3).
fn challenge(why: Denied) -> &'static str {
    if why == Denied::Missing { CHALLENGE } else { CHALLENGE_INVALID }
}

impl Problem {
    /// A refusal in the names of a directory.
    pub fn refused(error: Error, naming: Naming<'_>) -> Self {
        let Refusal { detail, faults } = Refusal::new(&error, naming);
        let Blockers { seen, hidden } = Blockers::of(&error, naming);
        let mut problem = Self::wordless(error);
        problem.0.detail = detail;
        let data = &mut problem.0.data;
        (data.blockers, data.hidden) = (seen, hidden);
        // The id of what the request would have made is not told.
        for id in [&mut data.org_id, &mut data.role_id, &mut data.by_id] {
            *id = id.filter(|id| naming.is_empty() || naming.has(*id));
        }
        faults.into_iter().fold(problem, |problem, (pointer, why)| problem.fault(place(pointer), why))
    }

    /// The problem without its words, and without what stands in the way.
    fn wordless(error: Error) -> Self {
        use ProblemType as T;
        match error {
            Error::Unauthenticated { why } => Self::new(T::Unauthenticated).challenge(challenge(why)),
            Error::Forbidden { scope, org } => Self::new(T::Forbidden)
                .data(Data { scope: Some(scope.as_str()), ..org.map(of_org).unwrap_or_default() }),
            Error::ExceedsOwn { .. } => Self::new(T::Forbidden),
            Error::GrantOrg { .. } => Self::new(T::Contradictory),
            Error::PastEnd { .. } => Self::new(T::EmptyPeriod),
            Error::KeyRevoked => Self::new(T::KeyRevoked),
            Error::NotFound { .. } => Self::new(T::NotFound),
            Error::NotInLog | Error::SightChanged => {
                Self::new(T::StartAgain).data(Data { location: Some("/snapshot".to_owned()), ..Data::default() })
            }
            Error::Merged { into, .. } => Self::new(T::Merged).data(Data {
                by_id: Some(into.0),
                location: Some(format!("/people/{into}")),
                ..Data::default()
            }),
            Error::Hidden { person, told } => Self::wordless(*told).hiding(person),
            Error::At { told, .. } => Self::wordless(*told),
            // The first says what sort of refusal it is, and `errors` what is wrong in each place.
            Error::Several { errors } => {
                errors.into_iter().next().map_or_else(|| Self::new(T::Validation), Self::wordless)
            }
            Error::PreconditionFailed { current } => {
                Self::new(T::PreconditionFailed).data(Data { current_revision: Some(current), ..Data::default() })
            }
            Error::WeakTags | Error::ThereAlready => Self::new(T::PreconditionFailed),
            Error::StateChanged { org, on } => Self::new(T::PreconditionFailed).data(on_org(org, on)),
            Error::StateUnnamed { org, on } => Self::new(T::PreconditionRequired).data(on_org(org, on)),
            Error::EmptyPeriod { .. } => Self::new(T::EmptyPeriod),
            Error::NoEnd => Self::new(T::NoEnd),
            Error::ForeignField { .. } => Self::new(T::ForeignField),
            Error::RepeatedKind { .. } => Self::new(T::RepeatedValue),
            Error::Repeated { .. } => Self::new(T::RepeatedValue),
            Error::SelfReference { .. } => Self::new(T::SelfReference),
            Error::Contradictory { .. } => Self::new(T::Contradictory),
            Error::CodeIsFixed => Self::new(T::CodeIsFixed),
            Error::BadText { .. } => Self::new(T::Validation),
            Error::KeyReused => Self::new(T::IdempotencyKeyReused),
            Error::UnknownReference { .. } => Self::new(T::UnknownReference),
            Error::Misplaced { org, on, .. } => Self::new(T::Misplaced).data(on_org(org, on)),
            Error::WouldCycle { org, under, on } => {
                Self::new(T::WouldCycle).data(Data { by_id: Some(under.0), ..on_org(org, on) })
            }
            Error::TooDeep { org, levels_max, on } => Self::new(T::TooDeep).data(on_org(org, on)).bound(levels_max),
            Error::OutsideLife { org, .. } => Self::new(T::OutsideLife).data(of_org(org)),
            Error::NotAlive { org, on } => Self::new(T::NotAlive).data(on_org(org, on)),
            Error::CodeTaken { by, on, .. } => {
                Self::new(T::CodeTaken).data(Data { by_id: Some(by.0), on: Some(on), ..Data::default() })
            }
            Error::ExternalIdTaken { by, .. } => {
                Self::new(T::ExternalIdTaken).data(Data { by_id: by, ..Data::default() })
            }
            Error::StaffNoTaken { by } => {
                Self::new(T::StaffNoTaken).data(Data { by_id: by.map(|by| by.0), ..Data::default() })
            }
            Error::PostTaken { post } => {
                Self::new(T::PostTaken).data(Data { post: Some(post.to_string()), ..Data::default() })
            }
            Error::PostNotInKind { post, org, on, .. } => {
                Self::new(T::PostNotInKind).data(Data { post: Some(post.to_string()), ..on_org(org, on) })
            }
            Error::NeverHasPost { post, org, .. } => {
                Self::new(T::PostNotInKind).data(Data { post: Some(post.to_string()), ..of_org(org) })
            }
            Error::PostFull { post, org, on, holders_max, .. } => Self::new(T::PostFull)
                .data(Data { post: Some(post.to_string()), ..on_org(org, on) })
                .bound(usize::from(holders_max)),
            Error::ActingTaken { post, org, on, .. } => {
                Self::new(T::ActingTaken).data(Data { post: Some(post.to_string()), ..on_org(org, on) })
            }
            Error::SameHolder { beside, on, .. } => Self::new(T::SameHolder).data(on_role(beside, on)),
            Error::KindForbids { org, on, .. } => Self::new(T::KindForbids).data(on_org(org, on)),
            Error::Incomplete { .. } => Self::new(T::IncompleteValue),
            Error::NotAUnit { org } => Self::new(T::NotAUnit).data(of_org(org)),
            Error::NotASupervisionGroup { org, on } => Self::new(T::NotASupervisionGroup).data(on_org(org, on)),
            Error::SupervisedTwice { beside, on, .. } => {
                Self::new(T::SupervisedTwice).data(Data { by_id: Some(beside.0), on: Some(on), ..Data::default() })
            }
            Error::SuccessorAbsent { org, successor, on } | Error::SuccessorForeign { org, successor, on } => {
                Self::new(T::UnfitSuccessor).data(Data { by_id: Some(successor.0), ..on_org(org, on) })
            }
            Error::GroupExists { org, on } => {
                Self::new(T::GroupExists).data(Data { by_id: Some(org.0), on: Some(on), ..Data::default() })
            }
            Error::PlannedAlready { org, on } => Self::new(T::PlannedAlready).data(on_org(org, on)),
            Error::NotInGroup { org, on, .. } => Self::new(T::NotInGroup).data(on_org(org, on)),
            Error::FoundingDayFixed { org, on } => Self::new(T::FoundingDayFixed).data(on_org(org, on)),
            Error::InUse { .. } => Self::new(T::InUse),
            Error::AlreadyDissolved { org, on } => Self::new(T::AlreadyDissolved).data(on_org(org, on)),
            Error::DissolvedAtFounding { org, on } => Self::new(T::DissolvedAtFounding).data(on_org(org, on)),
            Error::PersonErased { person } => {
                Self::new(T::PersonErased).data(Data { by_id: Some(person.0), ..Data::default() })
            }
            Error::NotDissolved { org } => Self::new(T::NotDissolved).data(of_org(org)),
            Error::EndedWith { org } => Self::new(T::EndedWith).data(of_org(org)),
            Error::FirstVersion { org } => Self::new(T::FirstVersion).data(of_org(org)),
            Error::BoundaryCrossed { org, .. } => Self::new(T::BoundaryCrossed).data(of_org(org)),
            Error::AlreadyEnded { role, on } => Self::new(T::AlreadyEnded).data(on_role(role, on)),
            Error::EndsBeforeStart { role, from } => Self::new(T::EndsBeforeStart).data(on_role(role, from)),
            Error::NotTheWhole { missing, foreign } => {
                Self::new(T::NotTheWhole).data(Data { missing, foreign, ..Data::default() })
            }
            Error::TooLarge { nodes, nodes_max } => Self::new(T::TooLarge)
                .data(Data { nodes: u64::try_from(nodes).ok(), ..Data::default() })
                .bound(nodes_max),
            Error::KeyInFlight => Self::new(T::IdempotencyKeyInFlight).retry_after(NOT_YET_WAIT),
            Error::ResultGone { .. } => Self::new(T::ResultGone),
            Error::TicketExpiry { .. } => Self::new(T::Validation),
            Error::TooManyTickets { tickets_max: bound, retry_after }
            | Error::TooManyStaffNumbers { numbers_max: bound, retry_after } => {
                Self::new(T::TooManyRequests).bound(bound).retry_after(retry_after)
            }
            Error::NotYet { current, .. } => Self::new(T::NotYet)
                .data(Data { current_revision: Some(current), ..Data::default() })
                .retry_after(NOT_YET_WAIT),
            Error::Unavailable { retry_after, outcome_unknown } => {
                Self::new(T::Unavailable).data(Data { outcome_unknown, ..Data::default() }).retry_after(retry_after)
            }
            Error::NewerFormat => Self::new(T::NewerFormat).retry_after(NEWER_FORMAT_WAIT),
            Error::Internal => Self::new(T::Internal),
        }
    }
}

/// A JSON pointer begins with a slash; anything else is the name of a parameter.
fn place(pointer: String) -> FaultPlace {
    if pointer.is_empty() || pointer.starts_with('/') {
        FaultPlace::Body(pointer)
    } else {
        FaultPlace::Parameter(pointer)
    }
}

fn of_org(org: OrgId) -> Data {
    Data { org_id: Some(org.0), ..Data::default() }
}

fn on_org(org: OrgId, on: Day) -> Data {
    Data { on: Some(on), ..of_org(org) }
}

fn on_role(role: RoleId, on: Day) -> Data {
    Data { role_id: Some(role.0), on: Some(on), ..Data::default() }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{PostCode, Subject, TextError};

    fn day() -> Day {
        "2021-04-15".parse().expect("a day")
    }

    #[test]
    fn the_status_tells_who_refuses() {
        let org = OrgId(Uuid::from_u128(1));
        let post = PostCode::parse("secretary").expect("a code");
        for (error, status, slug) in [
            (Error::NotFound { what: Subject::Org, id: org.to_string() }, 404, "not-found"),
            (Error::PreconditionFailed { current: 7 }, 412, "precondition-failed"),
            (Error::EmptyPeriod { from: day(), until: day() }, 422, "empty-period"),
            (Error::BadText { pointer: "q".into(), why: TextError::Empty }, 400, "validation"),
            (Error::WouldCycle { org, under: org, on: day() }, 409, "would-cycle"),
            (Error::PostFull { post, org, on: day(), holders_max: 1, roles: Vec::new() }, 409, "post-full"),
            (Error::KeyReused, 422, "idempotency-key-reused"),
            (Error::KeyInFlight, 409, "idempotency-key-in-flight"),
            (Error::ResultGone { what: Subject::Org, id: org.to_string() }, 409, "result-gone"),
            (Error::NotYet { wanted: 9, current: 8 }, 503, "not-yet"),
            (Error::Internal, 500, "internal"),
        ] {
            let kind = Problem::from(error).kind();
            assert_eq!((kind.status().as_u16(), kind.slug()), (status, slug));
        }
    }
}
