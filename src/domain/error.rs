//! Why a command or a question is refused: what failed, with its data, and nothing of HTTP.
//!
//! `words` says each variant in two languages, and `http::kit::problem` gives it a type of problem: each in one
//! exhaustive match.

use std::time::Duration;

use uuid::Uuid;

use super::{
    AccessScope, Area, BlockerKind, Code, Day, Denied, ExternalId, Instant, OrgId, OrgKind, PersonId, PostCode,
    Revision, RoleId, Subject, SupervisionId, TextError,
};

/// An object that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blocker {
    /// How it does.
    pub kind: BlockerKind,
    /// Its id; of a version, the org's.
    pub id: Uuid,
    /// When it begins.
    pub valid_from: Day,
}

/// What something in a request must agree with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counterpart {
    /// Another member of the request.
    Member(&'static str),
    /// The leading group that the path names.
    GroupOfPath,
    /// What the directory says on the day.
    Directory { on: Day },
    /// A place from a day on, beside which nothing else of the role is changed.
    Placing,
    /// The place that is missing beside the day from which it would hold.
    NoOrder,
}

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{self:?}")]
pub enum Error {
    // ── the caller ──
    /// Nobody knows who asks.
    Unauthenticated { why: Denied },
    /// The caller has no grant for it: not at all, or not for this org.
    Forbidden { scope: AccessScope, org: Option<OrgId> },
    /// A key would allow more than the caller may do, or last longer. None: the key that it is about does already.
    ExceedsOwn { pointer: Option<String> },

    // ── the target ──
    /// Nothing has the id that the path names.
    NotFound { what: Subject, id: String },
    /// The entry of a person was merged into another one.
    Merged { person: PersonId, into: PersonId },
    /// The caller may not know of a person, and is told what is told of one who does not exist.
    Hidden { person: PersonId, told: Box<Error> },
    /// It lies at these places in the document of the request.
    At { pointers: Vec<String>, told: Box<Error> },
    /// Several things are wrong in one request, each with its place.
    Several { errors: Vec<Error> },
    /// The log has no such position: it is of another epoch, or of another log.
    NotInLog,
    /// The position is of a caller who saw something else.
    SightChanged,
    /// If-Match names another revision than that of the object.
    PreconditionFailed { current: Revision },
    /// If-Match names another state of what is declared whole for an org, or the state of another day.
    StateChanged { org: OrgId, on: Day },
    /// If-Match names no state, and what is declared whole for an org from that day on needs one.
    StateUnnamed { org: OrgId, on: Day },

