//! The writers of a soak, and what must be there afterwards.
//!
//! A writer establishes a branch, renames it, gives somebody a role in it, ends that role, and usually deletes both
//! again, so that the directory does not grow. What was acknowledged is a fact. If the next request is going to
//! change a fact, it is unknown until that request is acknowledged too.

use std::time::{Duration, Instant};

use super::shared::{Dice, Kind, Shared, pause};
use super::{ANSWER_MAX, Ids};
use crate::Result;
use crate::http::{Connection, OF_THE_ANSWER, texts};

/// One of this many branches is kept.
const KEPT_EVERY: usize = 20;
/// The maximum number of branches that one writer keeps, and of deleted ones that it remembers.
const KEPT_MAX: usize = 200;
const GONE_MAX: usize = 100;
/// How long a writer waits if it is told to come back later.
const LATER: Duration = Duration::from_secs(1);

const FOUNDED: &str = "2026-01-01";
const SINCE: &str = "2026-02-01";
const UNTIL: &str = "2026-03-01";

/// What was acknowledged about one branch.
#[derive(Debug, Clone, Default)]
struct Branch {
    /// Its id, if it certainly exists, and its name, if that is certain.
    org: Option<(String, Option<String>)>,
    /// The id of its role, and whether that has certainly ended.
    role: Option<(String, bool)>,
}

/// What one writer knows at the end.
#[derive(Debug, Default)]
pub(super) struct Facts {
    branches: Vec<Branch>,
    gone: Vec<String>,
    /// The highest acknowledged revision.
    pub(super) revision: u64,
    pub(super) acknowledged: u64,
}

struct Writer<'s> {
    shared: &'s Shared,
    connection: Connection,
    facts: Facts,
}

/// Writes until the service has ended.
pub(super) fn write(shared: &Shared, ids: &Ids, number: usize) -> Facts {
    let Ok(connection) = Connection::open(&shared.address, ANSWER_MAX) else {
        shared.fault("no connection for a writer");
        return Facts::default();
    };
    let mut writer = Writer { shared, connection, facts: Facts::default() };
    let mut dice = Dice::new(number as u64 + 1);
    let mut round = 0;
    while !shared.is_over() {
        round += 1;
        let (parent, person) = (dice.pick(&ids.parents), dice.pick(&ids.all_people));
        let (Some(parent), Some(person)) = (parent, person) else { break };
        let keep = round % KEPT_EVERY == 0 && writer.facts.branches.len() < KEPT_MAX;
        let mut branch = Branch::default();
        let done = writer.round(&format!("浸泡{number}-{round}党支部"), parent, person, keep, &mut branch);
        if branch.org.is_some() {
            writer.facts.branches.push(branch);
        }
        if done.is_none() {
            pause(shared, LATER);
            // The connection may have broken with the running request.
            match Connection::open(&shared.address, ANSWER_MAX) {
                Ok(connection) => writer.connection = connection,
                Err(error) => {
                    shared.fault(format!("a writer: {error}"));
                    break;
                }
            }
        }
    }
    writer.facts
}

impl Writer<'_> {
    /// The life of one branch; `None` if a request was not acknowledged.
    fn round(&mut self, name: &str, parent: &str, person: &str, keep: bool, branch: &mut Branch) -> Option<()> {
        let body = format!(r#"{{"kind":"branch","name":"{name}","parent_id":"{parent}","valid_from":"{FOUNDED}"}}"#);
        let org = self.send("POST", "/orgs", &body)?;
        branch.org = Some((org.clone(), None));

        let name = format!("{name}（更名）");
        self.send("PATCH", &format!("/orgs/{org}"), &format!(r#"{{"name":"{name}"}}"#))?;
        branch.org = Some((org.clone(), Some(name)));

        let body = format!(
            r#"{{"org_id":"{org}","post":"member","holder":{{"type":"person","id":"{person}"}},"valid_from":"{SINCE}"}}"#
        );
        let role = self.send("POST", "/roles", &body)?;
        branch.role = Some((role.clone(), false));

        self.send("POST", &format!("/roles/{role}/end"), &format!(r#"{{"effective_on":"{UNTIL}"}}"#))?;
        branch.role = Some((role.clone(), true));
        if keep {
            return Some(());
        }

        branch.role = None;
        self.send("DELETE", &format!("/roles/{role}"), "")?;
        branch.org = None;
        self.send("DELETE", &format!("/orgs/{org}"), "")?;
        if self.facts.gone.len() < GONE_MAX {
            self.facts.gone.extend([format!("/roles/{role}"), format!("/orgs/{org}")]);
        }
        Some(())
    }

    /// The id in the answer to an acknowledged request; empty if it has none.
    fn send(&mut self, method: &str, path: &str, json: &str) -> Option<String> {
        let since = Instant::now();
        let answer = match method {
            "DELETE" => self.connection.delete(path),
            _ => self.connection.send_json(method, path, json),
        };
        let answer = self.shared.count(Kind::Write, &format!("{method} {path}"), since, answer)?;
        self.facts.acknowledged += 1;
        let revision = answer.header("directory-revision").and_then(|revision| revision.parse().ok());
        self.facts.revision = self.facts.revision.max(revision.unwrap_or(0));
        Some(texts(&answer.body, OF_THE_ANSWER, "id").first().map_or(String::new(), |id| (*id).to_owned()))
    }
}

impl Facts {
    /// Checks that a restarted service has what was acknowledged; returns how much that is.
    pub(super) fn look_for(&self, connection: &mut Connection) -> Result<usize> {
        let mut looked = 0;
        for Branch { org, role } in &self.branches {
            if let Some((id, name)) = org {
                let answer = connection.get(&format!("/orgs/{id}"))?.wanting(200)?;
                if let Some(name) = name
                    && texts(&answer.body, OF_THE_ANSWER, "name").first() != Some(&name.as_str())
                {
                    return Err(format!("renamed to {name}, but it is {}", answer.body).into());
                }
                looked += 1;
            }
            if let Some((id, ended)) = role {
                let answer = connection.get(&format!("/roles/{id}"))?.wanting(200)?;
                if *ended && texts(&answer.body, OF_THE_ANSWER, "valid_until").first() != Some(&UNTIL) {
                    return Err(format!("ended on {UNTIL}, but it is {}", answer.body).into());
                }
                looked += 1;
            }
        }
        for path in &self.gone {
            connection.get(path)?.wanting(404)?;
            looked += 1;
        }
        Ok(looked)
    }
}
