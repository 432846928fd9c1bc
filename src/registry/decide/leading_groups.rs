//! A leading group as a notice has it: the whole document, and what it changes from a day on.
//!
//! Founding and adjusting are one act: an empty group is adjusted to the document. Who stays keeps the
//! role; who leaves ends on the day; what was to begin on or after it and is left out is removed. What is
//! planned for later days stays planned, as with any other change from a day on.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Circumstances, Target, Verdict,
    bodies::{change_values, next_order},
    dissolve::{end, end_role, end_supervision},
    versions::Timeline,
};
use crate::{
    directory::Snapshot,
    domain::{
        Basis, Day, Error, Field, Holder, Name, ORDER_MAX, OrgFacts, OrgId, OrgKind, OrgValues, OrgVersion, PARTS,
        Period, PostCode, RoleFacts, RoleId, Scope, Subject, SupervisionFacts, SupervisionId,
    },
    registry::{
        command::{LeadingGroupDocument, PartDocument, PartPost, ValuesPatch},
        draft::Draft,
        refer::{refer_to_holder, refer_to_org, refer_to_post},
    },
};

/// What the Chinese name of an office adds to its group's.
const OFFICE: &str = "办公室";

pub(super) fn create(
    draft: &mut Draft,
    document: &LeadingGroupDocument,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let LeadingGroupDocument { parent_id, valid_from, valid_until, effective_on, basis, duties, group, parts } =
        document;
    if let (Some(from), Some(on)) = (valid_from, effective_on)
        && from != on
    {
        return Err(Error::Contradictory { pointer: "/effective_on".to_owned(), other: "/valid_from" });
    }
    let from = valid_from.or(*effective_on).unwrap_or(with.today);
    let life =
        Period::new(from, *valid_until).ok_or(Error::EmptyPeriod { from, until: valid_until.unwrap_or(from) })?;
    refer_to_org(draft.snapshot(), "/parent_id", *parent_id)?;
    let name = group.name.clone().ok_or(Error::Internal)?;
    not_there_already(draft.snapshot(), *parent_id, &name, life)?;

    let adjustment = Adjustment { on: from, basis: basis.as_ref(), with };
    let id = adjustment.found(draft, OrgKind::LeadingGroup, *parent_id, name, *valid_until);
    if let Some(facts) = draft.snapshot().org(id).map(|org| org.facts.clone()) {
        draft.put_org(id, Some(OrgFacts { duties: duties.clone(), ..facts }));
    }
    adjustment.adjust(draft, id, group, parts)?;
    Ok(Verdict { target: Target::Org(id), shown_on: Some(from) })
}

/// A notice that is entered twice must not found its group twice.
fn not_there_already(snapshot: &Snapshot, parent: OrgId, name: &Name, life: Period) -> Result<(), Error> {
    for org in snapshot.ever_under(Some(parent)) {
        for (period, version) in org.timeline() {
            let values = &version.values;
            let same = values.kind == OrgKind::LeadingGroup
                && values.parent_id == Some(parent)
                && values.name.folded() == name.folded();
            if let Some(common) = period.and(life).filter(|_| same) {
                return Err(Error::GroupExists { org: org.id, on: common.from() });
            }
        }
    }
    Ok(())
}

pub(super) fn replace(
    draft: &mut Draft,
    id: OrgId,
    document: &LeadingGroupDocument,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let LeadingGroupDocument { parent_id, valid_from, valid_until, effective_on, basis, duties, group, parts } =
        document;
    let on = effective_on.unwrap_or(with.today);
    let missing = || Error::NotFound { what: Subject::LeadingGroup, id: id.to_string() };
    let current = draft.snapshot().leading_group(id, on).ok_or_else(missing)?.group.org;
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
    let adjustment = Adjustment { on, basis: basis.as_ref(), with };
    if facts.dissolved_on != *valid_until {
        if let (Some(on), Some(_)) = (facts.dissolved_on, facts.dissolved_by) {
            return Err(Error::AlreadyDissolved { org: id, on });
        }
        adjustment.move_end(draft, id, facts.dissolved_on, *valid_until);
    }
    let values = ValuesPatch { name: group.name.clone(), parent_id: Field::Set(*parent_id), ..ValuesPatch::default() };
    change_values(draft, id, &values, on, basis.as_ref())?;
    if let Some(facts) = draft.snapshot().org(id).map(|org| org.facts.clone()) {
        draft.put_org(id, Some(OrgFacts { duties: duties.clone(), ..facts }));
    }
    adjustment.adjust(draft, id, group, parts)?;
    Ok(Verdict { target: Target::Org(id), shown_on: Some(on) })
}

