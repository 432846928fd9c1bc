//! One request of a connection at a time.
//!
//! A client may send further requests before the first is answered (pipelining). The dispatcher reads all that have
//! arrived into memory, and a request takes some 300 times as many bytes there as on the wire. So it gets the next request
//! only when the answer to the one before has begun; what has arrived too early waits in the kernel, and a part of it
//! here. For this it is enough to know where a request ends. Whether it is legal, the dispatcher decides.

use memchr::{memchr, memmem};

/// The most bytes of further requests that wait here.
pub(super) const EARLY_BYTES_MAX: usize = 4096;
/// The most bytes of a line that are looked at.
const LINE_BYTES_MAX: usize = 256;

/// How an answer begins. One digit of the version follows, which is that of the request.
const ANSWER: &[u8] = b"HTTP/1.";
const STATUS_AT: usize = ANSWER.len() + 1;
/// How it goes on if it only asks for the body.
const CONTINUE: &[u8] = b" 100 ";
const BEGINNING_BYTES: usize = STATUS_AT + CONTINUE.len();

/// Where a connection is.
#[derive(Debug, Clone, Copy)]
enum At {
    /// Before a request, where empty lines do not count.
    Start,
    /// In the head of a request.
    Head,
    /// In a body or chunk of which so many bytes are left.
    Body(u64),
    /// In the line before a chunk.
    Size,
    /// In the lines after the last chunk.
    Trailer,
    /// At the end of a request.
    End,
}

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length(u64),
    Chunks,
}

/// Whose turn it is on a connection.
#[derive(Debug)]
pub(super) struct Turns {
    at: At,
    /// The present line, as far as it has arrived in earlier pieces.
    line: Vec<u8>,
    framing: Framing,
    /// Whether the answer to the present request has begun.
    answered: bool,
    /// The last bytes that were sent before it, if any.
    tail: Vec<u8>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { at: At::Start, line: Vec::new(), framing: Framing::Length(0), answered: false, tail: Vec::new() }
    }
}

impl Turns {
    /// Whether the client must wait before it may ask again.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.at, At::End) && !self.answered
    }

    /// Notes that bytes are sent. Returns whether the answer to the present request begins in them. They may also have
    /// the end of the answer before.
    pub(super) fn sent(&mut self, bytes: &[u8]) -> bool {
        if self.answered {
            return false;
        }
        self.answered = begins(bytes);
        if !self.answered {
            // Its beginning may be cut in two.
            self.tail.extend(bytes.get(..BEGINNING_BYTES).unwrap_or(bytes));
            self.answered = begins(&self.tail);
            let last = bytes.len().saturating_sub(BEGINNING_BYTES);
            self.tail.extend(bytes.get(last.max(BEGINNING_BYTES)..).unwrap_or_default());
            self.tail.drain(..self.tail.len().saturating_sub(BEGINNING_BYTES));
        }
        if self.answered {
            self.tail.clear();
        }
        self.answered
    }

    /// How many of the bytes that have arrived belong to the present request.
    pub(super) fn take(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        while let Some(left) = bytes.get(taken..).filter(|left| !left.is_empty()) {
            taken += match self.at {
                At::End if self.answered => {
                    (self.at, self.framing, self.answered) = (At::Start, Framing::Length(0), false);
                    0
                }
                At::End => break,
                At::Body(rest) => {
                    let length = left.len().min(usize::try_from(rest).unwrap_or(usize::MAX));
                    self.at = match (rest - length as u64, self.framing) {
                        (0, Framing::Length(_)) => At::End,
                        (0, Framing::Chunks) => At::Size,
                        (rest, _) => At::Body(rest),
                    };
                    length
                }
                At::Start | At::Head | At::Size | At::Trailer => self.take_line(left),
            };
        }
        taken
    }

    /// Takes the rest of a line, or what there is of it.
    fn take_line(&mut self, left: &[u8]) -> usize {
        let length = memchr(b'\n', left).map(|end| end + 1);
        let piece = left.get(..length.unwrap_or(left.len())).unwrap_or_default();
        if length.is_some() && self.line.is_empty() {
            self.end_line(piece);
        } else {
            let room = LINE_BYTES_MAX.saturating_sub(self.line.len()).min(piece.len());
            self.line.extend_from_slice(piece.get(..room).unwrap_or_default());
            if length.is_some() {
                let line = std::mem::take(&mut self.line);
                self.end_line(&line);
            }
        }
        piece.len()
    }

    fn end_line(&mut self, line: &[u8]) {
        let line = line.trim_ascii_end();
        self.at = match (self.at, line.is_empty()) {
            (At::Start, true) => At::Start,
            (At::Start, false) => At::Head,
            (At::Head, false) => {
                self.framing = framing_of(line).unwrap_or(self.framing);
                At::Head
            }
            (At::Head, true) => match self.framing {
                Framing::Length(0) => At::End,
                Framing::Length(length) => At::Body(length),
                Framing::Chunks => At::Size,
            },
            // The end of a chunk.
            (At::Size, true) => At::Size,
            (At::Size, false) => match size_of_chunk(line) {
                Some(0) => At::Trailer,
                Some(size) => At::Body(size),
                None => At::End,
            },
            (At::Trailer, false) => At::Trailer,
            (At::Trailer | At::Body(_) | At::End, _) => At::End,
        };
    }
}

