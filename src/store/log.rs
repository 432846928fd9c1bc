//! Reading: everything at once, and entries of the log.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, StreamTrait,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc;

use super::{
    Head, Store, StoreError,
    rows::{Reader, Stored, revision_column, revision_of},
};
use crate::domain::{kinds::kinds, *};

/// The most entries that are read at once.
pub const ENTRIES_MAX: u64 = 500;
/// From so many effects on, no further entry is read at once: a load has entries with a thousand of them.
const EFFECTS_MAX: usize = 5000;
/// How many objects are handed over at a time when everything is read.
const CHUNK_OBJECTS: usize = 1024;

/// What tells an entry from another one with its revision: when it was recorded, and its digest.
pub type Mark = (Instant, Option<Digest>);

/// Entries of other processes, with today's values of the people that they speak of.
#[derive(Debug)]
pub struct News {
    /// The entry after which they come: when it was recorded, and its digest. Nothing where the log has no such entry.
    pub after: Option<Mark>,
    /// The entries, in order, without gap.
    pub entries: Vec<Entry>,
    /// The people that an entry speaks of and that are still there.
    pub people: Vec<Person>,
    /// Where the log stands; more entries may follow.
    pub head: Head,
}

/// Gathers objects for whoever takes many at a time.
struct Chunks {
    objects: Vec<Object>,
    rows: RowCounts,
    to: mpsc::Sender<Vec<Object>>,
}

impl Chunks {
    async fn push(&mut self, object: Object) {
        self.rows.add(&object);
        self.objects.push(object);
        if self.objects.len() == CHUNK_OBJECTS {
            self.hand_over().await;
        }
    }

    async fn hand_over(&mut self) {
        let chunk = std::mem::replace(&mut self.objects, Vec::with_capacity(CHUNK_OBJECTS));
        // Whoever no longer takes them knows why.
        drop(self.to.send(chunk).await);
    }
}

impl Store {
    /// Reads the whole directory at one moment, many objects at a time, orgs with their versions.
    pub async fn load(&self, to: mpsc::Sender<Vec<Object>>) -> Result<Head, StoreError> {
        let transaction = self.dialect.begin_read(&self.db).await?;
        self.dialect.take_time(&transaction).await?;
        let head = head(&transaction).await?;
        let found = everything(&transaction, to).await?;
        transaction.commit().await?;
        head.fits(found)?;
        Ok(head)
    }

    /// Looks whether there are as many rows as the head says.
    pub async fn count(&self) -> Result<(), StoreError> {
        let transaction = self.dialect.begin_read(&self.db).await?;
        let head = head(&transaction).await?;
        let found = count(&transaction).await?;
        transaction.commit().await?;
        head.fits(found)
    }

    /// Reads the entries after `revision`: at most `entries_max`, and fewer if they are long.
    pub async fn news(&self, revision: Revision, entries_max: u64) -> Result<News, StoreError> {
        let transaction = self.dialect.begin_read(&self.db).await?;
        let news = news(&transaction, revision, entries_max).await?;
        transaction.commit().await?;
        Ok(news)
    }

    /// Reads the entries up to `revision`, the newest first: at most `entries_max`, and fewer if they are long. Also of
    /// the entry before them, if there is one, when it was recorded and its digest.
    pub async fn older(&self, revision: Revision, entries_max: u64) -> Result<(Vec<Entry>, Option<Mark>), StoreError> {
        let rows = entity::entry::Entity::find()
            .filter(entity::entry::Column::Revision.lte(revision_column(revision)))
            .order_by_desc(entity::entry::Column::Revision);
        let mut entries = entries(&self.db, rows, entries_max).await?;
        let whole = entries.last().is_some_and(|last| last.revision == 1);
        let before = if whole { None } else { entries.pop() };
        Ok((entries, before.map(|entry| (entry.recorded_at, entry.digest))))
    }

    /// The first of the entries up to `revision` that are all of one kind; `revision` itself if it is of another one.
    pub async fn first_of_kind(&self, revision: Revision, kind: &str) -> Result<Revision, StoreError> {
        let other = entity::entry::Entity::find()
            .filter(entity::entry::Column::Revision.lte(revision_column(revision)))
            .filter(entity::entry::Column::Kind.ne(kind))
            .order_by_desc(entity::entry::Column::Revision)
            .select_only()
            .column(entity::entry::Column::Revision)
            .into_tuple::<i64>()
            .one(&self.db)
            .await?;
        let other = other.map_or(0, revision_of);
        Ok(if other == revision { revision } else { other + 1 })
    }

