//! What keeps one client, or thousands of them, from wearing the service down: deadlines of connections, a total for
//! the memory of bodies and answers, and a few places for heavy answers.
//!
//! A small request pays nothing for any of this but a few additions.

mod bare;
mod connection;
mod heavy;
mod limits;
mod pieces;
mod room;
mod streams;
mod turns;

pub(in crate::http) use connection::Watch;
pub(in crate::http) use heavy::{Asked, Heavy};
pub use limits::Limits;
pub(in crate::http) use limits::{KEEP_ALIVE, PIECE_BYTES};
pub(in crate::http) use pieces::Pieces;
pub(in crate::http) use room::{Part, Room, counted};
pub(in crate::http) use streams::{Coded, Made, Streams};

/// What the requests of one process share.
#[derive(Debug)]
pub(in crate::http) struct Bounds {
    pub(in crate::http) limits: Limits,
    /// For bodies that arrive. It is not that of answers, so that nobody keeps others from writing by reading slowly.
    pub(in crate::http) arriving: Room,
    /// For large answers.
    pub(in crate::http) room: Room,
    pub(in crate::http) heavy: Heavy,
    pub(in crate::http) streams: Streams,
}

impl Bounds {
    pub(in crate::http) fn new(limits: Limits) -> Self {
        let arriving = Room::new(limits.traffic_bytes / 4);
        let room = Room::new(limits.traffic_bytes - limits.traffic_bytes / 4);
        let heavy = Heavy::new(&limits, room.clone());
        let streams = Streams::new(&limits, heavy.clone(), room.clone());
        Self { limits, heavy, streams, arriving, room }
    }
}
