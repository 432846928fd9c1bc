//! What a caller may change: asked before a command is decided, and again of everything that it would do.
//!
//! A write needs the right on today's tree and on every day that it changes. What decides that an org is there, of
//! which kind it is, and where it stands, needs the right over the org, at what is above it.

use std::collections::BTreeSet;

use super::{command::Command, draft::Draft, refer::unknown_person};
use crate::{
    access::{Caller, Reach, Rights},
    directory::Snapshot,
    domain::*,
};

/// Refuses a caller who has no right to such a command at all, or not for the object that it names.
pub(super) fn may_ask(rights: &Rights<'_>, snapshot: &Snapshot, command: &Command, today: Day) -> Result<(), Error> {
    let scope = scope_of(command);
    if !rights.has(scope) {
        return Err(Error::Forbidden { scope, org: None });
    }
    let at = match command.target() {
        Some(ObjectKey::Org(id)) => Some(id),
        Some(ObjectKey::Role(id)) => snapshot.role(id).map(|role| role.org_id()),
        Some(ObjectKey::Supervision(id)) => snapshot.supervision(id).map(|supervision| supervision.facts.org_id),
        Some(ObjectKey::Person(id)) if !rights.holds_for(scope, snapshot, id) => {
            if let Some(stayed) = snapshot.merged_into(id).filter(|id| rights.holds_for(scope, snapshot, *id)) {
                return Err(Error::Merged { person: id, into: stayed });
            }
            let missing = Error::NotFound { what: Subject::Person, id: id.to_string() };
            return Err(if snapshot.person(id).is_some() { missing.hiding(id) } else { missing });
        }
        _ => None,
    };
    // A duplicate that is gone is told later, unless the request is a repetition of the one that merged it.
    if let Command::MergePeople { duplicate_id, .. } = command
        && snapshot.person(*duplicate_id).is_some()
        && !rights.holds_for(scope, snapshot, *duplicate_id)
    {
        return Err(unknown_person(snapshot, "/duplicate_id", *duplicate_id));
    }
    // An answer that nothing has changed would tell that the value was guessed.
    if let Command::PatchPerson { id, patch } = command
        && (patch.email.is_given() || patch.phone.is_given())
        && !rights.holds_for(AccessScope::PeopleContact, snapshot, *id)
    {
        return Err(Error::Forbidden { scope: AccessScope::PeopleContact, org: None });
    }
    let Some(org) = at.filter(|id| snapshot.org(*id).is_some()) else { return Ok(()) };
    let reach = rights.reach(scope);
    let today = Period::day(today);
    let (permitted, missing_in) = match command {
        Command::DeleteOrg { .. }
        | Command::DissolveOrg { .. }
        | Command::PatchDissolution { .. }
        | Command::RestoreOrg { .. } => {
            let above = snapshot.org(org).and_then(|org| org.nearest(today.from()).1.values.parent_id);
            (reach.holds_over(snapshot, org, today), above)
        }
        _ => (reach.holds_in(snapshot, org, today), Some(org)),
    };
    if permitted { Ok(()) } else { Err(Error::Forbidden { scope, org: missing_in }) }
}

/// The scope that a command needs before all others.
fn scope_of(command: &Command) -> AccessScope {
    match command {
        Command::CreateOrg(_)
        | Command::PatchOrg { .. }
        | Command::DeleteOrg { .. }
        | Command::PatchOrgVersion { .. }
        | Command::DeleteOrgVersion { .. }
        | Command::DissolveOrg { .. }
        | Command::PatchDissolution { .. }
        | Command::RestoreOrg { .. }
        | Command::OrderChildren { .. }
        | Command::Plain(_)
        | Command::CreateLeadingGroup(_)
        | Command::ReplaceLeadingGroup { .. } => AccessScope::StructureWrite,
        Command::CreatePerson(_)
        | Command::PatchPerson { .. }
        | Command::DeletePerson { .. }
        | Command::MergePeople { .. } => AccessScope::PeopleWrite,
        Command::ErasePerson { .. } => AccessScope::PeopleErase,
        Command::CreatePost(_) | Command::PatchPost { .. } | Command::DeletePost { .. } => AccessScope::CatalogueWrite,
        Command::CreateRole(_)
        | Command::PatchRole { .. }
        | Command::EndRole { .. }
        | Command::DeleteRole { .. }
        | Command::OrderRoles { .. } => AccessScope::RolesWrite,
        Command::Key(_) => AccessScope::KeysManage,
    }
}

