//! Finds every fault of a body, not only the first.
//!
//! serde stops at the first value that does not fit. So this value is replaced by a stand-in, and the body is read
//! again, until it fits or no stand-in helps. Faults that a stand-in causes are not reported.

use serde::de::DeserializeOwned;

use super::{
    fault::{InputFault, Step},
    json::parse,
    node::{Node, from_node, has_null},
};
use crate::http::kit::problem::Problem;

/// The most faults that are reported for one body.
const FAULTS_MAX: usize = 50;
/// The most times that one body is read.
const READINGS_MAX: usize = 500;
/// The most values that are read for it: a large body is read less often.
const VALUES_MAX: usize = 500_000;
/// How many bytes of a text count as a value.
const VALUE_BYTES: usize = 32;

/// Makes a `T` of the text of a body. `nulls`: whether `null` is a value, as in a merge patch.
///
/// Fails with all faults of the body.
pub(in crate::http) fn read_body<T: DeserializeOwned>(bytes: &[u8], nulls: bool) -> Result<T, Problem> {
    let node = parse(bytes)?;
    if (nulls || !has_null(&node))
        && let Ok(value) = from_node(node)
    {
        return Ok(value);
    }
    let faults = faults::<T>(parse(bytes)?, nulls);
    let problem = Problem::together(faults.into_iter().map(InputFault::in_body));
    Err(problem.unwrap_or_else(|| Problem::internal("a body does not fit, and nothing says why")))
}

/// The faults that keep `node` from becoming a `T`. Unless `nulls`, each `null` is one.
fn faults<T: DeserializeOwned>(node: Node, nulls: bool) -> Vec<InputFault> {
    let mut mending = Mending { values: count(&node), node, mended: Vec::new(), told: Vec::new() };
    if !nulls {
        mending.refuse_nulls();
    }
    let readings = READINGS_MAX.min(VALUES_MAX / mending.values.max(1)).max(1);
    for _ in 0..readings {
        let Err(fault) = from_node::<T>(mending.node.clone()) else { break };
        if mending.told.len() == FAULTS_MAX || mending.mend(fault).is_none() {
            break;
        }
    }
    mending.told
}

struct Mending {
    node: Node,
    values: usize,
    /// The places that have a stand-in. A place inside another one comes after it.
    mended: Vec<Mended>,
    told: Vec<InputFault>,
}

struct Mended {
    path: Vec<Step>,
    /// What has not been tried there yet; the next attempt is the last of them.
    left: Vec<Attempt>,
    /// Whether one of the words that are allowed there has been tried.
    worded: bool,
}

/// What to try with a value that does not fit.
enum Attempt {
    /// Leave it out.
    Omit,
    /// Put this there.
    Put(Node),
}

/// Stand-ins. One of them fits almost every type of the API.
fn samples() -> Vec<Attempt> {
    let texts =
        ["a@b.cn", "2000-01-01", "01890a5d-ac96-774b-bcce-b302099a8057", "a"].map(|text| Node::Text(text.into()));
    let others = [Node::Bool(true), Node::List(Vec::new()), Node::Object(Vec::new()), Node::Unsigned(1)];
    others.into_iter().chain(texts).map(Attempt::Put).collect()
}

/// The same, and as a last attempt no value.
fn with_omission() -> Vec<Attempt> {
    samples().into_iter().chain([Attempt::Omit]).collect()
}

impl Mending {
    fn refuse_nulls(&mut self) {
        let mut path = Vec::new();
        let mut found = Vec::new();
        nulls(&self.node, &mut path, &mut found);
        for path in found {
            self.told.push(path.iter().rev().fold(InputFault::null(), |fault, step| fault.at(step.clone())));
            // An empty path means that the whole body is null. Then reading it reports the same.
            self.begin(path, with_omission());
        }
    }

    /// Puts a stand-in where the fault is, and reports the fault unless a stand-in caused it. `None` if no stand-in is
    /// left to try: then the search ends.
    fn mend(&mut self, fault: InputFault) -> Option<()> {
        let path = fault.path();
        let inside = self.mended.iter().rposition(|mended| path.starts_with(&mended.path));
        if let Some(at) = inside {
            return self.mend_again(at, path, &fault);
        }
        if self.mended.iter().any(|mended| mended.path.starts_with(&path)) {
            // A stand-in inside may be why the whole does not fit.
            return self.begin(path, with_omission());
        }
        let whole = fault.whole();
        let is_there = whole != path || !fault.is_missing();
        let left = if is_there { with_omission() } else { samples() };
        self.told.push(fault);
        self.begin(whole, left)
    }

