//! The command line.

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, StdoutLock, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, bail};
use campus_org::{
    access::Secret,
    clock::SystemClock,
    config::{
        Cli, Command, CreateKeyArgs, DatabaseArgs, Demo, Down, Dump, Healthcheck, Keys, KeysAction, Load, Migrate,
        NewDatabaseArgs, READABLE, RevokeKeyArgs, Serve, ServerArgs, Up, Way,
    },
    domain::{Area, Grant, Name},
    dump,
    http::{Application, Limits, RateSettings, Settings, TrustedProxies, openapi},
    keys::{self, FirstKey, GrantArg},
    load,
    provider::Provider,
    record::{Header, Record},
    registry::{self, CreateKey, KeyCommand, Registry, Stage},
    sample::{self, SampleTour},
    store::{Options, Store},
    telemetry, verify,
    words::Language,
};
use chrono_tz::Tz;
use clap::Parser;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use tokio::{
    net::TcpSocket,
    signal::unix::{Signal, SignalKind, signal},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long a health check waits for an answer.
const HEALTHCHECK_MAX: Duration = Duration::from_secs(3);
/// The maximum number of connections that wait to be accepted.
const WAITING_CONNECTIONS_MAX: u32 = 2048;
/// How long the writer and the database may take to end after the last request.
const WRITER_END_MAX: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let cli = Cli::parse();
    let _log = match telemetry::init(cli.log.log_format, &cli.log.log) {
        Ok(log) => log,
        Err(error) => {
            eprintln!("--log: {error}");
            return ExitCode::FAILURE;
        }
    };
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("campus-org: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(args) => block_on(serve(*args)),
        Command::Demo(args) => block_on(demo(args)),
        Command::Migrate(args) => block_on(migrate(args)),
        Command::Openapi => print(|out| out.write_all(openapi::text().as_bytes())),
        Command::Healthcheck(args) => healthcheck(&args),
        Command::Keys(args) => block_on(manage_keys(args)),
        Command::Load(args) => block_on(load_file(args)),
        Command::Verify(args) => block_on(async {
            with_store(connect(&args).await?, async |store| verify::verify(&store).await?.print()).await
        }),
        Command::NewEpoch(args) => {
            block_on(async { with_store(connect(&args).await?, async |store| verify::begin_epoch(&store).await).await })
        }
        Command::Dump(args) => block_on(dump_all(args)),
        Command::Generate(args) => print(|out| sample::write(out, args.universities, args.seed)),
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    // Requests are answered by threads of their own. This worker writes; more of them would only wake each other.
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?.block_on(work)
}

/// Opens a database that is there.
async fn connect(args: &DatabaseArgs) -> anyhow::Result<Store> {
    open(args, false).await
}

/// Opens a database, and makes it if that is wanted.
async fn connect_or_create(args: &NewDatabaseArgs) -> anyhow::Result<Store> {
    let store = open(&args.database, args.creates()).await?;
    if let Some(file) = store.created() {
        println!("created the database {}", file.display());
    }
    Ok(store)
}

async fn open(args: &DatabaseArgs, create: bool) -> anyhow::Result<Store> {
    let options = Options { url: args.database_url.clone(), connections_max: args.connections, create };
    Store::connect(&options).await.context("--database-url (DATABASE_URL)")
}

async fn serve(args: Serve) -> anyhow::Result<()> {
    let listener = listen(&args.server)?;
    let provider = Provider::from_args(&args.jwt, &SystemClock).await?;
    let store = connect_or_create(&args.database).await?;
    // Owned until the process ends.
    let _owned = store.own().context("--database-url (DATABASE_URL)")?;
    store.check().await.context("--database-url (DATABASE_URL)")?;
    if !args.no_migrate {
        store.migrate_up(None).await.context("migrating the database")?;
    }
    let (registry, writer) = start(&store, args.zone).await?;
    let file = args.admin_key_file.unwrap_or_else(|| keys::default_file(&args.database.database.database_url));
    match keys::first(&registry, args.server.admin_key.as_deref(), &file).await? {
        FirstKey::Written(file) => println!("the first key, which may do everything, is in {}", file.display()),
        FirstKey::Given => tracing::info!("the first key has the secret that was given"),
        FirstKey::NotNeeded => {}
    }
    let application = build(&registry, listener, &args.server, provider)?;
    let signals = Signals::catch()?;
    println!("campus-org listening on http://{}", application.address());
    run_server(application, signals, registry, writer, store).await
}

async fn demo(args: Demo) -> anyhow::Result<()> {
    let listener = listen(&args.server)?;
    let folder = tempfile::tempdir().context("making a temporary folder")?;
    let url = format!("sqlite://{}", folder.path().join("demo.db").display());
    let store = open(&DatabaseArgs { database_url: url, connections: 4 }, true).await?;
    store.migrate_up(None).await.context("migrating the database")?;
    let tour = load_sample(&store, args.seed).await?;
    let (registry, writer) = start(&store, chrono_tz::Asia::Shanghai).await?;
    let secret = keys::first_of_demo(&registry, args.server.admin_key.as_deref()).await?;
    let mut server = args.server;
    if server.anonymous.is_empty() {
        server.anonymous = READABLE.to_vec();
    }
    server.open_metrics = true;
    let application = build(&registry, listener, &server, None)?;
    let signals = Signals::catch()?;
    greet(application.address(), &registry, &tour, &secret);
    run_server(application, signals, registry, writer, store).await
}

async fn start(store: &Store, zone: Tz) -> anyhow::Result<(Registry, tokio::task::JoinHandle<()>)> {
    let zone = store.zone(zone.name()).await.context("reading the directory's time zone; is it migrated?")?;
    let zone: Tz = zone.parse().map_err(|_| anyhow!("the directory has an unknown time zone: {zone}"))?;
    Registry::start(store.clone(), zone, Arc::new(SystemClock)).await.context("loading the directory")
}

fn listen(args: &ServerArgs) -> anyhow::Result<TcpListener> {
    if !args.listen.ip().is_loopback() && args.trusted_proxies.is_empty() {
        tracing::warn!(
            address = %args.listen,
            "other machines can reach this address: put a proxy with TLS in front and name it in --trusted-proxies, or \
             keys can be read on the way"
        );
    }
    let bound = || -> io::Result<TcpListener> {
        let socket = if args.listen.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(args.listen)?;
        socket.listen(WAITING_CONNECTIONS_MAX)?.into_std()
    };
    bound().with_context(|| format!("--listen (CAMPUS_ORG_LISTEN): {}", args.listen))
}

/// The signals that end the service. They are caught before the process says that it listens.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn catch() -> anyhow::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for a signal, and returns whether running requests may finish.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            _ = self.terminate.recv() => true,
            _ = self.interrupt.recv() => false,
        }
    }
}

