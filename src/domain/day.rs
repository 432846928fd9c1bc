//! Days, half-open periods of days, and instants.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time, UTC.
pub type Instant = DateTime<Utc>;

/// A calendar day, counted in days since 1970-01-01; written `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// The first day that the directory accepts.
    pub const MIN: Self = Self(-354_285);
    /// The last day that the directory accepts.
    pub const MAX: Self = Self(376_199);
    /// The regular expression that the published schema gives.
    pub const PATTERN: &'static str = "^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

    const EPOCH_FROM_CE_DAYS: i32 = 719_163;

    /// The day as a date of the calendar.
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0 + Self::EPOCH_FROM_CE_DAYS).unwrap_or_default()
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i32 {
        self.0
    }

    /// The day `days` later (or earlier), within the accepted range.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days).clamp(Self::MIN.0, Self::MAX.0))
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce() - Self::EPOCH_FROM_CE_DAYS)
    }
}

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The day of `now` in `zone`.
pub fn day_in_zone(now: Instant, zone: Tz) -> Day {
    let offset = zone.offset_from_utc_datetime(&now.naive_utc()).fix().local_minus_utc();
    let days = (now.timestamp() + i64::from(offset)).div_euclid(DAY_SECONDS);
    i32::try_from(days).map_or(Day::MAX, Day)
}

/// The text is not a day of the form `YYYY-MM-DD` between 1000-01-01 and 2999-12-31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a date YYYY-MM-DD between 1000-01-01 and 2999-12-31")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        if text.len() != 10 {
            return Err(NotADay);
        }
        let day: Self = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| NotADay)?.into();
        if (Self::MIN..=Self::MAX).contains(&day) { Ok(day) } else { Err(NotADay) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Digits::of_day(*self).as_str())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Digits::of_day(*self).as_str())
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Writes an instant as RFC 3339 in UTC, as `chrono` does, which takes ten times as long.
pub fn write_instant<S: Serializer>(instant: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(Digits::of_instant(*instant).as_str())
}

/// The longest text that is made here: `2021-04-15T08:00:00.123456Z`.
const DIGITS_MAX: usize = 27;

/// A day, an instant or a short number as it is written.
#[derive(Debug, Clone, Copy)]
pub struct Digits {
    bytes: [u8; DIGITS_MAX],
    length: usize,
}

impl Digits {
    /// `2021-04-15`.
    pub fn of_day(day: Day) -> Self {
        Self::of_date(day.date())
    }

    fn of_date(date: NaiveDate) -> Self {
        let mut text = Self { bytes: [0; DIGITS_MAX], length: 0 };
        text.push(date.year().unsigned_abs(), 4);
        text.byte(b'-');
        text.push(date.month(), 2);
        text.byte(b'-');
        text.push(date.day(), 2);
        text
    }

    /// The bytes as hexadecimal digits: at most 13.
    pub(super) fn of_hex(bytes: &[u8]) -> Self {
        let digit = |half: u8| if half < 10 { b'0' + half } else { b'a' + half - 10 };
        let mut text = Self { bytes: [0; DIGITS_MAX], length: 0 };
        for byte in bytes.iter().take(DIGITS_MAX / 2) {
            text.byte(digit(byte >> 4));
            text.byte(digit(byte & 15));
        }
        text
    }

    /// RFC 3339 in UTC, to the microsecond, with no more places than are needed in steps of three.
    pub fn of_instant(instant: Instant) -> Self {
        match instant.timestamp_subsec_micros() {
            0 => Self::of_time(instant, None),
            micros if micros % 1000 == 0 => Self::of_time(instant, Some((micros / 1000, 3))),
            micros => Self::of_time(instant, Some((micros, 6))),
        }
    }

    /// RFC 3339 in UTC, always with six places of the second.
    pub fn to_the_microsecond(instant: Instant) -> Self {
        Self::of_time(instant, Some((instant.timestamp_subsec_micros(), 6)))
    }

    fn of_time(instant: Instant, fraction: Option<(u32, usize)>) -> Self {
        let mut text = Self::of_date(instant.date_naive());
        for (between, number) in [(b'T', instant.hour()), (b':', instant.minute()), (b':', instant.second())] {
            text.byte(between);
            text.push(number, 2);
        }
        if let Some((fraction, places)) = fraction {
            text.byte(b'.');
            text.push(fraction, places);
        }
        text.byte(b'Z');
        text
    }