/// One act of adjusting a leading group.
struct Adjustment<'a> {
    on: Day,
    basis: Option<&'a Basis>,
    with: &'a Circumstances<'a>,
}

impl Adjustment<'_> {
    /// Makes the group what the document says.
    fn adjust(&self, draft: &mut Draft, id: OrgId, group: &PartDocument, parts: &[PartDocument]) -> Result<(), Error> {
        self.fill(draft, id, group)?;
        for kind in PARTS {
            let wanted: Vec<&PartDocument> = parts.iter().filter(|part| part.kind == *kind).collect();
            self.set_parts(draft, id, *kind, &wanted)?;
        }
        Ok(())
    }

    /// Makes the bodies of one kind under the group those that the document has.
    fn set_parts(&self, draft: &mut Draft, group: OrgId, kind: OrgKind, wanted: &[&PartDocument]) -> Result<(), Error> {
        let current: Vec<(OrgId, Name)> = {
            let snapshot = draft.snapshot();
            let parts = snapshot.org_on(group, self.on).map(|view| snapshot.parts_of(&view, kind)).unwrap_or_default();
            // The document has one office; others are left alone.
            let shown = if kind == OrgKind::Office { 1 } else { usize::MAX };
            parts.into_iter().take(shown).map(|part| (part.org.id, part.values().name.clone())).collect()
        };
        let matched = match_parts(&current, wanted)?;
        for (id, _) in current.iter().filter(|(id, _)| !matched.contains(&Some(*id))) {
            end(draft, *id, self.on, self.basis);
        }
        let mut ids = Vec::with_capacity(wanted.len());
        for (part, found) in wanted.iter().zip(matched) {
            let id = match found {
                Some(id) => {
                    let values = ValuesPatch { name: part.name.clone(), ..ValuesPatch::default() };
                    change_values(draft, id, &values, self.on, self.basis)?;
                    id
                }
                None => {
                    let name = part.name.clone().map_or_else(|| office_of(draft.snapshot(), group, self.on), Ok)?;
                    let until = draft.snapshot().org(group).and_then(|org| org.facts.dissolved_on);
                    self.found(draft, kind, group, name, until)
                }
            };
            self.fill(draft, id, part)?;
            ids.push(id);
        }
        self.put_in_order(draft, &ids);
        Ok(())
    }

    /// Founds a body of the group, after its siblings.
    fn found(&self, draft: &mut Draft, kind: OrgKind, parent: OrgId, name: Name, until: Option<Day>) -> OrgId {
        let id = OrgId((self.with.new_id)());
        draft.put_org(id, Some(OrgFacts { dissolved_on: until, ..OrgFacts::default() }));
        let values = OrgValues {
            name,
            short_name: None,
            name_en: None,
            kind,
            parent_id: Some(parent),
            code: None,
            order: next_order(draft.snapshot(), Some(parent), self.on),
            branch_type: None,
            joint: false,
            temporary: false,
            unit_ids: Vec::new(),
        };
        let version = OrgVersion { valid_from: self.on, values: Arc::new(values), basis: self.basis.cloned() };
        draft.put_version(id, self.on, Some(version));
        id
    }

    /// Makes who is in a body, and what it covers, what the document says.
    fn fill(&self, draft: &mut Draft, body: OrgId, part: &PartDocument) -> Result<(), Error> {
        for list in &part.posts {
            self.fill_post(draft, body, list, &format!("{}/{}", part.pointer, list.field))?;
        }
        if part.kind == OrgKind::SupervisionGroup {
            self.cover(draft, body, &part.covers, &format!("{}/covers", part.pointer))?;
        }
        Ok(())
    }

    fn fill_post(&self, draft: &mut Draft, body: OrgId, list: &PartPost, pointer: &str) -> Result<(), Error> {
        let PartPost { post, field: _, holders } = list;
        holders_are_there(draft.snapshot(), body, post, holders, pointer)?;
        let mut current: Vec<(RoleId, RoleFacts)> = draft
            .snapshot()
            .roles_in(body)
            .filter(|role| role.facts.post == *post && role.facts.period().contains(self.on))
            .map(|role| (role.id, role.facts.clone()))
            .collect();
        current.sort_by_key(|(id, facts)| (facts.order, facts.valid_from, *id));
        let kept = |holder: &Holder, acting: bool| {
            current.iter().find(|(_, facts)| facts.holder == *holder && facts.acting == acting)
        };
        for (id, facts) in &current {
            if !holders.iter().any(|(holder, acting)| *holder == facts.holder && *acting == facts.acting) {
                end_role(draft, *id, facts.clone(), self.on, self.basis);
            }
        }
        let places: Vec<Option<(i32, Day, RoleId)>> = holders
            .iter()
            .map(|(holder, acting)| kept(holder, *acting).map(|(id, facts)| (facts.order, facts.valid_from, *id)))
            .collect();
        for ((holder, acting), order) in holders.iter().zip(orders(&places)) {
            match kept(holder, *acting) {
                Some((id, facts)) => draft.put_role(*id, Some(RoleFacts { order, ..facts.clone() })),
                None => self.appoint(draft, body, post, holder, *acting, order),
            }
        }
        Ok(())
    }

    fn appoint(&self, draft: &mut Draft, body: OrgId, post: &PostCode, holder: &Holder, acting: bool, order: i32) {
        let snapshot = draft.snapshot();
        let later = snapshot
            .roles_held(holder)
            .filter(|role| role.facts.org_id == body && role.facts.post == *post)
            .map(|role| role.facts.valid_from)
            .filter(|from| *from > self.on);
        let unit_end = match holder {
            Holder::Unit(unit) => snapshot.org(*unit).and_then(|unit| unit.facts.dissolved_on),
            Holder::Person(_) | Holder::Seat(_) => None,
        };
        let body_end = snapshot.org(body).and_then(|org| org.facts.dissolved_on);
        let facts = RoleFacts {
            org_id: body,
            post: post.clone(),
            holder: holder.clone(),
            valid_from: self.on,
            valid_until: later.chain(unit_end).chain(body_end).min(),
            order,
            acting,
            basis: self.basis.cloned(),
            end_basis: None,
        };
        draft.put_role(RoleId((self.with.new_id)()), Some(facts));
    }

    /// Makes what a supervision group covers what the document says.
    fn cover(&self, draft: &mut Draft, group: OrgId, covers: &[(OrgId, Scope)], pointer: &str) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        for (index, (org, _)) in covers.iter().enumerate() {
            let pointer = format!("{pointer}/{index}/org_id");
            refer_to_org(draft.snapshot(), &pointer, *org)?;
            if *org == group {
                return Err(Error::SelfReference { pointer });
            }
            if !seen.insert(*org) {
                return Err(Error::Repeated { pointer, value: org.to_string() });
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
                end_supervision(draft, *id, facts.clone(), self.on, self.basis);
            }
        }
        for (org_id, scope) in covers {
            if current.iter().any(|(_, facts)| facts.org_id == *org_id && facts.scope == *scope) {
                continue;
            }
            let snapshot = draft.snapshot();
            let later = snapshot.supervisions_by(group).filter(|other| other.facts.org_id == *org_id);
            let later = later.map(|other| other.facts.valid_from).filter(|from| *from > self.on);
            let ends = [group, *org_id].into_iter().filter_map(|id| snapshot.org(id)?.facts.dissolved_on);
            let facts = SupervisionFacts {
                supervision_group_id: group,
                org_id: *org_id,
                scope: *scope,
                valid_from: self.on,
                valid_until: later.chain(ends).min(),
                basis: self.basis.cloned(),
                end_basis: None,
            };
            draft.put_supervision(SupervisionId((self.with.new_id)()), Some(facts));
        }
        Ok(())
    }

    /// Moves the end of a group: whatever was to end with it, or like it had no end, ends on the new day.
    fn move_end(&self, draft: &mut Draft, group: OrgId, before: Option<Day>, after: Option<Day>) {
        let end_basis = after.and(self.basis).cloned();
        let moves = |period: Period| {
            period.until() == before && period.reaches(self.on) && after.is_none_or(|after| period.from() < after)
        };
        for id in draft.snapshot().ever_within(&[group]) {
            let snapshot = draft.snapshot();
            let Some(org) = snapshot.org(id).filter(|org| moves(org.life())) else { continue };
            let facts = OrgFacts { dissolved_on: after, end_basis: end_basis.clone(), ..org.facts.clone() };
            let roles: Vec<(RoleId, RoleFacts)> = snapshot
                .roles_in(id)
                .filter(|role| moves(role.facts.period()))
                .map(|role| (role.id, role.facts.clone()))
                .collect();
            let supervisions: Vec<(SupervisionId, SupervisionFacts)> = snapshot
                .supervisions_by(id)
                .filter(|supervision| moves(supervision.facts.period()))
                .map(|supervision| (supervision.id, supervision.facts.clone()))
                .collect();
            draft.put_org(id, Some(facts));
            for (role, facts) in roles {
                let end_basis = end_basis.clone();
                draft.put_role(role, Some(RoleFacts { valid_until: after, end_basis, ..facts }));
            }
            for (supervision, facts) in supervisions {
                let end_basis = end_basis.clone();
                draft.put_supervision(supervision, Some(SupervisionFacts { valid_until: after, end_basis, ..facts }));
            }
        }
    }

    /// Puts bodies of one kind in order from the day on, unless they stand so already.
    fn put_in_order(&self, draft: &mut Draft, ids: &[OrgId]) {
        let place = |id: &OrgId| {
            let order =
                draft.snapshot().org(*id).and_then(|org| org.on(self.on)).map_or(0, |version| version.values.order);
            (order, *id)
        };
        let places: Vec<(i32, OrgId)> = ids.iter().map(place).collect();
        if places.is_sorted() {
            return;
        }
        let first = places.iter().map(|(order, _)| *order).min().unwrap_or(1);
        for (order, id) in (first..).zip(ids) {
            let Some(mut timeline) = draft.snapshot().org(*id).map(Timeline::of) else { continue };
            let Some(place) = timeline.split(self.on) else { continue };
            let order = Some(order.min(ORDER_MAX));
            if timeline.carry(place, &ValuesPatch { order, ..ValuesPatch::default() }) {
                draft.put_versions(*id, &timeline.into_versions());
            }
        }
    }
}

