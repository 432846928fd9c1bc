//! How many Party members an org has: a series of counts, each of its day.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Day, Field};

/// How many Party members an org has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberCounts {
    /// Full members 正式党员.
    pub full: u32,
    /// Probationary members 预备党员.
    pub probationary: u32,
    /// The day they were counted.
    pub counted_on: Day,
}

/// A merge patch of the counts of one day: what is absent stays, and a day whose numbers are all `null` has no counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberCountsPatch {
    /// Full members 正式党员.
    #[serde(default)]
    pub full: Field<u32>,
    /// Probationary members 预备党员.
    #[serde(default)]
    pub probationary: Field<u32>,
    /// The day they were counted.
    pub counted_on: Day,
}

/// The counts of an org, in the order of their days: at least one, and one for each day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MemberCountSeries(Vec<MemberCounts>);

impl MemberCountSeries {
    /// The most counts that an org has: one for each day that there is.
    pub const COUNTS_MAX: usize = 730_485;

    /// A series of one.
    pub fn of(counts: MemberCounts) -> Self {
        Self(vec![counts])
    }

    /// All counts, the oldest first.
    pub fn all(&self) -> &[MemberCounts] {
        &self.0
    }

    /// The newest counts on a day: the last ones made on it or before.
    pub fn on(&self, day: Day) -> Option<MemberCounts> {
        self.0.iter().rfind(|counts| counts.counted_on <= day).copied()
    }

    /// The series after a change of the counts of one day; none if they were the only ones, and are taken back.
    ///
    /// # Errors
    ///
    /// That day would have only some of the numbers. Gives the names of what is missing.
    pub fn patched(series: Option<Self>, patch: &MemberCountsPatch) -> Result<Option<Self>, Vec<&'static str>> {
        let MemberCountsPatch { full, probationary, counted_on } = patch;
        let mut all = series.map(|series| series.0).unwrap_or_default();
        let place = all.binary_search_by_key(counted_on, |counts| counts.counted_on);
        let current = place.ok().and_then(|place| all.get(place).copied());
        let full = full.clone().over(current.map(|counts| counts.full));
        let probationary = probationary.clone().over(current.map(|counts| counts.probationary));
        match (full, probationary, place) {
            (Some(full), Some(probationary), place) => {
                let counts = MemberCounts { full, probationary, counted_on: *counted_on };
                match place {
                    Ok(place) => all.splice(place..=place, [counts]).for_each(drop),
                    Err(place) => all.insert(place, counts),
                }
            }
            (None, None, Ok(place)) => drop(all.remove(place)),
            (None, None, Err(_)) if !patch.full.is_given() && !patch.probationary.is_given() => {
                return Err(vec!["full", "probationary"]);
            }
            (None, None, Err(_)) => {}
            (None, Some(_), _) => return Err(vec!["full"]),
            (Some(_), None, _) => return Err(vec!["probationary"]),
        }
        Ok((!all.is_empty()).then_some(Self(all)))
    }
}

/// Earlier releases kept one count: it is read as a series of one.
impl<'de> Deserialize<'de> for MemberCountSeries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = MemberCountSeries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("counts, or a list of them")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<MemberCountSeries, A::Error> {
                MemberCounts::deserialize(de::value::MapAccessDeserializer::new(map)).map(MemberCountSeries::of)
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<MemberCountSeries, A::Error> {
                let all = Vec::<MemberCounts>::deserialize(de::value::SeqAccessDeserializer::new(seq))?;
                if all.is_empty() {
                    return Err(de::Error::invalid_length(0, &"at least one of the counts"));
                }
                if !all.is_sorted_by(|a, b| a.counted_on < b.counted_on) {
                    return Err(de::Error::custom("each of the counts must have a later day than the one before"));
                }
                Ok(MemberCountSeries(all))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}
