//! Large answers in pieces.
//!
//! The dispatcher copies whatever a body gives it into the buffer of the connection, so a body that is given whole is
//! there once for every client that has not read it. Pieces of one answer are slices of the same bytes.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, MessageBody},
    web::Bytes,
};

use super::{
    super::problem::Problem,
    limits::PIECE_BYTES,
    room::{Part, Room},
};

/// How many pieces are sent before others have their turn: a client that reads fast would keep the thread until the end.
const PIECES_AT_A_TIME: usize = 3;
/// What a connection that sends pieces has of them in its buffer.
const BUFFERED_BYTES: usize = 2 * PIECE_BYTES;

/// The body of a large answer.
#[derive(Debug)]
pub(in crate::http) struct Pieces {
    whole: u64,
    left: Bytes,
    /// How many pieces were sent since others had their turn.
    sent: usize,
    /// What it takes, with the buffer of the connection.
    _part: Part,
}

impl Pieces {
    /// Of `bytes`, of which nobody else has any unless they are `shared`.
    ///
    /// # Errors
    ///
    /// There is no room for them, or for one more buffer.
    pub(in crate::http) fn new(bytes: Bytes, shared: bool, room: &Room) -> Result<Self, Problem> {
        let mut part = room.part();
        part.grow_to(BUFFERED_BYTES + if shared { 0 } else { bytes.len() })?;
        Ok(Self { whole: bytes.len() as u64, left: bytes, sent: 0, _part: part })
    }
}

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.whole)
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        if self.sent == PIECES_AT_A_TIME {
            self.sent = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.sent += 1;
        let length = self.left.len().min(PIECE_BYTES);
        let piece = self.left.split_to(length);
        Poll::Ready((!piece.is_empty()).then_some(Ok(piece)))
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, pin::pin};

    use super::*;

    #[actix_web::test]
    async fn pieces_are_slices_of_the_same_bytes() {
        let bytes = Bytes::from(vec![b'x'; 3 * PIECE_BYTES + 1]);
        let body = Pieces::new(bytes.clone(), true, &Room::new(BUFFERED_BYTES)).expect("there is room");
        assert_eq!(body.size(), BodySize::Sized(bytes.len() as u64));
        let mut body = pin!(body);
        let mut at = 0;
        let mut turns = 0;
        for length in [PIECE_BYTES, PIECE_BYTES, PIECE_BYTES, 1] {
            let next = poll_fn(|cx| {
                let next = body.as_mut().poll_next(cx);
                turns += usize::from(next.is_pending());
                next
            });
            let piece = next.await.expect("a piece").expect("never fails");
            assert_eq!((piece.len(), piece.as_ptr()), (length, bytes.slice(at..).as_ptr()));
            at += length;
        }
        assert!(poll_fn(|cx| body.as_mut().poll_next(cx)).await.is_none());
        assert_eq!(turns, 1, "others have their turn");
    }

    #[test]
    fn each_sender_takes_room() {
        let room = Room::new(BUFFERED_BYTES);
        let first = Pieces::new(Bytes::new(), false, &room).expect("there is room");
        assert!(Pieces::new(Bytes::new(), true, &room).is_err());
        drop(first);
        assert!(Pieces::new(Bytes::from_static(b"x"), false, &room).is_err(), "its own bytes count");
        assert!(Pieces::new(Bytes::from_static(b"x"), true, &room).is_ok());
    }
}
