//! The catalogue of posts.

use super::{Circumstances, Verdict};
use crate::{
    directory::{RoleRow, Snapshot},
    domain::{Blocker, BlockerKind, Day, Error, ORDER_MAX, ObjectKey, Post, PostCode, PostKind, PostPatch, Subject},
    registry::{
        draft::Draft,
        requests::{CreatePost, PatchPost},
    },
};

pub(super) fn create(draft: &mut Draft, create: &CreatePost, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    if draft.snapshot().post(&create.code).is_some() {
        return Err(Error::PostTaken { post: create.code.clone() });
    }
    let mut post = Post::new(create, draft.revision(), with.now);
    once_each(&post.kinds)?;
    post.kinds.iter_mut().for_each(|kind| kind.max_since = None);
    if create.rank.is_none() {
        let last = draft.snapshot().posts().map(|post| post.rank).max().unwrap_or(0);
        post.rank = (last + 10).min(ORDER_MAX);
    }
    let code = post.code.clone();
    draft.put(code.clone(), Some(post));
    Ok(ObjectKey::Post(code).into())
}

pub(super) fn patch(
    draft: &mut Draft,
    code: &PostCode,
    patch: &PatchPost,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    let before = find(draft.snapshot(), code)?.clone();
    if patch.code.as_ref().is_some_and(|new| new != code) {
        return Err(Error::CodeIsFixed);
    }
    let mut post = PostPatch::from(patch).applied_to(&before);
    if patch.kinds.is_some() {
        once_each(&post.kinds)?;
        for kind in &mut post.kinds {
            kind.max_since = judged_since(before.in_kind(kind.kind), kind, with.today);
        }
    }
    draft.put(code.clone(), Some(post));
    Ok(ObjectKey::Post(code.clone()).into())
}

/// The day from which a maximum applies. A new or lowered one applies from today, since the past is not checked again.
/// One that is kept or raised applies from the same day as before.
fn judged_since(old: Option<&PostKind>, new: &PostKind, today: Day) -> Option<Day> {
    let max = new.holders_max?;
    match old {
        Some(old) if old.holders_max.is_some_and(|old| max >= old) => old.max_since,
        _ => Some(today),
    }
}

pub(super) fn delete(draft: &mut Draft, code: &PostCode) -> Result<Verdict, Error> {
    find(draft.snapshot(), code)?;
    let by = |kind| move |role: RoleRow<'_>| Blocker { kind, id: role.id().0, valid_from: role.period().from() };
    let roles = draft.snapshot().roles_of_post(code).map(by(BlockerKind::RoleHeld));
    let seats = draft.snapshot().seats_of_post(code).map(by(BlockerKind::SeatOf));
    let mut blockers: Vec<Blocker> = roles.chain(seats).collect();
    blockers.sort();
    if !blockers.is_empty() {
        return Err(Error::InUse { blockers, hidden: 0 });
    }
    draft.put(code.clone(), None);
    Ok(ObjectKey::Post(code.clone()).into())
}

pub(in crate::registry) fn once_each(kinds: &[PostKind]) -> Result<(), Error> {
    let repeated = kinds
        .iter()
        .enumerate()
        .find(|(index, entry)| kinds.iter().take(*index).any(|before| before.kind == entry.kind));
    repeated.map_or(Ok(()), |(_, entry)| Err(Error::RepeatedKind { kind: entry.kind }))
}

fn find<'s>(snapshot: &'s Snapshot, code: &PostCode) -> Result<&'s Post, Error> {
    snapshot.post(code).ok_or_else(|| Error::NotFound { what: Subject::Post, id: code.to_string() })
}
