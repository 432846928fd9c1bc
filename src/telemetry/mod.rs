//! The process log: one subscriber that writes to standard error.

mod buffer;
mod format;
mod line;

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

pub use self::format::{LogFormat, REQUEST};
use self::{buffer::Buffer, line::Lines};

/// The reason why the process log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is invalid.
    #[error("the log filter {filter:?} cannot be read: {source}")]
    Filter {
        /// The given filter.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// The process already has a subscriber.
    #[error("the log is set up already")]
    Twice,
    /// The thread of the log cannot be started.
    #[error("the log has no thread: {0}")]
    Thread(std::io::Error),
}

/// The process log. Lines of requests wait for a moment: drop it last, so that they are written.
#[derive(Debug)]
#[must_use = "what is held back is written when it is dropped"]
pub struct Log(Buffer);

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush();
    }
}

/// Starts to log what `filter` selects, such as `info` or `info,sqlx=debug`.
///
/// # Errors
///
/// The filter is invalid, the process log was started before, or its thread cannot be started.
pub fn init(format: LogFormat, filter: &str) -> Result<Log, TelemetryError> {
    let filter =
        EnvFilter::try_new(filter).map_err(|source| TelemetryError::Filter { filter: filter.to_owned(), source })?;
    let buffer = Buffer::start(std::io::stderr()).map_err(TelemetryError::Thread)?;
    let lines = fmt::layer().with_writer(buffer.clone()).with_ansi(std::io::stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(filter);
    let done = match format {
        LogFormat::Human => registry.with(lines.map_event_format(Lines::human)).try_init(),
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_current_span(false);
            registry.with(lines.map_event_format(Lines::json)).try_init()
        }
    };
    done.map_err(|_| TelemetryError::Twice)?;
    Ok(Log(buffer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_named() {
        let error = init(LogFormat::Human, "a=b=c").expect_err("no filter");
        assert!(error.to_string().contains("a=b=c"));
    }
}
