//! Flags and environment variables, in one place.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use chrono_tz::Tz;
use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;

use crate::{
    access::token::PersonBy,
    domain::{AccessScope, CallerId, Instant},
    keys::GrantArg,
    telemetry::LogFormat,
    words::Language,
};

/// A directory of a university's Party organisation: who leads what, since when, and until when.
#[derive(Debug, Parser)]
#[command(name = "campus-org", version, about)]
pub struct Cli {
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
    /// How to log.
    #[command(flatten)]
    pub log: Log,
}

/// How to log, on standard error.
#[derive(Debug, Clone, Args)]
pub struct Log {
    /// What to log: a level, or directives such as `info,campus_org=debug`
    #[arg(long, global = true, env = "CAMPUS_ORG_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,
    /// The format of the log lines
    #[arg(long, global = true, env = "CAMPUS_ORG_LOG_FORMAT", default_value = "human", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the directory in a database
    Serve(Box<Serve>),
    /// Serve a sample campus from a temporary database that is deleted at the end
    Demo(Demo),
    /// Migrate the database up or down, or show its migrations
    Migrate(Migrate),
    /// Print the OpenAPI document
    Openapi,
    /// Ask a serving process whether it is ready; exits with 0 if it is
    Healthcheck(Healthcheck),
    /// Make, list or revoke API keys
    Keys(Keys),
    /// Print sample campuses as JSON lines
    Generate(Generate),
    /// Look whether rows, log and rules of a database fit together
    Verify(DatabaseArgs),
    /// Begin a new epoch, after a backup has been restored: consumers then start again, since a revision may be another
    /// entry than before
    NewEpoch(DatabaseArgs),
    /// Load a whole directory from JSON lines into an empty database: everything or nothing
    Load(Load),
    /// Write the whole directory as JSON lines that `load` reads, also while it is served
    Dump(Dump),
}

/// Where the database is, if nothing else is said.
const DATABASE_URL: &str = "sqlite://campus-org.db";

/// Where the database is.
#[derive(Debug, Clone, Args)]
pub struct DatabaseArgs {
    /// The database: `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/NAME`, with `?sslmode=verify-full` for TLS with a
    /// certificate that is checked
    #[arg(long, env = "DATABASE_URL", default_value = DATABASE_URL, value_name = "URL", hide_env_values = true)]
    pub database_url: String,
    /// The maximum number of database connections
    #[arg(long, env = "CAMPUS_ORG_CONNECTIONS", default_value_t = 10, value_name = "N",
        value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub connections: u32,
}

/// Where the database is, and whether it is made.
#[derive(Debug, Clone, Args)]
pub struct NewDatabaseArgs {
    /// Where it is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Create the SQLite file if it is missing or empty; the file of the default `--database-url` always is
    #[arg(long, env = "CAMPUS_ORG_CREATE")]
    pub create: bool,
}

impl NewDatabaseArgs {
    /// Whether a missing file is made.
    pub fn creates(&self) -> bool {
        self.create || self.database.database_url == DATABASE_URL
    }
}

