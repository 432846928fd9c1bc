//! API keys on the command line, and the first key of a new directory.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context, anyhow, bail};

use crate::{
    access::{Caller, GIVEN_CHARS_MIN, Secret},
    domain::{AccessScope, Area, CallerId, Error, Grant, ObjectKey, OrgId},
    registry::{Accepted, Issued, KeyCommand, Registry, Submission},
    words::{Language, Refusal},
};

/// The mode of a file that only its user can read.
const ONLY_ITS_USER: u32 = 0o600;

/// A grant as the command line writes it: scopes, a blank, an area, and the id of an org where the area names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantArg(pub Grant);

impl FromStr for GrantArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let scopes = match words.next() {
            Some("all") => AccessScope::ALL.to_vec(),
            Some(scopes) => scopes.split(',').map(scope).collect::<Result<_, _>>()?,
            None => return Err("must be scopes, and where they hold".to_owned()),
        };
        let area = words.next().unwrap_or(Area::Everywhere.as_str());
        let area = Area::parse(area).ok_or_else(|| {
            let all: Vec<&str> = Area::ALL.iter().map(|area| area.as_str()).collect();
            format!("unknown area {area}; there are {}", all.join(", "))
        })?;
        let org_id: Option<OrgId> =
            words.next().map(|id| id.parse().map_err(|_| format!("not the id of an org: {id}"))).transpose()?;
        if words.next().is_some() {
            return Err("has more than scopes, an area and an org".to_owned());
        }
        Ok(Self(Grant { scopes, area, org_id }))
    }
}

fn scope(word: &str) -> Result<AccessScope, String> {
    AccessScope::parse(word).ok_or_else(|| {
        let all: Vec<&str> = AccessScope::ALL.iter().map(|scope| scope.as_str()).collect();
        format!("unknown scope {word}; there are {}", all.join(", "))
    })
}

/// Has a command about keys carried out, by the operator.
///
/// # Errors
///
/// It is refused, or the database fails.
pub async fn submit(registry: &Registry, command: KeyCommand) -> anyhow::Result<Accepted> {
    let submission = Submission { caller: Caller::Operator, ..Submission::default() };
    registry.submit(command.into(), submission).await.map_err(|error| anyhow!(in_words(&error)))
}

fn in_words(error: &Error) -> String {
    Refusal::from(error).line(Language::English).unwrap_or_else(|| error.to_string())
}

/// A new secret, as the registry hears of it and in the clear.
///
/// # Errors
///
/// The machine gives no random bytes.
pub fn new_secret() -> anyhow::Result<(Secret, Issued)> {
    let secret = Secret::generate().context("making a secret")?;
    let issued = issued(&secret);
    Ok((secret, issued))
}

fn issued(secret: &Secret) -> Issued {
    Issued { hash: secret.hash(), prefix: secret.prefix() }
}

/// What became of the first key.
#[derive(Debug)]
pub enum FirstKey {
    /// The directory had a key that can make others.
    NotNeeded,
    /// The secret that the operator made up is now that of a key.
    Given,
    /// A new secret was written to this file.
    Written(PathBuf),
}

/// Makes the key of a demo, with the secret that is given or a new one.
///
/// # Errors
///
/// The secret is too short, or the database fails.
pub async fn first_of_demo(registry: &Registry, given: Option<&str>) -> anyhow::Result<Secret> {
    let secret = match given {
        Some(given) => made_up(given)?,
        None => new_secret()?.0,
    };
    submit(registry, KeyCommand::CreateFirst { secret: issued(&secret) }).await?;
    Ok(secret)
}

/// The secret that an operator has made up, or that this service once made.
fn made_up(text: &str) -> anyhow::Result<Secret> {
    Secret::given(text).or_else(|| Secret::own(text)).ok_or_else(|| {
        anyhow!("CAMPUS_ORG_ADMIN_KEY: must have at least {GIVEN_CHARS_MIN} printable characters and no blank")
    })
}

