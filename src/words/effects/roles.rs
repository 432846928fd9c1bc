//! What becomes of roles.

use super::act::{Act, role_day};
use crate::{
    domain::{Holder, RoleFacts},
    words::{
        names::Teller,
        summary::Summary,
        values::{Described, Rest},
    },
};

/// What the sentences name a role by.
const TOLD: &[&str] = &["org_id", "post", "holder", "valid_from", "valid_until", "acting"];

impl Teller<'_> {
    pub(super) fn role(self, before: Option<&RoleFacts>, after: Option<&RoleFacts>, act: &Act<'_>, told: &mut Summary) {
        let Some(facts) = after.or(before) else { return };
        let from = facts.valid_from;
        let day = role_day(before, after).unwrap_or(from);
        let (who, position) =
            (self.holder(&facts.holder, day), self.position(facts.org_id, &facts.post, facts.acting, day));
        let rest = self.untold(facts.all(), TOLD);
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
        match (before.valid_until, after.valid_until) {
            (None, Some(on)) => {
                // The document of the end is told with the end.
                let mut document = if before.end_basis.is_none() { after.all() } else { Vec::new() };
                document.retain(|(attribute, _)| attribute.name == "end_basis");
                let document = self.untold(document, &[]);
                if !document.is_empty() {
                    told_of.push("end_basis");
                }
                let document = Rest::new(&document, self, on);
                told.say(
                    format_args!("{who} is no longer {position} from {on} on{document}."),
                    format_args!("{who}自{on}起不再担任{position}{document}。"),
                );
            }
            (Some(old), Some(new)) if old < new => told.say(
                format_args!("{who} remains {position} until {new} instead of {old}."),
                format_args!("{who}不再担任{position}的日期由{old}延至{new}。"),
            ),
            (Some(old), Some(new)) if old > new => told.say(
                format_args!("{who} is {position} only until {new} instead of {old}."),
                format_args!("{who}不再担任{position}的日期由{old}提前到{new}。"),
            ),
            (Some(old), None) => told.say(
                format_args!("{who} remains {position}, and no longer ends on {old}."),
                format_args!("{who}继续担任{position}，取消自{old}起不再担任的安排。"),
            ),
            _ => {}
        }
        if before.holder != after.holder {
            let (old, new) = (self.holder(&before.holder, day), self.holder(&after.holder, day));
            match &before.holder {
                Holder::Person(gone) if act.merged.contains_key(gone) => told.say(
                    format_args!("The role of {old} as {position} from {from} on passes to the entry of {new}."),
                    format_args!("{old}自{from}起任{position}的记录转入{new}名下。"),
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
}