/// Refuses what a command would do beyond the caller's rights.
///
/// `numbered` are the people whom the request names by staff number.
pub(super) fn may_do(
    rights: &Rights<'_>,
    before: &Snapshot,
    draft: &Draft,
    command: &Command,
    today: Day,
    numbered: &BTreeSet<PersonId>,
) -> Result<(), Error> {
    let asked = Asked { rights, before, after: draft.snapshot(), today, appoints: command.appoints(), numbered };
    draft.effects().try_for_each(|effect| asked.permits(effect))
}

/// The people whom a command names by staff number and the caller does not see.
pub(super) struct Outsiders {
    pub(super) people: Vec<PersonId>,
    /// How many numbers nobody has, as far as a caller cannot see that anyway.
    pub(super) unknown: usize,
}

/// Whom a command names by staff number although the caller does not see them.
pub(super) fn outsiders(command: &Command, caller: &Caller, snapshot: &Snapshot, today: Day) -> Outsiders {
    let mut found = Outsiders { people: Vec::new(), unknown: 0 };
    let numbers = command.staff_numbers();
    let rights = Rights::of(caller, snapshot, today);
    if rights.has_everywhere(AccessScope::PeopleRead) {
        return found;
    }
    found.people.extend(
        people_with_numbers_given(command, snapshot)
            .into_iter()
            .filter(|id| !rights.holds_for(AccessScope::PeopleRead, snapshot, *id)),
    );
    for number in numbers {
        match snapshot.people_ever_numbered(number).next() {
            Some(person) if rights.holds_for(AccessScope::PeopleRead, snapshot, person.id()) => {}
            Some(person) => found.people.push(person.id()),
            None => found.unknown += 1,
        }
    }
    found
}

/// The people who have a number or an identifier that a command gives to somebody.
fn people_with_numbers_given(command: &Command, snapshot: &Snapshot) -> Vec<PersonId> {
    let (staff_no, external_ids) = match command {
        Command::CreatePerson(create) => (create.staff_no.as_ref(), &create.external_ids[..]),
        Command::PatchPerson { patch, .. } => {
            (patch.staff_no.given(), patch.external_ids.given().map_or(&[][..], |ids| ids))
        }
        _ => return Vec::new(),
    };
    let numbered = staff_no.into_iter().flat_map(|number| snapshot.people_numbered(number));
    let known = external_ids.iter().flat_map(|id| snapshot.people_known_by(id));
    numbered.chain(known).map(|person| person.id()).collect()
}

/// A refusal without what the caller may not see: who has a staff number or an identifier, and which keys name an org.
pub(super) fn as_told(error: Error, rights: &Rights<'_>, snapshot: &Snapshot) -> Error {
    let is_hidden = |person: PersonId| {
        snapshot.person(person).is_some() && !rights.holds_for(AccessScope::PeopleRead, snapshot, person)
    };
    let covers_key = |blocker: &Blocker| {
        let key = snapshot.api_key(CallerId(blocker.id));
        rights.has(AccessScope::KeysManage) && key.is_some_and(|key| rights.cover_all(&key.facts))
    };
    match error {
        Error::StaffNoTaken { by: Some(by) } if is_hidden(by) => Error::StaffNoTaken { by: None }.hiding(by),
        Error::ExternalIdTaken { id, by: Some(by) } if is_hidden(PersonId(by)) => {
            Error::ExternalIdTaken { id, by: None }.hiding(PersonId(by))
        }
        Error::InUse { mut blockers, hidden } => {
            let all = blockers.len();
            blockers.retain(|blocker| {
                let is_of_key = matches!(blocker.kind, BlockerKind::GrantOf | BlockerKind::KeyOf);
                !is_of_key || covers_key(blocker)
            });
            Error::InUse { hidden: hidden + all - blockers.len(), blockers }
        }
        other => other,
    }
}

