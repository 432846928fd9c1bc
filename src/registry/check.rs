//! The rules that hold on every date (docs/ARCHITECTURE.md), checked on the directory as it would be.
//!
//! A command is decided by drafting its outcome; whatever the command was, the same checks then look
//! at everything that the outcome touches. So each rule is written once.

use std::collections::BTreeSet;

use super::{
    draft::Draft,
    refer::{refer_to_all_of, refer_to_holder, refer_to_org, refer_to_post, refer_to_successors},
};
use crate::{
    directory::{HeldRole, LEVELS_MAX, Snapshot},
    domain::{
        Blocker, BlockerKind, Code, Day, Effect, Error, ExternalId, Holder, Org, OrgFacts, OrgId, OrgKind, OrgVersion,
        Period, Person, Post, PostCode, RoleId, Supervision, SupervisionId, tier,
    },
};

/// Refuses the draft if it breaks a rule on any date.
pub(super) fn check(draft: &Draft) -> Result<(), Error> {
    let snapshot = draft.snapshot();
    let touched = Touched::by(draft);
    let moved = with_all_below(snapshot, &touched.moved);
    for id in &touched.orgs {
        unnamed_if_gone(snapshot, *id)?;
    }
    for org in touched.orgs.iter().filter_map(|id| snapshot.org(*id)) {
        org_alone(snapshot, org)?;
    }
    // What moved comes first: a new cycle goes through it, and what is below a cycle is only too deep.
    for org in touched.moved.iter().chain(&moved).filter_map(|id| snapshot.org(*id)) {
        placement(snapshot, org)?;
    }
    for org in moved.union(&touched.orgs).filter_map(|id| snapshot.org(*id)) {
        codes(snapshot, org)?;
    }
    let (mut roles, mut supervisions) = (touched.roles, touched.supervisions);
    for id in &touched.moved {
        roles.extend(snapshot.roles_in(*id).map(|role| role.id()));
        roles.extend(snapshot.roles_held(&Holder::Unit(*id)).map(|role| role.id()));
        supervisions.extend(snapshot.supervisions_by(*id).map(|supervision| supervision.id));
        supervisions.extend(snapshot.supervisions_of(*id).map(|supervision| supervision.id));
        for member in snapshot.ever_of_unit(*id) {
            units(snapshot, member)?;
        }
    }
    for post in &touched.posts {
        roles.extend(snapshot.roles_of_post(post).map(|role| role.id()));
    }
    let mut seats = BTreeSet::new();
    for role in roles.iter().filter_map(|id| snapshot.role(*id)) {
        role_alone(snapshot, &role)?;
        seats.insert((role.org_id(), role.post().clone()));
    }
    for (org, post) in &seats {
        if let (Some(org), Some(post)) = (snapshot.org(*org), snapshot.post(post)) {
            holders(snapshot, org, post)?;
        }
    }
    for supervision in supervisions.iter().filter_map(|id| snapshot.supervision(*id)) {
        supervised(snapshot, supervision)?;
    }
    touched
        .people
        .iter()
        .try_for_each(|id| snapshot.person(*id).map_or(Ok(()), |person| identity(snapshot, &person.person())))
}

/// Refuses a body that breaks a rule wherever it stands.
fn org_alone(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    life(org)?;
    fields(org)?;
    units(snapshot, org)?;
    external_ids(snapshot, org)
}

/// Refuses a body of a directory that is entered whole; whether it shares a code is asked of all at once.
pub(super) fn org_whole(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    for version in &org.versions {
        refer_to_all_of(snapshot, &version.values)?;
    }
    refer_to_successors(snapshot, org.id, &org.facts.successor_ids)?;
    org_alone(snapshot, org)?;
    placement(snapshot, org)
}

