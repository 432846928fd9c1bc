//! Phrases of which the sentences of refusals are made.

use uuid::Uuid;

use super::{
    super::Words,
    blockers::{Found, look_up, ordered},
    naming::{Naming, counted, days, listed},
};
use crate::domain::{Blocker, BlockerKind, Counterpart, Day, Instant, OrgId, RoleId, TextError};

/// When an org was established and when it ended, as a sentence; in Chinese without its full stop.
pub(super) fn life(naming: Naming<'_>, org: OrgId, day: Day) -> Words {
    let Some(found) = naming.after.org(org).or_else(|| naming.before.org(org)) else {
        return Words::new("It does not exist.", "它并不存在");
    };
    let [en, zh] = naming.both().map(|telling| telling.name(org, day).to_string());
    let founded = found.established_on();
    match found.facts.dissolved_on {
        Some(end) => Words::new(
            format!("{en} was established on {founded} and ends on {end}."),
            format!("{zh}于{founded}成立、{end}撤销"),
        ),
        None => Words::new(format!("{en} was established on {founded}."), format!("{zh}于{founded}成立")),
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
            format!("{}{days_zh}设在{}之下", zh.name(OrgId(id), from), zh.name(org, from)),
        ),
    }
}

/// The days of a role.
pub(super) fn days_of_role(naming: Naming<'_>, role: RoleId) -> Words {
    naming.role(role).map_or_else(|| Words::new("", ""), |facts| days(facts.valid_from, facts.valid_until))
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
        format!("有 {all} 项与之相关{zh}。{unseen_zh}"),
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

/// What something must agree with.
pub(super) fn counterpart(other: Counterpart) -> Words {
    match other {
        Counterpart::Member(name) => Words::new(format!("`{name}`"), format!(" `{name}` ")),
        Counterpart::GroupOfPath => Words::new("the group that the path names", "路径所指的领导小组"),
        Counterpart::Directory => Words::new(
            "what the directory says on the day; leave it out, or read it again",
            "当日的名册记载（可省略此项，或重新读取）",
        ),
        Counterpart::ListedRole => {
            Words::new("the role that the holder has in this list on the day", "任职者当日在该列表中的任职")
        }
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
        TextError::Unseen { found } => format!("不能含有不可见字符 U+{:04X}", u32::from(found)),
        TextError::NoMailAddress => "必须是电子邮箱地址，例如 office@example.edu.cn".to_owned(),
        TextError::Alphabet { pattern } => format!("必须匹配 {pattern}"),
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
