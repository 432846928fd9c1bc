//! The output of the process log. Lines of requests are written together, all other lines at once.
//!
//! One write to the system for each request costs as much as computing its answer. So the lines of requests wait
//! for each other for a short time. Any other line is written at once, after the lines that wait.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

use super::REQUEST;

/// The maximum time that a line waits.
const WAIT_MAX: Duration = Duration::from_millis(50);
/// The maximum number of bytes that wait.
const WAITING_BYTES_MAX: usize = 16 * 1024;

/// The buffer of waiting lines. Clones share it.
#[derive(Clone)]
pub(super) struct Buffer(Arc<Shared>);

struct Shared {
    waiting: Mutex<Waiting>,
    /// Notified when the first line begins to wait.
    begun: Condvar,
}

struct Waiting {
    bytes: Vec<u8>,
    out: Box<dyn Write + Send>,
}

impl Waiting {
    /// An error is ignored: there is nowhere to report it.
    fn flush(&mut self) {
        drop(self.out.write_all(&self.bytes).and_then(|()| self.out.flush()));
        self.bytes.clear();
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffer").finish_non_exhaustive()
    }
}

impl Buffer {
    /// Starts a buffer that writes to `out`, with a thread that ends with the process.
    pub(super) fn start(out: impl Write + Send + 'static) -> io::Result<Self> {
        let waiting = Waiting { bytes: Vec::with_capacity(WAITING_BYTES_MAX), out: Box::new(out) };
        let buffer = Self(Arc::new(Shared { waiting: Mutex::new(waiting), begun: Condvar::new() }));
        let own = buffer.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || own.flush_on_and_on())?;
        Ok(buffer)
    }

    fn flush_on_and_on(&self) {
        loop {
            let waiting = self.waiting();
            drop(self.0.begun.wait_while(waiting, |waiting| waiting.bytes.is_empty()));
            thread::sleep(WAIT_MAX);
            self.flush();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the waiting lines.
    pub(super) fn flush(&self) {
        self.waiting().flush();
    }
}

/// Receives one line.
#[derive(Debug)]
pub(super) struct Line<'b> {
    buffer: &'b Buffer,
    may_wait: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut waiting = self.buffer.waiting();
        let begins = waiting.bytes.is_empty();
        waiting.bytes.extend_from_slice(bytes);
        if !self.may_wait || waiting.bytes.len() >= WAITING_BYTES_MAX {
            waiting.flush();
        } else if begins {
            self.buffer.0.begun.notify_one();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'b> MakeWriter<'b> for Buffer {
    type Writer = Line<'b>;

    fn make_writer(&'b self) -> Line<'b> {
        Line { buffer: self, may_wait: false }
    }

    fn make_writer_for(&'b self, metadata: &Metadata<'_>) -> Line<'b> {
        Line { buffer: self, may_wait: metadata.target() == REQUEST }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Sends whatever is written to a channel.
    struct Sink(mpsc::Sender<String>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(String::from_utf8_lossy(bytes).into_owned()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn buffer() -> (Buffer, mpsc::Receiver<String>) {
        let (sender, written) = mpsc::channel();
        (Buffer::start(Sink(sender)).expect("a thread"), written)
    }

    fn line(buffer: &Buffer, text: &str, may_wait: bool) {
        Line { buffer, may_wait }.write_all(text.as_bytes()).expect("it only waits");
    }

    #[test]
    fn a_line_that_waits_is_written_in_the_end() {
        let (buffer, written) = buffer();
        line(&buffer, "request\n", true);
        assert_eq!(written.recv_timeout(Duration::from_secs(10)).as_deref(), Ok("request\n"));
    }

    #[test]
    fn a_line_that_does_not_wait_comes_after_those_that_did() {
        let (buffer, written) = buffer();
        line(&buffer, "request\n", true);
        line(&buffer, "error\n", false);
        let said: String = written.try_iter().collect();
        assert_eq!(said, "request\nerror\n");
    }

    #[test]
    fn what_waits_is_bounded() {
        let (buffer, written) = buffer();
        let long = "x".repeat(WAITING_BYTES_MAX);
        line(&buffer, &long, true);
        assert_eq!(written.try_iter().collect::<String>(), long);
    }
}
