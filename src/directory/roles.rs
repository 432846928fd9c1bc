//! Questions about roles.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};

use super::{
    orgs::any,
    page::{Page, PageRequest, SortKey, ordered},
    snapshot::{PackedHolder, RoleAt, RoleRow, RoleSlot, Snapshot},
    views::{OrgView, RoleView, StatusFilter},
    walk::Reach,
};
use crate::domain::{Day, Holder, OrgId, OrgKind, PersonId, PostCode, RoleId, Tier};

/// The type of a holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderType {
    /// A person.
    Person,
    /// A unit.
    Unit,
    /// A seat.
    Seat,
}

impl HolderType {
    fn of(role: &RoleRow<'_>) -> Self {
        match role.packed_holder() {
            PackedHolder::Person(_) => Self::Person,
            PackedHolder::Unit(_) => Self::Unit,
            PackedHolder::Seat(..) => Self::Seat,
        }
    }
}

/// The filter of a list of roles. An empty list of values means no filter; several values mean any of them.
/// Conditions on the org apply on the day of the list, moved into the role's period.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is the query parameter of its name, see openapi/openapi.json")]
pub struct RoleFilter {
    pub id: Vec<RoleId>,
    pub org_id: Vec<OrgId>,
    /// Includes what they hold by a seat, once for each time that they sat in it.
    pub person_id: Vec<PersonId>,
    /// Which hold the role themselves.
    pub unit_id: Vec<OrgId>,
    pub post: Vec<PostCode>,
    pub org_kind: Vec<OrgKind>,
    pub tier: Vec<Tier>,
    pub within: Vec<OrgId>,
    pub within_unit: Vec<OrgId>,
    pub leadership: Option<bool>,
    pub holder: Vec<HolderType>,
    pub acting: Option<bool>,
    pub status: StatusFilter,
    pub basis_number: Vec<String>,
}

/// The sort of a list of roles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RoleSort {
    /// In official order: by org, rank of the post, order in the org, first day.
    #[default]
    Order,
    /// By first day.
    ValidFrom,
}

/// The number of orgs that a list of roles looks at together.
const BODIES_AT_A_TIME: usize = 8;
/// The bytes after the org's key in the key of a role.
const KEY_IN_BODY_BYTES: usize = 1 + ORDER_BYTES + 16;
const ORDER_BYTES: usize = 12;

impl RoleFilter {
    /// The reach of a walk over orgs that finds everything that the filter shows. `None` if an index is faster, or
    /// if the list also shows roles that are not held on the day.
    fn walked(&self) -> Option<Reach<'_>> {
        let Self { id, org_id, person_id, unit_id, within, within_unit, status, .. } = self;
        let found = !id.is_empty() || !person_id.is_empty() || !unit_id.is_empty() || !within_unit.is_empty();
        if *status != StatusFilter::default() || found {
            return None;
        }
        match (org_id.as_slice(), within.as_slice()) {
            ([], []) => Some(Reach::Everything),
            ([], within) => Some(Reach::Within(within)),
            ([org], []) => Some(Reach::Only(*org)),
            _ => None,
        }
    }

    /// Whether a role matches the filter, wherever its org is.
    fn matches(&self, view: &RoleView<'_>) -> bool {
        let Self {
            id,
            org_id,
            person_id,
            unit_id,
            post,
            org_kind,
            tier: _,
            within: _,
            within_unit: _,
            leadership,
            holder,
            acting,
            status,
            basis_number,
        } = self;
        let role = &view.role;
        status.shows(view.status)
            && any(id, &role.id())
            && any(org_id, &view.org.id())
            && any(post, &view.post.code)
            && any(holder, &HolderType::of(role))
            && acting.is_none_or(|acting| acting == role.acting())
            && (person_id.is_empty()
                || view.by_seat.is_some()
                || role.person().is_some_and(|person| person_id.contains(&person.id())))
            && (unit_id.is_empty() || matches!(role.holder(), Holder::Unit(unit) if unit_id.contains(&unit)))
            && any(org_kind, &view.org.kind())
            && leadership.is_none_or(|wanted| view.post.leadership == wanted)
            && (basis_number.is_empty()
                || [role.basis(), role.end_basis()]
                    .into_iter()
                    .flatten()
                    .filter_map(|basis| basis.number.as_ref())
                    .any(|number| basis_number.iter().any(|wanted| wanted == number.as_str())))
    }
}

