//! The total of the memory that bodies and large answers take.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::web::Bytes;

use super::{
    super::problem::{Problem, ProblemType},
    limits::PIECE_BYTES,
};

/// How long a client that is refused should wait.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// The answer to a request for which there is no room, or no time.
pub(super) fn busy() -> Problem {
    Problem::new(ProblemType::Busy).retry_after(RETRY_AFTER)
}

/// So many bytes, which parts are taken of. Clones share them.
#[derive(Debug, Clone)]
pub(in crate::http) struct Room(Arc<Total>);

#[derive(Debug)]
struct Total {
    bytes_max: usize,
    taken: AtomicUsize,
}

impl Room {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self(Arc::new(Total { bytes_max, taken: AtomicUsize::new(0) }))
    }

    /// A part without any bytes yet.
    pub(in crate::http) fn part(&self) -> Part {
        Part { room: self.clone(), bytes: 0 }
    }

    /// Whether a part of that size could be taken now.
    ///
    /// # Errors
    ///
    /// It could not.
    pub(super) fn has(&self, bytes: usize) -> Result<(), Problem> {
        let mut part = self.part();
        part.grow_to(bytes)
    }
}

/// A part of the room. It is given back when it is dropped.
#[derive(Debug)]
pub(in crate::http) struct Part {
    room: Room,
    bytes: usize,
}

impl Part {
    /// Takes as much as is missing to `bytes`.
    ///
    /// # Errors
    ///
    /// There is not so much left.
    pub(in crate::http) fn grow_to(&mut self, bytes: usize) -> Result<(), Problem> {
        let more = bytes.saturating_sub(self.bytes);
        let Total { bytes_max, taken } = &*self.room.0;
        if taken.fetch_add(more, Ordering::Relaxed).saturating_add(more) > *bytes_max {
            taken.fetch_sub(more, Ordering::Relaxed);
            return Err(busy());
        }
        self.bytes += more;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.room.0.taken.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Bytes with the part of the room that they take.
struct Counted {
    bytes: Vec<u8>,
    _part: Part,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Bytes that are counted for as long as anybody has them, and once for all who have. Few are not counted.
///
/// # Errors
///
/// There is no room for them.
pub(in crate::http) fn counted(room: &Room, mut bytes: Vec<u8>) -> Result<Bytes, Problem> {
    if bytes.len() <= PIECE_BYTES {
        return Ok(bytes.into());
    }
    let mut part = room.part();
    part.grow_to(bytes.len())?;
    bytes.shrink_to_fit();
    Ok(Bytes::from_owner(Counted { bytes, _part: part }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_until_there_is_no_more_and_come_back() {
        let room = Room::new(100);
        let mut first = room.part();
        assert!(first.grow_to(60).is_ok());
        assert!(first.grow_to(60).is_ok(), "it has them already");
        let mut second = room.part();
        let refused = second.grow_to(41).expect_err("only 40 are left");
        assert_eq!(refused.kind(), ProblemType::Busy);
        assert!(second.grow_to(40).is_ok());
        drop(first);
        assert!(second.grow_to(100).is_ok());
    }

    #[test]
    fn bytes_are_counted_once_for_all_who_have_them() {
        let room = Room::new(PIECE_BYTES * 3);
        let many = || vec![b'x'; PIECE_BYTES * 2];
        let bytes = counted(&room, many()).expect("there is room");
        let shared = bytes.slice(10..20);
        drop(bytes);
        assert!(counted(&room, many()).is_err(), "somebody still has them");
        assert!(counted(&room, vec![b'x'; PIECE_BYTES]).is_ok(), "few are not counted");
        drop(shared);
        assert!(counted(&room, many()).is_ok());
    }
}
