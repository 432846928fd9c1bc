//! Every type of problem: the stable list that clients may rely on.
//!
//! A slug is never renamed and never reused. A new type is a new line here, and a line in the match
//! of `refusal.rs` when the domain tells of it.

use actix_web::http::StatusCode;

use crate::words::Language;

macro_rules! catalogue {
    ($($variant:ident = $slug:literal, $status:literal, $title_en:literal, $title_zh:literal, $detail_en:literal, $detail_zh:literal;)*) => {
        /// A type of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemType {
            $(#[doc = $detail_en] $variant,)*
        }

        impl ProblemType {
            /// Every type, in the order of their statuses.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What identifies it, for ever.
            pub fn slug(self) -> &'static str {
                match self {$(Self::$variant => $slug,)*}
            }

            /// The relative URI that stands in `type`, and under which the explanation is found.
            pub fn uri(self) -> &'static str {
                match self {$(Self::$variant => concat!("/problems/", $slug),)*}
            }

            /// The status of every answer of this type.
            pub fn status(self) -> StatusCode {
                let code: u16 = match self {$(Self::$variant => $status,)*};
                StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }

            /// Its name, the same in every answer of this type.
            pub fn title(self, language: Language) -> &'static str {
                match (self, language) {$(
                    (Self::$variant, Language::English) => $title_en,
                    (Self::$variant, Language::Chinese) => $title_zh,
                )*}
            }

            /// What it means and what to do about it.
            pub fn explanation(self, language: Language) -> &'static str {
                match (self, language) {$(
                    (Self::$variant, Language::English) => $detail_en,
                    (Self::$variant, Language::Chinese) => $detail_zh,
                )*}
            }
        }
    };
}

