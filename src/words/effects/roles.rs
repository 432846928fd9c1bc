//! What becomes of roles.

use super::act::{Act, role_day};
use crate::{
    domain::{Day, Holder, RoleFacts, RoleId},
    words::{
        names::Teller,
        summary::Summary,
        values::{Described, Rest, Said},
    },
};

/// What the sentences name a role by.
const TOLD: &[&str] = &["org_id", "post", "holder", "valid_from", "valid_until", "acting"];

impl Teller<'_> {
    pub(super) fn role(self, id: RoleId, [before, after]: [Option<&RoleFacts>; 2], act: &Act<'_>, told: &mut Summary) {
        let Some(facts) = after.or(before) else { return };
        let from = facts.valid_from;
        let day = role_day(before, after).unwrap_or(from);
        let (who, position) =
            (self.holder(&facts.holder, day), self.position(facts.org_id, &facts.post, facts.acting, day));
        let place = self.place_on(id, from, after.is_some());
        let mut rest = self.untold(facts.all(), TOLD);
        for (attribute, value) in &mut rest {
            if let Some(place) = place.as_ref().filter(|_| attribute.name == "order") {
                *value = place as &dyn Said;
            }
        }
        let rest = Rest::new(&rest, self, day)
            .after(facts.valid_until.map(|until| [format!("until {until}"), format!("自{until}起不再担任")]));
        let (before, after) = match (before, after) {
            (Some(before), Some(after)) => (before, after),
            (None, _) => {
                return told.say(
                    format_args!("{who} becomes {position} from {from} on{rest}."),
                    format_args!("{who}自{from}起任{position}{rest}。"),
                );
            }
            (Some(_), None) => {
                return told.say(
                    format_args!("{who} is no longer entered as {position} from {from} on{rest}."),
                    format_args!("删除{who}自{from}起任{position}的记录{rest}。"),
                );
            }
        };
        let mut told_of = vec!["valid_until", "holder"];
        if before.valid_until != after.valid_until {
            told_of.push("end_basis");
            self.role_ends(before, after, day, told);
        }
        if before.holder != after.holder {
            let (old, new) = (self.holder(&before.holder, day), self.holder(&after.holder, day));
            match &before.holder {
                // Two entries of one person often have the same name.
                Holder::Person(gone) if act.merged.contains_key(gone) => told.say(
                    format_args!("The role of {old} as {position} from {from} on passes to the entry that stays."),
                    format_args!("被并入的条目中{old}自{from}起任{position}的记录转入保留的条目。"),
                ),
                _ => told.say(
                    format_args!("{position} from {from} on is {new} instead of {old}."),
                    format_args!("{position}自{from}起由{old}改为{new}。"),
                ),
            }
        }
        self.differ(
            [&format_args!("{who} as {position}"), &format_args!("{who}任{position}")],
            None,
            before.differences(after),
            &told_of,
            told,
        );
    }

    /// Tells of the end of a role, with its document.
    fn role_ends(self, before: &RoleFacts, after: &RoleFacts, day: Day, told: &mut Summary) {
        let (who, position) =
            (self.holder(&after.holder, day), self.position(after.org_id, &after.post, after.acting, day));
        let document = self.end_document(RoleFacts::ATTRIBUTES, [&before.end_basis, &after.end_basis]);
        match (before.valid_until, after.valid_until) {
            (None, Some(on)) => told.say(
                format_args!("{who} is no longer {position} from {on} on{document}."),
                format_args!("{who}自{on}起不再担任{position}{document}。"),
            ),
            (Some(old), Some(new)) if old < new => told.say(
                format_args!("{who} remains {position} until {new} instead of {old}{document}."),
                format_args!("{who}不再担任{position}的日期由{old}延至{new}{document}。"),
            ),
            (Some(old), Some(new)) => told.say(
                format_args!("{who} is {position} only until {new} instead of {old}{document}."),
                format_args!("{who}不再担任{position}的日期由{old}提前到{new}{document}。"),
            ),
            (Some(old), None) => told.say(
                format_args!("{who} remains {position}: the end on {old} is called off{document}."),
                format_args!("{who}继续担任{position}，取消自{old}起不再担任的安排{document}。"),
            ),
            (None, None) => {}
        }
    }

    /// The place of a role in the list of its first day: where an order is declared, its own number says nothing.
    fn place_on(self, id: RoleId, day: Day, is_there: bool) -> Option<i32> {
        let state = if is_there { self.telling.after } else { self.telling.before };
        Some(state.role_on(state.role(id)?, day)?.order())
    }
}