struct Asked<'a> {
    rights: &'a Rights<'a>,
    before: &'a Snapshot,
    after: &'a Snapshot,
    today: Day,
    /// Whether the request says who holds what.
    appoints: bool,
    numbered: &'a BTreeSet<PersonId>,
}

impl Asked<'_> {
    fn permits(&self, effect: &Effect) -> Result<(), Error> {
        match effect {
            Effect::Org { id, before, after } => self.org(*id, before.as_ref(), after.as_ref()),
            Effect::OrgVersion { id, valid_from, before, after } => {
                self.version(*id, *valid_from, [before.as_ref(), after.as_ref()])
            }
            Effect::Role { before, after, .. } => {
                let Some(facts) = after.as_ref().or(before.as_ref()) else { return Ok(()) };
                let holder = |facts: &Option<RoleFacts>| facts.as_ref().map(|facts| facts.holder.clone());
                if let Some(Holder::Person(person)) = holder(after).filter(|now| holder(before).as_ref() != Some(now)) {
                    self.may_appoint(person)?;
                }
                let same = |old: &RoleFacts, new: &RoleFacts| {
                    let ending = |facts: &RoleFacts| RoleFacts {
                        valid_from: Day::MIN,
                        valid_until: None,
                        end_basis: None,
                        following: None,
                        ..facts.clone()
                    };
                    ending(old) == ending(new)
                };
                let pair = before.as_ref().zip(after.as_ref()).filter(|(old, new)| same(old, new));
                let days = changed_days(
                    before.as_ref().map(RoleFacts::period),
                    after.as_ref().map(RoleFacts::period),
                    pair.is_some(),
                );
                self.holds_in(AccessScope::RolesWrite, facts.org_id, &days)
            }
            Effect::Supervision { before, after, .. } => {
                let periods = [before, after].map(|facts| facts.as_ref().map(PlainFacts::period));
                let days = changed_days(periods[0], periods[1], false);
                let orgs = before.iter().chain(after).flat_map(PlainFacts::orgs);
                orgs.into_iter().try_for_each(|(_, org)| self.holds_in(AccessScope::StructureWrite, org, &days))
            }
            Effect::Post { .. } => self.everywhere(AccessScope::CatalogueWrite),
            Effect::Person { id, before, after } => match before {
                // A person who is new has no role yet that could say where.
                None => self.somewhere(AccessScope::PeopleWrite),
                Some(before) if self.rights.holds_for(AccessScope::PeopleWrite, self.before, *id) => {
                    self.may_identify(*id, before, after.as_deref())
                }
                // That the caller may erase was asked before.
                Some(_) if after.as_ref().is_some_and(|after| after.erased) => Ok(()),
                Some(_) => Err(Error::NotFound { what: Subject::Person, id: id.to_string() }.hiding(*id)),
            },
            // A former id comes and goes with the people of whom the caller is asked.
            Effect::PersonAlias { .. } => Ok(()),
            Effect::ApiKey { before, after, .. } => self.api_key(before.as_ref(), after.as_ref()),
        }
    }

    /// A caller appoints somebody whom they do not see by staff number. Somebody who never held a role is seen by nobody
    /// in a part of the tree, and may be appointed by whoever knows the id.
    fn may_appoint(&self, person: PersonId) -> Result<(), Error> {
        let known = !self.appoints
            || self.numbered.contains(&person)
            || self.rights.holds_for(AccessScope::PeopleRead, self.before, person)
            || self.before.roles_held(&Holder::Person(person)).next().is_none();
        if known { Ok(()) } else { Err(unknown_person(self.before, "/holder/id", person)) }
    }

    /// Staff numbers and external identifiers say whose tokens are whose. So who changes them needs the right for all
    /// roles of the person.
    fn may_identify(&self, id: PersonId, before: &Person, after: Option<&Person>) -> Result<(), Error> {
        let scope = AccessScope::PeopleWrite;
        let same = |after: &Person| before.staff_no == after.staff_no && before.external_ids == after.external_ids;
        if self.rights.has_everywhere(scope) || after.is_none_or(|after| after.erased || same(after)) {
            return Ok(());
        }
        match self.rights.lacking_for(scope, self.before, id) {
            Some(org) => Err(Error::Forbidden { scope, org: Some(org) }),
            None => Ok(()),
        }
    }

    fn somewhere(&self, scope: AccessScope) -> Result<(), Error> {
        if self.rights.has(scope) { Ok(()) } else { Err(Error::Forbidden { scope, org: None }) }
    }

    fn everywhere(&self, scope: AccessScope) -> Result<(), Error> {
        if self.rights.has_everywhere(scope) { Ok(()) } else { Err(Error::Forbidden { scope, org: None }) }
    }

    /// What is said of an org for all days needs the right today; that it is there, and when it ends, needs it over
    /// the org on the days that come or go.
    fn org(&self, id: OrgId, before: Option<&OrgFacts>, after: Option<&OrgFacts>) -> Result<(), Error> {
        let scope = AccessScope::StructureWrite;
        let ends = match (before, after) {
            (Some(before), Some(after)) if before.dissolved_on == after.dissolved_on => {
                return self.holds_in(scope, id, &[]);
            }
            (Some(before), Some(after)) => before.dissolved_on.into_iter().chain(after.dissolved_on).min(),
            _ => Some(Day::MIN),
        };
        self.holds_over(scope, id, &[Period::open(ends.unwrap_or(Day::MIN))])
    }

    /// The days on which a version says something else than before are those from its first one to the next version.
    fn version(&self, id: OrgId, from: Day, states: [Option<&OrgVersion>; 2]) -> Result<(), Error> {
        let scope = if lists_alone(states) { AccessScope::RolesWrite } else { AccessScope::StructureWrite };
        let next = |snapshot: &Snapshot| {
            let versions = snapshot.org(id).map(|org| org.versions.iter()).into_iter().flatten();
            versions.map(|version| version.valid_from).find(|day| *day > from)
        };
        // Where one of the two goes on without a further version, so do the days.
        let until = match (next(self.before), next(self.after)) {
            (Some(old), Some(new)) => Some(old.max(new)),
            _ => None,
        };
        let days = [Period::new(from, until).unwrap_or(Period::open(from))];
        let place = |snapshot: &Snapshot| {
            snapshot.org(id).and_then(|org| org.on(from)).map(|version| (version.values.parent_id, version.values.kind))
        };
        if place(self.before) == place(self.after) {
            self.holds_in(scope, id, &days)
        } else {
            self.holds_over(scope, id, &days)
        }
    }

    fn holds_in(&self, scope: AccessScope, org: OrgId, days: &[Period]) -> Result<(), Error> {
        self.asked(scope, org, days, |reach, snapshot, on| reach.holds_in(snapshot, org, on))
    }

    /// The right is missing above the org, so the refusal names what is above it on the first such day.
    fn holds_over(&self, scope: AccessScope, org: OrgId, days: &[Period]) -> Result<(), Error> {
        self.asked(scope, org, days, |reach, snapshot, on| reach.holds_over(snapshot, org, on)).map_err(|refused| {
            let reach = self.rights.reach(scope);
            let mut where_missing = [self.before, self.after].into_iter().flat_map(|snapshot| {
                let today = std::iter::once(Period::day(self.today));
                let missing = today.chain(days.iter().copied()).find(|on| !reach.holds_over(snapshot, org, *on))?;
                Some(snapshot.org(org)?.nearest(missing.from()).1.values.parent_id)
            });
            match (refused, where_missing.next()) {
                (Error::Forbidden { scope, .. }, Some(above)) => Error::Forbidden { scope, org: above },
                (other, _) => other,
            }
        })
    }

    /// Asks on today's tree and on the days, before and after.
    fn asked(
        &self,
        scope: AccessScope,
        org: OrgId,
        days: &[Period],
        holds: impl Fn(&Reach, &Snapshot, Period) -> bool,
    ) -> Result<(), Error> {
        if self.rights.has_everywhere(scope) {
            return Ok(());
        }
        let reach = self.rights.reach(scope);
        let mut there = [self.before, self.after].into_iter().filter(|snapshot| snapshot.org(org).is_some());
        let permitted = reach.is_somewhere()
            && there.all(|snapshot| {
                let today = std::iter::once(Period::day(self.today));
                today.chain(days.iter().copied()).all(|on| holds(&reach, snapshot, on))
            });
        if permitted { Ok(()) } else { Err(Error::Forbidden { scope, org: Some(org) }) }
    }

    /// Whoever manages keys gives no more than they have, and touches no key that allows more. Who will end gives no
    /// right that lasts longer: no new secret of such a key, no grant and no later end.
    fn api_key(&self, before: Option<&ApiKeyFacts>, after: Option<&ApiKeyFacts>) -> Result<(), Error> {
        self.somewhere(AccessScope::KeysManage)?;
        if before.is_some_and(|before| !self.rights.cover_all(before)) {
            return Err(Error::ExceedsOwn { pointer: None });
        }
        let Some(after) = after else { return Ok(()) };
        if let Some(at) = after.grants.iter().position(|grant| !self.rights.cover(grant, after.person_id)) {
            return Err(Error::ExceedsOwn { pointer: Some(format!("/grants/{at}")) });
        }
        let ends = |facts: &ApiKeyFacts| facts.expires_at.unwrap_or(Instant::MAX_UTC);
        let longer = self.rights.expires_at.is_some_and(|own| ends(after) > own);
        let gives_nothing = |before: &ApiKeyFacts| {
            before.rotations == after.rotations
                && ends(after) <= ends(before)
                && after.grants.iter().all(|grant| before.grants.contains(grant))
                && before.person_id == after.person_id
        };
        if longer && !before.is_some_and(gives_nothing) {
            return Err(Error::ExceedsOwn { pointer: Some("/expires_at".to_owned()) });
        }
        Ok(())
    }
}

/// The days on which something changes that held in one period and then holds in another. If nothing else changes,
/// they are those that are in only one of the two.
fn changed_days(before: Option<Period>, after: Option<Period>, only_moved: bool) -> Vec<Period> {
    match (before, after) {
        (Some(before), Some(after)) if only_moved => {
            let between = |a: Day, b: Day| Period::new(a.min(b), Some(a.max(b)));
            let end = |period: Period| period.until().unwrap_or(Day::MAX);
            let begins = between(before.from(), after.from());
            let ends = between(end(before), end(after));
            begins.into_iter().chain(ends).collect()
        }
        _ => before.into_iter().chain(after).collect(),
    }
}

/// Whether an act only says who stands in a version's lists, and in which order.
fn lists_alone([before, after]: [Option<&OrgVersion>; 2]) -> bool {
    let lists = OrgFields::of(["role_order", "declared"]);
    match (before, after) {
        (Some(before), Some(after)) => {
            let (old, new) = (before.set().without(lists), after.set().without(lists));
            old == new && before.values.differing(&after.values).iter().all(|attribute| lists.has(attribute.name))
        }
        (Some(only), None) | (None, Some(only)) => only.set().without(lists).is_empty(),
        (None, None) => true,
    }
}
