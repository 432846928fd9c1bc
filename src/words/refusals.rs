//! Why something is refused, in words: one exhaustive match, no `_` arm.
//!
//! Details name ids, codes and days. A person is named by id; no detail has a personal value.

use super::{Language, Words, denied::denied};
use crate::domain::{Day, Error, Instant, OrgKind, TextError, Word};

/// A refusal in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is said of this occurrence. `None` where nothing can be said but which sort of refusal it is.
    pub detail: Option<Words>,
    /// What is wrong where: at a JSON pointer, or in the parameter of that name.
    pub faults: Vec<(String, Words)>,
}

impl Refusal {
    /// All of it in one line. `None` where nothing can be said but which sort of refusal it is.
    pub fn line(&self, language: Language) -> Option<String> {
        if let Some(detail) = &self.detail {
            return Some(detail.read(language).to_owned());
        }
        let told =
            |(place, why): &(String, Words)| format!("{}: {}", place.trim_start_matches('/'), why.read(language));
        let faults: Vec<String> = self.faults.iter().map(told).collect();
        (!faults.is_empty()).then(|| faults.join("; "))
    }
}

impl From<&Error> for Refusal {
    #[expect(clippy::too_many_lines, reason = "one arm a refusal; split, the match would no longer be one")]
    fn from(error: &Error) -> Self {
        match error {
            Error::Unauthenticated { why } => {
                let Words { en, zh } = denied(*why);
                detail(en, zh)
            }
            Error::Forbidden { scope, org: None } => detail(
                format!("This caller may not {}. That needs the scope `{}`.", scope.en(), scope.as_str()),
                format!("当前调用者无权{}，需要授权范围 {}。", scope.zh(), scope.as_str()),
            ),
            Error::Forbidden { scope, org: Some(org) } => detail(
                format!(
                    "This caller may not {} in org {org} on every day concerned. That needs the scope `{}` there.",
                    scope.en(),
                    scope.as_str()
                ),
                format!(
                    "当前调用者无权在所涉及的每一天{}（组织 {org}），需要在该处的授权范围 {}。",
                    scope.zh(),
                    scope.as_str()
                ),
            ),
            Error::ExceedsOwn { pointer: Some(pointer) } => at(
                pointer,
                "A key cannot allow more, or last longer, than the caller's own grants.".to_owned(),
                "密钥的权限和有效期不能超出调用者自身的授权。".to_owned(),
            ),
            Error::ExceedsOwn { pointer: None } => detail(
                "The key allows more than this caller may do, so this caller may not manage it.".to_owned(),
                "该密钥的权限超出当前调用者自身的授权，因此不能由其管理。".to_owned(),
            ),
            Error::GrantOrg { pointer, area, names_org: true } => at(
                pointer,
                format!("The area `{}` needs an org.", area.as_str()),
                format!("范围“{}”必须指明组织。", area.zh()),
            ),
            Error::GrantOrg { pointer, area, names_org: false } => at(
                pointer,
                format!("The area `{}` has no org.", area.as_str()),
                format!("范围“{}”不能指明组织。", area.zh()),
            ),
            Error::PastEnd { at: when } => at(
                "/expires_at",
                format!("{} is over already.", told_at(*when)),
                format!("{} 已经过去。", told_at(*when)),
            ),
            Error::KeyRevoked => detail(
                "The key is revoked already. Make a new one.".to_owned(),
                "该密钥此前已吊销，请新建密钥。".to_owned(),
            ),
            Error::NotFound { what, id } => {
                detail(format!("There is no {} {id}.", what.en()), format!("没有标识为 {id} 的{}。", what.zh()))
            }
            Error::Merged { person, into } => detail(
                format!("The entry {person} was merged into {into}: ask for that one."),
                format!("标识为 {person} 的人员记录已合并至 {into}，请使用后者。"),
            ),
            Error::PreconditionFailed { current } => detail(
                format!("The object is at revision {current}, which `If-Match` does not name."),
                format!("对象的当前修订号为 {current}，不在 If-Match 所列之中。"),
            ),
            Error::WeakTags => detail(
                "`If-Match` names weak tags alone (`W/…`), and those never match. A proxy that compresses makes tags weak: read the object without `Accept-Encoding`, or send the tag without `W/`.".to_owned(),
                "If-Match 只含弱标签（W/…），弱标签一律不匹配。压缩响应的代理会使标签变弱：请在不带 Accept-Encoding 的情况下读取，或去掉 W/ 后发送。".to_owned(),
            ),
            Error::ThereAlready => detail(
                "The object is there, and `If-None-Match: *` asks that it is not.".to_owned(),
                "对象已经存在，而 If-None-Match: * 要求其不存在。".to_owned(),
            ),
            Error::StateChanged { on, .. } => detail(
                format!("`If-Match` has none of the tags of what is there on {on} and later: it has changed, or the tag is that of another day. Read it again with `as_of={on}`."),
                format!("If-Match 所列标签都不是自 {on} 起的现状：内容已有变化，或标签属于另一日期。请以 as_of={on} 重新读取。"),
            ),
            Error::StateUnnamed { on, .. } => detail(
                format!("`If-Match` must have the tag of what is there on {on} and later. A GET with `as_of={on}` gives it, and so does a dry run."),
                format!("请求须以 If-Match 携带自 {on} 起现状的标签，取自 as_of={on} 的 GET 或试运行。"),
            ),
            Error::EmptyPeriod { from, until } => detail(
                format!("The period from {from} until {until} has no day. Its end must be later than its beginning."),
                format!("自 {from} 起至 {until} 止的期间不含任何一天：终止日必须晚于起始日。"),
            ),
            Error::NoEnd => at(
                "/end_basis",
                "Must be left out where there is no `valid_until`.".to_owned(),
                "没有 valid_until 时不能给出。".to_owned(),
            ),
            Error::ForeignField { kind, field } => at(
                &format!("/{field}"),
                format!("An org of kind {} has no {field}.", kind.as_str()),
                format!("类别为{}的组织没有 {field}。", kind.zh()),
            ),
            Error::RepeatedKind { kind } => at(
                "/kinds",
                format!("The kind {} is given twice.", kind.as_str()),
                format!("类别“{}”出现两次。", kind.zh()),
            ),
            Error::Repeated { pointer, value } => {
                at(pointer, format!("{value} is given twice."), format!("{value} 出现两次。"))
            }
            Error::SelfReference { pointer } => at(
                pointer,
                "Must be an object other than the one that the request changes.".to_owned(),
                "不能是请求所针对的对象自身。".to_owned(),
            ),
            Error::Contradictory { pointer, other } => {
                at(pointer, format!("Must agree with {other}."), format!("必须与 {other} 一致。"))
            }
            Error::CodeIsFixed => {
                at("/code", "The code of a post cannot be changed.".to_owned(), "职务代码不可更改。".to_owned())
            }
            Error::BadText { pointer, why } => Self { detail: None, faults: vec![(pointer.clone(), text_error(*why))] },
            Error::UnknownReference { pointer, what, id } => {
                at(pointer, format!("There is no {} {id}.", what.en()), format!("没有标识为 {id} 的{}。", what.zh()))
            }
            Error::Misplaced { org, kind, parent, on } => detail(
                match parent {
                    Some(parent) => format!(
                        "Org {org}, of kind {}, cannot stand under an org of kind {} on {on}.",
                        kind.as_str(),
                        parent.as_str()
                    ),
                    None => format!("Org {org}, of kind {}, cannot stand at the top on {on}.", kind.as_str()),
                },
                match parent {
                    Some(parent) => {
                        format!("在 {on}，类别为{}的组织 {org} 不能设在类别为{}的组织之下。", kind.zh(), parent.zh())
                    }
                    None => format!("在 {on}，类别为{}的组织 {org} 不能没有上级。", kind.zh()),
                },
            ),
            Error::WouldCycle { org, under, on } => detail(
                format!("On {on}, org {org} would stand under {under}, which is the same org or an org below it."),
                format!("在 {on}，组织 {org} 将设在 {under} 之下，而后者就是它自身或其下级。"),
            ),
            Error::TooDeep { org, levels_max, on } => detail(
                format!("On {on}, org {org} or an org below it would have more than {levels_max} levels above it."),
                format!("在 {on}，组织 {org} 或其下级之上将超过 {levels_max} 层。"),
            ),
            Error::OutsideLife { org, from, until } => detail(
                match until {
                    Some(until) => {
                        format!("Org {org} must exist on every day from {from} until {until}, but does not.")
                    }
                    None => format!("Org {org} must exist on every day from {from} on, but does not."),
                },
                match until {
                    Some(until) => format!("组织 {org} 并非在 {from} 起至 {until} 止（不含）的每一天都存在。"),
                    None => format!("组织 {org} 并非自 {from} 起一直存在。"),
                },
            ),
            Error::NotAlive { org, on } => {
                detail(format!("Org {org} does not exist on {on}."), format!("组织 {org} 在 {on} 不存在。"))
            }
            Error::CodeTaken { code, by, on } => at(
                "/code",
                format!("Org {by} has the code {code} on {on}."),
                format!("在 {on}，代码 {code} 由组织 {by} 使用。"),
            ),
            Error::ExternalIdTaken { id, by: Some(by) } => at(
                "/external_ids",
                format!("{by} has the same identifier in the scheme {}.", id.scheme),
                format!("{by} 在体系 {} 中使用相同的标识。", id.scheme),
            ),
            Error::ExternalIdTaken { id, by: None } => at(
                "/external_ids",
                format!("Another entry has the same identifier in the scheme {}.", id.scheme),
                format!("体系 {} 中的相同标识已被使用。", id.scheme),
            ),
            Error::StaffNoTaken { by: Some(by) } => {
                at("/staff_no", format!("Person {by} has this staff number."), format!("人员 {by} 使用该工号。"))
            }
            Error::StaffNoTaken { by: None } => {
                at("/staff_no", "The staff number is taken.".to_owned(), "该工号已被使用。".to_owned())
            }
            Error::PostTaken { post } => {
                at("/code", format!("The catalogue already has a post {post}."), format!("职务目录中已有 {post}。"))
            }
            Error::PostNotInKind { post, org, kind, on } => detail(
                format!("The post {post} does not exist in org {org}, which is of kind {} on {on}.", kind.as_str()),
                format!("在 {on}，组织 {org} 的类别为{}，没有职务 {post}。", kind.zh()),
            ),
            Error::PostFull { post, org, on, holders_max } => detail(
                format!(
                    "On {on}, org {org} would have more than {} of the post {post}.",
                    counted((*holders_max).into(), "holder", "holders")
                ),
                format!("在 {on}，组织 {org} 的职务 {post} 将超过 {holders_max} 人。"),
            ),
            Error::ActingTaken { post, org, on } => detail(
                format!("The post {post} in org {org} already has an acting holder on {on}."),
                format!("在 {on}，组织 {org} 的职务 {post} 已有代理任职者。"),
            ),
            Error::SameHolder { role, on } => detail(
                format!("On {on}, the same holder already holds the same post in the same org: role {role}."),
                format!("在 {on}，同一任职者已通过任职 {role} 担任同一组织的同一职务。"),
            ),
            Error::KindForbids { org, kind, field, on } => at(
                &format!("/{field}"),
                format!("Org {org} is of kind {} on {on}, and that kind has no {field}.", kind.as_str()),
                format!("在 {on}，组织 {org} 的类别为{}，没有 {field}。", kind.zh()),
            ),
            Error::Incomplete { field, missing } => {
                let told = detail(
                    format!("There is no {field} yet, so all of it must be given. Missing: {}.", missing.join(", ")),
                    format!("目前没有 {field}：首次填写必须完整，还缺 {}。", missing.join("、")),
                );
                let required = |name| (format!("/{field}/{name}"), Words::new("is required", "必填"));
                Self { faults: missing.iter().map(required).collect(), ..told }
            }
            Error::NotAUnit { org } => at(
                "/unit_ids",
                format!("Org {org} is not of kind {}.", OrgKind::Unit.as_str()),
                format!("组织 {org} 的类别不是{}。", OrgKind::Unit.zh()),
            ),
            Error::NotASupervisionGroup { org, on } => detail(
                format!("Org {org} is not of kind {} on {on}.", OrgKind::SupervisionGroup.as_str()),
                format!("在 {on}，组织 {org} 的类别不是{}。", OrgKind::SupervisionGroup.zh()),
            ),
            Error::SupervisedTwice { supervision, on } => detail(
                format!("On {on}, the same group already covers the same org: supervision {supervision}."),
                format!("在 {on}，同一督导组已通过督导关系 {supervision} 覆盖同一组织。"),
            ),
            Error::SuccessorAbsent { org, successor, on } => detail(
                format!("Org {org} ends on {on}, and its successor {successor} does not exist on that day."),
                format!("组织 {org} 自 {on} 起撤销，其承继组织 {successor} 当日并不存在。"),
            ),
            Error::SuccessorForeign { org, successor, on } => detail(
                format!("Org {org} ends on {on}. Of it and its successor {successor}, only one is an administrative unit."),
                format!("组织 {org} 自 {on} 起撤销；它与承继组织 {successor} 中只有一个是行政单位。"),
            ),
            Error::GroupExists { org, on } => at(
                "/name",
                format!("On {on}, leading group {org} has this name under the same org."),
                format!("在 {on}，同一组织之下已有同名的领导小组 {org}。"),
            ),
            Error::PlannedAlready { org, on } => detail(
                format!("Org {org} is planned for {on}. To make it begin earlier, correct its first version."),
                format!("组织 {org} 已计划于 {on} 设立；如需提前，请更正其第一个版本的起始日。"),
            ),
            Error::NotInGroup { pointer, org, group, kind, on } => at(
                pointer,
                format!("On {on}, org {org} is not a {} of leading group {group}.", kind.as_str()),
                format!("在 {on}，组织 {org} 不是领导小组 {group} 的{}。", kind.zh()),
            ),
            Error::FoundingDayFixed { org, on } => at(
                "/valid_from",
                format!("Leading group {org} was established on {on}. To move that day, correct its first version."),
                format!("领导小组 {org} 成立于 {on}；如需更正，请修改其第一个版本的起始日。"),
            ),
            Error::InUse { blockers, hidden } => {
                let all = blockers.len() + hidden;
                let (en, zh) = match hidden {
                    0 => (String::new(), String::new()),
                    _ => (
                        format!(" This caller may not see {hidden} of them."),
                        format!("其中 {hidden} 个当前调用者无权查看。"),
                    ),
                };
                detail(
                    format!("{} to it: see `blockers`.{en}", counted(all, "object refers", "objects refer")),
                    format!("有 {all} 个对象引用它，见 `blockers`。{zh}"),
                )
            }
            Error::AlreadyDissolved { org, on } => detail(
                format!("Org {org} is dissolved on {on} or earlier."),
                format!("组织 {org} 在 {on} 或之前已撤销。"),
            ),
            Error::DissolvedAtFounding { org, on } => detail(
                format!("Org {org} is established on {on}. Delete it instead."),
                format!("组织 {org} 成立于 {on}，请改用删除。"),
            ),
            Error::PersonErased { person } => detail(
                format!("Everything personal of person {person} was erased. Nothing can be entered again."),
                format!("人员 {person} 的个人信息已清除，不能再录入。"),
            ),
            Error::NotDissolved { org } => {
                detail(format!("Org {org} is not dissolved."), format!("组织 {org} 未撤销。"))
            }
            Error::EndedWith { org } => detail(
                format!("It ended when org {org} was dissolved. Restore that org instead."),
                format!("它随组织 {org} 的撤销而终止，请恢复后者。"),
            ),
            Error::FirstVersion { org } => detail(
                format!("This is the first version of org {org}. Correct its first day, or delete the org."),
                format!("这是组织 {org} 的第一个版本：请更正其起始日，或整体删除该组织。"),
            ),
            Error::BoundaryCrossed { org, after, before } => at(
                "/valid_from",
                format!("For org {org} the day must be {}.", between_en(*after, *before)),
                format!("对组织 {org}，该日必须{}。", between_zh(*after, *before)),
            ),
            Error::AlreadyEnded { role, on } => {
                detail(format!("Role {role} ends on {on} or earlier."), format!("任职 {role} 在 {on} 或之前已结束。"))
            }
            Error::EndsBeforeStart { role, from } => detail(
                format!("Role {role} begins on {from}, so it cannot end on that day or earlier."),
                format!("任职 {role} 自 {from} 开始，不早于要求的结束日。"),
            ),
            Error::NotTheWhole { missing, foreign } => at(
                "/ids",
                format!(
                    "{}, and {} there.",
                    counted(missing.len(), "id is missing", "ids are missing"),
                    counted(foreign.len(), "does not belong", "do not belong")
                ),
                format!("缺少 {} 个标识，多出 {} 个标识。", missing.len(), foreign.len()),
            ),
            Error::TooLarge { nodes, nodes_max } => detail(
                format!("The answer would have {nodes} nodes; one answer can have at most {nodes_max}."),
                format!("答复将包含 {nodes} 个节点，而一次答复至多 {nodes_max} 个。"),
            ),
            Error::ResultGone { what, id } => detail(
                format!(
                    "The request was already carried out, and the {} {id} that it created has been deleted since.",
                    what.en()
                ),
                format!("该请求此前已执行，所创建的{} {id} 之后已被删除。", what.zh()),
            ),
            Error::NotYet { wanted, current } => detail(
                format!("The request asks for revision {wanted}; this replica is at revision {current}."),
                format!("要求修订号 {wanted}，该副本为 {current}。"),
            ),
            Error::TicketExpiry { latest } => at(
                "/expires_at",
                format!("must not be later than {}", told_at(*latest)),
                format!("不得晚于 {}", told_at(*latest)),
            ),
            Error::TooManyTickets { tickets_max, retry_after: _ } => detail(
                format!("A caller has at most {tickets_max} tickets at a time. Revoke some, or wait until they end."),
                format!("调用者同时至多持有 {tickets_max} 张票据，请撤销一些或等待其到期。"),
            ),
            Error::Hidden { person: _, told } => Self::from(&**told),
            Error::TooManyStaffNumbers { numbers_max, retry_after: _ } => detail(
                format!(
                    "A caller names at most {numbers_max} staff numbers of people whom it does not see in an hour."
                ),
                format!("调用者在一小时内至多以工号指定 {numbers_max} 名其无权查看的人员。"),
            ),
            Error::KeyReused
            | Error::KeyInFlight
            | Error::Unavailable { retry_after: _, outcome_unknown: _ }
            | Error::NewerFormat
            | Error::Internal => Self { detail: None, faults: Vec::new() },
        }
    }
}