    // ── a rule that does not depend on the state of the directory ──
    /// `until` is not later than `from`.
    EmptyPeriod { from: Day, until: Day },
    /// A document of the end is given, and there is no end.
    NoEnd,
    /// The kind has no such field.
    ForeignField { kind: OrgKind, field: &'static str },
    /// The same kind stands twice in a post's `kinds`.
    RepeatedKind { kind: OrgKind },
    /// A list names the same thing twice; the second time here.
    Repeated { pointer: String },
    /// Something would refer to itself.
    SelfReference { pointer: String },
    /// Two fields give different values for the same thing.
    Contradictory { pointer: String, other: Counterpart },
    /// A grant names an org although its area has none, or the other way round.
    GrantOrg { pointer: String, area: Area, names_org: bool },
    /// A key or a ticket would end before it is made.
    PastEnd { at: Instant },
    /// A ticket would hold for too long.
    TicketExpiry { latest: Instant },
    /// A post's code identifies it and cannot be changed.
    CodeIsFixed,
    /// A text is not legal.
    BadText { pointer: String, why: TextError },
    /// The Idempotency-Key was used for another request.
    KeyReused,

    // ── a rule of the directory in its present state ──
    /// The request refers to something that does not exist.
    UnknownReference { pointer: String, what: Subject, id: String },
    /// An org of this kind is not allowed there.
    Misplaced { org: OrgId, kind: OrgKind, parent: Option<OrgKind>, on: Day },
    /// An org would be below itself.
    WouldCycle { org: OrgId, under: OrgId, on: Day },
    /// The tree would be deeper than the directory holds.
    TooDeep { org: OrgId, levels_max: usize, on: Day },
    /// An org does not exist on every day on which something is under it, in it or held by it; and what that is.
    OutsideLife { org: OrgId, from: Day, until: Option<Day>, by: (BlockerKind, Uuid) },
    /// The day is outside the life of the org that the request is about.
    NotAlive { org: OrgId, on: Day },
    /// Another org below the same top committee has the code on that day.
    CodeTaken { code: Code, by: OrgId, on: Day },
    /// Another org or person has the external identifier.
    ExternalIdTaken { id: ExternalId, by: Option<Uuid> },
    /// Another person has the staff number.
    StaffNoTaken { by: Option<PersonId> },
    /// The catalogue already has a post with that code.
    PostTaken { post: PostCode },
    /// The post does not exist in orgs of that kind.
    PostNotInKind { post: PostCode, org: OrgId, kind: OrgKind, on: Day },
    /// A seat points at a post that its org never has.
    NeverHasPost { pointer: String, post: PostCode, org: OrgId },
    /// The post would have more holders than its maximum: these roles.
    PostFull { post: PostCode, org: OrgId, on: Day, holders_max: u16, roles: Vec<RoleId> },
    /// The post would have two acting holders: these roles.
    ActingTaken { post: PostCode, org: OrgId, on: Day, roles: Vec<RoleId> },
    /// The same holder would hold the same post in the same org twice on a day: by a role beside another.
    SameHolder { role: RoleId, beside: RoleId, on: Day },
    /// The org's kind on that day has no such field. The request must clear it.
    KindForbids { org: OrgId, kind: OrgKind, field: &'static str, on: Day },
    /// Only a part of a value is given, and there is no value yet to merge it with.
    Incomplete { field: &'static str, missing: Vec<&'static str> },
    /// An org named as an administrative unit is not one.
    NotAUnit { org: OrgId },
    /// An org named as a supervision group is not one.
    NotASupervisionGroup { org: OrgId, on: Day },
    /// The same supervision group would cover the same org twice on a day: by a supervision beside another.
    SupervisedTwice { supervision: SupervisionId, beside: SupervisionId, on: Day },
    /// The condition names weak tags alone, which match nothing.
    WeakTags,
    /// The condition wants that there is no such object yet.
    ThereAlready,
    /// A successor does not live on the day on which the org ends.
    SuccessorAbsent { org: OrgId, successor: OrgId, on: Day },
    /// Only one of an org and its successor is an administrative unit.
    SuccessorForeign { org: OrgId, successor: OrgId, on: Day },
    /// A leading group of that name stands under the same org.
    GroupExists { org: OrgId, on: Day },
    /// An org in the document of a leading group is already planned under it for a later day.
    PlannedAlready { org: OrgId, on: Day },
    /// An org in the document of a leading group is not such a part of the group on that day.
    NotInGroup { pointer: String, org: OrgId, group: OrgId, kind: OrgKind, on: Day },
    /// The document of a leading group cannot move the day on which the group was established.
    FoundingDayFixed { org: OrgId, on: Day },
    /// Other objects still refer to it. So many of them are hidden from the caller.
    InUse { blockers: Vec<Blocker>, hidden: usize },
    /// The org is dissolved on the day given or earlier.
    AlreadyDissolved { org: OrgId, on: Day },
    /// The org cannot be dissolved on its first day: delete it instead.
    DissolvedAtFounding { org: OrgId, on: Day },
    /// Everything personal of the person was erased. Nothing can be entered again.
    PersonErased { person: PersonId },
    /// The org is not dissolved.
    NotDissolved { org: OrgId },
    /// The org ended when another one was dissolved. Restore that org instead.
    EndedWith { org: OrgId },
    /// The first version cannot be deleted: no version comes before it.
    FirstVersion { org: OrgId },
    /// The first day of a version would not lie between those of its neighbours, or after the org's end.
    BoundaryCrossed { org: OrgId, after: Option<Day>, before: Option<Day> },
    /// The role ends on the day given or earlier.
    AlreadyEnded { role: RoleId, on: Day },
    /// The role would end before it begins.
    EndsBeforeStart { role: RoleId, from: Day },
    /// An order is not complete, or names something foreign.
    NotTheWhole { missing: Vec<Uuid>, foreign: Vec<Uuid> },
    /// The answer would have more nodes than one answer may have.
    TooLarge { nodes: usize, nodes_max: usize },
    /// The API key is revoked.
    KeyRevoked,
    /// A request with the same Idempotency-Key is being processed.
    KeyInFlight,
    /// The request was already carried out under its Idempotency-Key, and what it created has been deleted since.
    ResultGone { what: Subject, id: String },

    // ── not now ──
    /// The caller has too many tickets.
    TooManyTickets { tickets_max: usize, retry_after: Duration },
    /// The caller has named too many people whom it does not see by staff number.
    TooManyStaffNumbers { numbers_max: usize, retry_after: Duration },
    /// The revision asked for is not here yet.
    NotYet { wanted: Revision, current: Revision },
    /// The database or the writer is not available. If `outcome_unknown`, a write may have taken effect.
    Unavailable { retry_after: Duration, outcome_unknown: bool },
    /// The log has entries of a newer release, so this one does not write.
    NewerFormat,
    /// A fault of the service itself; the log has the cause.
    Internal,
}

impl Error {
    /// The objects that it sets against each other.
    pub fn named(&self) -> Vec<Uuid> {
        match self {
            Self::OutsideLife { org, by: (_, id), .. } => vec![org.0, *id],
            Self::PostFull { roles, .. } | Self::ActingTaken { roles, .. } => roles.iter().map(|role| role.0).collect(),
            Self::SameHolder { role, beside, .. } => vec![role.0, beside.0],
            Self::SupervisedTwice { supervision, beside, .. } => vec![supervision.0, beside.0],
            Self::WouldCycle { org, under, .. } => vec![org.0, under.0],
            Self::CodeTaken { by, .. } => vec![by.0],
            Self::StaffNoTaken { by: Some(by) } => vec![by.0],
            Self::ExternalIdTaken { by: Some(by), .. } => vec![*by],
            Self::GroupExists { org, .. } | Self::NotAUnit { org } | Self::NotASupervisionGroup { org, .. } => {
                vec![org.0]
            }
            Self::SuccessorAbsent { org, successor, .. } | Self::SuccessorForeign { org, successor, .. } => {
                vec![org.0, successor.0]
            }
            _ => Vec::new(),
        }
    }

    /// The same refusal, of a person who exists and of whom the caller may not know.
    #[must_use]
    pub fn hiding(self, person: PersonId) -> Self {
        Self::Hidden { person, told: Box::new(self) }
    }
}
