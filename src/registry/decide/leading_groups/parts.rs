//! The office, the working groups and the supervision groups of a leading group: which are meant, established and ended.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Adjustment,
    follow::{correct, end_of},
    listed::Listed,
    runs::Bound,
};
use crate::{
    directory::Snapshot,
    domain::{
        Day, Declared, Error, Name, ORDER_MAX, OrderNumber, Org, OrgFacts, OrgFields, OrgId, OrgKind, OrgValues,
        OrgValuesPatch, OrgVersion, RoleFacts, SupervisionFacts, VersionAct,
    },
    registry::{
        command::PartDocument,
        decide::{dissolve::end, orgs::next_order, timeline::Timeline},
        draft::Draft,
        refer::refer_to_org,
    },
};

/// What the Chinese name of an office adds to that of its group.
const OFFICE: &str = "办公室";

/// What the founding act of a part leaves to the next document, once an earlier document has founded the part.
const SAID_AGAIN: [&str; 4] = ["name", "order", "declared", "role_order"];

impl Adjustment<'_> {
    /// Ends the orgs of one kind under the group that the document does not have. Returns the existing org of each one
    /// that it has.
    pub(super) fn end_others(
        &self,
        draft: &mut Draft,
        group: OrgId,
        kind: OrgKind,
        wanted: &[&PartDocument],
    ) -> Result<Vec<Option<OrgId>>, Error> {
        let snapshot = draft.snapshot();
        let parts = snapshot.org_on(group, self.on).map(|view| snapshot.parts_of(&view, kind)).unwrap_or_default();
        // The document has one office or none. If it has one, other offices are left alone.
        let shown = if kind == OrgKind::Office && !wanted.is_empty() { 1 } else { usize::MAX };
        let current: Vec<(OrgId, Name)> =
            parts.into_iter().take(shown).map(|part| (part.id(), part.values().name.clone())).collect();
        let alive: Vec<OrgId> = current.iter().map(|(id, _)| *id).collect();
        let known: Vec<(OrgId, Name)> = current.into_iter().chain(self.next_parts(snapshot, group, kind)).collect();
        let matched = self.match_parts(snapshot, group, &known, wanted)?;
        for id in alive.into_iter().filter(|id| !matched.contains(&Some(*id))) {
            self.leave_out(draft, group, id);
        }
        Ok(matched)
    }

    /// The parts that the next document establishes. They may begin with this one instead.
    fn next_parts(&self, snapshot: &Snapshot, group: OrgId, kind: OrgKind) -> Vec<(OrgId, Name)> {
        let Some(next) = snapshot.org(group).and_then(|group| group.declarations().find(|next| next.on > self.on))
        else {
            return Vec::new();
        };
        let parts = next.what.parts.iter().filter_map(|id| snapshot.org(*id));
        parts
            .filter(|part| part.established_on() == next.on)
            .filter_map(|part| Some((part.id, &part.versions.first()?.values)))
            .filter(|(_, values)| values.kind == kind)
            .map(|(id, values)| (id, values.name.clone()))
            .collect()
    }

    /// Ends a part that the document leaves out. If a later document has it, it is established again on that day.
    fn leave_out(&self, draft: &mut Draft, group: OrgId, part: OrgId) {
        let snapshot = draft.snapshot();
        let later = snapshot.org(group).and_then(|group| {
            let mut later = group.declarations().filter(|later| later.on > self.on);
            later.find(|later| later.what.parts.contains(&part)).map(|later| later.on)
        });
        let org = snapshot.org(part).cloned();
        let again = later.zip(org).and_then(|(from, org)| Some((from, from_on(&org, from)?, org.facts)));
        let Some((from, versions, org_facts)) = again else {
            return end(draft, part, self.on, self.basis);
        };
        let (roles, covers) =
            (written_from::<RoleFacts>(snapshot, part, from), written_from::<SupervisionFacts>(snapshot, part, from));
        end(draft, part, self.on, self.basis);
        let again = OrgId((self.with.new_id)());
        draft.put(again, Some(org_facts));
        draft.put_versions(again, &versions);
        for (id, facts) in roles {
            draft.put(id, Some(facts.moved_to(again)));
        }
        for (id, facts) in covers {
            draft.put(id, Some(facts.moved_to(again)));
        }
        let renamed = |declared: &mut Declared| {
            for id in declared.parts.iter_mut().filter(|id| **id == part) {
                *id = again;
            }
        };
        correct(draft, group, |declared| declared.on >= from, renamed);
    }

    /// Renames or establishes the orgs of one kind, puts them in order, and declares what the document says of them.
    pub(super) fn set_parts(
        &self,
        draft: &mut Draft,
        before: &Snapshot,
        group: OrgId,
        kind: OrgKind,
        wanted: &[&PartDocument],
        matched: Vec<Option<OrgId>>,
    ) -> Result<Vec<OrgId>, Error> {
        let mut established = Vec::with_capacity(wanted.len());
        for (part, found) in wanted.iter().zip(matched) {
            let begins = |id| draft.snapshot().org(id).is_some_and(|org| org.established_on() > self.on);
            // A part keeps its name if the document gives none. One that begins with it is named after the group.
            let name = match &part.name {
                None if found.is_none_or(begins) => Some(office_of(draft.snapshot(), group, self.on)?),
                name => name.clone(),
            };
            let id = match (found, &name) {
                (Some(id), _) => {
                    self.begin_earlier(draft, id);
                    id
                }
                (None, Some(new)) => {
                    let end = self.first_end(draft.snapshot(), group).map(|(day, basis)| (day, basis.cloned()));
                    let end = end.as_ref().map(|(day, basis)| (*day, basis.as_ref()));
                    self.not_planned(draft.snapshot(), group, kind, new, end)?;
                    self.found(draft, kind, group, new.clone(), end)
                }
                (None, None) => return Err(Error::Internal),
            };
            established.push((id, name));
        }
        let ids: Vec<OrgId> = established.iter().map(|(id, _)| *id).collect();
        let orders = self.orders(draft.snapshot(), group, &ids);
        for ((part, (id, name)), order) in wanted.iter().zip(established).zip(orders) {
            let order = Some(OrderNumber::at(order));
            let values = OrgValuesPatch { name, order, ..OrgValuesPatch::default() };
            self.fill(draft, before, id, part, &values, Declared::default())?;
        }
        Ok(ids)
    }

    /// When a part ends that this document establishes: when the next one leaves it out, or with the group.
    fn first_end<'s>(&self, snapshot: &'s Snapshot, group: OrgId) -> Option<Bound<'s>> {
        let group = snapshot.org(group)?;
        let next = group.declarations().find(|next| next.on > self.on).map(|next| (next.on, next.basis));
        next.or(end_of(group))
    }

    /// An org that the document establishes must not be planned for a later day already: it would exist twice then.
    fn not_planned(
        &self,
        snapshot: &Snapshot,
        group: OrgId,
        kind: OrgKind,
        name: &Name,
        end: Option<Bound<'_>>,
    ) -> Result<(), Error> {
        let planned = snapshot.ever_under(Some(group)).find(|org| {
            let (first, from) = (org.versions.first().map(|version| &version.values), org.established_on());
            from > self.on
                && end.is_none_or(|(end, _)| from < end)
                && first.is_some_and(|values| {
                    let same_name = kind == OrgKind::Office || values.name.folded() == name.folded();
                    values.kind == kind && values.parent_id == Some(group) && same_name
                })
        });
        planned.map_or(Ok(()), |org| Err(Error::PlannedAlready { org: org.id, on: org.established_on() }))
    }

    /// Establishes an org of the group, after its siblings.
    pub(super) fn found(
        &self,
        draft: &mut Draft,
        kind: OrgKind,
        parent: OrgId,
        name: Name,
        end: Option<Bound<'_>>,
    ) -> OrgId {
        let id = OrgId((self.with.new_id)());
        let (dissolved_on, end_basis) = end.map(|(day, basis)| (day, basis.cloned())).unzip();
        let end_basis = end_basis.flatten();
        draft.put(id, Some(OrgFacts { dissolved_on, end_basis, ..OrgFacts::default() }));
        let order = next_order(draft.snapshot(), Some(parent), self.on);
        let values = OrgValues { parent_id: Some(parent), order, ..OrgValues::bare(name, kind) };
        let acts = vec![draft.act(self.basis.cloned())];
        let version = OrgVersion { valid_from: self.on, values: Arc::new(values), acts };
        draft.put((id, self.on), Some(version));
        id
    }

    /// Lets a part that the next document establishes begin with this one.
    fn begin_earlier(&self, draft: &mut Draft, id: OrgId) {
        let Some(mut versions) = draft.snapshot().org(id).map(|org| org.versions.clone()) else { return };
        let Some(next) = versions.first_mut().filter(|next| next.valid_from > self.on) else { return };
        let said_again = OrgFields::of(SAID_AGAIN);
        for act in next.acts.iter_mut().filter(|act| act.fields.has("declared")) {
            act.fields = act.fields.without(act.fields.without(said_again));
        }
        let acts = vec![draft.act(self.basis.cloned())];
        let first = OrgVersion { valid_from: self.on, values: Arc::clone(&next.values), acts };
        versions.insert(0, first);
        draft.put_versions(id, &versions);
    }

    /// The places of orgs of one kind that put them in order, among the places that they have among their siblings.
    fn orders(&self, snapshot: &Snapshot, group: OrgId, ids: &[OrgId]) -> Vec<i32> {
        let order = |id: &OrgId| {
            let version = snapshot.org(*id).and_then(|org| org.on(self.on));
            version.map_or(0, |version| version.values.order)
        };
        let mut orders: Vec<i32> = ids.iter().map(order).collect();
        orders.sort_unstable();
        // Equal places would leave the order to the ids, and a part may be established again with another one.
        if !orders.is_sorted_by(|one, next| one < next) {
            let room = ORDER_MAX - i32::try_from(ids.len()).unwrap_or(ORDER_MAX);
            let first = next_order(snapshot, Some(group), self.on).min(room);
            orders = (first..).take(ids.len()).collect();
        }
        orders
    }

    /// The existing org of each wanted one: that of its id, or else the first of its name, in either script, that is
    /// not taken. An office needs neither.
    fn match_parts(
        &self,
        snapshot: &Snapshot,
        group: OrgId,
        known: &[(OrgId, Name)],
        wanted: &[&PartDocument],
    ) -> Result<Vec<Option<OrgId>>, Error> {
        let mut taken = BTreeSet::new();
        for part in wanted {
            let Some(id) = part.id else { continue };
            let pointer = format!("{}/id", part.pointer);
            if !known.iter().any(|(known, _)| *known == id) {
                refer_to_org(snapshot, &pointer, id)?;
                return Err(Error::NotInGroup { pointer, org: id, group, kind: part.kind, on: self.on });
            }
            if !taken.insert(id) {
                return Err(Error::Repeated { pointer });
            }
        }
        let mut found = |part: &&PartDocument| {
            part.id.or_else(|| {
                let same = |name: &Name| part.name.as_ref().is_some_and(|wanted| wanted.folded() == name.folded());
                let fits = |name: &Name| part.kind == OrgKind::Office || same(name);
                let (id, _) = known.iter().find(|(id, name)| fits(name) && !taken.contains(id))?;
                taken.insert(*id);
                Some(*id)
            })
        };
        Ok(wanted.iter().map(&mut found).collect())
    }
}

