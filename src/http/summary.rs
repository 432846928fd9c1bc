//! What effects do, in plain words and both languages: one sentence an effect, for dry runs.

use super::language::Words;
use crate::{
    directory::Snapshot,
    domain::{
        Act, Day, Holder, LoggedEffect, Name, OrgFacts, OrgId, OrgValues, OrgVersion, PersonId, PostCode, RoleFacts,
        Scope, SupervisionFacts,
    },
};

/// Tells effects between two states of the directory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Telling<'s> {
    /// The directory without the effects.
    pub(super) before: &'s Snapshot,
    /// The directory with them.
    pub(super) after: &'s Snapshot,
}

impl Telling<'_> {
    /// The sentences, in the order of the effects.
    pub(super) fn tell(self, effects: &[LoggedEffect]) -> Vec<Words> {
        effects.iter().filter_map(|effect| self.one(effect)).collect()
    }

    fn one(self, effect: &LoggedEffect) -> Option<Words> {
        match effect {
            LoggedEffect::Org { id, before, after } => self.org(*id, before.as_ref(), after.as_ref()),
            LoggedEffect::OrgVersion { id, valid_from, before, after } => {
                self.version(*id, *valid_from, before.as_ref(), after.as_ref())
            }
            LoggedEffect::Person { id, act, fields: _ } => {
                let name = self.person(*id);
                Some(match act {
                    Act::Created => Words::new(format!("{name} is entered."), format!("录入{name}。")),
                    Act::Changed => {
                        Words::new(format!("What is said of {name} changes."), format!("修改{name}的信息。"))
                    }
                    Act::Deleted => Words::new(format!("{name} is erased."), format!("删除{name}。")),
                })
            }
            LoggedEffect::Post { code, before, after } => {
                let name = self.post(code);
                Some(match (before, after) {
                    (None, _) => Words::new(format!("The post {name} is new."), format!("新设职务{name}。")),
                    (Some(_), Some(_)) => Words::new(format!("The post {name} changes."), format!("修改职务{name}。")),
                    (Some(_), None) => Words::new(format!("The post {name} is erased."), format!("删除职务{name}。")),
                })
            }
            LoggedEffect::Role { before, after, .. } => self.role(before.as_ref(), after.as_ref()),
            LoggedEffect::Supervision { before, after, .. } => self.supervision(before.as_ref(), after.as_ref()),
        }
    }

    fn org(self, id: OrgId, before: Option<&OrgFacts>, after: Option<&OrgFacts>) -> Option<Words> {
        let before = before?;
        let name = self.body(id, Day::MAX);
        let Some(after) = after else {
            return Some(Words::new(
                format!("{name} is erased with its whole history."),
                format!("删除{name}及其全部历史。"),
            ));
        };
        Some(match (before.dissolved_on, after.dissolved_on) {
            (before, Some(on)) if before != Some(on) => {
                Words::new(format!("{name} ends on {on}."), format!("{name}自{on}起撤销。"))
            }
            (Some(on), None) => {
                Words::new(format!("{name} no longer ends on {on}."), format!("{name}不再于{on}撤销。"))
            }
            _ => Words::new(
                format!("Duties, identifiers or counts of {name} change."),
                format!("修改{name}的职责、标识或人数。"),
            ),
        })
    }

    fn version(self, id: OrgId, from: Day, before: Option<&OrgVersion>, after: Option<&OrgVersion>) -> Option<Words> {
        let Some(after) = after else {
            // Of a body that is erased, its own effect tells.
            let org = self.after.org(id)?;
            let name = &org.nearest(from).1.values.name;
            return Some(Words::new(
                format!("What was said of {name} from {from} on is taken back."),
                format!("撤回{name}自{from}起的版本。"),
            ));
        };
        let values = after.values.as_ref();
        if self.before.org(id).is_none() && before.is_none() {
            let name = &values.name;
            return Some(match values.parent_id.map(|parent| self.body(parent, from)) {
                Some(parent) => Words::new(
                    format!("{name} is founded under {parent} on {from}."),
                    format!("自{from}起在{parent}之下设立{name}。"),
                ),
                None => Words::new(format!("{name} is founded on {from}."), format!("自{from}起设立{name}。")),
            });
        }
        let earlier = match before {
            Some(before) => before.values.as_ref(),
            None => self.before.org(id)?.nearest(from).1.values.as_ref(),
        };
        Some(changed(earlier, values, from))
    }

    fn role(self, before: Option<&RoleFacts>, after: Option<&RoleFacts>) -> Option<Words> {
        let facts = after.or(before)?;
        let from = facts.valid_from;
        let who = self.holder(&facts.holder, from);
        let org = self.body(facts.org_id, from);
        let post = self.post(&facts.post);
        let acting = if facts.acting { ("acting ", "代理") } else { ("", "") };
        let (until_en, until_zh) = until(facts.valid_until);
        Some(match (before, after) {
            (None, _) => Words::new(
                format!("{} becomes {}{post} of {org} from {from} on{until_en}.", who.en, acting.0),
                format!("{}自{from}起{until_zh}{}任{org}{post}。", who.zh, acting.1),
            ),
            (Some(_), None) => Words::new(
                format!("{} as {}{post} of {org} from {from} on is taken out.", who.en, acting.0),
                format!("删除{}自{from}起{}任{org}{post}的记录。", who.zh, acting.1),
            ),
            (Some(before), Some(after)) => match (before.valid_until, after.valid_until) {
                (old, Some(on)) if old != Some(on) => Words::new(
                    format!("{} is {}{post} of {org} until {on}.", who.en, acting.0),
                    format!("{}自{on}起不再{}任{org}{post}。", who.zh, acting.1),
                ),
                (Some(_), None) => Words::new(
                    format!("{} goes on as {}{post} of {org}.", who.en, acting.0),
                    format!("{}继续{}任{org}{post}。", who.zh, acting.1),
                ),
                _ if before.order != after.order => Words::new(
                    format!("{}, {post} of {org}: place {} becomes {}.", who.en, before.order, after.order),
                    format!("{}（{org}{post}）的次序由{}改为{}。", who.zh, before.order, after.order),
                ),
                _ if before.holder != after.holder => Words::new(
                    format!("{post} of {org} from {from} on is now held by {}.", who.en),
                    format!("{org}{post}（自{from}起）改由{}担任。", who.zh),
                ),
                _ => Words::new(
                    format!("The role of {} as {post} of {org} is corrected.", who.en),
                    format!("更正{}任{org}{post}的记录。", who.zh),
                ),
            },
        })
    }

    fn supervision(self, before: Option<&SupervisionFacts>, after: Option<&SupervisionFacts>) -> Option<Words> {
        let facts = after.or(before)?;
        let from = facts.valid_from;
        let group = self.body(facts.supervision_group_id, from);
        let org = self.body(facts.org_id, from);
        let (reach_en, reach_zh) = match facts.scope {
            Scope::Itself => ("", ""),
            Scope::Subtree => (" and everything below it", "及其全部下级"),
        };
        let (until_en, until_zh) = until(facts.valid_until);
        Some(match (before, after) {
            (None, _) => Words::new(
                format!("{group} covers {org}{reach_en} from {from} on{until_en}."),
                format!("{group}自{from}起{until_zh}督导{org}{reach_zh}。"),
            ),
            (Some(_), None) => Words::new(
                format!("{group} covering {org}{reach_en} from {from} on is taken out."),
                format!("删除{group}自{from}起督导{org}{reach_zh}的记录。"),
            ),
            (Some(before), Some(after)) => match after.valid_until {
                Some(on) if before.valid_until != Some(on) => Words::new(
                    format!("{group} covers {org}{reach_en} until {on}."),
                    format!("{group}自{on}起不再督导{org}{reach_zh}。"),
                ),
                _ => Words::new(
                    format!("That {group} covers {org} is corrected."),
                    format!("更正{group}督导{org}的记录。"),
                ),
            },
        })
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
                Words::new(format!("Whoever is {post} of {org}"), format!("{org}{post}（席位）"))
            }
        }
    }

    fn person(self, id: PersonId) -> String {
        let person = self.after.person(id).or_else(|| self.before.person(id));
        person.map_or_else(|| id.to_string(), |person| person.name.to_string())
    }

    fn post(self, code: &PostCode) -> String {
        let post = self.after.post(code).or_else(|| self.before.post(code));
        post.map_or_else(|| code.to_string(), |post| post.name.to_string())
    }

    fn body(self, id: OrgId, day: Day) -> String {
        let view = self.after.org_on(id, day).or_else(|| self.before.org_on(id, day));
        view.map_or_else(|| id.to_string(), |view| view.values().name.to_string())
    }
}

