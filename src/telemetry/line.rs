//! Writes the log line of a request like the subscriber's own formats, in a quarter of the time.
//!
//! Such a line has a few words and numbers that need no escaping, and no message.

use std::fmt::{self, Debug};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

use super::{LogFormat, REQUEST};
use crate::{
    clock::{Clock, SystemClock},
    domain::Digits,
};

/// Enough bytes for most lines.
const LINE_BYTES_USUAL: usize = 256;

/// Formats the lines of requests and leaves all other lines to the wrapped format.
#[derive(Debug, Clone)]
pub(super) struct Lines<F> {
    format: LogFormat,
    others: F,
}

impl<F> Lines<F> {
    pub(super) fn human(others: F) -> Self {
        Self { format: LogFormat::Human, others }
    }

    pub(super) fn json(others: F) -> Self {
        Self { format: LogFormat::Json, others }
    }
}

impl<S, N, F> FormatEvent<S, N> for Lines<F>
where
    S: Subscriber + for<'l> LookupSpan<'l>,
    N: for<'w> FormatFields<'w> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let metadata = event.metadata();
        if metadata.target() != REQUEST || writer.has_ansi_escapes() || context.lookup_current().is_some() {
            return self.others.format_event(context, writer, event);
        }
        let now = Digits::to_the_microsecond(SystemClock.now());
        let (level, target) = (metadata.level().as_str(), metadata.target());
        let mut fields = Fields { format: self.format, line: String::with_capacity(LINE_BYTES_USUAL) };
        match self.format {
            LogFormat::Human => {
                let indent = " ".get(level.len() / 5..).unwrap_or_default();
                fields.push([now.as_str(), " ", indent, level, " ", target, ":"]);
            }
            LogFormat::Json => fields.push([r#"{"timestamp":""#, now.as_str(), r#"","level":""#, level, "\""]),
        }
        event.record(&mut fields);
        match self.format {
            LogFormat::Human => fields.push(["\n"]),
            LogFormat::Json => fields.push([r#","target":""#, target, "\"}\n"]),
        }
        writer.write_str(&fields.line)
    }
}

/// A line with the fields of an event.
struct Fields {
    format: LogFormat,
    line: String,
}

impl Fields {
    fn push<const N: usize>(&mut self, parts: [&str; N]) {
        parts.into_iter().for_each(|part| self.line.push_str(part));
    }

    fn name(&mut self, field: &Field) {
        match self.format {
            LogFormat::Human => self.push([" ", field.name(), "="]),
            LogFormat::Json => self.push([",\"", field.name(), "\":"]),
        }
    }

    fn value(&mut self, value: impl Debug) {
        self.push([&format!("{value:?}")]);
    }
}

fn is_plain(text: &str) -> bool {
    // Without a branch, the compiler checks many bytes at once.
    let plain = |byte: u8| byte.is_ascii_graphic() & (byte != b'"') & (byte != b'\\');
    text.bytes().fold(true, |all, byte| all & plain(byte))
}

/// Writes the integer types, which all have the same form.
macro_rules! whole {
    ($($method:ident $type:ty),*) => {$(
        fn $method(&mut self, field: &Field, value: $type) {
            self.name(field);
            self.line.push_str(itoa::Buffer::new().format(value));
        }
    )*};
}

impl Visit for Fields {
    whole! { record_u64 u64, record_i64 i64 }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.name(field);
        self.value(value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.name(field);
        match self.format {
            _ if is_plain(value) => self.push(["\"", value, "\""]),
            LogFormat::Human => self.value(value),
            LogFormat::Json => self.line.push_str(&serde_json::Value::from(value).to_string()),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match self.format {
            LogFormat::Human => {
                self.name(field);
                self.value(value);
            }
            LogFormat::Json => self.record_str(field, &format!("{value:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use tracing_subscriber::{fmt, layer::SubscriberExt};

    use super::*;

    #[derive(Debug, Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("nobody panics").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Written {
        /// The text with its time blanked out.
        fn text(&self) -> String {
            let text = String::from_utf8(self.0.lock().expect("nobody panics").clone()).expect("text");
            let begin = text.find("20").expect("a year");
            let (before, time) = text.split_at(begin);
            let (time, after) = time.split_once('Z').expect("in UTC");
            let places: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            format!("{before}{places}Z{after}")
        }
    }

    fn log(request_id: &str) {
        tracing::info!(
            target: REQUEST,
            method = "GET", route = "/orgs/{id}", status = 200_u16, request_id,
            revision = Some(u64::MAX), nothing = None::<u64>, debug = ?["\""], whole = -1, is = true,
        );
    }

    #[test]
    fn a_line_is_that_of_the_subscribers_own_format() {
        for request_id in ["01890a5d-ac96-774b-bcce-b302099a8058", "党\"\\\u{1b}[1m\n"] {
            let (own, stock) = (Written::default(), Written::default());
            let layer = |written: &Written| {
                let written = written.clone();
                fmt::layer().with_ansi(false).with_writer(move || written.clone())
            };
            let ours = tracing_subscriber::registry().with(layer(&own).map_event_format(Lines::human));
            tracing::subscriber::with_default(ours, || log(request_id));
            tracing::subscriber::with_default(tracing_subscriber::registry().with(layer(&stock)), || log(request_id));
            assert!(own.text().contains(" INFO campus_org::request: method=\"GET\" route="), "{}", own.text());
            assert_eq!(own.text(), stock.text());

            let (own, stock) = (Written::default(), Written::default());
            let json = |written: &Written| layer(written).json().flatten_event(true).with_current_span(false);
            let ours = tracing_subscriber::registry().with(json(&own).map_event_format(Lines::json));
            tracing::subscriber::with_default(ours, || log(request_id));
            tracing::subscriber::with_default(tracing_subscriber::registry().with(json(&stock)), || log(request_id));
            assert_eq!(own.text(), stock.text());
        }
    }
}
