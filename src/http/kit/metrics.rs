//! What an operator watches, in the text format of Prometheus.
//!
//! Labels are route templates, methods and statuses, never anything that a caller can make up.

use std::{
    cell::RefCell,
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

use super::source::Source;

/// Upper bounds of the histogram's buckets, in seconds.
const BUCKETS_SECONDS: &[f64] =
    &[0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

thread_local! {
    /// The counters that this thread has used, by the places of what names them: to find them by the texts
    /// takes longer than to count.
    static KNOWN: RefCell<HashMap<Named, (IntCounter, Histogram)>> = RefCell::default();
}

/// The instance of [`Metrics`], the addresses of the constants route and method, and the status.
#[derive(PartialEq, Eq)]
struct Named {
    number: u64,
    route: usize,
    method: usize,
    status: u16,
}

impl Hash for Named {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        // A route has few methods and statuses. Comparing them is faster than hashing them.
        hasher.write_usize(self.route);
    }
}

/// Numbers the instances of [`Metrics`]: tests have several.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// The measured values of one process. Clones share them.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

/// Counts the answers to one question that may be kept.
#[derive(Debug)]
pub(in crate::http) struct KeptCounters {
    /// Those that were.
    pub(in crate::http) found: IntCounter,
    /// Those that had to be written.
    pub(in crate::http) written: IntCounter,
}

#[derive(Debug)]
struct Inner {
    number: u64,
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    kept: IntCounterVec,
    revision: IntGauge,
    objects: IntGaugeVec,
    queue: IntGauge,
    ready: IntGauge,
    database_errors: IntCounter,
    clock_jumps: IntCounter,
    audit_dropped: IntCounter,
}

impl Metrics {
    /// Nothing measured yet.
    ///
    /// # Errors
    ///
    /// A name or label that Prometheus does not allow, or one used twice: a fault of this file.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let opts = |name: &str, help: &str| Opts::new(name, help).namespace("campus_org");
        let requests = IntCounterVec::new(
            opts("http_requests_total", "Requests answered, by route, method and status."),
            &["route", "method", "status"],
        )?;
        let durations = HistogramVec::new(
            HistogramOpts {
                common_opts: opts("http_request_duration_seconds", "Time until the head of the answer is ready."),
                buckets: BUCKETS_SECONDS.to_vec(),
            },
            &["route", "method"],
        )?;
        let kept = IntCounterVec::new(
            opts("kept_answers_total", "Answers that may be kept, by what was asked and by whether they were."),
            &["question", "kept"],
        )?;
        let revision = IntGauge::with_opts(opts("revision", "Revision of the snapshot that answers questions."))?;
        let objects =
            IntGaugeVec::new(opts("snapshot_objects", "Objects in the snapshot, ended ones too."), &["kind"])?;
        let queue = IntGauge::with_opts(opts("writer_queue_length", "Commands that wait for the writer."))?;
        let ready = IntGauge::with_opts(opts("ready", "1 where /health/ready answers 200, else 0."))?;
        let database_errors =
            IntCounter::with_opts(opts("database_errors_total", "Operations of the database that failed."))?;
        let clock_jumps = IntCounter::with_opts(opts(
            "clock_jumps_total",
            "How often the clock moved by more than a second apart from the time that passed.",
        ))?;
        let audit_dropped = IntCounter::with_opts(opts(
            "audit_dropped_total",
            "Refusals that the audit does not have, because there were too many sorts of them at once.",
        ))?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(durations.clone()))?;
        registry.register(Box::new(kept.clone()))?;
        registry.register(Box::new(revision.clone()))?;
        registry.register(Box::new(objects.clone()))?;
        registry.register(Box::new(queue.clone()))?;
        registry.register(Box::new(ready.clone()))?;
        registry.register(Box::new(database_errors.clone()))?;
        registry.register(Box::new(clock_jumps.clone()))?;
        registry.register(Box::new(audit_dropped.clone()))?;
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let inner = Inner {
            number,
            registry,
            requests,
            durations,
            kept,
            revision,
            objects,
            queue,
            ready,
            database_errors,
            clock_jumps,
            audit_dropped,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Counts one answered request. Both texts must be written in the program.
    pub(in crate::http) fn observe(&self, route: &'static str, method: &'static str, status: u16, took: Duration) {
        KNOWN.with_borrow_mut(|known| {
            let [route_at, method_at] = [route, method].map(|text| text.as_ptr().addr());
            let key = Named { number: self.0.number, route: route_at, method: method_at, status };
            let (requests, duration) = known.entry(key).or_insert_with(|| {
                let mut digits = [0; 3];
                let labels = [route, method, status_text(status, &mut digits)];
                let duration = self.0.durations.with_label_values(&[route, method]);
                (self.0.requests.with_label_values(&labels), duration)
            });
            requests.inc();
            duration.observe(took.as_secs_f64());
        });
    }

    /// What counts the answers to a question that may be kept.
    pub(in crate::http) fn of_kept(&self, question: &str) -> KeptCounters {
        let counter = |kept| self.0.kept.with_label_values(&[question, kept]);
        KeptCounters { found: counter("true"), written: counter("false") }
    }

    /// All values as text; those of the directory are asked for now.
    pub fn render(&self, source: &dyn Source) -> Result<String, prometheus::Error> {
        let Inner {
            number: _,
            registry,
            requests: _,
            durations: _,
            kept: _,
            revision,
            objects,
            queue,
            ready,
            database_errors,
            clock_jumps,
            audit_dropped,
        } = &*self.0;
        let gauge = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let snapshot = source.snapshot();
        revision.set(gauge(snapshot.revision()));
        let crate::directory::Counts { orgs, people, posts, roles, supervisions } = snapshot.counts();
        let counts =
            [("org", orgs), ("person", people), ("post", posts), ("role", roles), ("supervision", supervisions)];
        for (kind, count) in counts {
            objects.with_label_values(&[kind]).set(gauge(count as u64));
        }
        queue.set(gauge(source.queue_len() as u64));
        ready.set(i64::from(source.readiness().is_ok()));
        database_errors.inc_by(source.database_errors().saturating_sub(database_errors.get()));
        clock_jumps.inc_by(source.clock_jumps().saturating_sub(clock_jumps.get()));
        audit_dropped.inc_by(source.audit_dropped().saturating_sub(audit_dropped.get()));
        TextEncoder::new().encode_to_string(&registry.gather())
    }
}

fn status_text(status: u16, digits: &mut [u8; 3]) -> &str {
    for (digit, unit) in digits.iter_mut().zip([100, 10, 1]) {
        *digit = b'0' + u8::try_from(status / unit % 10).unwrap_or_default();
    }
    std::str::from_utf8(digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::kit::source::fake::Fake;

    #[test]
    fn what_happened_is_told() {
        let metrics = Metrics::new().expect("legal names");
        metrics.observe("/orgs/{id}", "GET", 404, Duration::from_millis(2));
        let source = Fake::at(20);
        for _ in 0..2 {
            let text = metrics.render(&*source).expect("renders");
            for line in [
                r#"campus_org_http_requests_total{method="GET",route="/orgs/{id}",status="404"} 1"#,
                r#"campus_org_http_request_duration_seconds_bucket{method="GET",route="/orgs/{id}",le="0.0025"} 1"#,
                "campus_org_revision 20",
                r#"campus_org_snapshot_objects{kind="role"} 0"#,
                "campus_org_writer_queue_length 3",
                "campus_org_database_errors_total 2",
                "campus_org_clock_jumps_total 1",
                "campus_org_audit_dropped_total 4",
                "campus_org_ready 1",
            ] {
                assert!(text.lines().any(|found| found == line), "{line}\n{text}");
            }
        }
    }
}
