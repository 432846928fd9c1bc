//! What a write has changed: one more member in its answer, beside those of the object.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    effect::EffectBody,
    json::{Unwritable, to_bytes},
};
use crate::{
    access::Sight,
    directory::{Snapshot, outcomes},
    domain::{Day, Person, PersonId, Text},
    registry::Accepted,
    words::{Language, Summary, Telling, Told},
};

/// The most effects in an answer.
pub(in crate::http) const EFFECTS_MAX: usize = 1000;
/// The most sentences of a summary.
pub(in crate::http) const SENTENCES_MAX: usize = 1000;

/// What a write has changed. On a dry run: what it would change.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Change, examples(json!({
    "dry_run": false,
    "revision": 17,
    "summary": ["The entry of 王玉玲 changes."],
    "effects": [{
        "subject": "person",
        "act": "changed",
        "types": ["person.changed"],
        "days": [{}],
        "id": "01931b66-7d50-7c8a-9a57-3c1f7d1f4b11",
        "fields": ["phone"]
    }],
    "notices": []
})))]
pub(in crate::http) struct ChangeBody<'e> {
    /// Whether this is a dry run: nothing has changed.
    dry_run: bool,
    /// The revision that the write made. Absent if it changed nothing, and on a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    revision: Option<u64>,
    /// Present and true if the request repeats an earlier one with the same `Idempotency-Key`. Nothing has changed
    /// now: effects and summary are those of the earlier request, and there are no notices.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    /// What changes, in plain words, in the language that `Accept-Language` asks for. Empty if nothing changes.
    #[schema(max_items = 1000, value_type = Vec<Text<2000>>)]
    summary: Vec<String>,
    /// How many sentences there are in all. Present if `summary` has only the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    summary_total: Option<u64>,
    /// What changes, row by row, in order. Empty if nothing changes.
    #[schema(max_items = 1000)]
    effects: Vec<EffectBody<'e>>,
    /// How many effects there are in all. Present if `effects` has only the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    effects_total: Option<u64>,
    /// What the act leaves standing or lets fall although one might think otherwise: posts that fall vacant, and
    /// seats in which nobody sits any more, each with its days; plans for later days that stay or go; parts that end
    /// all the same; what a restoration or the correction of an end does not bring back, and why. Absent on a replay.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000, value_type = Option<Vec<Text<2000>>>)]
    notices: Option<Vec<String>>,
    /// How many notices there are in all. Present if `notices` has only the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    notices_total: Option<u64>,
}

const _: () = assert!(EFFECTS_MAX == 1000 && SENTENCES_MAX == 1000, "as published above");

/// The answer to a DELETE.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Deleted)]
pub(in crate::http) struct DeletedBody<'e> {
    change: ChangeBody<'e>,
}

impl<'e> ChangeBody<'e> {
    /// What `outcome` says, in `language`.
    pub(super) fn new(outcome: &'e Accepted, sight: &Sight, today: Day, language: Language) -> Self {
        let Accepted { snapshot, before, target, entry, effects, not_as_before, dry_run, repeated, .. } = outcome;
        // Somebody who is deleted, or merged into another entry, is named as before.
        let names = |person| {
            let is_there = snapshot.person(person).is_some();
            sight.names(if is_there { snapshot } else { before }, person)
        };
        let shown = |directory: &Snapshot, person| as_seen(sight, directory, person);
        let telling = Telling { before, after: snapshot, names: &names, shown: &shown, day: today, language };
        let Told { summary, notices } =
            telling.tell(effects, (!repeated).then_some(target), not_as_before, SENTENCES_MAX);
        let Summary { sentences, total, .. } = summary;
        let shown = outcomes(before, snapshot, effects.get(..EFFECTS_MAX).unwrap_or(effects));
        Self {
            dry_run: *dry_run,
            revision: *entry,
            replayed: *repeated,
            summary_total: beyond(SENTENCES_MAX, total),
            summary: sentences,
            effects: shown.into_iter().map(EffectBody::alone).collect(),
            effects_total: beyond(EFFECTS_MAX, effects.len()),
            notices_total: beyond(SENTENCES_MAX, notices.total),
            notices: (!repeated).then_some(notices.sentences),
        }
    }

    /// An answer with nothing else.
    pub(super) fn alone(self) -> Result<Vec<u8>, Unwritable> {
        to_bytes(&DeletedBody { change: self })
    }
}

/// A person with everything that the caller may see. `None` if the caller does not see them.
pub(in crate::http) fn as_seen(sight: &Sight, directory: &Snapshot, id: PersonId) -> Option<Person> {
    let row = directory.person(id).filter(|_| sight.sees(directory, id))?;
    let with_contact = sight.with_contact_of(directory, row);
    Some(with_contact.unwrap_or_else(|| Person { email: None, phone: None, ..row.person() }))
}

/// The number of all, where there are more than are told.
pub(in crate::http) fn beyond(max: usize, total: usize) -> Option<u64> {
    (total > max).then(|| u64::try_from(total).unwrap_or(u64::MAX))
}