fn build(
    registry: &Registry,
    listener: TcpListener,
    args: &ServerArgs,
    provider: Option<Provider>,
) -> anyhow::Result<Application> {
    registry.keep_audit(args.audit_retention);
    let anonymous = Grant { scopes: args.anonymous.clone(), area: Area::Everywhere, org_id: None };
    let settings = Settings {
        stale_max: args.stale_max.0,
        grace: args.grace.0,
        anonymous: Some(anonymous).filter(|grant| !grant.scopes.is_empty()).into_iter().collect(),
        shows_metrics: args.open_metrics,
        host_names: args.host_names.clone(),
        rates: RateSettings {
            by_caller: args.rate_by_caller,
            by_address: args.rate_by_address,
            proxies: TrustedProxies::new(args.trusted_proxies.clone()),
        },
        cors_origins: args.cors_origins.clone(),
        provider,
        workers: args.workers.map(usize::from),
        limits: Limits::new((args.traffic_mib as usize) << 20),
    };
    Ok(Application::build(registry.clone(), Arc::new(SystemClock), listener, &settings)?)
}

/// Serves until a signal arrives, then lets running requests and the writer finish.
async fn run_server(
    application: Application,
    mut signals: Signals,
    registry: Registry,
    writer: tokio::task::JoinHandle<()>,
    store: Store,
) -> anyhow::Result<()> {
    let server = application.into_server();
    let handle = server.handle();
    let mut serving = tokio::spawn(server);
    tokio::select! {
        ended = &mut serving => ended??,
        graceful = signals.wait() => {
            handle.stop(graceful).await;
            serving.await??;
        }
    }
    drop(registry);
    let ended = tokio::time::timeout(WRITER_END_MAX, async {
        writer.await.context("the writer")?;
        store.close().await.context("closing the database")
    });
    ended.await.unwrap_or_else(|_| bail!("the database did not close within {WRITER_END_MAX:?}"))?;
    tracing::info!("stopped");
    Ok(())
}