/// Which of the bodies that there are each wanted one is: that of its id, else the first of its name that
/// is not taken. An office needs neither.
fn match_parts(current: &[(OrgId, Name)], wanted: &[&PartDocument]) -> Result<Vec<Option<OrgId>>, Error> {
    let mut taken = BTreeSet::new();
    for part in wanted {
        let Some(id) = part.id else { continue };
        let pointer = format!("{}/id", part.pointer);
        if !current.iter().any(|(current, _)| *current == id) {
            return Err(Error::UnknownReference { pointer, what: Subject::Org, id: id.to_string() });
        }
        if !taken.insert(id) {
            return Err(Error::Repeated { pointer, value: id.to_string() });
        }
    }
    let found = |part: &&PartDocument| {
        part.id.or_else(|| {
            let fits = |name: &Name| part.kind == OrgKind::Office || part.name.as_ref() == Some(name);
            let (id, _) = current.iter().find(|(id, name)| fits(name) && !taken.contains(id))?;
            taken.insert(*id);
            Some(*id)
        })
    };
    Ok(wanted.iter().map(found).collect())
}

/// The name of an office that is given none.
fn office_of(snapshot: &Snapshot, group: OrgId, on: Day) -> Result<Name, Error> {
    let name = snapshot.org_on(group, on).map(|view| format!("{}{OFFICE}", view.values().name)).unwrap_or_default();
    Name::parse(&name).map_err(|why| Error::BadText { pointer: "/office/name".to_owned(), why })
}

