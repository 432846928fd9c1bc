//! What effects do, in plain words: one sentence for each fact.

use std::fmt;

use super::{
    Language,
    names::{Telling, Until},
    values::{PlainEffect, Value, Values, plain_effect},
};
use crate::domain::{
    Attribute, Day, EffectKind, LoggedEffect, OrgFacts, OrgFields, OrgId, OrgValues, OrgVersion, RoleFacts, Scope,
    SupervisionFacts,
};

/// Said of all attributes.
const ALL: &[&str] = &["*"];
/// The attributes of an org of which a sentence of its own tells.
const TOLD_OF_ORGS: &[&str] = &["dissolved_on", "end_basis"];
/// The same for a version.
const TOLD_OF_VERSIONS: &[&str] = &["name", "kind", "parent_id", "order"];

/// What effects do, one sentence for each fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The sentences. If there are too many, only the first.
    pub sentences: Vec<String>,
    /// How many sentences there are in all.
    pub total: usize,
    language: Language,
    sentences_max: usize,
}

impl Summary {
    /// Adds a sentence. It is formatted only if there is room for it, and only in the language asked for.
    pub(super) fn say(&mut self, en: fmt::Arguments<'_>, zh: fmt::Arguments<'_>) {
        self.total += 1;
        if self.sentences.len() < self.sentences_max {
            let words = match self.language {
                Language::English => en,
                Language::Chinese => zh,
            };
            self.sentences.push(words.to_string());
        }
    }
}

/// Attributes of an org, as a sentence lists them.
struct Fields(OrgFields, Language);

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let among = |attribute: &&Attribute| self.0.has(attribute.name);
        for (place, Attribute { en, zh, .. }) in OrgValues::ATTRIBUTES.iter().filter(among).enumerate() {
            let (word, between) = match self.1 {
                Language::English => (en, ", "),
                Language::Chinese => (zh, "、"),
            };
            write!(f, "{}{word}", if place == 0 { "" } else { between })?;
        }
        Ok(())
    }
}

impl<'s> Telling<'s> {
    /// The sentences in the order of the effects, at most `sentences_max`. An org that is established or deleted has one.
    pub fn tell(self, effects: &[LoggedEffect], sentences_max: usize) -> Summary {
        let mut told = Summary { sentences: Vec::new(), total: 0, language: self.language, sentences_max };
        effects.iter().for_each(|effect| self.one(effect, &mut told));
        told
    }

    fn one(self, effect: &LoggedEffect, told: &mut Summary) {
        match effect {
            LoggedEffect::Org { id, before, after } => self.org(*id, before.as_ref(), after.as_ref(), told),
            LoggedEffect::OrgVersion { id, valid_from, before, after } => {
                self.version(*id, *valid_from, before.as_ref(), after.as_ref(), told);
            }
            LoggedEffect::Person { id, act, fields } => {
                let name = self.person(*id);
                match act {
                    EffectKind::Changed if fields.iter().any(|field| field.0 == "erased") => told.say(
                        format_args!("Everything personal of this person is erased. The roles remain."),
                        format_args!("清除该人员的全部个人信息，保留其任职。"),
                    ),
                    EffectKind::Created => told.say(format_args!("{name} is entered."), format_args!("录入{name}。")),
                    EffectKind::Changed => {
                        told.say(format_args!("The entry of {name} changes."), format_args!("修改{name}的信息。"))
                    }
                    EffectKind::Deleted => told.say(format_args!("{name} is deleted."), format_args!("删除{name}。")),
                }
            }
            LoggedEffect::Post { code, before, after } => {
                let post = self.post(code);
                match (before, after) {
                    (None, _) => told.say(format_args!("The post {post} is new."), format_args!("新设职务{post}。")),
                    (Some(_), Some(_)) => {
                        told.say(format_args!("The post {post} changes."), format_args!("修改职务{post}。"));
                    }
                    (Some(_), None) => {
                        told.say(format_args!("The post {post} is deleted."), format_args!("删除职务{post}。"));
                    }
                }
            }
            LoggedEffect::ApiKey { before, after, .. } => self.api_key(before.as_ref(), after.as_ref(), told),
            LoggedEffect::Role { before, after, .. } => self.role(before.as_ref(), after.as_ref(), told),
            plain => {
                let told_of = match plain {
                    LoggedEffect::Supervision { before, after, .. } => {
                        self.supervision(before.as_ref(), after.as_ref(), told)
                    }
                    _ => &[],
                };
                self.plain(plain, told_of, told);
            }
        }
    }

