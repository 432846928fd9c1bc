//! Ids in a sample that are good examples.

use super::reference_day;
use crate::{
    domain::{Holder, OrgId, OrgKind, Period, PersonId},
    record::Record,
};

/// Example ids of the first university.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleTour {
    /// A university committee: the root of its tree.
    pub university_committee: OrgId,
    /// Its secretary on the reference day, who also leads leading groups.
    pub a_secretary_person: PersonId,
    /// Its permanent leading group, with office and supervision groups.
    pub a_leading_group: OrgId,
    /// A leading group whose campaign has ended. It exists on 2021-04-15.
    pub a_past_leading_group: OrgId,
}

impl SampleTour {
    /// Finds the ids in records, in the order in which they are written.
    pub fn find<'a>(records: impl IntoIterator<Item = &'a Record>) -> Option<Self> {
        let (mut committee, mut current, mut past) = (None, None, None);
        for record in records {
            match record {
                Record::Org(org) => {
                    let (Some(first), Some(last)) = (org.versions.first(), org.versions.last()) else { continue };
                    let life = Period::new(first.valid_from, org.dissolved_on)?;
                    match last.kind {
                        OrgKind::Committee => committee = committee.or(Some(org.id)),
                        OrgKind::LeadingGroup if last.parent_id == committee => {
                            let found = if life.contains(reference_day()) { &mut current } else { &mut past };
                            *found = found.or(Some(org.id));
                        }
                        _ => {}
                    }
                }
                Record::Role(role) => {
                    let holds = Period::new(role.valid_from, role.valid_until)?.contains(reference_day());
                    let of_secretary = Some(role.org_id) == committee && role.post.as_str() == "secretary";
                    if let (true, true, Holder::Person(person)) = (holds, of_secretary, &role.holder) {
                        return Some(Self {
                            university_committee: committee?,
                            a_secretary_person: *person,
                            a_leading_group: current?,
                            a_past_leading_group: past?,
                        });
                    }
                }
                _ => {}
            }
        }
        None
    }
}
