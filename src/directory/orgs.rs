//! Questions about orgs: lists, ancestors, descendants, the tree, and the path between two orgs.

use std::collections::{BTreeSet, HashSet};

use super::{
    page::{Page, PageRequest, SortKey, ordered},
    snapshot::{OrgSlot, Snapshot},
    views::{OrgView, RoleView, StatusFilter},
    walk::Reach,
};
use crate::domain::{
    BranchType, Code, Day, Error, ExternalId, MemberCountSeries, MemberCounts, Org, OrgId, OrgKind, OrgValues,
    OrgVersion, Period, Tier,
};

/// The maximum number of orgs in a tree.
pub const TREE_NODES_MAX: usize = 10_000;

/// The filter of a list of orgs. An empty list of values means no filter; several values mean any of them. Names
/// and texts are compared folded (see [`crate::domain::Name::folded`]).
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is the query parameter of its name, see openapi/openapi.json")]
pub struct OrgFilter {
    pub id: Vec<OrgId>,
    pub kind: Vec<OrgKind>,
    pub tier: Vec<Tier>,
    pub parent_id: Vec<OrgId>,
    pub within: Vec<OrgId>,
    /// Orgs below any of these, without these themselves.
    pub below: Vec<OrgId>,
    pub code: Vec<Code>,
    pub former_code: Vec<Code>,
    pub external_id: Vec<ExternalId>,
    pub name: Vec<String>,
    pub former_name: Vec<String>,
    pub q: Option<String>,
    pub unit_id: Vec<OrgId>,
    pub within_unit: Vec<OrgId>,
    pub branch_type: Vec<BranchType>,
    pub status: StatusFilter,
    pub basis_number: Vec<String>,
}

/// The sort of a list of orgs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OrgSort {
    /// In official order: each org before those under it, siblings by their order.
    #[default]
    Order,
    /// By name, in pinyin.
    Name,
    /// By the day of establishment.
    EstablishedOn,
}

/// An org with the orgs under it.
#[derive(Debug, Clone)]
pub struct Tree<'s> {
    /// The org.
    pub org: OrgView<'s>,
    /// Its roles on the day, if they were asked for.
    pub roles: Option<Vec<RoleView<'s>>>,
    /// The orgs directly under it, in order.
    pub children: Vec<Tree<'s>>,
}

/// Whether `wanted` is empty or contains `value`.
pub(super) fn any<T: PartialEq>(wanted: &[T], value: &T) -> bool {
    wanted.is_empty() || wanted.contains(value)
}

impl OrgFilter {
    /// The reach of a walk that finds everything that the filter shows. `None` if an index is faster, or if the
    /// list also shows orgs that do not exist on the day.
    pub(super) fn walked(&self) -> Option<Reach<'_>> {
        let Self { id, parent_id, within, below, code, former_code, external_id, unit_id, within_unit, status, .. } =
            self;
        let orgs = [id, parent_id, unit_id, within_unit];
        let found = orgs.iter().any(|ids| !ids.is_empty())
            || !code.is_empty()
            || !former_code.is_empty()
            || !external_id.is_empty();
        if *status != StatusFilter::default() || found {
            None
        } else if !below.is_empty() {
            Some(Reach::Below(below))
        } else if !within.is_empty() {
            Some(Reach::Within(within))
        } else {
            Some(Reach::Everything)
        }
    }

    /// Whether an org matches the filter, wherever it is.
    fn matches(&self, directory: &Snapshot, view: &OrgView<'_>, day: Day) -> bool {
        let Self {
            id,
            kind,
            tier: _,
            parent_id,
            within: _,
            below: _,
            code,
            former_code,
            external_id,
            name,
            former_name,
            q,
            unit_id,
            within_unit: _,
            branch_type,
            status,
            basis_number,
        } = self;
        if !status.shows(view.status) || !any(id, &view.id()) || !any(kind, &view.kind()) {
            return false;
        }
        let values = view.values();
        let named = |values: &OrgValues, wanted: &[String]| {
            let is = |text: &str| wanted.iter().any(|wanted| wanted == text);
            is(&values.name.folded()) || values.short_name.as_ref().is_some_and(|short| is(&short.folded()))
        };
        // What a predecessor was called leads on to the org, too.
        let former = |matches: &dyn Fn(&OrgValues) -> bool| {
            let was =
                |org: &Org| org.timeline().any(|(period, version)| !period.reaches(day) && matches(&version.values));
            was(view.org) || directory.ended_before(view.id(), day).into_iter().any(was)
        };
        (branch_type.is_empty() || values.branch_type.is_some_and(|branch| branch_type.contains(&branch)))
            && (code.is_empty() || values.code.as_ref().is_some_and(|own| code.contains(own)))
            && (parent_id.is_empty() || values.parent_id.is_some_and(|parent| parent_id.contains(&parent)))
            && (unit_id.is_empty() || values.unit_ids.iter().any(|unit| unit_id.contains(unit)))
            && (external_id.is_empty() || view.org.facts.external_ids.iter().any(|id| external_id.contains(id)))
            && (name.is_empty() || named(values, name))
            && q.as_ref().is_none_or(|q| contains_text(values, q))
            && (former_code.is_empty()
                || former(&|values| values.code.as_ref().is_some_and(|old| former_code.contains(old))))
            && (former_name.is_empty() || former(&|values| named(values, former_name)))
            && (basis_number.is_empty() || rests_on(view, basis_number))
    }
}

