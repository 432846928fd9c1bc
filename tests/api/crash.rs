//! A process that is killed during a write load loses nothing that it acknowledged, and leaves nothing half done.

use std::time::{Duration, Instant};

use campus_org::registry;

use crate::support::{
    Backend, TestDatabase, invariants,
    load::{Dice, Load},
    process::{PROCESS_MAX, Serving},
};

const ROUNDS: u64 = 50;
const CLIENTS: usize = 8;
/// The maximum number of requests of one client in a round: far more than it can send.
const REQUESTS_MAX: usize = 200;

fn killed_again_and_again(backend: Backend) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let began = Instant::now();
        let database = TestDatabase::create(backend).await;
        let store = database.store().await;
        let mut serving = Serving::on(&database.url);
        let zone = store.zone("Asia/Shanghai").await.unwrap().parse().unwrap();
        let load = Load::prepare(&serving.address).await;
        let mut dice = Dice::new(7);
        for round in 0..ROUNDS {
            let enough = load.count() + 1 + dice.below(20);
            let clients = load.start(&[&serving.address], CLIENTS, REQUESTS_MAX, round);
            let waiting = Instant::now();
            while load.count() < enough {
                assert!(waiting.elapsed() < PROCESS_MAX, "no write is acknowledged");
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            serving.kill();
            for client in clients {
                client.await.expect("no answer was a failure");
            }
            // A new process has what the killed one left.
            serving = Serving::on(&database.url);
            load.is_in_the_log_of(&store).await;
            let fresh = registry::load(&store, zone).await.unwrap();
            let replayed = registry::replay(&store, zone).await.unwrap();
            assert!(fresh == replayed, "round {round}: tables and log tell different stories");
        }
        invariants::hold(&registry::load(&store, zone).await.unwrap());
        drop(serving);
        store.close().await.unwrap();
        database.remove().await;
        eprintln!("{ROUNDS} rounds, {} writes acknowledged, {:?}", load.count(), began.elapsed());
    });
}

#[test]
fn killed_in_the_middle_of_a_write_load_it_loses_nothing_on_sqlite() {
    killed_again_and_again(Backend::Sqlite);
}

#[test]
fn killed_in_the_middle_of_a_write_load_it_loses_nothing_on_postgres() {
    killed_again_and_again(Backend::Postgres);
}
