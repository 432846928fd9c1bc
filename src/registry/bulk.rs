//! Enters a whole directory at once: checks every object against all the others, and then writes all of them in one
//! transaction, or none.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use uuid::Uuid;

use super::{check, decide, replay};
use crate::{
    clock::Clock,
    directory::Snapshot,
    domain::{
        EXTERNAL_IDS_MAX, Effect, Entry, Error, Instant, ORDER_MAX, Object, Org, OrgId, Person, PersonId, Post,
        PostCode, Revision, Role, RoleId, SUCCESSORS_MAX, Supervision, SupervisionId, UNITS_MAX,
    },
    store::{Changes, Store, StoreError},
};

/// How many objects one entry of the log has.
const ENTRY_OBJECTS_MAX: usize = 1000;
/// How many entries are written at once.
const ENTRIES_AT_ONCE: usize = 10;

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

/// Why an object cannot be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// An earlier line has an object of the same kind with the same id or code.
    Twice {
        /// That line.
        first: u64,
    },
    /// Its id is the nil UUID, which no object can have.
    NilId,
    /// An org has no version, or its versions are not in order.
    Versions,
    /// A list is longer, or a number larger, than the API allows.
    TooMuch {
        /// The field.
        field: &'static str,
        /// The most.
        max: usize,
    },
    /// It has facts about an end, but no end.
    NoEnd {
        /// The field.
        field: &'static str,
    },
    /// A rule of the directory forbids it.
    Refused(Error),
}

/// A line whose object cannot be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its number.
    pub line: u64,
    /// Why.
    pub why: Misfit,
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
    /// Objects cannot be entered, in the order of their lines.
    #[error("lines that cannot be entered: {}", .0.len())]
    Rejected(Vec<Rejected>),
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

/// The key by which an object is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Org(OrgId),
    Person(PersonId),
    /// By its place in the catalogue, which is short.
    Post(u32),
    Role(RoleId),
    Supervision(SupervisionId),
}

/// Checks whether `objects`, each with the number of its line, can be entered into an empty directory.
/// `progress` hears how far it is.
///
/// # Errors
///
/// They cannot be entered.
pub async fn verify(
    store: &Store,
    zone: chrono_tz::Tz,
    clock: &dyn Clock,
    objects: impl Iterator<Item = (u64, Object)>,
    progress: Progress<'_>,
) -> Result<Checked, BulkError> {
    let before = replay::load(store, zone).await?;
    if before.revision() > CATALOGUE {
        return Err(BulkError::NotEmpty { revision: before.revision() });
    }
    let (first, now) = (before.revision() + 1, clock.now().max(before.recorded_at() + MICROSECOND));
    let mut records = 0;
    let objects = objects.inspect(|_| records += 1);
    let (whole, lines) = checked(before.clone(), objects, first, now, progress).map_err(BulkError::Rejected)?;
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
    let mut last = write.head().revision;
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
            entries.push(Entry {
                revision: last,
                recorded_at: recorded_at(now, last - first),
                actor: super::Caller::default().actor().to_owned(),
                kind: "directory.loaded".to_owned(),
                subject: None,
                basis: None,
                effects: effects.iter().map(Effect::logged).collect(),
            });
        }
        write.append(&entries, changes, &HashMap::new(), now).await?;
        written += part.len();
        progress(Stage::Writing, written, lines.keys.len());
    }
    write.commit().await?;
    Ok(last)
}

/// The revision of a directory that has only the catalogue of posts.
const CATALOGUE: Revision = 1;
const MICROSECOND: chrono::TimeDelta = chrono::TimeDelta::microseconds(1);

/// When the entry `nth` after the first is recorded: entries are apart, and to the microsecond.
fn recorded_at(first: Instant, nth: u64) -> Instant {
    let first = Instant::from_timestamp_micros(first.timestamp_micros()).unwrap_or(first);
    first + MICROSECOND * i32::try_from(nth).unwrap_or(i32::MAX)
}