/// Every holder of a list exists, stands there once, and is not the seat that it would fill.
fn holders_are_there(
    snapshot: &Snapshot,
    body: OrgId,
    post: &PostCode,
    holders: &[(Holder, bool)],
    pointer: &str,
) -> Result<(), Error> {
    if !holders.is_empty() {
        refer_to_post(snapshot, pointer, post)?;
    }
    let mut seen = BTreeSet::new();
    for (index, (holder, _)) in holders.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        refer_to_holder(snapshot, &pointer, holder)?;
        if matches!(holder, Holder::Seat(seat) if seat.org_id == body && seat.post == *post) {
            return Err(Error::SelfReference { pointer: format!("{pointer}/seat") });
        }
        if !seen.insert(holder) {
            let value = match holder {
                Holder::Person(id) => id.to_string(),
                Holder::Unit(id) => id.to_string(),
                Holder::Seat(seat) => format!("{} {}", seat.org_id, seat.post),
            };
            return Err(Error::Repeated { pointer, value });
        }
    }
    Ok(())
}

/// The places of a list of holders, of whom some have one: these are kept where they ascend and the others
/// come after them; else all are counted anew.
fn orders(places: &[Option<(i32, Day, RoleId)>]) -> Vec<i32> {
    let kept: Vec<_> = places.iter().flatten().collect();
    let last = kept.last().map_or(0, |(order, ..)| *order);
    let others = i32::try_from(places.len() - kept.len()).unwrap_or(ORDER_MAX);
    let tail_only = places.iter().skip_while(|place| place.is_some()).all(Option::is_none);
    if kept.is_sorted() && tail_only && last <= ORDER_MAX - others {
        let kept = kept.into_iter().map(|(order, ..)| *order);
        kept.chain((last + 1..).take(places.len())).take(places.len()).collect()
    } else {
        (1..).take(places.len()).collect()
    }
}