/// Makes sure that there is a key that can make others: the one that the operator made up, or a new one, whose secret
/// is written to `file`. Of several processes that start at once, one makes it.
///
/// # Errors
///
/// The secret that the operator made up is too short, the file cannot be read or written, or the database fails.
pub async fn first(registry: &Registry, given: Option<&str>, file: &Path) -> anyhow::Result<FirstKey> {
    let kept = match given {
        Some(given) => Some(given.to_owned()),
        None => match fs::read_to_string(file) {
            Ok(text) => Some(text.trim().to_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| file.display().to_string()),
        },
    };
    if let Some(kept) = kept {
        let secret = made_up(&kept)?;
        let accepted = submit(registry, KeyCommand::CreateFirst { secret: issued(&secret) }).await?;
        return Ok(if accepted.entry.is_some() { FirstKey::Given } else { FirstKey::NotNeeded });
    }
    let (secret, issued) = new_secret()?;
    // Written before the key is made: a key whose secret nobody knows would lock everybody out.
    let written = write(file, &secret).with_context(|| format!("writing the first key to {}", file.display()));
    let command = KeyCommand::CreateFirst { secret: issued };
    match written {
        Ok(()) => match submit(registry, command).await {
            Ok(accepted) if accepted.entry.is_some() => Ok(FirstKey::Written(file.to_owned())),
            Ok(_) => {
                fs::remove_file(file).with_context(|| file.display().to_string())?;
                Ok(FirstKey::NotNeeded)
            }
            Err(error) => {
                drop(fs::remove_file(file));
                Err(error)
            }
        },
        // Another process has written it just now, or nothing can be written here: both are well if there is a key.
        Err(error) => {
            let dry = Submission { caller: Caller::Operator, dry_run: true, ..Submission::default() };
            let would = registry.submit(command.into(), dry).await.map_err(|error| anyhow!(in_words(&error)))?;
            if would.effects.is_empty() { Ok(FirstKey::NotNeeded) } else { Err(error) }
        }
    }
}

fn write(file: &Path, secret: &Secret) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(ONLY_ITS_USER).open(file)?;
    writeln!(file, "{}", secret.as_str())?;
    file.sync_all()
}

/// Prints every key: id, state, beginning of the secret, name, grants.
///
/// # Errors
///
/// They cannot be written.
pub fn list(registry: &Registry, out: &mut impl Write) -> io::Result<()> {
    let (snapshot, keyring, now) = (registry.snapshot(), registry.keyring(), registry.now());
    for key in snapshot.api_keys() {
        let state = match (key.facts.lapsed(now), keyring.newest(key.id)) {
            (Some(crate::domain::Lapse::Revoked), _) => "revoked",
            (Some(crate::domain::Lapse::Expired), _) => "expired",
            (None, None) => "no secret",
            (None, Some(_)) => "valid",
        };
        let prefix = keyring.newest(key.id).map_or("", |secret| &secret.prefix);
        let name = keyring.caller(key.id).map_or("", |caller| &caller.name);
        writeln!(out, "{}  {state:9}  {prefix:12}  {name}", key.id)?;
        for Grant { scopes, area, org_id } in &key.facts.grants {
            let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
            let org = org_id.map(|org| format!(" {org}")).unwrap_or_default();
            writeln!(out, "    {} {}{org}", scopes.join(","), area.as_str())?;
        }
    }
    Ok(())
}

/// The id of the key that was made.
///
/// # Errors
///
/// Something else was made.
pub fn made(accepted: &Accepted) -> anyhow::Result<CallerId> {
    match accepted.target {
        ObjectKey::ApiKey(id) => Ok(id),
        _ => bail!("not a key"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_scopes_an_area_and_an_org() {
        let org = "01890a5d-ac96-774b-bcce-b302099a8058";
        let GrantArg(grant) = format!("roles:write,people:read below {org}").parse().expect("a grant");
        assert_eq!(grant.scopes, [AccessScope::RolesWrite, AccessScope::PeopleRead]);
        assert_eq!((grant.area, grant.org_id), (Area::Below, org.parse().ok()));
        let GrantArg(all) = "all".parse().expect("a grant");
        assert_eq!((all.scopes.len(), all.area), (AccessScope::ALL.len(), Area::Everywhere));
        for wrong in ["", "roles", "all nowhere", "all subtree x", &format!("all subtree {org} more")] {
            assert!(wrong.parse::<GrantArg>().is_err(), "{wrong}");
        }
    }
}
