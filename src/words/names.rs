//! Names in sentences: of the day, and of what an act deletes.

use std::fmt;

use super::Language;
use crate::{
    directory::Snapshot,
    domain::{Day, Holder, OrgId, PersonId, PostCode},
};

/// Tells effects between two states of the directory.
#[derive(Clone, Copy)]
pub struct Telling<'s> {
    /// The directory without the effects. It has the names of what they delete.
    pub before: &'s Snapshot,
    /// The directory with them.
    pub after: &'s Snapshot,
    /// Whether a person is named.
    pub names: &'s dyn Fn(PersonId) -> bool,
    /// The language of the sentences.
    pub language: Language,
}

impl fmt::Debug for Telling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telling").field("language", &self.language).finish_non_exhaustive()
    }
}

impl<'s> Telling<'s> {
    /// The holder, as a sentence names it.
    pub(super) fn holder<'h>(self, holder: &'h Holder, day: Day) -> Named<'s, 'h> {
        match holder {
            Holder::Person(id) => self.person(*id),
            Holder::Unit(id) => self.name(*id, day),
            Holder::Seat(seat) => Named { telling: self, thing: Thing::Seat(seat.org_id, &seat.post, day) },
        }
    }

    pub(super) fn person<'h>(self, id: PersonId) -> Named<'s, 'h> {
        Named { telling: self, thing: Thing::Person(id) }
    }

    pub(super) fn post(self, code: &PostCode) -> Named<'s, '_> {
        Named { telling: self, thing: Thing::Post(code) }
    }

    /// An org by its name before the change, so that all sentences use the same name.
    pub(super) fn name<'h>(self, id: OrgId, day: Day) -> Named<'s, 'h> {
        Named { telling: self, thing: Thing::Org(id, day) }
    }
}

/// What a sentence names. Its name is looked up only when the sentence is formatted.
#[derive(Clone, Copy)]
pub(super) struct Named<'s, 'h> {
    telling: Telling<'s>,
    thing: Thing<'h>,
}

#[derive(Clone, Copy)]
enum Thing<'h> {
    Org(OrgId, Day),
    Person(PersonId),
    Post(&'h PostCode),
    Seat(OrgId, &'h PostCode, Day),
}

impl fmt::Display for Named<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Telling { before, after, names, language } = self.telling;
        match self.thing {
            Thing::Org(id, day) => match before.org_on(id, day).or_else(|| after.org_on(id, day)) {
                Some(view) => view.values().name.fmt(f),
                None => id.fmt(f),
            },
            Thing::Person(id) if !names(id) => f.write_str(match language {
                Language::English => "somebody",
                Language::Chinese => "某人",
            }),
            Thing::Person(id) => match after.person(id).or_else(|| before.person(id)) {
                Some(person) => person.name().fmt(f),
                None => id.fmt(f),
            },
            Thing::Post(code) => match (after.post(code).or_else(|| before.post(code)), language) {
                (None, _) => code.fmt(f),
                (Some(post), Language::Chinese) => post.name.fmt(f),
                (Some(post), Language::English) => match &post.name_en {
                    Some(name) => f.write_str(&name.as_str().to_lowercase()),
                    None => post.name.fmt(f),
                },
            },
            Thing::Seat(org, post, day) => {
                let (org, post) = (self.telling.name(org, day), self.telling.post(post));
                match language {
                    Language::English => write!(f, "Whoever is {post} of {org}"),
                    Language::Chinese => write!(f, "{org}{post}（席位）"),
                }
            }
        }
    }
}

/// The end of a period, if it has one.
pub(super) struct Until(pub(super) Option<Day>, pub(super) Language);

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (None, _) => Ok(()),
            (Some(day), Language::English) => write!(f, ", until {day}"),
            (Some(day), Language::Chinese) => write!(f, "至{day}（不含）"),
        }
    }
}
