//! What is said of each refusal: one exhaustive match, no `_` arm.

use super::{
    super::{Words, denied::denied},
    blockers::owner,
    naming::{Naming, attribute, counted},
    phrases::{
        between, contradictory, holders, holds_already, in_use, life, not_the_whole, outside, self_reference,
        text_error, told_at,
    },
    refusal::Refusal,
};
use crate::domain::{Day, Error, OrgKind, RoleId, Word};

/// The sentences of a refusal, and its places in the request.
#[expect(clippy::too_many_lines, reason = "one arm a refusal; split, the match would no longer be one")]
pub(super) fn told(error: &Error, naming: Naming<'_>) -> Refusal {
    let [en, zh] = naming.both();
    let en_role = |role: &RoleId| naming.of_role(*role).en;
    let zh_role = |role: &RoleId| naming.of_role(*role).zh;
    match error {
        Error::Unauthenticated { why } => {
            let Words { en, zh } = denied(*why);
            detail(en, zh)
        }
        Error::Forbidden { scope, org: None } => detail(
            format!("This caller may not {}. That needs the scope `{}`.", scope.en(), scope.as_str()),
            format!("当前调用者无权{}，需要授权范围 `{}`。", scope.zh(), scope.as_str()),
        ),
        Error::Forbidden { scope, org: Some(org) } => detail(
            format!(
                "This caller may not {} in {} on every day concerned. That needs the scope `{}` there.",
                scope.en(),
                en.name(*org, Day::MAX),
                scope.as_str()
            ),
            format!(
                "当前调用者在{}无权{}：须在所涉及的每一天都具有授权范围 `{}`。",
                zh.name(*org, Day::MAX),
                scope.zh(),
                scope.as_str()
            ),
        ),
        Error::Merged { .. } => detail(
            "The entry was merged into another one of the same person. `location` says where that is.".to_owned(),
            "该人员记录已合并至同一人的另一条记录，其地址见 `location`。".to_owned(),
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
            format!("The area “{}” needs an org.", area.en()),
            format!("范围“{}”必须指明组织。", area.zh()),
        ),
        Error::GrantOrg { pointer, area, names_org: false } => at(
            pointer,
            format!("The area “{}” has no org.", area.en()),
            format!("范围“{}”不能指明组织。", area.zh()),
        ),
        Error::PastEnd { at: when } => at(
            "/expires_at",
            format!("{} is over already.", told_at(*when)),
            format!("{} 已经过去。", told_at(*when)),
        ),
        Error::KeyRevoked => {
            detail("The key is revoked already. Make a new one.".to_owned(), "该密钥此前已吊销，请新建密钥。".to_owned())
        }
        Error::NotFound { what, id: _ } => {
            detail(format!("There is no such {}.", what.en()), format!("没有这个{}。", what.zh()))
        }
        Error::NotInLog => detail(
            "The log has no such position: a backup was restored, or the position is from another directory. Start again from `location`.".to_owned(),
            "日志中没有这个位置：可能已恢复备份，或该位置来自另一套目录。请从 `location` 所示地址重新开始。".to_owned(),
        ),
        Error::SightChanged => detail(
            "The position was given to a caller who saw other people: grants have changed since. Start again from `location`.".to_owned(),
            "该位置签发时调用者所能看到的人员与现在不同，授权已有变化。请从 `location` 所示地址重新开始。".to_owned(),
        ),
        Error::PreconditionFailed { current } => detail(
            format!("The object is at revision {current}, which `If-Match` does not name."),
            format!("对象的当前修订号为 {current}，不在 `If-Match` 所列之中。"),
        ),
        Error::WeakTags => detail(
            "`If-Match` names weak tags alone (`W/…`), and those never match. A proxy that compresses makes tags weak: read the object without `Accept-Encoding`, or send the tag without `W/`.".to_owned(),
            "`If-Match` 只含弱标签（`W/…`），弱标签一律不匹配。压缩响应的代理会使标签变弱：请在不带 `Accept-Encoding` 的情况下读取，或去掉 `W/` 后发送。".to_owned(),
        ),
        Error::ThereAlready => detail(
            "The object is there, and `If-None-Match: *` asks that it is not.".to_owned(),
            "对象已经存在，而 `If-None-Match: *` 要求其不存在。".to_owned(),
        ),
        Error::StateChanged { on, .. } => detail(
            format!("`If-Match` has none of the tags of what is there on {on} and later: it has changed, or the tag is that of another day. Read it again with `as_of={on}`."),
            format!("`If-Match` 所列标签都不是自{on}起的现状：内容已有变化，或标签属于另一日期。请以 `as_of={on}` 重新读取。"),
        ),
        Error::StateUnnamed { on, .. } => detail(
            format!("`If-Match` must have the tag of what is there on {on} and later. A GET with `as_of={on}` gives it, and so does a dry run."),
            format!("请求须以 `If-Match` 携带自{on}起现状的标签，取自 `as_of={on}` 的 GET 或试运行。"),
        ),
        Error::NoEnd => at(
            "/end_basis",
            "Must be left out where there is no `valid_until`.".to_owned(),
            "没有 `valid_until` 时不能给出。".to_owned(),
        ),
        Error::EmptyPeriod { from, until } => detail(
            format!("The period from {from} until {until} has no day. Its end must be later than its beginning."),
            format!("自{from}起至{until}前的期间不含任何一天：终止日必须晚于起始日。"),
        ),
        Error::ForeignField { kind, field } => at(
            &format!("/{field}"),
            format!("An org of the kind “{}” has no {}.", kind.en(), attribute(field).0),
            format!("类别为{}的组织没有{}。", kind.zh(), attribute(field).1),
        ),
        Error::RepeatedKind { kind } => at(
            "/kinds",
            format!("The kind “{}” is given twice.", kind.en()),
            format!("类别“{}”出现两次。", kind.zh()),
        ),
        Error::Repeated { pointer } => {
            at(pointer, "Stands in this list already.".to_owned(), "在该列表中重复出现。".to_owned())
        }
        Error::SelfReference { pointer } => {
            let Words { en, zh } = self_reference(pointer);
            at(pointer, en, zh)
        }
        Error::Contradictory { pointer, other } => {
            let Words { en, zh } = contradictory(*other);
            at(pointer, en, zh)
        }
        Error::CodeIsFixed => at(
            "/code",
            "A post's code identifies it and never changes. Change its name, or make a new post.".to_owned(),
            "职务代码用于标识职务，不能更改：请修改名称，或新设职务。".to_owned(),
        ),
        Error::BadText { pointer, why } => {
            Refusal { detail: None, faults: vec![(pointer.clone(), text_error(*why))] }
        }
        Error::UnknownReference { pointer, what, id: _ } => {
            at(pointer, format!("There is no such {}.", what.en()), format!("没有这个{}。", what.zh()))
        }
        Error::Misplaced { org, kind, parent, on } => {
            let above = naming.after.org_on(*org, *on).and_then(|view| view.values().parent_id);
            let (org_en, org_zh) = (en.name(*org, *on), zh.name(*org, *on));
            match parent.zip(above) {
                Some((parent, above)) => detail(
                    format!(
                        "On {on}, {org_en} ({}) cannot stand under {} ({}).",
                        kind.en(),
                        en.name(above, *on),
                        parent.en()
                    ),
                    format!(
                        "{on}当日，{org_zh}（{}）不能设在{}（{}）之下。",
                        kind.zh(),
                        zh.name(above, *on),
                        parent.zh()
                    ),
                ),
                None => detail(
                    format!("On {on}, {org_en} ({}) cannot stand at the top.", kind.en()),
                    format!("{on}当日，{org_zh}（{}）不能没有上级。", kind.zh()),
                ),
            }
        }
        Error::WouldCycle { org, under, on } if org == under => detail(
            format!("On {on}, {} would stand under itself.", en.name(*org, *on)),
            format!("{on}当日，{}将设在自身之下。", zh.name(*org, *on)),
        ),
        Error::WouldCycle { org, under, on } => detail(
            format!(
                "On {on}, {} would stand under {}, which stands below {0}.",
                en.name(*org, *on),
                en.name(*under, *on)
            ),
            format!("{on}当日，{}将设在{}之下，而后者是它的下级。", zh.name(*org, *on), zh.name(*under, *on)),
        ),
        Error::TooDeep { org, levels_max, on } => detail(
            format!(
                "On {on}, {} or an org below it would have more than {levels_max} levels above it.",
                en.name(*org, *on)
            ),
            format!("{on}当日，{}或其下级之上将超过 {levels_max} 层。", zh.name(*org, *on)),
        ),
        Error::OutsideLife { org, from, until, by } => {
            let Words { en: life_en, zh: life_zh } = life(naming, *org, *from);
            let Words { en: outside_en, zh: outside_zh } = outside(naming, *org, (*from, *until), *by);
            detail(format!("{life_en} But {outside_en}."), format!("{life_zh}，而{outside_zh}。"))
        }
        Error::NotAlive { org, on } => {
            let Words { en: life_en, zh: life_zh } = life(naming, *org, *on);
            detail(
                format!("{} does not exist on {on}. {life_en}", en.name(*org, *on)),
                format!("{}在{on}不存在：{life_zh}。", zh.name(*org, *on)),
            )
        }
        Error::CodeTaken { code, by, on } => at(
            "/code",
            format!("{} has the code {code} on {on} already.", en.name(*by, *on)),
            format!("代码 {code} 自{on}起已由{}使用，不能重复。", zh.name(*by, *on)),
        ),
        Error::ExternalIdTaken { id, by } => {
            let other = || Words::new("Another entry", "另一条目");
            let Words { en, zh } = by.and_then(|by| owner(naming, by)).map_or_else(other, |owner| owner.name);
            at(
                "/external_ids",
                format!("{en} has the same identifier in the scheme `{}` already.", id.scheme),
                format!("体系 `{}` 中的该标识已由{zh}使用，不能重复。", id.scheme),
            )
        }
        Error::StaffNoTaken { by: Some(by) } => at(
            "/staff_no",
            format!("{} has this staff number already.", en.person(*by)),
            format!("该工号已由{}使用，不能重复。", zh.person(*by)),
        ),
        Error::StaffNoTaken { by: None } => {
            at("/staff_no", "The staff number is taken.".to_owned(), "该工号已被使用。".to_owned())
        }
        Error::PostTaken { post } => at(
            "/code",
            format!("The post “{}” has this code already.", en.post(post)),
            format!("职务“{}”已使用该代码。", zh.post(post)),
        ),
        Error::PostNotInKind { post, org, kind, on } => detail(
            format!("On {on}, {} ({}) has no post “{}”.", en.name(*org, *on), kind.en(), en.post(post)),
            format!("{on}当日，{}（{}）没有职务“{}”。", zh.name(*org, *on), kind.zh(), zh.post(post)),
        ),
        Error::NeverHasPost { pointer, post, org } => at(
            pointer,
            format!("{} never has the post “{}”, so nobody would ever sit there.", en.name(*org, Day::MAX), en.post(post)),
            format!("{}从未设有职务“{}”，该席位将始终空缺。", zh.name(*org, Day::MAX), zh.post(post)),
        ),
        Error::PostFull { post, org, on, holders_max, roles } => {
            let Words { en: roles_en, zh: roles_zh } = holders(naming, roles);
            let (most, would) = (counted((*holders_max).into(), "holder", "holders"), roles.len());
            detail(
                format!(
                    "The post “{}” of {} may have {most}, but on {on} would have {would}: {roles_en}.",
                    en.post(post),
                    en.name(*org, *on)
                ),
                format!(
                    "{}至多 {holders_max} 人，而{on}将有 {would} 人：{roles_zh}。",
                    zh.position(*org, post, false, *on)
                ),
            )
        }
        Error::ActingTaken { post, org, on, roles } => {
            let Words { en: roles_en, zh: roles_zh } = holders(naming, roles);
            let would = roles.len();
            detail(
                format!(
                    "The post “{}” of {} may have 1 acting holder, but on {on} would have {would}: {roles_en}.",
                    en.post(post),
                    en.name(*org, *on)
                ),
                format!(
                    "{}至多 1 人，而{on}将有 {would} 人：{roles_zh}。",
                    zh.position(*org, post, true, *on)
                ),
            )
        }
        Error::SameHolder { beside, on, role: _ } => {
            let Words { en, zh } = holds_already(naming, *beside, *on);
            detail(en, zh)
        }
        Error::KindForbids { org, kind, field, on } => at(
            &format!("/{field}"),
            format!("On {on}, {} ({}) has no {}.", en.name(*org, *on), kind.en(), attribute(field).0),
            format!("{on}当日，{}（{}）没有{}。", zh.name(*org, *on), kind.zh(), attribute(field).1),
        ),
        Error::Incomplete { field, missing } => {
            let (name_en, name_zh) = attribute(field);
            let [missing_en, missing_zh]: [Vec<&str>; 2] =
                [missing.iter().map(|name| attribute(name).0).collect(), missing.iter().map(|name| attribute(name).1).collect()];
            let told = detail(
                format!("The {name_en} of a day must be complete. Missing: {}.", missing_en.join(", ")),
                format!("当日的{name_zh}不完整，还缺{}。", missing_zh.join("、")),
            );
            let required = |name| (format!("/{field}/{name}"), Words::new("is required", "必填"));
            Refusal { faults: missing.iter().map(required).collect(), ..told }
        }
        Error::NotAUnit { org } => at(
            "/unit_ids",
            format!("{} is not of the kind “{}”.", en.name(*org, Day::MAX), OrgKind::Unit.en()),
            format!("{}不是{}。", zh.name(*org, Day::MAX), OrgKind::Unit.zh()),
        ),
        Error::NotASupervisionGroup { org, on } => detail(
            format!("On {on}, {} is not of the kind “{}”.", en.name(*org, *on), OrgKind::SupervisionGroup.en()),
            format!("{on}当日，{}不是{}。", zh.name(*org, *on), OrgKind::SupervisionGroup.zh()),
        ),
        Error::SupervisedTwice { beside, on, supervision: _ } => {
            let Words { en: known_en, zh: known_zh } = naming.of_supervision(*beside);
            detail(format!("{known_en} on {on} already."), format!("{on}当日，{known_zh}已有登记。"))
        }
        Error::SuccessorAbsent { org, successor, on } => {
            let Words { en: life_en, zh: life_zh } = life(naming, *successor, *on);
            detail(
                format!(
                    "{} ends on {on}, and its successor {} does not exist on that day. {life_en}",
                    en.name(*org, *on),
                    en.name(*successor, *on)
                ),
                format!(
                    "{}自{on}起撤销，其承继组织{}当日并不存在：{life_zh}。",
                    zh.name(*org, *on),
                    zh.name(*successor, *on)
                ),
            )
        }
        Error::SuccessorForeign { org, successor, on } => {
            let is_unit = naming.after.org_on(*successor, *on).is_some_and(|view| view.kind() == OrgKind::Unit);
            let (en_unit, zh_unit) = (OrgKind::Unit.en(), OrgKind::Unit.zh());
            let (org_en, next_en) = (en.name(*org, *on), en.name(*successor, *on));
            let (org_zh, next_zh) = (zh.name(*org, *on), zh.name(*successor, *on));
            if is_unit {
                detail(
                    format!("{next_en} is of the kind “{en_unit}” and {org_en} is not, so it cannot be its successor."),
                    format!("{next_zh}是{zh_unit}，{org_zh}不是，前者不能承继后者。"),
                )
            } else {
                detail(
                    format!("{org_en} is of the kind “{en_unit}” and {next_en} is not, so {next_en} cannot be its successor."),
                    format!("{org_zh}是{zh_unit}，{next_zh}不是，后者不能承继前者。"),
                )
            }
        }
        Error::GroupExists { org, on } => at(
            "/name",
            format!("On {on}, a leading group of this name stands under the same org: {}.", en.name(*org, *on)),
            format!("{on}当日，同一组织之下已有同名的领导小组：{}。", zh.name(*org, *on)),
        ),
        Error::PlannedAlready { org, on } => detail(
            format!(
                "{} is planned for {on}. To make it begin earlier, correct its first version.",
                en.name(*org, *on)
            ),
            format!("{}已计划于{on}设立；如需提前，请更正其第一个版本的起始日。", zh.name(*org, *on)),
        ),
        Error::NotInGroup { pointer, org, group, kind, on } => at(
            pointer,
            format!("On {on}, {} does not belong to {} as its {}.", en.name(*org, *on), en.name(*group, *on), kind.en()),
            format!("{on}当日，{}不是{}的{}。", zh.name(*org, *on), zh.name(*group, *on), kind.zh()),
        ),
        Error::FoundingDayFixed { org, on } => at(
            "/valid_from",
            format!("{} was established on {on}. To move that day, correct its first version.", en.name(*org, *on)),
            format!("{}成立于{on}；如需更正，请修改其第一个版本的起始日。", zh.name(*org, *on)),
        ),
        Error::InUse { blockers, hidden } => {
            let Words { en, zh } = in_use(naming, blockers, *hidden);
            detail(en, zh)
        }
        Error::AlreadyDissolved { org, on } => detail(
            format!("{} ends on {on} already.", en.name(*org, *on)),
            format!("{}已自{on}起撤销。", zh.name(*org, *on)),
        ),
        Error::DissolvedAtFounding { org, on } => detail(
            format!("{} is established on {on}. Delete it instead.", en.name(*org, *on)),
            format!("{}成立于{on}，请改用删除。", zh.name(*org, *on)),
        ),
        Error::PersonErased { person: _ } => detail(
            "Everything personal of this person was erased. Nothing can be entered again.".to_owned(),
            "该人员的个人信息已清除，不能再录入。".to_owned(),
        ),
        Error::NotDissolved { org } => detail(
            format!("{} is not dissolved.", en.name(*org, Day::MAX)),
            format!("{}未撤销。", zh.name(*org, Day::MAX)),
        ),
        Error::EndedWith { org } => {
            let Words { en: life_en, zh: life_zh } = life(naming, *org, Day::MAX);
            detail(
                format!(
                    "It ended with {0}. To restore it or to correct its end, do that to {0}. {life_en}",
                    en.name(*org, Day::MAX)
                ),
                format!("该组织随{0}的撤销而终止，恢复或更正请对{0}进行：{life_zh}。", zh.name(*org, Day::MAX)),
            )
        }
        Error::FirstVersion { org } => detail(
            format!(
                "This is the first version of {}. Correct its first day, or delete the org.",
                en.name(*org, Day::MIN)
            ),
            format!("这是{}的第一个版本：请更正其起始日，或整体删除该组织。", zh.name(*org, Day::MIN)),
        ),
        Error::BoundaryCrossed { org, after, before } => at(
            "/valid_from",
            format!("This version of {} can only begin {}.", en.name(*org, Day::MAX), between(*after, *before).en),
            format!("{}的该版本的起始日必须{}。", zh.name(*org, Day::MAX), between(*after, *before).zh),
        ),
        Error::AlreadyEnded { role, on } => detail(
            format!("The role ends on {on} already: {}.", en_role(role)),
            format!("任职已于{on}结束：{}。", zh_role(role)),
        ),
        Error::EndsBeforeStart { role, from } => detail(
            format!("The role begins on {from}, so it cannot end on that day or earlier: {}.", en_role(role)),
            format!("任职自{from}开始，不能在该日或之前结束：{}。", zh_role(role)),
        ),
        Error::NotTheWhole { missing, foreign } => {
            let Words { en, zh } = not_the_whole(naming, missing, foreign);
            at("/ids", en, zh)
        }
        Error::TooLarge { nodes, nodes_max } => detail(
            format!("The answer would have {nodes} nodes; one answer can have at most {nodes_max}."),
            format!("答复将包含 {nodes} 个节点，而一次答复至多 {nodes_max} 个。"),
        ),
        Error::ResultGone { what, id: _ } => detail(
            format!("The request was already carried out, and the {} that it created has been deleted since.", what.en()),
            format!("该请求此前已执行，所创建的{}之后已被删除。", what.zh()),
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
        Error::TooManyStaffNumbers { numbers_max, retry_after: _ } => detail(
            format!("A caller names at most {numbers_max} staff numbers of people whom it does not see in an hour."),
            format!("调用者在一小时内至多以工号指定 {numbers_max} 名其无权查看的人员。"),
        ),
        // These are told by what is in them.
        Error::Hidden { person: _, told: _ } | Error::At { pointers: _, told: _ } | Error::Several { errors: _ }
        | Error::KeyReused
        | Error::KeyInFlight
        | Error::Unavailable { retry_after: _, outcome_unknown: _ }
        | Error::NewerFormat
        | Error::Internal => Refusal { detail: None, faults: Vec::new() },
    }
}

fn detail(en: String, zh: String) -> Refusal {
    Refusal { detail: Some(Words::new(en, zh)), faults: Vec::new() }
}

/// A refusal with one fault, whose text is also the detail.
fn at(place: &str, en: String, zh: String) -> Refusal {
    let words = Words::new(en, zh);
    Refusal { detail: Some(words.clone()), faults: vec![(place.to_owned(), words)] }
}
