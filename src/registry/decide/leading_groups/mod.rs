//! A leading group as a notice has it: the whole document, which says from a day on what the group is.
//!
//! Establishing and adjusting are one act: the document is declared in a version of the group and of each of its parts.
//! Roles and what is covered follow from all that is declared, in the order of the days ([`follow`]). Parts are
//! established and ended by the act itself, for as long as the next document does not say otherwise.

mod alone;
mod day;
mod end;
mod fill;
mod follow;
mod listed;
mod parts;
mod runs;

pub(super) use self::{
    alone::{has_lists_of, written_alone},
    day::{move_day, take_back},
    end::correct_end,
    follow::{follow, has_lists},
};
use super::{Circumstances, Verdict};
use crate::{
    directory::{GroupPart, LeadingGroup},
    domain::{
        Basis, Blocker, BlockerKind, Counterpart, Day, Declared, Error, Field, ObjectKey, OrgId, OrgKind,
        OrgValuesPatch, PARTS, Period, Subject, attributes::Change,
    },
    registry::{
        command::{LeadingGroupDocument, PartDocument},
        draft::Draft,
        refer::refer_to_org,
    },
};

pub(super) fn create(
    draft: &mut Draft,
    document: &LeadingGroupDocument,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let LeadingGroupDocument { parent_id, name, valid_from, valid_until, effective_on, basis, group, .. } = document;
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
    let end = valid_until.map(|until| (until, None));
    let id = adjustment.found(draft, OrgKind::LeadingGroup, *parent_id, name.clone(), end);
    adjustment.adjust(draft, id, document)?;
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
    let LeadingGroupDocument { parent_id, valid_from, valid_until, effective_on, basis, group, .. } = document;
    is_itself(group, Some(id))?;
    let on = effective_on.unwrap_or(with.today);
    let missing = || Error::NotFound { what: Subject::LeadingGroup, id: id.to_string() };
    let snapshot = draft.snapshot().clone();
    let shown = snapshot.leading_group(id, on).ok_or_else(missing)?;
    let current = shown.group.org;
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
    let is_last = current.org.declarations().all(|declared| declared.on <= on);
    let adjustment = Adjustment { on, basis: basis.as_ref(), with };
    // A later document says the end.
    if is_last && facts.dissolved_on != *valid_until {
        if let (Some(on), Some(_)) = (facts.dissolved_on, facts.dissolved_by) {
            return Err(Error::AlreadyDissolved { org: id, on });
        }
        end::move_end(draft, id, facts.dissolved_on, *valid_until, basis.as_ref());
    }
    adjustment.adjust(draft, id, document)?;
    // What is so anyway is declared only by another document.
    if basis.as_ref().is_none_or(|basis| shown.basis() == Some(basis)) && is_so(&shown, document, is_last) {
        draft.forget();
    }
    Ok(Verdict::on(ObjectKey::Org(id), on))
}

/// Whether a group is what a document says.
fn is_so(shown: &LeadingGroup<'_>, document: &LeadingGroupDocument, is_last: bool) -> bool {
    let (values, facts) = (shown.group.org.values(), &shown.group.org.org.facts);
    let parts = |kind| document.parts.iter().filter(move |part| part.kind == kind);
    let groups = |kind, shown: &[GroupPart<'_>]| {
        parts(kind).count() == shown.len() && parts(kind).zip(shown).all(|(part, shown)| is_part_so(shown, part))
    };
    values.name == document.name
        && values.parent_id == Some(document.parent_id)
        && values.duties == document.duties
        && (!is_last || facts.dissolved_on == document.valid_until)
        && is_part_so(&shown.group, &document.group)
        && match (&shown.office, parts(OrgKind::Office).next()) {
            (Some(office), Some(part)) => is_part_so(office, part),
            (office, part) => office.is_none() && part.is_none(),
        }
        && groups(OrgKind::WorkingGroup, &shown.working_groups)
        && groups(OrgKind::SupervisionGroup, &shown.supervision_groups)
}

fn is_part_so(shown: &GroupPart<'_>, part: &PartDocument) -> bool {
    let holders = part.posts.iter().all(|list| {
        let held = shown.roles.iter().filter(|role| role.post.code == list.post);
        held.map(|role| (role.role.holder(), role.role.acting()))
            .eq(list.holders.iter().map(|listed| (listed.holder.holder.clone(), listed.acting)))
    });
    let covers = shown.covers.len() == part.covers.len()
        && shown.covers.iter().all(|cover| {
            let facts = &cover.supervision.facts;
            part.covers.contains(&(facts.org_id, facts.scope))
        });
    holders
        && covers
        && part.id.is_none_or(|id| id == shown.org.id())
        && part.name.as_ref().is_none_or(|name| *name == shown.org.values().name)
}

/// One act of adjusting a leading group.
struct Adjustment<'a> {
    on: Day,
    basis: Option<&'a Basis>,
    with: &'a Circumstances<'a>,
}

impl Adjustment<'_> {
    /// Declares what the document says of the group and of its parts.
    fn adjust(&self, draft: &mut Draft, id: OrgId, document: &LeadingGroupDocument) -> Result<(), Error> {
        let LeadingGroupDocument { parent_id, name, duties, valid_until, group, parts, .. } = document;
        let before = draft.snapshot().clone();
        // What is left out ends first. A named holder may depend on it, and is then refused.
        let mut kept = Vec::with_capacity(PARTS.len());
        for kind in PARTS {
            let wanted: Vec<&PartDocument> = parts.iter().filter(|part| part.kind == *kind).collect();
            let matched = self.end_others(draft, id, *kind, &wanted)?;
            kept.push((*kind, wanted, matched));
        }
        let values = OrgValuesPatch {
            name: Some(name.clone()),
            parent_id: Field::Set(*parent_id),
            duties: Change::to(duties),
            ..OrgValuesPatch::default()
        };
        let declared = Declared { valid_until: *valid_until, ..Declared::default() };
        self.fill(draft, &before, id, group, &values, declared)?;
        let mut ids = Vec::new();
        for (kind, wanted, matched) in kept {
            ids.extend(self.set_parts(draft, &before, id, kind, &wanted, matched)?);
        }
        self.correct(draft, id, self.on, |declared| declared.parts.clone_from(&ids));
        Ok(())
    }

    /// Changes what was declared on a day of an org.
    fn correct(&self, draft: &mut Draft, id: OrgId, on: Day, change: impl Fn(&mut Declared)) {
        follow::correct(draft, id, |declared| declared.on == on, change);
    }
}