impl Snapshot {
    /// A page of the orgs that `filter` shows on `day`.
    pub fn orgs<'s>(&'s self, filter: &OrgFilter, sort: OrgSort, day: Day, page: &PageRequest) -> Page<OrgView<'s>> {
        match filter.walked().filter(|_| sort == OrgSort::Order && !page.count && !page.backwards) {
            Some(reach) => {
                let walk = self.walk(reach, day, page.after.as_deref(), false);
                let shown =
                    walk.filter(|view| filter.matches(self, view, day) && self.stands_as(filter, view, Some(reach)));
                Page::of_sorted(shown, |view| self.place_of(view), page)
            }
            None => Page::of(self.orgs_shown(filter, day), |view| self.org_key(sort, view), page),
        }
    }

    /// The orgs that `filter` shows on `day`, in no order.
    pub(super) fn orgs_shown<'s, 'f>(
        &'s self,
        filter: &'f OrgFilter,
        day: Day,
    ) -> impl Iterator<Item = OrgView<'s>> + use<'s, 'f> {
        self.org_candidates(filter)
            .filter_map(move |slot| Self::view(slot, day))
            .filter(move |view| filter.matches(self, view, day) && self.stands_as(filter, view, None))
    }

    /// Candidates: a superset of the orgs that match `filter`.
    fn org_candidates<'s>(&'s self, filter: &OrgFilter) -> Box<dyn Iterator<Item = &'s OrgSlot> + 's> {
        let ids: BTreeSet<OrgId> = if !filter.id.is_empty() {
            filter.id.iter().copied().collect()
        } else if !filter.external_id.is_empty() {
            filter.external_id.iter().flat_map(|id| self.orgs_known_by(id)).map(|org| org.id).collect()
        } else if !filter.code.is_empty() {
            filter.code.iter().flat_map(|code| self.ever_coded(code)).map(|org| org.id).collect()
        } else if !filter.former_code.is_empty() {
            self.with_heirs(filter.former_code.iter().flat_map(|code| self.ever_coded(code)).map(|org| org.id))
        } else if !filter.parent_id.is_empty() {
            filter.parent_id.iter().flat_map(|id| self.ever_under(Some(*id))).map(|org| org.id).collect()
        } else if !filter.unit_id.is_empty() {
            filter.unit_id.iter().flat_map(|id| self.ever_of_unit(*id)).map(|org| org.id).collect()
        } else if !filter.within_unit.is_empty() {
            self.ever_belonging(&filter.within_unit)
        } else if !filter.within.is_empty() || !filter.below.is_empty() {
            self.ever_within(if filter.below.is_empty() { &filter.within } else { &filter.below })
        } else {
            return Box::new(self.every_org());
        };
        Box::new(ids.into_iter().filter_map(|id| self.org_slot(id)))
    }

    /// Whether an org is where `filter` wants it on the day of its view. It is known to be within `reach`.
    fn stands_as(&self, filter: &OrgFilter, view: &OrgView<'_>, reach: Option<Reach<'_>>) -> bool {
        let OrgFilter { tier, within, below, within_unit, .. } = filter;
        (within_unit.is_empty() || self.belongs(view, within_unit))
            && (tier.is_empty() || self.tier_of(view).is_some_and(|own| tier.contains(&own)))
            && (within.is_empty() || matches!(reach, Some(Reach::Within(_))) || self.is_within(view, within))
            && (below.is_empty()
                || matches!(reach, Some(Reach::Below(_)))
                || self.above(view).any(|above| below.contains(&above.id())))
    }

    /// The orgs that are, were or will be in `roots` or below them, and perhaps some more.
    pub fn ever_within(&self, roots: &[OrgId]) -> BTreeSet<OrgId> {
        let mut found = BTreeSet::new();
        let mut waiting: Vec<OrgId> = roots.to_vec();
        while let Some(id) = waiting.pop() {
            if self.org(id).is_some() && found.insert(id) {
                waiting.extend(self.ever_under(Some(id)).map(|org| org.id));
            }
        }
        found
    }

    /// Whether an org belongs to one of `units` or to a unit below one, on the day of the view.
    pub(super) fn belongs(&self, view: &OrgView<'_>, units: &[OrgId]) -> bool {
        let mut own = view.values().unit_ids.iter().filter_map(|unit| self.org_on(*unit, view.day));
        own.any(|unit| self.is_within(&unit, units))
    }

    /// The orgs that belong, belonged or will belong to one of `units` or to a unit below one; perhaps some more.
    pub(super) fn ever_belonging(&self, units: &[OrgId]) -> BTreeSet<OrgId> {
        self.ever_within(units).into_iter().flat_map(|unit| self.ever_of_unit(unit)).map(|org| org.id).collect()
    }

    fn org_key(&self, sort: OrgSort, view: &OrgView<'_>) -> SortKey {
        let mut key = match sort {
            OrgSort::Order => return self.place_of(view),
            OrgSort::Name => view.values().name.pinyin().into_bytes(),
            OrgSort::EstablishedOn => ordered(view.org.established_on().number()).to_vec(),
        };
        key.push(0);
        key.extend(view.id().0.as_bytes());
        key
    }

    /// A page of the versions of an org, oldest first.
    pub fn versions<'s>(&'s self, view: &OrgView<'s>, page: &PageRequest) -> Page<(Period, &'s OrgVersion)> {
        Page::of(view.org.timeline(), |(period, _)| ordered(period.from().number()).to_vec(), page)
    }

    /// A page of the counts of an org's members, oldest first.
    pub fn member_counts(&self, view: &OrgView<'_>, page: &PageRequest) -> Page<MemberCounts> {
        let all = view.org.facts.member_counts.as_ref().map_or(&[][..], MemberCountSeries::all);
        Page::of(all.iter().copied(), |counts| ordered(counts.counted_on.number()).to_vec(), page)
    }

    /// The ancestors of an org, root first.
    pub fn ancestors(&self, view: &OrgView<'_>) -> Vec<OrgView<'_>> {
        let mut above: Vec<_> = self.above(view).collect();
        above.reverse();
        above
    }

    /// The tree under an org on the day of its view, `depth` levels down (the org itself is level 0).
    ///
    /// It is refused, with the number of orgs, if there are more than [`TREE_NODES_MAX`].
    pub fn tree<'s>(&'s self, root: &OrgView<'s>, depth: usize, with_roles: bool) -> Result<Tree<'s>, Error> {
        let nodes = self.count_below(root, depth);
        if nodes > TREE_NODES_MAX {
            return Err(Error::TooLarge { nodes, nodes_max: TREE_NODES_MAX });
        }
        Ok(self.grow(root, depth, with_roles))
    }

    fn count_below(&self, view: &OrgView<'_>, depth: usize) -> usize {
        let below = if depth == 0 { Vec::new() } else { self.children_of(view) };
        1 + below.iter().map(|child| self.count_below(child, depth - 1)).sum::<usize>()
    }

    /// Whether the tree under an org on the day of its view has so many orgs. It looks at no more of them.
    pub fn has_so_many(&self, root: &OrgView<'_>, depth: usize, nodes: usize) -> bool {
        let mut left = nodes;
        self.count_down(root, depth, &mut left);
        left == 0
    }

    fn count_down(&self, view: &OrgView<'_>, depth: usize, left: &mut usize) {
        *left = left.saturating_sub(1);
        if depth > 0 && *left > 0 {
            self.children_of(view).iter().for_each(|child| self.count_down(child, depth - 1, left));
        }
    }

    fn grow<'s>(&'s self, view: &OrgView<'s>, depth: usize, with_roles: bool) -> Tree<'s> {
        let children = if depth == 0 { Vec::new() } else { self.children_of(view) };
        Tree {
            org: *view,
            roles: with_roles.then(|| self.roles_listed(view)),
            children: children.iter().map(|child| self.grow(child, depth - 1, with_roles)).collect(),
        }
    }

    /// The path from one org to another on `day`: up to the nearest common ancestor, then down, including both
    /// ends. It is empty if they are in different trees or if one does not exist on that day.
    pub fn path(&self, from: OrgId, to: OrgId, day: Day) -> Vec<OrgView<'_>> {
        let line = |id| -> Vec<OrgView<'_>> {
            let start = self.org_on(id, day).filter(|view| view.org.life().contains(day));
            start.into_iter().flat_map(|view| std::iter::once(view).chain(self.above(&view))).collect()
        };
        let (mut up, down) = (line(from), line(to));
        let below: HashSet<OrgId> = down.iter().map(|view| view.id()).collect();
        let Some(meeting) = up.iter().position(|view| below.contains(&view.id())) else { return Vec::new() };
        up.truncate(meeting + 1);
        let top = up.last().map(|view| view.id());
        let mut way_down: Vec<_> = down.into_iter().take_while(|view| Some(view.id()) != top).collect();
        way_down.reverse();
        up.extend(way_down);
        up
    }
}

fn contains_text(values: &OrgValues, folded: &str) -> bool {
    values.name.folded().contains(folded)
        || values.short_name.as_ref().is_some_and(|short| short.folded().contains(folded))
        || values.name_en.as_ref().is_some_and(|name| name.folded().contains(folded))
}

/// Whether a version of the org, or its end, has a basis with one of these numbers.
fn rests_on(view: &OrgView<'_>, numbers: &[String]) -> bool {
    let bases = view.org.versions.iter().flat_map(|version| version.acts.iter().filter_map(|act| act.basis.as_ref()));
    bases
        .chain(&view.org.facts.end_basis)
        .filter_map(|basis| basis.number.as_ref())
        .any(|number| numbers.iter().any(|wanted| wanted == number.as_str()))
}
