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

pub(in crate::http) use connection::Watch;
pub(in crate::http) use heavy::{Asked, Heavy};
pub use limits::Limits;
pub(in crate::http) use limits::PIECE_BYTES;
pub(in crate::http) use pieces::Pieces;
pub(in crate::http) use room::{Part, Room, counted};

/// What the requests of one process share.
#[derive(Debug)]
pub(in crate::http) struct Bounds {
    pub(in crate::http) limits: Limits,
    pub(in crate::http) room: Room,
    pub(in crate::http) heavy: Heavy,
}

impl Bounds {
    pub(in crate::http) fn new(limits: Limits) -> Self {
        let room = Room::new(limits.traffic_bytes);
        Self { limits, heavy: Heavy::new(&limits, room.clone()), room }
    }
}
