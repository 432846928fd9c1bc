//! What a command does to the directory, as a pure function: no I/O, no clock.
//!
//! `decide` drafts the outcome; `check` then looks for broken rules. What is decided here is what
//! stands against a command itself; what stands against its outcome is in `check`.

mod dissolve;
pub(super) mod keys;
mod leading_groups;
mod order;
mod orgs;
mod people;
mod places;
pub(super) mod posts;
mod restore;
mod roles;
mod timeline;
mod undo;
mod verdict;
mod versions;

use std::sync::Arc;

use self::verdict::Verdict;
pub(super) use self::verdict::{Circumstances, Decision};
use super::{
    check::check,
    command::{Command, Condition},
    draft::Draft,
    plain, rights,
    shared::{Refused, Seen},
};
use crate::{
    access::{Caller, Rights},
    directory::Snapshot,
    domain::{Day, Error, Instant, ObjectKey, OrgId, Revision},
};

/// Accepts or refuses `command` on `snapshot`.
pub(super) fn decide(
    snapshot: &Arc<Snapshot>,
    command: &Command,
    with: &Circumstances<'_>,
) -> Result<Decision, Refused> {
    let mut draft = Draft::new(snapshot, with.now);
    let decided = asking(snapshot, command, with.caller, with.now, with.today).and_then(|rights| {
        let decided = decided(&mut draft, snapshot, command, &rights, with);
        decided.map_err(|error| rights::as_told(error, &rights, snapshot))
    });
    match decided {
        Ok(Verdict { target, shown_on, key_changes, forgets, not_as_before }) => {
            let (snapshot, effects) = draft.finish();
            Ok(Decision { snapshot, effects, target, shown_on, key_changes, forgets, not_as_before })
        }
        Err(why) => {
            let seen = Seen { before: Arc::clone(snapshot), after: draft.abandon() };
            Err(Refused { why, seen: Some(Arc::new(seen)) })
        }
    }
}

/// Refuses a repeated request of a caller who may not ask for it any more.
pub(super) fn may_repeat(
    snapshot: &Snapshot,
    command: &Command,
    caller: &Caller,
    now: Instant,
    today: Day,
) -> Result<(), Error> {
    asking(snapshot, command, caller, now, today).map(drop)
}

/// The rights of a caller who may ask for such a command.
fn asking<'a>(
    snapshot: &'a Snapshot,
    command: &Command,
    caller: &'a Caller,
    now: Instant,
    today: Day,
) -> Result<Rights<'a>, Error> {
    caller.holds(snapshot, now).map_err(|why| Error::Unauthenticated { why })?;
    let rights = Rights::of(caller, snapshot, today);
    rights::may_ask(&rights, snapshot, command, today)?;
    Ok(rights)
}

/// The decision on a command that the caller may ask for.
fn decided(
    draft: &mut Draft,
    snapshot: &Snapshot,
    command: &Command,
    rights: &Rights<'_>,
    with: &Circumstances<'_>,
) -> Result<Verdict, Error> {
    precondition(snapshot, command, with)?;
    let placed =
        |error, command: &Command, draft: &Draft| places::placed(error, command, snapshot, draft.snapshot(), with);
    let found = command.with_everybody_found(snapshot);
    let (command, numbered) = found.map_err(|error| placed(error, command, draft))?;
    let drafted = drafted(draft, &command, with).and_then(|verdict| {
        if !matches!(verdict.target, ObjectKey::Org(_)) {
            leading_groups::written_alone(draft, snapshot, &verdict.target);
            // What lists say is not to give way to a mistake.
            if leading_groups::has_lists_of(draft.snapshot(), &verdict.target) {
                check(draft)?;
            }
        }
        leading_groups::follow(draft, with.new_id);
        rights::may_do(rights, snapshot, draft, &command, with.today, &numbered)?;
        check(draft)?;
        if draft.changes_something() { has_seen(snapshot, &command, with).map(|()| verdict) } else { Ok(verdict) }
    });
    drafted.map_err(|error| match (&error, has_seen(snapshot, &command, with)) {
        (Error::Forbidden { .. } | Error::NotFound { .. }, _) | (_, Ok(())) => placed(error, &command, draft),
        // What is wrong may follow from what the caller has not seen.
        (_, Err(unseen)) => unseen,
    })
}

