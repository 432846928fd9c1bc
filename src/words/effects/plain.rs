//! What becomes of posts and of plain objects.

use crate::{
    domain::{EffectKind, LoggedEffect, Post, Scope, SupervisionFacts},
    words::{
        names::Teller,
        summary::Summary,
        values::{Described, PlainEffect, Rest, Values, plain_effect},
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
                let rest = self.untold(post.all(), &["name"]);
                let rest = Rest::new(&rest, self, self.telling.day);
                told.say(format_args!("The post {name} is new{rest}."), format_args!("新设职务{name}{rest}。"));
            }
            (Some(before), Some(after)) => self.differ(
                [&format_args!("the post {name}"), &format_args!("职务{name}")],
                None,
                before.differences(after),
                NOTHING,
                told,
            ),
            (Some(_), None) => {
                told.say(format_args!("The post {name} is deleted."), format_args!("删除职务{name}。"));
            }
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
                match (before.valid_until, after.valid_until) {
                    (None, Some(on)) => told.say(
                        format_args!("{group} no longer covers {org}{reach_en} from {on} on."),
                        format_args!("{group}自{on}起不再督导{org}{reach_zh}。"),
                    ),
                    (Some(old), Some(new)) if old < new => told.say(
                        format_args!("{group} covers {org}{reach_en} until {new} instead of {old}."),
                        format_args!("{group}不再督导{org}{reach_zh}的日期由{old}延至{new}。"),
                    ),
                    (Some(old), Some(new)) if old > new => told.say(
                        format_args!("{group} covers {org}{reach_en} only until {new} instead of {old}."),
                        format_args!("{group}不再督导{org}{reach_zh}的日期由{old}提前到{new}。"),
                    ),
                    (Some(old), None) => told.say(
                        format_args!("{group} continues to cover {org}{reach_en}, and no longer ends on {old}."),
                        format_args!("{group}继续督导{org}{reach_zh}，取消自{old}起不再督导的安排。"),
                    ),
                    _ => {}
                }
                self.differ(
                    [&format_args!("{group} covering {org}"), &format_args!("{group}督导{org}")],
                    None,
                    before.differences(after),
                    &["valid_until"],
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
