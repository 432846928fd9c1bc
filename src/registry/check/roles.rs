//! What each role keeps.

use crate::{
    directory::{RoleRow, Snapshot},
    domain::{BlockerKind, Error, Holder, Org, OrgId},
    registry::refer::{first, refer_to_org, refer_to_post, unknown_holder},
};

/// Refuses a role that breaks a rule.
pub(super) fn role_alone(snapshot: &Snapshot, role: &RoleRow<'_>) -> Result<(), Error> {
    first(role_by_itself(role).into_iter().chain(role_among_others(snapshot, role)))
}

/// A role is not held by its own seat; it has a day; and only an end has a document.
fn role_by_itself(role: &RoleRow<'_>) -> Vec<Error> {
    let facts = role.facts();
    let own_seat =
        matches!(&facts.holder, Holder::Seat(seat) if seat.org_id == facts.org_id && seat.post == facts.post);
    let own_seat = own_seat.then(|| Error::SelfReference { pointer: "/holder".to_owned() });
    let until = facts.valid_until.filter(|until| *until <= facts.valid_from);
    let empty = until.map(|until| Error::EmptyPeriod { from: facts.valid_from, until });
    let no_end = (facts.end_basis.is_some() && facts.valid_until.is_none()).then_some(Error::NoEnd);
    own_seat.into_iter().chain(empty).chain(no_end).collect()
}

/// It lies within its org's life, and its holder's where that is an org; its post exists there throughout; and the same
/// holder does not hold the post there twice. Nothing of this is asked of a role without a day.
fn role_among_others(snapshot: &Snapshot, role: &RoleRow<'_>) -> Vec<Error> {
    if !lasts(role) {
        return Vec::new();
    }
    let facts = role.facts();
    let period = facts.period();
    let outside = |id: OrgId, kind| {
        let by = (kind, role.id().0);
        let lives = snapshot.org(id).is_some_and(|org| org.life().covers(period));
        (!lives).then_some(Error::OutsideLife { org: id, from: period.from(), until: period.until(), by })
    };
    let mut broken: Vec<Error> = outside(facts.org_id, BlockerKind::RoleIn).into_iter().collect();
    if let Holder::Unit(unit) = &facts.holder {
        broken.extend(outside(*unit, BlockerKind::RoleHeld));
    }
    let lacking = snapshot.org(facts.org_id).into_iter().flat_map(Org::timeline).find_map(|(stretch, version)| {
        let kind = version.values.kind;
        let common = stretch.and(period)?;
        let has = snapshot.post(&facts.post).is_some_and(|post| post.in_kind(kind).is_some());
        (!has).then(|| Error::PostNotInKind { post: facts.post.clone(), org: facts.org_id, kind, on: common.from() })
    });
    broken.extend(lacking);
    let others = snapshot.roles_held(&facts.holder).filter(|other| {
        other.id() != role.id() && other.org_id() == facts.org_id && *other.post() == facts.post && lasts(other)
    });
    let twice = others.filter_map(|other| Some((other.period().and(period)?.from(), other.id()))).min();
    broken.extend(twice.map(|(on, beside)| Error::SameHolder { role: role.id(), beside, on }));
    broken
}

/// Whether a role lasts a day. One that does not, in a file that is loaded, is refused by itself.
pub(super) fn lasts(role: &RoleRow<'_>) -> bool {
    let facts = role.facts();
    facts.valid_until.is_none_or(|until| until > facts.valid_from)
}

/// What is wrong with a role of a directory that is entered whole; how many hold its post is asked apart.
pub(in crate::registry) fn role_whole(snapshot: &Snapshot, role: &RoleRow<'_>) -> Vec<Error> {
    let references = [refer_to_org(snapshot, "/org_id", role.org_id()), refer_to_post(snapshot, "/post", role.post())];
    let mut wrong: Vec<Error> = references.into_iter().filter_map(Result::err).collect();
    wrong.extend(unknown_holder(snapshot, "/holder", &role.holder()));
    let all_known = wrong.is_empty();
    wrong.extend(role_by_itself(role));
    if all_known {
        wrong.extend(role_among_others(snapshot, role));
    }
    wrong
}
