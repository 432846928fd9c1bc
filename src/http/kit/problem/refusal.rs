//! How each refusal of the domain is told to a client: one exhaustive match, no `_` arm.
//!
//! Details name ids, codes and days. A person is named by id; no detail has a personal value.

use std::time::Duration;

use super::{BlockerBody, Data, Place, Problem, ProblemType};
use crate::{
    domain::{Blocker, Day, Error, OrgKind, TextError},
    words::Words,
};

/// How long a client should wait for a revision that has not arrived.
const NOT_YET_WAIT: Duration = Duration::from_secs(1);
/// How long a client should wait for a service that must be brought up to date.
const NEWER_FORMAT_WAIT: Duration = Duration::from_secs(60);

impl From<Error> for Problem {
    #[expect(clippy::too_many_lines, reason = "one arm a refusal; split, the match would no longer be one")]
    fn from(error: Error) -> Self {
        use ProblemType as T;
        match error {
            Error::NotFound { what, id } => Self::new(T::NotFound)
                .detail(format!("There is no {} {id}.", what.en()), format!("没有标识为 {id} 的{}。", what.zh())),
            Error::PreconditionFailed { current } => Self::new(T::PreconditionFailed)
                .detail(
                    format!("The object is at revision {current}, which `If-Match` does not name."),
                    format!("对象的当前修订号为 {current}，不在 If-Match 所列之中。"),
                )
                .data(Data { current_revision: Some(current), ..Data::default() }),

            Error::GroupChanged { org } => Self::new(T::PreconditionFailed)
                .detail(
                    format!("Leading group {org} has changed: its entity tag is none of those in `If-Match`."),
                    format!("自 If-Match 所列标签以来，领导小组 {org} 中的内容已有变化。"),
                )
                .data(Data { org_id: Some(org.0), ..Data::default() }),

            Error::EmptyPeriod { from, until } => Self::new(T::EmptyPeriod).detail(
                format!("The period from {from} until {until} has no day. Its end must be later than its beginning."),
                format!("自 {from} 起至 {until} 止的期间不含任何一天：终止日必须晚于起始日。"),
            ),
            Error::ForeignField { kind, field } => at(
                T::ForeignField,
                &format!("/{field}"),
                format!("An org of kind {} has no {field}.", kind.as_str()),
                format!("类别为 {} 的组织没有 {field}。", kind.as_str()),
            ),
            Error::RepeatedKind { kind } => at(
                T::RepeatedValue,
                "/kinds",
                format!("The kind {} is given twice.", kind.as_str()),
                format!("类别 {} 出现两次。", kind.as_str()),
            ),
            Error::Repeated { pointer, value } => {
                at(T::RepeatedValue, &pointer, format!("{value} is given twice."), format!("{value} 出现两次。"))
            }
            Error::SelfReference { pointer } => at(
                T::SelfReference,
                &pointer,
                "Must be an object other than the one that the request changes.".to_owned(),
                "不能是请求所针对的对象自身。".to_owned(),
            ),
            Error::Contradictory { pointer, other } => {
                at(T::Contradictory, &pointer, format!("Must agree with {other}."), format!("必须与 {other} 一致。"))
            }
            Error::CodeIsFixed => at(
                T::CodeIsFixed,
                "/code",
                "The code of a post cannot be changed.".to_owned(),
                "职务代码不可更改。".to_owned(),
            ),
            Error::BadText { pointer, why } => Self::new(T::Validation).fault(place(&pointer), text_error(why)),
            Error::KeyReused => Self::new(T::IdempotencyKeyReused),

            Error::UnknownReference { pointer, what, id } => at(
                T::UnknownReference,
                &pointer,
                format!("There is no {} {id}.", what.en()),
                format!("没有标识为 {id} 的{}。", what.zh()),
            ),
            Error::Misplaced { org, kind, parent, on } => Self::new(T::Misplaced)
                .detail(
                    match parent {
                        Some(parent) => format!(
                            "Org {org}, of kind {}, cannot stand under an org of kind {} on {on}.",
                            kind.as_str(),
                            parent.as_str()
                        ),
                        None => format!("Org {org}, of kind {}, cannot stand at the top on {on}.", kind.as_str()),
                    },
                    match parent {
                        Some(parent) => format!(
                            "在 {on}，类别为 {} 的组织 {org} 不能设在类别为 {} 的组织之下。",
                            kind.as_str(),
                            parent.as_str()
                        ),
                        None => format!("在 {on}，类别为 {} 的组织 {org} 不能没有上级。", kind.as_str()),
                    },
                )
                .data(on_org(org.0, on)),
            Error::WouldCycle { org, under, on } => Self::new(T::WouldCycle)
                .detail(
                    format!("On {on}, org {org} would stand under {under}, which is the same org or an org below it."),
                    format!("在 {on}，组织 {org} 将设在 {under} 之下，而后者就是它自身或其下级。"),
                )
                .data(Data { by_id: Some(under.0), ..on_org(org.0, on) }),
            Error::TooDeep { org, levels_max, on } => Self::new(T::TooDeep)
                .detail(
                    format!("On {on}, org {org} or an org below it would have more than {levels_max} levels above it."),
                    format!("在 {on}，组织 {org} 或其下级之上将超过 {levels_max} 层。"),
                )
                .data(on_org(org.0, on))
                .bound(levels_max),
            Error::OutsideLife { org, from, until } => Self::new(T::OutsideLife)
                .detail(
                    match until {
                        Some(until) => format!("Org {org} does not exist on every day from {from} until {until}."),
                        None => format!("Org {org} does not exist on every day from {from} on."),
                    },
                    match until {
                        Some(until) => format!("组织 {org} 并非在 {from} 起至 {until} 止（不含）的每一天都存在。"),
                        None => format!("组织 {org} 并非自 {from} 起一直存在。"),
                    },
                )
                .data(Data { org_id: Some(org.0), ..Data::default() }),
            Error::NotAlive { org, on } => Self::new(T::NotAlive)
                .detail(format!("Org {org} does not exist on {on}."), format!("组织 {org} 在 {on} 不存在。"))
                .data(on_org(org.0, on)),
            Error::CodeTaken { code, by, on } => at(
                T::CodeTaken,
                "/code",
                format!("Org {by} has the code {code} on {on}."),
                format!("在 {on}，代码 {code} 由组织 {by} 使用。"),
            )
            .data(Data { by_id: Some(by.0), on: Some(on), ..Data::default() }),
            Error::ExternalIdTaken { id, by } => at(
                T::ExternalIdTaken,
                "/external_ids",
                format!("{by} has the same identifier in the scheme {}.", id.scheme),
                format!("{by} 在体系 {} 中使用相同的标识。", id.scheme),
            )
            .data(Data { by_id: Some(by), ..Data::default() }),
            Error::StaffNoTaken { by } => at(
                T::StaffNoTaken,
                "/staff_no",
                format!("Person {by} has this staff number."),
                format!("人员 {by} 使用该工号。"),
            )
            .data(Data { by_id: Some(by.0), ..Data::default() }),
            Error::PostTaken { post } => at(
                T::PostTaken,
                "/code",
                format!("The catalogue already has a post {post}."),
                format!("职务目录中已有 {post}。"),
            )
            .data(Data { post: Some(post.to_string()), ..Data::default() }),
            Error::PostNotInKind { post, org, kind, on } => Self::new(T::PostNotInKind)
                .detail(
                    format!("The post {post} does not exist in org {org}, which is of kind {} on {on}.", kind.as_str()),
                    format!("在 {on}，组织 {org} 的类别为 {}，没有职务 {post}。", kind.as_str()),
                )
                .data(Data { post: Some(post.to_string()), ..on_org(org.0, on) }),
            Error::PostFull { post, org, on, holders_max } => Self::new(T::PostFull)
                .detail(
                    format!("On {on}, org {org} would have more than {holders_max} holders of the post {post}."),
                    format!("在 {on}，组织 {org} 的职务 {post} 将超过 {holders_max} 人。"),
                )
                .data(Data { post: Some(post.to_string()), ..on_org(org.0, on) })
                .bound(usize::from(holders_max)),
            Error::ActingTaken { post, org, on } => Self::new(T::ActingTaken)
                .detail(
                    format!("The post {post} in org {org} already has an acting holder on {on}."),
                    format!("在 {on}，组织 {org} 的职务 {post} 已有代理任职者。"),
                )
                .data(Data { post: Some(post.to_string()), ..on_org(org.0, on) }),
            Error::SameHolder { role, on } => Self::new(T::SameHolder)
                .detail(
                    format!("On {on}, the same holder already holds the same post in the same org: role {role}."),
                    format!("在 {on}，同一任职者已通过任职 {role} 担任同一组织的同一职务。"),
                )
                .data(on_role(role.0, on)),
            Error::KindForbids { org, kind, field, on } => at(
                T::KindForbids,
                &format!("/{field}"),
                format!("Org {org} is of kind {} on {on}, and that kind has no {field}.", kind.as_str()),
                format!("在 {on}，组织 {org} 的类别为 {}，没有 {field}。", kind.as_str()),
            )
            .data(on_org(org.0, on)),
            Error::Incomplete { field, missing } => {
                let problem = Self::new(T::IncompleteValue).detail(
                    format!("There is no {field} yet, so all of it must be given. Missing: {}.", missing.join(", ")),
                    format!("目前没有 {field}：首次填写必须完整，还缺 {}。", missing.join("、")),
                );
                missing.into_iter().fold(problem, |problem, name| {
                    problem.fault(Place::Body(format!("/{field}/{name}")), Words::new("is required", "必填"))
                })
            }
            Error::NotAUnit { org } => at(
                T::NotAUnit,
                "/unit_ids",
                format!("Org {org} is not of kind {}.", OrgKind::Unit.as_str()),
                format!("组织 {org} 的类别不是 {}。", OrgKind::Unit.as_str()),
            )
            .data(Data { org_id: Some(org.0), ..Data::default() }),
            Error::NotASupervisionGroup { org, on } => Self::new(T::NotASupervisionGroup)
                .detail(
                    format!("Org {org} is not of kind {} on {on}.", OrgKind::SupervisionGroup.as_str()),
                    format!("在 {on}，组织 {org} 的类别不是 {}。", OrgKind::SupervisionGroup.as_str()),
                )
                .data(on_org(org.0, on)),
            Error::SupervisedTwice { supervision, on } => Self::new(T::SupervisedTwice)
                .detail(
                    format!("On {on}, the same group already covers the same org: supervision {supervision}."),
                    format!("在 {on}，同一督导组已通过督导关系 {supervision} 覆盖同一组织。"),
                )
                .data(Data { by_id: Some(supervision.0), on: Some(on), ..Data::default() }),
            Error::GroupExists { org, on } => at(
                T::GroupExists,
                "/name",
                format!("On {on}, leading group {org} has this name under the same org."),
                format!("在 {on}，同一组织之下已有同名的领导小组 {org}。"),
            )
            .data(Data { by_id: Some(org.0), on: Some(on), ..Data::default() }),
            Error::PlannedAlready { org, on } => Self::new(T::PlannedAlready)
                .detail(
                    format!("Org {org} is planned for {on}. To make it begin earlier, correct its first version."),
                    format!("组织 {org} 已计划于 {on} 设立；如需提前，请更正其第一个版本的起始日。"),
                )
                .data(on_org(org.0, on)),
            Error::NotInGroup { pointer, org, group, kind, on } => at(
                T::NotInGroup,
                &pointer,
                format!("On {on}, org {org} is not a {} of leading group {group}.", kind.as_str()),
                format!("在 {on}，组织 {org} 不是领导小组 {group} 的 {}。", kind.as_str()),
            )
            .data(on_org(org.0, on)),
            Error::FoundingDayFixed { org, on } => at(
                T::FoundingDayFixed,
                "/valid_from",
                format!("Leading group {org} was established on {on}. To move that day, correct its first version."),
                format!("领导小组 {org} 成立于 {on}；如需更正，请修改其第一个版本的起始日。"),
            )
            .data(on_org(org.0, on)),
            Error::InUse { blockers } => Self::new(T::InUse)
                .detail(
                    format!("{} objects refer to it; `blockers` lists them.", blockers.len()),
                    format!("有 {} 个对象引用它，见 `blockers`。", blockers.len()),
                )
                .data(Data {
                    blockers: blockers
                        .into_iter()
                        .map(|Blocker { kind, id, valid_from }| BlockerBody::new(kind, id, valid_from))
                        .collect(),
                    ..Data::default()
                }),
            Error::AlreadyDissolved { org, on } => Self::new(T::AlreadyDissolved)
                .detail(
                    format!("Org {org} is dissolved on {on} or earlier."),
                    format!("组织 {org} 在 {on} 或之前已撤销。"),
                )
                .data(on_org(org.0, on)),
            Error::DissolvedAtFounding { org, on } => Self::new(T::DissolvedAtFounding)
                .detail(
                    format!("Org {org} is established on {on}. Delete it instead."),
                    format!("组织 {org} 成立于 {on}，请改用删除。"),
                )
                .data(on_org(org.0, on)),
            Error::NotDissolved { org } => Self::new(T::NotDissolved)
                .detail(format!("Org {org} is not dissolved."), format!("组织 {org} 未撤销。"))
                .data(Data { org_id: Some(org.0), ..Data::default() }),
            Error::EndedWith { org } => Self::new(T::EndedWith)
                .detail(
                    format!("It ended when org {org} was dissolved. Restore that org instead."),
                    format!("它随组织 {org} 的撤销而终止，请恢复后者。"),
                )
                .data(Data { org_id: Some(org.0), ..Data::default() }),
            Error::FirstVersion { org } => Self::new(T::FirstVersion)
                .detail(
                    format!("This is the first version of org {org}. Correct its first day, or delete the org."),
                    format!("这是组织 {org} 的第一个版本：请更正其起始日，或整体删除该组织。"),
                )
                .data(Data { org_id: Some(org.0), ..Data::default() }),
            Error::BoundaryCrossed { org, after, before } => at(
                T::BoundaryCrossed,
                "/valid_from",
                format!("For org {org} the day must be {}.", between_en(after, before)),
                format!("对组织 {org}，该日必须{}。", between_zh(after, before)),
            )
            .data(Data { org_id: Some(org.0), ..Data::default() }),
            Error::AlreadyEnded { role, on } => Self::new(T::AlreadyEnded)
                .detail(format!("Role {role} ends on {on} or earlier."), format!("任职 {role} 在 {on} 或之前已结束。"))
                .data(on_role(role.0, on)),
            Error::EndsBeforeStart { role, from } => Self::new(T::EndsBeforeStart)
                .detail(
                    format!("Role {role} begins on {from}, so it cannot end on that day or earlier."),
                    format!("任职 {role} 自 {from} 开始，不早于要求的结束日。"),
                )
                .data(on_role(role.0, from)),
            Error::NotTheWhole { missing, foreign } => at(
                T::NotTheWhole,
                "/ids",
                format!("{} ids are missing and {} do not belong there.", missing.len(), foreign.len()),
                format!("缺少 {} 个标识，多出 {} 个标识。", missing.len(), foreign.len()),
            )
            .data(Data { missing, foreign, ..Data::default() }),
            Error::TooLarge { nodes, nodes_max } => Self::new(T::TooLarge)
                .detail(
                    format!("The answer would have {nodes} nodes; one answer can have at most {nodes_max}."),
                    format!("答复将包含 {nodes} 个节点，而一次答复至多 {nodes_max} 个。"),
                )
                .data(Data { nodes: u64::try_from(nodes).ok(), ..Data::default() })
                .bound(nodes_max),
            Error::KeyInFlight => Self::new(T::IdempotencyKeyInFlight).retry_after(NOT_YET_WAIT),
            Error::ResultGone { what, id } => Self::new(T::ResultGone).detail(
                format!(
                    "The request was already carried out, and the {} {id} that it created has been erased since.",
                    what.en()
                ),
                format!("该请求此前已执行，所创建的{} {id} 之后已被删除。", what.zh()),
            ),

            Error::NotYet { wanted, current } => Self::new(T::NotYet)
                .detail(
                    format!("The request asks for revision {wanted}; this replica is at revision {current}."),
                    format!("要求修订号 {wanted}，该副本为 {current}。"),
                )
                .data(Data { current_revision: Some(current), ..Data::default() })
                .retry_after(NOT_YET_WAIT),
            Error::Unavailable { retry_after, outcome_unknown } => {
                Self::new(T::Unavailable).data(Data { outcome_unknown, ..Data::default() }).retry_after(retry_after)
            }
            Error::NewerFormat => Self::new(T::NewerFormat).retry_after(NEWER_FORMAT_WAIT),
            Error::Internal => Self::new(T::Internal),
        }
    }
}

