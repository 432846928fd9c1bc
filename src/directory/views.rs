//! An org, a role or a supervision on a day, and what is derived from its place.

use super::snapshot::{LEVELS_MAX, OrgAt, OrgSlot, Placed, RoleRow, Snapshot};
use crate::domain::{
    Day, MemberCounts, Org, OrgId, OrgKind, OrgValues, OrgVersion, Period, PlainFacts, Post, Revision, RoleOrder,
    Status, Supervision, Tier, tier,
};

/// An org on a day. Outside its life it is shown on the nearest day of its life.
#[derive(Debug, Clone, Copy)]
pub struct OrgView<'s> {
    /// The org.
    pub org: &'s Org,
    /// The period of the version shown.
    pub period: Period,
    /// The org's status on the day asked for.
    pub status: Status,
    /// The day asked for, moved into the org's life.
    pub day: Day,
    /// The day asked for, to which `status` refers.
    pub asked: Day,
    pub(super) slot: &'s OrgSlot,
    /// What the row stores of the version shown.
    placed: &'s Placed,
    /// The index of the version shown.
    index: usize,
}

impl<'s> OrgView<'s> {
    /// The org's identifier.
    pub fn id(&self) -> OrgId {
        self.slot.id
    }

    /// The newest counts of its members on the day asked for.
    pub fn member_counts(&self) -> Option<MemberCounts> {
        self.org.facts.member_counts.as_ref()?.on(self.asked)
    }

    /// The version shown.
    #[expect(clippy::expect_used, reason = "a row says of each version of its org where it stands")]
    pub fn version(&self) -> &'s OrgVersion {
        self.org.versions.get(self.index).expect("a version")
    }

    /// The values shown. [`Self::kind`] and [`Self::order`] are faster.
    pub fn values(&self) -> &'s OrgValues {
        &self.version().values
    }

    /// Its kind.
    pub fn kind(&self) -> OrgKind {
        self.placed.kind
    }

    /// Its order among its siblings.
    pub fn order(&self) -> i32 {
        self.placed.order
    }

    /// The version that declared the order of the holders that is shown, if any has.
    pub fn ordered_by(&self) -> Option<(&'s OrgVersion, &'s RoleOrder)> {
        if !self.placed.ordered {
            return None;
        }
        let versions = self.org.versions.get(..=self.index)?;
        let declaring = versions.iter().rev().find(|version| version.set().has("role_order"))?;
        Some((declaring, declaring.values.role_order.as_ref()?))
    }

    /// The place of a role among the holders in the org: where the declared order names the holder, and else by the
    /// role's own number.
    pub fn place_of(&self, role: &RoleRow<'_>) -> i32 {
        self.declared_place_of(role).unwrap_or(role.order())
    }

    /// The place that the declared order gives a role. Whoever joined after it was declared is not meant by it.
    pub fn declared_place_of(&self, role: &RoleRow<'_>) -> Option<i32> {
        let (version, order) = self.ordered_by()?;
        (role.valid_from() <= version.valid_from).then(|| order.place(role.post(), &role.holder())).flatten()
    }

    /// The row of the org directly above, in the version shown.
    pub(super) fn parent_at(&self) -> Option<OrgAt> {
        self.placed.parent
    }

    /// The text kept of this version.
    pub fn kept(&self) -> Option<&'s [u8]> {
        self.placed.kept.get().map(AsRef::as_ref)
    }

    /// Keeps a text of this version until the org changes. It may depend on nothing but the org.
    pub fn keep(&self, made: Box<[u8]>) {
        // Another thread may have kept the same text first.
        let _ = self.placed.kept.set(made);
    }

    /// The same view with the status of another day. Everything around an ended org is shown as it was when that
    /// org ended.
    pub fn asked_for(self, asked: Day) -> Self {
        let status = self.slot.life().map_or(self.status, |life| life.status(asked));
        Self { status, asked, ..self }
    }
}

/// A role that a person holds by a seat, for as long as the person holds the post that the seat points at.
#[derive(Debug, Clone, Copy)]
pub struct BySeat<'s> {
    /// The role whose holder is the seat.
    pub role: RoleRow<'s>,
    /// The role by which the person sits there.
    pub through: RoleRow<'s>,
    /// The period in which both are held.
    pub period: Period,
}

/// A role on a day, with its org.
#[derive(Debug, Clone, Copy)]
pub struct RoleView<'s> {
    /// The role.
    pub role: RoleRow<'s>,
    /// The org, on the day of the role's period that is nearest to the day asked for.
    pub org: OrgView<'s>,
    /// The post.
    pub post: &'s Post,
    /// The role's status on the day asked for.
    pub status: Status,
    /// The day asked for, moved into the role's period.
    pub day: Day,
    /// Present if the role is shown as one that a person holds by a seat. Status and day then refer to the time in
    /// which both are held.
    pub by_seat: Option<BySeat<'s>>,
}

impl RoleView<'_> {
    /// Its place among the holders in the org on the day.
    pub fn order(&self) -> i32 {
        self.org.place_of(&self.role)
    }
}