/// The bodies of a directory that is entered whole that have the same code below the same top committee on
/// the same day. All universities may number their bodies alike: to compare each with all others would take
/// for ever.
pub(super) fn codes_whole<'s>(snapshot: &'s Snapshot, orgs: impl Iterator<Item = &'s Org>) -> Vec<(OrgId, Error)> {
    let mut used: Vec<(&Code, OrgId, Period, OrgId)> = Vec::new();
    for org in orgs {
        for (period, version) in org.timeline() {
            let Some(code) = &version.values.code else { continue };
            used.extend(
                tops(snapshot, org.id, period, LEVELS_MAX).into_iter().map(|(on, top)| (code, top, on, org.id)),
            );
        }
    }
    used.sort_unstable_by_key(|(code, top, period, org)| (*code, *top, period.from(), *org));
    let mut found = Vec::new();
    for same in used.chunk_by(|(code, top, ..), (next, next_top, ..)| code == next && top == next_top) {
        for (nth, (code, _, period, org)) in same.iter().enumerate() {
            let later = same.iter().skip(nth + 1);
            for (common, other) in later.filter_map(|(_, _, later, other)| Some((period.and(*later)?, *other))) {
                if other != *org {
                    let taken = |by| Error::CodeTaken { code: (*code).clone(), by, on: common.from() };
                    found.extend([(*org, taken(other)), (other, taken(*org))]);
                }
            }
        }
    }
    found
}

/// Refuses a role of a directory that is entered whole; how many hold its post is asked apart.
pub(super) fn role_whole(snapshot: &Snapshot, role: &HeldRole<'_>) -> Result<(), Error> {
    refer_to_org(snapshot, "/org_id", role.org_id())?;
    refer_to_post(snapshot, "/post", role.post())?;
    refer_to_holder(snapshot, "", &role.holder())?;
    role_alone(snapshot, role)
}

/// Refuses a supervision of a directory that is entered whole.
pub(super) fn supervision_whole(snapshot: &Snapshot, supervision: &Supervision) -> Result<(), Error> {
    refer_to_org(snapshot, "/supervision_group_id", supervision.facts.supervision_group_id)?;
    refer_to_org(snapshot, "/org_id", supervision.facts.org_id)?;
    supervised(snapshot, supervision)
}

/// What a draft touches.
#[derive(Default)]
struct Touched {
    orgs: BTreeSet<OrgId>,
    /// Bodies whose kind, parent or life may have changed, so that what is under and in them counts.
    moved: BTreeSet<OrgId>,
    people: BTreeSet<crate::domain::PersonId>,
    posts: BTreeSet<PostCode>,
    roles: BTreeSet<RoleId>,
    supervisions: BTreeSet<SupervisionId>,
}

impl Touched {
    fn by(draft: &Draft) -> Self {
        let mut touched = Self::default();
        for effect in draft.effects() {
            match effect {
                Effect::Org { id, before, after } => {
                    touched.orgs.insert(*id);
                    let end = |facts: &Option<OrgFacts>| facts.as_ref().map(|facts| facts.dissolved_on);
                    if end(before) != end(after) {
                        touched.moved.insert(*id);
                    }
                }
                Effect::OrgVersion { id, before, after, .. } => {
                    touched.orgs.insert(*id);
                    let place = |version: &Option<OrgVersion>| {
                        version.as_ref().map(|version| (version.values.kind, version.values.parent_id))
                    };
                    if place(before) != place(after) {
                        touched.moved.insert(*id);
                    }
                }
                Effect::Person { id, .. } => drop(touched.people.insert(*id)),
                Effect::Post { code, .. } => drop(touched.posts.insert(code.clone())),
                Effect::Role { id, .. } => drop(touched.roles.insert(*id)),
                Effect::Supervision { id, .. } => drop(touched.supervisions.insert(*id)),
            }
        }
        touched
    }
}

/// The bodies `roots` and all that ever stand below one, those below a body that is gone included.
fn with_all_below(snapshot: &Snapshot, roots: &BTreeSet<OrgId>) -> BTreeSet<OrgId> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<OrgId> = roots.iter().copied().collect();
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            waiting.extend(snapshot.ever_under(Some(id)).map(|child| child.id));
        }
    }
    found
}

/// Nothing names a body that is gone.
fn unnamed_if_gone(snapshot: &Snapshot, id: OrgId) -> Result<(), Error> {
    if snapshot.org(id).is_some() {
        return Ok(());
    }
    let mut blockers: Vec<Blocker> = naming(snapshot, id).collect();
    blockers.sort();
    if blockers.is_empty() { Ok(()) } else { Err(Error::InUse { blockers }) }
}

