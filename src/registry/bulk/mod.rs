//! Enters a whole directory at once: checks every object against all the others, and then writes all of them in one
//! transaction, or none.

mod misfit;
mod objects;

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

pub use self::misfit::LoadFault;
use self::objects::{Ill, Key, alone, by_itself, delete_post, name_of, put, take};
use super::{check, founding::found, replay, steps::LOADED};
use crate::{
    clock::Clock,
    directory::{Counts, Snapshot},
    domain::{Effect, Entry, Error, Instant, Object, ObjectKey, OrgId, PostCode, Revision},
    store::{Changes, Store, StoreError},
};

/// How many objects one entry of the log has.
const ENTRY_OBJECTS_MAX: usize = 1000;
/// How many entries are written at once.
const ENTRIES_AT_ONCE: usize = 10;
/// How many keys are looked up at a time. Each look goes through all objects of a kind.
const KEYS_AT_A_TIME: usize = 100_000;

/// The phase of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The objects are checked.
    Checking,
    /// They are written.
    Writing,
}

/// Is told the phase, how many objects are done, and of how many.
pub type Progress<'p> = &'p mut dyn FnMut(Stage, usize, usize);

/// The object of a line. If it cannot be read, then what other lines may name the object by.
pub type Line = Result<Object, Option<String>>;

/// Why the object of a line cannot be entered. A line may have several faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its number.
    pub line: u64,
    /// Why.
    pub why: LoadFault,
    /// The other lines with which it does not fit.
    pub others: Vec<u64>,
}

impl Rejected {
    fn alone(line: u64, why: LoadFault) -> Self {
        Self { line, why, others: Vec::new() }
    }
}

