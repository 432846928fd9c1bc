//! Names in sentences.
//!
//! In one answer, an org has one name: that of the first day from which the act changes something that is said of it,
//! as it is after the act, or as it was before the act if it is no longer there. Only the sentence that renames an org
//! says its old name, too.

use std::{
    cell::RefCell,
    collections::HashMap,
    fmt::{self, Display, Formatter},
};

use super::Language;
use crate::{
    directory::Snapshot,
    domain::{Basis, Day, Holder, OrgId, Person, PersonId, Post, PostCode},
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
    /// A person in one of the two, with everything that the caller may see. `None` if the caller does not see them.
    pub shown: &'s dyn Fn(&Snapshot, PersonId) -> Option<Person>,
    /// The day on which the answer shows things. What has no day is told of that day.
    pub day: Day,
    /// The language of the sentences.
    pub language: Language,
}

impl fmt::Debug for Telling<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telling").field("language", &self.language).finish_non_exhaustive()
    }
}

/// The day whose name each org has in an answer.
pub(super) type NameDays = RefCell<HashMap<OrgId, Day>>;

/// Tells the effects of one act. It knows what these have in common.
#[derive(Clone, Copy)]
pub(super) struct Teller<'s> {
    pub(super) telling: Telling<'s>,
    pub(super) days: &'s NameDays,
    /// The document on which all of the act rests, if there is one that is said once for all.
    pub(super) document: Option<&'s Basis>,
    /// The one that it replaces everywhere, if that is all that the act does.
    pub(super) replaced: Option<&'s Basis>,
}

impl<'s> Teller<'s> {
    /// Whether the answer is in Chinese.
    pub(super) fn is_chinese(self) -> bool {
        self.telling.language == Language::Chinese
    }

    /// The holder, as a sentence names it.
    pub(super) fn holder<'h>(self, holder: &'h Holder, day: Day) -> Named<'s, 'h> {
        match holder {
            Holder::Person(id) => self.person(*id),
            Holder::Unit(id) => self.name(*id, day),
            Holder::Seat(seat) => Named { teller: self, thing: Thing::Seat(seat.org_id, &seat.post, day) },
        }
    }

    pub(super) fn person<'h>(self, id: PersonId) -> Named<'s, 'h> {
        Named { teller: self, thing: Thing::Person(id) }
    }

    pub(super) fn post(self, code: &PostCode) -> Named<'s, '_> {
        Named { teller: self, thing: Thing::Post(code) }
    }

    /// An org. Unless the act itself says on which day it is named, `day` does.
    pub(super) fn name<'h>(self, id: OrgId, day: Day) -> Named<'s, 'h> {
        Named { teller: self, thing: Thing::Org(id, day) }
    }

    /// A post in an org: `secretary of 学校党委`, `学校党委书记`.
    pub(super) fn position(self, org: OrgId, post: &PostCode, acting: bool, day: Day) -> Named<'s, '_> {
        Named { teller: self, thing: Thing::Position { org, post, acting, day } }
    }
}

/// What a sentence names. Its name is looked up only when the sentence is formatted.
#[derive(Clone, Copy)]
pub(super) struct Named<'s, 'h> {
    teller: Teller<'s>,
    thing: Thing<'h>,
}

#[derive(Clone, Copy)]
enum Thing<'h> {
    Org(OrgId, Day),
    Person(PersonId),
    Post(&'h PostCode),
    Seat(OrgId, &'h PostCode, Day),
    Position { org: OrgId, post: &'h PostCode, acting: bool, day: Day },
}

impl Display for Named<'_, '_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Teller { telling: Telling { before, after, names, language, .. }, days, .. } = self.teller;
        match self.thing {
            Thing::Org(id, day) => {
                let day = *days.borrow_mut().entry(id).or_insert(day);
                match after.org_on(id, day).or_else(|| before.org_on(id, day)) {
                    Some(view) => view.values().name.fmt(f),
                    None => f.write_str(match language {
                        Language::English => "an org",
                        Language::Chinese => "某组织",
                    }),
                }
            }
            Thing::Person(id) => match after.person(id).or_else(|| before.person(id)).filter(|_| names(id)) {
                Some(person) => person.name().fmt(f),
                None => f.write_str(match language {
                    Language::English => "somebody",
                    Language::Chinese => "某人",
                }),
            },
            Thing::Post(code) => match (after.post(code).or_else(|| before.post(code)), language) {
                (None, Language::English) => f.write_str("a post"),
                (None, Language::Chinese) => f.write_str("某职务"),
                (Some(post), Language::Chinese) => post.name.fmt(f),
                (Some(post), Language::English) => match &post.name_en {
                    Some(name) => f.write_str(&name.as_str().to_lowercase()),
                    None => post.name.fmt(f),
                },
            },
            Thing::Seat(org, post, day) => {
                let position = self.teller.position(org, post, false, day);
                match language {
                    Language::English => write!(f, "the seat of the {position}"),
                    Language::Chinese => write!(f, "{position}（席位）"),
                }
            }
            Thing::Position { org, post, acting, day } => {
                // Whoever acts for the only holder of a post stands in; one of several deputies presides.
                let is_only = [after, before].into_iter().find_map(|state| state.post(post)).is_some_and(is_of_one);
                let (org, post) = (self.teller.name(org, day), self.teller.post(post));
                let both = |between: &str| joined(&org.to_string(), between, &post.to_string());
                match (language, acting) {
                    (Language::English, false) => write!(f, "{post} of {org}"),
                    (Language::English, true) => write!(f, "acting {post} of {org}"),
                    (Language::Chinese, false) => f.write_str(&both("")),
                    (Language::Chinese, true) if is_only => f.write_str(&both("代理")),
                    (Language::Chinese, true) => write!(f, "{}（主持工作）", both("")),
                }
            }
        }
    }
}

/// An org and a post in Chinese, without saying twice what the org's name ends with and the post's begins with:
/// 党史办公室 and 办公室主任 make 党史办公室主任. One character alone may be there by chance: 督导组组长.
fn joined(org: &str, between: &str, post: &str) -> String {
    const CHARS_MIN: usize = 2;
    let beginnings = post.char_indices().map(|(at, _)| post.split_at(at)).skip(CHARS_MIN);
    let shared = beginnings.filter(|(beginning, _)| org.ends_with(beginning)).last();
    format!("{org}{between}{}", shared.map_or(post, |(_, rest)| rest))
}

/// Whether a post has at most one holder, wherever it exists.
fn is_of_one(post: &Post) -> bool {
    post.kinds.iter().all(|kind| kind.holders_max == Some(1))
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn nothing_is_said_twice() {
        for (org, post, both) in [
            ("党史办公室", "办公室主任", "党史办公室主任"),
            ("督导组", "组长", "督导组组长"),
            ("宣传部", "部长", "宣传部部长"),
            ("学校党委", "书记", "学校党委书记"),
            ("办公室", "办公室", "办公室办公室"),
        ] {
            assert_eq!(joined(org, "", post), both);
        }
        assert_eq!(joined("党史办公室", "代理", "办公室主任"), "党史办公室代理主任");
    }
}
