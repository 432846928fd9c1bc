//! Everything that is wrong with a body, and not only the first thing.
//!
//! serde stops at the first value that does not fit. So the body is read again without that value, and again,
//! until it fits or no more can be said. What stands there instead is of no consequence: nothing that may come
//! of it is told.

use serde::de::DeserializeOwned;

use super::{
    json::parse,
    misfit::{Misfit, Step},
    node::{Node, from_node, has_null},
};
use crate::http::kit::problem::Problem;

/// The most faults that are told of one body.
const FAULTS_MAX: usize = 50;
/// The most times that one body is read.
const READINGS_MAX: usize = 500;
/// The most values that are read for it: a large body is read less often.
const VALUES_MAX: usize = 500_000;
/// How many bytes of a text count as a value.
const VALUE_BYTES: usize = 32;

/// Makes a `T` of the text of a body. Only a merge patch has a use for `nulls`.
///
/// Fails with everything that is wrong with it.
pub(in crate::http) fn read_body<T: DeserializeOwned>(bytes: &[u8], nulls: bool) -> Result<T, Problem> {
    let node = parse(bytes)?;
    if (nulls || !has_null(&node))
        && let Ok(value) = from_node(node)
    {
        return Ok(value);
    }
    let misfits = misfits::<T>(parse(bytes)?, nulls);
    let problem = Problem::together(misfits.into_iter().map(Misfit::in_body));
    Err(problem.unwrap_or_else(|| Problem::internal("a body does not fit, and nothing says why")))
}

/// What does not fit where a `T` should come of `node`. Where `nulls` are no values, each of them is a fault.
fn misfits<T: DeserializeOwned>(node: Node, nulls: bool) -> Vec<Misfit> {
    let mut mending = Mending { values: count(&node), node, mended: Vec::new(), told: Vec::new() };
    if !nulls {
        mending.refuse_nulls();
    }
    let readings = READINGS_MAX.min(VALUES_MAX / mending.values.max(1)).max(1);
    for _ in 0..readings {
        let Err(misfit) = from_node::<T>(mending.node.clone()) else { break };
        if mending.told.len() == FAULTS_MAX || mending.mend(misfit).is_none() {
            break;
        }
    }
    mending.told
}

struct Mending {
    node: Node,
    values: usize,
    /// Where something else stands than what was sent; what lies inside of another comes later.
    mended: Vec<Mended>,
    told: Vec<Misfit>,
}

struct Mended {
    path: Vec<Step>,
    /// What may still be tried there; the next one last.
    left: Vec<Attempt>,
    /// Whether a word has been tried of which it is known that it may stand there.
    worded: bool,
}

/// What may be done about a value that does not fit.
enum Attempt {
    /// Leave it out.
    Omit,
    /// Put this there.
    Put(Node),
}

/// Values of which one fits nearly every type of ours.
fn samples() -> Vec<Attempt> {
    let texts =
        ["a@b.cn", "2000-01-01", "01890a5d-ac96-774b-bcce-b302099a8057", "a"].map(|text| Node::Text(text.into()));
    let others = [Node::Bool(true), Node::List(Vec::new()), Node::Object(Vec::new()), Node::Unsigned(1)];
    others.into_iter().chain(texts).map(Attempt::Put).collect()
}

/// The same, where what does not fit may perhaps be left out.
fn with_omission() -> Vec<Attempt> {
    samples().into_iter().chain([Attempt::Omit]).collect()
}

impl Mending {
    fn refuse_nulls(&mut self) {
        let mut path = Vec::new();
        let mut found = Vec::new();
        nulls(&self.node, &mut path, &mut found);
        for path in found {
            self.told.push(path.iter().rev().fold(Misfit::null(), |misfit, step| misfit.at(step.clone())));
            // Without a path the body is null, and the first reading says the same again.
            self.begin(path, with_omission());
        }
    }

    /// Puts something else where the misfit is, and tells of it unless it is of our own making. Nothing where
    /// that cannot be: then no more can be said.
    fn mend(&mut self, misfit: Misfit) -> Option<()> {
        let path = misfit.path();
        let inside = self.mended.iter().rposition(|mended| path.starts_with(&mended.path));
        if let Some(at) = inside {
            return self.mend_again(at, path, &misfit);
        }
        if self.mended.iter().any(|mended| mended.path.starts_with(&path)) {
            // The whole may not fit because of what was put into it.
            return self.begin(path, with_omission());
        }
        let whole = misfit.whole();
        let is_there = whole != path || !misfit.is_missing();
        let left = if is_there { with_omission() } else { samples() };
        self.told.push(misfit);
        self.begin(whole, left)
    }

    /// What was put at a place does not fit either.
    fn mend_again(&mut self, at: usize, path: Vec<Step>, misfit: &Misfit) -> Option<()> {
        let mended = self.mended.get_mut(at)?;
        if misfit.is_missing() && path.len() > mended.path.len() {
            // An object was put there, and is given what it lacks.
            return self.begin(path, samples());
        }
        // It may be because of the last thing that the object was given.
        let whole = mended.path.clone();
        let part = self
            .mended
            .iter()
            .rposition(|part| part.path.len() > whole.len() && part.path.starts_with(&whole) && !part.left.is_empty());
        if let Some(part) = part {
            return self.attempt(part);
        }
        let mended = self.mended.get_mut(at)?;
        if let Some(word) = misfit.first_word().filter(|_| !mended.worded) {
            mended.worded = true;
            mended.left.push(Attempt::Put(Node::Text(word.to_owned())));
        }
        self.attempt(at)
    }

    fn begin(&mut self, path: Vec<Step>, left: Vec<Attempt>) -> Option<()> {
        self.mended.push(Mended { path, left, worded: false });
        self.attempt(self.mended.len() - 1)
    }

    /// Tries what comes next at a place; where nothing is left, at the one that it lies in.
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
        // What was put into the value before has gone with it.
        self.mended.retain(|other| other.path == path || !other.path.starts_with(&path));
        self.node.replace(&path, attempt)
    }
}

impl Node {
    /// Does what is to be tried at the end of `path`. Nothing where that leads nowhere.
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

/// Where null stands, as far as that is told.
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