/// Why nothing was entered.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// The directory is not empty.
    #[error("the directory is not empty: it is at revision {revision}")]
    NotEmpty {
        /// The newest revision of its log.
        revision: Revision,
    },
    /// Objects cannot be entered.
    #[error("faults: {}", .faults.len())]
    Rejected {
        /// What is wrong, in the order of the lines.
        faults: Vec<Rejected>,
        /// All that was read, with the names of what is told of.
        whole: Box<Snapshot>,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Objects that can be entered.
#[derive(Debug)]
pub struct Checked {
    before: Snapshot,
    whole: Snapshot,
    lines: Lines,
    records: usize,
    /// The revision of the first entry for them.
    first: Revision,
    now: Instant,
}

impl Checked {
    /// How many there are.
    pub fn records(&self) -> usize {
        self.records
    }
}

/// What each line has. There may be tens of millions of lines, so each takes as little memory as possible.
#[derive(Debug, Default)]
struct Lines {
    keys: Vec<(u32, Key)>,
    /// The posts that a line holds.
    posts: Vec<PostCode>,
}

const _: () = assert!(size_of::<(u32, Key)>() <= 24, "a line");

/// Checks whether `objects`, each with the number of its line, can be entered into an empty directory. If they have
/// `all_posts`, the other posts of the catalogue are deleted. `progress` hears how far it is.
///
/// # Errors
///
/// They cannot be entered.
pub async fn verify(
    store: &Store,
    zone: chrono_tz::Tz,
    clock: &dyn Clock,
    objects: impl Iterator<Item = (u64, Line)>,
    all_posts: bool,
    progress: Progress<'_>,
) -> Result<Checked, BulkError> {
    found(store, clock).await?;
    let before = replay::load(store, zone).await?;
    if !is_empty(&before) {
        return Err(BulkError::NotEmpty { revision: before.revision() });
    }
    let (first, now) = (before.revision() + 1, clock.now().max(before.recorded_at() + MICROSECOND));
    let mut records = 0;
    let objects = objects.inspect(|(_, line)| records += usize::from(line.is_ok()));
    let (whole, lines) = checked(before.clone(), objects, all_posts, (first, now), progress)?;
    Ok(Checked { before, whole, lines, records, first, now })
}

/// Enters what was checked. Returns the revision of the directory afterwards.
///
/// # Errors
///
/// Nothing has been entered.
pub async fn enter(store: &Store, checked: Checked, progress: Progress<'_>) -> Result<Revision, BulkError> {
    let Checked { before, whole, lines, records: _, first, now } = checked;
    let write = store.write().await?;
    if write.head().revision + 1 != first {
        let revision = write.head().revision;
        write.roll_back().await?;
        return Err(BulkError::NotEmpty { revision });
    }
    write.take_time().await?;
    let mut last = write.head().revision;
    let mut chain = write.head().chain.clone();
    let mut written = 0;
    for part in lines.keys.chunks(ENTRY_OBJECTS_MAX * ENTRIES_AT_ONCE) {
        let mut entries = Vec::with_capacity(ENTRIES_AT_ONCE);
        let mut changes = Changes::default();
        for objects in part.chunks(ENTRY_OBJECTS_MAX) {
            last += 1;
            let mut effects = Vec::with_capacity(objects.len());
            for (_, key) in objects {
                take(&before, &whole, key, &lines.posts, &mut effects, &mut changes);
            }
            let mut entry = Entry {
                revision: last,
                recorded_at: recorded_at(now, last - first),
                actor: crate::access::Caller::Operator.actor().into_owned(),
                kind: LOADED.to_owned(),
                subject: None,
                basis: None,
                effects: effects.iter().map(Effect::logged).collect(),
                digest: None,
                undated_duties: None,
            };
            effects.iter().for_each(|effect| chain.rows.count(effect));
            chain.digest = entry.chain(chain.digest);
            entries.push(entry);
        }
        write.append(&entries, &chain, changes, &[], &HashMap::new(), now).await?;
        written += part.len();
        progress(Stage::Writing, written, lines.keys.len());
    }
    write.commit().await?;
    Ok(last)
}

/// Checks every object of a directory by the rules that a load keeps. Returns those that break one, with the directory
/// that has their names.
pub fn recheck(directory: &Snapshot) -> (Vec<(ObjectKey, Rejected)>, Snapshot) {
    let mut keys = Vec::new();
    while let next = directory.keys_after(keys.last(), KEYS_AT_A_TIME)
        && !next.is_empty()
    {
        keys.extend(next);
    }
    let objects = (1..).zip(&keys).filter_map(|(line, key)| Some((line, Ok(directory.object(key)?))));
    let empty = Snapshot::empty(directory.zone(), Instant::default());
    match checked(empty, objects, false, (1, directory.recorded_at()), &mut |_, _, _| {}) {
        Ok((whole, _)) => (Vec::new(), whole),
        Err(BulkError::Rejected { faults, whole }) => {
            let of = |fault: &Rejected| keys.get(usize::try_from(fault.line).ok()?.checked_sub(1)?).cloned();
            (
                faults
                    .into_iter()
                    .filter_map(|fault| Some((of(&fault)?, Rejected { others: Vec::new(), ..fault })))
                    .collect(),
                *whole,
            )
        }
        // Nothing else is wrong with what is in memory.
        Err(BulkError::NotEmpty { .. } | BulkError::Store(_)) => (Vec::new(), directory.clone()),
    }
}

/// Whether a directory has nothing but the catalogue of posts and keys.
fn is_empty(directory: &Snapshot) -> bool {
    let Counts { orgs, people, posts: _, roles, supervisions } = directory.counts();
    orgs + people + roles + supervisions == 0
}

/// The line that says that there are no other posts.
const HEADER_LINE: u32 = 1;

const MICROSECOND: chrono::TimeDelta = chrono::TimeDelta::microseconds(1);

/// When the entry `nth` after the first is recorded: entries are apart, and to the microsecond.
fn recorded_at(first: Instant, nth: u64) -> Instant {
    let first = Instant::from_timestamp_micros(first.timestamp_micros()).unwrap_or(first);
    first + MICROSECOND * i32::try_from(nth).unwrap_or(i32::MAX)
}

/// The directory with all objects in it, and what each line holds; or what cannot be entered.
fn checked(
    mut whole: Snapshot,
    objects: impl Iterator<Item = (u64, Line)>,
    all_posts: bool,
    (first, now): (Revision, Instant),
    progress: Progress<'_>,
) -> Result<(Snapshot, Lines), BulkError> {
    let mut lines = Lines::default();
    let (mut rejected, mut twice) = (Vec::new(), Vec::new());
    // The catalogue that every directory has may be repeated, with changes.
    // What lines name that is in no line, but would be if another line were sound.
    let mut absent = BTreeSet::new();
    for (line, read) in objects {
        let object = match read {
            Ok(object) => object,
            Err(name) => {
                absent.extend(name);
                continue;
            }
        };
        let (name, by_itself) = (name_of(&object), by_itself(&object));
        rejected.extend(by_itself.into_iter().map(|why| Rejected::alone(line, why)));
        let nth = (lines.keys.len() / ENTRY_OBJECTS_MAX) as u64;
        let place = (first + nth, recorded_at(now, nth));
        match put(&mut whole, object, place, &mut lines.posts) {
            Ok(key) => lines.keys.push((u32::try_from(line).unwrap_or(u32::MAX), key)),
            Err(Ill::Twice(key)) => twice.push((line, key)),
            Err(Ill::Unchanged) => {}
            Err(Ill::LoadFaults(faults)) => {
                rejected.extend(faults.into_iter().map(|why| Rejected::alone(line, why)));
                absent.insert(name);
            }
        }
    }
    if all_posts {
        let gone: Vec<PostCode> =
            whole.posts().map(|post| &post.code).filter(|code| !lines.posts.contains(code)).cloned().collect();
        for code in gone {
            lines.keys.push((HEADER_LINE, delete_post(&mut whole, code, first, now, &mut lines.posts)));
        }
    }
    if !twice.is_empty() {
        let first_of: HashMap<&Key, u32> = lines.keys.iter().map(|(line, key)| (key, *line)).collect();
        rejected.extend(twice.iter().map(|(line, key)| {
            let first = first_of.get(key).copied().unwrap_or_default().into();
            Rejected { line: *line, why: LoadFault::Twice { first }, others: vec![first] }
        }));
    }
    let mut crowded = Vec::new();
    for (done, (line, key)) in lines.keys.iter().enumerate() {
        let refused = |error| Rejected::alone(u64::from(*line), LoadFault::Refused(error));
        rejected.extend(alone(&whole, key, &lines.posts).into_iter().map(refused));
        if let Key::Org(id) = key {
            crowded.extend(posts_in(&whole, *id).into_iter().filter_map(|post| {
                let (org, post) = (whole.org(*id)?, whole.post(post)?);
                Some((check::holders(&whole, org, post).err()?, org.id, &post.code))
            }));
        }
        if done % ENTRY_OBJECTS_MAX == 0 {
            progress(Stage::Checking, done, lines.keys.len());
        }
    }
    let orgs = lines.keys.iter().filter_map(|(_, key)| if let Key::Org(id) = key { whole.org(*id) } else { None });
    let codes = check::codes_whole(&whole, orgs);
    if !codes.is_empty() || !crowded.is_empty() || !rejected.is_empty() {
        let line_of: HashMap<Uuid, u64> =
            lines.keys.iter().filter_map(|(line, key)| Some((key.id()?, u64::from(*line)))).collect();
        let at = |id: Uuid, error| Some(Rejected::alone(*line_of.get(&id)?, LoadFault::Refused(error)));
        rejected.extend(codes.into_iter().filter_map(|(org, error)| at(org.0, error)));
        // An object that is refused by itself is not reported for its place among the others.
        let refused: BTreeSet<u64> = rejected.iter().map(|rejected| rejected.line).collect();
        for (error, org, post) in crowded {
            // The last holder of the post is one too many.
            let roles = whole.roles_in(org).filter(|role| role.post() == post).map(|role| role.id().0);
            let sound = roles.filter(|role| line_of.get(role).is_some_and(|line| !refused.contains(line)));
            let last = sound.max_by_key(|role| line_of.get(role).copied());
            rejected.extend(last.and_then(|role| at(role, error)));
        }
        for Rejected { line, why, others } in &mut rejected {
            if let LoadFault::Refused(error) = why {
                let named = error.named().into_iter().filter_map(|id| line_of.get(&id).copied());
                let named: BTreeSet<u64> = named.filter(|other| other != line).collect();
                others.extend(named);
            }
        }
    }
    // A line is sound if it only names what another line would enter, were that one sound.
    rejected.retain(|rejected| !blames_others(&rejected.why, &absent));
    let lacks_end: BTreeSet<u64> = rejected
        .iter()
        .filter(|rejected| matches!(rejected.why, LoadFault::NoEnd { .. }))
        .map(|rejected| rejected.line)
        .collect();
    rejected.retain(|rejected| {
        !matches!(rejected.why, LoadFault::Refused(Error::NoEnd)) || !lacks_end.contains(&rejected.line)
    });
    rejected.sort_by_key(|rejected| rejected.line);
    rejected.dedup();
    if rejected.is_empty() {
        Ok((whole, lines))
    } else {
        Err(BulkError::Rejected { faults: rejected, whole: Box::new(whole) })
    }
}

/// Whether a fault lies only in that something is absent.
fn blames_others(why: &LoadFault, absent: &BTreeSet<String>) -> bool {
    match why {
        LoadFault::Refused(Error::UnknownReference { id, .. }) => absent.contains(id),
        LoadFault::Refused(error) if !absent.is_empty() => {
            error.named().iter().any(|id| absent.contains(&id.to_string()))
        }
        _ => false,
    }
}

/// The posts that are held in an org.
fn posts_in(whole: &Snapshot, org: OrgId) -> BTreeSet<&PostCode> {
    whole.roles_in(org).map(|role| role.post()).collect()
}
