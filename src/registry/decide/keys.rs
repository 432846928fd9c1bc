//! API keys: made, changed, given a new secret, revoked, deleted.

use super::{Circumstances, Verdict};
use crate::{
    directory::Snapshot,
    domain::{
        AccessScope, ApiKeyFacts, Area, CallerId, CallerRow, Error, Field, Grant, Instant, KeyChange, Name, SecretRow,
        Subject,
    },
    registry::{
        draft::Draft,
        keys::{CreateKey, Issued, KeyCommand, PatchKey},
        refer::{refer_to_org, refer_to_person, unknown_person},
    },
};

/// The name of the key that a new directory begins with.
const FIRST_NAME: &str = "admin";

pub(super) fn decide(draft: &mut Draft, command: &KeyCommand, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    match command {
        KeyCommand::Create(create) => made(draft, create, with),
        KeyCommand::Patch { id, patch } => changed(draft, *id, patch, with),
        KeyCommand::Rotate { id, secret, overlap } => {
            let facts = found(draft, *id)?;
            if facts.revoked_at.is_some() {
                return Err(Error::KeyRevoked);
            }
            let rotations = facts.rotations + 1;
            let overlap_until = (!overlap.is_zero()).then(|| with.now + *overlap);
            draft.put(*id, Some(ApiKeyFacts { rotations, overlap_until, ..facts }));
            Ok(told(*id, vec![issued(*id, secret, rotations, with.now)]))
        }
        KeyCommand::Revoke { id } => {
            let facts = found(draft, *id)?;
            if facts.revoked_at.is_some() {
                return Err(Error::KeyRevoked);
            }
            draft.put(*id, Some(ApiKeyFacts { revoked_at: Some(with.now), ..facts }));
            Ok(told(*id, Vec::new()))
        }
        KeyCommand::Delete { id } => {
            found(draft, *id)?;
            draft.put(*id, None);
            Ok(told(*id, vec![KeyChange::Forgotten(*id)]))
        }
        KeyCommand::CreateFirst { secret } => first(draft, secret, with),
    }
}

fn made(draft: &mut Draft, create: &CreateKey, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let CreateKey { name, owner, grants, person_id, expires_at, secret } = create;
    let id = CallerId((with.new_id)());
    let facts = ApiKeyFacts { person_id: *person_id, expires_at: *expires_at, ..allowing(grants.clone()) };
    sees_its_person(draft, &facts, with)?;
    keeps_rules(draft, &facts, with)?;
    draft.put(id, Some(facts));
    let caller = caller(id, name, owner.as_ref(), with.now);
    Ok(told(id, vec![issued(id, secret, 0, with.now), KeyChange::Named(caller)]))
}

fn changed(draft: &mut Draft, id: CallerId, patch: &PatchKey, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let before = found(draft, id)?;
    let mut facts = patch.applied_to(&before);
    if facts != before {
        keeps_rules(draft, &facts, with)?;
    }
    if facts.person_id != before.person_id {
        sees_its_person(draft, &facts, with)?;
    }
    let known = with.keyring.caller(id);
    let name = patch.name.as_ref().map(Name::to_string);
    let owner = match &patch.owner {
        Field::Keep => Field::Keep,
        Field::Clear => Field::Clear,
        Field::Set(owner) => Field::Set(owner.to_string()),
    };
    let same = name.as_ref().is_none_or(|name| known.is_some_and(|caller| caller.name == *name))
        && match &owner {
            Field::Keep => true,
            Field::Clear => known.is_some_and(|caller| caller.owner.is_none()),
            Field::Set(owner) => known.is_some_and(|caller| caller.owner.as_ref() == Some(owner)),
        };
    let mut changes = Vec::new();
    if !same {
        facts.renamings += 1;
        changes.push(KeyChange::Renamed { id, name, owner });
    }
    draft.put(id, Some(facts));
    Ok(told(id, changes))
}