/// What begins in an org by itself on a day or later.
fn written_from<F: Listed>(snapshot: &Snapshot, org: OrgId, day: Day) -> Vec<(F::Id, F)> {
    let mut written = F::all_of(snapshot, org);
    written.retain(|(_, facts)| facts.line().from >= day && !facts.line().is_listed());
    written
}

/// The versions of an org that begins on a day instead, if it lives then.
pub(super) fn from_on(org: &Org, day: Day) -> Option<Vec<OrgVersion>> {
    let mut timeline = Timeline::of(org);
    timeline.split(day).filter(|_| org.life().contains(day))?;
    let mut versions = timeline.into_versions();
    versions.retain(|version| version.valid_from >= day);
    let first = versions.first_mut()?;
    let rest = OrgFields::all().without(first.set());
    match first.acts.last_mut() {
        Some(act) => act.fields = act.fields.and(rest),
        None => first.acts.push(VersionAct { revision: 0, fields: rest, basis: None }),
    }
    Some(versions)
}

/// The default name of an office: that of its group with 办公室 at the end, cut to fit.
fn office_of(snapshot: &Snapshot, group: OrgId, on: Day) -> Result<Name, Error> {
    let name = snapshot.org_on(group, on).map(|view| view.values().name.to_string()).unwrap_or_default();
    let fits: String = name.chars().take(Name::CHARS_MAX - OFFICE.chars().count()).collect();
    Name::parse(&format!("{}{OFFICE}", fits.trim_end())).map_err(|_| Error::Internal)
}