    fn byte(&mut self, byte: u8) {
        if let Some(to) = self.bytes.get_mut(self.length) {
            *to = byte;
            self.length += 1;
        }
    }

    fn push(&mut self, mut number: u32, places: usize) {
        let Some(room) = self.bytes.get_mut(self.length..self.length + places) else { return };
        for place in room.iter_mut().rev() {
            *place = b'0' + u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
        self.length += places;
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl AsRef<str> for Digits {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// The status of a period on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The period begins later.
    Planned,
    /// The day is in the period.
    Current,
    /// The period is over.
    Ended,
}

/// Days from `from` up to, but not including, `until`; open without one. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    from: Day,
    until: Option<Day>,
}

impl Period {
    /// The period, unless it would be empty.
    pub fn new(from: Day, until: Option<Day>) -> Option<Self> {
        until.is_none_or(|until| until > from).then_some(Self { from, until })
    }

    /// Without an end.
    pub fn open(from: Day) -> Self {
        Self { from, until: None }
    }

    /// One day.
    pub fn day(day: Day) -> Self {
        Self::new(day, Some(day.plus(1))).unwrap_or(Self::open(day))
    }

    /// The first day.
    pub fn from(self) -> Day {
        self.from
    }

    /// The first day after it, if it ends.
    pub fn until(self) -> Option<Day> {
        self.until
    }

    /// Whether `day` is in it.
    pub fn contains(self, day: Day) -> bool {
        self.status(day) == Status::Current
    }

    /// Its status on `day`.
    pub fn status(self, day: Day) -> Status {
        if day < self.from {
            Status::Planned
        } else if self.until.is_some_and(|until| until <= day) {
            Status::Ended
        } else {
            Status::Current
        }
    }

    /// The days in both.
    #[must_use]
    pub fn and(self, other: Self) -> Option<Self> {
        let until = match (self.until, other.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self::new(self.from.max(other.from), until)
    }

    /// Whether every day of `other` is in it.
    pub fn covers(self, other: Self) -> bool {
        self.and(other) == Some(other)
    }

    /// Whether any of its days is `day` or later.
    pub fn reaches(self, day: Day) -> bool {
        self.until.is_none_or(|until| until > day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn days_read_back_as_written() {
        for text in ["1000-01-01", "1921-07-01", "1970-01-01", "2024-02-29", "2999-12-31"] {
            assert_eq!(day(text).to_string(), text);
        }
        assert_eq!(day("1000-01-01"), Day::MIN);
        assert_eq!(day("2999-12-31"), Day::MAX);
        for text in ["2023-02-29", "0999-12-31", "3000-01-01", "2021-4-15", "2021-04-15T00", ""] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
    }

    #[test]
    fn periods_are_half_open_and_never_empty() {
        let (a, b) = (day("2021-01-01"), day("2022-01-01"));
        assert_eq!(Period::new(a, Some(a)), None);
        let period = Period::new(a, Some(b)).expect("not empty");
        assert!(period.contains(a) && !period.contains(b));
        assert_eq!(period.and(Period::open(b)), None);
        assert!(Period::open(a).covers(period) && !period.covers(Period::open(a)));
    }

    #[test]
    fn days_and_instants_are_written_as_chrono_writes_them() {
        for number in (Day::MIN.0..=Day::MAX.0).step_by(101).chain([0, Day::MAX.0]) {
            assert_eq!(Day(number).to_string(), Day(number).date().to_string());
        }
        for micros in [0, 1, 1_000, 999_000, 999_999, 1_700_000_000_000_000, 1_700_000_000_120_000, -1] {
            let instant = Instant::from_timestamp_micros(micros).expect("an instant");
            let written = write_instant(&instant, serde_json::value::Serializer).expect("text");
            assert_eq!(written, serde_json::json!(instant));
        }
    }

    #[test]
    fn a_day_begins_in_the_directory_s_zone() {
        let now = "2021-04-14T16:00:00Z".parse().expect("an instant");
        assert_eq!(day_in_zone(now, chrono_tz::Asia::Shanghai), day("2021-04-15"));
    }
}
