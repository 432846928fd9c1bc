//! What effects do, in plain words and both languages, for dry runs: a sentence a fact.

use super::Words;
use crate::{
    directory::Snapshot,
    domain::{
        Act, Day, Holder, LoggedEffect, OrgFacts, OrgId, OrgValues, OrgVersion, PersonId, PostCode, RoleFacts, Scope,
        SupervisionFacts,
    },
};

/// Tells effects between two states of the directory.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'s> {
    /// The directory without the effects.
    pub before: &'s Snapshot,
    /// The directory with them.
    pub after: &'s Snapshot,
}

impl Telling<'_> {
    /// The sentences, in the order of the effects; a body that is founded or erased has one.
    pub fn tell(self, effects: &[LoggedEffect]) -> Vec<Words> {
        effects.iter().flat_map(|effect| self.one(effect)).collect()
    }

    fn one(self, effect: &LoggedEffect) -> Vec<Words> {
        match effect {
            LoggedEffect::Org { id, before, after } => self.org(*id, before.as_ref(), after.as_ref()),
            LoggedEffect::OrgVersion { id, valid_from, before, after } => {
                self.version(*id, *valid_from, before.as_ref(), after.as_ref())
            }
            LoggedEffect::Person { id, act, fields: _ } => {
                let name = self.person(*id);
                vec![match act {
                    Act::Created => Words::new(format!("{name} is entered."), format!("录入{name}。")),
                    Act::Changed => {
                        Words::new(format!("What is said of {name} changes."), format!("修改{name}的信息。"))
                    }
                    Act::Deleted => Words::new(format!("{name} is erased."), format!("删除{name}。")),
                }]
            }
            LoggedEffect::Post { code, before, after } => {
                let Words { en, zh } = self.post(code);
                vec![match (before, after) {
                    (None, _) => Words::new(format!("The post {en} is new."), format!("新设职务{zh}。")),
                    (Some(_), Some(_)) => Words::new(format!("The post {en} changes."), format!("修改职务{zh}。")),
                    (Some(_), None) => Words::new(format!("The post {en} is erased."), format!("删除职务{zh}。")),
                }]
            }
            LoggedEffect::Role { before, after, .. } => self.role(before.as_ref(), after.as_ref()),
            LoggedEffect::Supervision { before, after, .. } => self.supervision(before.as_ref(), after.as_ref()),
        }
    }

    fn org(self, id: OrgId, before: Option<&OrgFacts>, after: Option<&OrgFacts>) -> Vec<Words> {
        // Of a body that is founded, its version tells.
        let Some(before) = before else { return Vec::new() };
        let name = self.body(id, Day::MAX);
        let Some(after) = after else {
            return vec![Words::new(
                format!("{name} is erased with its whole history."),
                format!("删除{name}及其全部历史。"),
            )];
        };
        let mut told = Vec::new();
        match (before.dissolved_on, after.dissolved_on) {
            (old, Some(on)) if old != Some(on) => {
                told.push(Words::new(format!("{name} ends on {on}."), format!("{name}自{on}起撤销。")));
            }
            (Some(on), None) => {
                told.push(Words::new(format!("{name} no longer ends on {on}."), format!("{name}不再于{on}撤销。")));
            }
            _ => {}
        }
        for (changed, en, zh) in [
            (before.duties != after.duties, "duties", "职责"),
            (before.external_ids != after.external_ids, "external identifiers", "外部标识"),
            (before.member_counts != after.member_counts, "member counts", "党员人数"),
            (before.successor_ids != after.successor_ids, "successors", "承继组织"),
        ] {
            if changed {
                told.push(Words::new(format!("The {en} of {name} change."), format!("修改{name}的{zh}。")));
            }
        }
        told
    }

    fn version(self, id: OrgId, from: Day, before: Option<&OrgVersion>, after: Option<&OrgVersion>) -> Vec<Words> {
        let Some(after) = after else {
            // Of a body that is erased, its own effect tells.
            let Some(org) = self.after.org(id) else { return Vec::new() };
            let name = &org.nearest(from).1.values.name;
            return vec![Words::new(
                format!("What was said of {name} from {from} on is taken back."),
                format!("撤回{name}自{from}起的版本。"),
            )];
        };
        let values = after.values.as_ref();
        let earlier = before.map(|before| before.values.as_ref());
        let earlier = earlier.or_else(|| Some(self.before.org(id)?.nearest(from).1.values.as_ref()));
        if let Some(earlier) = earlier {
            return self.changed(earlier, values, from);
        }
        let name = &values.name;
        vec![match values.parent_id.map(|parent| self.body(parent, from)) {
            Some(parent) => Words::new(
                format!("{name} is founded under {parent} on {from}."),
                format!("自{from}起在{parent}之下设立{name}。"),
            ),
            None => Words::new(format!("{name} is founded on {from}."), format!("自{from}起设立{name}。")),
        }]
    }

    /// What becomes different in a body from a day on.
    fn changed(self, before: &OrgValues, after: &OrgValues, from: Day) -> Vec<Words> {
        let old = &before.name;
        let OrgValues {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
        } = after;
        let mut told = Vec::new();
        if before.name != *name {
            told.push(Words::new(
                format!("{old} is called {name} from {from} on."),
                format!("{old}自{from}起更名为{name}。"),
            ));
        }
        if before.parent_id != *parent_id {
            let above = parent_id.map_or_else(
                || Words::new("stands at the top", "不再有上级"),
                |parent| {
                    let parent = self.body(parent, from);
                    Words::new(format!("stands under {parent}"), format!("隶属{parent}"))
                },
            );
            told.push(Words::new(
                format!("{old} {} from {from} on.", above.en),
                format!("{old}自{from}起{}。", above.zh),
            ));
        } else if before.order != *order {
            told.push(Words::new(
                format!("{old} has place {order} among its siblings from {from} on, not {}.", before.order),
                format!("{old}自{from}起在同级中的次序由{}改为{order}。", before.order),
            ));
        }
        if before.kind != *kind {
            told.push(Words::new(
                format!("{old} is of kind {} from {from} on.", kind.as_str()),
                format!("{old}自{from}起的类别为 {}。", kind.as_str()),
            ));
        }
        for (changed, en, zh) in [
            (before.short_name != *short_name, "short name", "简称"),
            (before.name_en != *name_en, "English name", "英文名称"),
            (before.code != *code, "code", "代码"),
            (before.branch_type != *branch_type, "branch type", "支部类型"),
            (before.joint != *joint, "being joint", "联合支部属性"),
            (before.temporary != *temporary, "being temporary", "临时支部属性"),
            (before.unit_ids != *unit_ids, "units", "所属单位"),
        ] {
            if changed {
                let en = format!("Another {en} of {old} holds from {from} on.");
                told.push(Words::new(en, format!("{old}的{zh}自{from}起变更。")));
            }
        }
        if told.is_empty() {
            told.push(Words::new(
                format!("The document behind {old} from {from} on changes."),
                format!("修改{old}自{from}起的依据。"),
            ));
        }
        told
    }

    fn role(self, before: Option<&RoleFacts>, after: Option<&RoleFacts>) -> Vec<Words> {
        let Some(facts) = after.or(before) else { return Vec::new() };
        let from = facts.valid_from;
        let who = self.holder(&facts.holder, from);
        let org = self.body(facts.org_id, from);
        let post = self.post(&facts.post);
        let acting = if facts.acting { "acting " } else { "" };
        // What is held, and as what.
        let en = format!("{acting}{} of {org}", post.en);
        let zh = format!("在{org}{}{}", if facts.acting { "代理" } else { "任" }, post.zh);
        let (until_en, until_zh) = until(facts.valid_until);
        let (before, after) = match (before, after) {
            (Some(before), Some(after)) => (before, after),
            (None, _) => {
                let told = format!("{} becomes {en} from {from} on{until_en}.", who.en);
                return vec![Words::new(told, format!("{}自{from}起{until_zh}{zh}。", who.zh))];
            }
            (Some(_), None) => {
                let told = format!("{} as {en} from {from} on is taken out.", who.en);
                return vec![Words::new(told, format!("删除{}自{from}起{zh}的记录。", who.zh))];
            }
        };
        let mut told = Vec::new();
        match (before.valid_until, after.valid_until) {
            (old, Some(on)) if old != Some(on) => {
                told.push(Words::new(
                    format!("{} is {en} until {on}.", who.en),
                    format!("{}{zh}至{on}（不含）。", who.zh),
                ));
            }
            (Some(_), None) => {
                told.push(Words::new(format!("{} goes on as {en}.", who.en), format!("{}继续{zh}。", who.zh)));
            }
            _ => {}
        }
        if before.order != after.order {
            told.push(Words::new(
                format!("{}, {en}: place {} becomes {}.", who.en, before.order, after.order),
                format!("{}（{zh}）的次序由{}改为{}。", who.zh, before.order, after.order),
            ));
        }
        if before.holder != after.holder {
            let told_en = format!("What was held as {en} from {from} on is now held by {}.", who.en);
            told.push(Words::new(told_en, format!("自{from}起改由{}{zh}。", who.zh)));
        }
        if told.is_empty() {
            told.push(Words::new(format!("{} as {en} is corrected.", who.en), format!("更正{}{zh}的记录。", who.zh)));
        }
        told
    }

    fn supervision(self, before: Option<&SupervisionFacts>, after: Option<&SupervisionFacts>) -> Vec<Words> {
        let Some(facts) = after.or(before) else { return Vec::new() };
        let from = facts.valid_from;
        let group = self.body(facts.supervision_group_id, from);
        let org = self.body(facts.org_id, from);
        let (reach_en, reach_zh) = match facts.scope {
            Scope::Itself => ("", ""),
            Scope::Subtree => (" and everything below it", "及其全部下级"),
        };
        let (until_en, until_zh) = until(facts.valid_until);
        vec![match (before, after) {
            (None, _) => Words::new(
                format!("{group} covers {org}{reach_en} from {from} on{until_en}."),
                format!("{group}自{from}起{until_zh}督导{org}{reach_zh}。"),
            ),
            (Some(_), None) => Words::new(
                format!("{group} covering {org}{reach_en} from {from} on is taken out."),
                format!("删除{group}自{from}起督导{org}{reach_zh}的记录。"),
            ),
            (Some(before), Some(after)) => match (before.valid_until, after.valid_until) {
                (old, Some(on)) if old != Some(on) => Words::new(
                    format!("{group} covers {org}{reach_en} until {on}."),
                    format!("{group}督导{org}{reach_zh}至{on}（不含）。"),
                ),
                (Some(_), None) => Words::new(
                    format!("{group} goes on covering {org}{reach_en}."),
                    format!("{group}继续督导{org}{reach_zh}。"),
                ),
                _ => Words::new(
                    format!("That {group} covers {org} is corrected."),
                    format!("更正{group}督导{org}的记录。"),
                ),
            },
        }]
    }

    /// Who holds, as a sentence names it.
    fn holder(self, holder: &Holder, day: Day) -> Words {
        match holder {
            Holder::Person(id) => {
                let name = self.person(*id);
                Words::new(name.clone(), name)
            }
            Holder::Unit(id) => {
                let name = self.body(*id, day);
                Words::new(name.clone(), name)
            }
            Holder::Seat(seat) => {
                let (org, post) = (self.body(seat.org_id, day), self.post(&seat.post));
                Words::new(format!("Whoever is {} of {org}", post.en), format!("{org}{}（席位）", post.zh))
            }
        }
    }

    fn person(self, id: PersonId) -> String {
        let person = self.after.person(id).or_else(|| self.before.person(id));
        person.map_or_else(|| id.to_string(), |person| person.name().to_string())
    }

    fn post(self, code: &PostCode) -> Words {
        let Some(post) = self.after.post(code).or_else(|| self.before.post(code)) else {
            return Words::new(code.to_string(), code.to_string());
        };
        let en = post.name_en.as_ref().map_or_else(|| post.name.to_string(), |name| name.as_str().to_lowercase());
        Words::new(en, post.name.to_string())
    }

    /// A body by the name that it has before the change, so that all sentences call it the same.
    fn body(self, id: OrgId, day: Day) -> String {
        let view = self.before.org_on(id, day).or_else(|| self.after.org_on(id, day));
        view.map_or_else(|| id.to_string(), |view| view.values().name.to_string())
    }
}

fn until(day: Option<Day>) -> (String, String) {
    day.map(|day| (format!(", until {day}"), format!("至{day}（不含）"))).unwrap_or_default()
}
