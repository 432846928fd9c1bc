//! The rows of the tables: one for each object, with lists of what refers to it.
//!
//! A row exists as soon as something names its object, even if the object is deleted or not entered yet. When the
//! object is deleted, its row becomes vacant unless something names it. Rows of posts and documents stay. Lists are
//! in the order of the ids in them.

use std::sync::{Arc, OnceLock};

use imbl::Vector;
use uuid::Uuid;

use super::{
    known::Row,
    table::{DocumentAt, List, OrgAt, PersonAt, PostAt, RoleAt},
};
use crate::domain::{Day, Instant, Org, OrgId, OrgKind, Period, Post, PostCode, Revision, RoleId};

#[derive(Debug, Clone)]
pub(in crate::directory) struct OrgSlot {
    pub(in crate::directory) id: OrgId,
    pub(in crate::directory) org: Option<Arc<Org>>,
    /// The versions, in order.
    pub(in crate::directory) placed: Arc<[Placed]>,
    pub(super) referrers: Arc<Referrers>,
    /// The last entry that changed it, a role in it, or a person who ever holds one. After a load it is one of
    /// these.
    pub(in crate::directory) changed: Revision,
}

const _: () = assert!(size_of::<OrgSlot>() <= 56, "every change copies dozens of these, and every read looks at one");

impl OrgSlot {
    /// Whether nothing refers to the org.
    pub(super) fn is_unnamed(&self) -> bool {
        let Referrers { children, last_order: _, roles, ties } = &*self.referrers;
        children.is_empty() && roles.is_empty() && ties.as_deref().is_none_or(Ties::are_none)
    }

    /// From its establishment to its end, or `None` if the org does not exist.
    pub(in crate::directory) fn life(&self) -> Option<Period> {
        let (first, last) = (self.placed.first()?, self.placed.last()?);
        Period::new(first.period.from(), last.period.until())
    }

    /// The orgs that are under it in any version.
    pub(in crate::directory) fn children(&self) -> &List<OrgAt> {
        &self.referrers.children
    }

    /// The roles in it.
    pub(in crate::directory) fn roles(&self) -> &List<RoleAt> {
        &self.referrers.roles
    }

    /// Referrers that few orgs have.
    pub(in crate::directory) fn ties(&self) -> Option<&Ties> {
        self.referrers.ties.as_deref()
    }

    pub(super) fn referrers_mut(&mut self) -> &mut Referrers {
        Arc::make_mut(&mut self.referrers)
    }
}

impl Row for OrgSlot {
    fn unknown(id: Uuid) -> Self {
        Self { id: OrgId(id), org: None, placed: Arc::default(), referrers: Arc::default(), changed: 0 }
    }

    fn id(&self) -> Uuid {
        self.id.0
    }
}

/// The most requested facts of one version of an org. They are here so that few answers have to look at the org
/// itself: fetching it from memory takes longer than answering.
#[derive(Debug)]
pub(in crate::directory) struct Placed {
    /// The text that other rooms keep.
    pub(in crate::directory) kept: Kept,
    pub(in crate::directory) period: Period,
    pub(in crate::directory) parent: Option<OrgAt>,
    pub(in crate::directory) order: i32,
    pub(in crate::directory) kind: OrgKind,
    /// Whether an act has declared an order of its holders.
    pub(in crate::directory) ordered: bool,
}

const _: () = assert!(size_of::<Placed>() <= 48, "most orgs have one version, which fits one line of the cache");

/// What refers to an org.
#[derive(Debug, Clone, Default)]
pub(super) struct Referrers {
    pub(super) children: List<OrgAt>,
    /// At least the order of each child, in any version.
    pub(super) last_order: i32,
    pub(super) roles: List<RoleAt>,
    pub(super) ties: Option<Arc<Ties>>,
}

/// A text that is made when it is first needed, and kept as long as the thing that it describes.
pub(in crate::directory) type Kept = OnceLock<Box<[u8]>>;

/// What else refers to an org.
#[derive(Debug, Clone, Default)]
pub(in crate::directory) struct Ties {
    /// The roles that it holds as a unit.
    pub(in crate::directory) roles_as_holder: List<RoleAt>,
    /// The roles of seats that point at a post in it.
    pub(in crate::directory) seats: List<RoleAt>,
    /// The orgs that name it as a unit in any version.
    pub(in crate::directory) members: List<OrgAt>,
    /// The orgs whose successor it is.
    pub(in crate::directory) predecessors: List<OrgAt>,
}

impl Ties {
    fn are_none(&self) -> bool {
        let Self { roles_as_holder, seats, members, predecessors } = self;
        roles_as_holder.is_empty() && seats.is_empty() && members.is_empty() && predecessors.is_empty()
    }
}

#[derive(Debug, Clone)]
pub(super) struct PostSlot {
    pub(super) code: PostCode,
    pub(super) post: Option<Arc<Post>>,
    /// The roles of the post, by handle. There may be very many.
    pub(super) roles: Vector<RoleAt>,
    /// The roles of seats that point at the post, by handle.
    pub(super) seats: Vector<RoleAt>,
}

#[derive(Debug, Clone)]
pub(in crate::directory) struct RoleSlot {
    pub(super) id: RoleId,
    pub(super) role: Option<PackedRole>,
}

impl Row for RoleSlot {
    fn unknown(id: Uuid) -> Self {
        Self { id: RoleId(id), role: None }
    }

    fn id(&self) -> Uuid {
        self.id.0
    }
}

/// The last log entry that changed an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LastEntry {
    pub(super) revision: Revision,
    /// Since 1970; entries are recorded to the microsecond.
    micros: i64,
}

impl LastEntry {
    pub(super) fn new(revision: Revision, at: Instant) -> Self {
        Self { revision, micros: at.timestamp_micros() }
    }

    /// When it was recorded.
    pub(super) fn at(self) -> Instant {
        Instant::from_timestamp_micros(self.micros).unwrap_or_default()
    }
}

/// A role in few bytes, because there are more roles than anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PackedRole {
    pub(super) org: OrgAt,
    pub(super) post: PostAt,
    pub(super) holder: PackedHolder,
    pub(super) valid_from: Day,
    pub(super) valid_until: Option<Day>,
    pub(super) order: i32,
    pub(super) acting: bool,
    pub(super) basis: Option<DocumentAt>,
    pub(super) end_basis: Option<DocumentAt>,
    pub(super) changed: LastEntry,
}

const _: () = assert!(size_of::<RoleSlot>() <= 80, "what a role takes more, the whole country takes 20 million times");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory) enum PackedHolder {
    Person(PersonAt),
    Unit(OrgAt),
    Seat(OrgAt, PostAt),
}
