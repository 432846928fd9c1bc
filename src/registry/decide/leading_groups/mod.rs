//! A leading group as a notice has it: the whole document, and what it changes from a day on.
//!
//! Establishing and adjusting are one act: an empty group is adjusted to the document. A holder who
//! stays keeps the role. The role of a holder who is left out ends on the day, or is removed if it began on that day.
//! What is planned for later days stays planned, as with any other change from a day on.

mod end;
mod fill;

use std::{collections::BTreeSet, sync::Arc};

pub(super) use self::end::move_end;
use super::{
    Circumstances, Verdict,
    dissolve::end,
    order::put_in_place,
    orgs::{change_values, next_order},
};
use crate::{
    directory::Snapshot,
    domain::{
        Basis, Blocker, BlockerKind, Counterpart, Day, Error, Field, Name, ORDER_MAX, ObjectKey, OrgFacts, OrgId,
        OrgKind, OrgValues, OrgValuesPatch, OrgVersion, PARTS, Period, Subject,
    },
    registry::{
        command::{LeadingGroupDocument, PartDocument},
        draft::Draft,
        refer::refer_to_org,
    },
};

/// What the Chinese name of an office adds to that of its group.
const OFFICE: &str = "办公室";

pub(super) fn create(
    draft: &mut Draft,
    document: &LeadingGroupDocument,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let LeadingGroupDocument { parent_id, name, valid_from, valid_until, effective_on, basis, duties, group, parts } =
        document;
    if let (Some(from), Some(on)) = (valid_from, effective_on)
        && from != on
    {
        return Err(Error::Contradictory {
            pointer: "/effective_on".to_owned(),
            other: Counterpart::Member("valid_from"),
        });
    }
    is_itself(group, None)?;
    let from = valid_from.or(*effective_on).unwrap_or(with.today);
    Period::new(from, *valid_until).ok_or(Error::EmptyPeriod { from, until: valid_until.unwrap_or(from) })?;
    refer_to_org(draft.snapshot(), "/parent_id", *parent_id)?;
    let adjustment = Adjustment { on: from, basis: basis.as_ref(), with };
    let id = adjustment.found(draft, OrgKind::LeadingGroup, *parent_id, name.clone(), *valid_until);
    if let Some(facts) = draft.snapshot().org(id).map(|org| org.facts.clone()) {
        draft.put(id, Some(OrgFacts { duties: duties.clone(), ..facts }));
    }
    adjustment.adjust(draft, id, group, parts)?;
    Ok(Verdict::on(ObjectKey::Org(id), from))
}

/// If a document repeats the id of its group, as answers do, it must be the right one.
fn is_itself(group: &PartDocument, id: Option<OrgId>) -> Result<(), Error> {
    if group.id.is_some() && group.id != id {
        return Err(Error::Contradictory { pointer: "/id".to_owned(), other: Counterpart::GroupOfPath });
    }
    Ok(())
}

