//! The line of a request, as the subscriber's own formats write it, in a quarter of the time.
//!
//! Every request writes one, of a few words and numbers that need no escaping, and no message.

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

/// Formats the lines of requests, and leaves all others to the format that it stands before.
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
        match self.format {
            LogFormat::Human => {
                let parts =
                    [now.as_str(), " ", " ".get(level.len() / 5..).unwrap_or_default(), level, " ", target, ":"];
                parts.into_iter().try_for_each(|part| writer.write_str(part))?;
            }
            LogFormat::Json => {
                let parts = [r#"{"timestamp":""#, now.as_str(), r#"","level":""#, level, "\""];
                parts.into_iter().try_for_each(|part| writer.write_str(part))?;
            }
        }
        let mut fields = Fields { format: self.format, writer: writer.by_ref(), done: Ok(()) };
        event.record(&mut fields);
        fields.done?;
        match self.format {
            LogFormat::Human => writer.write_char('\n'),
            LogFormat::Json => {
                [r#","target":""#, target, "\"}\n"].into_iter().try_for_each(|part| writer.write_str(part))
            }
        }
    }
}

/// Writes the fields of an event.
struct Fields<'w> {
    format: LogFormat,
    writer: Writer<'w>,
    done: fmt::Result,
}

impl Fields<'_> {
    fn field(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let [before, after] = match self.format {
            LogFormat::Human => [" ", "="],
            LogFormat::Json => [",\"", "\":"],
        };
        if self.done.is_ok() {
            let name = [before, field.name(), after].into_iter().try_for_each(|part| self.writer.write_str(part));
            self.done = name.and_then(|()| value(&mut self.writer));
        }
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// Numbers and truth values are written alike everywhere.
macro_rules! plain {
    ($($method:ident $type:ty),*) => {$(
        fn $method(&mut self, field: &Field, value: $type) {
            self.field(field, |writer| write!(writer, "{value}"));
        }
    )*};
}

impl Visit for Fields<'_> {
    plain! { record_u64 u64, record_i64 i64, record_bool bool }

    fn record_str(&mut self, field: &Field, value: &str) {
        let format = self.format;
        self.field(field, |writer| match format {
            _ if is_plain(value) => ["\"", value, "\""].into_iter().try_for_each(|part| writer.write_str(part)),
            LogFormat::Human => write!(writer, "{value:?}"),
            LogFormat::Json => writer.write_str(&serde_json::to_string(value).map_err(|_| fmt::Error)?),
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match self.format {
            LogFormat::Human => self.field(field, |writer| write!(writer, "{value:?}")),
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
        /// Without the time at which it was written, whose places are kept.
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
