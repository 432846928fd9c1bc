//! Made-up input for what reads from outside, in tests alone.

use std::panic::RefUnwindSafe;

/// One byte in so many pieces may be any.
const BYTE_EVERY: u16 = 8;

/// Tries texts that are made of these pieces and of other bytes: for a second, or for as many milliseconds as the
/// environment variable `BOLERO_RANDOM_TEST_TIME_MS` says.
pub(crate) fn try_texts(pieces: &[&str], test: impl Fn(&[u8]) + RefUnwindSafe) {
    bolero::check!().with_type::<Vec<u16>>().for_each(|choices| {
        let mut text = Vec::new();
        for choice in choices {
            let (sort, at) = (choice % BYTE_EVERY, choice / BYTE_EVERY);
            match pieces.get(usize::from(at) % pieces.len()) {
                Some(piece) if sort > 0 => text.extend_from_slice(piece.as_bytes()),
                _ => text.push(at.to_le_bytes()[0]),
            }
        }
        test(&text);
    });
}
