//! The holders in an org of a leading group, and what it covers.

use std::collections::{BTreeMap, BTreeSet};

use super::{Adjustment, end::earliest_end};
use crate::{
    directory::{RoleRow, Snapshot},
    domain::{
        Counterpart, Day, Error, Holder, ORDER_MAX, OrgId, OrgKind, PlainFacts, PostCode, RoleFacts, RoleId, Scope,
        SupervisionFacts, SupervisionId,
    },
    registry::{
        command::{ListedHolder, PartDocument, PartPost},
        decide::{dissolve::end_role, order::declare},
        draft::Draft,
        plain,
        refer::{refer_to_holder, refer_to_org, refer_to_post, says_what_is_so},
    },
};

impl Adjustment<'_> {
    /// Changes the holders in an org, and what it covers, to those of the document.
    pub(super) fn fill(&self, draft: &mut Draft, org: OrgId, part: &PartDocument) -> Result<(), Error> {
        let fill = |list: &PartPost| self.fill_post(draft, org, list, &format!("{}/{}", part.pointer, list.field));
        let lists: Vec<Vec<RoleId>> = part.posts.iter().map(fill).collect::<Result<_, _>>()?;
        self.put_holders_in_order(draft, org, &lists);
        if part.kind == OrgKind::SupervisionGroup {
            self.cover(draft, org, &part.covers, &format!("{}/covers", part.pointer))?;
        }
        Ok(())
    }

    /// Every holder of a list must exist, be named once, and not be the seat that it would fill. Holders who stay are not
    /// checked again: a seat stays even if its org no longer has the post.
    fn holders_are_there(
        &self,
        snapshot: &Snapshot,
        org: OrgId,
        post: &PostCode,
        holders: &[ListedHolder],
        stays: impl Fn(&Holder, bool) -> Option<RoleId>,
        pointer: &str,
    ) -> Result<(), Error> {
        if !holders.is_empty() {
            refer_to_post(snapshot, pointer, post)?;
        }
        let mut seen = BTreeSet::new();
        for (index, ListedHolder { holder: said, acting, role_id }) in holders.iter().enumerate() {
            let (holder, pointer) = (&said.holder, format!("{pointer}/{index}"));
            let role = stays(holder, *acting);
            if role.is_none() {
                refer_to_holder(snapshot, &format!("{pointer}/holder"), holder)?;
            }
            says_what_is_so(snapshot, &format!("{pointer}/holder"), said, self.on, |person| {
                role.is_some() || self.with.sees(snapshot, person)
            })?;
            if role_id.is_some() && *role_id != role {
                let other = Counterpart::ListedRole;
                return Err(Error::Contradictory { pointer: format!("{pointer}/role_id"), other });
            }
            if matches!(holder, Holder::Seat(seat) if seat.org_id == org && seat.post == *post) {
                return Err(Error::SelfReference { pointer: format!("{pointer}/holder") });
            }
            if !seen.insert(holder) {
                return Err(Error::Repeated { pointer });
            }
        }
        Ok(())
    }

    /// Changes the holders of one post to those of its list. Returns their roles, in its order.
    fn fill_post(&self, draft: &mut Draft, org: OrgId, list: &PartPost, pointer: &str) -> Result<Vec<RoleId>, Error> {
        let PartPost { post, field: _, holders } = list;
        let snapshot = draft.snapshot();
        let view = snapshot.org_on(org, self.on);
        let held = snapshot.roles_in(org).filter(|role| role.post() == post && role.period().contains(self.on));
        let held: Vec<RoleRow<'_>> = held.collect();
        let listed = |role: &RoleRow<'_>| {
            let same = |listed: &ListedHolder| listed.holder.holder == role.holder() && listed.acting == role.acting();
            holders.iter().any(same)
        };
        let place = |role: &RoleRow<'_>| role.order().max(view.map_or(0, |view| view.place_of(role)));
        let last = held.iter().filter(|role| listed(role)).map(place).max();
        let current: Vec<(RoleId, RoleFacts)> = held.iter().map(|role| (role.id(), role.facts())).collect();
        let kept = |holder: &Holder, acting: bool| {
            let same = |(_, facts): &&(RoleId, RoleFacts)| facts.holder == *holder && facts.acting == acting;
            current.iter().find(same).map(|(id, _)| *id)
        };
        self.holders_are_there(snapshot, org, post, holders, kept, pointer)?;
        for (id, facts) in &current {
            if !holders.iter().any(|listed| listed.holder.holder == facts.holder && listed.acting == facts.acting) {
                end_role(draft, *id, facts.clone(), self.on, self.basis);
            }
        }
        // Whoever is new comes after those who stay, unless the order of the list says otherwise.
        let mut numbers = last.unwrap_or(0).saturating_add(1).min(ORDER_MAX)..=ORDER_MAX;
        let mut number = || numbers.next().unwrap_or(ORDER_MAX);
        let role = |ListedHolder { holder, acting, .. }: &ListedHolder| match kept(&holder.holder, *acting) {
            Some(id) => id,
            None => self.appoint(draft, org, post, &holder.holder, *acting, number()),
        };
        Ok(holders.iter().map(role).collect())
    }

    /// Declares the order of the lists for an org where they are not in that order already. Whoever holds another post
    /// there comes after them.
    fn put_holders_in_order(&self, draft: &mut Draft, org: OrgId, lists: &[Vec<RoleId>]) {
        let snapshot = draft.snapshot();
        let Some(view) = snapshot.org_on(org, self.on) else { return };
        let listed = snapshot.roles_listed(&view);
        let listed: BTreeMap<RoleId, usize> =
            listed.iter().enumerate().map(|(place, view)| (view.role.id(), place)).collect();
        if lists.iter().all(|list| list.is_sorted_by_key(|role| listed.get(role))) {
            return;
        }
        let mut ids = lists.concat();
        let all = snapshot.roles_by_place(&view);
        ids.extend(all.iter().map(|held| held.role.id()).filter(|id| !lists.iter().any(|list| list.contains(id))));
        declare(draft, org, &ids, self.on, self.basis);
    }

    /// Gives a holder a post from the day on, until the same holder's next role there. If such a role ended on
    /// this very day, it continues instead.
    fn appoint(
        &self,
        draft: &mut Draft,
        org: OrgId,
        post: &PostCode,
        holder: &Holder,
        acting: bool,
        order: i32,
    ) -> RoleId {
        let snapshot = draft.snapshot();
        let same = || {
            let held = snapshot.roles_held(holder);
            held.filter(|role| role.org_id() == org && role.post() == post)
        };
        let later = same().map(|role| role.period().from()).filter(|from| *from > self.on);
        let unit = if let Holder::Unit(unit) = holder { Some(*unit) } else { None };
        let end = snapshot.org(org).and_then(|org| org.facts.dissolved_on);
        let valid_until = self.no_later_than(later, earliest_end(snapshot, unit, end));
        let ended = same().find(|role| role.acting() == acting && role.period().until() == Some(self.on));
        if let Some((id, facts)) = ended.map(|role| (role.id(), role.facts())) {
            draft.put(id, Some(RoleFacts { valid_until, end_basis: None, ..facts }));
            return id;
        }
        let facts = RoleFacts {
            org_id: org,
            post: post.clone(),
            holder: holder.clone(),
            valid_from: self.on,
            valid_until,
            order,
            acting,
            basis: self.basis.cloned(),
            end_basis: None,
        };
        let id = RoleId((self.with.new_id)());
        draft.put(id, Some(facts));
        id
    }

    /// When something that begins on the day ends: when something planned takes over, or with what it depends on. If
    /// that has already ended, the rules refuse it.
    fn no_later_than(&self, later: impl Iterator<Item = Day>, end: Option<Day>) -> Option<Day> {
        later.chain(end.filter(|end| *end > self.on)).min()
    }

    /// Changes what a supervision group covers to what the document says.
    fn cover(&self, draft: &mut Draft, group: OrgId, covers: &[(OrgId, Scope)], pointer: &str) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        for (index, (org, _)) in covers.iter().enumerate() {
            let pointer = format!("{pointer}/{index}/org_id");
            refer_to_org(draft.snapshot(), &pointer, *org)?;
            if *org == group {
                return Err(Error::SelfReference { pointer });
            }
            if !seen.insert(*org) {
                return Err(Error::Repeated { pointer });
            }
        }
        let current: Vec<(SupervisionId, SupervisionFacts)> = draft
            .snapshot()
            .supervisions_by(group)
            .filter(|supervision| supervision.facts.period().contains(self.on))
            .map(|supervision| (supervision.id, supervision.facts.clone()))
            .collect();
        for (id, facts) in &current {
            if !covers.contains(&(facts.org_id, facts.scope)) {
                plain::end(draft, *id, facts.clone(), self.on, self.basis);
            }
        }
        for (org_id, scope) in covers {
            if current.iter().any(|(_, facts)| facts.org_id == *org_id && facts.scope == *scope) {
                continue;
            }
            let snapshot = draft.snapshot();
            let same = || snapshot.supervisions_by(group).filter(|other| other.facts.org_id == *org_id);
            let later = same().map(|other| other.facts.valid_from).filter(|from| *from > self.on);
            let end = snapshot.org(group).and_then(|org| org.facts.dissolved_on);
            let valid_until = self.no_later_than(later, earliest_end(snapshot, Some(*org_id), end));
            let ended = same().find(|other| other.facts.scope == *scope && other.facts.valid_until == Some(self.on));
            if let Some((id, facts)) = ended.map(|other| (other.id, other.facts.clone())) {
                draft.put(id, Some(SupervisionFacts { valid_until, end_basis: None, ..facts }));
                continue;
            }
            let facts = SupervisionFacts {
                supervision_group_id: group,
                org_id: *org_id,
                scope: *scope,
                valid_from: self.on,
                valid_until,
                basis: self.basis.cloned(),
                end_basis: None,
            };
            draft.put(SupervisionId((self.with.new_id)()), Some(facts));
        }
        Ok(())
    }
}
