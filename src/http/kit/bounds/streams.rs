//! Answers that are made while they are sent, so that no more than a piece of one is in memory.
//!
//! A piece is made in a place for heavy answers, and only when the client has taken the one before. So a client that
//! reads slowly keeps nobody waiting, and is cut like any other. How many there are at once is bounded, and how long one
//! takes.

use std::{
    fmt,
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

use actix_web::{
    HttpRequest,
    body::{BodyStream, BoxBody},
    http::header::Encoding,
    web::Bytes,
};
use flate2::write::GzEncoder;
use futures_util::stream;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::{
    super::{audited::Recorder, compression::best, problem::Problem},
    heavy::Heavy,
    limits::{Limits, PIECE_BYTES},
    room::{Part, Room, busy},
};

/// What one takes at most: what makes it, the compressor, a piece, and the buffer of the connection.
const STREAM_BYTES: usize = 8 << 20;
/// How much is compressed for a piece. What comes out is a tenth of it or less.
const COMPRESSED_BYTES: usize = 8 * PIECE_BYTES;
/// Higher levels take more memory for little.
const ZSTD_LEVEL: i32 = 1;

/// Makes the parts of an answer, one after another.
pub(in crate::http) trait Made: Send + 'static {
    /// Is told that a piece begins.
    fn begin_piece(&mut self);

    /// Writes the next part, which is short. `false`: there was none.
    fn write_next(&mut self) -> io::Result<bool>;

    /// Where it writes to.
    fn out(&mut self) -> &mut Coded;
}

/// Bytes in the content coding that a client accepts.
pub(in crate::http) struct Coded {
    coder: Coder,
    /// How many bytes came in since the last piece.
    written: usize,
}

enum Coder {
    Identity(Vec<u8>),
    Gzip(GzEncoder<Vec<u8>>),
    Zstd(zstd::Encoder<'static, Vec<u8>>),
}

impl fmt::Debug for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coded").field("coding", &self.coding()).finish_non_exhaustive()
    }
}

impl Coded {
    /// For the client of a request.
    ///
    /// # Errors
    ///
    /// There is no memory for the compressor.
    pub(in crate::http) fn for_client(request: &HttpRequest) -> Result<Self, Problem> {
        let best = best(request, &[Encoding::identity(), Encoding::gzip(), Encoding::zstd()]);
        let coder = if best == Some(Encoding::zstd()) {
            Coder::Zstd(zstd::Encoder::new(Vec::new(), ZSTD_LEVEL).map_err(Problem::internal)?)
        } else if best == Some(Encoding::gzip()) {
            Coder::Gzip(GzEncoder::new(Vec::new(), flate2::Compression::fast()))
        } else {
            Coder::Identity(Vec::new())
        };
        Ok(Self { coder, written: 0 })
    }

    /// What the header says, if it is compressed.
    pub(in crate::http) fn coding(&self) -> Option<&'static str> {
        match self.coder {
            Coder::Identity(_) => None,
            Coder::Gzip(_) => Some("gzip"),
            Coder::Zstd(_) => Some("zstd"),
        }
    }

    /// Whether there is enough for a piece.
    fn is_full(&self) -> bool {
        self.written >= if self.coding().is_some() { COMPRESSED_BYTES } else { PIECE_BYTES }
    }

    /// What came out: all that a client needs to read what came in. At the end, also what ends it.
    fn take(&mut self, is_end: bool) -> io::Result<Vec<u8>> {
        self.written = 0;
        Ok(match &mut self.coder {
            Coder::Identity(bytes) => std::mem::take(bytes),
            Coder::Gzip(encoder) => {
                if is_end {
                    encoder.try_finish()?
                } else {
                    encoder.flush()?
                }
                std::mem::take(encoder.get_mut())
            }
            Coder::Zstd(encoder) => {
                if is_end {
                    encoder.do_finish()?
                } else {
                    encoder.flush()?
                }
                std::mem::take(encoder.get_mut())
            }
        })
    }
}

impl Write for Coded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.coder {
            Coder::Identity(out) => out.write(bytes),
            Coder::Gzip(encoder) => encoder.write(bytes),
            Coder::Zstd(encoder) => encoder.write(bytes),
        }?;
        self.written += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The places for such answers.
#[derive(Debug)]
pub(in crate::http) struct Streams {
    places: Arc<Semaphore>,
    time_max: Duration,
    heavy: Heavy,
    room: Room,
}

/// An answer that is being sent.
struct Stream<M> {
    made: M,
    recorder: Recorder,
    until: Instant,
    heavy: Heavy,
    _place: OwnedSemaphorePermit,
    _part: Part,
}

impl Streams {
    pub(super) fn new(limits: &Limits, heavy: Heavy, room: Room) -> Self {
        let Limits { streams_max, stream_max, .. } = *limits;
        Self { places: Arc::new(Semaphore::new(streams_max)), time_max: stream_max, heavy, room }
    }

    /// The body of the answer that `made` makes. Its first piece is made now, and what that shows is recorded like that of
    /// any answer; `recorder` records what the rest shows.
    ///
    /// # Errors
    ///
    /// There are too many such answers, or too many heavy ones.
    pub(in crate::http) async fn body<M: Made>(&self, made: M, recorder: Recorder) -> Result<BoxBody, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy())?;
        let mut part = self.room.part();
        part.grow_to(STREAM_BYTES)?;
        let (made, first) = self.heavy.alone(|| piece(made)).await?;
        let first = first.map_err(Problem::internal)?;
        let until = Instant::now() + self.time_max;
        let stream = Stream { made, recorder, until, heavy: self.heavy.clone(), _place: place, _part: part };
        let pieces = stream::unfold(Some((stream, Some(first))), async |state| {
            let (stream, first) = state?;
            let next = match first {
                Some(first) => Ok((stream, first)),
                None => stream.next().await,
            };
            match next {
                Ok((stream, Piece { bytes, is_last })) => {
                    Some((Ok(Bytes::from(bytes)), (!is_last).then_some((stream, None))))
                }
                Err(error) => {
                    tracing::error!(cause = %error, "an answer breaks off");
                    Some((Err(error), None))
                }
            }
        });
        Ok(BoxBody::new(BodyStream::new(Box::pin(pieces))))
    }
}

impl<M: Made> Stream<M> {
    async fn next(self) -> io::Result<(Self, Piece)> {
        let Self { made, recorder, until, heavy, _place, _part } = self;
        if Instant::now() > until {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "it takes too long"));
        }
        let (made, piece) = heavy.next(|| piece(made)).await?;
        let piece = piece?;
        recorder.record().await.map_err(|error| io::Error::other(error.to_string()))?;
        Ok((Self { made, recorder, until, heavy, _place, _part }, piece))
    }
}

/// Some of the bytes of an answer.
struct Piece {
    bytes: Vec<u8>,
    is_last: bool,
}

fn piece<M: Made>(mut made: M) -> (M, io::Result<Piece>) {
    let mut write = || {
        made.begin_piece();
        let mut is_last = false;
        while !is_last && !made.out().is_full() {
            is_last = !made.write_next()?;
        }
        Ok(Piece { bytes: made.out().take(is_last)?, is_last })
    };
    let piece = write();
    (made, piece)
}
