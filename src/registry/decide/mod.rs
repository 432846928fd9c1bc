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
pub(super) mod posts;
mod restore;
mod roles;
mod timeline;
mod verdict;
mod versions;

use self::verdict::Verdict;
pub(super) use self::verdict::{Circumstances, Decision};
use super::{
    check::check,
    command::{Command, Condition},
    draft::Draft,
    plain, rights,
};
use crate::{
    access::{Caller, Rights},
    directory::Snapshot,
    domain::{Day, Error, Instant, OrgId, Revision},
};

/// Accepts or refuses `command` on `snapshot`.
pub(super) fn decide(snapshot: &Snapshot, command: &Command, with: &Circumstances<'_>) -> Result<Decision, Error> {
    let rights = asking(snapshot, command, with.caller, with.now, with.today)?;
    decided(snapshot, command, &rights, with).map_err(|error| rights::as_told(error, &rights, snapshot))
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
    snapshot: &Snapshot,
    command: &Command,
    rights: &Rights<'_>,
    with: &Circumstances<'_>,
) -> Result<Decision, Error> {
    precondition(snapshot, command, with)?;
    let (command, found) = command.with_everybody_found(snapshot)?;
    let mut draft = Draft::new(snapshot, with.now);
    let verdict = match &*command {
        Command::CreateOrg(create) => orgs::create(&mut draft, create, with),
        Command::PatchOrg { id, patch } => orgs::patch(&mut draft, *id, patch, with),
        Command::DeleteOrg { id } => orgs::delete(&mut draft, *id),
        Command::PatchOrgVersion { id, valid_from, patch } => versions::patch(&mut draft, *id, *valid_from, patch),
        Command::DeleteOrgVersion { id, valid_from } => versions::delete(&mut draft, *id, *valid_from),
        Command::DissolveOrg { id, dissolve } => dissolve::dissolve(&mut draft, *id, dissolve, with),
        Command::PatchDissolution { id, patch } => dissolve::correct(&mut draft, *id, patch, with),
        Command::RestoreOrg { id, .. } => restore::restore(&mut draft, *id, with),
        Command::OrderRoles { id, ids, effective_on, basis } => {
            order::roles(&mut draft, *id, ids, effective_on.unwrap_or(with.today), basis.as_ref())
        }
        Command::OrderChildren { id, ids, effective_on, basis } => {
            order::children(&mut draft, *id, ids, effective_on.unwrap_or(with.today), basis.as_ref())
        }
        Command::CreatePerson(create) => people::create(&mut draft, create, with),
        Command::PatchPerson { id, patch } => people::patch(&mut draft, *id, patch),
        Command::DeletePerson { id } => people::delete(&mut draft, *id),
        Command::MergePeople { id, duplicate_id } => people::merge(&mut draft, *id, *duplicate_id),
        Command::ErasePerson { id } => people::erase(&mut draft, *id),
        Command::CreatePost(create) => posts::create(&mut draft, create, with),
        Command::PatchPost { code, patch } => posts::patch(&mut draft, code, patch, with),
        Command::DeletePost { code } => posts::delete(&mut draft, code),
        Command::CreateRole(create) => roles::create(&mut draft, create, with),
        Command::PatchRole { id, patch } => roles::patch(&mut draft, *id, patch),
        Command::EndRole { id, effective_on, basis } => {
            roles::end(&mut draft, *id, effective_on.unwrap_or(with.today), basis)
        }
        Command::DeleteRole { id } => roles::delete(&mut draft, *id),
        Command::Key(command) => keys::decide(&mut draft, command, with),
        Command::Plain(command) => plain::decide(&mut draft, command, with.today, with.new_id).map(Verdict::from),
        Command::CreateLeadingGroup(document) => leading_groups::create(&mut draft, document, with),
        Command::ReplaceLeadingGroup { id, document } => leading_groups::replace(&mut draft, *id, document, with),
    }?;
    rights::may_do(rights, snapshot, &draft, &command, with.today, &found)?;
    check(&draft)?;
    let Verdict { target, shown_on, key_changes, forgets } = verdict;
    let (after, effects) = draft.finish();
    if !effects.is_empty() {
        has_seen(snapshot, &command, with)?;
    }
    let snapshot = after;
    Ok(Decision { snapshot, effects, target, shown_on, key_changes, forgets })
}

/// What the caller asks of the object holds.
fn precondition(snapshot: &Snapshot, command: &Command, with: &Circumstances<'_>) -> Result<(), Error> {
    let Some(target) = command.target() else { return Ok(()) };
    let accepted = match with.condition {
        Condition::None => return Ok(()),
        Condition::At(revisions) => revisions,
        Condition::Absent => return snapshot.revision_of(&target).map_or(Ok(()), |_| Err(Error::ThereAlready)),
    };
    if declares(snapshot, command, with.today).is_some() {
        return Ok(());
    }
    match snapshot.revision_of(&target) {
        Some(current) if !accepted.contains(&current) => Err(Error::PreconditionFailed { current }),
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
        Condition::At(seen) if !seen.contains(&state) => Err(Error::StateChanged { org, on }),
        Condition::None if !with.dry_run => Err(Error::StateUnnamed { org, on }),
        Condition::At(_) | Condition::None | Condition::Absent => Ok(()),
    }
}
