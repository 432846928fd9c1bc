//! The audit. It is beside the log, and written apart from it.

use std::sync::LazyLock;

use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, prelude::Uuid, sea_query::OnConflict,
};

use super::{Store, StoreError, rows::Reader};
use crate::domain::{AuditFilter, AuditId, AuditKind, AuditRecord, AuditSubject, CallerId, Instant};

impl Store {
    /// Adds records to the audit. A record that is there already is left as it is: the answer to an earlier attempt may
    /// have been lost. Fails if they would be lost because the database is no longer where it was opened.
    pub async fn append_audit(&self, records: &[AuditRecord]) -> Result<(), StoreError> {
        use entity::audit::{Column, Entity};
        let _turn = self.turn().await;
        self.dialect.in_place()?;
        let again = OnConflict::column(Column::Id).do_nothing().to_owned();
        let insert = Entity::insert_many(records.iter().map(row)).on_conflict(again).into_query();
        self.db.execute(&insert).await.map_err(|error| {
            if self.dialect.is_lock_timeout(&error) { StoreError::Locked(error) } else { error.into() }
        })?;
        self.dialect.in_place()
    }

    /// The newest records that match and come before `before`, at most `items_max`.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        before: Option<AuditId>,
        items_max: usize,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        use entity::audit::{Column, Entity};
        let mut rows = Entity::find().filter(matching(filter));
        if let Some(before) = before {
            rows = rows.filter(Column::Id.lt(before.0));
        }
        let rows = rows.order_by_desc(Column::Id).limit(items_max as u64).all(&self.db).await?;
        rows.into_iter().map(record).collect()
    }

    /// How many records match.
    pub async fn audit_count(&self, filter: &AuditFilter) -> Result<u64, StoreError> {
        Ok(entity::audit::Entity::find().filter(matching(filter)).count(&self.db).await?)
    }

    /// Removes records from before an instant, the oldest first, at most `rows_max`. Returns how many there were.
    pub async fn forget_audit(&self, before: Instant, rows_max: u64) -> Result<u64, StoreError> {
        use entity::audit::{Column, Entity};
        let _turn = self.turn().await;
        let oldest = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.lt(AuditId::first_at(before).0))
            .order_by_asc(Column::Id)
            .limit(rows_max);
        let gone = Entity::delete_many().filter(Column::Id.in_subquery(oldest.into_query())).exec(&self.db).await?;
        Ok(gone.rows_affected)
    }
}

/// The end of the years that everybody can read.
static LATEST: LazyLock<Instant> = LazyLock::new(|| {
    let end = NaiveDate::from_ymd_opt(9999, 12, 31).and_then(|day| day.and_hms_opt(23, 59, 59));
    end.map_or(Instant::MAX_UTC, |end| end.and_utc())
});

fn matching(filter: &AuditFilter) -> Condition {
    use entity::audit::Column;
    let AuditFilter { caller_ids, kinds, subject_ids, from, until } = filter;
    let mut all = Condition::all();
    if !caller_ids.is_empty() {
        all = all.add(Column::CallerId.is_in(caller_ids.iter().map(|id| id.0)));
    }
    if !kinds.is_empty() {
        all = all.add(Column::Kind.is_in(kinds.iter().map(|kind| kind.as_str())));
    }
    if !subject_ids.is_empty() {
        let has = |any: Condition, id: &Uuid| any.add(Column::SubjectIds.contains(id.to_string()));
        all = all.add(subject_ids.iter().fold(Condition::any(), has));
    }
    // The ids find the place, to the millisecond.
    // No record is older or newer, and PostgreSQL does not know all instants.
    let known = |instant: &Instant| (*instant).clamp(Instant::UNIX_EPOCH, *LATEST);
    if let Some(from) = from.as_ref().map(known).as_ref() {
        all = all.add(Column::Id.gte(AuditId::first_at(*from).0)).add(Column::At.gte(*from));
    }
    if let Some(until) = until.as_ref().map(known).as_ref() {
        all = all.add(Column::Id.lte(AuditId::last_at(*until).0)).add(Column::At.lt(*until));
    }
    all
}

fn row(record: &AuditRecord) -> entity::audit::ActiveModel {
    let AuditRecord { id, at, caller_id, kind, operation, problem, about, times, request_id } = record;
    let ids = about.iter().flat_map(|(_, ids)| ids).map(Uuid::to_string).collect::<Vec<_>>();
    entity::audit::ActiveModel {
        id: Set(id.0),
        at: Set(*at),
        caller_id: Set(caller_id.map(|id| id.0)),
        kind: Set(kind.as_str().to_owned()),
        operation: Set(operation.clone()),
        problem: Set(problem.clone()),
        subject_kind: Set(about.as_ref().map(|(kind, _)| kind.as_str().to_owned())),
        subject_ids: Set(ids.join(" ")),
        times: Set(i32::try_from(*times).unwrap_or(i32::MAX)),
        request_id: Set(request_id.clone()),
    }
}

fn record(row: entity::audit::Model) -> Result<AuditRecord, StoreError> {
    let read = Reader("audit");
    let entity::audit::Model {
        id,
        at,
        caller_id,
        kind,
        operation,
        problem,
        subject_kind,
        subject_ids,
        times,
        request_id,
    } = row;
    let about = subject_kind.map(|kind| {
        let kind = AuditSubject::parse(&kind).ok_or_else(|| read.fail("an unknown subject"))?;
        let ids = subject_ids.split_whitespace().map(str::parse).collect::<Result<_, _>>();
        Ok::<_, StoreError>((kind, ids.map_err(|error| read.fail(error))?))
    });
    Ok(AuditRecord {
        id: AuditId(id),
        at,
        caller_id: caller_id.map(CallerId),
        kind: AuditKind::parse(&kind).ok_or_else(|| read.fail("an unknown kind"))?,
        operation,
        problem,
        about: about.transpose()?,
        times: u32::try_from(times).unwrap_or_default(),
        request_id,
    })
}
