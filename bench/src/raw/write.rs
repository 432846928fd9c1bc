//! Writes the rows of new orgs in one transaction: log entry, org, version, Idempotency-Key, and the head. They are
//! copied from those that the service wrote last, before the time is measured.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use entity::{entry, head, idempotency_key, org, org_version};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use crate::begin;

/// The rows that the service wrote when it established an org.
struct Template {
    entry: entry::Model,
    org: org::Model,
    version: org_version::Model,
    key: idempotency_key::Model,
}

/// The rows of one transaction.
struct Rows {
    entries: Vec<entry::ActiveModel>,
    orgs: Vec<org::ActiveModel>,
    versions: Vec<org_version::ActiveModel>,
    keys: Vec<idempotency_key::ActiveModel>,
    head: head::ActiveModel,
}

/// Establishes orgs, and returns how long each transaction took, shortest first.
pub(crate) async fn write(
    db: &DatabaseConnection,
    commands: i64,
    transactions: i64,
) -> Result<Vec<Duration>, Box<dyn Error>> {
    let template = template(db).await?;
    let head = head::Entity::find().one(db).await?.ok_or("no head")?;
    let mut durations = Vec::new();
    for number in 0..transactions {
        let rows = rows(&template, &head, head.revision + number * commands, commands)?;
        let started = Instant::now();
        let transaction = begin(db).await?;
        entry::Entity::insert_many(rows.entries).exec_without_returning(&transaction).await?;
        org::Entity::insert_many(rows.orgs).exec_without_returning(&transaction).await?;
        org_version::Entity::insert_many(rows.versions).exec_without_returning(&transaction).await?;
        idempotency_key::Entity::insert_many(rows.keys).exec_without_returning(&transaction).await?;
        head::Entity::update(rows.head).exec_without_returning(&transaction).await?;
        transaction.commit().await?;
        durations.push(started.elapsed());
    }
    durations.sort_unstable();
    Ok(durations)
}

async fn template(db: &DatabaseConnection) -> Result<Template, Box<dyn Error>> {
    let missing = "the last entry is not of a body founded with an Idempotency-Key";
    let entry = entry::Entity::find().order_by_desc(entry::Column::Revision).one(db).await?.ok_or(missing)?;
    let key = idempotency_key::Entity::find().filter(idempotency_key::Column::Revision.eq(entry.revision));
    let key = key.one(db).await?.ok_or(missing)?;
    let id: Uuid = key.target_id.parse()?;
    let org = org::Entity::find_by_id(id).one(db).await?.ok_or(missing)?;
    let version =
        org_version::Entity::find().filter(org_version::Column::OrgId.eq(id)).one(db).await?.ok_or(missing)?;
    Ok(Template { entry, org, version, key })
}

#[expect(clippy::disallowed_methods, reason = "no part of the product")]
fn rows(template: &Template, head: &head::Model, after: i64, commands: i64) -> Result<Rows, Box<dyn Error>> {
    let Template { entry, org, version, key } = template;
    let (now, known, effects) = (chrono::Utc::now(), org.id.to_string(), entry.effects.to_string());
    let moved = head::Model { revision: after + commands, recorded_at: now, ..head.clone() };
    let moved = head::ActiveModel {
        id: Set(moved.id),
        revision: Set(moved.revision),
        recorded_at: Set(moved.recorded_at),
        format: Set(moved.format),
        ..Default::default()
    };
    let (mut entries, mut orgs, mut versions, mut keys) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 1..=commands {
        let (id, revision) = (Uuid::now_v7(), after + number);
        let subject = entry.subject.as_ref().map(|subject| subject.replace(&known, &id.to_string()));
        let effects = serde_json::from_str(&effects.replace(&known, &id.to_string()))?;
        let fresh = entry::Model { revision, recorded_at: now, subject, effects, ..entry.clone() };
        entries.push(fresh.into_active_model());
        orgs.push(org::Model { id, revision, updated_at: now, ..org.clone() }.into_active_model());
        versions.push(org_version::Model { org_id: id, ..version.clone() }.into_active_model());
        let fresh = idempotency_key::Model {
            key: Uuid::now_v7().to_string(),
            target_id: id.to_string(),
            revision,
            created_at: now,
            ..key.clone()
        };
        keys.push(fresh.into_active_model());
    }
    Ok(Rows { entries, orgs, versions, keys, head: moved })
}