/// What names a body without standing under it or lying in it: bodies whose unit or successor it is, and
/// seats that point at it.
pub(super) fn naming(snapshot: &Snapshot, id: OrgId) -> impl Iterator<Item = Blocker> + '_ {
    let by = |kind| move |org: &Org| Blocker { kind, id: org.id.0, valid_from: org.established_on() };
    let members = snapshot.ever_of_unit(id).map(by(BlockerKind::UnitOf));
    let seats = snapshot.seats_in(id).map(|role| Blocker {
        kind: BlockerKind::SeatOf,
        id: role.id().0,
        valid_from: role.period().from(),
    });
    members.chain(snapshot.predecessors(id).map(by(BlockerKind::SuccessorOf))).chain(seats)
}

/// Its end comes after its founding and after its last version began.
fn life(org: &Org) -> Result<(), Error> {
    let last = org.versions.last().map(|version| version.valid_from);
    match (org.facts.dissolved_on, last) {
        (Some(until), Some(from)) if until <= from => Err(Error::EmptyPeriod { from, until }),
        _ => Ok(()),
    }
}

/// No version says what its kind has no field for.
fn fields(org: &Org) -> Result<(), Error> {
    for version in org.versions.iter() {
        if let Some(field) =
            version.values.foreign_field(version.values.kind).or_else(|| org.facts.foreign_field(version.values.kind))
        {
            let (kind, on) = (version.values.kind, version.valid_from);
            return Err(Error::KindForbids { org: org.id, kind, field, on });
        }
    }
    Ok(())
}

/// What it names as its units are administrative units, on every day on which it names them.
fn units(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    for (period, version) in org.timeline() {
        for unit in &version.values.unit_ids {
            let is_unit = snapshot.org(*unit).is_some_and(|unit| {
                let kind = |version: &OrgVersion| version.values.kind == OrgKind::Unit;
                kind(unit.nearest(period.from()).1)
                    && unit.timeline().all(|(stretch, version)| kind(version) || stretch.and(period).is_none())
            });
            if !is_unit {
                return Err(Error::NotAUnit { org: *unit });
            }
        }
    }
    Ok(())
}

/// No other body alive on the same day has one of its external identifiers.
fn external_ids(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    each_once(&org.facts.external_ids)?;
    for id in &org.facts.external_ids {
        let other =
            snapshot.orgs_known_by(id).find(|other| other.id != org.id && other.life().and(org.life()).is_some());
        if let Some(other) = other {
            return Err(Error::ExternalIdTaken { id: id.clone(), by: other.id.0 });
        }
    }
    Ok(())
}

/// On every day of its life its parent lives, may have it, and is not below it.
fn placement(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    for (period, version) in org.timeline() {
        let (kind, parent) = (version.values.kind, version.values.parent_id);
        let misplaced = |parent, on| Error::Misplaced { org: org.id, kind, parent, on };
        let Some(parent_id) = parent else {
            if !kind.may_stand_under(None) {
                return Err(misplaced(None, period.from()));
            }
            continue;
        };
        climb(snapshot, org.id, parent_id, period, 2)?;
        for (above_period, parent, above) in stretches(snapshot, parent_id, period) {
            let of_tier = tier(parent, above);
            if !kind.may_stand_under(Some((parent, of_tier))) {
                return Err(misplaced(Some(parent), above_period.from()));
            }
        }
    }
    Ok(())
}

/// Every body above exists throughout, none is `org` itself, and they are not too many.
fn climb(snapshot: &Snapshot, org: OrgId, above: OrgId, period: Period, level: usize) -> Result<(), Error> {
    let on = period.from();
    if above == org {
        return Err(Error::WouldCycle { org, under: above, on });
    }
    if level > LEVELS_MAX {
        return Err(Error::TooDeep { org, levels_max: LEVELS_MAX, on });
    }
    let covering = snapshot.org(above).filter(|body| body.life().covers(period));
    let Some(body) = covering else {
        return Err(Error::OutsideLife { org: above, from: on, until: period.until() });
    };
    for (stretch, version) in body.timeline() {
        if let (Some(common), Some(next)) = (stretch.and(period), version.values.parent_id) {
            climb(snapshot, org, next, common, level + 1)?;
        }
    }
    Ok(())
}

