//! Phrases of which the sentences of refusals are made.

use uuid::Uuid;

use super::{
    super::Words,
    blockers::{Found, look_up, ordered},
    naming::{Naming, counted, days, listed},
};
use crate::domain::{Blocker, BlockerKind, Counterpart, Day, Instant, OrgId, RoleFacts, RoleId, TextError};

/// When an org was established and when it ended, as a sentence; in Chinese without its full stop.
pub(super) fn life(naming: Naming<'_>, org: OrgId, day: Day) -> Words {
    let Some(found) = naming.after.org(org).or_else(|| naming.before.org(org)) else {
        return Words::new("It does not exist.", "它并不存在");
    };
    let [en, zh] = naming.both().map(|telling| telling.name(org, day).to_string());
    let founded = found.established_on();
    // A day that is only asked for is not told as a fact.
    let is_asked = naming.before.org(org).is_some_and(|known| known.established_on() != founded);
    let (was, be) = if is_asked { ("would be", "将改为") } else { ("was", "") };
    match found.facts.dissolved_on {
        Some(end) => Words::new(
            format!("{en} {was} established on {founded} and ends on {end}."),
            format!("{zh}{be}于{founded}成立、{end}撤销"),
        ),
        None => Words::new(format!("{en} {was} established on {founded}."), format!("{zh}{be}于{founded}成立")),
    }
}

/// What lies outside the life of an org: a clause.
pub(super) fn outside(
    naming: Naming<'_>,
    org: OrgId,
    (from, until): (Day, Option<Day>),
    (kind, id): (BlockerKind, Uuid),
) -> Words {
    let Words { en: days_en, zh: days_zh } = days(from, until);
    let [en, zh] = naming.both();
    match kind {
        BlockerKind::RoleIn | BlockerKind::RoleHeld => {
            let Words { en, zh } = naming.of_role(RoleId(id));
            Words::new(format!("{en} is to hold the post {days_en}"), format!("{zh}{days_zh}任职"))
        }
        BlockerKind::SupervisionBy | BlockerKind::SupervisionOf => {
            let Words { en, zh } = naming.of_supervision(id.into());
            Words::new(format!("{en} {days_en}"), format!("{days_zh}{zh}"))
        }
        _ => Words::new(
            format!("{} stands under it {days_en}", en.name(OrgId(id), from)),
            format!("{}{days_zh}隶属{}", zh.name(OrgId(id), from), zh.name(org, from)),
        ),
    }
}

/// A holder has a post by another role already.
pub(super) fn holds_already(naming: Naming<'_>, role: RoleId, on: Day) -> Words {
    let Some(RoleFacts { org_id, post, holder, acting, valid_from, valid_until, .. }) = naming.role(role) else {
        return Words::new("The holder has the post already.", "该任职者已担任该职务。");
    };
    let Words { en: days_en, zh: days_zh } = days(valid_from, valid_until);
    let [en, zh] = naming.both();
    Words::new(
        format!("{} is {} {days_en} already.", en.holder(&holder, on), en.position(org_id, &post, acting, on)),
        format!("{}{days_zh}已任{}。", zh.holder(&holder, on), zh.position(org_id, &post, acting, on)),
    )
}

/// What a member of a request says of itself, by the name of the member.
pub(super) fn self_reference(pointer: &str) -> Words {
    let name = pointer.split('/').rfind(|step| step.parse::<usize>().is_err()).unwrap_or_default();
    let (en, zh) = match name {
        "holder" => ("A seat cannot point at the post that it fills.", "席位不能指向它自己所任的职务。"),
        "duplicate_id" => ("An entry cannot be merged with itself.", "条目不能与自身合并。"),
        "successor_ids" => ("An org cannot be its own successor.", "组织不能由自身承继。"),
        "org_id" => ("A supervision group cannot cover itself.", "督导组不能督导自身。"),
        _ => ("Must not be the object itself.", "不能是该对象自身。"),
    };
    Words::new(en, zh)
}

/// The holders by some roles, each with the days.
pub(super) fn holders(naming: Naming<'_>, roles: &[RoleId]) -> Words {
    let [en, zh] = naming.both();
    let each: Vec<Words> = roles
        .iter()
        .filter_map(|role| naming.role(*role))
        .map(|facts| {
            let Words { en: days_en, zh: days_zh } = days(facts.valid_from, facts.valid_until);
            Words::new(
                format!("{} {days_en}", en.holder(&facts.holder, facts.valid_from)),
                format!("{}（{days_zh}）", zh.holder(&facts.holder, facts.valid_from)),
            )
        })
        .collect();
    listed(&each)
}