    /// A stand-in does not fit.
    fn mend_again(&mut self, at: usize, path: Vec<Step>, fault: &InputFault) -> Option<()> {
        let mended = self.mended.get_mut(at)?;
        if fault.is_missing() && path.len() > mended.path.len() {
            // The stand-in is an object that lacks a member.
            return self.begin(path, samples());
        }
        // The reason may be a stand-in inside it.
        let whole = mended.path.clone();
        let part = self
            .mended
            .iter()
            .rposition(|part| part.path.len() > whole.len() && part.path.starts_with(&whole) && !part.left.is_empty());
        if let Some(part) = part {
            return self.attempt(part);
        }
        let mended = self.mended.get_mut(at)?;
        if let Some(word) = fault.first_word().filter(|_| !mended.worded) {
            mended.worded = true;
            mended.left.push(Attempt::Put(Node::Text(word.to_owned())));
        }
        self.attempt(at)
    }

    fn begin(&mut self, path: Vec<Step>, left: Vec<Attempt>) -> Option<()> {
        self.mended.push(Mended { path, left, worded: false });
        self.attempt(self.mended.len() - 1)
    }

    /// Makes the next attempt at a place. If none is left, at the place that it lies in.
    fn attempt(&mut self, at: usize) -> Option<()> {
        let mended = self.mended.get_mut(at)?;
        let mut path = mended.path.clone();
        let Some(attempt) = mended.left.pop() else {
            if let Some(outer) = self.mended.iter().take(at).rposition(|mended| path.starts_with(&mended.path)) {
                return self.attempt(outer);
            }
            path.pop();
            return self.begin(path, with_omission());
        };
        // The stand-ins inside the old value are gone with it.
        self.mended.retain(|other| other.path == path || !other.path.starts_with(&path));
        self.node.replace(&path, attempt)
    }
}

impl Node {
    /// Makes an attempt at the end of `path`. `None` if nothing is there.
    fn replace(&mut self, path: &[Step], attempt: Attempt) -> Option<()> {
        let (last, before) = path.split_last()?;
        let holder = before.iter().try_fold(self, |node, step| match (node, step) {
            (Node::Object(members), Step::Key(name)) => {
                members.iter_mut().find(|(known, _)| known == name).map(|(_, node)| node)
            }
            (Node::List(nodes), Step::Index(index)) => nodes.get_mut(*index),
            _ => None,
        })?;
        match (holder, last, attempt) {
            (Node::Object(members), Step::Key(name), Attempt::Omit) => members.retain(|(known, _)| known != name),
            (Node::Object(members), Step::Key(name), Attempt::Put(node)) => {
                members.retain(|(known, _)| known != name);
                members.push((name.clone(), node));
            }
            (Node::List(nodes), Step::Index(index), Attempt::Omit) => *nodes.get_mut(*index)? = Node::Omitted,
            (Node::List(nodes), Step::Index(index), Attempt::Put(node)) => *nodes.get_mut(*index)? = node,
            _ => return None,
        }
        Some(())
    }
}

/// How many values there are; a long text counts as several.
fn count(node: &Node) -> usize {
    let of_text = |text: &str| text.len() / VALUE_BYTES;
    1 + match node {
        Node::Text(text) => of_text(text),
        Node::List(nodes) => nodes.iter().map(count).sum(),
        Node::Object(members) => members.iter().map(|(name, node)| of_text(name) + count(node)).sum(),
        _ => 0,
    }
}

/// Finds the places of `null`, at most as many as are reported.
fn nulls(node: &Node, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    let parts: Vec<(Step, &Node)> = match node {
        Node::Null if found.len() < FAULTS_MAX => {
            found.push(path.clone());
            return;
        }
        Node::List(nodes) => nodes.iter().enumerate().map(|(index, node)| (Step::Index(index), node)).collect(),
        Node::Object(members) => members.iter().map(|(name, node)| (Step::Key(name.clone()), node)).collect(),
        _ => return,
    };
    for (step, part) in parts {
        path.push(step);
        nulls(part, path, found);
        path.pop();
    }
}

#[cfg(test)]
mod tests;