    /// The last of the entries from `revision` on that are all of one kind.
    pub async fn last_of_kind(&self, revision: Revision, kind: &str) -> Result<Revision, StoreError> {
        let other = entity::entry::Entity::find()
            .filter(entity::entry::Column::Revision.gt(revision_column(revision)))
            .filter(entity::entry::Column::Kind.ne(kind))
            .order_by_asc(entity::entry::Column::Revision)
            .select_only()
            .column(entity::entry::Column::Revision)
            .into_tuple::<i64>()
            .one(&self.db)
            .await?;
        match other {
            Some(other) => Ok(revision_of(other) - 1),
            None => Ok(self.head().await?.revision),
        }
    }

    /// Where the log stands. Fails if the database is no longer where it was opened.
    pub async fn head(&self) -> Result<Head, StoreError> {
        self.dialect.in_place()?;
        head(&self.db).await
    }

    /// Reads one entry.
    pub async fn entry(&self, revision: Revision) -> Result<Option<Entry>, StoreError> {
        let row = entity::entry::Entity::find_by_id(revision_column(revision)).one(&self.db).await?;
        row.map(entry_of).transpose()
    }
}

/// Reads every object, and counts their rows.
pub(super) async fn everything(
    transaction: &DatabaseTransaction,
    to: mpsc::Sender<Vec<Object>>,
) -> Result<RowCounts, StoreError> {
    let mut chunks = Chunks { objects: Vec::with_capacity(CHUNK_OBJECTS), rows: RowCounts::default(), to };
    orgs(transaction, &mut chunks).await?;
    others(transaction, &mut chunks).await?;
    chunks.hand_over().await;
    Ok(chunks.rows)
}

async fn orgs(transaction: &DatabaseTransaction, chunks: &mut Chunks) -> Result<(), StoreError> {
    let mut rows = entity::org_version::Entity::find()
        .order_by_asc(entity::org_version::Column::OrgId)
        .order_by_asc(entity::org_version::Column::ValidFrom)
        .stream(transaction)
        .await?;
    let mut versions = Vec::new();
    while let Some(row) = rows.try_next().await? {
        versions.push(<(OrgId, Day)>::read(row)?);
    }
    drop(rows);
    let mut versions = versions.into_iter().peekable();
    let mut orgs = entity::org::Entity::find().order_by_asc(entity::org::Column::Id).stream(transaction).await?;
    while let Some(row) = orgs.try_next().await? {
        let mut org = OrgId::read(row)?;
        while let Some((_, version)) = versions.next_if(|(id, _)| *id == org.id) {
            org.versions.push(version);
        }
        chunks.push(Object::Org(org)).await;
    }
    Ok(())
}