    fn org(self, id: OrgId, before: Option<&OrgFacts>, after: Option<&OrgFacts>, told: &mut Summary) {
        // The first version of an org tells that it is established.
        let Some(before) = before else { return };
        let name = self.name(id, Day::MAX);
        let Some(after) = after else {
            told.say(
                format_args!("{name} is deleted with its whole history."),
                format_args!("删除{name}及其全部历史。"),
            );
            return;
        };
        match (before.dissolved_on, after.dissolved_on) {
            (old, Some(on)) if old != Some(on) => {
                told.say(format_args!("{name} ends on {on}."), format_args!("{name}自{on}起撤销。"));
            }
            (Some(on), None) => {
                told.say(format_args!("{name} no longer ends on {on}."), format_args!("{name}不再于{on}撤销。"));
            }
            _ => {}
        }
        for Attribute { name: attribute, en, zh, .. } in before.differing(after) {
            if !TOLD_OF_ORGS.contains(attribute) {
                told.say(format_args!("{name} changes: {en}."), format_args!("修改{name}的{zh}。"));
            }
        }
    }

    fn version(
        self,
        id: OrgId,
        from: Day,
        before: Option<&OrgVersion>,
        after: Option<&OrgVersion>,
        told: &mut Summary,
    ) {
        let Some(after) = after else {
            // The effect on the org itself tells that it is deleted.
            let Some(org) = self.after.org(id) else { return };
            let name = &org.nearest(from).1.values.name;
            told.say(
                format_args!("The version of {name} that begins on {from} is deleted."),
                format_args!("撤回{name}自{from}起的版本。"),
            );
            return;
        };
        let values = after.values.as_ref();
        let earlier = before.or_else(|| {
            let versions = self.after.org(id)?.versions.iter();
            versions.take_while(|version| version.valid_from < from).last()
        });
        if let Some(earlier) = earlier {
            let already_told = told.total;
            self.changed(earlier.values.as_ref(), values, from, told);
            if told.total == already_told {
                self.confirmed(before, after, told);
            }
            return;
        }
        let name = &values.name;
        match values.parent_id.map(|parent| self.name(parent, from)) {
            Some(parent) => told.say(
                format_args!("{name} is established under {parent} on {from}."),
                format_args!("自{from}起在{parent}之下设立{name}。"),
            ),
            None => told.say(format_args!("{name} is established on {from}."), format_args!("自{from}起设立{name}。")),
        }
    }

    /// What changes in an org from a day on.
    fn changed(self, before: &OrgValues, after: &OrgValues, from: Day, told: &mut Summary) {
        let old = &before.name;
        let OrgValues { name, kind, parent_id, order, .. } = after;
        if before.name != *name {
            told.say(
                format_args!("{old} is called {name} from {from} on."),
                format_args!("{old}自{from}起更名为{name}。"),
            );
        }
        if before.parent_id != *parent_id {
            match parent_id.map(|parent| self.name(parent, from)) {
                Some(parent) => told.say(
                    format_args!("{old} stands under {parent} from {from} on."),
                    format_args!("{old}自{from}起隶属{parent}。"),
                ),
                None => told.say(
                    format_args!("{old} stands at the top from {from} on."),
                    format_args!("{old}自{from}起不再有上级。"),
                ),
            }
        } else if before.order != *order {
            told.say(
                format_args!("{old} has place {order} among its siblings from {from} on, not {}.", before.order),
                format_args!("{old}自{from}起在同级中的次序由{}改为{order}。", before.order),
            );
        }
        if before.kind != *kind {
            told.say(
                format_args!("{old} is of kind {} from {from} on.", kind.as_str()),
                format_args!("{old}自{from}起的类别为{}。", kind.zh()),
            );
        }
        for Attribute { name, en, zh, .. } in before.differing(after) {
            if !TOLD_OF_VERSIONS.contains(name) {
                told.say(
                    format_args!("{old} changes from {from} on: {en}."),
                    format_args!("{old}的{zh}自{from}起变更。"),
                );
            }
        }
    }

    /// What an act sets to the values that hold anyway, and documents that change.
    fn confirmed(self, before: Option<&OrgVersion>, after: &OrgVersion, told: &mut Summary) {
        let (name, from) = (&after.values.name, after.valid_from);
        let known = before.map(OrgVersion::set).unwrap_or_default();
        let newly = Fields(after.set().without(known), self.language);
        let documents = |version: &OrgVersion| version.acts.iter().map(|act| act.basis.clone()).collect::<Vec<_>>();
        match before {
            // What was not remembered is remembered from now on.
            Some(before) if !before.is_remembered() && before.basis() == after.basis() => {}
            Some(before) if newly.0.is_empty() && documents(before) == documents(after) => {}
            Some(_) if newly.0.is_empty() => told.say(
                format_args!("The basis of {name} from {from} on changes."),
                format_args!("修改{name}自{from}起的依据。"),
            ),
            _ => told.say(
                format_args!("It is confirmed for {name} from {from} on: {newly}."),
                format_args!("确认{name}自{from}起的{newly}。"),
            ),
        }
    }

