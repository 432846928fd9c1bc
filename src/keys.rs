//! API keys on the command line, and the first key of a new directory.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context, anyhow, bail};
use tempfile::NamedTempFile;

use crate::{
    access::{Caller, GIVEN_CHARS_MIN, Secret},
    domain::{AccessScope, Area, CallerId, Grant, ObjectKey, OrgId},
    registry::{Accepted, Issued, KeyCommand, Refused, Registry, Submission},
    words::{Language, Naming, Refusal},
};

/// The environment variable with a secret that the operator made up.
const VARIABLE: &str = "CAMPUS_ORG_ADMIN_KEY";

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
    registry.submit(command.into(), submission).await.map_err(|refused| anyhow!(in_words(&refused)))
}

fn in_words(Refused { why, seen }: &Refused) -> String {
    let naming = seen.as_deref().map_or(Naming::nothing(), |seen| Naming::of(&seen.before));
    Refusal::new(why, naming).line(Language::English).unwrap_or_else(|| why.to_string())
}

/// A new secret, as the registry hears of it and in the clear.
///
/// # Errors
///
/// The machine gives no random bytes.
pub fn new_secret() -> anyhow::Result<(Secret, Issued)> {
    let secret = Secret::generate().context("making a secret")?;
    let issued = Issued::of(&secret);
    Ok((secret, issued))
}

/// What became of the first key.
#[derive(Debug)]
pub enum FirstKey {
    /// The directory had a key that can make others.
    NotNeeded,
    /// The secret that the operator made up is now that of a key.
    Given,
    /// The secret in this file is now that of a key.
    Written(PathBuf),
}

/// Makes the key of a demo, with the secret that is given or a new one.
///
/// # Errors
///
/// The secret is too short, or the database fails.
pub async fn first_of_demo(registry: &Registry, given: Option<&str>) -> anyhow::Result<Secret> {
    let secret = match given {
        Some(given) => made_up(given).context(VARIABLE)?,
        None => new_secret()?.0,
    };
    submit(registry, KeyCommand::CreateFirst { secret: Issued::of(&secret) }).await?;
    Ok(secret)
}

/// The secret that an operator has made up, or that this service once made.
fn made_up(text: &str) -> anyhow::Result<Secret> {
    Secret::given(text)
        .or_else(|| Secret::own(text))
        .ok_or_else(|| anyhow!("must have at least {GIVEN_CHARS_MIN} printable characters and no blank"))
}

/// Makes sure that there is a key that can make others: the one that the operator made up, the one in `file`, or a new
/// one, whose secret is written to `file`. Of several processes that start at once, one makes it. If there is such a
/// key, nothing is read or written.
///
/// # Errors
///
/// The secret is too short or was used before, the file cannot be read or written, or the database fails.
pub async fn first(registry: &Registry, given: Option<&str>, file: &Path) -> anyhow::Result<FirstKey> {
    let (new, issued) = new_secret()?;
    if !is_needed(registry, issued).await? {
        return Ok(FirstKey::NotNeeded);
    }
    let named = || file.display().to_string();
    let (secret, source, is_new) = match given {
        Some(given) => (made_up(given).context(VARIABLE)?, VARIABLE.to_owned(), false),
        // Written before the key is made: a key whose secret nobody knows would lock everybody out.
        None => match write(file, &new) {
            Ok(()) => (new, named(), true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let kept = fs::read_to_string(file).with_context(named)?;
                (made_up(kept.trim()).with_context(named)?, named(), false)
            }
            Err(error) => return Err(error).with_context(|| format!("writing the first key to {}", named())),
        },
    };
    // If this fails, the key may still be made: the file stays, and the next start goes on with it.
    let made = submit(registry, KeyCommand::CreateFirst { secret: Issued::of(&secret) }).await;
    let is_known = || registry.keyring().find(secret.hash()).is_some();
    match made {
        Ok(accepted) if accepted.entry.is_some() && given.is_some() => Ok(FirstKey::Given),
        Ok(accepted) if accepted.entry.is_some() => Ok(FirstKey::Written(file.to_owned())),
        Ok(_) => {
            // Another process has made the key: perhaps with the secret in this file.
            if is_new && !is_known() {
                fs::remove_file(file).with_context(named)?;
            }
            Ok(FirstKey::NotNeeded)
        }
        Err(_) if is_known() => {
            bail!(
                "{source}: this secret was that of a key that is revoked, has ended, or may not manage keys: give another"
            )
        }
        Err(error) => Err(error),
    }
}

/// Whether no key can make others.
async fn is_needed(registry: &Registry, secret: Issued) -> anyhow::Result<bool> {
    let dry = Submission { caller: Caller::Operator, dry_run: true, ..Submission::default() };
    let would = registry.submit(KeyCommand::CreateFirst { secret }.into(), dry).await;
    Ok(!would.map_err(|error| anyhow!(in_words(&error)))?.effects.is_empty())
}

/// Writes the secret to a new file that only its user can read. It is whole as soon as it is there.
fn write(file: &Path, secret: &Secret) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut written = NamedTempFile::new_in(folder)?;
    writeln!(written, "{}", secret.as_str())?;
    written.as_file().sync_all()?;
    written.persist_noclobber(file).map(drop).map_err(|failed| failed.error)
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

/// Where the secret of the first key is, if nothing else is said.
pub fn default_file(database_url: &str) -> PathBuf {
    const NAME: &str = "campus-org-admin.key";
    let file = database_url.strip_prefix("sqlite://").and_then(|rest| rest.split('?').next());
    file.map_or_else(|| PathBuf::from(NAME), |file| Path::new(file).with_file_name(NAME))
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
