//! Tickets. They are beside the log, and every process finds them here.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::{
    Store, StoreError,
    rows::{Reader, to_json},
};
use crate::domain::{CallerId, Instant, PersonId, SecretHash, Ticket, TicketId, TicketMaker, TicketPath, TicketUse};

impl Store {
    /// Stores a new ticket with the hash of its secret, and removes those that have ended.
    pub async fn create_ticket(&self, ticket: &Ticket, hash: SecretHash) -> Result<(), StoreError> {
        use entity::ticket::{Column, Entity};
        let _turn = self.turn().await;
        self.dialect.in_place()?;
        Entity::delete_many().filter(Column::ExpiresAt.lte(ticket.created_at)).exec(&self.db).await?;
        Entity::insert(row(ticket, hash)).exec_without_returning(&self.db).await?;
        self.dialect.in_place()
    }

    /// The ticket with the secret that has this hash, if it has not ended.
    pub async fn ticket(&self, hash: SecretHash, now: Instant) -> Result<Option<Ticket>, StoreError> {
        use entity::ticket::{Column, Entity};
        let found = Entity::find().filter(Column::Hash.eq(hash.to_string())).filter(Column::ExpiresAt.gt(now));
        found.one(&self.db).await?.map(ticket).transpose()
    }

    /// Tickets of a caller that have not ended, the oldest first, after `after`, at most `items_max`.
    pub async fn tickets_of(
        &self,
        caller: CallerId,
        now: Instant,
        after: Option<TicketId>,
        items_max: usize,
    ) -> Result<Vec<Ticket>, StoreError> {
        use entity::ticket::Column;
        let after = after.map(|after| Column::Id.gt(after.0));
        let mut rows = of(caller, now);
        if let Some(after) = after {
            rows = rows.filter(after);
        }
        let rows = rows.order_by_asc(Column::Id).limit(items_max as u64).all(&self.db).await?;
        rows.into_iter().map(ticket).collect()
    }

    /// One of them.
    pub async fn ticket_of(&self, caller: CallerId, now: Instant, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        let row = of(caller, now).filter(entity::ticket::Column::Id.eq(id.0)).one(&self.db).await?;
        row.map(ticket).transpose()
    }

    /// How many of them there are.
    pub async fn ticket_count(&self, caller: CallerId, now: Instant) -> Result<u64, StoreError> {
        Ok(of(caller, now).count(&self.db).await?)
    }

    /// Removes a ticket. Of several who do that at once, one is told that it was there.
    pub async fn remove_ticket(&self, id: TicketId) -> Result<bool, StoreError> {
        let _turn = self.turn().await;
        self.dialect.in_place()?;
        let gone = entity::ticket::Entity::delete_by_id(id.0).exec(&self.db).await?;
        self.dialect.in_place()?;
        Ok(gone.rows_affected > 0)
    }
}

fn of(caller: CallerId, now: Instant) -> Select<entity::ticket::Entity> {
    use entity::ticket::{Column, Entity};
    Entity::find().filter(Column::CallerId.eq(caller.0)).filter(Column::ExpiresAt.gt(now))
}

fn row(ticket: &Ticket, hash: SecretHash) -> entity::ticket::ActiveModel {
    let Ticket { id, caller_id, maker, path, usage, created_at, expires_at } = ticket;
    let (rotations, grants, person_id) = match maker {
        TicketMaker::Key { rotations } => (Some(*rotations), None, None),
        TicketMaker::Token { grants, person_id } => (None, Some(to_json(grants)), *person_id),
    };
    entity::ticket::ActiveModel {
        id: Set(id.0),
        hash: Set(hash.to_string()),
        caller_id: Set(caller_id.0),
        rotations: Set(rotations),
        grants: Set(grants),
        person_id: Set(person_id.map(|id| id.0)),
        path: Set(path.to_string()),
        usage: Set(usage.as_str().to_owned()),
        created_at: Set(*created_at),
        expires_at: Set(*expires_at),
    }
}

fn ticket(row: entity::ticket::Model) -> Result<Ticket, StoreError> {
    let read = Reader("ticket");
    let entity::ticket::Model {
        id,
        hash: _,
        caller_id,
        rotations,
        grants,
        person_id,
        path,
        usage,
        created_at,
        expires_at,
    } = row;
    let maker = match (rotations, read.opt_json(grants)?) {
        (Some(rotations), None) => TicketMaker::Key { rotations },
        (None, Some(grants)) => TicketMaker::Token { grants, person_id: person_id.map(PersonId) },
        _ => return Err(read.fail("of nobody")),
    };
    Ok(Ticket {
        id: TicketId(id),
        caller_id: CallerId(caller_id),
        maker,
        path: TicketPath::parse(&path).ok_or_else(|| read.fail("an impossible path"))?,
        usage: TicketUse::parse(&usage).ok_or_else(|| read.fail("an unknown use"))?,
        created_at,
        expires_at,
    })
}
