//! What becomes of posts and of plain objects.

use crate::{
    domain::{EffectKind, LoggedEffect, Post, Scope, SupervisionFacts},
    words::{
        names::Teller,
        summary::Summary,
        values::{Described, PlainEffect, Rest, Value, Values, plain_effect},
    },
};

/// Said of all attributes.
const ALL: &[&str] = &["*"];
/// Said of none.
pub(super) const NOTHING: &[&str] = &[];
/// What the sentences name a supervision by.
const SUPERVISION: &[&str] = &["supervision_group_id", "org_id", "scope", "valid_from", "valid_until"];

impl Teller<'_> {
    pub(super) fn catalogue(self, before: Option<&Post>, after: Option<&Post>, told: &mut Summary) {
        let Some(post) = after.or(before) else { return };
        let name = self.post(&post.code);
        match (before, after) {
            (None, _) => {
                let rest = self.untold(post.all(), &["name", "code"]);
                let code = [format!("code {}", post.code), format!("代码{}", post.code)];
                let rest = Rest::new(&rest, self, self.telling.day).after(Some(code));
                told.say(format_args!("The post {name} is new{rest}."), format_args!("新设职务{name}{rest}。"));
            }
            (Some(before), Some(after)) => {
                self.kinds(before, after, told);
                self.differ(
                    [&format_args!("the post {name}"), &format_args!("职务{name}")],
                    None,
                    before.differences(after),
                    &["kinds"],
                    told,
                );
            }
            (Some(_), None) => {
                told.say(format_args!("The post {name} is deleted."), format_args!("删除职务{name}。"));
            }
        }
    }

    /// Tells in which kinds of orgs a post exists, and how it is held there.
    fn kinds(self, before: &Post, after: &Post, told: &mut Summary) {
        let (name, day) = (self.post(&after.code), self.telling.day);
        let said = |kind| Value(kind, self, day);
        for old in before.kinds.iter().filter(|old| after.in_kind(old.kind).is_none()) {
            let gone = said(old);
            told.say(
                format_args!("The post {name} no longer exists in orgs of the kind {gone}."),
                format_args!("职务{name}不再适用于{gone}。"),
            );
        }
        for new in &after.kinds {
            match before.in_kind(new.kind) {
                None => {
                    let new = said(new);
                    told.say(
                        format_args!("The post {name} exists in orgs of the kind {new}."),
                        format_args!("职务{name}增加适用于{new}。"),
                    );
                }
                Some(old) if old != new => {
                    let (old, new) = (said(old), said(new));
                    told.say(
                        format_args!("The post {name} exists in orgs of the kind {new} instead of {old}."),
                        format_args!("职务{name}的适用由{old}改为{new}。"),
                    );
                }
                Some(_) => {}
            }
        }
        let order = |post: &Post| post.kinds.iter().map(|kind| kind.kind).collect::<Vec<_>>();
        let (old, new) = (order(before), order(after));
        if old != new && old.len() == new.len() && old.iter().all(|kind| new.contains(kind)) {
            let all = Value(&after.kinds, self, day);
            told.say(
                format_args!("The order of the kinds of the post {name} is {all}."),
                format_args!("职务{name}的适用类别顺序改为{all}。"),
            );
        }
    }

    /// Tells of a supervision, and says which attributes it has told of.
    pub(super) fn supervision(
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
        let rest = self.untold(facts.all(), SUPERVISION);
        let until = facts.valid_until.map(|until| [format!("until {until}"), format!("自{until}起不再督导")]);
        let rest = Rest::new(&rest, self, from).after(until);
        match (before, after) {
            (None, _) => told.say(
                format_args!("{group} covers {org}{reach_en} from {from} on{rest}."),
                format_args!("{group}自{from}起督导{org}{reach_zh}{rest}。"),
            ),
            (Some(_), None) => told.say(
                format_args!("{group} is no longer entered as covering {org}{reach_en} from {from} on{rest}."),
                format_args!("删除{group}自{from}起督导{org}{reach_zh}的记录{rest}。"),
            ),
            (Some(before), Some(after)) => {
                let document = self.end_document(SupervisionFacts::ATTRIBUTES, [&before.end_basis, &after.end_basis]);
                match (before.valid_until, after.valid_until) {
                    (None, Some(on)) => told.say(
                        format_args!("{group} no longer covers {org}{reach_en} from {on} on{document}."),
                        format_args!("{group}自{on}起不再督导{org}{reach_zh}{document}。"),
                    ),
                    (Some(old), Some(new)) if old < new => told.say(
                        format_args!("{group} covers {org}{reach_en} until {new} instead of {old}{document}."),
                        format_args!("{group}不再督导{org}{reach_zh}的日期由{old}延至{new}{document}。"),
                    ),
                    (Some(old), Some(new)) if old > new => told.say(
                        format_args!("{group} covers {org}{reach_en} only until {new} instead of {old}{document}."),
                        format_args!("{group}不再督导{org}{reach_zh}的日期由{old}提前到{new}{document}。"),
                    ),
                    (Some(old), None) => told.say(
                        format_args!(
                            "{group} continues to cover {org}{reach_en}: the end on {old} is called off{document}."
                        ),
                        format_args!("{group}继续督导{org}{reach_zh}，取消自{old}起不再督导的安排{document}。"),
                    ),
                    _ => {}
                }
                let ends = before.valid_until != after.valid_until;
                let told_of: &[&str] = if ends { &["valid_until", "end_basis"] } else { NOTHING };
                self.differ(
                    [&format_args!("{group} covering {org}"), &format_args!("{group}对{org}")],
                    None,
                    before.differences(after),
                    told_of,
                    told,
                );
            }
        }
        ALL
    }

    /// Tells of a plain object in general words: each attribute by its name, except those in `told_of`.
    pub(super) fn plain(self, effect: &LoggedEffect, told_of: &[&str], told: &mut Summary) {
        let Some(plain) = plain_effect(effect) else { return };
        let PlainEffect { subject, orgs, from, act, values, differences, periods: _ } = plain;
        let Some(org) = orgs.first() else { return };
        if told_of == ALL {
            return;
        }
        let (en, zh, org) = (subject.en(), subject.zh(), self.name(*org, from));
        match act {
            EffectKind::Created => {
                let values = self.untold(values, told_of);
                let values = Values { teller: self, day: from, values: &values };
                told.say(
                    format_args!("A {en} of {org} is entered: {values}."),
                    format_args!("录入{org}的{zh}：{values}。"),
                );
            }
            EffectKind::Changed => self.differ(
                [&format_args!("the {en} of {org} from {from} on"), &format_args!("{org}自{from}起的{zh}")],
                None,
                differences,
                told_of,
                told,
            ),
            EffectKind::Deleted => {
                let values = self.untold(values, told_of);
                let values = Rest::new(&values, self, from);
                told.say(
                    format_args!("The {en} of {org} from {from} on is deleted{values}."),
                    format_args!("删除{org}自{from}起的{zh}{values}。"),
                );
            }
        }
    }
}
