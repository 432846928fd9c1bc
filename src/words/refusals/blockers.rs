//! What stands in the way of a request: for programs its id, for people its name and days.

use uuid::Uuid;

use super::{super::Words, naming::Naming};
use crate::{
    directory::Snapshot,
    domain::{Blocker, BlockerKind, Day, Error, Org, OrgId, PersonId, RoleId},
};

/// What stands in the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blockers {
    /// What the caller may see of it.
    pub seen: Vec<NamedBlocker>,
    /// How many more there are.
    pub hidden: usize,
}

/// Something that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBlocker {
    /// How it does.
    pub kind: BlockerKind,
    /// Its id; of a version, the org's.
    pub id: Uuid,
    /// What it is called; of a role and a supervision, who or what is in it.
    pub name: Words,
    /// Its first day. People and keys have none.
    pub valid_from: Option<Day>,
    /// The first day that no longer counts, if it has an end.
    pub valid_until: Option<Day>,
}

impl Blockers {
    /// What stands in the way when a request is refused. What the request itself would make is not among it.
    pub fn of(error: &Error, naming: Naming<'_>) -> Self {
        let mut blockers = Self::default();
        blockers.add(error, naming);
        let mut known = Vec::new();
        blockers.seen.retain(|blocker| {
            let key = (blocker.kind, blocker.id, blocker.valid_from);
            let is_new = !known.contains(&key);
            known.push(key);
            is_new && naming.has(blocker.id)
        });
        blockers
    }

    fn add(&mut self, error: &Error, naming: Naming<'_>) {
        let mut put = |kind, id: Uuid, day| {
            let found = look_up(naming, kind, id, day);
            self.seen.extend(found.map(|Found { name, valid_from, valid_until }| NamedBlocker {
                kind,
                id,
                name,
                valid_from,
                valid_until,
            }));
        };
        let org = BlockerKind::Org;
        match error {
            Error::Hidden { person: _, told } => {
                if matches!(**told, Error::StaffNoTaken { by: None } | Error::ExternalIdTaken { by: None, .. }) {
                    self.hidden += 1;
                }
                self.add(told, naming);
            }
            Error::At { pointers: _, told } => self.add(told, naming),
            Error::Several { errors } => errors.iter().for_each(|error| self.add(error, naming)),
            Error::InUse { blockers, hidden } => {
                for Blocker { kind, id, valid_from } in blockers {
                    put(*kind, *id, *valid_from);
                }
                // From when on it is so: a child may have stood elsewhere before.
                for (named, blocker) in self.seen.iter_mut().zip(blockers) {
                    named.valid_from = Some(blocker.valid_from);
                }
                self.hidden += hidden;
            }
            Error::Misplaced { org: id, on, .. } => {
                let above = |directory: &Snapshot| directory.org_on(*id, *on).and_then(|view| view.values().parent_id);
                // What stands there already is in the way of what is above it.
                if above(naming.after).is_some() && above(naming.before) == above(naming.after) {
                    put(BlockerKind::Child, id.0, *on);
                }
                if let Some(above) = above(naming.after) {
                    put(org, above.0, *on);
                }
            }
            Error::WouldCycle { org: id, under, on } => {
                put(org, id.0, *on);
                put(org, under.0, *on);
            }
            Error::OutsideLife { org: id, from, by: (kind, outside), .. } => {
                put(*kind, *outside, *from);
                put(org, id.0, *from);
            }
            Error::CodeTaken { by: id, on, .. }
            | Error::GroupExists { org: id, on }
            | Error::PlannedAlready { org: id, on }
            | Error::NotAlive { org: id, on }
            | Error::KindForbids { org: id, on, .. }
            | Error::PostNotInKind { org: id, on, .. }
            | Error::NotASupervisionGroup { org: id, on }
            | Error::NotInGroup { org: id, on, .. }
            | Error::SuccessorAbsent { successor: id, on, .. }
            | Error::SuccessorForeign { successor: id, on, .. }
            | Error::AlreadyDissolved { org: id, on }
            | Error::DissolvedAtFounding { org: id, on }
            | Error::FoundingDayFixed { org: id, on } => put(org, id.0, *on),
            Error::NotAUnit { org: id } | Error::NeverHasPost { org: id, .. } | Error::EndedWith { org: id } => {
                put(org, id.0, Day::MAX)
            }
            Error::BoundaryCrossed { org: id, after, before } => {
                for day in [after, before].into_iter().flatten() {
                    put(BlockerKind::Version, id.0, *day);
                }
            }
            Error::ExternalIdTaken { by: Some(by), .. } => {
                let kind = if naming.before.org(OrgId(*by)).is_some() { org } else { BlockerKind::Person };
                put(kind, *by, Day::MAX);
            }
            Error::StaffNoTaken { by: Some(by) } => put(BlockerKind::Person, by.0, Day::MAX),
            Error::PostFull { roles, on, .. } | Error::ActingTaken { roles, on, .. } => {
                roles.iter().for_each(|role| put(BlockerKind::RoleIn, role.0, *on));
            }
            Error::SameHolder { beside: role, on, .. }
            | Error::AlreadyEnded { role, on }
            | Error::EndsBeforeStart { role, from: on } => put(BlockerKind::RoleIn, role.0, *on),
            Error::SupervisedTwice { beside, on, .. } => put(BlockerKind::SupervisionOf, beside.0, *on),
            Error::Merged { into, .. } => put(BlockerKind::Person, into.0, Day::MAX),
            // Nothing of the directory stands in the way of these.
            Error::StaffNoTaken { by: None }
            | Error::ExternalIdTaken { by: None, .. }
            | Error::Unauthenticated { .. }
            | Error::Forbidden { .. }
            | Error::ExceedsOwn { .. }
            | Error::NotFound { .. }
            | Error::NotInLog
            | Error::SightChanged
            | Error::PreconditionFailed { .. }
            | Error::StateChanged { .. }
            | Error::StateUnnamed { .. }
            | Error::NoEnd
            | Error::EmptyPeriod { .. }
            | Error::ForeignField { .. }
            | Error::RepeatedKind { .. }
            | Error::Repeated { .. }
            | Error::SelfReference { .. }
            | Error::Contradictory { .. }
            | Error::GrantOrg { .. }
            | Error::PastEnd { .. }
            | Error::TicketExpiry { .. }
            | Error::CodeIsFixed
            | Error::BadText { .. }
            | Error::KeyReused
            | Error::UnknownReference { .. }
            | Error::TooDeep { .. }
            | Error::PostTaken { .. }
            | Error::Incomplete { .. }
            | Error::WeakTags
            | Error::ThereAlready
            | Error::PersonErased { .. }
            | Error::NotDissolved { .. }
            | Error::FirstVersion { .. }
            | Error::NotTheWhole { .. }
            | Error::TooLarge { .. }
            | Error::KeyRevoked
            | Error::KeyInFlight
            | Error::ResultGone { .. }
            | Error::TooManyTickets { .. }
            | Error::TooManyStaffNumbers { .. }
            | Error::NotYet { .. }
            | Error::Unavailable { .. }
            | Error::NewerFormat
            | Error::Internal => {}
        }
    }
}

