//! Many clients that write at once, through one process and through two.

use campus_org::registry;

use crate::support::{
    Backend, TestDatabase, api_test, invariants,
    load::Load,
    process::{self, Serving},
};

const CLIENTS: usize = 32;
const REQUESTS: usize = 25;

async fn done(clients: Vec<tokio::task::JoinHandle<()>>) {
    for client in clients {
        client.await.expect("no answer was a failure");
    }
}

api_test! {
    async fn many_clients_that_move_add_and_end_at_once_break_no_rule(app: TestApp) {
        let nowhere = std::path::Path::new("");
        campus_org::keys::first(&app.registry, Some(process::ADMIN_KEY), nowhere).await.unwrap();
        let load = Load::prepare(&app.address).await;
        done(load.start(&[&app.address], CLIENTS, REQUESTS, 1)).await;
        assert!(load.count() > CLIENTS * REQUESTS / 4, "only {} writes were accepted", load.count());
        load.is_in_the_log_of(&app.store).await;
        assert_eq!(app.registry.snapshot().revision(), load.revision());
        invariants::hold(&app.registry.snapshot());
    }
}

#[test]
fn two_processes_on_one_database_keep_one_story() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let database = TestDatabase::create(Backend::Postgres).await;
        let store = database.store().await;
        let (one, two) = (Serving::on(&database.url), Serving::on(&database.url));
        let zone = store.zone("Asia/Shanghai").await.unwrap().parse().unwrap();
        let load = Load::prepare(&one.address).await;
        done(load.start(&[&one.address, &two.address], CLIENTS, REQUESTS, 2)).await;
        assert!(load.count() > CLIENTS * REQUESTS / 4, "only {} writes were accepted", load.count());

        load.is_in_the_log_of(&store).await;
        let fresh = registry::load(&store, zone).await.unwrap();
        assert_eq!(fresh.revision(), load.revision());
        assert!(fresh == registry::replay(&store, zone).await.unwrap(), "tables and log tell different stories");
        invariants::hold(&fresh);

        // Both processes reach the head, and give the same bytes for the same question.
        let client = crate::support::process::client();
        let ask = async |address: &str, question: &str| {
            let request = client.get(format!("{address}{question}"));
            let head = load.revision().to_string();
            let answer = request.header("directory-min-revision", &head).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{question}");
            assert_eq!(answer.headers()["directory-revision"], head.as_str(), "{question}");
            let tag = answer.headers().get("etag").cloned();
            (tag, answer.bytes().await.unwrap())
        };
        let mut questions = Vec::new();
        for on in ["2010-01-01", "2015-03-02", "2029-12-31"] {
            for list in [
                "/orgs?status=all&limit=500&count=true",
                "/roles?status=all&limit=500&count=true",
                "/vacancies?limit=500",
            ] {
                questions.push(format!("{list}&as_of={on}"));
            }
        }
        questions.push("/people?limit=500&count=true".to_owned());
        for org in invariants::orgs(&fresh) {
            questions.push(format!("/orgs/{}/versions", org.id));
        }
        for question in questions {
            assert_eq!(ask(&one.address, &question).await, ask(&two.address, &question).await, "{question}");
        }
        drop((one, two));
        store.close().await.unwrap();
        database.remove().await;
    });
}
