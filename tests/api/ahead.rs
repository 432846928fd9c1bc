//! Commands that come while others are stored: they are decided on what those are going to leave, and answered
//! as if they had waited.

use std::{future::poll_fn, pin::Pin, sync::Arc, task::Poll};

use campus_org::{
    domain::{Error, Name, OrgId, Text},
    registry::{Caller, Command, CreatePerson, DissolveOrg, Outcome, Registry, RequestKey, Submission},
    store::{Options, Store},
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use crate::support::{Backend, TestApp, api_test, run};

/// Keeps the service from storing anything, until it lets go.
struct Holder(DatabaseConnection);

impl Holder {
    async fn of(app: &TestApp) -> Self {
        let mut options = ConnectOptions::new(&app.database_url);
        let session = Database::connect(options.max_connections(1).to_owned()).await.unwrap();
        let hold = match session.get_database_backend() {
            DbBackend::Sqlite => "BEGIN IMMEDIATE",
            _ => "BEGIN; SELECT * FROM head FOR UPDATE",
        };
        session.execute_unprepared(hold).await.unwrap();
        Self(session)
    }

    async fn let_go(self) {
        self.0.execute_unprepared("ROLLBACK").await.unwrap();
        self.0.close().await.unwrap();
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Outcome, Error>>>>;

/// A command that the writer has taken and cannot answer yet.
async fn taken(registry: &Registry, command: Command, submission: Submission) -> Answer {
    let submitted = registry.clone();
    let mut answer: Answer = Box::pin(async move { submitted.submit(command, submission).await });
    not_yet(&mut answer).await;
    while registry.queue_length() > 0 {
        tokio::task::yield_now().await;
    }
    answer
}

async fn not_yet(answer: &mut Answer) {
    poll_fn(|context| {
        assert!(answer.as_mut().poll(context).is_pending(), "answered before anything could be stored");
        Poll::Ready(())
    })
    .await;
}

fn person(staff_no: &str) -> Command {
    Command::CreatePerson(CreatePerson {
        name: Name::parse("孙国权").unwrap(),
        name_en: None,
        staff_no: Some(Text::parse(staff_no).unwrap()),
        email: None,
        phone: None,
        external_ids: Vec::new(),
    })
}

fn keyed(key: &str) -> Submission {
    let [method, path] = ["POST", "/people"].map(str::to_owned);
    let key = RequestKey { caller: Caller::default().actor().to_owned(), method, path, key: key.to_owned() };
    Submission { key: Some((key, "hash".to_owned())), ..Submission::default() }
}

api_test! {
    async fn what_comes_while_others_are_stored_sees_what_they_leave(app: TestApp) {
        let holder = Holder::of(&app).await;
        let mut first = taken(&app.registry, person("1"), Submission::default()).await;
        let mut same = taken(&app.registry, person("1"), Submission::default()).await;
        let mut other = taken(&app.registry, person("2"), Submission::default()).await;
        for answer in [&mut first, &mut same, &mut other] {
            not_yet(answer).await;
        }
        assert_eq!(app.registry.snapshot().counts().people, 0, "shown before it is stored");
        holder.let_go().await;
        let first = first.await.unwrap();
        assert!(matches!(same.await, Err(Error::StaffNoTaken { .. })), "the number is taken");
        assert_eq!(other.await.unwrap().revision, first.revision + 1);
        assert_eq!(app.registry.snapshot().counts().people, 2);
    }

    async fn a_repeat_that_comes_while_others_are_stored_is_answered_again(app: TestApp) {
        let first = app.registry.submit(person("1"), keyed("k")).await.unwrap();
        let holder = Holder::of(&app).await;
        let other = taken(&app.registry, person("2"), Submission::default()).await;
        let repeat = taken(&app.registry, person("1"), keyed("k")).await;
        let changed = Submission { key: keyed("k2").key, ..Submission::default() };
        let fresh = taken(&app.registry, person("3"), changed).await;
        holder.let_go().await;
        other.await.unwrap();
        let repeat = repeat.await.unwrap();
        assert!(repeat.repeated);
        assert_eq!(repeat.target, first.target);
        assert!(!fresh.await.unwrap().repeated);
        assert_eq!(app.registry.snapshot().counts().people, 3);
    }

    async fn a_body_is_restored_by_an_entry_that_is_being_stored(app: TestApp) {
        let id: OrgId = OrgId(app.committee().await.parse().unwrap());
        let holder = Holder::of(&app).await;
        let dissolve = DissolveOrg { effective_on: None, cascade: false, successor_ids: Vec::new(), basis: None };
        let dissolved = taken(&app.registry, Command::DissolveOrg { id, dissolve }, Submission::default()).await;
        let restored = taken(&app.registry, Command::RestoreOrg { id, basis: None }, Submission::default()).await;
        let after = taken(&app.registry, person("1"), Submission::default()).await;
        holder.let_go().await;
        let dissolved = dissolved.await.unwrap();
        assert!(dissolved.snapshot.org(id).unwrap().facts.dissolved_on.is_some());
        let restored = restored.await.unwrap();
        assert_eq!(restored.revision, dissolved.revision + 1);
        assert_eq!(restored.snapshot.org(id).unwrap().facts.dissolved_on, None);
        assert_eq!(after.await.unwrap().revision, restored.revision + 1);
    }
}

#[test]
fn what_was_decided_on_something_that_fails_is_decided_anew() {
    run(Backend::Postgres, |app| async move {
        let holder = Holder::of(&app).await;
        let first = taken(&app.registry, person("1"), Submission::default()).await;
        let same = taken(&app.registry, person("1"), Submission::default()).await;
        // The database ends the session in which the first was to be stored.
        let session = Database::connect(&app.database_url).await.unwrap();
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let mut ended = 0;
        while ended == 0 {
            let end = Statement::from_string(DbBackend::Postgres, end);
            ended = session.query_all_raw(end).await.unwrap().len();
        }
        session.close().await.unwrap();
        assert!(matches!(first.await, Err(Error::Unavailable { outcome_unknown: false, .. })));
        holder.let_go().await;
        same.await.unwrap();
        assert_eq!(app.registry.snapshot().counts().people, 1);
    });
}

#[test]
fn what_was_decided_before_another_process_wrote_is_decided_anew() {
    run(Backend::Postgres, |app| async move {
        let holder = Holder::of(&app).await;
        let first = taken(&app.registry, person("1"), Submission::default()).await;
        let second = taken(&app.registry, person("2"), Submission::default()).await;
        // The other process waits for the same row, behind the first and before the second.
        let session = Database::connect(&app.database_url).await.unwrap();
        let waiting = "SELECT 1 FROM pg_stat_activity \
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = async |count: usize| {
            let waiting = Statement::from_string(DbBackend::Postgres, waiting);
            while session.query_all_raw(waiting.clone()).await.unwrap().len() < count {}
        };
        waiting(1).await;
        let store = Store::connect(&Options { url: app.database_url.clone(), connections_max: 2 }).await.unwrap();
        let clock = Arc::new(app.clock.clone());
        let (other, writer) = Registry::start(store.clone(), chrono_tz::Asia::Shanghai, clock).await.unwrap();
        let theirs = taken(&other, person("2"), Submission::default()).await;
        waiting(2).await;
        session.close().await.unwrap();
        holder.let_go().await;
        first.await.unwrap();
        theirs.await.unwrap();
        assert!(matches!(second.await, Err(Error::StaffNoTaken { .. })));
        drop(other);
        writer.await.unwrap();
        store.close().await.unwrap();
    });
}
