//! Questions about supervision: what a group covers, who covers an org, and what a leading group leaves uncovered.

use std::collections::BTreeSet;

use super::{
    orgs::{OrgFilter, TREE_NODES_MAX, any},
    page::{Page, PageRequest, SortKey, ordered},
    snapshot::{PersonRow, Snapshot},
    views::{OrgView, RoleView, StatusFilter, SupervisionView},
};
use crate::domain::{
    Day, Error, Holder, OrgId, OrgKind, PersonId, PlainFacts, Scope, Status, Supervision, SupervisionId,
};

/// The filter of a list of supervisions; [`super::OrgFilter`] says how values combine.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is the query parameter of its name, see openapi/openapi.json")]
pub struct SupervisionFilter {
    pub id: Vec<SupervisionId>,
    pub supervision_group_id: Vec<OrgId>,
    pub leading_group_id: Vec<OrgId>,
    pub org_id: Vec<OrgId>,
    pub status: StatusFilter,
}

/// A supervision that covers an org.
#[derive(Debug, Clone, Copy)]
pub struct Covering<'s> {
    /// The supervision.
    pub view: SupervisionView<'s>,
    /// The number of levels from the covered org up to the org that the supervision names; 0 if it names the org
    /// itself.
    pub level: usize,
}

impl Covering<'_> {
    /// Whether it names an org above and covers this one through its scope.
    pub fn is_inherited(&self) -> bool {
        self.level > 0
    }
}

/// What the supervision groups of a leading group cover on a day.
#[derive(Debug, Clone)]
pub struct Coverage<'s> {
    /// Each org with a tier that was looked at, in official order, with what covers it.
    pub orgs: Vec<(OrgView<'s>, Vec<Covering<'s>>)>,
    /// Supervisors who must be recused.
    pub recusals: Vec<Recusal<'s>>,
}

/// The relation of an org in which a supervisor holds a role to the org that the supervisor covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It is the covered org.
    Covered,
    /// It is below the covered org.
    Below,
    /// It is above the covered org.
    Above,
}

/// A supervisor who holds a role in an org that their group covers, or in one above or below it.
#[derive(Debug, Clone, Copy)]
pub struct Recusal<'s> {
    /// The supervisor.
    pub person: PersonRow<'s>,
    /// What the supervisor's group covers.
    pub supervision: SupervisionView<'s>,
    /// The role that is the reason.
    pub role: RoleView<'s>,
    /// The relation of its org to the org that the supervision names.
    pub relation: Relation,
}

