//! The names that a refusal uses, and how it lists things.

use std::{fmt, sync::LazyLock};

use uuid::Uuid;

use super::super::{
    Language, Words,
    names::{NameDays, Named, Teller, Telling},
};
use crate::{
    directory::Snapshot,
    domain::{
        Attribute, Day, Holder, Instant, OrgFacts, OrgId, OrgValues, PersonId, PostCode, RoleFacts, RoleId,
        SupervisionId,
    },
};

/// The most names in one sentence.
const NAMES_MAX: usize = 3;

/// The directory in whose names a refusal speaks.
#[derive(Clone, Copy)]
pub struct Naming<'s> {
    /// The directory as it is.
    pub before: &'s Snapshot,
    /// The directory as it would be, with the names that the request gives.
    pub after: &'s Snapshot,
    /// Whether a person is named.
    pub names: &'s dyn Fn(PersonId) -> bool,
}

impl fmt::Debug for Naming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Naming").field("before", &self.before.revision()).finish_non_exhaustive()
    }
}

static NOWHERE: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::empty(chrono_tz::UTC, Instant::default()));

impl Naming<'static> {
    /// For refusals that name nothing in the directory.
    pub fn nothing() -> Self {
        Self { before: &NOWHERE, after: &NOWHERE, names: &|_| false }
    }
}

impl<'s> Naming<'s> {
    /// Whether there are no names at all.
    pub fn is_empty(self) -> bool {
        std::ptr::eq(self.before, &*NOWHERE)
    }

    /// The names of one directory, those of people included.
    pub fn of(directory: &'s Snapshot) -> Self {
        Self { before: directory, after: directory, names: &|_| true }
    }

    /// Whether something is there now. What is not has an id that nobody knows.
    pub fn has(self, id: Uuid) -> bool {
        let Self { before, .. } = self;
        before.org(OrgId(id)).is_some()
            || before.role(RoleId(id)).is_some()
            || before.supervision(id.into()).is_some()
            || before.person(PersonId(id)).is_some()
            || before.api_key(id.into()).is_some()
    }

    pub(super) fn role(self, id: RoleId) -> Option<RoleFacts> {
        self.after.role(id).or_else(|| self.before.role(id)).map(|role| role.facts())
    }

    /// A role: who holds which post where.
    pub(super) fn of_role(self, id: RoleId) -> Words {
        let Some(RoleFacts { org_id, post, holder, acting, valid_from, .. }) = self.role(id) else {
            return Words::new("a role", "某任职");
        };
        let [en, zh] = self.both();
        let day = valid_from;
        Words::new(
            format!("{} ({})", en.holder(&holder, day), en.position(org_id, &post, acting, day)),
            format!("{}（{}）", zh.holder(&holder, day), zh.position(org_id, &post, acting, day)),
        )
    }

    /// Which group covers which org: a clause.
    pub(super) fn of_supervision(self, id: SupervisionId) -> Words {
        let found = self.after.supervision(id).or_else(|| self.before.supervision(id));
        let Some(facts) = found.map(|supervision| &supervision.facts) else {
            return Words::new("a group covers an org", "督导组督导某组织");
        };
        let (group, org, day) = (facts.supervision_group_id, facts.org_id, facts.valid_from);
        let [en, zh] = self.both();
        Words::new(
            format!("{} covers {}", en.name(group, day), en.name(org, day)),
            format!("{}督导{}", zh.name(group, day), zh.name(org, day)),
        )
    }

    pub(super) fn both(self) -> [Speaker<'s>; 2] {
        [Language::English, Language::Chinese].map(|language| Speaker { naming: self, language })
    }
}

/// Says names in one language, each by the day that its sentence speaks of.
#[derive(Clone, Copy)]
pub(super) struct Speaker<'s> {
    naming: Naming<'s>,
    language: Language,
}

impl Speaker<'_> {
    fn say<'h>(self, thing: impl for<'t> FnOnce(Teller<'t>) -> Named<'t, 'h>) -> String {
        let Naming { before, after, names } = self.naming;
        let (shown, day, language) = (&|_: &Snapshot, _| None, Day::MAX, self.language);
        let telling = Telling { before, after, names, shown, day, language };
        thing(Teller { telling, days: &NameDays::default(), document: None, replaced: None }).to_string()
    }

    pub(super) fn name(self, id: OrgId, day: Day) -> String {
        self.say(|teller| teller.name(id, day))
    }

    pub(super) fn person(self, id: PersonId) -> String {
        self.say(|teller| teller.person(id))
    }

    pub(super) fn post(self, code: &PostCode) -> String {
        self.say(|teller| teller.post(code))
    }

    pub(super) fn holder(self, holder: &Holder, day: Day) -> String {
        self.say(|teller| teller.holder(holder, day))
    }

    pub(super) fn position(self, org: OrgId, post: &PostCode, acting: bool, day: Day) -> String {
        self.say(|teller| teller.position(org, post, acting, day))
    }
}

/// The days of a period: in Chinese before what happens then.
pub(super) fn days(from: Day, until: Option<Day>) -> Words {
    match until {
        Some(until) => Words::new(format!("from {from} until {until}"), format!("自{from}起至{until}前")),
        None => Words::new(format!("from {from} on"), format!("自{from}起")),
    }
}

/// The first of some names, and how many more there are.
pub(super) fn listed(names: &[Words]) -> Words {
    let [mut en, mut zh] = [Language::English, Language::Chinese]
        .map(|language| names.iter().take(NAMES_MAX).map(|name| name.read(language)).collect::<Vec<_>>());
    let more = names.len().saturating_sub(NAMES_MAX);
    let [more_en, more_zh] = [format!("{more} more"), format!("另有{more}项")];
    if more > 0 {
        en.push(&more_en);
        zh.push(&more_zh);
    }
    let last = en.pop().unwrap_or_default();
    let en = if en.is_empty() { last.to_owned() } else { format!("{} and {last}", en.join(", ")) };
    Words::new(en, zh.join("、"))
}

/// A number with the English words that agree with it.
pub(super) fn counted(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

/// What an attribute of an org is called, or a part of one.
pub(super) fn attribute(field: &str) -> (&'static str, &'static str) {
    const PARTS: &[(&str, (&str, &str))] = &[
        ("full", ("number of full members", "正式党员人数")),
        ("probationary", ("number of probationary members", "预备党员人数")),
    ];
    if let Some((_, words)) = PARTS.iter().find(|(name, _)| *name == field) {
        return *words;
    }
    let all = OrgValues::ATTRIBUTES.iter().chain(OrgFacts::ATTRIBUTES);
    all.into_iter()
        .find(|attribute| attribute.name == field)
        .map_or(("such value", "该项"), |Attribute { en, zh, .. }| (en, zh))
}