/// Whether an answer begins in these bytes. One that only asks for the body does not count.
fn begins(bytes: &[u8]) -> bool {
    let begins_at = |at: usize| {
        let status = bytes.get(at + STATUS_AT..at + BEGINNING_BYTES);
        status.is_some_and(|status| status.starts_with(b" ") && status != CONTINUE)
    };
    // Mostly it is at once there.
    (bytes.starts_with(ANSWER) && begins_at(0)) || memmem::find_iter(bytes, ANSWER).any(begins_at)
}

/// What a field of a head says about the body.
fn framing_of(field: &[u8]) -> Option<Framing> {
    if !matches!(field.first(), Some(b'c' | b'C' | b't' | b'T')) {
        return None;
    }
    let (name, value) = std::str::from_utf8(field).ok()?.split_once(':')?;
    if name.eq_ignore_ascii_case("transfer-encoding") {
        return Some(Framing::Chunks);
    }
    let is_length = name.eq_ignore_ascii_case("content-length");
    is_length.then(|| value.trim().parse().ok()).flatten().map(Framing::Length)
}

/// The size in the line before a chunk.
fn size_of_chunk(line: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(line).ok()?.split(';').next()?.trim();
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "GET /orgs HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const POST: &str = "POST /orgs HTTP/1.1\r\nhost: localhost\r\ncontent-LENGTH: 4\r\n\r\n\n\n\n\n";
    const CHUNKS: &str =
        "POST /orgs HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4;a=b\r\n\r\n\r\n\r\n0\r\nExpires: never\r\n\r\n";
    const BARE: &str = "GET / HTTP/1.1\nhost:\n\n";

    /// Gives all bytes in pieces, and answers each request when it has ended. Returns where the requests ended.
    fn ends(text: &str, piece: usize) -> Vec<usize> {
        let (mut turns, mut at, mut found) = (Turns::default(), 0, Vec::new());
        while at < text.len() {
            let arrived = &text.as_bytes()[at..(at + piece).min(text.len())];
            at += turns.take(arrived);
            if turns.is_over() {
                found.push(at);
                assert!(turns.sent(b"HTTP/1.1 200 OK"));
            }
        }
        found
    }

    #[test]
    fn requests_are_given_one_after_the_other() {
        let all = [GET, POST, "\r\n", CHUNKS, BARE, GET].concat();
        let lengths = [GET.len(), POST.len(), 2 + CHUNKS.len(), BARE.len(), GET.len()];
        let expected: Vec<usize> = lengths
            .iter()
            .scan(0, |sum, length| {
                *sum += length;
                Some(*sum)
            })
            .collect();
        for piece in [1, 2, 3, 7, 50, all.len()] {
            assert_eq!(ends(&all, piece), expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn an_answer_before_the_end_of_a_request_counts_for_it() {
        let mut turns = Turns::default();
        let (first, second) = POST.split_at(POST.len() - 2);
        assert_eq!(turns.take(first.as_bytes()), first.len());
        assert!(turns.sent(b"HTTP/1.1 401 Unauthorized"));
        assert_eq!(turns.take(second.as_bytes()), second.len());
        assert!(!turns.is_over());
        let next = [GET, GET].concat();
        assert_eq!(turns.take(next.as_bytes()), GET.len());
        assert!(turns.is_over());
    }

    #[test]
    fn the_beginning_of_an_answer_is_found_wherever_it_is() {
        for pieces in [
            &["HTTP/1.1 200 OK"][..],
            &["the end of another\"}HTTP/1.1 200 OK"],
            &["the end of another\"}HTT", "P/1.1 200 OK"],
            &["HTTP/1.1 2", "00 OK"],
            &["HTTP/1.0 200 OK"],
            &["H", "T", "TP/1.", "1 ", "20", "0 OK"],
            &["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK"],
        ] {
            let mut turns = Turns::default();
            assert_eq!(turns.take(GET.as_bytes()), GET.len());
            let found: Vec<bool> = pieces.iter().map(|piece| turns.sent(piece.as_bytes())).collect();
            assert_eq!(found.iter().filter(|found| **found).count(), 1, "{pieces:?} {found:?}");
            assert!(found.last() == Some(&true) || pieces[0].len() == 1, "{pieces:?} {found:?}");
        }
        let mut turns = Turns::default();
        turns.take(GET.as_bytes());
        assert!(!turns.sent(b"HTTP/1.1 100 Continue\r\n\r\n") && !turns.sent(b"{\"a\": 1}") && turns.is_over());
    }
}