/// A key that allows everything, if there is none that can make others.
fn first(draft: &mut Draft, secret: &Issued, with: &Circumstances<'_>) -> Result<Verdict, Error> {
    let manages = |facts: &ApiKeyFacts| {
        let everywhere =
            |grant: &Grant| grant.area == Area::Everywhere && grant.scopes.contains(&AccessScope::KeysManage);
        facts.lapsed(with.now).is_none() && facts.grants.iter().any(everywhere)
    };
    // A key that was loaded has no secret yet.
    let usable = |id: CallerId| with.keyring.newest(id).is_some();
    if let Some(key) = draft.snapshot().api_keys().find(|key| manages(&key.facts) && usable(key.id)) {
        return Ok(told(key.id, Vec::new()));
    }
    if with.keyring.find(secret.hash).is_some() {
        return Err(Error::KeyRevoked);
    }
    let id = CallerId((with.new_id)());
    let everything = Grant { scopes: AccessScope::ALL.to_vec(), area: Area::Everywhere, org_id: None };
    draft.put(id, Some(allowing(vec![everything])));
    let name = FIRST_NAME.to_owned();
    let named = CallerRow { id, name, owner: None, created_at: with.now, last_used_at: None };
    Ok(told(id, vec![issued(id, secret, 0, with.now), KeyChange::Named(named)]))
}

fn found(draft: &Draft, id: CallerId) -> Result<ApiKeyFacts, Error> {
    let missing = || Error::NotFound { what: Subject::ApiKey, id: id.to_string() };
    draft.snapshot().api_key(id).map(|key| key.facts.clone()).ok_or_else(missing)
}

/// The key keeps its rules, and does not end before it is made.
fn keeps_rules(draft: &Draft, facts: &ApiKeyFacts, with: &Circumstances<'_>) -> Result<(), Error> {
    names_what_is_there(draft.snapshot(), facts)?;
    match facts.expires_at {
        Some(at) if at <= with.now => Err(Error::PastEnd { at }),
        _ => Ok(()),
    }
}

/// A person whom the caller does not see is refused like one who does not exist.
fn sees_its_person(draft: &Draft, facts: &ApiKeyFacts, with: &Circumstances<'_>) -> Result<(), Error> {
    match facts.person_id {
        Some(person) if !with.sees(draft.snapshot(), person) => {
            Err(unknown_person(draft.snapshot(), "/person_id", person))
        }
        _ => Ok(()),
    }
}

/// Grants name orgs that are there, exactly where their area does; each has a scope once; and the own person is there.
pub(in crate::registry) fn names_what_is_there(snapshot: &Snapshot, facts: &ApiKeyFacts) -> Result<(), Error> {
    for (at, grant) in facts.grants.iter().enumerate() {
        let pointer = || format!("/grants/{at}/org_id");
        match (grant.area.names_org(), grant.org_id) {
            (true, Some(org)) => refer_to_org(snapshot, &pointer(), org)?,
            (false, None) => {}
            (names_org, _) => return Err(Error::GrantOrg { pointer: pointer(), area: grant.area, names_org }),
        }
        for (place, scope) in grant.scopes.iter().enumerate() {
            if grant.scopes.iter().take(place).any(|earlier| earlier == scope) {
                return Err(Error::Repeated { pointer: format!("/grants/{at}/scopes/{place}") });
            }
        }
    }
    facts.person_id.map_or(Ok(()), |person| refer_to_person(snapshot, "/person_id", person))
}

fn allowing(grants: Vec<Grant>) -> ApiKeyFacts {
    ApiKeyFacts {
        grants,
        person_id: None,
        expires_at: None,
        revoked_at: None,
        overlap_until: None,
        rotations: 0,
        renamings: 0,
    }
}

fn issued(id: CallerId, Issued { hash, prefix }: &Issued, rotations: i32, now: Instant) -> KeyChange {
    KeyChange::Issued(SecretRow { hash: *hash, caller_id: id, rotations, prefix: prefix.clone(), created_at: now })
}

fn caller(id: CallerId, name: &Name, owner: Option<&Name>, now: Instant) -> CallerRow {
    CallerRow { id, name: name.to_string(), owner: owner.map(Name::to_string), created_at: now, last_used_at: None }
}

fn told(id: CallerId, key_changes: Vec<KeyChange>) -> Verdict {
    Verdict { key_changes, ..Verdict::from(crate::domain::ObjectKey::from(id)) }
}