/// How to answer requests.
#[derive(Debug, Clone, Args)]
pub struct ServerArgs {
    /// The address to listen on; port 0 takes any free port
    #[arg(long, env = "CAMPUS_ORG_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// The secret of the first key, if no key can manage keys everywhere: at least 40 characters; by default a new one
    #[arg(long, env = "CAMPUS_ORG_ADMIN_KEY", value_name = "SECRET", hide_env_values = true)]
    pub admin_key: Option<String>,
    /// What callers may read who send no key: `orgs:read`, `people:read`, `people:contact`, separated by commas; by
    /// default nothing, and everything in the demo
    #[arg(long, env = "CAMPUS_ORG_ANONYMOUS", value_name = "SCOPES", value_delimiter = ',', value_parser = readable)]
    pub anonymous: Vec<AccessScope>,
    /// The names that it answers to, separated by commas: those by which a proxy passes requests on; by default those of
    /// loopback if it listens there, else all
    #[arg(long, env = "CAMPUS_ORG_HOST_NAMES", value_name = "NAMES", value_delimiter = ',', value_parser = host_name)]
    pub host_names: Vec<String>,
    /// How many requests a second a caller with a key or token may send, and ten times as many at once; 0: any number
    #[arg(long, env = "CAMPUS_ORG_RATE_BY_CALLER", default_value_t = 1000, value_name = "N",
        value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub rate_by_caller: u32,
    /// The same for an address from which requests come without a key, or with one that is refused
    #[arg(long, env = "CAMPUS_ORG_RATE_BY_ADDRESS", default_value_t = 100, value_name = "N",
        value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub rate_by_address: u32,
    /// The proxies in front, addresses or networks separated by commas: their `X-Forwarded-For` says from
    /// which address a request comes; by default none
    #[arg(long, env = "CAMPUS_ORG_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
    /// The sites whose pages may ask from a browser (CORS), separated by commas, such as https://portal.example.edu.cn;
    /// `*`: all; by default none
    #[arg(long, env = "CAMPUS_ORG_CORS_ORIGINS", value_name = "ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub cors_origins: Vec<String>,
    /// Show measurements to callers who send no key
    #[arg(long, env = "CAMPUS_ORG_OPEN_METRICS")]
    pub open_metrics: bool,
    /// How many days the audit is kept; 0 keeps it for ever
    #[arg(long, env = "CAMPUS_ORG_AUDIT_RETENTION", default_value_t = 365, value_name = "DAYS",
        value_parser = clap::value_parser!(u32).range(0..=36_500))]
    pub audit_retention: u32,
    /// The number of threads that answer requests; by default the number of cores
    #[arg(long, env = "CAMPUS_ORG_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// The memory in MiB for request bodies that arrive and large answers that are sent; a request for which there is no
    /// room is answered 503
    #[arg(long, env = "CAMPUS_ORG_TRAFFIC_MIB", default_value_t = 256, value_name = "MIB",
        value_parser = clap::value_parser!(u32).range(64..=65536))]
    pub traffic_mib: u32,
    /// How long reads count as ready while the database is unreachable
    #[arg(long, env = "CAMPUS_ORG_STALE_MAX", default_value = "60s", value_name = "TIME")]
    pub stale_max: Span,
    /// How long running requests may take to finish after SIGTERM
    #[arg(long, env = "CAMPUS_ORG_GRACE", default_value = "10s", value_name = "TIME")]
    pub grace: Span,
}

/// Whose tokens are accepted, and what they allow.
#[derive(Debug, Clone, Args)]
pub struct JwtArgs {
    /// The identity provider whose tokens (JWT) are accepted: its `iss`, to the letter; by default none
    #[arg(long, env = "CAMPUS_ORG_JWT_ISSUER", value_name = "ISSUER", requires = "jwt_audience")]
    pub jwt_issuer: Option<String>,
    /// The names of this service, separated by commas: a token must have one of them in `aud`; by default none
    #[arg(long, env = "CAMPUS_ORG_JWT_AUDIENCE", value_name = "NAMES", value_delimiter = ',', requires = "jwt_issuer",
        value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub jwt_audience: Vec<String>,
    /// The keys of the identity provider (JWK Set): a file, an https address, or an http address of this machine; by
    /// default where ISSUER/.well-known/openid-configuration says
    #[arg(long, env = "CAMPUS_ORG_JWT_JWKS", value_name = "FILE|URL", requires = "jwt_issuer")]
    pub jwt_jwks: Option<String>,
    /// The algorithms of signatures that are accepted
    #[arg(
        long,
        env = "CAMPUS_ORG_JWT_ALGORITHMS",
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,EdDSA"
    )]
    pub jwt_algorithms: Vec<String>,
    /// How far the clocks of the identity provider and this machine may differ
    #[arg(long, env = "CAMPUS_ORG_JWT_LEEWAY", default_value = "60s", value_name = "TIME")]
    pub jwt_leeway: Span,
    /// What tokens allow: a JSON file with rules from claims to grants, see docs/TOKENS.md; by default nothing
    #[arg(long, env = "CAMPUS_ORG_JWT_GRANTS", value_name = "FILE", requires = "jwt_issuer")]
    pub jwt_grants: Option<PathBuf>,
    /// The claim that identifies the own person, for grants in the areas `own`, `own_subtree` and `own_person`; by
    /// default none
    #[arg(long, env = "CAMPUS_ORG_JWT_PERSON_CLAIM", value_name = "CLAIM", requires = "jwt_issuer")]
    pub jwt_person_claim: Option<String>,
    /// What that claim has: `staff_no`, or `external_id:` and a scheme
    #[arg(long, env = "CAMPUS_ORG_JWT_PERSON_BY", default_value = "staff_no", value_name = "WHAT")]
    pub jwt_person_by: PersonBy,
}