impl Snapshot {
    /// A page of the supervisions that match `filter` on `day`, by first day.
    pub fn supervisions(&self, filter: &SupervisionFilter, day: Day, page: &PageRequest) -> Page<SupervisionView<'_>> {
        let SupervisionFilter { id, supervision_group_id, leading_group_id, org_id, status } = filter;
        let ids: Option<BTreeSet<SupervisionId>> = if !id.is_empty() {
            Some(id.iter().copied().collect())
        } else if !supervision_group_id.is_empty() {
            let by = supervision_group_id.iter().flat_map(|id| self.supervisions_by(*id));
            Some(by.map(|supervision| supervision.id).collect())
        } else if !org_id.is_empty() {
            Some(org_id.iter().flat_map(|id| self.supervisions_of(*id)).map(|supervision| supervision.id).collect())
        } else if !leading_group_id.is_empty() {
            let groups = leading_group_id.iter().flat_map(|id| self.ever_under(Some(*id)));
            let by = groups.flat_map(|group| self.supervisions_by(group.id));
            Some(by.map(|supervision| supervision.id).collect())
        } else {
            None
        };
        let candidates: Box<dyn Iterator<Item = &Supervision>> = match ids {
            Some(ids) => Box::new(ids.into_iter().filter_map(|id| self.supervision(id))),
            None => Box::new(self.every::<SupervisionId>()),
        };
        let shown = candidates.filter_map(|supervision| self.supervision_on(supervision, day)).filter(|view| {
            status.shows(view.status)
                && any(id, &view.supervision.id)
                && any(supervision_group_id, &view.group.id())
                && any(org_id, &view.org.id())
                && (leading_group_id.is_empty()
                    || view.group.values().parent_id.is_some_and(|parent| leading_group_id.contains(&parent)))
        });
        let key = |view: &SupervisionView<'_>| {
            let mut key = ordered(view.supervision.facts.valid_from.number()).to_vec();
            key.extend(view.supervision.id.0.as_bytes());
            key
        };
        Page::of(shown, key, page)
    }

    /// What covers an org on the day of its view: first supervisions that name it, then those that name an org
    /// above, nearest first.
    pub fn supervised_by(&self, view: &OrgView<'_>) -> Vec<Covering<'_>> {
        let mut found = Vec::new();
        let line = std::iter::once(view.id()).chain(self.above(view).map(|above| above.id()));
        for (level, org) in line.enumerate() {
            let here = self
                .supervisions_of(org)
                .filter(|supervision| supervision.facts.period().contains(view.day))
                .filter(|supervision| level == 0 || supervision.facts.scope == Scope::Subtree)
                .filter_map(|supervision| self.supervision_on(supervision, view.day));
            found.extend(here.map(|view| Covering { view, level }));
        }
        found.sort_by_cached_key(|covering| self.covering_key(covering));
        found
    }

    /// A page of what covers an org on the day of its view.
    pub fn supervised_by_page(&self, view: &OrgView<'_>, page: &PageRequest) -> Page<Covering<'_>> {
        Page::of(self.supervised_by(view).into_iter(), |covering| self.covering_key(covering), page)
    }

    fn covering_key(&self, covering: &Covering<'_>) -> SortKey {
        let mut key = ordered(i32::try_from(covering.level).unwrap_or(i32::MAX)).to_vec();
        key.extend(self.place_of(&covering.view.group));
        key.push(0);
        key.extend(covering.view.supervision.id.0.as_bytes());
        key
    }

    /// What the supervision groups of a leading group cover on the day of its view. It looks at the orgs with a
    /// tier that are in `within` or below; if `within` is empty, at those below the org that established the group.
    ///
    /// It is refused if the group does not exist on the day asked for, and, with the number of orgs, if there are
    /// more than [`TREE_NODES_MAX`].
    pub fn coverage(&self, group: &OrgView<'_>, within: &[OrgId]) -> Result<Coverage<'_>, Error> {
        if group.status != Status::Current {
            return Err(Error::NotAlive { org: group.id(), on: group.asked });
        }
        let below: Vec<OrgId> =
            if within.is_empty() { group.values().parent_id.into_iter().collect() } else { Vec::new() };
        let kind = OrgKind::ALL.iter().copied().filter(|kind| kind.has_tier()).collect();
        let filter = OrgFilter { kind, within: within.to_vec(), below, ..OrgFilter::default() };
        let mut orgs: Vec<OrgView<'_>> = self.orgs_shown(&filter, group.day).collect();
        if orgs.len() > TREE_NODES_MAX {
            return Err(Error::TooLarge { nodes: orgs.len(), nodes_max: TREE_NODES_MAX });
        }
        orgs.sort_by_cached_key(|org| self.place_of(org));
        let groups = self.parts_of(group, OrgKind::SupervisionGroup);
        let own = |covering: &Covering<'_>| groups.iter().any(|group| group.id() == covering.view.group.id());
        let covered = |org: OrgView<'_>| self.supervised_by(&org).into_iter().filter(own).collect();
        let orgs = orgs.into_iter().map(|org| (org, covered(org))).collect();
        let recusals = groups.iter().flat_map(|part| self.recusals(part, group.id())).collect();
        Ok(Coverage { orgs, recusals })
    }

    /// The members of a supervision group who hold a role in an org that it covers, or in one above or below it, on
    /// the day of its view: by person, as listed, and supervision. Roles in the leading group itself do not count.
    fn recusals(&self, group: &OrgView<'_>, leading_group: OrgId) -> Vec<Recusal<'_>> {
        let mut supervisors: Vec<PersonId> = Vec::new();
        for person in self.roles_listed(group).iter().flat_map(|role| self.persons(role)) {
            if !supervisors.contains(&person) {
                supervisors.push(person);
            }
        }
        let covers = self.covers_of(group);
        let mut found = Vec::new();
        for person in supervisors.iter().filter_map(|id| self.person(*id)) {
            let mut held = self.held_on(person.id(), group.day);
            held.retain(|role| !self.is_within(&role.org, &[leading_group]));
            for supervision in covers.iter().copied() {
                found.extend(held.iter().filter_map(|role| {
                    let relation = self.relation(&role.org, &supervision)?;
                    Some(Recusal { person, supervision, role: *role, relation })
                }));
            }
        }
        found
    }

    /// What a supervision group covers on the day of its view, in official order.
    pub(super) fn covers_of(&self, group: &OrgView<'_>) -> Vec<SupervisionView<'_>> {
        let mut covers: Vec<_> = self
            .supervisions_by(group.id())
            .filter(|supervision| supervision.facts.period().contains(group.day))
            .filter_map(|supervision| self.supervision_on(supervision, group.day))
            .collect();
        covers.sort_by_cached_key(|cover| (self.place_of(&cover.org), cover.supervision.id));
        covers
    }

    /// The people who sit in a role on the day of its view.
    fn persons(&self, view: &RoleView<'_>) -> Vec<PersonId> {
        self.sitters(view).filter_map(|role| role.person()).map(|person| person.id()).collect()
    }

    /// What a person holds on `day`, directly and by seats, in official order.
    fn held_on(&self, person: PersonId, day: Day) -> Vec<RoleView<'_>> {
        let direct = self.roles_held(&Holder::Person(person));
        let direct = direct.filter(|role| role.period().contains(day)).filter_map(|role| self.role_on(role, day));
        let by_seat = self.held_by_seat(person).filter(|held| held.period.contains(day));
        let mut held: Vec<RoleView<'_>> = direct.chain(by_seat.filter_map(|held| self.by_seat_on(held, day))).collect();
        held.sort_by_cached_key(|role| (self.place_of(&role.org), role.post.rank, role.role.id()));
        held
    }

    fn relation(&self, org: &OrgView<'_>, supervision: &SupervisionView<'_>) -> Option<Relation> {
        let covered = &supervision.org;
        if org.id() == covered.id() {
            Some(Relation::Covered)
        } else if self.is_within(org, &[covered.id()]) {
            let reaches = supervision.supervision.facts.scope == Scope::Subtree;
            Some(if reaches { Relation::Covered } else { Relation::Below })
        } else {
            self.is_within(covered, &[org.id()]).then_some(Relation::Above)
        }
    }
}
