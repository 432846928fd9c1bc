//! Migrations, one process at a time.

use migration::{Migrator, MigratorTrait};

use super::{Store, StoreError};

/// One step and whether it has been taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Its name.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
}

impl Store {
    /// Takes the next `steps` steps, or all.
    pub async fn migrate_up(&self, steps: Option<u32>) -> Result<(), StoreError> {
        let transaction = self.dialect.begin_write(&self.db).await?;
        self.dialect.lock_migrations(&transaction).await?;
        Migrator::up(&transaction, steps).await?;
        self.dialect.in_place()?;
        Ok(transaction.commit().await?)
    }

    /// Takes back the last `steps` steps, or all. Fails where another process serves an SQLite file: it
    /// would lose the tables that it writes.
    pub async fn migrate_down(&self, steps: Option<u32>) -> Result<(), StoreError> {
        // Held until it is done: nobody begins to serve meanwhile.
        let _owned = self.own()?;
        let transaction = self.dialect.begin_write(&self.db).await?;
        self.dialect.lock_migrations(&transaction).await?;
        Migrator::down(&transaction, steps).await?;
        self.dialect.in_place()?;
        Ok(transaction.commit().await?)
    }

    /// Every step that this program knows, in order.
    pub async fn migrations(&self) -> Result<Vec<MigrationStatus>, StoreError> {
        use migration::MigrationStatus::Applied;
        let migrations = Migrator::get_migration_with_status_read_only(&self.db).await?;
        Ok(migrations
            .iter()
            .map(|step| MigrationStatus { name: step.name().to_owned(), applied: step.status() == Applied })
            .collect())
    }
}
