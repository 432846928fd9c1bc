//! What effects do, in plain words: every value that changes, from what to what, from which day.
//!
//! The common cases have sentences of their own. Each of them says of which attributes it has told; the rest follows
//! from the tables of attributes, so that nothing is left out.

mod act;
mod orgs;
mod people;
mod plain;
mod roles;

use std::fmt::Display;

use self::act::Act;
use super::{
    Language,
    names::{Teller, Telling},
    notices::{self, Asked},
    summary::Summary,
    values::{Amount, Difference, How, List, Said, Value},
};
use crate::{
    directory::Counts,
    domain::{Attribute, Basis, Day, LoggedEffect, NotAsBefore, ObjectKey},
};

/// What there is to say of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it does.
    pub summary: Summary,
    /// What it leaves standing, or lets fall.
    pub notices: Summary,
}

impl Telling<'_> {
    /// Sentences in the order of the effects, at most `sentences_max`. An org that is established or deleted has one.
    /// The notices are left out unless it is said what the act was about. An act that undoes others says what is
    /// `not_as_before` them.
    pub fn tell(
        self,
        effects: &[LoggedEffect],
        target: Option<&ObjectKey>,
        not_as_before: &[NotAsBefore],
        sentences_max: usize,
    ) -> Told {
        let act = Act::new(effects, self.day);
        let Act { document, replaced, .. } = act;
        let teller = Teller { telling: self, days: &act.days, document, replaced };
        let mut summary = Summary::new(self.language, sentences_max);
        let said = |document| Value(document, teller, self.day);
        match (document, replaced) {
            (Some(document), Some(replaced)) => {
                let (old, new) = (said(replaced), said(document));
                summary.say(
                    format_args!("All this rests on {new} instead of {old}."),
                    format_args!("依据由{old}改为{new}："),
                );
            }
            (Some(document), None) => {
                let document = said(document);
                summary.say(format_args!("All this rests on {document}."), format_args!("依据{document}："));
            }
            (None, _) => {}
        }
        act.merged.iter().for_each(|(gone, into)| teller.merged(*gone, *into, &mut summary));
        effects.iter().for_each(|effect| teller.one(effect, &act, &mut summary));
        let mut notices = Summary::new(self.language, sentences_max);
        if let Some(target) = target {
            not_as_before.iter().for_each(|thing| teller.not_as_before(thing, &mut notices));
            notices::notice(Asked { teller, effects, target, not_as_before }, &mut notices);
        }
        Told { summary, notices }
    }
}

impl Teller<'_> {
    fn one(self, effect: &LoggedEffect, act: &Act<'_>, told: &mut Summary) {
        match effect {
            LoggedEffect::Org { id, before, after } => self.org(*id, before.as_ref(), after.as_ref(), told),
            LoggedEffect::OrgVersion { id, valid_from, before, after } => {
                self.version(*id, *valid_from, [before.as_ref(), after.as_ref()], act, told);
            }
            LoggedEffect::Person { id, act: what, fields } => self.entry(*id, *what, fields, act, told),
            LoggedEffect::Post { before, after, .. } => self.catalogue(before.as_ref(), after.as_ref(), told),
            // A merge tells of it, and its end is that of the person.
            LoggedEffect::PersonAlias { .. } => {}
            LoggedEffect::ApiKey { before, after, .. } => self.api_key(before.as_ref(), after.as_ref(), told),
            LoggedEffect::Role { id, before, after } => self.role(*id, [before.as_ref(), after.as_ref()], act, told),
            plain => {
                let told_of = match plain {
                    LoggedEffect::Supervision { before, after, .. } => {
                        self.supervision(before.as_ref(), after.as_ref(), told)
                    }
                    _ => plain::NOTHING,
                };
                self.plain(plain, told_of, told);
            }
        }
    }

    /// Tells in general words how attributes differ, from a day on if they have days. Those in `told_of` are told
    /// already.
    fn differ(
        self,
        [en, zh]: [&dyn Display; 2],
        from: Option<Day>,
        differences: Vec<Difference<'_>>,
        told_of: &[&str],
        told: &mut Summary,
    ) {
        let day = from.unwrap_or(self.telling.day);
        for Difference { attribute, how } in differences {
            if told_of.contains(&attribute.name) {
                continue;
            }
            let (in_en, in_zh) = (attribute.en, attribute.zh);
            let (on, since) = (On(from), Since(from));
            let list = |items| List(items, self, day);
            match how {
                How::Value(old, new) => self.differs(attribute, [en, zh], from, [old, new], told),
                How::Items(gone, new, all) => match (gone.as_slice(), new.as_slice()) {
                    ([], []) => {
                        let all = Value(all, self, day);
                        told.say(
                            format_args!("The order of the {in_en} of {en} is {all}{on}."),
                            format_args!("{zh}的{in_zh}{since}顺序改为{all}。"),
                        );
                    }
                    ([], new) => {
                        let new = list(new);
                        told.say(
                            format_args!("The {in_en} of {en} gain {new}{on}."),
                            format_args!("{zh}的{in_zh}{since}增加{new}。"),
                        );
                    }
                    (gone, []) => {
                        let gone = list(gone);
                        told.say(
                            format_args!("The {in_en} of {en} lose {gone}{on}."),
                            format_args!("{zh}的{in_zh}{since}去掉{gone}。"),
                        );
                    }
                    (gone, new) => {
                        let (gone, new) = (list(gone), list(new));
                        told.say(
                            format_args!("The {in_en} of {en} gain {new} and lose {gone}{on}."),
                            format_args!("{zh}的{in_zh}{since}增加{new}，去掉{gone}。"),
                        );
                    }
                },
            }
        }
    }

    /// Tells that an attribute has one value instead of another.
    fn differs(
        self,
        attribute: &Attribute,
        [en, zh]: [&dyn Display; 2],
        from: Option<Day>,
        [before, after]: [&dyn Said; 2],
        told: &mut Summary,
    ) {
        let day = from.unwrap_or(self.telling.day);
        let (in_en, in_zh) = (attribute.en, attribute.zh);
        let (on, since) = (On(from), Since(from));
        let (old, new) = (Value(before, self, day), Value(after, self, day));
        match (before.amount(), after.amount()) {
            (_, Amount::So) => told.say(format_args!("{en} is a {in_en}{on}."), format_args!("{zh}{since}为{in_zh}。")),
            (_, Amount::NotSo) => {
                told.say(format_args!("{en} is no longer a {in_en}{on}."), format_args!("{zh}{since}不再是{in_zh}。"))
            }
            (Amount::Nothing, _) if self.is_said_once(after) => {}
            (Amount::Nothing, _) => told.say(
                format_args!("The {in_en} of {en} {} {new}{on}.", is(in_en)),
                format_args!("{zh}的{in_zh}{since}为{new}。"),
            ),
            (_, Amount::Nothing) => told.say(
                format_args!("{en} has no {in_en}{on}; before: {old}."),
                format_args!("{zh}{since}不再有{in_zh}（原为{old}）。"),
            ),
            _ if self.replaces(before, after) => told.say(
                format_args!("The {in_en} of {en} is corrected with it."),
                format_args!("{zh}的{in_zh}一并更正。"),
            ),
            _ => told.say(
                format_args!("The {in_en} of {en} {} {new} instead of {old}{on}.", is(in_en)),
                format_args!("{zh}的{in_zh}{since}由{old}改为{new}。"),
            ),
        }
    }
}

