//! Finds objects by id, code or number, and what refers to them.

use std::sync::Arc;

use super::{
    Snapshot, external_hash,
    finder::hash_of,
    held::RoleRow,
    person::PersonRow,
    slots::{OrgSlot, PackedHolder},
    table::OrgAt,
};
use crate::domain::{
    AliasId, ApiKey, BlockerKind, CallerId, Code, Day, ExternalId, Holder, Org, OrgId, PersonAlias, PersonId, Post,
    PostCode, Revision, RoleId, Supervision, SupervisionId, Text, fold, former_staff_no,
};

impl Snapshot {
    /// The org with that id, on whatever days it exists.
    pub fn org(&self, id: OrgId) -> Option<&Org> {
        self.org_slot(id)?.org.as_deref()
    }

    /// Every org, in no order.
    pub(in crate::directory) fn every_org(&self) -> impl Iterator<Item = &OrgSlot> {
        self.orgs.iter().filter(|slot| slot.org.is_some())
    }

    /// The person with that id.
    pub fn person(&self, id: PersonId) -> Option<PersonRow<'_>> {
        self.person_at(self.find_person(id)?)
    }

    /// Every person, in no order.
    pub(in crate::directory) fn everybody(&self) -> impl Iterator<Item = PersonRow<'_>> {
        self.people.iter().filter_map(PersonRow::new)
    }

    /// The post with that code.
    pub fn post(&self, code: &PostCode) -> Option<&Post> {
        self.post_at(*self.post_codes.get(code)?)
    }

    /// Every post, by code.
    pub fn posts(&self) -> impl Iterator<Item = &Post> {
        self.post_codes.values().filter_map(|at| self.post_at(*at))
    }

    /// The role with that id, on whatever days it is held.
    pub fn role(&self, id: RoleId) -> Option<RoleRow<'_>> {
        self.role_at(self.find_role(id)?)
    }

    /// Every role, in no order.
    pub(in crate::directory) fn every_role(&self) -> impl Iterator<Item = RoleRow<'_>> {
        self.roles.iter().filter_map(|slot| RoleRow::new(self, slot))
    }

    /// The alias with that id.
    pub fn alias(&self, id: AliasId) -> Option<&PersonAlias> {
        self.aliases.get(&id)
    }

    /// Every alias, by id.
    pub fn aliases(&self) -> impl Iterator<Item = &PersonAlias> {
        self.aliases.values()
    }

    /// The former ids of a person.
    pub fn aliases_of(&self, person: PersonId) -> impl Iterator<Item = AliasId> + '_ {
        self.aliases().filter(move |alias| alias.facts.person_id == person).map(|alias| alias.id)
    }

    /// The person into whose entry that of `id` was merged.
    pub fn merged_into(&self, id: PersonId) -> Option<PersonId> {
        self.alias(AliasId(id.0)).map(|alias| alias.facts.person_id)
    }

    /// The person whom an id means: the one who stayed, if it is that of an entry that was merged.
    pub fn meant(&self, id: PersonId) -> PersonId {
        self.merged_into(id).unwrap_or(id)
    }

    /// The holder whom a holder means, likewise.
    pub fn meant_holder(&self, holder: &Holder) -> Holder {
        match holder {
            Holder::Person(id) => Holder::Person(self.meant(*id)),
            other => other.clone(),
        }
    }

    /// The API key with that id.
    pub fn api_key(&self, id: CallerId) -> Option<&ApiKey> {
        self.api_keys.get(&id).map(Arc::as_ref)
    }

    /// Every API key, by id.
    pub fn api_keys(&self) -> impl Iterator<Item = &ApiKey> {
        self.api_keys.values().map(Arc::as_ref)
    }

    /// The last entry that changed an API key.
    pub fn keys_changed(&self) -> Revision {
        self.keys_changed
    }

    /// The supervision with that id, on whatever days it is valid.
    pub fn supervision(&self, id: SupervisionId) -> Option<&Supervision> {
        self.plain(id)
    }

    /// The orgs that were, are or will be directly under `parent` (`None` is the top), by id.
    pub fn ever_under(&self, parent: Option<OrgId>) -> impl Iterator<Item = &Org> + '_ {
        let children = match parent {
            None => Some(&self.tops),
            Some(parent) => self.org_slot(parent).map(OrgSlot::children),
        };
        self.orgs_of(children)
    }

    /// The highest order of an org directly under `parent` on `day` or later.
    pub fn last_order_under(&self, parent: Option<OrgId>, day: Day) -> Option<i32> {
        let (children, highest) = match parent {
            // No bound is kept for the top, so all orgs are looked at.
            None => (&self.tops, i32::MAX),
            Some(parent) => self.org_slot(parent).map(|slot| (slot.children(), slot.referrers.last_order))?,
        };
        let mut last = None;
        // The newest org is usually the last. Then the others need not be looked at.
        for org in children.iter().rev().filter_map(|at| self.org_at(at)) {
            let there = org.timeline().filter(|(period, at)| period.reaches(day) && at.values.parent_id == parent);
            last = last.max(there.map(|(_, version)| version.values.order).max());
            if last == Some(highest) {
                break;
            }
        }
        last
    }

    pub(in crate::directory) fn ever_at_the_top(&self) -> impl Iterator<Item = OrgAt> + '_ {
        self.tops.iter()
    }

    /// The orgs that had, have or will have `code`, by id.
    pub fn ever_coded(&self, code: &Code) -> impl Iterator<Item = &Org> + '_ {
        let mut found: Vec<&Org> =
            self.codes.find(hash_of(code.as_str().as_bytes())).filter_map(|at| self.org_at(at)).collect();
        found.retain(|org| org.versions.iter().any(|version| version.values.code.as_ref() == Some(code)));
        found.sort_by_key(|org| org.id);
        found.into_iter()
    }

    /// The orgs with this external id, by their own id.
    pub fn orgs_known_by(&self, id: &ExternalId) -> impl Iterator<Item = &Org> + '_ {
        let mut found: Vec<&Org> =
            self.org_external_ids.find(external_hash(id)).filter_map(|at| self.org_at(at)).collect();
        found.retain(|org| org.facts.external_ids.contains(id));
        found.sort_by_key(|org| org.id);
        found.into_iter()
    }

    /// The orgs that name `unit` as one of their units in any version, by id.
    pub fn ever_of_unit(&self, unit: OrgId) -> impl Iterator<Item = &Org> + '_ {
        self.orgs_of(self.ties(unit).map(|ties| &ties.members))
    }

    /// The orgs whose successor is `successor`, by id.
    pub fn predecessors(&self, successor: OrgId) -> impl Iterator<Item = &Org> + '_ {
        self.orgs_of(self.ties(successor).map(|ties| &ties.predecessors))
    }

    /// The people with this external id, by their own id.
    pub fn people_known_by(&self, id: &ExternalId) -> impl Iterator<Item = PersonRow<'_>> + '_ {
        let found = self.person_external_ids.find(external_hash(id)).filter_map(|at| self.person_at(at));
        let mut found: Vec<PersonRow<'_>> =
            found.filter(|person| person.external_ids().any(|own| own == *id)).collect();
        found.sort_by_key(PersonRow::id);
        found.into_iter()
    }

    /// The people with that staff number, however it is written: at most one.
    pub fn people_numbered<'s>(&'s self, staff_no: &Text<40>) -> impl Iterator<Item = PersonRow<'s>> + use<'s> {
        let wanted = staff_no.folded();
        let found = self.staff_nos.find(hash_of(wanted.as_bytes())).filter_map(|at| self.person_at(at));
        let mut found: Vec<PersonRow<'_>> =
            found.filter(|person| person.staff_no().is_some_and(|own| fold(own) == wanted)).collect();
        found.sort_by_key(PersonRow::id);
        found.into_iter()
    }

    /// The people with that staff number, or who had it before their entries were merged.
    pub fn people_ever_numbered<'s>(&'s self, staff_no: &Text<40>) -> impl Iterator<Item = PersonRow<'s>> + use<'s> {
        let former = former_staff_no(staff_no).into_iter().flat_map(|id| self.people_known_by(&id).collect::<Vec<_>>());
        self.people_numbered(staff_no).chain(former)
    }

    /// The roles in an org, past, present and future, by id.
    pub fn roles_in(&self, org: OrgId) -> impl Iterator<Item = RoleRow<'_>> + '_ {
        self.roles_of(self.org_slot(org).map(OrgSlot::roles))
    }

    /// The roles that a holder held, holds or will hold, by id.
    pub fn roles_held<'s>(&'s self, holder: &Holder) -> impl Iterator<Item = RoleRow<'s>> + use<'s> {
        let (list, seat) = match holder {
            Holder::Person(id) => (self.find_person(*id).map(|at| &self.people.row(at).roles), None),
            Holder::Unit(id) => (self.ties(*id).map(|ties| &ties.roles_as_holder), None),
            Holder::Seat(seat) => {
                let post = self.post_codes.get(&seat.post).copied();
                (post.and(self.ties(seat.org_id)).map(|ties| &ties.seats), post)
            }
        };
        let at_post = move |role: &RoleRow<'_>| {
            seat.is_none_or(|seat| matches!(role.packed_holder(), PackedHolder::Seat(_, post) if post == seat))
        };
        self.roles_of(list).filter(at_post)
    }

    /// The roles of a post anywhere, in no order.
    pub fn roles_of_post(&self, post: &PostCode) -> impl Iterator<Item = RoleRow<'_>> + '_ {
        let slot = self.post_codes.get(post).map(|at| self.posts.row(*at));
        slot.into_iter().flat_map(|slot| &slot.roles).filter_map(|at| self.role_at(*at))
    }

    /// The roles of seats that point at a post in this org, by id.
    pub fn seats_in(&self, org: OrgId) -> impl Iterator<Item = RoleRow<'_>> + '_ {
        self.roles_of(self.ties(org).map(|ties| &ties.seats))
    }

    /// The roles of seats that point at this post in any org, in no order.
    pub fn seats_of_post(&self, post: &PostCode) -> impl Iterator<Item = RoleRow<'_>> + '_ {
        let slot = self.post_codes.get(post).map(|at| self.posts.row(*at));
        slot.into_iter().flat_map(|slot| &slot.seats).filter_map(|at| self.role_at(*at))
    }

    /// The supervisions by a supervision group, past, present and future, by id.
    pub fn supervisions_by(&self, group: OrgId) -> impl Iterator<Item = &Supervision> + '_ {
        self.plain_naming::<SupervisionId>(group, BlockerKind::SupervisionBy)
    }

    /// The supervisions that name this org itself, past, present and future, by id.
    pub fn supervisions_of(&self, org: OrgId) -> impl Iterator<Item = &Supervision> + '_ {
        self.plain_naming::<SupervisionId>(org, BlockerKind::SupervisionOf)
    }
}