/// A supervision on a day, with its orgs.
#[derive(Debug, Clone, Copy)]
pub struct SupervisionView<'s> {
    /// The supervision.
    pub supervision: &'s Supervision,
    /// The supervision group, on the day of the supervision's period that is nearest to the day asked for.
    pub group: OrgView<'s>,
    /// The org that it names, on that day.
    pub org: OrgView<'s>,
    /// The supervision's status on the day asked for.
    pub status: Status,
    /// The day asked for, moved into the supervision's period.
    pub day: Day,
}

/// Identifies a state of some objects among all states that this process has seen. The later of two compares
/// greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    loading: u64,
    /// The last entry that changed one of them.
    changed: Revision,
}

/// The filter of a list by status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusFilter {
    /// Objects that begin later.
    pub planned: bool,
    /// Objects that are current on the day.
    pub current: bool,
    /// Objects that have ended.
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

    /// Whether `status` is selected.
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
    /// An org on `day`.
    pub fn org_on(&self, id: OrgId, day: Day) -> Option<OrgView<'_>> {
        Self::view(self.org_slot(id)?, day)
    }

    /// `None` if the org does not exist.
    pub(super) fn view(slot: &OrgSlot, day: Day) -> Option<OrgView<'_>> {
        Self::view_of(slot, slot.org.as_deref()?, day)
    }

    /// The view of the org in a row.
    pub(super) fn view_of<'s>(slot: &'s OrgSlot, org: &'s Org, day: Day) -> Option<OrgView<'s>> {
        let life = slot.life()?;
        let nearest = within(life, day);
        let index = slot.placed.partition_point(|placed| placed.period.from() <= nearest).max(1) - 1;
        let placed = slot.placed.get(index)?;
        let (period, status) = (placed.period, life.status(day));
        Some(OrgView { org, period, status, day: nearest, asked: day, slot, placed, index })
    }

    /// A role on `day`. `None` only if its org or post is missing, which a consistent directory excludes.
    pub fn role_on<'s>(&'s self, role: RoleRow<'s>, day: Day) -> Option<RoleView<'s>> {
        self.role_during(role, role.period(), day)
    }

    /// A role that a person holds by a seat, on `day`.
    pub(super) fn by_seat_on<'s>(&'s self, held: BySeat<'s>, day: Day) -> Option<RoleView<'s>> {
        let view = self.role_during(held.role, held.period, day)?;
        Some(RoleView { by_seat: Some(held), ..view })
    }

    fn role_during<'s>(&'s self, role: RoleRow<'s>, period: Period, day: Day) -> Option<RoleView<'s>> {
        let nearest = within(period, day);
        let org = Self::view(role.org_slot(), nearest)?;
        let post = self.post_at(role.post_at())?;
        Some(RoleView { role, org, post, status: period.status(day), day: nearest, by_seat: None })
    }

    /// A supervision on `day`. `None` only if one of its orgs is missing, which a consistent directory excludes.
    pub fn supervision_on<'s>(&'s self, supervision: &'s Supervision, day: Day) -> Option<SupervisionView<'s>> {
        let facts = &supervision.facts;
        let period = facts.period();
        let nearest = within(period, day);
        let group = self.org_on(facts.supervision_group_id, nearest)?;
        let org = self.org_on(facts.org_id, nearest)?;
        Some(SupervisionView { supervision, group, org, status: period.status(day), day: nearest })
    }

    /// The org directly above, on the day of the view.
    pub fn parent_of(&self, view: &OrgView<'_>) -> Option<OrgView<'_>> {
        Self::view(self.org_slot_at(view.parent_at()?), view.day).map(|parent| parent.asked_for(view.asked))
    }

    /// The orgs above, nearest first, on the day of the view.
    pub fn above<'s>(&'s self, view: &OrgView<'_>) -> impl Iterator<Item = OrgView<'s>> + use<'s> {
        let (day, asked) = (view.day, view.asked);
        // An org above exists on that day, so its view is of the same day.
        let above = move |view: &OrgView<'_>| self.parent_of(&OrgView { day, asked, ..*view });
        std::iter::successors(self.parent_of(view), above).take(LEVELS_MAX)
    }

    /// Identifies the present state of an org and of everything ever below it, among all states that this process
    /// has seen.
    pub fn state_below(&self, view: &OrgView<'_>) -> State {
        State { loading: self.loading, changed: self.changed_below(view.id()).unwrap_or_default() }
    }

    /// The same for an org and the roles ever in it, with the posts and with the people who hold them, but not with
    /// units and seats.
    pub fn state_of_roles(&self, view: &OrgView<'_>) -> State {
        State { loading: self.loading, changed: view.slot.changed.max(self.posts_changed) }
    }

    /// The state at the last erasure of a person.
    pub fn state_of_erasures(&self) -> State {
        State { loading: self.loading, changed: self.erased_at() }
    }

    /// The org's tier on the day of the view.
    pub fn tier_of(&self, view: &OrgView<'_>) -> Option<Tier> {
        let kind = view.kind();
        kind.has_tier().then(|| tier(kind, self.parent_of(view).map(|parent| parent.kind()))).flatten()
    }

    /// The org's tier, and whether it is a branch directly under a tier-1 committee, on the day of the view.
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

    /// Whether the org is one of `roots` or below one, on the day of the view.
    pub fn is_within(&self, view: &OrgView<'_>, roots: &[OrgId]) -> bool {
        roots.contains(&view.id()) || self.above(view).any(|above| roots.contains(&above.id()))
    }
}
