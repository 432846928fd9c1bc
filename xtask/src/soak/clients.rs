//! The readers of a soak: idle and busy connections, lists of every size, exports, and the health check.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::shared::{Dice, Kind, Shared, pause};
use super::{ANSWER_MAX, Ids};
use crate::http::{Connection, OF_EACH_ITEM, OF_THE_ANSWER, texts};

/// The interval at which an idle connection asks something: below the 75 s after which the service closes it.
const IDLE_PAUSE: Duration = Duration::from_secs(50);
/// The number of idle connections that ask at once.
const IDLE_GROUP: usize = 50;
/// The interval of the health check.
const HEALTH_PAUSE: Duration = Duration::from_secs(1);
/// Items on a page of an export.
const EXPORT_ITEMS: usize = 500;
/// The maximum number of pages of one list: far more than there are.
const EXPORT_PAGES_MAX: usize = 100_000;
/// The page sizes that are asked for.
const SIZES: [usize; 8] = [1, 2, 7, 50, 100, 333, 499, 500];
/// Every list; `{}` is a university.
const LISTS: [&str; 11] = [
    "/orgs?status=all&",
    "/orgs?within={}&sort=name&",
    "/people?",
    "/posts?",
    "/roles?within={}&status=all&",
    "/roles?post=secretary&org_kind=branch&within={}&",
    "/supervisions?status=all&",
    "/leading-groups?",
    "/vacancies?within={}&",
    "/orgs/{}/versions?",
    "/orgs/{}/descendants?",
];

/// Keeps connections open that rarely ask anything. They ask in groups: if a thousand of them asked one after
/// another, a busy service would make them too late.
pub(super) fn idle(shared: &Shared, connections: usize) {
    let mut groups = Vec::new();
    for _ in 0..connections.div_ceil(IDLE_GROUP) {
        let mut group = open(shared, IDLE_GROUP.min(connections), &shared.idle_open);
        // A connection that never asks anything is closed within seconds, and rightly so.
        ask_all(shared, Kind::Idle, &mut group, || "/health/live".to_owned());
        groups.push((group, Instant::now() + IDLE_PAUSE));
    }
    while !shared.is_over() && !groups.is_empty() {
        for (group, due) in &mut groups {
            pause(shared, due.saturating_duration_since(Instant::now()));
            if shared.is_over() {
                return;
            }
            *due = Instant::now() + IDLE_PAUSE;
            ask_all(shared, Kind::Idle, group, || "/health/live".to_owned());
        }
    }
}

/// Keeps connections busy, with one running request on each.
pub(super) fn busy(shared: &Shared, ids: &Ids, connections: usize, seed: u64) {
    let mut dice = Dice::new(seed);
    let mut open = open(shared, connections, &shared.busy_open);
    while !shared.is_over() && !open.is_empty() {
        ask_all(shared, Kind::Read, &mut open, || read(&mut dice, ids));
    }
}

fn open(shared: &Shared, connections: usize, count: &AtomicU64) -> Vec<Connection> {
    let mut open = Vec::new();
    for _ in 0..connections {
        match Connection::open(&shared.address, ANSWER_MAX) {
            Ok(connection) => {
                count.fetch_add(1, Ordering::Relaxed);
                open.push(connection);
            }
            Err(error) => shared.fault(format!("a new connection: {error}")),
        }
    }
    open
}

/// Asks on all connections, then reads all answers. Broken connections are dropped.
fn ask_all(shared: &Shared, kind: Kind, open: &mut Vec<Connection>, mut path: impl FnMut() -> String) {
    let mut asked = Vec::with_capacity(open.len());
    for connection in &mut *open {
        let path = path();
        asked.push((Instant::now(), connection.ask(&path), path));
    }
    let mut asked = asked.into_iter();
    open.retain_mut(|connection| {
        let Some((since, sent, path)) = asked.next() else { return false };
        let answer = sent.and_then(|()| connection.answer());
        let alive = answer.is_ok();
        shared.count(kind, &path, since, answer);
        alive
    });
}

/// The requests of a busy connection: mostly about one org, sometimes for the tree of a university.
fn read(dice: &mut Dice, ids: &Ids) -> String {
    let turn = dice.below(100);
    let id = dice.pick(if turn == 0 { &ids.universities } else { &ids.orgs }).map_or("", String::as_str);
    match turn {
        0 => format!("/orgs/{id}/tree"),
        1..5 => format!("/orgs/{id}/descendants"),
        5..30 => format!("/orgs/{id}/roles"),
        30..50 => format!("/orgs/{id}/ancestors"),
        50..60 => format!("/orgs/{id}?as_of=2019-06-01"),
        _ => format!("/orgs/{id}"),
    }
}