/// The kind of a body and of its parent, day by day over `period`.
fn stretches(snapshot: &Snapshot, id: OrgId, period: Period) -> Vec<(Period, OrgKind, Option<OrgKind>)> {
    let mut found = Vec::new();
    for (own, version) in snapshot.org(id).into_iter().flat_map(Org::timeline) {
        let Some(common) = own.and(period) else { continue };
        let kind = version.values.kind;
        match version.values.parent_id.and_then(|parent| snapshot.org(parent)) {
            None => found.push((common, kind, None)),
            Some(parent) => found.extend(parent.timeline().filter_map(|(above, version)| {
                above.and(common).map(|common| (common, kind, Some(version.values.kind)))
            })),
        }
    }
    found
}

/// No other body below the same top committee has one of its codes on the same day.
fn codes(snapshot: &Snapshot, org: &Org) -> Result<(), Error> {
    for (period, version) in org.timeline() {
        let Some(code) = &version.values.code else { continue };
        for other in snapshot.ever_coded(code).filter(|other| other.id != org.id) {
            for (theirs, version) in other.timeline() {
                let Some(common) = theirs.and(period).filter(|_| version.values.code.as_ref() == Some(code)) else {
                    continue;
                };
                code_apart(snapshot, code, org.id, other.id, common)?;
            }
        }
    }
    Ok(())
}

fn code_apart(snapshot: &Snapshot, code: &Code, org: OrgId, other: OrgId, period: Period) -> Result<(), Error> {
    for (own, top) in tops(snapshot, org, period, LEVELS_MAX) {
        for (common, theirs) in tops(snapshot, other, own, LEVELS_MAX) {
            if top == theirs {
                return Err(Error::CodeTaken { code: code.clone(), by: other, on: common.from() });
            }
        }
    }
    Ok(())
}

/// The top committee over a body, day by day over `period`: its tier-1 committee, or where there is
/// none its root.
fn tops(snapshot: &Snapshot, id: OrgId, period: Period, levels_left: usize) -> Vec<(Period, OrgId)> {
    let mut found = Vec::new();
    for (own, version) in snapshot.org(id).into_iter().flat_map(Org::timeline) {
        let Some(common) = own.and(period) else { continue };
        let parent = version.values.parent_id.filter(|_| levels_left > 0);
        let Some(parent) = parent else {
            found.push((common, id));
            continue;
        };
        if version.values.kind == OrgKind::Committee {
            for (stretch, kind, _) in stretches(snapshot, parent, common) {
                if tier(OrgKind::Committee, Some(kind)) == Some(1) {
                    found.push((stretch, id));
                } else {
                    found.extend(tops(snapshot, parent, stretch, levels_left - 1));
                }
            }
        } else {
            found.extend(tops(snapshot, parent, common, levels_left - 1));
        }
    }
    found
}

/// A role is not held by its own seat; it lies within its body's life, and its holder's where that is a body;
/// its post exists there throughout; and the same holder does not hold the post there twice.
fn role_alone(snapshot: &Snapshot, role: &HeldRole<'_>) -> Result<(), Error> {
    let facts = role.facts();
    if matches!(&facts.holder, Holder::Seat(seat) if seat.org_id == facts.org_id && seat.post == facts.post) {
        return Err(Error::SelfReference { pointer: "/holder".to_owned() });
    }
    if let Some(until) = facts.valid_until.filter(|until| *until <= facts.valid_from) {
        return Err(Error::EmptyPeriod { from: facts.valid_from, until });
    }
    let period = facts.period();
    let living = |id: OrgId| {
        let outside = Error::OutsideLife { org: id, from: period.from(), until: period.until() };
        snapshot.org(id).filter(|org| org.life().covers(period)).ok_or(outside)
    };
    let org = living(facts.org_id)?;
    if let Holder::Unit(unit) = &facts.holder {
        living(*unit)?;
    }
    for (stretch, version) in org.timeline() {
        let Some(common) = stretch.and(period) else { continue };
        let kind = version.values.kind;
        if snapshot.post(&facts.post).is_none_or(|post| post.in_kind(kind).is_none()) {
            return Err(Error::PostNotInKind { post: facts.post.clone(), org: org.id, kind, on: common.from() });
        }
    }
    let others = snapshot
        .roles_held(&facts.holder)
        .filter(|other| other.id() != role.id() && other.org_id() == facts.org_id && *other.post() == facts.post);
    let twice = others.filter_map(|other| Some((other.period().and(period)?.from(), other.id()))).min();
    twice.map_or(Ok(()), |(on, role)| Err(Error::SameHolder { role, on }))
}

