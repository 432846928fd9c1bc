//! What a document declares of one org of a leading group: its values, its holders in order, and what it covers.

use std::collections::BTreeSet;

use super::{Adjustment, follow::stand_apart, listed::Listed, runs::Line};
use crate::{
    directory::Snapshot,
    domain::{
        Declared, DeclaredCover, DeclaredHolder, Error, Holder, OrgId, OrgValuesPatch, RoleFacts, RoleId, RoleOrder,
        Scope, Standing, SupervisionFacts, is_listed,
    },
    registry::{
        command::{ListedHolder, PartDocument, PartPost},
        decide::{
            orgs::{find, settle},
            timeline::Timeline,
        },
        draft::Draft,
        refer::{refer_to_holder, refer_to_org, refer_to_post, says_what_is_so},
    },
};

impl Adjustment<'_> {
    /// Declares what the document says of an org. `before` is the directory before the act.
    pub(super) fn fill(
        &self,
        draft: &mut Draft,
        before: &Snapshot,
        org: OrgId,
        part: &PartDocument,
        values: &OrgValuesPatch,
        declared: Declared,
    ) -> Result<(), Error> {
        for list in &part.posts {
            self.holders_are_there(draft.snapshot(), before, org, list, &format!("{}/{}", part.pointer, list.field))?;
        }
        self.covered_are_there(draft.snapshot(), org, &part.covers, &format!("{}/covers", part.pointer))?;
        let holders = part.posts.iter().flat_map(|list| {
            list.holders.iter().map(|listed| DeclaredHolder {
                post: list.post.clone(),
                holder: listed.holder.holder.clone(),
                acting: listed.acting,
            })
        });
        let covers = part.covers.iter().map(|(org_id, scope)| DeclaredCover { org_id: *org_id, scope: *scope });
        let declared = Declared { holders: holders.collect(), covers: covers.collect(), ..declared };
        self.refuse_what_has_ended::<RoleFacts>(draft, org, &declared);
        self.refuse_what_has_ended::<SupervisionFacts>(draft, org, &declared);
        self.declare(draft, org, values, declared)?;
        // A new list of a day also counts for what single acts wrote after an earlier list of that day.
        stand_apart(draft, org, |days| days.retain(|day| *day != self.on));
        Ok(())
    }

    /// Sets values of an org, and what is declared of it, from the day on.
    fn declare(&self, draft: &mut Draft, org: OrgId, values: &OrgValuesPatch, declared: Declared) -> Result<(), Error> {
        let order = self.order_of(draft.snapshot(), org, &declared);
        let mut timeline = Timeline::of(find(draft.snapshot(), org)?);
        let place = timeline.split(self.on).ok_or(Error::NotAlive { org, on: self.on })?;
        let values = settle(draft.snapshot(), &timeline, place, values, self.on)?;
        let act = || draft.act(self.basis.cloned());
        let mut declared = declared;
        // Documents of one day are taken back together.
        let earlier = timeline.version(place).filter(|version| version.set().has("declared"));
        let earlier = earlier.and_then(|version| version.values.declared.as_ref()).map(|earlier| &earlier.acts);
        declared.acts = earlier.cloned().unwrap_or_default();
        declared.acts.push(draft.revision());
        timeline.set(place, &values, act());
        timeline.declare(place, "declared", act(), |values| values.declared = Some(declared));
        timeline.declare(place, "role_order", act(), |values| values.role_order = Some(order));
        draft.put_versions(org, &timeline.into_versions());
        Ok(())
    }

    /// The order of the lists. Whoever holds another post in the org comes after them.
    fn order_of(&self, snapshot: &Snapshot, org: OrgId, declared: &Declared) -> RoleOrder {
        let listed =
            declared.holders.iter().map(|listed| Standing { post: listed.post.clone(), holder: listed.holder.clone() });
        let mut standings: Vec<Standing> = listed.collect();
        if let Some(view) = snapshot.org_on(org, self.on) {
            let all = snapshot.roles_by_place(&view);
            let others = all.iter().filter(|held| !is_listed(view.kind(), held.role.post()));
            standings
                .extend(others.map(|held| Standing { post: held.role.post().clone(), holder: held.role.holder() }));
        }
        RoleOrder::of(standings)
    }

    /// Every holder of a list must exist, be named once, and not be the seat that it would fill. Holders who stay are not
    /// checked again: a seat stays even if its org no longer has the post.
    fn holders_are_there(
        &self,
        snapshot: &Snapshot,
        before: &Snapshot,
        org: OrgId,
        PartPost { post, field: _, holders }: &PartPost,
        pointer: &str,
    ) -> Result<(), Error> {
        let held = before.roles_in(org).filter(|role| role.post() == post && role.period().contains(self.on));
        let held: Vec<(RoleId, Holder, bool)> = held.map(|role| (role.id(), role.holder(), role.acting())).collect();
        let stays = |holder: &Holder, acting: bool| {
            held.iter().find(|held| held.1 == *holder && held.2 == acting).map(|(id, ..)| *id)
        };
        if !holders.is_empty() {
            refer_to_post(snapshot, pointer, post)?;
        }
        let mut seen = BTreeSet::new();
        for (index, ListedHolder { holder: said, acting }) in holders.iter().enumerate() {
            let (holder, pointer) = (&said.holder, format!("{pointer}/{index}"));
            let role = stays(holder, *acting);
            if role.is_none() {
                refer_to_holder(snapshot, &format!("{pointer}/holder"), holder)?;
            }
            says_what_is_so(snapshot, &format!("{pointer}/holder"), said, self.on, |person| {
                role.is_some() || self.with.sees(snapshot, person)
            })?;
            if matches!(holder, Holder::Seat(seat) if seat.org_id == org && seat.post == *post) {
                return Err(Error::SelfReference { pointer: format!("{pointer}/holder") });
            }
            if !seen.insert(holder) {
                return Err(Error::Repeated { pointer });
            }
        }
        Ok(())
    }

    /// Every org that is covered must exist, be named once, and not be the supervision group.
    fn covered_are_there(
        &self,
        snapshot: &Snapshot,
        group: OrgId,
        covers: &[(OrgId, Scope)],
        pointer: &str,
    ) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        for (index, (org, _)) in covers.iter().enumerate() {
            let pointer = format!("{pointer}/{index}/org_id");
            refer_to_org(snapshot, &pointer, *org)?;
            if *org == group {
                return Err(Error::SelfReference { pointer });
            }
            if !seen.insert(*org) {
                return Err(Error::Repeated { pointer });
            }
        }
        Ok(())
    }

    /// What a document names on or after its end holds nothing and is not covered. It is drafted as it is said, and the
    /// rules refuse it.
    fn refuse_what_has_ended<F: Listed>(&self, draft: &mut Draft, org: OrgId, declared: &Declared) {
        let snapshot = draft.snapshot();
        let ended = |other: OrgId| {
            let end = snapshot.org(other).and_then(|other| other.facts.dissolved_on);
            end.is_some_and(|end| end <= self.on)
        };
        let named = F::declared(snapshot, declared);
        let refused: Vec<F> = named
            .into_iter()
            .filter(|(named, _)| F::depends_on(named).is_some_and(ended))
            .map(|(named, manner)| F::new(org, &named, 0, Line::open(manner, self.on)))
            .collect();
        for facts in refused {
            draft.put(F::Id::from((self.with.new_id)()), Some(facts));
        }
    }
}