catalogue! {
    Validation = "validation", 400, "The request does not fit the schema", "请求不符合接口定义",
        "A value in the body, the path or the query is missing, of the wrong type, or outside its bounds. `errors` names each place.",
        "请求体、路径或查询参数中的某个值缺失、类型不对或超出范围。`errors` 指出每一处。";
    MalformedJson = "malformed-json", 400, "The body is not JSON", "请求体不是合法的 JSON",
        "The body cannot be read as one JSON value in UTF-8, or an object in it names a member twice. The place of the fault is given.",
        "请求体不能读作一个 UTF-8 编码的 JSON 值，或者其中某个对象重复了成员名。答复中给出出错位置。";
    NestedTooDeep = "nested-too-deep", 400, "The body is nested too deeply", "请求体嵌套过深",
        "Arrays and objects in the body contain each other more often than `bound` allows.",
        "请求体中数组和对象的嵌套层数超过 `bound`。";
    UnknownParameter = "unknown-parameter", 400, "Unknown query parameter", "未知的查询参数",
        "The operation has no query parameter of that name. A misspelt filter would otherwise silently select everything.",
        "该操作没有这个查询参数。若不拒绝，写错名字的筛选条件会在不知不觉中选出全部结果。";
    RepeatedParameter = "repeated-parameter", 400, "Query parameter given twice", "查询参数重复",
        "A query parameter may stand once. Where several values are possible they are separated by commas; a comma within a value is percent-encoded.",
        "每个查询参数只能出现一次。可取多个值的参数以逗号分隔，值本身所含的逗号须做百分号编码。";
    InvalidHeader = "invalid-header", 400, "A request header cannot be read", "请求头无法识别",
        "A header that the operation reads does not have the form that the documentation gives.",
        "该操作要读取的某个请求头不符合文档给出的格式。";
    BadRequest = "bad-request", 400, "The request cannot be understood", "无法理解该请求",
        "The request is not HTTP as this service understands it.",
        "请求不符合本服务所理解的 HTTP。";
    NotFound = "not-found", 404, "Not found", "未找到",
        "Nothing has the id or code that the path names: it never existed, or it has been deleted.",
        "没有任何对象具有路径中的标识或代码：它从未存在，或者已被删除。";
    NoSuchRoute = "no-such-route", 404, "No such path", "没有这个路径",
        "The service has no resource under this path. `/openapi.json` lists all of them.",
        "服务中没有这个路径的资源。全部路径见 `/openapi.json`。";
    MethodNotAllowed = "method-not-allowed", 405, "Method not allowed", "不支持该方法",
        "The resource exists but does not have this method. The header `Allow` lists those that it has.",
        "资源存在，但不支持该方法。支持的方法见响应头 `Allow`。";
    NotAcceptable = "not-acceptable", 406, "No acceptable representation", "没有可接受的表示形式",
        "`Accept` excludes every media type in which this resource can be answered.",
        "请求头 `Accept` 排除了该资源的全部媒体类型。";
    RequestTimeout = "request-timeout", 408, "The request took too long to arrive", "请求传输超时",
        "The request did not arrive in time. Nothing has been done; send it again.",
        "请求未能及时传完，未执行任何操作，请重新发送。";
    UnknownReference = "unknown-reference", 409, "The request names something that is not there", "请求引用了不存在的对象",
        "An id or code in the body names a body, person, post or role that does not exist (any more).",
        "请求体中的标识或代码所指的组织、人员、职务或任职不存在或已被删除。";
    Misplaced = "misplaced", 409, "A body of this kind may not stand there", "该类组织不能设在此处",
        "The kind of a body decides under which kinds it may stand: a branch under a general branch or a committee, a Party group under a branch, and so on.",
        "组织的类别决定其上级的类别：党支部设在党总支或党委之下，党小组设在党支部之下，等等。";
    WouldCycle = "would-cycle", 409, "A body would stand under itself", "组织将成为自身的下级",
        "The new parent is the body itself or one of those below it, on at least one day.",
        "在至少某一天，新的上级就是该组织本身或其下级之一。";
    TooDeep = "too-deep", 409, "The tree would be too deep", "组织层级过深",
        "The body, or one below it, would have more levels above it than `bound`.",
        "该组织或其某个下级之上的层级数将超过 `bound`。";
    OutsideLife = "outside-life", 409, "Outside the life of a body", "超出组织的存续期间",
        "Something would stand under, lie in or be held by a body on a day on which that body does not exist.",
        "在某一天，所引用的组织并不存在，却要作为上级、任职所在组织或任职者。";
    NotAlive = "not-alive", 409, "The body does not exist on that day", "该组织当日不存在",
        "The day given lies before the body was founded or after it was dissolved.",
        "给出的日期早于该组织成立或晚于其撤销。";
    CodeTaken = "code-taken", 409, "The code is taken", "代码已被占用",
        "Another body below the same top committee has this code on at least one day. A code that has ended may be used again.",
        "同一最高党委之下另有组织在至少某一天使用该代码。已停用的代码可以再次使用。";
    ExternalIdTaken = "external-id-taken", 409, "The external identifier is taken", "外部标识已被占用",
        "Another body or person has the same identifier in the same scheme.",
        "同一体系中另有组织或人员使用相同的外部标识。";
    StaffNoTaken = "staff-no-taken", 409, "The staff number is taken", "工号已被占用",
        "Another person has this staff number. Two entries of one person can be merged.",
        "另有人员使用该工号。同一人的两条记录可以合并。";
    PostTaken = "post-taken", 409, "The post's code is taken", "职务代码已被占用",
        "The catalogue has a post of that code.",
        "职务目录中已有该代码的职务。";
    PostNotInKind = "post-not-in-kind", 409, "The post does not exist in bodies of that kind", "该类组织没有此职务",
        "The catalogue says in which kinds of bodies a post exists; the body is of another kind on at least one day of the period.",
        "职务目录规定了各职务适用的组织类别；在任期内至少某一天，该组织属于其他类别。";
    PostFull = "post-full", 409, "The post is full", "职数已满",
        "The post would have more holders on some day than its maximum, which `bound` gives. Acting holders count apart.",
        "某一天该职务的任职者人数将超过上限（见 `bound`）。代理任职另计。";
    ActingTaken = "acting-taken", 409, "The post has an acting holder", "该职务已有代理任职者",
        "A post that has a maximum has at most one acting holder on any day.",
        "设有职数上限的职务，在任何一天至多有一名代理任职者。";
    SameHolder = "same-holder", 409, "The same holder twice", "同一任职者重复任职",
        "The same holder would hold the same post in the same body twice on one day.",
        "同一任职者将在同一天两次担任同一组织的同一职务。";
    KindForbids = "kind-forbids", 409, "The kind forbids the field", "该类别不允许此字段",
        "On at least one day the body is of a kind that has no such field. Clear the field together with the change of kind.",
        "在至少某一天，该组织的类别没有此字段。变更类别时请一并清除该字段。";
    IncompleteValue = "incomplete-value", 409, "A part of a value that is not there", "所修改的值尚不存在",
        "A patch may give a part of a value, and what it leaves out stays. Here there is no value yet that the part could be merged with: give it whole. `errors` names what is missing.",
        "修改时可以只给出一个值的一部分，其余保持不变。但这个值目前不存在，无法合并，请完整给出。`errors` 指出所缺的部分。";
    NotAUnit = "not-a-unit", 409, "Not an administrative unit", "不是行政单位",
        "`unit_ids` may name only bodies of kind `unit`.",
        "`unit_ids` 只能引用类别为 `unit` 的行政单位。";
    NotASupervisionGroup = "not-a-supervision-group", 409, "Not a supervision group", "不是督导组",
        "Only bodies of kind `supervision_group` supervise others, on every day on which they do.",
        "只有类别为 `supervision_group` 的组织才能督导其他组织，且在督导期间的每一天都须如此。";
    SupervisedTwice = "supervised-twice", 409, "Covered by the group already", "该督导组已覆盖该组织",
        "The same supervision group would cover the same body twice on one day. Correct the scope of the supervision that there is instead.",
        "同一督导组将在同一天两次覆盖同一组织。请更正已有督导关系的范围。";
    GroupExists = "leading-group-exists", 409, "The leading group exists", "领导小组已存在",
        "A leading group of that name stands under the same body on at least one day; `by_id` names it. Adjust it with PUT instead of founding it twice.",
        "同一组织之下在至少某一天已有同名的领导小组（见 `by_id`）。请用 PUT 调整它，不要重复设立。";
    PlannedAlready = "planned-already", 409, "Planned for a later day already", "已计划在以后设立",
        "The document would found a body that is planned under the leading group for a later day, and would then be there twice. Let the planned one begin earlier: correct the first day of its first version.",
        "文档将设立的组织已计划在以后设于该领导小组之下，届时将重复。请更正计划中组织的第一个版本的起始日，使其提前。";
    NotInGroup = "not-in-group", 409, "Not a part of the leading group", "不属于该领导小组",
        "An id in the document names a body that is no such part of the leading group on that day. A part that has ended is restored, not named again.",
        "文档中的标识所指的组织在当日不是该领导小组的此类组成部分。已撤销的组成部分请恢复，而不是再次列出。";
    FoundingDayFixed = "founding-day-fixed", 409, "The founding day stays", "成立日不变",
        "A leading group's document does not move its founding day. Correct the first version of the body instead.",
        "领导小组文档不改动成立日。请更正该组织第一个版本的起始日。";
    InUse = "in-use", 409, "Still in use", "仍被引用",
        "Other things refer to what should go. `blockers` lists them; end or move them first, or use `cascade` where the operation has it.",
        "仍有其他对象引用该对象，见 `blockers`。请先结束或移走它们；操作提供 `cascade` 时也可使用。";
    AlreadyDissolved = "already-dissolved", 409, "Dissolved already", "组织已撤销",
        "The body is dissolved on the day given, or will be before it.",
        "该组织在给出的日期已经撤销，或将在此之前撤销。";
    DissolvedAtFounding = "dissolved-at-founding", 409, "Dissolved on its founding day", "撤销日与成立日相同",
        "Dissolving a body on the day it was founded would leave nothing of it: delete it instead.",
        "在成立当日撤销等于从未存在，请改用删除。";
    NotDissolved = "not-dissolved", 409, "Not dissolved", "组织未撤销",
        "Only a body that is dissolved can be restored.",
        "只有已撤销的组织才能恢复。";
    EndedWith = "ended-with", 409, "Ended together with another body", "随其他组织一并撤销",
        "The body ended because one above it was dissolved. Restoring that one restores this one too.",
        "该组织随上级组织的撤销而终止，请恢复那个上级组织。";
    FirstVersion = "first-version", 409, "The first version", "第一个版本",
        "The first version has no predecessor that could extend. Move its boundary, or delete the body that was entered by mistake.",
        "第一个版本之前没有可以延续的版本。请更正其起始日；误录的组织请整体删除。";
    BoundaryCrossed = "boundary-crossed", 409, "The boundary would pass another", "版本起始日越界",
        "The first day of a version must lie after that of the version before it and before that of the version after it, or the end of the body.",
        "版本的起始日必须晚于前一版本的起始日，并早于后一版本的起始日或组织的终止日。";
    AlreadyEnded = "already-ended", 409, "Ended already", "任职已结束",
        "The role has ended on the day given, or will end before it. Its period can be corrected.",
        "该任职在给出的日期已经结束，或将在此之前结束。任期可以更正。";
    EndsBeforeStart = "ends-before-start", 409, "Would end before it begins", "结束早于开始",
        "The role begins on or after the day on which it should end. Delete it if it was entered by mistake.",
        "该任职的开始日不早于要求的结束日。误录的任职请删除。";
    NotTheWhole = "not-the-whole", 409, "Not the whole order", "次序不完整",
        "An order names everything that it orders, once. `missing` lists what it left out and `foreign` what does not belong there.",
        "排序时必须把全部对象各列一次。`missing` 为遗漏的对象，`foreign` 为不属于此处的对象。";
    TooLarge = "too-large", 409, "The answer would be too large", "答复过大",
        "The answer would have `nodes` nodes, and one answer holds at most `bound`. Ask for less depth or for a smaller part.",
        "答复将包含 `nodes` 个节点，而一次答复至多 `bound` 个。请减小深度或缩小范围。";
    IdempotencyKeyInFlight = "idempotency-key-in-flight", 409, "The same request is under way", "相同请求正在处理",
        "A request with the same `Idempotency-Key` has not been answered yet. Wait and repeat it.",
        "具有相同 `Idempotency-Key` 的请求尚未完成，请稍后重试。";
    ResultGone = "result-gone", 409, "What the request made is gone", "请求所创建的对象已不存在",
        "The request was carried out before, under the same `Idempotency-Key`, and what it made has been erased since. It is not carried out again; to make it anew, send the request with a new key.",
        "该请求此前已以相同的 `Idempotency-Key` 执行，所创建的对象之后已被删除。请求不会再次执行；如需重新创建，请使用新的键。";
    PreconditionFailed = "precondition-failed", 412, "Changed in the meantime", "对象已被修改",
        "The object is not at a revision that `If-Match` names. Read it again, and decide again.",
        "对象的当前修订号不在 `If-Match` 所列之中。请重新读取后再决定。";
    BodyTooLarge = "body-too-large", 413, "The body is too large", "请求体过大",
        "The body has more bytes than `bound`.",
        "请求体的字节数超过 `bound`。";
    UnsupportedMediaType = "unsupported-media-type", 415, "Unsupported media type", "不支持的媒体类型",
        "A body is sent as `application/json` in UTF-8, a patch as `application/merge-patch+json` or `application/json`, without content coding.",
        "请求体须为 UTF-8 编码的 `application/json`，修改也可用 `application/merge-patch+json`，且不得压缩。";
    EmptyPeriod = "empty-period", 422, "The period is empty", "期间为空",
        "The end of a period is the first day on which it no longer holds, and lies after its beginning.",
        "终止日是期间不再有效的第一天，必须晚于起始日。";
    ForeignField = "foreign-field", 422, "The kind has no such field", "该类组织没有此字段",
        "Some fields exist only in bodies of certain kinds, such as the type of a branch.",
        "某些字段只适用于特定类别的组织，例如党支部类型。";
    RepeatedValue = "repeated-value", 422, "A list names something twice", "列表中有重复项",
        "Each entry of this list may stand once.",
        "该列表中每一项只能出现一次。";
    SelfReference = "self-reference", 422, "Something refers to itself", "对象引用了自身",
        "What the request names must be something else than what it is about.",
        "请求所引用的对象不能是其自身。";
    Contradictory = "contradictory", 422, "Two fields contradict each other", "两个字段相互矛盾",
        "Two fields of the request say different things of one matter. `errors` names the one, its detail the other.",
        "请求中的两个字段对同一事项说法不一。`errors` 指出其中一个，其说明指出另一个。";
    CodeIsFixed = "code-is-fixed", 422, "A post's code is fixed", "职务代码不可更改",
        "The code is a post's identity and stays for ever. Create another post instead.",
        "代码是职务的标识，不能更改。请另建职务。";
    IdempotencyKeyReused = "idempotency-key-reused", 422, "The Idempotency-Key belongs to another request", "幂等键已用于其他请求",
        "Within 24 hours a key stands for one request. Take a new key for a new request.",
        "一个幂等键在 24 小时内只对应一个请求。新的请求请使用新的键。";
    CursorInvalid = "cursor-invalid", 422, "Not a cursor of this service", "游标无效",
        "A cursor is taken as it is from `next` of an answer; this one does not come from there.",
        "游标须原样取自答复中的 `next`，该游标并非由此而来。";
    CursorMismatch = "cursor-mismatch", 422, "The cursor belongs to another question", "游标与查询不符",
        "A cursor pins date, filters and sort. Repeat the request as it was and change only `cursor`, `limit` and `count`.",
        "游标固定了日期、筛选条件和排序。请保持原请求不变，只更换 `cursor`、`limit`、`count`。";
    TooManyRequests = "too-many-requests", 429, "Too many requests", "请求过多",
        "The caller has sent more requests than it may. `Retry-After` says when to go on.",
        "调用方发送的请求过多，何时继续见 `Retry-After`。";
    HeadersTooLarge = "headers-too-large", 431, "The headers are too large", "请求头过大",
        "The request line and headers together are larger than the service reads.",
        "请求行与请求头的总长度超过服务的限制。";
    Internal = "internal", 500, "A fault of the service", "服务内部错误",
        "The service failed; the request is not at fault. The log has the cause under the request id. A write may or may not have taken effect: repeat it with its `Idempotency-Key`.",
        "服务出错，与请求无关。日志中可按请求标识查到原因。写操作可能已生效也可能未生效，请以相同的 `Idempotency-Key` 重试。";
    NotYet = "not-yet", 503, "The revision is not here yet", "修订尚未到达",
        "This replica has not reached the revision that `Directory-Min-Revision` asks for. Repeat the request after `Retry-After`.",
        "该副本尚未到达 `Directory-Min-Revision` 要求的修订号，请在 `Retry-After` 之后重试。";
    Unavailable = "unavailable", 503, "Not available now", "暂不可用",
        "The database or the writer is not available. Repeat the request after `Retry-After`; where `outcome_unknown` is true, a write may have taken effect.",
        "数据库或写入器暂不可用，请在 `Retry-After` 之后重试；`outcome_unknown` 为真时，写操作可能已经生效。";
    NotReady = "not-ready", 503, "Not ready", "尚未就绪",
        "The service has not loaded the directory, or has been without its database for too long. Send requests to another replica.",
        "服务尚未载入目录，或与数据库断开过久。请将请求发往其他副本。";
    NewerFormat = "newer-format", 503, "A newer program writes here", "已有更新版本的程序写入",
        "The log holds entries of a newer program than this one, so this one no longer writes. Reads go on. Bring the service up to date.",
        "日志中有更新版本程序写入的条目，本程序不再写入，读取不受影响。请升级服务。";
}

impl ProblemType {
    /// The type with that slug.
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
    }

    /// The type of an answer that the framework made by itself.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            404 => Self::NoSuchRoute,
            405 => Self::MethodNotAllowed,
            406 => Self::NotAcceptable,
            408 => Self::RequestTimeout,
            413 => Self::BodyTooLarge,
            415 => Self::UnsupportedMediaType,
            429 => Self::TooManyRequests,
            431 => Self::HeadersTooLarge,
            503 => Self::Unavailable,
            400..=499 => Self::BadRequest,
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_type_is_whole_and_alone() {
        let mut slugs = HashSet::new();
        assert!(ProblemType::ALL.is_sorted_by_key(|kind| kind.status()));
        for kind in ProblemType::ALL {
            let slug = kind.slug();
            assert!(slugs.insert(slug), "{slug} stands twice");
            assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{slug}");
            assert_eq!(ProblemType::parse(slug), Some(*kind));
            assert!(kind.status().is_client_error() || kind.status().is_server_error());
            for language in [Language::English, Language::Chinese] {
                assert!(kind.explanation(language).chars().count() <= super::super::TEXT_CHARS_MAX);
                assert!(kind.title(language).chars().count() <= super::super::TITLE_CHARS_MAX);
            }
        }
    }
}
