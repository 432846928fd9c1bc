//! What a caller may do.

use super::{caller::Caller, reach::Reach};
use crate::{
    directory::Snapshot,
    domain::{AccessScope, ApiKeyFacts, Area, Day, Grant, Holder, Instant, OrgId, Period, PersonId},
};

/// What a caller may do in a directory on a day.
#[derive(Debug, Clone)]
pub struct Rights<'a> {
    directory: &'a Snapshot,
    today: Day,
    grants: &'a [Grant],
    person: Option<PersonId>,
    /// When they end; none if they do not.
    pub expires_at: Option<Instant>,
}

impl<'a> Rights<'a> {
    /// Those of `caller`.
    pub fn of(caller: &'a Caller, directory: &'a Snapshot, today: Day) -> Self {
        Self {
            directory,
            today,
            grants: caller.grants(directory),
            person: caller.person(directory),
            expires_at: caller.expires_at(directory),
        }
    }

    /// Whether the scope was granted in any area.
    pub fn has(&self, scope: AccessScope) -> bool {
        self.with(scope).next().is_some()
    }

    /// Whether the scope was granted everywhere.
    pub fn has_everywhere(&self, scope: AccessScope) -> bool {
        self.with(scope).any(|grant| grant.area == Area::Everywhere)
    }

    fn with(&self, scope: AccessScope) -> impl Iterator<Item = &'a Grant> {
        self.grants.iter().filter(move |grant| grant.allows(scope))
    }

    /// Where a scope holds in the tree.
    pub fn reach(&self, scope: AccessScope) -> Reach {
        let mut reach = Reach::default();
        self.with(scope).for_each(|grant| self.extend(&mut reach, grant, self.person));
        reach
    }

    fn extend(&self, reach: &mut Reach, grant: &Grant, person: Option<PersonId>) {
        match (grant.area, grant.org_id) {
            (Area::Everywhere, _) => reach.everywhere = true,
            (area, Some(org)) if area.names_org() => reach.add(org, area),
            (Area::Own, _) => self.own_orgs(person).for_each(|org| reach.add(org, Area::Org)),
            (Area::OwnSubtree, _) => self.own_orgs(person).for_each(|org| reach.add(org, Area::Subtree)),
            _ => {}
        }
    }

    /// The orgs in which a person holds a role today.
    fn own_orgs(&self, person: Option<PersonId>) -> impl Iterator<Item = OrgId> {
        let holder = person.map(Holder::Person);
        let roles = holder.into_iter().flat_map(|holder| self.directory.roles_held(&holder));
        roles.filter(|role| role.period().contains(self.today)).map(|role| role.org_id())
    }

    /// The own person, if a scope holds for it alone.
    pub fn own(&self, scope: AccessScope) -> Option<PersonId> {
        self.person.filter(|_| self.with(scope).any(|grant| grant.area == Area::OwnPerson))
    }

    /// Whether a scope holds for a person: through the roles of that person, past, present and future, or because it
    /// is the own person.
    pub fn holds_for(&self, scope: AccessScope, directory: &Snapshot, person: PersonId) -> bool {
        if self.own(scope) == Some(person) {
            return true;
        }
        let reach = self.reach(scope);
        let today = Period::day(self.today);
        reach.everywhere
            || directory.roles_held(&Holder::Person(person)).any(|role| reach.holds_in(directory, role.org_id(), today))
    }

    /// An org with a role of a person, past, present or future, for which a scope does not hold.
    pub fn lacking_for(&self, scope: AccessScope, directory: &Snapshot, person: PersonId) -> Option<OrgId> {
        let (reach, today) = (self.reach(scope), Period::day(self.today));
        let mut orgs = directory.roles_held(&Holder::Person(person)).map(|role| role.org_id());
        orgs.find(|org| !reach.holds_in(directory, *org, today))
    }

    /// Whether everything that a key allows is allowed here.
    pub fn cover_all(&self, key: &ApiKeyFacts) -> bool {
        key.grants.iter().all(|grant| self.cover(grant, key.person_id))
    }

    /// Whether everything that a grant for a key of `person` would allow is allowed here.
    pub fn cover(&self, grant: &Grant, person: Option<PersonId>) -> bool {
        grant.scopes.iter().all(|scope| {
            if self.has_everywhere(*scope) {
                return true;
            }
            // Areas that are found through a person may become others any day.
            if grant.area.is_own() {
                return self.person.is_some()
                    && self.person == person
                    && self
                        .with(*scope)
                        .any(|own| own.area == grant.area || own.area == Area::OwnSubtree && grant.area == Area::Own);
            }
            let mut asked = Reach::default();
            self.extend(&mut asked, grant, person);
            self.reach(*scope).covers(self.directory, &asked)
        })
    }
}