/// An instant as sentences say it.
fn told_at(instant: Instant) -> impl std::fmt::Display {
    instant.format("%Y-%m-%d %H:%M:%S UTC")
}

fn detail(en: String, zh: String) -> Refusal {
    Refusal { detail: Some(Words::new(en, zh)), faults: Vec::new() }
}

/// A refusal with one fault, whose text is also the detail.
fn at(place: &str, en: String, zh: String) -> Refusal {
    let words = Words::new(en, zh);
    Refusal { detail: Some(words.clone()), faults: vec![(place.to_owned(), words)] }
}

/// A number with the English words that agree with it.
fn counted(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
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

fn between_en(after: Option<Day>, before: Option<Day>) -> String {
    match (after, before) {
        (Some(after), Some(before)) => format!("after {after} and before {before}"),
        (Some(after), None) => format!("after {after}"),
        (None, Some(before)) => format!("before {before}"),
        (None, None) => "another day".to_owned(),
    }
}

fn between_zh(after: Option<Day>, before: Option<Day>) -> String {
    match (after, before) {
        (Some(after), Some(before)) => format!("晚于 {after} 且早于 {before}"),
        (Some(after), None) => format!("晚于 {after}"),
        (None, Some(before)) => format!("早于 {before}"),
        (None, None) => "另选".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_texts_name_kinds_in_chinese() {
        for kind in OrgKind::ALL {
            let refusal = Refusal::from(&Error::ForeignField { kind: *kind, field: "code" });
            let told = refusal.line(Language::Chinese).expect("a detail");
            assert!(told.contains(kind.zh()) && !told.contains(kind.as_str()), "{told}");
        }
    }

    #[test]
    fn a_refusal_without_a_detail_is_told_by_its_faults() {
        let refusal = Refusal::from(&Error::BadText { pointer: "/versions/0/name".into(), why: TextError::Empty });
        assert_eq!(refusal.line(Language::English).as_deref(), Some("versions/0/name: must not be empty"));
        assert_eq!(refusal.line(Language::Chinese).as_deref(), Some("versions/0/name: 不能为空"));
        assert_eq!(Refusal::from(&Error::Internal).line(Language::English), None);
    }
}
