//! Every type of problem. Clients may rely on this list.
//!
//! A slug is never renamed and never reused. A new type is a new line here, and an arm in the match
//! of `refusal.rs` if the domain refuses with it.

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

            /// What identifies it. It never changes.
            pub fn slug(self) -> &'static str {
                match self {$(Self::$variant => $slug,)*}
            }

            /// The relative URI in `type`. A GET of it answers with the explanation.
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
        "The body cannot be read as one JSON value in UTF-8, or an object in it names a member twice. `detail` or `errors` says where.",
        "请求体不能读作一个 UTF-8 编码的 JSON 值，或者其中某个对象重复了成员名。答复中给出出错位置。";
    NestedTooDeep = "nested-too-deep", 400, "The body is nested too deeply", "请求体嵌套过深",
        "Arrays and objects in the body are nested deeper than `bound` levels.",
        "请求体中数组和对象的嵌套层数超过 `bound`。";
    UnknownParameter = "unknown-parameter", 400, "Unknown query parameter", "未知的查询参数",
        "The operation has no query parameter of that name. If it were ignored, a misspelt filter would select everything.",
        "该操作没有这个查询参数。若不拒绝，写错名字的筛选条件会在不知不觉中选出全部结果。";
    RepeatedParameter = "repeated-parameter", 400, "Query parameter given twice", "查询参数重复",
        "A query parameter that takes one value is given more than once. Only parameters that take several values may be repeated.",
        "只取一个值的查询参数只能出现一次；只有可取多个值的参数才能重复给出。";
    InvalidHeader = "invalid-header", 400, "A request header cannot be read", "请求头无法识别",
        "A header that the operation reads does not have the form that the documentation gives.",
        "该操作要读取的某个请求头不符合文档给出的格式。";
    BadRequest = "bad-request", 400, "The request cannot be understood", "无法理解该请求",
        "The service cannot read the request as HTTP.",
        "请求不符合本服务所理解的 HTTP。";
    Unauthenticated = "unauthenticated", 401, "Not known who asks", "未认证",
        "The request has no key or token, or one that is unknown, expired or revoked. `detail` says which. `WWW-Authenticate` says how to send one.",
        "请求没有密钥或令牌，或者所提供的未知、已过期或已吊销，详见 `detail`。`WWW-Authenticate` 说明如何提供。";
    Forbidden = "forbidden", 403, "Not allowed", "无权操作",
        "The caller is known but has no grant for this: not the scope, or not in this part of the tree, or not on every day that the request concerns. `scope` is the scope that is needed and `org_id` the org in which it is missing. `GET /me` says what the caller may do.",
        "调用者身份已知，但没有相应授权：缺少授权范围，或不在其所辖组织之内，或不覆盖请求所涉及的每一天。`scope` 为所需的授权范围，`org_id` 为缺少授权的组织。`GET /me` 可查询调用者的权限。";
    NotFound = "not-found", 404, "Not found", "未找到",
        "Nothing has the id or code in the path. It never existed, or it has been deleted.",
        "没有任何对象具有路径中的标识或代码：它从未存在，或者已被删除。";
    NoSuchRoute = "no-such-route", 404, "No such path", "没有这个路径",
        "The service has no resource at this path. `/openapi.json` lists all paths.",
        "服务中没有这个路径的资源。全部路径见 `/openapi.json`。";
    MethodNotAllowed = "method-not-allowed", 405, "Method not allowed", "不支持该方法",
        "The resource exists but does not support this method. The header `Allow` lists the methods that it supports.",
        "资源存在，但不支持该方法。支持的方法见响应头 `Allow`。";
    NotAcceptable = "not-acceptable", 406, "No acceptable representation", "没有可接受的表示形式",
        "`Accept` excludes every media type that this resource has.",
        "请求头 `Accept` 排除了该资源的全部媒体类型。";
    RequestTimeout = "request-timeout", 408, "The request took too long to arrive", "请求传输超时",
        "The request did not arrive in time. Nothing was done. Send it again.",
        "请求未能及时传完，未执行任何操作，请重新发送。";
    UnknownReference = "unknown-reference", 409, "The request refers to something that does not exist", "请求引用了不存在的对象",
        "An id or code in the request body refers to an org, person, post or role that does not exist, or no longer exists.",
        "请求体中的标识或代码所指的组织、人员、职务或任职不存在或已被删除。";
    Misplaced = "misplaced", 409, "An org of this kind is not allowed there", "该类组织不能设在此处",
        "The kind of an org decides which kinds its parent may have: a branch stands under a general branch or a committee, a Party group under a branch, and so on.",
        "组织的类别决定其上级的类别：党支部设在党总支或党委之下，党小组设在党支部之下，等等。";
    WouldCycle = "would-cycle", 409, "An org would be below itself", "组织将成为自身的下级",
        "On at least one day, the new parent is the org itself or an org below it.",
        "在至少某一天，新的上级就是该组织本身或其下级之一。";
    TooDeep = "too-deep", 409, "The tree would be too deep", "组织层级过深",
        "The org, or an org below it, would have more than `bound` levels above it.",
        "该组织或其某个下级之上的层级数将超过 `bound`。";
    OutsideLife = "outside-life", 409, "Outside the life of an org", "超出组织的存续期间",
        "The request uses an org on days on which that org does not exist: as a parent, as the org of a role, or as a holder.",
        "在某一天，所引用的组织并不存在，却要作为上级、任职所在组织或任职者。";
    NotAlive = "not-alive", 409, "The org does not exist on that day", "该组织当日不存在",
        "The day given is before the org was established or after it was dissolved.",
        "给出的日期早于该组织成立或晚于其撤销。";
    CodeTaken = "code-taken", 409, "The code is taken", "代码已被占用",
        "Another org below the same top committee has this code on at least one day. A code that is no longer used may be given again.",
        "同一最高党委之下另有组织在至少某一天使用该代码。已停用的代码可以再次使用。";
    ExternalIdTaken = "external-id-taken", 409, "The external identifier is taken", "外部标识已被占用",
        "Another org or person has the same identifier in the same scheme.",
        "同一体系中另有组织或人员使用相同的外部标识。";
    StaffNoTaken = "staff-no-taken", 409, "The staff number is taken", "工号已被占用",
        "Another person has this staff number. Two entries of one person can be merged.",
        "另有人员使用该工号。同一人的两条记录可以合并。";
    PostTaken = "post-taken", 409, "The post's code is taken", "职务代码已被占用",
        "The catalogue already has a post with that code.",
        "职务目录中已有该代码的职务。";
    PostNotInKind = "post-not-in-kind", 409, "The post does not exist in orgs of that kind", "该类组织没有此职务",
        "The catalogue says in which kinds of orgs a post exists. On at least one day of the period, the org is of another kind.",
        "职务目录规定了各职务适用的组织类别；在任期内至少某一天，该组织属于其他类别。";
    PostFull = "post-full", 409, "The post is full", "职数已满",
        "On some day the post would have more holders than its maximum, `bound`. Acting holders are counted separately.",
        "某一天该职务的任职者人数将超过上限（见 `bound`）。代理任职另计。";
    ActingTaken = "acting-taken", 409, "The post has an acting holder", "该职务已有代理任职者",
        "A post that has a maximum has at most one acting holder on any day.",
        "设有职数上限的职务，在任何一天至多有一名代理任职者。";
    SameHolder = "same-holder", 409, "The same holder twice", "同一任职者重复任职",
        "The same holder would hold the same post in the same org twice on one day.",
        "同一任职者将在同一天两次担任同一组织的同一职务。";
    KindForbids = "kind-forbids", 409, "The kind does not allow the field", "该类别不允许此字段",
        "On at least one day the org is of a kind that has no such field. Clear the field in the request that changes the kind.",
        "在至少某一天，该组织的类别没有此字段。变更类别时请一并清除该字段。";
    IncompleteValue = "incomplete-value", 409, "A part of a value that does not exist yet", "所修改的值尚不存在",
        "A patch may give a part of a value; what it leaves out stays as it is. Here the value does not exist yet, so give all of it: the numbers of a day, for example. `errors` names what is missing.",
        "修改时可以只给出一个值的一部分，其余保持不变。但这个值目前不存在，无法合并，请完整给出。`errors` 指出所缺的部分。";
    NotAUnit = "not-a-unit", 409, "Not an administrative unit", "不是行政单位",
        "`unit_ids` may name only orgs of kind `unit`.",
        "`unit_ids` 只能引用行政单位。";
    NotASupervisionGroup = "not-a-supervision-group", 409, "Not a supervision group", "不是督导组",
        "Only an org of kind `supervision_group` can supervise. It must be of that kind on every day of the supervision.",
        "只有督导组才能督导其他组织，且在督导期间的每一天都须是督导组。";
    SupervisedTwice = "supervised-twice", 409, "The group covers the org already", "该督导组已覆盖该组织",
        "The same supervision group would cover the same org twice on one day. Correct the scope of the existing supervision instead.",
        "同一督导组将在同一天两次覆盖同一组织。请更正已有督导关系的范围。";
    UnfitSuccessor = "unfit-successor", 409, "A successor does not fit", "承继组织不符",
        "A successor must exist on the day on which the org ends. Successors of an administrative unit are administrative units, and those of any other org are not. `org_id` names the org, and `by_id` its successor.",
        "承继组织在原组织撤销之日必须存在；行政单位只能由行政单位承继，其他组织只能由非行政单位承继。`org_id` 为原组织，`by_id` 为承继组织。";
    GroupExists = "leading-group-exists", 409, "The leading group exists", "领导小组已存在",
        "On at least one day, a leading group of that name already stands under the same org; `by_id` names it. Change it with PUT instead of establishing it twice.",
        "同一组织之下在至少某一天已有同名的领导小组（见 `by_id`）。请用 PUT 调整它，不要重复设立。";
    PlannedAlready = "planned-already", 409, "Already planned for a later day", "已计划在以后设立",
        "The document would establish an org that is already planned under the leading group for a later day. It would then exist twice. To make the planned org begin earlier, correct the first day of its first version.",
        "文档将设立的组织已计划在以后设于该领导小组之下，届时将重复。请更正计划中组织的第一个版本的起始日，使其提前。";
    NotInGroup = "not-in-group", 409, "Not a part of the leading group", "不属于该领导小组",
        "An id in the document names an org that is not such a part of the leading group on that day. If the part has ended, restore it.",
        "文档中的标识所指的组织在当日不是该领导小组的此类组成部分。已撤销的组成部分请恢复，而不是再次列出。";
    FoundingDayFixed = "founding-day-fixed", 409, "The first day cannot be moved here", "成立日不变",
        "The document of a leading group cannot move the day on which the group was established. Correct the first version of the org instead.",
        "领导小组文档不改动成立日。请更正该组织第一个版本的起始日。";
    InUse = "in-use", 409, "Still in use", "仍被引用",
        "Other objects refer to it; `blockers` lists them. End or move them first, or use `cascade` if the operation has it.",
        "仍有其他对象引用该对象，见 `blockers`。请先结束或移走它们；操作提供 `cascade` 时也可使用。";
    AlreadyDissolved = "already-dissolved", 409, "Already dissolved", "组织已撤销",
        "The org is already dissolved on the day given, or has an earlier end planned.",
        "该组织在给出的日期已经撤销，或将在此之前撤销。";
    DissolvedAtFounding = "dissolved-at-founding", 409, "Dissolved on its first day", "撤销日与成立日相同",
        "An org cannot be dissolved on the day on which it was established: nothing of it would remain. Delete it instead.",
        "在成立当日撤销等于从未存在，请改用删除。";
    PersonErased = "person-erased", 409, "The person was erased", "个人信息已清除",
        "Everything personal of the person was erased. The roles remain. Nothing personal can be entered again: enter a new person instead.",
        "该人员的个人信息已清除，任职记录保留。不能再录入其个人信息，如有需要请新建人员。";
    NotDissolved = "not-dissolved", 409, "Not dissolved", "组织未撤销",
        "Only a dissolved org can be restored.",
        "只有已撤销的组织才能恢复。";
    EndedWith = "ended-with", 409, "Ended together with another org", "随其他组织一并撤销",
        "The org ended because an org above it was dissolved. Restore the org above: this one is then restored too.",
        "该组织随上级组织的撤销而终止，请恢复那个上级组织。";
    FirstVersion = "first-version", 409, "The first version", "第一个版本",
        "The first version cannot be deleted, because no version comes before it. Correct its first day instead, or delete the org if it was entered by mistake.",
        "第一个版本之前没有可以延续的版本。请更正其起始日；误录的组织请整体删除。";
    BoundaryCrossed = "boundary-crossed", 409, "The first day of the version is out of bounds", "版本起始日越界",
        "The first day of a version must be later than the first day of the version before it, and earlier than the first day of the version after it or the end of the org.",
        "版本的起始日必须晚于前一版本的起始日，并早于后一版本的起始日或组织的终止日。";
    AlreadyEnded = "already-ended", 409, "Already ended", "任职已结束",
        "The role ends on the day given or earlier. To change its end, correct its period.",
        "该任职在给出的日期已经结束，或将在此之前结束。任期可以更正。";
    EndsBeforeStart = "ends-before-start", 409, "The end is not after the beginning", "结束早于开始",
        "The role would end on or before its first day. Delete it if it was entered by mistake.",
        "该任职的开始日不早于要求的结束日。误录的任职请删除。";
    NotTheWhole = "not-the-whole", 409, "The order is not complete", "次序不完整",
        "An order names every item exactly once. `missing` lists the items left out, and `foreign` those that do not belong there.",
        "排序时必须把全部对象各列一次。`missing` 为遗漏的对象，`foreign` 为不属于此处的对象。";
    TooLarge = "too-large", 409, "The answer would be too large", "答复过大",
        "The answer would have `nodes` nodes, and one answer can have at most `bound`. Ask for less depth or for a smaller part.",
        "答复将包含 `nodes` 个节点，而一次答复至多 `bound` 个。请减小深度或缩小范围。";
    KeyRevoked = "key-revoked", 409, "The key is revoked", "密钥已吊销",
        "A revoked key gets no new secret and is not revoked again. Make a new key.",
        "已吊销的密钥不能更换，请新建密钥。";
    IdempotencyKeyInFlight = "idempotency-key-in-flight", 409, "The same request is being processed", "相同请求正在处理",
        "A request with the same `Idempotency-Key` has not been answered yet. Wait, then send it again.",
        "具有相同 `Idempotency-Key` 的请求尚未完成，请稍后重试。";
    ResultGone = "result-gone", 409, "What the request created no longer exists", "请求所创建的对象已不存在",
        "The request was already carried out under the same `Idempotency-Key`, and what it created has been deleted since. It is not carried out again. To create it again, send the request with a new key.",
        "该请求此前已以相同的 `Idempotency-Key` 执行，所创建的对象之后已被删除。请求不会再次执行；如需重新创建，请使用新的键。";
    StartAgain = "start-again", 410, "The position leads nowhere", "位置已失效",
        "The position is of another epoch or another directory, or was given to a caller who saw other people. What follows it cannot be told. Take a new copy from the address in `location`, and go on from its position.",
        "该位置属于另一纪元或另一套目录，或签发时调用者所能看到的人员与现在不同，其后的变更无从给出。请从 `location` 所示地址重新获取副本，再从副本的位置继续。";
    Merged = "merged", 410, "Merged into another entry", "已合并至另一条记录",
        "The entry of this person was merged into another one: `by_id` is the id of the person who stayed, and `location` the address. Use that id from now on.",
        "该人员的记录已合并至另一条记录：`by_id` 为保留记录的标识，`location` 为其地址。今后请使用该标识。";
    PreconditionFailed = "precondition-failed", 412, "Changed in the meantime", "对象已被修改",
        "The object is not at a revision that `If-Match` names. Read it again, then decide again.",
        "对象的当前修订号不在 `If-Match` 所列之中。请重新读取后再决定。";
    BodyTooLarge = "body-too-large", 413, "The body is too large", "请求体过大",
        "The request body has more than `bound` bytes.",
        "请求体的字节数超过 `bound`。";
    UnsupportedMediaType = "unsupported-media-type", 415, "Unsupported media type", "不支持的媒体类型",
        "Send a body as `application/json` in UTF-8, and a patch as `application/merge-patch+json` or `application/json`. Do not compress it.",
        "请求体须为 UTF-8 编码的 `application/json`，修改也可用 `application/merge-patch+json`，且不得压缩。";
    Misdirected = "misdirected-request", 421, "Sent to another name", "请求发往其他主机名",
        "The service does not answer to the name in `Host`. The setting `--host-names` says which names it has besides those of loopback.",
        "服务不响应 Host 中的主机名。除本机回环地址的名称外，由 `--host-names` 指定其名称。";
    EmptyPeriod = "empty-period", 422, "The period is empty", "期间为空",
        "The end of a period is the first day that no longer belongs to it. It must be later than the beginning.",
        "终止日是期间不再有效的第一天，必须晚于起始日。";
    NoEnd = "no-end", 422, "There is no end", "没有终止日",
        "`end_basis` is the document of an end, so it needs `valid_until`. Give both, or leave the document out.",
        "`end_basis` 是终止的依据，须有 `valid_until`。请一并给出，或不给出该依据。";
    ForeignField = "foreign-field", 422, "The kind has no such field", "该类组织没有此字段",
        "Some fields exist only in orgs of certain kinds. For example, only a branch has a branch type.",
        "某些字段只适用于特定类别的组织，例如党支部类型。";
    RepeatedValue = "repeated-value", 422, "A list names something twice", "列表中有重复项",
        "Each value may appear in this list only once.",
        "该列表中每一项只能出现一次。";
    SelfReference = "self-reference", 422, "Something refers to itself", "对象引用了自身",
        "The request must name an object other than the one that it changes.",
        "请求所引用的对象不能是其自身。";
    Contradictory = "contradictory", 422, "Two fields contradict each other", "两个字段相互矛盾",
        "Two fields of the request give different values for the same thing. `errors` points to one of them, and its detail names the other.",
        "请求中的两个字段对同一事项说法不一。`errors` 指出其中一个，其说明指出另一个。";
    CodeIsFixed = "code-is-fixed", 422, "A post's code cannot change", "职务代码不可更改",
        "The code identifies the post and cannot be changed. Create another post instead.",
        "代码是职务的标识，不能更改。请另建职务。";
    IdempotencyKeyReused = "idempotency-key-reused", 422, "The Idempotency-Key belongs to another request", "幂等键已用于其他请求",
        "A key belongs to one request for 24 hours. Use a new key for a new request.",
        "一个幂等键在 24 小时内只对应一个请求。新的请求请使用新的键。";
    CursorInvalid = "cursor-invalid", 422, "Not a cursor of this service", "游标无效",
        "Copy a cursor unchanged from `next` of an answer. This one does not come from there.",
        "游标须原样取自答复中的 `next`，该游标并非由此而来。";
    CursorMismatch = "cursor-mismatch", 422, "The cursor belongs to another request", "游标与查询不符",
        "A cursor pins date, filters and sort. Repeat the request as it was and change only `cursor`, `limit` and `count`.",
        "游标固定了日期、筛选条件和排序。请保持原请求不变，只更换 `cursor`、`limit`、`count`。";
    PreconditionRequired = "precondition-required", 428, "The request must say what it has seen", "请求须说明所依据的状态",
        "What is declared whole replaces what is there, so the request must carry `If-Match` with the tag of what its sender has seen: that of a GET with `as_of=<effective_on>`, or of a dry run.",
        "整体声明会替换现有内容，因此请求须以 `If-Match` 携带发送者所见状态的标签：取自 `as_of=<effective_on>` 的 GET，或取自试运行。";
    TooManyRequests = "too-many-requests", 429, "Too many requests", "请求过多",
        "The caller has sent too many requests. `Retry-After` says when to send the next one.",
        "调用方发送的请求过多，何时继续见 `Retry-After`。";
    HeadersTooLarge = "headers-too-large", 431, "The headers are too large", "请求头过大",
        "The request line and the headers are together longer than the service accepts.",
        "请求行与请求头的总长度超过服务的限制。";
    Internal = "internal", 500, "A fault of the service", "服务内部错误",
        "The service failed; the request is not at fault. The process log has the cause under the request id. A write may or may not have taken effect: send it again with the same `Idempotency-Key`.",
        "服务出错，与请求无关。日志中可按请求标识查到原因。写操作可能已生效也可能未生效，请以相同的 `Idempotency-Key` 重试。";
    NotYet = "not-yet", 503, "The revision is not here yet", "修订尚未到达",
        "This replica has not reached the revision that `Directory-Min-Revision` asks for. Repeat the request after `Retry-After`.",
        "该副本尚未到达 `Directory-Min-Revision` 要求的修订号，请在 `Retry-After` 之后重试。";
    Unavailable = "unavailable", 503, "Not available now", "暂不可用",
        "The database or the writer is not available, or a token cannot be verified because the keys of the identity provider have not arrived yet. Repeat the request after `Retry-After`. If `outcome_unknown` is true, a write may have taken effect.",
        "数据库或写入器暂不可用，或者尚未取得身份提供方的公钥、无法验证令牌，请在 `Retry-After` 之后重试；`outcome_unknown` 为真时，写操作可能已经生效。";
    Busy = "busy", 503, "Too much at once", "当前请求过多",
        "The service has no memory left for the body or the answer, or too many heavy answers wait to be made. Nothing was done. Repeat the request after `Retry-After`, or ask for less.",
        "服务没有余量接收该请求体或发送该答复，或者等待生成的大型答复过多。请求未执行，请在 `Retry-After` 之后重试，或减少所请求的内容。";
    NotReady = "not-ready", 503, "Not ready", "尚未就绪",
        "The service has not loaded the directory yet, or has been without its database for too long. Send requests to another replica.",
        "服务尚未载入目录，或与数据库断开过久。请将请求发往其他副本。";
    NewerFormat = "newer-format", 503, "A newer release has written here", "已有更新版本的程序写入",
        "The log has entries from a newer release of the service, so this release no longer writes. Reads still work. Update the service.",
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
