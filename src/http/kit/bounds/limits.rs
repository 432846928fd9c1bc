//! The limits themselves. Tests make them small.

use std::{num::NonZero, thread, time::Duration};

/// The length of a piece of a large answer. A shorter answer is sent whole, and is not counted.
pub(in crate::http) const PIECE_BYTES: usize = 64 << 10;

/// How long a connection stays open that nobody asks on.
pub(in crate::http) const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long clients may take, and how much all of them together may take up.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The time in which the head of the first request of a connection must arrive.
    pub head_max: Duration,
    /// The time in which a body must arrive, counted from its head.
    pub body_max: Duration,
    /// The time from the first byte of a request to the first byte of its answer. It also ends later heads that do not
    /// arrive.
    pub request_max: Duration,
    /// The time in which a client that has to wait for more must have taken `taken_bytes_min` of an answer.
    pub taking_max: Duration,
    /// The fewest bytes that it must take in that time.
    pub taken_bytes_min: u64,
    /// The time after which a connection ends on which nothing is read or sent.
    pub idle_max: Duration,
    /// The most bytes of bodies that arrive, which have a quarter of them, and of large answers that are sent.
    pub traffic_bytes: usize,
    /// How many heavy answers are made at once.
    pub heavy_places: usize,
    /// How many more may wait.
    pub heavy_waiting_max: usize,
    /// How long one may wait.
    pub heavy_wait_max: Duration,
    /// How many answers are made while they are sent, at once.
    pub streams_max: usize,
    /// How long it may take to send one. Meanwhile the directory is kept as it was.
    pub stream_max: Duration,
}

impl Limits {
    /// The usual ones, with that total for bodies and large answers.
    pub fn new(traffic_bytes: usize) -> Self {
        Self {
            head_max: Duration::from_secs(10),
            body_max: Duration::from_secs(30),
            request_max: Duration::from_secs(60),
            taking_max: Duration::from_secs(30),
            taken_bytes_min: 128 << 10,
            idle_max: KEEP_ALIVE + Duration::from_secs(10),
            traffic_bytes,
            heavy_places: (thread::available_parallelism().map_or(1, NonZero::get) / 2).max(1),
            heavy_waiting_max: 64,
            heavy_wait_max: Duration::from_secs(10),
            streams_max: 8,
            stream_max: Duration::from_secs(60 * 60),
        }
    }
}