pub(super) fn replace(
    draft: &mut Draft,
    id: OrgId,
    document: &LeadingGroupDocument,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let LeadingGroupDocument { parent_id, name, valid_from, valid_until, effective_on, basis, duties, group, parts } =
        document;
    is_itself(group, Some(id))?;
    let on = effective_on.unwrap_or(with.today);
    let missing = || Error::NotFound { what: Subject::LeadingGroup, id: id.to_string() };
    let snapshot = draft.snapshot().clone();
    let current = snapshot.leading_group(id, on).ok_or_else(missing)?.group.org;
    let (founded, life, facts) = (current.org.established_on(), current.org.life(), current.org.facts.clone());
    if !life.contains(on) {
        return Err(Error::NotAlive { org: id, on });
    }
    if valid_from.is_some_and(|from| from != founded) {
        return Err(Error::FoundingDayFixed { org: id, on: founded });
    }
    if let Some(until) = valid_until.filter(|until| *until <= on) {
        return Err(Error::EmptyPeriod { from: on, until });
    }
    if snapshot.org_on(*parent_id, on).is_some_and(|above| snapshot.is_within(&above, &[id])) {
        return Err(Error::WouldCycle { org: id, under: *parent_id, on });
    }
    let planned =
        current.org.versions.iter().filter(|version| valid_until.is_some_and(|end| version.valid_from >= end));
    let blockers: Vec<Blocker> = planned
        .map(|version| Blocker { kind: BlockerKind::Version, id: id.0, valid_from: version.valid_from })
        .collect();
    if !blockers.is_empty() {
        return Err(Error::InUse { blockers, hidden: 0 });
    }
    let adjustment = Adjustment { on, basis: basis.as_ref(), with };
    if facts.dissolved_on != *valid_until {
        if let (Some(on), Some(_)) = (facts.dissolved_on, facts.dissolved_by) {
            return Err(Error::AlreadyDissolved { org: id, on });
        }
        move_end(draft, id, facts.dissolved_on, *valid_until, basis.as_ref());
    }
    let values =
        OrgValuesPatch { name: Some(name.clone()), parent_id: Field::Set(*parent_id), ..OrgValuesPatch::default() };
    change_values(draft, id, &values, on, basis.as_ref(), false)?;
    if let Some(facts) = draft.snapshot().org(id).map(|org| org.facts.clone()) {
        draft.put(id, Some(OrgFacts { duties: duties.clone(), ..facts }));
    }
    adjustment.adjust(draft, id, group, parts)?;
    Ok(Verdict::on(ObjectKey::Org(id), on))
}

/// One act of adjusting a leading group.
struct Adjustment<'a> {
    on: Day,
    basis: Option<&'a Basis>,
    with: &'a Circumstances<'a>,
}

