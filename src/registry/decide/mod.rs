//! What a command does to the directory, as a pure function: no I/O, no clock.
//!
//! `decide` drafts the outcome, then `check` looks for broken rules. The rules here forbid a command itself; the rules
//! in `check` forbid an outcome.

mod bodies;
mod dissolve;
mod leading_groups;
mod order;
mod people;
pub(super) mod posts;
mod restore;
mod roles;
mod supervisions;
mod versions;

use uuid::Uuid;

use super::{check::check, command::Command, draft::Draft};
use crate::{
    directory::Snapshot,
    domain::{Day, Effect, Entry, Error, Instant, OrgId, PersonId, PostCode, Revision, RoleId, SupervisionId},
};

/// What a decision needs besides the snapshot and the command.
pub(super) struct Circumstances<'a> {
    /// When the entry would be recorded.
    pub(super) now: Instant,
    /// The day of `now` in the directory's zone.
    pub(super) today: Day,
    /// Makes the id of each thing that the command creates.
    pub(super) new_id: &'a dyn Fn() -> Uuid,
    /// The revisions of the object that the caller accepts; `None`: any.
    pub(super) if_match: Option<&'a [Revision]>,
    /// To restore an org: the entry that dissolved it.
    pub(super) dissolving: Option<&'a Entry>,
}

/// The object that a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Target {
    Org(OrgId),
    Person(PersonId),
    Post(PostCode),
    Role(RoleId),
    Supervision(SupervisionId),
    Nothing,
}

impl Target {
    /// Its id or code, if there is a target.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Org(id) => Some(id.to_string()),
            Self::Person(id) => Some(id.to_string()),
            Self::Post(code) => Some(code.to_string()),
            Self::Role(id) => Some(id.to_string()),
            Self::Supervision(id) => Some(id.to_string()),
            Self::Nothing => None,
        }
    }

    /// The word for its kind.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Org(_) => "org",
            Self::Person(_) => "person",
            Self::Post(_) => "post",
            Self::Role(_) => "role",
            Self::Supervision(_) => "supervision",
            Self::Nothing => "nothing",
        }
    }

    /// The target of that kind with that id.
    pub(super) fn parse(word: &str, id: &str) -> Option<Self> {
        match word {
            "org" => id.parse().ok().map(OrgId).map(Self::Org),
            "person" => id.parse().ok().map(PersonId).map(Self::Person),
            "post" => PostCode::parse(id).ok().map(Self::Post),
            "role" => id.parse().ok().map(RoleId).map(Self::Role),
            "supervision" => id.parse().ok().map(SupervisionId).map(Self::Supervision),
            "nothing" => Some(Self::Nothing),
            _ => None,
        }
    }
}

/// An accepted command.
#[derive(Debug)]
pub(super) struct Decision {
    /// The directory afterwards. The revision is the same if nothing changes.
    pub(super) snapshot: Snapshot,
    /// What the command does. Empty if it changes nothing.
    pub(super) effects: Vec<Effect>,
    /// What it is about.
    pub(super) target: Target,
    /// The day to show its outcome on, if that is not today.
    pub(super) shown_on: Option<Day>,
}

/// What a decider returns besides the draft.
struct Verdict {
    target: Target,
    shown_on: Option<Day>,
}

impl From<Target> for Verdict {
    fn from(target: Target) -> Self {
        Self { target, shown_on: None }
    }
}

