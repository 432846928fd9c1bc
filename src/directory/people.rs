//! Questions about people.

use std::collections::BTreeMap;

use super::{
    page::{Page, PageRequest},
    snapshot::{PersonRow, Snapshot},
};
use crate::domain::{ExternalId, PersonId, Text, fold};

/// The filter of a list of people; [`super::OrgFilter`] says how values combine.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is the query parameter of its name, see openapi/openapi.json")]
pub struct PersonFilter {
    pub id: Vec<PersonId>,
    pub name: Vec<String>,
    pub q: Option<String>,
    pub staff_no: Vec<Text<40>>,
    pub external_id: Vec<ExternalId>,
}

impl Snapshot {
    /// A page of the people that match `filter` and are seen, by name in pinyin.
    pub fn people(
        &self,
        filter: &PersonFilter,
        page: &PageRequest,
        is_seen: &dyn Fn(PersonId) -> bool,
    ) -> Page<PersonRow<'_>> {
        let candidates: Box<dyn Iterator<Item = PersonRow<'_>>> = if !filter.id.is_empty() {
            once_each(filter.id.iter().filter_map(|id| self.person(self.meant(*id))))
        } else if !filter.staff_no.is_empty() {
            once_each(filter.staff_no.iter().flat_map(|number| self.people_ever_numbered(number)))
        } else if !filter.external_id.is_empty() {
            once_each(filter.external_id.iter().flat_map(|id| self.people_known_by(id)))
        } else {
            Box::new(self.everybody())
        };
        let key = |person: &PersonRow<'_>| {
            let mut key = person.name().pinyin().into_bytes();
            key.push(0);
            key.extend(person.id().0.as_bytes());
            key
        };
        Page::of(candidates.filter(|person| self.matches(filter, person) && is_seen(person.id())), key, page)
    }
}

fn once_each<'s>(people: impl Iterator<Item = PersonRow<'s>>) -> Box<dyn Iterator<Item = PersonRow<'s>> + 's> {
    Box::new(people.map(|person| (person.id(), person)).collect::<BTreeMap<_, _>>().into_values())
}

impl Snapshot {
    fn matches(&self, filter: &PersonFilter, person: &PersonRow<'_>) -> bool {
        let PersonFilter { id, name, q, staff_no, external_id } = filter;
        (id.is_empty() || id.iter().any(|id| self.meant(*id) == person.id()))
            && (name.is_empty() || name.iter().any(|name| *name == person.name().folded()))
            && (staff_no.is_empty()
                || staff_no
                    .iter()
                    .any(|number| self.people_ever_numbered(number).any(|found| found.id() == person.id())))
            && (external_id.is_empty() || person.external_ids().any(|id| external_id.contains(&id)))
            && q.as_ref().is_none_or(|q| {
                person.name().folded().contains(q)
                    || person.former_names().any(|former| former.folded().contains(q))
                    || person.name_en().is_some_and(|name| fold(name).contains(q))
            })
    }
}
