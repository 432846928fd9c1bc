//! A body or a role as it looks on a day, and what is derived from where it stands.

use super::{
    seats::BySeat,
    snapshot::{HeldRole, LEVELS_MAX, OrgAt, OrgSlot, Placed, Snapshot},
};
use crate::domain::{
    Day, Org, OrgId, OrgKind, OrgValues, OrgVersion, Period, Post, Revision, Status, Supervision, Tier, tier,
};

/// A body as it is on a day; outside its life, as it is on the day of its life nearest to it.
#[derive(Debug, Clone, Copy)]
pub struct OrgView<'s> {
    /// The body.
    pub org: &'s Org,
    /// For how long the version shown holds.
    pub period: Period,
    /// Whether the body lives on the day asked for.
    pub status: Status,
    /// The day asked for, moved into the body's life.
    pub day: Day,
    /// The day asked for: what `status` tells of.
    pub asked: Day,
    pub(super) slot: &'s OrgSlot,
    /// What the row says of the version shown.
    placed: &'s Placed,
    /// Which of the body's versions is shown.
    index: usize,
}

impl<'s> OrgView<'s> {
    /// The body's identifier.
    pub fn id(&self) -> OrgId {
        self.slot.id
    }

    /// The version shown.
    #[expect(clippy::expect_used, reason = "a row says of each version of its body where it stands")]
    pub fn version(&self) -> &'s OrgVersion {
        self.org.versions.get(self.index).expect("a version")
    }

    /// The values shown. Its kind and order are found faster by themselves.
    pub fn values(&self) -> &'s OrgValues {
        &self.version().values
    }

    /// Its kind.
    pub fn kind(&self) -> OrgKind {
        self.placed.kind
    }

    /// Its place among those beside it.
    pub fn order(&self) -> i32 {
        self.placed.order
    }

    /// The row of the body directly above, in the version shown.
    pub(super) fn parent_at(&self) -> Option<OrgAt> {
        self.placed.parent
    }

    /// What was kept of this version.
    pub fn kept(&self) -> Option<&'s [u8]> {
        self.placed.kept.get().map(AsRef::as_ref)
    }

    /// Keeps what is made of this version, and of nothing else than the body, as long as the body stays as it is.
    pub fn keep(&self, made: Box<[u8]>) {
        // Somebody else may have been faster, with the same.
        let _ = self.placed.kept.set(made);
    }

    /// The same view for somebody who asked for another day: what is around an ended body is shown as
    /// it was when that body ended, with the status of the day asked for.
    pub fn asked_for(self, asked: Day) -> Self {
        let status = self.slot.life().map_or(self.status, |life| life.status(asked));
        Self { status, asked, ..self }
    }
}

/// A role as it is on a day, with the body that it is in.
#[derive(Debug, Clone, Copy)]
pub struct RoleView<'s> {
    /// The role.
    pub role: HeldRole<'s>,
    /// The body, on the day nearest to the one asked for on which the role is held.
    pub org: OrgView<'s>,
    /// The post.
    pub post: &'s Post,
    /// Whether it is held on the day asked for.
    pub status: Status,
    /// The day asked for, moved into the role's period.
    pub day: Day,
    /// Shown as what one person holds by a seat: how. Status and day are those of that time.
    pub by_seat: Option<BySeat<'s>>,
}

/// A supervision as it is on a day, with its bodies.
#[derive(Debug, Clone, Copy)]
pub struct SupervisionView<'s> {
    /// The supervision.
    pub supervision: &'s Supervision,
    /// The supervision group, on the day nearest to the one asked for on which the supervision holds.
    pub group: OrgView<'s>,
    /// The body that it names, on that day.
    pub org: OrgView<'s>,
    /// Whether it holds on the day asked for.
    pub status: Status,
    /// The day asked for, moved into the supervision's period.
    pub day: Day,
}

/// What sets a state of some objects apart from every other that this process has seen.
/// The later of two compares greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    loading: u64,
    /// The last entry that changed one of them.
    changed: Revision,
}

/// Which statuses a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusFilter {
    /// What begins later.
    pub planned: bool,
    /// What holds on the day.
    pub current: bool,
    /// What is over.
    pub ended: bool,
}

impl Default for StatusFilter {
    fn default() -> Self {
        Self { planned: false, current: true, ended: false }
    }
}

impl StatusFilter {
    /// Every status.
    pub const ALL: Self = Self { planned: true, current: true, ended: true };

    /// Whether it shows `status`.
    pub fn shows(self, status: Status) -> bool {
        match status {
            Status::Planned => self.planned,
            Status::Current => self.current,
            Status::Ended => self.ended,
        }
    }
}

/// The day of `period` nearest to `day`.
fn within(period: Period, day: Day) -> Day {
    match period.until() {
        Some(until) if until <= day => until.plus(-1),
        _ => day.max(period.from()),
    }
}