impl Adjustment<'_> {
    /// Changes the group to what the document says.
    fn adjust(&self, draft: &mut Draft, id: OrgId, group: &PartDocument, parts: &[PartDocument]) -> Result<(), Error> {
        // What is left out ends first. A named holder may depend on it, and is then refused.
        let mut kept = Vec::with_capacity(PARTS.len());
        for kind in PARTS {
            let wanted: Vec<&PartDocument> = parts.iter().filter(|part| part.kind == *kind).collect();
            let matched = self.end_others(draft, id, *kind, &wanted)?;
            kept.push((*kind, wanted, matched));
        }
        self.fill(draft, id, group)?;
        for (kind, wanted, matched) in kept {
            self.set_parts(draft, id, kind, &wanted, matched)?;
        }
        Ok(())
    }

    /// Ends the orgs of one kind under the group that the document does not have. Returns the existing org of each one
    /// that it has.
    fn end_others(
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
        let matched = self.match_parts(draft.snapshot(), group, &current, wanted)?;
        for (id, _) in current.iter().filter(|(id, _)| !matched.contains(&Some(*id))) {
            end(draft, *id, self.on, self.basis);
        }
        Ok(matched)
    }

    /// Renames or establishes the orgs of one kind, fills them and puts them in order.
    fn set_parts(
        &self,
        draft: &mut Draft,
        group: OrgId,
        kind: OrgKind,
        wanted: &[&PartDocument],
        matched: Vec<Option<OrgId>>,
    ) -> Result<(), Error> {
        let mut ids = Vec::with_capacity(wanted.len());
        for (part, found) in wanted.iter().zip(matched) {
            let id = match found {
                Some(id) => {
                    let values = OrgValuesPatch { name: part.name.clone(), ..OrgValuesPatch::default() };
                    change_values(draft, id, &values, self.on, self.basis, false)?;
                    id
                }
                None => {
                    let name = part.name.clone().map_or_else(|| office_of(draft.snapshot(), group, self.on), Ok)?;
                    self.not_planned(draft.snapshot(), group, kind, &name)?;
                    let until = draft.snapshot().org(group).and_then(|org| org.facts.dissolved_on);
                    self.found(draft, kind, group, name, until)
                }
            };
            self.fill(draft, id, part)?;
            ids.push(id);
        }
        self.put_in_order(draft, group, &ids);
        Ok(())
    }

    /// An org that the document establishes must not be planned for a later day already: it would exist twice then.
    fn not_planned(&self, snapshot: &Snapshot, group: OrgId, kind: OrgKind, name: &Name) -> Result<(), Error> {
        let planned = snapshot.ever_under(Some(group)).find(|org| {
            let first = org.versions.first().map(|version| &version.values);
            org.established_on() > self.on
                && first.is_some_and(|values| {
                    let same_name = kind == OrgKind::Office || values.name.folded() == name.folded();
                    values.kind == kind && values.parent_id == Some(group) && same_name
                })
        });
        planned.map_or(Ok(()), |org| Err(Error::PlannedAlready { org: org.id, on: org.established_on() }))
    }

    /// Establishes an org of the group, after its siblings.
    fn found(&self, draft: &mut Draft, kind: OrgKind, parent: OrgId, name: Name, until: Option<Day>) -> OrgId {
        let id = OrgId((self.with.new_id)());
        draft.put(id, Some(OrgFacts { dissolved_on: until, ..OrgFacts::default() }));
        let order = next_order(draft.snapshot(), Some(parent), self.on);
        let values = OrgValues { parent_id: Some(parent), order, ..OrgValues::bare(name, kind) };
        let acts = vec![draft.act(self.basis.cloned())];
        let version = OrgVersion { valid_from: self.on, values: Arc::new(values), acts };
        draft.put((id, self.on), Some(version));
        id
    }

    /// Puts orgs of one kind in order from the day on, in the places that they have among their siblings.
    fn put_in_order(&self, draft: &mut Draft, group: OrgId, ids: &[OrgId]) {
        let place = |id: &OrgId| {
            let version = draft.snapshot().org(*id).and_then(|org| org.on(self.on));
            (version.map_or(0, |version| version.values.order), *id)
        };
        let places: Vec<(i32, OrgId)> = ids.iter().map(place).collect();
        if places.is_sorted() {
            return;
        }
        let mut orders: Vec<i32> = places.into_iter().map(|(order, _)| order).collect();
        orders.sort_unstable();
        if orders.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            let room = ORDER_MAX - i32::try_from(ids.len()).unwrap_or(ORDER_MAX);
            let first = next_order(draft.snapshot(), Some(group), self.on).min(room);
            orders = (first..).take(ids.len()).collect();
        }
        for (order, id) in orders.into_iter().zip(ids) {
            put_in_place(draft, *id, order, self.on, self.basis);
        }
    }

    /// The existing org of each wanted one: that of its id, or else the first of its name, in either script, that is
    /// not taken. An office needs neither.
    fn match_parts(
        &self,
        snapshot: &Snapshot,
        group: OrgId,
        current: &[(OrgId, Name)],
        wanted: &[&PartDocument],
    ) -> Result<Vec<Option<OrgId>>, Error> {
        let mut taken = BTreeSet::new();
        for part in wanted {
            let Some(id) = part.id else { continue };
            let pointer = format!("{}/id", part.pointer);
            if !current.iter().any(|(current, _)| *current == id) {
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
                let (id, _) = current.iter().find(|(id, name)| fits(name) && !taken.contains(id))?;
                taken.insert(*id);
                Some(*id)
            })
        };
        Ok(wanted.iter().map(&mut found).collect())
    }
}

/// The default name of an office: that of its group with 办公室 at the end, cut to fit.
fn office_of(snapshot: &Snapshot, group: OrgId, on: Day) -> Result<Name, Error> {
    let name = snapshot.org_on(group, on).map(|view| view.values().name.to_string()).unwrap_or_default();
    let fits: String = name.chars().take(Name::CHARS_MAX - OFFICE.chars().count()).collect();
    Name::parse(&format!("{}{OFFICE}", fits.trim_end())).map_err(|_| Error::Internal)
}