/// Asks for lists of every size, one after another.
pub(super) fn lists(shared: &Shared, ids: &Ids, seed: u64) {
    let mut dice = Dice::new(seed);
    let Ok(mut connection) = Connection::open(&shared.address, ANSWER_MAX) else {
        return shared.fault("no connection for lists");
    };
    for (turn, size) in SIZES.iter().cycle().enumerate() {
        for list in LISTS {
            if shared.is_over() {
                return;
            }
            let university = dice.pick(&ids.universities).map_or("", String::as_str);
            // Lists with and without a count are computed differently.
            let counted = (turn / SIZES.len()).is_multiple_of(2);
            let path = format!("{}limit={size}&count={counted}", list.replace("{}", university));
            let (since, answer) = (Instant::now(), connection.get(&path));
            let dead = answer.is_err();
            let items = shared.count(Kind::List, &path, since, answer);
            if items.is_some_and(|page| texts(&page.body, OF_EACH_ITEM, "id").len() > *size) {
                shared.fault(format!("{path}: more items than asked for"));
            }
            if dead {
                return;
            }
        }
    }
}

/// Reads every list from beginning to end, again and again. Everything that existed before the soak must be seen
/// once.
pub(super) fn exports(shared: &Shared, ids: &Ids) {
    while !shared.is_over() {
        let lists = [("/orgs", &ids.all_orgs), ("/people", &ids.all_people), ("/roles", &ids.all_roles)];
        // Current objects and all objects are listed differently.
        for list in ["/orgs", "/roles"] {
            if export(shared, &format!("{list}?limit={EXPORT_ITEMS}")).is_none() {
                return;
            }
        }
        for (list, expected) in lists {
            let every = if list == "/people" { "" } else { "status=all&" };
            match export(shared, &format!("{list}?{every}limit={EXPORT_ITEMS}")) {
                None => return,
                Some(seen) => judge(shared, list, expected, &seen),
            }
        }
        shared.exports.fetch_add(1, Ordering::Relaxed);
    }
}

/// How often each item of a list was seen; `None` if the soak ended meanwhile.
fn export(shared: &Shared, first: &str) -> Option<HashMap<String, u32>> {
    let mut connection = match Connection::open(&shared.address, ANSWER_MAX) {
        Ok(connection) => connection,
        Err(error) => {
            shared.fault(format!("an export: {error}"));
            return None;
        }
    };
    let (mut seen, mut path) = (HashMap::new(), first.to_owned());
    for _ in 0..EXPORT_PAGES_MAX {
        if shared.is_over() {
            return None;
        }
        let since = Instant::now();
        let page = shared.count(Kind::Export, &path, since, connection.get(&path))?;
        for id in texts(&page.body, OF_EACH_ITEM, "id") {
            *seen.entry(id.to_owned()).or_insert(0) += 1;
        }
        match texts(&page.body, OF_THE_ANSWER, "next").first() {
            None => return Some(seen),
            Some(next) => path = format!("{first}&cursor={next}"),
        }
    }
    shared.fault(format!("{first}: no end after {EXPORT_PAGES_MAX} pages"));
    None
}

fn judge(shared: &Shared, list: &str, expected: &[String], seen: &HashMap<String, u32>) {
    let missing = expected.iter().filter(|id| !seen.contains_key(*id)).count();
    let twice = seen.values().filter(|times| **times > 1).count();
    if missing + twice > 0 {
        shared.fault(format!("an export of {list}: {missing} items missing, {twice} seen more than once"));
    }
}

/// Checks every second whether the service is ready, like a load balancer.
pub(super) fn health(shared: &Shared) {
    while !shared.is_over() {
        let since = Instant::now();
        let answer = Connection::open(&shared.address, ANSWER_MAX).and_then(|mut new| new.get("/health/ready"));
        match answer {
            Ok(answer) if answer.status != 200 || !answer.body.contains("\"ready\"") => {
                shared.fault(format!("not ready: {} {}", answer.status, answer.body));
            }
            answer => drop(shared.count(Kind::Health, "/health/ready", since, answer)),
        }
        pause(shared, HEALTH_PAUSE);
    }
}