/// Drafts the outcome of a command.
fn drafted(draft: &mut Draft, command: &Command, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    match command {
        Command::CreateOrg(create) => orgs::create(draft, create, with),
        Command::PatchOrg { id, patch } => orgs::patch(draft, *id, patch, with),
        Command::DeleteOrg { id } => orgs::delete(draft, *id),
        Command::PatchOrgVersion { id, valid_from, patch } => versions::patch(draft, *id, *valid_from, patch, with),
        Command::DeleteOrgVersion { id, valid_from } => versions::delete(draft, *id, *valid_from, with),
        Command::DissolveOrg { id, dissolve } => dissolve::dissolve(draft, *id, dissolve, with),
        Command::PatchDissolution { id, patch } => dissolve::correct(draft, *id, patch, with),
        Command::RestoreOrg { id, .. } => restore::restore(draft, *id, with),
        Command::OrderRoles { id, ids, effective_on, basis } => {
            order::roles(draft, *id, ids, effective_on.unwrap_or(with.today), basis.as_ref())
        }
        Command::OrderChildren { id, ids, effective_on, basis } => {
            order::children(draft, *id, ids, effective_on.unwrap_or(with.today), basis.as_ref())
        }
        Command::CreatePerson(create) => people::create(draft, create, with),
        Command::PatchPerson { id, patch } => people::patch(draft, *id, patch),
        Command::DeletePerson { id } => people::delete(draft, *id),
        Command::MergePeople { id, duplicate_id } => people::merge(draft, *id, *duplicate_id),
        Command::ErasePerson { id } => people::erase(draft, *id),
        Command::CreatePost(create) => posts::create(draft, create, with),
        Command::PatchPost { code, patch } => posts::patch(draft, code, patch, with),
        Command::DeletePost { code } => posts::delete(draft, code),
        Command::CreateRole(create) => roles::create(draft, create, with),
        Command::PatchRole { id, patch } => roles::patch(draft, *id, patch, with),
        Command::EndRole { id, effective_on, basis } => {
            roles::end(draft, *id, effective_on.unwrap_or(with.today), basis)
        }
        Command::DeleteRole { id } => roles::delete(draft, *id),
        Command::Key(command) => keys::decide(draft, command, with),
        Command::Plain(command) => plain::decide(draft, command, with.today, with.new_id).map(Verdict::from),
        Command::CreateLeadingGroup(document) => leading_groups::create(draft, document, with),
        Command::ReplaceLeadingGroup { id, document } => leading_groups::replace(draft, *id, document, with),
    }
}

/// What the caller asks of the object holds.
fn precondition(snapshot: &Snapshot, command: &Command, with: &Circumstances<'_>) -> Result<(), Error> {
    let Some(target) = command.target() else { return Ok(()) };
    let accepted = match with.condition {
        Condition::None => return Ok(()),
        Condition::At(states) => states,
        Condition::Absent => return snapshot.revision_of(&target).map_or(Ok(()), |_| Err(Error::ThereAlready)),
    };
    if declares(snapshot, command, with.today).is_some() {
        return Ok(());
    }
    match snapshot.revision_of(&target) {
        Some(current) if !accepted.contains(&(snapshot.chain().epoch, current)) => {
            Err(Error::PreconditionFailed { current })
        }
        _ => Ok(()),
    }
}

/// What a command that declares something whole replaces: of which org, from which day on, and its state.
fn declares(snapshot: &Snapshot, command: &Command, today: Day) -> Option<(OrgId, Day, Revision)> {
    let (id, on) = match command {
        Command::ReplaceLeadingGroup { id, document } => (*id, document.effective_on),
        Command::OrderRoles { id, effective_on, .. } | Command::OrderChildren { id, effective_on, .. } => {
            (*id, *effective_on)
        }
        _ => return None,
    };
    let on = on.unwrap_or(today);
    let state = match command {
        Command::OrderRoles { .. } => snapshot.role_order_state(id, on),
        Command::OrderChildren { .. } => snapshot.child_order_state(id, on),
        _ => snapshot.group_state(id, on),
    };
    Some((id, on, state))
}

/// Nobody overwrites what they have not seen. A dry run may look first.
fn has_seen(snapshot: &Snapshot, command: &Command, with: &Circumstances<'_>) -> Result<(), Error> {
    let Some((org, on, state)) = declares(snapshot, command, with.today) else { return Ok(()) };
    match with.condition {
        Condition::At(seen) if !seen.contains(&(snapshot.chain().epoch, state)) => Err(Error::StateChanged { org, on }),
        Condition::None if !with.dry_run => Err(Error::StateUnnamed { org, on }),
        Condition::At(_) | Condition::None | Condition::Absent => Ok(()),
    }
}