impl Snapshot {
    /// A page of the roles that match `filter` on `day`.
    pub fn roles<'s>(
        &'s self,
        filter: &RoleFilter,
        sort: RoleSort,
        day: Day,
        page: &PageRequest,
    ) -> Page<RoleView<'s>> {
        if let Some(reach) = filter.walked().filter(|_| sort == RoleSort::Order && !page.count && !page.backwards) {
            let kinds = &filter.org_kind;
            let orgs = self.walk(reach, day, page.after.as_deref(), true);
            let orgs = orgs.filter(|org| any(kinds, &org.kind())).filter(|org| self.tiered(filter, org));
            let after = page.after.as_ref().and_then(|after| after.split_last_chunk::<KEY_IN_BODY_BYTES>());
            let mut orgs = orgs.fuse();
            let some = std::iter::from_fn(|| {
                let some: Vec<OrgView<'s>> = orgs.by_ref().take(BODIES_AT_A_TIME).collect();
                (!some.is_empty()).then(|| self.roles_listed_in(&some))
            });
            let before = |view: &RoleView<'s>| {
                after.is_some_and(|(place, in_body)| key_in_body(view) <= *in_body && self.place_of(&view.org) == place)
            };
            let shown = some.flatten().skip_while(before).filter(|view| filter.matches(view));
            return Page::of_sorted(shown, |view| self.role_key(sort, view), page);
        }
        let people: BTreeSet<PersonId> = filter.person_id.iter().copied().collect();
        let by_seat = people.into_iter().flat_map(|id| self.held_by_seat(id));
        let shown = self
            .role_candidates(filter)
            .filter_map(|role| self.role_on(role, day))
            .chain(by_seat.filter_map(|held| self.by_seat_on(held, day)))
            .filter(|view| filter.matches(view) && self.tiered(filter, &view.org))
            .filter(|view| filter.within.is_empty() || self.is_within(&view.org, &filter.within))
            .filter(|view| filter.within_unit.is_empty() || self.belongs(&view.org, &filter.within_unit));
        let places = RefCell::new(HashMap::new());
        Page::of(shown, |view| self.role_key_by(sort, view, |org| place_once(&places, self, org)), page)
    }

    fn tiered(&self, RoleFilter { tier, .. }: &RoleFilter, org: &OrgView<'_>) -> bool {
        tier.is_empty() || self.tier_of(org).is_some_and(|own| tier.contains(&own))
    }

    /// Candidates: a superset of the roles that match `filter`.
    fn role_candidates<'s>(&'s self, filter: &RoleFilter) -> Box<dyn Iterator<Item = RoleRow<'s>> + 's> {
        let ids: BTreeSet<RoleId> = if !filter.id.is_empty() {
            filter.id.iter().copied().collect()
        } else if !filter.person_id.is_empty() {
            let held = filter.person_id.iter().flat_map(|id| self.roles_held(&Holder::Person(*id)));
            held.map(|role| role.id()).collect()
        } else if !filter.unit_id.is_empty() {
            let held = filter.unit_id.iter().flat_map(|id| self.roles_held(&Holder::Unit(*id)));
            held.map(|role| role.id()).collect()
        } else if let [org] = *filter.org_id {
            return Box::new(self.roles_in(org));
        } else if !filter.org_id.is_empty() {
            filter.org_id.iter().flat_map(|id| self.roles_in(*id)).map(|role| role.id()).collect()
        } else if !filter.within.is_empty() || !filter.within_unit.is_empty() {
            let within = &filter.within;
            let orgs =
                if within.is_empty() { self.ever_belonging(&filter.within_unit) } else { self.ever_within(within) };
            return Box::new(orgs.into_iter().flat_map(|id| self.roles_in(id)));
        } else if !filter.post.is_empty() {
            filter.post.iter().flat_map(|post| self.roles_of_post(post)).map(|role| role.id()).collect()
        } else {
            return Box::new(self.every_role());
        };
        Box::new(ids.into_iter().filter_map(|id| self.role(id)))
    }

    fn role_key(&self, sort: RoleSort, view: &RoleView<'_>) -> SortKey {
        self.role_key_by(sort, view, |org| self.place_of(org))
    }

    fn role_key_by(&self, sort: RoleSort, view: &RoleView<'_>, place: impl Fn(&OrgView<'_>) -> SortKey) -> SortKey {
        let mut key = match sort {
            RoleSort::Order => {
                let mut key = place(&view.org);
                key.extend(key_in_body(view));
                key
            }
            RoleSort::ValidFrom => {
                let from = view.by_seat.map_or(view.role.period().from(), |held| held.period.from());
                let mut key = ordered(from.number()).to_vec();
                key.extend(view.role.id().0.as_bytes());
                key
            }
        };
        if let Some(held) = view.by_seat {
            key.extend(held.through.id().0.as_bytes());
        }
        key
    }

    /// The roles held in an org on the day of its view, in order.
    pub fn roles_listed<'s>(&'s self, view: &OrgView<'s>) -> Vec<RoleView<'s>> {
        self.roles_listed_in(std::slice::from_ref(view))
    }

    /// The roles held in orgs, each on the day of its view, in the order of the orgs.
    fn roles_listed_in<'s>(&'s self, orgs: &[OrgView<'s>]) -> Vec<RoleView<'s>> {
        // One step for all of them at a time, so that the processor waits for several memory accesses at once.
        let lists: Vec<(usize, &OrgView<'s>, &[RoleAt])> =
            orgs.iter().enumerate().map(|(nth, org)| (nth, org, org.slot.roles().as_slice())).collect();
        let rows: Vec<(usize, &OrgView<'s>, &RoleSlot)> = lists
            .iter()
            .flat_map(|(nth, org, list)| list.iter().map(|at| (*nth, *org, self.role_slot_at(*at))))
            .collect();
        let held = rows.iter().filter_map(|(nth, org, row)| Some((*nth, *org, RoleRow::new(self, row)?)));
        let mut listed: Vec<(usize, i32, RoleView<'s>)> = held
            .filter(|(_, org, role)| role.period().contains(org.day))
            .filter_map(|(nth, org, role)| {
                let (post, status) = (self.post_at(role.post_at())?, role.period().status(org.asked));
                let view = RoleView { role, org: *org, post, status, day: org.day, by_seat: None };
                Some((nth, view.order(), view))
            })
            .collect();
        listed.sort_unstable_by_key(|(nth, order, view)| {
            (*nth, view.post.rank, *order, view.role.valid_from(), view.role.id())
        });
        listed.into_iter().map(|(.., view)| view).collect()
    }
}

/// The key of an org on a day, computed once for each list.
fn place_once(places: &RefCell<HashMap<(OrgId, Day), SortKey>>, snapshot: &Snapshot, org: &OrgView<'_>) -> SortKey {
    places.borrow_mut().entry((org.id(), org.day)).or_insert_with(|| snapshot.place_of(org)).clone()
}

/// The key of a role in its org. It begins with less than any level mark, so that roles in an org come before orgs
/// under it. Then follow rank of the post, order in the org, first day, id.
fn key_in_body(view: &RoleView<'_>) -> [u8; KEY_IN_BODY_BYTES] {
    let mut key = [0; KEY_IN_BODY_BYTES];
    let order = [view.post.rank, view.order(), view.role.period().from().number()].into_iter().flat_map(ordered);
    for (to, from) in key.iter_mut().skip(1).zip(order.chain(*view.role.id().0.as_bytes())) {
        *to = from;
    }
    key
}
