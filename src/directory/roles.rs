//! Questions about roles.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};

use super::{
    bodies::any,
    page::{Page, PageRequest, SortKey, ordered},
    snapshot::Snapshot,
    views::{OrgView, RoleView, StatusFilter},
};
use crate::domain::{Day, Holder, OrgId, OrgKind, PersonId, PostCode, Role, RoleId, Tier};

/// Who or what holds a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderType {
    /// A person.
    Person,
    /// A unit.
    Unit,
    /// Whoever holds another post.
    Seat,
}

impl HolderType {
    fn of(holder: &Holder) -> Self {
        match holder {
            Holder::Person(_) => Self::Person,
            Holder::Unit(_) => Self::Unit,
            Holder::Seat(_) => Self::Seat,
        }
    }
}

/// Which roles a list shows. An empty list of values leaves its filter out; several mean any of
/// them. What is asked of the body is asked on the day of the list, moved into the role's period.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is the query parameter of its name, see openapi/openapi.json")]
pub struct RoleFilter {
    pub org_id: Vec<OrgId>,
    /// Also what they hold by a seat, once for each time that they sat in it.
    pub person_id: Vec<PersonId>,
    pub post: Vec<PostCode>,
    pub org_kind: Vec<OrgKind>,
    pub tier: Vec<Tier>,
    pub within: Vec<OrgId>,
    pub leadership: Option<bool>,
    pub holder: Vec<HolderType>,
    pub acting: Option<bool>,
    pub status: StatusFilter,
    pub basis_number: Vec<String>,
}

/// How a list of roles is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RoleSort {
    /// As officially listed: by body, rank of the post, order in the body, first day.
    #[default]
    Order,
    /// By first day.
    ValidFrom,
}

impl Snapshot {
    /// A page of the roles that `filter` shows on `day`.
    pub fn roles(&self, filter: &RoleFilter, sort: RoleSort, day: Day, page: &PageRequest) -> Page<RoleView<'_>> {
        let people: BTreeSet<PersonId> = filter.person_id.iter().copied().collect();
        let by_seat = people.into_iter().flat_map(|id| self.held_by_seat(id));
        let shown = self
            .role_candidates(filter)
            .filter_map(|role| self.role_on(role, day))
            .chain(by_seat.filter_map(|held| self.by_seat_on(held, day)))
            .filter(|view| self.role_matches(filter, view));
        let places = RefCell::new(HashMap::new());
        Page::of(shown, |view| self.role_key(sort, view, &places), page)
    }

    /// The roles among which those that match `filter` must be.
    fn role_candidates<'s>(&'s self, filter: &RoleFilter) -> Box<dyn Iterator<Item = &'s Role> + 's> {
        let ids: BTreeSet<RoleId> = if !filter.person_id.is_empty() {
            let held = filter.person_id.iter().flat_map(|id| self.roles_held(&Holder::Person(*id)));
            held.map(|role| role.id).collect()
        } else if !filter.org_id.is_empty() {
            filter.org_id.iter().flat_map(|id| self.roles_in(*id)).map(|role| role.id).collect()
        } else if !filter.within.is_empty() {
            let bodies = self.ever_within(&filter.within);
            return Box::new(bodies.into_iter().flat_map(|id| self.roles_in(id)));
        } else if !filter.post.is_empty() {
            filter.post.iter().flat_map(|post| self.roles_of_post(post)).map(|role| role.id).collect()
        } else {
            return Box::new(self.roles.values().map(AsRef::as_ref));
        };
        Box::new(ids.into_iter().filter_map(|id| self.role(id)))
    }

    fn role_matches(&self, filter: &RoleFilter, view: &RoleView<'_>) -> bool {
        let RoleFilter {
            org_id,
            person_id,
            post,
            org_kind,
            tier,
            within,
            leadership,
            holder,
            acting,
            status,
            basis_number,
        } = filter;
        let facts = &view.role.facts;
        status.shows(view.status)
            && any(org_id, &facts.org_id)
            && any(post, &facts.post)
            && any(holder, &HolderType::of(&facts.holder))
            && acting.is_none_or(|acting| acting == facts.acting)
            && (person_id.is_empty()
                || view.by_seat.is_some()
                || matches!(facts.holder, Holder::Person(id) if person_id.contains(&id)))
            && any(org_kind, &view.org.values().kind)
            && leadership.is_none_or(|wanted| view.post.leadership == wanted)
            && (basis_number.is_empty()
                || facts
                    .basis
                    .iter()
                    .chain(&facts.end_basis)
                    .filter_map(|basis| basis.number.as_ref())
                    .any(|number| basis_number.iter().any(|wanted| wanted == number.as_str())))
            && (tier.is_empty() || self.tier_of(&view.org).is_some_and(|own| tier.contains(&own)))
            && (within.is_empty() || self.is_within(&view.org, within))
    }

    fn role_key(&self, sort: RoleSort, view: &RoleView<'_>, places: &Places) -> SortKey {
        let mut key = match sort {
            RoleSort::Order => {
                let place = (view.org.org.id, view.org.day);
                let mut key = places.borrow_mut().entry(place).or_insert_with(|| self.place_of(&view.org)).clone();
                key.push(0);
                key.extend(order_in_body(view));
                key
            }
            RoleSort::ValidFrom => {
                let from = view.by_seat.map_or(view.role.facts.valid_from, |held| held.period.from());
                ordered(from.number()).to_vec()
            }
        };
        key.extend(view.role.id.0.as_bytes());
        if let Some(held) = view.by_seat {
            key.extend(held.through.id.0.as_bytes());
        }
        key
    }

    /// The roles held in a body on the day of its view, in order.
    pub fn roles_listed<'s>(&'s self, view: &OrgView<'s>) -> Vec<RoleView<'s>> {
        let mut listed: Vec<_> = self
            .roles_in(view.org.id)
            .filter(|role| role.facts.period().contains(view.day))
            .filter_map(|role| self.role_on(role, view.day))
            .map(|role| RoleView { status: role.role.facts.period().status(view.asked), ..role })
            .collect();
        listed.sort_by_cached_key(|view| (order_in_body(view), view.role.id));
        listed
    }
}

/// Rank of the post, order in the body, first day.
fn order_in_body(view: &RoleView<'_>) -> [u8; 12] {
    let mut key = [0; 12];
    let parts = [view.post.rank, view.role.facts.order, view.role.facts.valid_from.number()];
    for (to, from) in key.iter_mut().zip(parts.into_iter().flat_map(ordered)) {
        *to = from;
    }
    key
}

/// Where bodies stand on a day, worked out once for a list.
type Places = RefCell<HashMap<(OrgId, Day), SortKey>>;
