//! From the command line to a provider. What is wrong there stops the start, and is named.

use std::fmt;

use anyhow::{Context, anyhow};

use super::{Provider, fetch::Source};
use crate::{
    access::token::{ALGORITHMS, Algorithm, ClaimName, GrantRules, PersonRule, Verifier, algorithm},
    clock::Clock,
    config::JwtArgs,
};

/// A setting that makes no sense.
#[derive(Debug)]
pub struct WrongSetting {
    /// Its name on the command line, after `--jwt-`.
    name: &'static str,
    why: anyhow::Error,
}

impl fmt::Display for WrongSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, why } = self;
        let variable = name.to_uppercase().replace('-', "_");
        write!(f, "--jwt-{name} (CAMPUS_ORG_JWT_{variable}): {why:#}")
    }
}

impl std::error::Error for WrongSetting {}

fn wrong<E: Into<anyhow::Error>>(name: &'static str) -> impl FnOnce(E) -> WrongSetting {
    move |why| WrongSetting { name, why: why.into() }
}

impl Provider {
    /// The provider that the settings name; none if they name none.
    ///
    /// # Errors
    ///
    /// A setting is wrong.
    pub async fn from_args(args: &JwtArgs, clock: &dyn Clock) -> Result<Option<Self>, WrongSetting> {
        let Some(issuer) = args.jwt_issuer.clone() else { return Ok(None) };
        let source = match &args.jwt_jwks {
            Some(named) => Source::named(named).map_err(wrong("jwks"))?,
            None => Source::of_issuer(&issuer).map_err(wrong("issuer"))?,
        };
        let verifier = Verifier {
            issuer,
            audiences: args.jwt_audience.clone(),
            algorithms: algorithms(&args.jwt_algorithms).map_err(wrong("algorithms"))?,
            leeway: args.jwt_leeway.0,
            rules: rules(args).map_err(wrong("grants"))?,
            person: person(args).map_err(wrong("person-claim"))?,
        };
        if verifier.person.is_none() && verifier.rules.need_person() {
            let why = anyhow!("needed, as a rule of --jwt-grants names an area that is found through the own person");
            return Err(WrongSetting { name: "person-claim", why });
        }
        Self::start(verifier, source, clock).await.map(Some).map_err(wrong("jwks"))
    }
}

fn algorithms(names: &[String]) -> anyhow::Result<Vec<Algorithm>> {
    let known = |name: &String| {
        algorithm(name).ok_or_else(|| {
            let all: Vec<&str> = ALGORITHMS.iter().map(|(name, _)| *name).collect();
            anyhow!("{name} is not among {}", all.join(", "))
        })
    };
    names.iter().map(known).collect()
}

fn rules(args: &JwtArgs) -> anyhow::Result<GrantRules> {
    let Some(file) = &args.jwt_grants else { return Ok(GrantRules::default()) };
    let text = std::fs::read(file).with_context(|| file.display().to_string())?;
    GrantRules::parse(&text).with_context(|| file.display().to_string())
}

fn person(args: &JwtArgs) -> anyhow::Result<Option<PersonRule>> {
    let Some(claim) = &args.jwt_person_claim else { return Ok(None) };
    let claim = ClaimName::parse(claim).context("must not be empty")?;
    Ok(Some(PersonRule { claim, by: args.jwt_person_by.clone() }))
}
