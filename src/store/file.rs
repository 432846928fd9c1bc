//! The file of an SQLite database, and whether it is still where it was opened.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::ErrorKind,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::error::StoreError;

/// The file of an SQLite database.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    identity: Identity,
    /// Whether this process made it.
    created: bool,
    /// The files beside it, which hold what is not in it yet. SQLite makes them at the first read.
    companions: OnceLock<Vec<(PathBuf, Identity)>>,
}

/// What a file keeps while it is moved, and no other file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }

    /// Of the file that is at `path` now.
    fn at(path: &Path) -> Option<Self> {
        path.metadata().ok().as_ref().map(Self::of)
    }
}

/// How to make a file that only its user can read: it has names and telephone numbers.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.write(true).create(true).truncate(false).mode(0o600);
    options
}

impl DatabaseFile {
    /// The file at `path`. If there is none, or an empty one, it becomes a new database where `create` says so.
    pub(super) fn find(path: &Path, create: bool) -> Result<Self, StoreError> {
        let failed = |error: std::io::Error| StoreError::File { path: path.to_owned(), cause: error.to_string() };
        let found = match path.metadata() {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let created = found.as_ref().is_none_or(|metadata| metadata.is_file() && metadata.len() == 0);
        if created && !create {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        let wal = beside(path, "-wal");
        if created && wal.exists() {
            // SQLite would delete it.
            return Err(StoreError::Orphan { path: wal });
        }
        let metadata = match found {
            Some(metadata) => metadata,
            // Another process may make it at the same time.
            None => {
                let file = private().open(path);
                file.and_then(|file| file.metadata()).map_err(failed)?
            }
        };
        Ok(Self { path: path.to_owned(), identity: Identity::of(&metadata), created, companions: OnceLock::new() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn created(&self) -> bool {
        self.created
    }

    /// Its size now.
    pub(super) fn bytes(&self) -> u64 {
        self.path.metadata().map_or(0, |metadata| metadata.len())
    }

    /// Its one path, whatever links lead to it.
    pub(super) fn real_path(&self) -> PathBuf {
        self.path.canonicalize().unwrap_or_else(|_| self.path.clone())
    }

    /// Notes the files beside it, once SQLite has made them.
    pub(super) fn note_companions(&self) {
        let path = self.real_path();
        self.companions.get_or_init(|| {
            let companions = ["-wal", "-shm"].map(|suffix| beside(&path, suffix));
            companions.into_iter().filter_map(|path| Identity::at(&path).map(|identity| (path, identity))).collect()
        });
    }

    /// Fails unless everything that was opened is still at its path. Who opens the path now would not see what this
    /// process writes.
    pub(super) fn in_place(&self) -> Result<(), StoreError> {
        let companions = self.companions.get().into_iter().flatten().map(|(path, identity)| (path, *identity));
        let mut opened = std::iter::once((&self.path, self.identity)).chain(companions);
        match opened.find(|(path, identity)| Identity::at(path) != Some(*identity)) {
            Some((path, _)) => Err(StoreError::Misplaced { path: path.clone() }),
            None => Ok(()),
        }
    }
}

/// The path with `suffix` after its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
