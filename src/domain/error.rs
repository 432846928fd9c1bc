//! Why a command or a question is refused: what failed, with its data, and nothing of HTTP.
//!
//! `http::kit::problem` turns each variant into a problem in one exhaustive match.

use std::time::Duration;

use uuid::Uuid;

use super::{Code, Day, ExternalId, OrgId, OrgKind, PersonId, PostCode, Revision, RoleId, SupervisionId, TextError};

/// What an id in a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Subject {
    Org,
    OrgVersion,
    Person,
    Post,
    Role,
    Supervision,
    LeadingGroup,
}

/// How something stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockerKind {
    /// A body under it.
    Child,
    /// A role in it.
    RoleIn,
    /// A role that it holds as a unit, or that the person or post is part of.
    RoleHeld,
    /// A version of its own that begins later.
    Version,
    /// A body that names it as one of its units.
    UnitOf,
    /// A body that names it as a successor.
    SuccessorOf,
    /// A seat that points at it.
    SeatOf,
    /// A supervision by it, as a supervision group.
    SupervisionBy,
    /// A supervision that covers it.
    SupervisionOf,
}

impl BlockerKind {
    /// The word used in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::RoleIn => "role_in",
            Self::RoleHeld => "role_held",
            Self::Version => "version",
            Self::UnitOf => "unit_of",
            Self::SuccessorOf => "successor_of",
            Self::SeatOf => "seat_of",
            Self::SupervisionBy => "supervision_by",
            Self::SupervisionOf => "supervision_of",
        }
    }
}

/// One thing that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blocker {
    /// How it does.
    pub kind: BlockerKind,
    /// Its id; of a version, the body's.
    pub id: Uuid,
    /// When it begins.
    pub valid_from: Day,
}

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{self:?}")]
pub enum Error {
    // ── the target ──
    /// Nothing has the id that the path names.
    NotFound { what: Subject, id: String },
    /// If-Match named another revision than the object's.
    PreconditionFailed { current: Revision },
    /// If-Match named another state of a leading group as a whole.
    GroupChanged { org: OrgId },

    // ── no state of the directory would accept it ──
    /// `until` is not later than `from`.
    EmptyPeriod { from: Day, until: Day },
    /// The kind has no such field.
    ForeignField { kind: OrgKind, field: &'static str },
    /// The same kind stands twice in a post's `kinds`.
    RepeatedKind { kind: OrgKind },
    /// A list names the same thing twice.
    Repeated { pointer: String, value: String },
    /// Something would refer to itself.
    SelfReference { pointer: String },
    /// Two fields say different things of one matter.
    Contradictory { pointer: String, other: &'static str },
    /// A member that may be absent in other requests must be given in this one.
    Absent { pointer: String },
    /// A post's code is its identity and stays.
    CodeIsFixed,
    /// A text in a parameter is not legal.
    BadText { pointer: String, why: TextError },
    /// The Idempotency-Key was used for another request.
    KeyReused,

    // ── this state of the directory does not accept it ──
    /// A body in the request names something that is not there.
    UnknownReference { pointer: String, what: Subject, id: String },
    /// A body of this kind may not stand there.
    Misplaced { org: OrgId, kind: OrgKind, parent: Option<OrgKind>, on: Day },
    /// A body would stand under itself.
    WouldCycle { org: OrgId, under: OrgId, on: Day },
    /// The tree would be deeper than the directory holds.
    TooDeep { org: OrgId, levels_max: usize, on: Day },
    /// Something would be under, in or held by a body on a day on which that body does not exist.
    OutsideLife { org: OrgId, from: Day, until: Option<Day> },
    /// The day is outside the life of the body that the request is about.
    NotAlive { org: OrgId, on: Day },
    /// Another body below the same top committee has the code on that day.
    CodeTaken { code: Code, by: OrgId, on: Day },
    /// Another body or person has the external identifier.
    ExternalIdTaken { id: ExternalId, by: Uuid },
    /// Another person has the staff number.
    StaffNoTaken { by: PersonId },
    /// The catalogue has a post of that code.
    PostTaken { post: PostCode },
    /// The post does not exist in bodies of that kind.
    PostNotInKind { post: PostCode, org: OrgId, kind: OrgKind, on: Day },
    /// The post would have more holders than its maximum.
    PostFull { post: PostCode, org: OrgId, on: Day, holders_max: u16 },
    /// The post would have two acting holders.
    ActingTaken { post: PostCode, org: OrgId, on: Day },
    /// The same holder would hold the same post in the same body twice on a day.
    SameHolder { role: RoleId, on: Day },
    /// The body's kind on that day has no such field: clear it with the change.
    KindForbids { org: OrgId, kind: OrgKind, field: &'static str, on: Day },
    /// Only a part of a field is given, and there is no value that it could be merged with.
    Incomplete { field: &'static str, missing: Vec<&'static str> },
    /// A body named as an administrative unit is not one.
    NotAUnit { org: OrgId },
    /// A body named as a supervision group is not one.
    NotASupervisionGroup { org: OrgId, on: Day },
    /// The same supervision group would cover the same body twice on a day.
    SupervisedTwice { supervision: SupervisionId, on: Day },
    /// A leading group of that name stands under the same body.
    GroupExists { org: OrgId, on: Day },
    /// A body of a leading group's document is planned under it for a later day.
    PlannedAlready { org: OrgId, on: Day },
    /// A body that a leading group's document names is no such part of the group on that day.
    NotInGroup { pointer: String, org: OrgId, group: OrgId, kind: OrgKind, on: Day },
    /// The document of a leading group does not move its founding day.
    FoundingDayFixed { org: OrgId, on: Day },
    /// Something still refers to what should go.
    InUse { blockers: Vec<Blocker> },
    /// The body is dissolved already, or will be on the day given.
    AlreadyDissolved { org: OrgId, on: Day },
    /// Dissolving on the founding day would leave nothing: delete instead.
    DissolvedAtFounding { org: OrgId, on: Day },
    /// The body is not dissolved.
    NotDissolved { org: OrgId },
    /// The body ended when another one was dissolved: restore that one.
    EndedWith { org: OrgId },
    /// The first version has no predecessor that could extend: move its boundary, or delete the body.
    FirstVersion { org: OrgId },
    /// The boundary would pass the next version's, the previous one's, or the body's end.
    BoundaryCrossed { org: OrgId, after: Option<Day>, before: Option<Day> },
    /// The role has ended already, or will on the day given.
    AlreadyEnded { role: RoleId, on: Day },
    /// The role would end before it begins.
    EndsBeforeStart { role: RoleId, from: Day },
    /// An order does not name exactly what it should.
    NotTheWhole { missing: Vec<Uuid>, foreign: Vec<Uuid> },
    /// The answer would have more nodes than one answer holds.
    TooLarge { nodes: usize, nodes_max: usize },
    /// A request with the same Idempotency-Key is under way.
    KeyInFlight,
    /// The request was carried out under its Idempotency-Key, and what it made is there no more.
    ResultGone { what: Subject, id: String },

    // ── not now ──
    /// The revision asked for is not here yet.
    NotYet { wanted: Revision, current: Revision },
    /// The database or the writer is not available; nothing is said of whether a write took effect
    /// where `outcome_unknown`.
    Unavailable { retry_after: Duration, outcome_unknown: bool },
    /// The log holds entries of a newer program: this one does not write.
    NewerFormat,
    /// A fault of the service itself; the log has the cause.
    Internal,
}