impl Snapshot {
    /// A body as it is on `day`.
    pub fn org_on(&self, id: OrgId, day: Day) -> Option<OrgView<'_>> {
        Self::view(self.org_slot(id)?, day)
    }

    /// `None` where the body is not there.
    pub(super) fn view(slot: &OrgSlot, day: Day) -> Option<OrgView<'_>> {
        Self::view_of(slot, slot.org.as_deref()?, day)
    }

    /// The view of what stands in a row.
    pub(super) fn view_of<'s>(slot: &'s OrgSlot, org: &'s Org, day: Day) -> Option<OrgView<'s>> {
        let life = slot.life()?;
        let nearest = within(life, day);
        let index = slot.placed.partition_point(|placed| placed.period.from() <= nearest).max(1) - 1;
        let placed = slot.placed.get(index)?;
        let (period, status) = (placed.period, life.status(day));
        Some(OrgView { org, period, status, day: nearest, asked: day, slot, placed, index })
    }

    /// A role as it is on `day`. `None` where its body or post is missing, which no consistent
    /// directory has.
    pub fn role_on<'s>(&'s self, role: HeldRole<'s>, day: Day) -> Option<RoleView<'s>> {
        self.role_during(role, role.period(), day)
    }

    /// A role that a person holds by a seat, as it is on `day`.
    pub(super) fn by_seat_on<'s>(&'s self, held: BySeat<'s>, day: Day) -> Option<RoleView<'s>> {
        let view = self.role_during(held.role, held.period, day)?;
        Some(RoleView { by_seat: Some(held), ..view })
    }

    fn role_during<'s>(&'s self, role: HeldRole<'s>, period: Period, day: Day) -> Option<RoleView<'s>> {
        let nearest = within(period, day);
        let org = Self::view(role.org_slot(), nearest)?;
        let post = self.post_at(role.post_at())?;
        Some(RoleView { role, org, post, status: period.status(day), day: nearest, by_seat: None })
    }

    /// A supervision as it is on `day`. `None` where a body of it is missing, which no consistent
    /// directory has.
    pub fn supervision_on<'s>(&'s self, supervision: &'s Supervision, day: Day) -> Option<SupervisionView<'s>> {
        let facts = &supervision.facts;
        let period = facts.period();
        let nearest = within(period, day);
        let group = self.org_on(facts.supervision_group_id, nearest)?;
        let org = self.org_on(facts.org_id, nearest)?;
        Some(SupervisionView { supervision, group, org, status: period.status(day), day: nearest })
    }

    /// The body directly above, on the day of the view.
    pub fn parent_of(&self, view: &OrgView<'_>) -> Option<OrgView<'_>> {
        Self::view(self.org_slot_at(view.parent_at()?), view.day).map(|parent| parent.asked_for(view.asked))
    }

    /// The bodies above, nearest first, on the day of the view.
    pub fn above<'s>(&'s self, view: &OrgView<'_>) -> impl Iterator<Item = OrgView<'s>> + use<'s> {
        let (day, asked) = (view.day, view.asked);
        // A body above lives on that day, so that its own view is of the same day.
        let above = move |view: &OrgView<'_>| self.parent_of(&OrgView { day, asked, ..*view });
        std::iter::successors(self.parent_of(view), above).take(LEVELS_MAX)
    }

    /// What sets the present state of a body and of all that ever stand below it apart from every other that
    /// this process has seen.
    pub fn state_below(&self, view: &OrgView<'_>) -> State {
        State { loading: self.loading, changed: self.changed_below(view.id()).unwrap_or_default() }
    }

    /// The same for a body by itself and the roles ever in it: with the posts, and with the persons who hold
    /// them, but not with units and seats.
    pub fn state_of_roles(&self, view: &OrgView<'_>) -> State {
        State { loading: self.loading, changed: view.slot.changed.max(self.posts_changed) }
    }

    /// The state since which nobody has been erased.
    pub fn state_of_erasures(&self) -> State {
        State { loading: self.loading, changed: self.erased_at() }
    }

    /// The body's tier on the day of the view.
    pub fn tier_of(&self, view: &OrgView<'_>) -> Option<Tier> {
        let kind = view.kind();
        kind.has_tier().then(|| tier(kind, self.parent_of(view).map(|parent| parent.kind()))).flatten()
    }

    /// The body's tier, and whether it is a branch directly under a tier-1 committee, on the day of the view.
    pub fn place_in_tiers(&self, view: &OrgView<'_>) -> (Option<Tier>, bool) {
        let kind = view.kind();
        if !kind.has_tier() {
            return (None, false);
        }
        let parent = self.parent_of(view);
        let own = tier(kind, parent.map(|parent| parent.kind()));
        let direct = kind == OrgKind::Branch && parent.is_some_and(|parent| self.tier_of(&parent) == Some(1));
        (own, direct)
    }

    /// Whether the body is one of `roots` or stands somewhere under one, on the day of the view.
    pub fn is_within(&self, view: &OrgView<'_>, roots: &[OrgId]) -> bool {
        roots.contains(&view.id()) || self.above(view).any(|above| roots.contains(&above.id()))
    }
}
