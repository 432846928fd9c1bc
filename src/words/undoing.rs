//! What an act that undoes others does not bring back as it was, and why.

use super::{
    names::Teller,
    summary::Summary,
    values::{Described, PlainEffect, Value, plain_effect},
};
use crate::domain::{Day, Holder, LoggedEffect, NotAsBefore, OrgId, OrgVersion, RoleFacts, Since, Subject};

impl Teller<'_> {
    pub(super) fn not_as_before(self, NotAsBefore { effect, since }: &NotAsBefore, told: &mut Summary) {
        match effect {
            LoggedEffect::Org { id, after, .. } => {
                let ended = after.as_ref().and_then(|after| after.dissolved_on);
                self.org_not_as_before(*id, ended, *since, told);
            }
            LoggedEffect::OrgVersion { id, before: Some(before), .. } => {
                self.version_not_as_before(*id, before, *since, told);
            }
            LoggedEffect::Role { before: Some(before), .. } => self.role_not_as_before(before, *since, told),
            LoggedEffect::Supervision { before: Some(before), .. } => {
                let from = before.valid_from;
                let (group, org) = (self.name(before.supervision_group_id, from), self.name(before.org_id, from));
                let covers = [format!("{group} covering {org} from {from} on"), format!("{group}自{from}起督导{org}")];
                self.plain_not_as_before(&covers, *since, told);
            }
            other => {
                let Some(PlainEffect { subject, orgs, from, .. }) = plain_effect(other) else { return };
                let Some(org) = orgs.first() else { return };
                let (en, zh, org) = (subject.en(), subject.zh(), self.name(*org, from));
                let plain = [format!("the {en} of {org} from {from} on"), format!("{org}自{from}起的{zh}")];
                self.plain_not_as_before(&plain, *since, told);
            }
        }
    }

    fn org_not_as_before(self, id: OrgId, ended: Option<Day>, since: Since, told: &mut Summary) {
        match (since, ended) {
            (Since::EndSet { on }, _) => {
                let name = self.name(id, on);
                told.say(
                    format_args!("{name} ends on {on} all the same: another act has set this end since."),
                    format_args!("{name}仍自{on}起撤销：其撤销日期此后已另行确定。"),
                );
            }
            (_, Some(on)) => told.say(
                format_args!("An org that ended on {on} does not come back: it has been deleted since."),
                format_args!("有一个组织自{on}起撤销，未能恢复：该组织此后已被删除。"),
            ),
            (_, None) => {}
        }
    }

    fn version_not_as_before(self, id: OrgId, before: &OrgVersion, since: Since, told: &mut Summary) {
        let on = before.valid_from;
        let Some(org) = self.telling.after.org(id) else {
            let name = &before.values.name;
            return match since {
                Since::Deleted => told.say(
                    format_args!(
                        "What was set for {name} from {on} on does not come back: the org has been deleted since."
                    ),
                    format_args!("原定{name}自{on}起的内容未能恢复：该组织此后已被删除。"),
                ),
                _ => told.say(
                    format_args!(
                        "{name}, which was to be established on {on}, does not come back: the org above it has been deleted since."
                    ),
                    format_args!("原定自{on}起设立的{name}未能恢复：其上级组织此后已被删除。"),
                ),
            };
        };
        let name = self.name(id, on);
        match since {
            Since::ValuesSet => {
                let differing = org.on(on).map(|there| before.values.differing(&there.values)).unwrap_or_default();
                let set = before.set();
                for (attribute, value) in before.values.every() {
                    let differs = differing.iter().any(|other| other.name == attribute.name);
                    if !differs || before.is_remembered() && !set.has(attribute.name) {
                        continue;
                    }
                    let (en, zh, value) = (attribute.en, attribute.zh, Value(value, self, on));
                    told.say(
                        format_args!(
                            "What was set for {name} on {on} does not come back, since something else has been set there: {en} {value}."
                        ),
                        format_args!("原定{name}自{on}起{zh}为{value}，未能恢复：自该日起的内容此后已另行确定。"),
                    );
                }
            }
            Since::UnitsDeleted => told.say(
                format_args!(
                    "{name} comes back with fewer units from {on} on: those that it lacks have been deleted since."
                ),
                format_args!("{name}自{on}起的所属单位未能全部恢复：其余单位此后已被删除。"),
            ),
            _ => told.say(
                format_args!(
                    "What was set for {name} from {on} on does not come back: the org above it has been deleted since."
                ),
                format_args!("原定{name}自{on}起的内容未能恢复：其上级组织此后已被删除。"),
            ),
        }
    }

    fn role_not_as_before(self, role: &RoleFacts, since: Since, told: &mut Summary) {
        let from = role.valid_from;
        let holder = self.telling.after.meant_holder(&role.holder);
        let (who, position) = (self.holder(&holder, from), self.position(role.org_id, &role.post, role.acting, from));
        match since {
            Since::Deleted => told.say(
                format_args!("{who} does not go on as {position}: the role has been deleted since."),
                format_args!("{who}任{position}未能恢复：该任职记录此后已被删除。"),
            ),
            Since::EndSet { on } => told.say(
                format_args!(
                    "{who} is no longer {position} from {on} on all the same: another act has set this end since."
                ),
                format_args!("{who}仍自{on}起不再担任{position}：其终止日期此后已另行确定。"),
            ),
            Since::Merged => told.say(
                format_args!(
                    "{who} becomes {position} on {from} in place of an entry that has been merged into this one since."
                ),
                format_args!("{who}自{from}起任{position}：原定人员的条目此后已并入该条目。"),
            ),
            Since::Needed(needed) => {
                let (en, zh) = match (needed, &role.holder) {
                    (Subject::Post, _) => ("the post has", "该职务"),
                    (Subject::Person, _) => ("this person has", "该人员"),
                    (_, Holder::Unit(unit)) if *unit != role.org_id => ("one of the two orgs has", "其中的组织"),
                    (_, Holder::Seat(seat)) if seat.org_id != role.org_id => ("one of the two orgs has", "其中的组织"),
                    _ => ("this org has", "该组织"),
                };
                told.say(
                    format_args!("{who} does not become {position} on {from} again: {en} been deleted since."),
                    format_args!("原定{who}自{from}起任{position}，未能恢复：{zh}此后已被删除。"),
                );
            }
            Since::EnteredAgain => told.say(
                format_args!("The role of {who} as {position} from {from} on does not come back: it has been entered again since."),
                format_args!("{who}自{from}起任{position}的原任职记录未能恢复：此后已重新登记。"),
            ),
            Since::ValuesSet | Since::UnitsDeleted => {}
        }
    }

    /// The same of a plain object, which stands in a sentence as `plain` in English and in Chinese.
    fn plain_not_as_before(self, [en, zh]: &[String; 2], since: Since, told: &mut Summary) {
        match since {
            Since::EndSet { on } => told.say(
                format_args!("This ends on {on} all the same, since another act has set this end: {en}."),
                format_args!("{zh}仍于{on}终止：其终止日期此后已另行确定。"),
            ),
            Since::EnteredAgain => told.say(
                format_args!("This does not come back, since it has been entered again: {en}."),
                format_args!("{zh}的原记录未能恢复：此后已重新登记。"),
            ),
            Since::Deleted => told.say(
                format_args!("This does not go on, since it has been deleted: {en}."),
                format_args!("{zh}未能恢复：该记录此后已被删除。"),
            ),
            _ => told.say(
                format_args!("This does not come back, since an org that it names has been deleted: {en}."),
                format_args!("{zh}未能恢复：所涉及的组织此后已被删除。"),
            ),
        }
    }
}