fn until(day: Option<Day>) -> (String, String) {
    day.map(|day| (format!(", until {day}"), format!("至{day}（不含）"))).unwrap_or_default()
}

/// What becomes different in a body from a day on.
fn changed(before: &OrgValues, after: &OrgValues, from: Day) -> Words {
    let name: &Name = &before.name;
    if before.name != after.name {
        return Words::new(
            format!("{name} is called {} from {from} on.", after.name),
            format!("{name}自{from}起更名为{}。", after.name),
        );
    }
    let OrgValues {
        name: _,
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
    let fields = [
        ("short_name", before.short_name != *short_name),
        ("name_en", before.name_en != *name_en),
        ("kind", before.kind != *kind),
        ("parent_id", before.parent_id != *parent_id),
        ("code", before.code != *code),
        ("order", before.order != *order),
        ("branch_type", before.branch_type != *branch_type),
        ("joint", before.joint != *joint),
        ("temporary", before.temporary != *temporary),
        ("unit_ids", before.unit_ids != *unit_ids),
    ];
    let fields: Vec<&str> = fields.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect();
    if fields.is_empty() {
        return Words::new(
            format!("The document behind {name} from {from} on changes."),
            format!("修改{name}自{from}起的依据。"),
        );
    }
    Words::new(
        format!("{name} changes from {from} on: {}.", fields.join(", ")),
        format!("{name}自{from}起变更：{}。", fields.join("、")),
    )
}