/// What is wrong with a text.
pub(crate) fn text_error(why: TextError) -> Words {
    let zh = match why {
        TextError::Empty => "不能为空".to_owned(),
        TextError::TooLong { chars_max } => format!("至多 {chars_max} 个字符"),
        TextError::Untrimmed => "首尾不能有空白字符".to_owned(),
        TextError::Control => "不能含有控制字符".to_owned(),
        TextError::Alphabet { pattern } => format!("必须匹配 {pattern}"),
    };
    Words::new(why.to_string(), zh)
}

/// A problem with one fault, whose text is also the detail.
fn at(kind: ProblemType, pointer: &str, en: String, zh: String) -> Problem {
    let fault = Words::new(en.clone(), zh.clone());
    Problem::new(kind).detail(en, zh).fault(place(pointer), fault)
}

/// A JSON pointer begins with a slash; anything else is the name of a parameter.
fn place(pointer: &str) -> Place {
    if pointer.is_empty() || pointer.starts_with('/') {
        Place::Body(pointer.to_owned())
    } else {
        Place::Parameter(pointer.to_owned())
    }
}

fn on_org(org: uuid::Uuid, on: Day) -> Data {
    Data { org_id: Some(org), on: Some(on), ..Data::default() }
}

fn on_role(role: uuid::Uuid, on: Day) -> Data {
    Data { role_id: Some(role), on: Some(on), ..Data::default() }
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
    use uuid::Uuid;

    use super::*;
    use crate::domain::{OrgId, PersonId, PostCode, Subject};

    fn day() -> Day {
        "2021-04-15".parse().expect("a day")
    }

    #[test]
    fn the_status_tells_who_refuses() {
        let org = OrgId(Uuid::from_u128(1));
        let post = PostCode::parse("secretary").expect("a code");
        for (error, status, slug) in [
            (Error::NotFound { what: Subject::Org, id: org.to_string() }, 404, "not-found"),
            (Error::PreconditionFailed { current: 7 }, 412, "precondition-failed"),
            (Error::EmptyPeriod { from: day(), until: day() }, 422, "empty-period"),
            (Error::BadText { pointer: "q".into(), why: TextError::Empty }, 400, "validation"),
            (Error::WouldCycle { org, under: org, on: day() }, 409, "would-cycle"),
            (Error::PostFull { post, org, on: day(), holders_max: 1 }, 409, "post-full"),
            (Error::KeyReused, 422, "idempotency-key-reused"),
            (Error::KeyInFlight, 409, "idempotency-key-in-flight"),
            (Error::ResultGone { what: Subject::Org, id: org.to_string() }, 409, "result-gone"),
            (Error::NotYet { wanted: 9, current: 8 }, 503, "not-yet"),
            (Error::Internal, 500, "internal"),
        ] {
            let kind = Problem::from(error).kind();
            assert_eq!((kind.status().as_u16(), kind.slug()), (status, slug));
        }
    }

    #[test]
    fn a_person_is_named_by_id_alone() {
        let by = PersonId(Uuid::from_u128(2));
        let problem = Problem::from(Error::StaffNoTaken { by });
        assert_eq!(problem.0.data.by_id, Some(by.0));
        assert_eq!(problem.0.faults[0].place, Place::Body("/staff_no".into()));
    }
}