/// Door: objects that stand in one row each.
macro_rules! others {
    (() org $org:tt version $version:tt objects $objects:tt plain $plain:tt people $people:tt) => {
        others! { @impl [$objects $plain $people] }
    };
    (@impl [$({ $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*]) => {
        async fn others(transaction: &DatabaseTransaction, chunks: &mut Chunks) -> Result<(), StoreError> {
            $($(
                let mut rows = entity::$table::Entity::find().stream(transaction).await?;
                while let Some(row) = rows.try_next().await? {
                    chunks.push(Object::$kind(<$key>::read(row)?)).await;
                }
                drop(rows);
            )*)*
            Ok(())
        }
    };
}

kinds! { others () }

/// Door: how many rows there are of each kind.
macro_rules! counted {
    (() $($section:ident { $(
        $(#[doc = $doc:literal])+
        $kind:ident($($key:tt)*) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*) => {
        async fn count(transaction: &DatabaseTransaction) -> Result<RowCounts, StoreError> {
            Ok(RowCounts { $($($plural: entity::$table::Entity::find().count(transaction).await?,)*)* })
        }
    };
}

kinds! { counted () }

pub(super) async fn head(db: &impl ConnectionTrait) -> Result<Head, StoreError> {
    let row = entity::head::Entity::find().one(db).await?;
    head_of(row)
}

pub(super) fn head_of(row: Option<entity::head::Model>) -> Result<Head, StoreError> {
    let row = row.ok_or_else(|| Reader("head").fail("missing: the database is not migrated"))?;
    let entity::head::Model { id: _, revision, recorded_at, zone: _, format, directory_id, epoch, digest, row_counts } =
        row;
    readable(format)?;
    let read = Reader("head");
    let chain = Chain {
        directory_id: directory_id.map(DirectoryId),
        epoch: Epoch::of(epoch.map_or(0, i64::cast_unsigned)),
        digest: digest_of(&read, digest)?.unwrap_or_default(),
        rows: read.opt_json(row_counts)?.unwrap_or_default(),
    };
    Ok(Head { revision: revision_of(revision), recorded_at, format, chain })
}

fn digest_of(read: &Reader, column: Option<String>) -> Result<Option<Digest>, StoreError> {
    column.map(|text| text.parse().map_err(|()| read.fail("not a digest"))).transpose()
}

/// Reads entries: at most one more than `entries_max`, and not many more effects than [`EFFECTS_MAX`], but always two
/// entries if there are two.
async fn entries(
    db: &(impl ConnectionTrait + StreamTrait),
    rows: Select<entity::entry::Entity>,
    entries_max: u64,
) -> Result<Vec<Entry>, StoreError> {
    let mut rows = rows.limit(entries_max + 1).stream(db).await?;
    let (mut entries, mut effects) = (Vec::new(), 0);
    while let Some(row) = rows.try_next().await? {
        let entry = entry_of(row)?;
        let is_second = entries.len() == 1;
        effects += if entries.is_empty() { 0 } else { entry.effects.len() };
        if effects > EFFECTS_MAX && !is_second {
            break;
        }
        entries.push(entry);
    }
    Ok(entries)
}

pub(super) async fn news(
    transaction: &DatabaseTransaction,
    after: Revision,
    entries_max: u64,
) -> Result<News, StoreError> {
    let head = head(transaction).await?;
    let rows = entity::entry::Entity::find()
        .filter(entity::entry::Column::Revision.gte(revision_column(after)))
        .order_by_asc(entity::entry::Column::Revision);
    let mut entries = entries(transaction, rows, entries_max).await?;
    let before = entries.first().filter(|entry| entry.revision == after).map(|entry| (entry.recorded_at, entry.digest));
    if before.is_some() {
        entries.remove(0);
    }
    entries.truncate(usize::try_from(entries_max).unwrap_or(usize::MAX));
    let mut ids: Vec<PersonId> = entries
        .iter()
        .flat_map(|entry| &entry.effects)
        .filter_map(|effect| match effect {
            LoggedEffect::Person { id, .. } => Some(*id),
            _ => None,
        })
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut people = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(1000) {
        let rows = entity::person::Entity::find()
            .filter(entity::person::Column::Id.is_in(chunk.iter().map(|id| id.0)))
            .all(transaction)
            .await?;
        for row in rows {
            people.push(PersonId::read(row)?);
        }
    }
    Ok(News { after: before, entries, people, head })
}

pub(super) fn entry_of(row: entity::entry::Model) -> Result<Entry, StoreError> {
    let entity::entry::Model { revision, recorded_at, actor, kind, subject, basis, effects, format, digest } = row;
    readable(format)?;
    let read = Reader("entry");
    let (effects, undated_duties) = if format < Entry::FORMAT_OF_DATED_DUTIES {
        let mut effects = effects;
        let undated = undated_duties(&mut effects).map_err(|error| read.fail(error))?;
        (effects, Some(undated))
    } else {
        (effects, None)
    };
    Ok(Entry {
        revision: revision_of(revision),
        recorded_at,
        actor,
        kind,
        subject,
        basis: read.opt_json(basis)?,
        // The log refuses members that it does not know: nobody has to raise a number for that.
        effects: serde_json::from_value(effects)
            .map_err(|error| StoreError::NewerEntry { revision, cause: error.to_string() })?,
        digest: digest_of(&read, digest)?,
        undated_duties,
    })
}

/// Takes the duties out of what is said of orgs without versions: what each had before and after.
fn undated_duties(effects: &mut Value) -> serde_json::Result<BTreeMap<OrgId, [Option<Duties>; 2]>> {
    let mut found = BTreeMap::new();
    for effect in effects.as_array_mut().into_iter().flatten() {
        if effect.get("subject").is_some_and(|subject| subject == "org") {
            let id = OrgId::deserialize(&effect["id"])?;
            let mut take = |state: &str| {
                let facts = effect.get_mut(state).and_then(Value::as_object_mut);
                let duties = facts.and_then(|facts| facts.remove("duties")).unwrap_or_default();
                Option::<Duties>::deserialize(duties)
            };
            found.insert(id, [take("before")?, take("after")?]);
        }
    }
    Ok(found)
}

/// Refuses what a newer program wrote before anything of it is read.
fn readable(format: i32) -> Result<(), StoreError> {
    if format > Entry::FORMAT { Err(StoreError::Newer { format }) } else { Ok(()) }
}