/// `campus-org serve`.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Where the database is.
    #[command(flatten)]
    pub database: NewDatabaseArgs,
    /// How to answer requests.
    #[command(flatten)]
    pub server: ServerArgs,
    /// Whose tokens are accepted.
    #[command(flatten)]
    pub jwt: JwtArgs,
    /// The file with the secret of the first key. If the database has no key and the file is missing, a new secret is
    /// written there; by default `campus-org-admin.key` beside the SQLite file, or in the working directory
    #[arg(long, env = "CAMPUS_ORG_ADMIN_KEY_FILE", value_name = "FILE")]
    pub admin_key_file: Option<PathBuf>,
    /// Do not migrate the database at the start
    #[arg(long, env = "CAMPUS_ORG_NO_MIGRATE")]
    pub no_migrate: bool,
    /// The time zone in which the days of a new directory begin; an existing directory keeps its own
    #[arg(long, env = "CAMPUS_ORG_ZONE", default_value = "Asia/Shanghai", value_name = "ZONE",
        value_parser = |name: &str| name.parse::<Tz>().map_err(|_| "must be an IANA time zone, such as Asia/Shanghai"))]
    pub zone: Tz,
}

/// `campus-org demo`.
#[derive(Debug, Clone, Args)]
pub struct Demo {
    /// How to answer requests.
    #[command(flatten)]
    pub server: ServerArgs,
    /// The seed of the sample: the same seed makes the same campus
    #[arg(long, env = "CAMPUS_ORG_SEED", default_value_t = 1, value_name = "S")]
    pub seed: u64,
}

/// `campus-org keys`.
#[derive(Debug, Clone, Args)]
pub struct Keys {
    /// What to do.
    #[command(subcommand)]
    pub action: KeysAction,
}

/// What to do with keys.
#[derive(Debug, Clone, Subcommand)]
pub enum KeysAction {
    /// Make a key and print its secret, which is shown only here
    Create(CreateKeyArgs),
    /// List the keys with their grants
    List(DatabaseArgs),
    /// Revoke a key: it is refused at once
    Revoke(RevokeKeyArgs),
}

/// `campus-org keys create`.
#[derive(Debug, Clone, Args)]
pub struct CreateKeyArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// What the key is called
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Who answers for it; by default nobody is named
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// What it allows and where: `SCOPE,… AREA [ORG_ID]`, such as `all` or `roles:write below 0189…`. May be repeated
    #[arg(long = "grant", value_name = "GRANT", required = true)]
    pub grants: Vec<GrantArg>,
    /// When it ends, such as 2027-09-01T00:00:00+08:00; by default never
    #[arg(long, value_name = "INSTANT")]
    pub expires_at: Option<Instant>,
}

/// `campus-org keys revoke`.
#[derive(Debug, Clone, Args)]
pub struct RevokeKeyArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The id of the key
    #[arg(value_name = "ID")]
    pub id: CallerId,
}

/// `campus-org migrate`.
#[derive(Debug, Clone, Args)]
pub struct Migrate {
    /// The direction.
    #[command(subcommand)]
    pub way: Way,
}

/// The direction to migrate.
#[derive(Debug, Clone, Subcommand)]
pub enum Way {
    /// Apply the migrations that the database does not have yet
    Up(Up),
    /// Undo migrations, and discard the data that they added
    Down(Down),
    /// List every migration and whether the database has it
    Status(DatabaseArgs),
}

/// `campus-org migrate up`.
#[derive(Debug, Clone, Args)]
pub struct Up {
    /// Where the database is.
    #[command(flatten)]
    pub database: NewDatabaseArgs,
    /// How many migrations; by default all
    #[arg(long, env = "CAMPUS_ORG_STEPS", value_name = "N")]
    pub steps: Option<u32>,
}

/// `campus-org migrate down`.
#[derive(Debug, Clone, Args)]
pub struct Down {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// How many migrations; by default one
    #[arg(long, env = "CAMPUS_ORG_STEPS", value_name = "N")]
    pub steps: Option<u32>,
}

/// `campus-org healthcheck`.
#[derive(Debug, Clone, Args)]
pub struct Healthcheck {
    /// The address that the serving process listens on
    #[arg(long, env = "CAMPUS_ORG_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: SocketAddr,
}

/// `campus-org generate`.
#[derive(Debug, Clone, Args)]
pub struct Generate {
    /// The number of universities
    #[arg(long, env = "CAMPUS_ORG_UNIVERSITIES", default_value_t = 1, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub universities: u32,
    /// The seed of the sample: the same seed makes the same campuses
    #[arg(long, env = "CAMPUS_ORG_SEED", default_value_t = 1, value_name = "S")]
    pub seed: u64,
}