/// Accepts or refuses `command` on `snapshot`.
pub(super) fn decide(snapshot: &Snapshot, command: &Command, with: &Circumstances<'_>) -> Result<Decision, Error> {
    precondition(snapshot, command, with)?;
    let mut draft = Draft::new(snapshot, with.now);
    let verdict = match command {
        Command::CreateOrg(create) => bodies::create(&mut draft, create, with),
        Command::PatchOrg { id, patch } => bodies::patch(&mut draft, *id, patch, with),
        Command::DeleteOrg { id } => bodies::delete(&mut draft, *id),
        Command::PatchOrgVersion { id, valid_from, patch } => versions::patch(&mut draft, *id, *valid_from, patch),
        Command::DeleteOrgVersion { id, valid_from } => versions::delete(&mut draft, *id, *valid_from),
        Command::DissolveOrg { id, dissolve } => dissolve::dissolve(&mut draft, *id, dissolve, with),
        Command::RestoreOrg { id, .. } => restore::restore(&mut draft, *id, with),
        Command::OrderRoles { id, ids } => order::roles(&mut draft, *id, ids, with),
        Command::OrderChildren { id, ids, effective_on } => {
            order::children(&mut draft, *id, ids, effective_on.unwrap_or(with.today))
        }
        Command::CreatePerson(create) => people::create(&mut draft, create, with),
        Command::PatchPerson { id, patch } => people::patch(&mut draft, *id, patch),
        Command::DeletePerson { id } => people::delete(&mut draft, *id),
        Command::MergePeople { id, duplicate_id } => people::merge(&mut draft, *id, *duplicate_id),
        Command::CreatePost(create) => posts::create(&mut draft, create, with),
        Command::PatchPost { code, patch } => posts::patch(&mut draft, code, patch, with),
        Command::DeletePost { code } => posts::delete(&mut draft, code),
        Command::CreateRole(create) => roles::create(&mut draft, create, with),
        Command::PatchRole { id, patch } => roles::patch(&mut draft, *id, patch),
        Command::EndRole { id, effective_on, basis } => {
            roles::end(&mut draft, *id, effective_on.unwrap_or(with.today), basis)
        }
        Command::DeleteRole { id } => roles::delete(&mut draft, *id),
        Command::CreateSupervision(create) => supervisions::create(&mut draft, create, with),
        Command::PatchSupervision { id, patch } => supervisions::patch(&mut draft, *id, patch),
        Command::DeleteSupervision { id } => supervisions::delete(&mut draft, *id),
        Command::CreateLeadingGroup(document) => leading_groups::create(&mut draft, document, with),
        Command::ReplaceLeadingGroup { id, document } => leading_groups::replace(&mut draft, *id, document, with),
    }?;
    check(&draft)?;
    let (snapshot, effects) = draft.finish();
    Ok(Decision { snapshot, effects, target: verdict.target, shown_on: verdict.shown_on })
}

/// If-Match: the object has one of the revisions that the caller knows.
fn precondition(snapshot: &Snapshot, command: &Command, with: &Circumstances<'_>) -> Result<(), Error> {
    let Some(accepted) = with.if_match else { return Ok(()) };
    let current = match command {
        Command::PatchOrg { id, .. }
        | Command::DeleteOrg { id }
        | Command::PatchOrgVersion { id, .. }
        | Command::DeleteOrgVersion { id, .. }
        | Command::DissolveOrg { id, .. }
        | Command::RestoreOrg { id, .. }
        | Command::OrderRoles { id, .. }
        | Command::OrderChildren { id, .. } => snapshot.org(*id).map(|org| org.revision),
        Command::PatchPerson { id, .. } | Command::DeletePerson { id } | Command::MergePeople { id, .. } => {
            snapshot.person(*id).map(|person| person.revision())
        }
        Command::PatchPost { code, .. } | Command::DeletePost { code } => snapshot.post(code).map(|post| post.revision),
        Command::PatchRole { id, .. } | Command::EndRole { id, .. } | Command::DeleteRole { id } => {
            snapshot.role(*id).map(|role| role.revision())
        }
        Command::PatchSupervision { id, .. } | Command::DeleteSupervision { id } => {
            snapshot.supervision(*id).map(|supervision| supervision.revision)
        }
        Command::ReplaceLeadingGroup { id, .. } => {
            let stale = snapshot.org(*id).is_some() && !accepted.contains(&snapshot.group_state(*id));
            return if stale { Err(Error::GroupChanged { org: *id }) } else { Ok(()) };
        }
        Command::CreateOrg(_)
        | Command::CreatePerson(_)
        | Command::CreatePost(_)
        | Command::CreateRole(_)
        | Command::CreateSupervision(_)
        | Command::CreateLeadingGroup(_) => None,
    };
    match current {
        Some(current) if !accepted.contains(&current) => Err(Error::PreconditionFailed { current }),
        _ => Ok(()),
    }
}