/// The verb after an attribute in English, some of which are plurals.
fn is(attribute: &str) -> &'static str {
    let (first, _) = attribute.split_once(" of ").unwrap_or((attribute, ""));
    if first.ends_with('s') { "are" } else { "is" }
}

/// The document of an end in brackets, before the sentence that tells of the end is over.
struct EndDocument<'t, 'e> {
    teller: Teller<'t>,
    /// What the document is called, in English and in Chinese.
    words: [&'static str; 2],
    before: Option<&'e Basis>,
    after: Option<&'e Basis>,
}

impl<'t> Teller<'t> {
    /// How the document of an end changes with the end, among the attributes of what ends.
    fn end_document<'e>(
        self,
        attributes: &'static [Attribute],
        [before, after]: [&'e Option<Basis>; 2],
    ) -> EndDocument<'t, 'e> {
        let attribute = attributes.iter().find(|attribute| attribute.name == "end_basis");
        let words = attribute.map(|attribute| [attribute.en, attribute.zh]).unwrap_or_default();
        EndDocument { teller: self, words, before: before.as_ref(), after: after.as_ref() }
    }
}

impl Display for EndDocument<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { teller, words: [en, zh], before, after } = *self;
        let [old, new] = [before, after].map(|document| document.map(|it| Value(it, teller, teller.telling.day)));
        let is_said = after.is_some_and(|document| teller.is_said_once(document));
        match (old, new, teller.is_chinese()) {
            _ if before == after => Ok(()),
            (None, Some(_), _) if is_said => Ok(()),
            (None, Some(new), false) => write!(f, " ({en} {new})"),
            (None, Some(new), true) => write!(f, "（{zh}{new}）"),
            (Some(old), Some(new), false) if !is_said => write!(f, " ({en} {new} instead of {old})"),
            (Some(old), Some(new), true) if !is_said => write!(f, "（{zh}由{old}改为{new}）"),
            (Some(old), _, false) => write!(f, " (before: {en} {old})"),
            (Some(old), _, true) => write!(f, "（原{zh}{old}）"),
            (None, None, _) => Ok(()),
        }
    }
}

/// From a day on, at the end of a sentence in English.
struct On(Option<Day>);

impl Display for On {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |day| write!(f, " from {day} on"))
    }
}

/// From a day on, within a sentence in Chinese.
struct Since(Option<Day>);

impl Display for Since {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |day| write!(f, "自{day}起"))
    }
}

/// What it does that a whole directory is loaded at once.
pub fn loaded(language: Language, counts: Counts) -> Summary {
    let Counts { orgs, people, posts: _, roles, supervisions } = counts;
    let mut told = Summary::new(language, 1);
    told.say(
        format_args!(
            "A whole directory is loaded: {orgs} orgs, {people} people, {roles} roles, {supervisions} supervisions."
        ),
        format_args!("载入整套目录：组织{orgs}个、人员{people}名、任职{roles}项、督导关系{supervisions}项。"),
    );
    told
}
