//! What each role keeps.

use crate::{
    directory::{RoleRow, Snapshot},
    domain::{BlockerKind, Error, Holder, OrgId},
    registry::refer::{refer_to_holder, refer_to_org, refer_to_post},
};

/// A role is not held by its own seat; only an end has a document; it lies within its org's life, and its holder's where that is an org;
/// its post exists there throughout; and the same holder does not hold the post there twice.
pub(super) fn role_alone(snapshot: &Snapshot, role: &RoleRow<'_>) -> Result<(), Error> {
    let facts = role.facts();
    if matches!(&facts.holder, Holder::Seat(seat) if seat.org_id == facts.org_id && seat.post == facts.post) {
        return Err(Error::SelfReference { pointer: "/holder".to_owned() });
    }
    if let Some(until) = facts.valid_until.filter(|until| *until <= facts.valid_from) {
        return Err(Error::EmptyPeriod { from: facts.valid_from, until });
    }
    if facts.end_basis.is_some() && facts.valid_until.is_none() {
        return Err(Error::NoEnd);
    }
    let period = facts.period();
    let living = |id: OrgId, kind| {
        let by = (kind, role.id().0);
        let outside = Error::OutsideLife { org: id, from: period.from(), until: period.until(), by };
        snapshot.org(id).filter(|org| org.life().covers(period)).ok_or(outside)
    };
    let org = living(facts.org_id, BlockerKind::RoleIn)?;
    if let Holder::Unit(unit) = &facts.holder {
        living(*unit, BlockerKind::RoleHeld)?;
    }
    for (stretch, version) in org.timeline() {
        let Some(common) = stretch.and(period) else { continue };
        let kind = version.values.kind;
        if snapshot.post(&facts.post).is_none_or(|post| post.in_kind(kind).is_none()) {
            return Err(Error::PostNotInKind { post: facts.post.clone(), org: org.id, kind, on: common.from() });
        }
    }
    let others = snapshot.roles_held(&facts.holder).filter(|other| {
        other.id() != role.id() && other.org_id() == facts.org_id && *other.post() == facts.post && lasts(other)
    });
    let twice = others.filter_map(|other| Some((other.period().and(period)?.from(), other.id()))).min();
    twice.map_or(Ok(()), |(on, beside)| Err(Error::SameHolder { role: role.id(), beside, on }))
}

/// Whether a role lasts a day. One that does not, in a file that is loaded, is refused by itself.
pub(super) fn lasts(role: &RoleRow<'_>) -> bool {
    let facts = role.facts();
    facts.valid_until.is_none_or(|until| until > facts.valid_from)
}

/// What is wrong with a role of a directory that is entered whole; how many hold its post is asked apart.
pub(in crate::registry) fn role_whole(snapshot: &Snapshot, role: &RoleRow<'_>) -> Vec<Error> {
    let references = [
        refer_to_org(snapshot, "/org_id", role.org_id()),
        refer_to_post(snapshot, "/post", role.post()),
        refer_to_holder(snapshot, "/holder", &role.holder()),
    ];
    let unknown: Vec<Error> = references.into_iter().filter_map(Result::err).collect();
    if unknown.is_empty() { role_alone(snapshot, role).err().into_iter().collect() } else { unknown }
}