/// Works on the database and closes it. SQLite then moves everything into the one file.
async fn with_store(store: Store, work: impl AsyncFnOnce(Store) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let done = work(store.clone()).await;
    let closed = store.close().await.context("closing the database");
    done.and(closed)
}

async fn load_file(args: Load) -> anyhow::Result<()> {
    // Opened before the database, so that a missing file creates no database.
    let file = match args.file.as_os_str() {
        input if input == "-" => None,
        path => Some(File::open(path).with_context(|| args.file.display().to_string())?),
    };
    let store = connect_or_create(&args.database).await?;
    with_store(store, async |store| enter(store, args.no_migrate, args.lang, file).await).await
}

async fn enter(store: Store, no_migrate: bool, language: Language, file: Option<File>) -> anyhow::Result<()> {
    // Owned until the end, so that nobody serves the file meanwhile.
    let _owned = store.own().context("--database-url (DATABASE_URL)")?;
    if !no_migrate {
        store.migrate_up(None).await.context("migrating the database")?;
    }
    let bar = ProgressBar::no_length();
    if bar.is_hidden() {
        tracing::info!("reading");
    }
    let input: Box<dyn BufRead> = match file {
        None => {
            bar.set_style(ProgressStyle::with_template("reading {bytes}, {bytes_per_sec}")?);
            Box::new(io::stdin().lock())
        }
        Some(file) => {
            bar.set_length(file.metadata()?.len());
            bar.set_style(ProgressStyle::with_template(
                "reading  {wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
            )?);
            Box::new(BufReader::with_capacity(1 << 16, file))
        }
    };
    let started = Instant::now();
    let records = ProgressStyle::with_template(
        "{msg:8} {wide_bar} {human_pos} of {human_len} records, {rate} a second, {eta} left",
    )?
    .with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
        // An error only means that the rate is not shown.
        let _ = write!(out, "{:.0}", state.per_sec());
    });
    let input = bar.wrap_read(input);
    let mut before = None;
    let mut progress = |stage, done: usize, all: usize| {
        if before.replace(stage) != Some(stage) {
            let doing = match stage {
                Stage::Checking => "checking",
                Stage::Writing => "writing",
            };
            bar.set_style(records.clone());
            bar.set_message(doing);
            bar.reset();
            if bar.is_hidden() {
                tracing::info!(records = all, "{doing}");
            }
        }
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let loaded = load::load(&store, &SystemClock, BufReader::new(input), &mut progress).await;
    bar.finish_and_clear();
    match loaded {
        Ok(load::Summary { records, revision }) => {
            let seconds = started.elapsed().as_secs_f64();
            let rate = records as f64 / seconds;
            println!(
                "{records} records entered in {seconds:.1} s, {rate:.0} a second; the directory is at revision {revision}"
            );
            Ok(())
        }
        Err(load::LoadError::Lines(lines)) => {
            for (line, why) in &lines {
                match language {
                    Language::English => eprintln!("line {line}: {}", why.en),
                    Language::Chinese => eprintln!("第 {line} 行：{}", why.zh),
                }
            }
            Err(load::LoadError::Lines(lines).into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn dump_all(args: Dump) -> anyhow::Result<()> {
    let dumped = async |store: Store| {
        match &args.output {
            Some(file) => dump::to_file(&store, file).await?,
            None => {
                let copy = dump::copy(&store).await?;
                print(|out| dump::write(copy, out))?;
            }
        }
        Ok(())
    };
    with_store(connect(&args.database).await?, dumped).await
}

async fn load_sample(store: &Store, seed: u64) -> anyhow::Result<SampleTour> {
    let records: Vec<Record> = sample::universities(1, seed).collect();
    let tour = SampleTour::find(&records).context("the sample has no leading group")?;
    let header = Header::new(chrono_tz::Asia::Shanghai);
    load::enter_records(store, &SystemClock, header, records).await.context("loading the sample")?;
    Ok(tour)
}

fn greet(address: SocketAddr, registry: &Registry, tour: &SampleTour, secret: &Secret) {
    let campus_org::directory::Counts { orgs, people, roles, .. } = registry.snapshot().counts();
    println!("A sample campus: {orgs} orgs, {people} people, {roles} roles. It is gone when this ends (Ctrl-C).");
    println!();
    println!("  API            http://{address}/orgs");
    println!("  Documentation  http://{address}/docs");
    println!("  OpenAPI        http://{address}/openapi.json");
    println!();
    println!("Everybody may read. Whoever writes sends a key: this one may do everything.");
    println!("  KEY={}", secret.as_str());
    println!();
    println!("Try:");
    println!("  curl 'http://{address}/orgs/{}/tree?depth=1'", tour.university_committee);
    println!("  curl 'http://{address}/people/{}/roles?status=all'", tour.a_secretary_person);
    println!("  curl 'http://{address}/leading-groups/{}?as_of=2026-09-01'", tour.a_leading_group);
    println!("  curl -H \"Authorization: Bearer $KEY\" http://{address}/me");
    println!();
    println!("campus-org listening on http://{address}");
}

async fn manage_keys(args: Keys) -> anyhow::Result<()> {
    match args.action {
        KeysAction::Create(CreateKeyArgs { database, name, owner, grants, expires_at }) => {
            let name = Name::parse(&name).map_err(|error| anyhow!("--name: {error}"))?;
            let owner = owner.map(|owner| Name::parse(&owner).map_err(|error| anyhow!("--owner: {error}")));
            let (secret, issued) = keys::new_secret()?;
            let create = CreateKey {
                name,
                owner: owner.transpose()?,
                grants: grants.into_iter().map(|GrantArg(grant)| grant).collect(),
                person_id: None,
                expires_at,
                secret: issued,
            };
            with_registry(&database, async |registry| {
                let id = keys::made(&keys::submit(registry, KeyCommand::Create(Box::new(create))).await?)?;
                eprintln!("made the key {id}; its secret is shown only here:");
                println!("{}", secret.as_str());
                Ok(())
            })
            .await
        }
        KeysAction::List(database) => {
            with_registry(&database, async |registry| print(|out| keys::list(registry, out))).await
        }
        KeysAction::Revoke(RevokeKeyArgs { database, id }) => {
            with_registry(&database, async |registry| {
                keys::submit(registry, KeyCommand::Revoke { id }).await?;
                println!("revoked {id}");
                Ok(())
            })
            .await
        }
    }
}

/// Works on the directory in the database. A service that serves it notices what is written.
async fn with_registry(
    args: &DatabaseArgs,
    work: impl AsyncFnOnce(&Registry) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    with_store(connect(args).await?, async |store| {
        let (registry, writer) = start(&store, chrono_tz::Asia::Shanghai).await?;
        let done = work(&registry).await;
        drop(registry);
        writer.await.context("the writer")?;
        done
    })
    .await
}

async fn migrate(args: Migrate) -> anyhow::Result<()> {
    match args.way {
        Way::Up(Up { database, steps }) => {
            let store = connect_or_create(&database).await?;
            with_store(store, async |store| {
                store.migrate_up(steps).await.context("migrating up")?;
                // With all its steps the database can also be told from others.
                match store.migrations().await.context("reading the migrations")?.iter().all(|step| step.applied) {
                    true => registry::found(&store, &SystemClock).await.context("beginning the chain of the log"),
                    false => Ok(()),
                }
            })
            .await
        }
        Way::Down(Down { database, steps }) => {
            let (store, steps) = (connect(&database).await?, Some(steps.unwrap_or(1)));
            with_store(store, async |store| store.migrate_down(steps).await.context("migrating down")).await
        }
        Way::Status(database) => {
            let status = async |store: Store| {
                for step in store.migrations().await.context("reading the migrations")? {
                    println!("{:8} {}", if step.applied { "applied" } else { "pending" }, step.name);
                }
                Ok(())
            };
            with_store(connect(&database).await?, status).await
        }
    }
}

/// Writes to standard output. A reader that stops early, such as `head`, is not an error.
fn print(write: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>) -> anyhow::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Asks for `/health/ready`; fails unless the answer is 200. If the address means every interface, it asks
/// this machine's loopback address.
fn healthcheck(args: &Healthcheck) -> anyhow::Result<()> {
    let mut address = args.listen;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    let mut stream = TcpStream::connect_timeout(&address, HEALTHCHECK_MAX).with_context(|| address.to_string())?;
    stream.set_read_timeout(Some(HEALTHCHECK_MAX))?;
    stream.set_write_timeout(Some(HEALTHCHECK_MAX))?;
    write!(stream, "GET /health/ready HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(1 << 16).read_to_string(&mut answer)?;
    let status = answer.lines().next().unwrap_or_default();
    if status.contains(" 200 ") { Ok(()) } else { bail!("not ready: {status}") }
}