/// A supervision is of another body, and lies within the lives of both; what covers is a supervision group
/// throughout; and the same group does not cover the same body twice on a day.
fn supervised(snapshot: &Snapshot, supervision: &Supervision) -> Result<(), Error> {
    let facts = &supervision.facts;
    if facts.org_id == facts.supervision_group_id {
        return Err(Error::SelfReference { pointer: "/org_id".to_owned() });
    }
    if let Some(until) = facts.valid_until.filter(|until| *until <= facts.valid_from) {
        return Err(Error::EmptyPeriod { from: facts.valid_from, until });
    }
    let period = facts.period();
    for id in [facts.supervision_group_id, facts.org_id] {
        if !snapshot.org(id).is_some_and(|org| org.life().covers(period)) {
            return Err(Error::OutsideLife { org: id, from: period.from(), until: period.until() });
        }
    }
    for (stretch, version) in snapshot.org(facts.supervision_group_id).into_iter().flat_map(Org::timeline) {
        if let Some(common) = stretch.and(period).filter(|_| version.values.kind != OrgKind::SupervisionGroup) {
            return Err(Error::NotASupervisionGroup { org: facts.supervision_group_id, on: common.from() });
        }
    }
    let others = snapshot
        .supervisions_by(facts.supervision_group_id)
        .filter(|other| other.id != supervision.id && other.facts.org_id == facts.org_id);
    let twice = others.filter_map(|other| Some((other.facts.period().and(period)?.from(), other.id))).min();
    twice.map_or(Ok(()), |(on, supervision)| Err(Error::SupervisedTwice { supervision, on }))
}

/// A post with a maximum has no more holders than that, and one acting holder, on every day from the
/// day the maximum was set.
pub(super) fn holders(snapshot: &Snapshot, org: &Org, post: &Post) -> Result<(), Error> {
    let held: Vec<HeldRole<'_>> = snapshot.roles_in(org.id).filter(|role| *role.post() == post.code).collect();
    for (stretch, version) in org.timeline() {
        let Some(entry) = post.in_kind(version.values.kind) else { continue };
        let Some(holders_max) = entry.holders_max else { continue };
        let judged = entry.max_since.map_or(Some(stretch), |since| stretch.and(Period::open(since)));
        let Some(judged) = judged else { continue };
        // The number of holders grows only on days on which somebody begins.
        let begins = held.iter().map(|role| role.period().from()).filter(|day| judged.contains(*day));
        let days: BTreeSet<Day> = begins.chain([judged.from()]).collect();
        for on in days {
            let (acting, full) = count(&held, on);
            let (post, org) = (post.code.clone(), org.id);
            if full > usize::from(holders_max) {
                return Err(Error::PostFull { post, org, on, holders_max });
            }
            if acting > 1 {
                return Err(Error::ActingTaken { post, org, on });
            }
        }
    }
    Ok(())
}

/// How many acting and how many other holders there are on a day.
fn count(held: &[HeldRole<'_>], on: Day) -> (usize, usize) {
    let on_that_day = held.iter().filter(|role| role.period().contains(on));
    let (acting, full): (Vec<&HeldRole<'_>>, Vec<&HeldRole<'_>>) = on_that_day.partition(|role| role.is_acting());
    (acting.len(), full.len())
}

/// No external identifier stands twice in one list.
fn each_once(ids: &[ExternalId]) -> Result<(), Error> {
    let twice = ids.iter().enumerate().find(|(index, id)| ids.iter().take(*index).any(|before| before == *id));
    // The value may be personal: the scheme tells enough.
    twice.map_or(Ok(()), |(_, id)| {
        Err(Error::Repeated { pointer: "/external_ids".to_owned(), value: id.scheme.to_string() })
    })
}

/// No other person has the staff number or one of the external identifiers.
pub(super) fn identity(snapshot: &Snapshot, person: &Person) -> Result<(), Error> {
    if let Some(staff_no) = &person.staff_no
        && let Some(other) = snapshot.people_numbered(staff_no).find(|other| other.id() != person.id)
    {
        return Err(Error::StaffNoTaken { by: other.id() });
    }
    each_once(&person.external_ids)?;
    for id in &person.external_ids {
        if let Some(other) = snapshot.people_known_by(id).find(|other| other.id() != person.id) {
            return Err(Error::ExternalIdTaken { id: id.clone(), by: other.id().0 });
        }
    }
    Ok(())
}