/// `campus-org load`.
#[derive(Debug, Clone, Args)]
pub struct Load {
    /// A file as `generate` writes it; `-` for standard input
    #[arg(env = "CAMPUS_ORG_FILE", value_name = "FILE", default_value = "-")]
    pub file: PathBuf,
    /// Where the database is.
    #[command(flatten)]
    pub database: NewDatabaseArgs,
    /// Do not migrate the database at the start
    #[arg(long, env = "CAMPUS_ORG_NO_MIGRATE")]
    pub no_migrate: bool,
    /// The language in which bad lines are told: Chinese if it begins with zh, else English
    #[arg(long, env = "LANG", value_name = "LANGUAGE", default_value = "en", value_parser = language)]
    pub lang: Language,
}

/// `campus-org dump`.
#[derive(Debug, Clone, Args)]
pub struct Dump {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The file to write, which must not be there yet; by default standard output
    #[arg(long, env = "CAMPUS_ORG_OUTPUT", value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The language of a tag or of a locale.
#[expect(clippy::unnecessary_wraps, reason = "what clap wants of a parser")]
fn language(tag: &str) -> Result<Language, String> {
    Ok(if tag.starts_with("zh") { Language::Chinese } else { Language::English })
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, &'static str> {
    let address = || text.parse().map(|address: IpAddr| IpNet::from(address));
    text.parse().or_else(|_| address()).map_err(|_| "must be an address or a network, such as 10.0.0.0/8")
}

/// A name of a host, as requests have it in `Host`.
fn host_name(text: &str) -> Result<String, &'static str> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if !text.is_empty() && text.bytes().all(legal) {
        Ok(text.to_owned())
    } else {
        Err("must be the name of a host, such as directory.example.edu.cn")
    }
}

/// A site as browsers name it: scheme, host and perhaps a port.
fn origin(text: &str) -> Result<String, &'static str> {
    let sites = [("https://", ":443"), ("http://", ":80")];
    let legal = |host: &str| {
        let bytes = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() || b".-:[]".contains(&byte);
        !host.is_empty() && host.bytes().all(bytes)
    };
    // Browsers leave the usual port out.
    let is_site = |(scheme, usual): &(&str, &str)| {
        text.strip_prefix(scheme).is_some_and(|host| legal(host) && !host.ends_with(usual))
    };
    if text == "*" || sites.iter().any(is_site) {
        Ok(text.to_owned())
    } else {
        Err("must be * or a site in small letters, without the usual port, such as https://portal.example.edu.cn")
    }
}

/// A scope that everybody may have: one that only reads.
fn readable(word: &str) -> Result<AccessScope, String> {
    let scope = AccessScope::parse(word).filter(|scope| READABLE.contains(scope));
    scope.ok_or_else(|| {
        let all: Vec<&str> = READABLE.iter().map(|scope| scope.as_str()).collect();
        format!("must be any of {}", all.join(", "))
    })
}

/// The scopes that only read the directory.
pub const READABLE: &[AccessScope] = &[AccessScope::OrgsRead, AccessScope::PeopleRead, AccessScope::PeopleContact];

/// A length of time: a whole number and `s`, `m` or `h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, seconds_each) = match text.strip_suffix(['s', 'm', 'h']) {
            Some(number) if text.ends_with('m') => (number, 60),
            Some(number) if text.ends_with('h') => (number, 3600),
            Some(number) => (number, 1),
            None => (text, 1),
        };
        let number: u32 =
            number.parse().map_err(|_| "must be a whole number with s, m or h, such as 60s".to_owned())?;
        Ok(Self(Duration::from_secs(u64::from(number) * seconds_each)))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn networks_and_sites_are_read() {
        for good in ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1"] {
            assert!(network(good).is_ok(), "{good}");
        }
        assert!(network("example.edu.cn").is_err() && network("10.0.0.0/33").is_err());
        for good in ["*", "https://portal.example.edu.cn", "http://localhost:5173"] {
            assert!(origin(good).is_ok(), "{good}");
        }
        for bad in ["", "portal.example.edu.cn", "https://", "https://a/b", "https://A", "ftp://a", "null"] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lengths_of_time_are_read() {
        assert_eq!("90s".parse(), Ok(Span(Duration::from_secs(90))));
        assert_eq!("2m".parse(), Ok(Span(Duration::from_secs(120))));
        assert_eq!("1h".parse(), Ok(Span(Duration::from_secs(3600))));
        assert!("soon".parse::<Span>().is_err());
    }
}
