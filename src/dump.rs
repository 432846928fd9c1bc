//! Writes the whole directory in a database as JSON lines. It only reads, so others may serve the directory meanwhile.

use std::{
    io::{self, BufWriter, Write},
    path::Path,
    sync::Arc,
};

use anyhow::{Context, anyhow, bail};
use tempfile::NamedTempFile;

use crate::{feed::Whole, record::Writer, registry, store::Store};

/// What is written before it is sent on.
const BUFFER_BYTES: usize = 1 << 16;

/// The directory as it is now.
///
/// # Errors
///
/// The database has no directory that this program can read.
pub async fn copy(store: &Store) -> anyhow::Result<Whole> {
    if store.migrations().await?.iter().any(|step| !step.applied) {
        bail!("the database is of an older version: run `campus-org migrate up` first");
    }
    let zone = store.known_zone().await?.context("the database has no directory yet")?;
    let zone = zone.parse().map_err(|_| anyhow!("the directory has an unknown time zone: {zone}"))?;
    Ok(Whole::new(Arc::new(registry::load(store, zone).await?)))
}

/// Writes a copy. The caller buffers and flushes.
///
/// # Errors
///
/// It cannot be written.
pub fn write(mut copy: Whole, out: &mut impl Write) -> io::Result<()> {
    let mut lines = Writer::new(out);
    lines.begin(copy.header())?;
    copy.try_for_each(|record| lines.write(&record))
}

/// Writes the directory to a new file, which is there only if it is whole, and which nobody else may read.
///
/// # Errors
///
/// There is such a file, or it cannot be written.
pub async fn to_file(store: &Store, file: &Path) -> anyhow::Result<()> {
    let named = || file.display().to_string();
    if file.exists() {
        bail!("{}: the file exists already", named());
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unfinished = NamedTempFile::new_in(folder).with_context(named)?;
    let copy = copy(store).await?;
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, unfinished);
    write(copy, &mut out).with_context(named)?;
    let finished = out.into_inner().map_err(io::IntoInnerError::into_error).with_context(named)?;
    finished.as_file().sync_all().with_context(named)?;
    finished.persist_noclobber(file).with_context(named)?;
    Ok(())
}