/// The directory with all objects in it, and what each line holds; or what cannot be entered.
fn checked(
    mut whole: Snapshot,
    objects: impl Iterator<Item = (u64, Object)>,
    first: Revision,
    now: Instant,
    progress: Progress<'_>,
) -> Result<(Snapshot, Lines), Vec<Rejected>> {
    let mut lines = Lines::default();
    let (mut rejected, mut twice) = (Vec::new(), Vec::new());
    // The catalogue that every directory has may be repeated, with changes.
    for (line, object) in objects {
        let nth = (lines.keys.len() / ENTRY_OBJECTS_MAX) as u64;
        let place = (first + nth, recorded_at(now, nth));
        match put(&mut whole, object, place, &mut lines.posts) {
            Ok(key) => lines.keys.push((u32::try_from(line).unwrap_or(u32::MAX), key)),
            Err(Ill::Twice(key)) => twice.push((line, key)),
            Err(Ill::Unchanged) => {}
            Err(Ill::Misfit(why)) => rejected.push(Rejected { line, why }),
        }
    }
    if !twice.is_empty() {
        let first_of: HashMap<&Key, u32> = lines.keys.iter().map(|(line, key)| (key, *line)).collect();
        rejected.extend(twice.iter().map(|(line, key)| {
            let first = first_of.get(key).copied().unwrap_or_default().into();
            Rejected { line: *line, why: Misfit::Twice { first } }
        }));
    }
    let mut crowded = Vec::new();
    for (done, (line, key)) in lines.keys.iter().enumerate() {
        if let Err(error) = alone(&whole, key, &lines.posts) {
            rejected.push(Rejected { line: u64::from(*line), why: Misfit::Refused(error) });
        }
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
    if !codes.is_empty() || !crowded.is_empty() {
        // An object that is refused by itself is reported once.
        let refused: BTreeSet<u64> = rejected.iter().map(|rejected| rejected.line).collect();
        let others =
            lines.keys.iter().map(|(line, key)| (u64::from(*line), key)).filter(|(line, _)| !refused.contains(line));
        let line_of: HashMap<Uuid, u64> = others
            .filter_map(|(line, key)| match key {
                Key::Org(id) => Some((id.0, line)),
                Key::Role(id) => Some((id.0, line)),
                Key::Person(_) | Key::Post(_) | Key::Supervision(_) => None,
            })
            .collect();
        let mut told = BTreeSet::new();
        for (org, error) in codes {
            if let Some(line) = line_of.get(&org.0).copied().filter(|line| told.insert(*line)) {
                rejected.push(Rejected { line, why: Misfit::Refused(error) });
            }
        }
        for (error, org, post) in crowded {
            // The last holder of the post is one too many.
            let roles = whole.roles_in(org).filter(|role| role.post() == post);
            let last = roles.filter_map(|role| line_of.get(&role.id().0)).max();
            rejected.extend(last.map(|line| Rejected { line: *line, why: Misfit::Refused(error) }));
        }
    }
    rejected.sort_by_key(|rejected| rejected.line);
    if rejected.is_empty() { Ok((whole, lines)) } else { Err(rejected) }
}

/// The posts that are held in an org.
fn posts_in(whole: &Snapshot, org: OrgId) -> BTreeSet<&PostCode> {
    whole.roles_in(org).map(|role| role.post()).collect()
}

/// Why an object is not added to the others.
enum Ill {
    Twice(Key),
    Misfit(Misfit),
    /// The catalogue has exactly this post.
    Unchanged,
}

/// What an object has more of than the API allows.
fn excess(object: &Object) -> Option<Misfit> {
    let place = |order: i32| if (0..=ORDER_MAX).contains(&order) { 0 } else { usize::MAX };
    let order_max = usize::try_from(ORDER_MAX).unwrap_or(usize::MAX);
    let found: Vec<(&'static str, usize, usize)> = match object {
        Object::Org(org) => {
            let orders = org.versions.iter().map(|version| ("order", place(version.values.order), order_max));
            let units = org.versions.iter().map(|version| ("unit_ids", version.values.unit_ids.len(), UNITS_MAX));
            let facts = [
                ("external_ids", org.facts.external_ids.len(), EXTERNAL_IDS_MAX),
                ("successor_ids", org.facts.successor_ids.len(), SUCCESSORS_MAX),
            ];
            orders.chain(units).chain(facts).collect()
        }
        Object::Person(person) => vec![("external_ids", person.external_ids.len(), EXTERNAL_IDS_MAX)],
        Object::Post(post) => vec![("rank", place(post.rank), order_max)],
        Object::Role(role) => vec![("order", place(role.facts.order), order_max)],
        Object::Supervision(_) => Vec::new(),
    };
    let (field, _, max) = found.into_iter().find(|(_, number, max)| number > max)?;
    Some(Misfit::TooMuch { field, max })
}

/// The facts of an object about an end that it does not have.
fn no_end(object: &Object) -> Option<Misfit> {
    let (ends, end_basis, successors) = match object {
        Object::Org(Org { facts, .. }) => (facts.dissolved_on, &facts.end_basis, facts.successor_ids.len()),
        Object::Role(Role { facts, .. }) => (facts.valid_until, &facts.end_basis, 0),
        Object::Supervision(Supervision { facts, .. }) => (facts.valid_until, &facts.end_basis, 0),
        Object::Person(_) | Object::Post(_) => return None,
    };
    let field = match (ends, end_basis, successors) {
        (None, Some(_), _) => "end_basis",
        (None, None, 1..) => "successor_ids",
        _ => return None,
    };
    Some(Misfit::NoEnd { field })
}

/// The id of an object; a post has none.
fn id_of(object: &Object) -> Option<Uuid> {
    match object {
        Object::Org(org) => Some(org.id.0),
        Object::Person(person) => Some(person.id.0),
        Object::Post(_) => None,
        Object::Role(role) => Some(role.id.0),
        Object::Supervision(supervision) => Some(supervision.id.0),
    }
}

/// Puts an object as the log entry at `place` would.
fn put(
    whole: &mut Snapshot,
    object: Object,
    (revision, updated_at): (Revision, Instant),
    posts: &mut Vec<PostCode>,
) -> Result<Key, Ill> {
    if let Some(why) = excess(&object).or_else(|| no_end(&object)) {
        return Err(Ill::Misfit(why));
    }
    if id_of(&object).is_some_and(|id| id.is_nil()) {
        return Err(Ill::Misfit(Misfit::NilId));
    }
    let once = |there: bool, key: Key| if there { Err(Ill::Twice(key)) } else { Ok(key) };
    match object {
        Object::Org(org) => {
            let key = once(whole.org(org.id).is_some(), Key::Org(org.id))?;
            let rising = org.versions.windows(2).all(|pair| matches!(pair, [a, b] if a.valid_from < b.valid_from));
            if org.versions.is_empty() || !rising {
                return Err(Ill::Misfit(Misfit::Versions));
            }
            whole.put_org(Org { revision, updated_at, ..org });
            Ok(key)
        }
        Object::Person(person) => {
            let key = once(whole.person(person.id).is_some(), Key::Person(person.id))?;
            whole.put_person(Person { revision, updated_at, ..person });
            Ok(key)
        }
        Object::Post(post) => {
            let before = posts.iter().position(|code| *code == post.code);
            let place = u32::try_from(before.unwrap_or(posts.len())).unwrap_or(u32::MAX);
            let key = once(before.is_some(), Key::Post(place))?;
            posts.push(post.code.clone());
            if let Some(known) = whole.post(&post.code)
                && *known == (Post { revision: known.revision, updated_at: known.updated_at, ..post.clone() })
            {
                return Err(Ill::Unchanged);
            }
            whole.put_post(Post { revision, updated_at, ..post });
            Ok(key)
        }
        Object::Role(role) => {
            let key = once(whole.role(role.id).is_some(), Key::Role(role.id))?;
            whole.put_role(Role { revision, updated_at, ..role });
            Ok(key)
        }
        Object::Supervision(supervision) => {
            let key = once(whole.supervision(supervision.id).is_some(), Key::Supervision(supervision.id))?;
            whole.put_supervision(Supervision { revision, updated_at, ..supervision });
            Ok(key)
        }
    }
}

/// Checks every rule for this object, except the number of holders of a post.
fn alone(whole: &Snapshot, key: &Key, posts: &[PostCode]) -> Result<(), Error> {
    match key {
        Key::Org(id) => whole.org(*id).map_or(Ok(()), |org| check::org_whole(whole, org)),
        Key::Person(id) => whole.person(*id).map_or(Ok(()), |person| check::identity(whole, &person.person())),
        Key::Post(place) => {
            let post = posts.get(*place as usize).and_then(|code| whole.post(code));
            post.map_or(Ok(()), |post| decide::posts::once_each(&post.kinds))
        }
        Key::Role(id) => whole.role(*id).map_or(Ok(()), |role| check::role_whole(whole, &role)),
        Key::Supervision(id) => whole.supervision(*id).map_or(Ok(()), |found| check::supervision_whole(whole, found)),
    }
}

/// The effects that enter an object, and the rows after them.
fn take(
    before: &Snapshot,
    whole: &Snapshot,
    key: &Key,
    posts: &[PostCode],
    effects: &mut Vec<Effect>,
    changes: &mut Changes,
) {
    match key {
        Key::Org(id) => {
            let Some(org) = whole.org(*id) else { return };
            effects.push(Effect::Org { id: *id, before: None, after: Some(org.facts.clone()) });
            for version in &org.versions {
                let (valid_from, after) = (version.valid_from, Some(version.clone()));
                effects.push(Effect::OrgVersion { id: *id, valid_from, before: None, after });
                changes.versions.put.push((*id, version.clone()));
            }
            changes.orgs.put.push(org.clone());
        }
        Key::Person(id) => {
            let Some(person) = whole.person(*id) else { return };
            effects.push(Effect::Person { id: *id, before: None, after: Some(Arc::new(person.person())) });
            changes.people.put.push(person.person());
        }
        Key::Post(place) => {
            let Some(code) = posts.get(*place as usize) else { return };
            let Some(post) = whole.post(code) else { return };
            let before = before.post(code).cloned();
            effects.push(Effect::Post { code: PostCode::clone(code), before, after: Some(post.clone()) });
            changes.posts.put.push(post.clone());
        }
        Key::Role(id) => {
            let Some(role) = whole.role(*id) else { return };
            effects.push(Effect::Role { id: *id, before: None, after: Some(role.facts()) });
            changes.roles.put.push(role.role());
        }
        Key::Supervision(id) => {
            let Some(supervision) = whole.supervision(*id) else { return };
            effects.push(Effect::Supervision { id: *id, before: None, after: Some(supervision.facts.clone()) });
            changes.supervisions.put.push(supervision.clone());
        }
    }
}