/// What is known of something.
pub(super) struct Found {
    pub(super) name: Words,
    valid_from: Option<Day>,
    valid_until: Option<Day>,
}

/// What is known of something on a day, as the directory is now; what is not there yet, as it would be.
pub(super) fn look_up(naming: Naming<'_>, kind: BlockerKind, id: Uuid, day: Day) -> Option<Found> {
    let [en, zh] = naming.both();
    let directories = [naming.before, naming.after];
    let org = || directories.into_iter().find_map(|directory| directory.org(OrgId(id)));
    let of_org = |org: &Org, valid_from, valid_until| Found {
        name: Words::new(en.name(org.id, day).to_string(), zh.name(org.id, day).to_string()),
        valid_from: Some(valid_from),
        valid_until,
    };
    match kind {
        BlockerKind::Child | BlockerKind::UnitOf | BlockerKind::SuccessorOf | BlockerKind::Org => {
            org().map(|org| of_org(org, org.established_on(), org.facts.dissolved_on))
        }
        BlockerKind::Version => org().and_then(|org| {
            let (period, _) = org.timeline().find(|(_, version)| version.valid_from == day)?;
            Some(of_org(org, period.from(), period.until()))
        }),
        BlockerKind::RoleIn | BlockerKind::RoleHeld | BlockerKind::SeatOf => {
            let role = directories.into_iter().find_map(|directory| directory.role(RoleId(id)))?;
            let (valid_from, valid_until) = (role.period().from(), role.period().until());
            Some(Found { name: naming.of_role(RoleId(id)), valid_from: Some(valid_from), valid_until })
        }
        BlockerKind::SupervisionBy | BlockerKind::SupervisionOf => {
            let found = directories.into_iter().find_map(|directory| directory.supervision(id.into()))?;
            let (valid_from, valid_until) = (found.facts.valid_from, found.facts.valid_until);
            Some(Found { name: naming.of_supervision(id.into()), valid_from: Some(valid_from), valid_until })
        }
        BlockerKind::GrantOf | BlockerKind::KeyOf => directories
            .into_iter()
            .any(|directory| directory.api_key(id.into()).is_some())
            .then(|| Found { name: Words::new("a key", "密钥"), valid_from: None, valid_until: None }),
        BlockerKind::Person => {
            directories.into_iter().any(|directory| directory.person(PersonId(id)).is_some()).then(|| {
                let name = Words::new(en.person(PersonId(id)).to_string(), zh.person(PersonId(id)).to_string());
                Found { name, valid_from: None, valid_until: None }
            })
        }
    }
}

/// The org or the person of an id.
pub(super) fn owner(naming: Naming<'_>, id: Uuid) -> Option<Found> {
    let of = |kind| look_up(naming, kind, id, Day::MAX);
    of(BlockerKind::Org).or_else(|| of(BlockerKind::Person))
}

/// What an order names: a role by its holder, or an org.
pub(super) fn ordered(naming: Naming<'_>, id: Uuid) -> Words {
    let [en, zh] = naming.both();
    if let Some(facts) = naming.role(RoleId(id)) {
        let day = facts.valid_from;
        return Words::new(en.holder(&facts.holder, day).to_string(), zh.holder(&facts.holder, day).to_string());
    }
    look_up(naming, BlockerKind::Org, id, Day::MAX)
        .map_or_else(|| Words::new("something unknown", "不明对象"), |found| found.name)
}