    fn role(self, before: Option<&RoleFacts>, after: Option<&RoleFacts>, told: &mut Summary) {
        let Some(facts) = after.or(before) else { return };
        let from = facts.valid_from;
        let (who, org, post) =
            (self.holder(&facts.holder, from), self.name(facts.org_id, from), self.post(&facts.post));
        // The post as the sentence names it.
        let (acting, gives) = if facts.acting { ("acting ", "代理") } else { ("", "任") };
        let en = format_args!("{acting}{post} of {org}");
        let zh = format_args!("在{org}{gives}{post}");
        let until = Until(facts.valid_until, self.language);
        let (before, after) = match (before, after) {
            (Some(before), Some(after)) => (before, after),
            (None, _) => {
                return told.say(
                    format_args!("{who} becomes {en} from {from} on{until}."),
                    format_args!("{who}自{from}起{until}{zh}。"),
                );
            }
            (Some(_), None) => {
                return told.say(
                    format_args!("{who} is no longer entered as {en} from {from} on."),
                    format_args!("删除{who}自{from}起{zh}的记录。"),
                );
            }
        };
        let already_told = told.total;
        match (before.valid_until, after.valid_until) {
            (old, Some(on)) if old != Some(on) => {
                told.say(format_args!("{who} is {en} until {on}."), format_args!("{who}{zh}至{on}（不含）。"));
            }
            (Some(_), None) => {
                told.say(format_args!("{who} remains {en}, with no last day set."), format_args!("{who}继续{zh}。"))
            }
            _ => {}
        }
        if before.order != after.order {
            told.say(
                format_args!("{who}, {en}: place {} becomes {}.", before.order, after.order),
                format_args!("{who}（{zh}）的次序由{}改为{}。", before.order, after.order),
            );
        }
        if before.holder != after.holder {
            told.say(
                format_args!("{who} is now entered as {en} from {from} on."),
                format_args!("自{from}起改由{who}{zh}。"),
            );
        }
        if told.total == already_told {
            told.say(format_args!("{who}, {en}: the entry is corrected."), format_args!("更正{who}{zh}的记录。"));
        }
    }

    /// Tells of a supervision, and says which attributes it has told of.
    fn supervision(
        self,
        before: Option<&SupervisionFacts>,
        after: Option<&SupervisionFacts>,
        told: &mut Summary,
    ) -> &'static [&'static str] {
        let Some(facts) = after.or(before) else { return ALL };
        let from = facts.valid_from;
        let (group, org) = (self.name(facts.supervision_group_id, from), self.name(facts.org_id, from));
        let (reach_en, reach_zh) = match facts.scope {
            Scope::Itself => ("", ""),
            Scope::Subtree => (" and everything below it", "及其全部下级"),
        };
        let until = Until(facts.valid_until, self.language);
        match (before, after) {
            (None, _) => told.say(
                format_args!("{group} covers {org}{reach_en} from {from} on{until}."),
                format_args!("{group}自{from}起{until}督导{org}{reach_zh}。"),
            ),
            (Some(_), None) => told.say(
                format_args!("{group} is no longer entered as covering {org}{reach_en} from {from} on."),
                format_args!("删除{group}自{from}起督导{org}{reach_zh}的记录。"),
            ),
            (Some(before), Some(after)) => {
                match (before.valid_until, after.valid_until) {
                    (old, Some(on)) if old != Some(on) => told.say(
                        format_args!("{group} covers {org}{reach_en} until {on}."),
                        format_args!("{group}督导{org}{reach_zh}至{on}（不含）。"),
                    ),
                    (Some(_), None) => told.say(
                        format_args!("{group} continues to cover {org}{reach_en}, with no last day set."),
                        format_args!("{group}继续督导{org}{reach_zh}。"),
                    ),
                    _ => {}
                }
                return &["valid_until"];
            }
        }
        ALL
    }

    /// Tells of a plain object in general words: each attribute by its name, except those in `told_of`.
    fn plain(self, effect: &LoggedEffect, told_of: &[&str], told: &mut Summary) {
        let Some(PlainEffect { subject, org, from, act, values, differences }) = plain_effect(effect) else { return };
        if told_of == ALL {
            return;
        }
        let (en, zh, org) = (subject.en(), subject.zh(), self.name(org, from));
        match act {
            EffectKind::Created => {
                let values = Values { telling: self, day: from, values: &values };
                told.say(
                    format_args!("A {en} of {org} is entered: {values}."),
                    format_args!("录入{org}的{zh}：{values}。"),
                );
            }
            EffectKind::Changed => {
                for (attribute, old, new) in differences {
                    if told_of.contains(&attribute.name) {
                        continue;
                    }
                    let (old, new) = (Value(old, self, from), Value(new, self, from));
                    told.say(
                        format_args!("The {en} of {org} from {from} on: {} {new} instead of {old}.", attribute.en),
                        format_args!("{org}自{from}起的{zh}：{}由{old}改为{new}。", attribute.zh),
                    );
                }
            }
            EffectKind::Deleted => told.say(
                format_args!("The {en} of {org} from {from} on is deleted."),
                format_args!("删除{org}自{from}起的{zh}。"),
            ),
        }
    }
}