/// What refers to a thing, each with how it does.
pub(super) fn in_use(naming: Naming<'_>, blockers: &[Blocker], hidden: usize) -> Words {
    let each: Vec<Words> = blockers
        .iter()
        .map(|blocker| {
            let kind = blocker.kind;
            match look_up(naming, kind, blocker.id, blocker.valid_from) {
                Some(Found { name: Words { en, zh }, .. }) => {
                    Words::new(format!("{} “{en}”", kind.en()), format!("{}“{zh}”", kind.zh()))
                }
                None => Words::new(kind.en(), kind.zh()),
            }
        })
        .collect();
    let Words { en, zh } = listed(&each);
    let (en, zh) = if each.is_empty() { (en, zh) } else { (format!(": {en}"), format!("：{zh}")) };
    let all = each.len() + hidden;
    let unseen = |text: String| if hidden == 0 { String::new() } else { text };
    let unseen_en = unseen(format!(" This caller may not see {hidden} of them."));
    let unseen_zh = unseen(format!("其中 {hidden} 项当前调用者无权查看。"));
    Words::new(
        format!("{} in the way{en}.{unseen_en}", counted(all, "thing stands", "things stand")),
        format!("有 {all} 项妨碍此操作，须先行处理{zh}。{unseen_zh}"),
    )
}

/// What an order leaves out, and what does not belong there.
pub(super) fn not_the_whole(naming: Naming<'_>, missing: &[Uuid], foreign: &[Uuid]) -> Words {
    let part = |ids: &[Uuid], en: &str, zh: &str| {
        let names: Vec<Words> = ids.iter().map(|id| ordered(naming, *id)).collect();
        let Words { en: list_en, zh: list_zh } = listed(&names);
        (!ids.is_empty()).then(|| Words::new(format!("{en}: {list_en}."), format!("{zh}：{list_zh}。")))
    };
    let missing = part(missing, "Missing", "缺少");
    let foreign = part(foreign, "Not of this list", "不属于此处");
    match (missing, foreign) {
        (Some(missing), Some(foreign)) => {
            Words::new(format!("{} {}", missing.en, foreign.en), format!("{}{}", missing.zh, foreign.zh))
        }
        (one, other) => one.or(other).unwrap_or_else(|| Words::new("", "")),
    }
}

/// What something does not agree with, and what helps.
pub(super) fn contradictory(other: Counterpart) -> Words {
    match other {
        Counterpart::Member(name) => {
            Words::new(format!("Must agree with `{name}`."), format!("必须与 `{name}` 一致。"))
        }
        Counterpart::GroupOfPath => Words::new("Must be the group that the path names.", "必须是路径所指的领导小组。"),
        Counterpart::Directory { on } => Words::new(
            format!("The directory says something else on {on}. Read it again with `as_of={on}`, or leave this out."),
            format!("与{on}当日的记载不符：请以 `as_of={on}` 重新读取，或省略此项。"),
        ),
        Counterpart::Placing => Words::new(
            "Must be left out beside `effective_on`: that gives a place from a day on, and `basis` is its document. Correct the role itself in a request of its own.",
            "不能与 `effective_on` 同时给出：后者指明排名的生效日期，`basis` 为排名的依据。更正任职本身请另行提交。",
        ),
        Counterpart::NoOrder => Words::new("Must be left out where there is no `order`.", "没有 `order` 时不能给出。"),
    }
}

/// An instant as sentences say it.
pub(super) fn told_at(instant: Instant) -> impl std::fmt::Display {
    instant.format("%Y-%m-%d %H:%M:%S UTC")
}

/// What is wrong with a text.
pub fn text_error(why: TextError) -> Words {
    let zh = match why {
        TextError::Empty => "不能为空".to_owned(),
        TextError::TooLong { chars_max } => format!("至多 {chars_max} 个字符"),
        TextError::Untrimmed => "首尾不能有空白字符".to_owned(),
        TextError::Control => "不能含有控制字符".to_owned(),
        TextError::Unseen { found } => format!("不能含有不可见字符（U+{:04X}）", u32::from(found)),
        TextError::NoMailAddress => "必须是电子邮箱地址，例如 office@example.edu.cn".to_owned(),
        TextError::Alphabet { pattern } => format!("必须匹配 `{pattern}`"),
    };
    Words::new(why.to_string(), zh)
}

/// Between which days a day must lie.
pub(super) fn between(after: Option<Day>, before: Option<Day>) -> Words {
    match (after, before) {
        (Some(after), Some(before)) => {
            Words::new(format!("after {after} and before {before}"), format!("晚于{after}且早于{before}"))
        }
        (Some(after), None) => Words::new(format!("after {after}"), format!("晚于{after}")),
        (None, Some(before)) => Words::new(format!("before {before}"), format!("早于{before}")),
        (None, None) => Words::new("another day", "另选"),
    }
}
