//! Sample campuses: made-up universities with a history, consistent with every rule on every date.
//!
//! One university has about 450 orgs, 2,500 people and 6,400 roles. Universities are built one at a time: first the
//! orgs and their history, then the holders of posts. A university depends only on the seed and its number. Nothing
//! here writes to a directory; the records are loaded like any others (`record`).

mod campus;
mod catalogue;
mod documents;
mod groups;
mod history;
mod names;
mod people;
mod posts;
mod rng;
#[cfg(test)]
mod tests;
mod tour;
mod tree;
mod words;

use std::io::{self, Write};

use campus::{Campus, NewOrg};
use people::Who;

pub use tour::SampleTour;
pub use words::reference_day;

use crate::{
    domain::{OrgId, OrgKind},
    record::{Header, OrgRecord, Record, Writer},
};

/// `count` sample universities, as records in an order in which each comes after those that it refers to.
///
/// A single university has nothing above it. Several are under a national authority and provincial authorities,
/// which come first. Otherwise a university is the same whether it is alone or one of several.
pub fn universities(count: u32, seed: u64) -> impl Iterator<Item = Record> {
    let authorities = if count > 1 { authorities(seed) } else { Vec::new() };
    let provinces: Vec<_> = authorities.iter().skip(1).map(|authority| authority.id).collect();
    let universities = (0..count).flat_map(move |number| university(seed, number, &provinces));
    authorities.into_iter().map(Record::Org).chain(universities)
}

/// Writes `universities` sample universities as JSON lines, with their header, in many small pieces. The caller
/// must buffer and flush.
pub fn write(out: &mut impl Write, universities: u32, seed: u64) -> io::Result<()> {
    let mut writer = Writer::new(out);
    writer.begin(Header::new(chrono_tz::Asia::Shanghai))?;
    self::universities(universities, seed).try_for_each(|record| writer.write(&record))
}

/// The authorities: the national one, then the provincial ones.
fn authorities(seed: u64) -> Vec<OrgRecord> {
    let established = words::day(1970, 1, 1);
    let mut campus = Campus::new(seed, u32::MAX);
    let nation = campus.establish(NewOrg::top(OrgKind::Authority, established, "全国教育系统党的工作委员会"));
    for province in catalogue::PROVINCES {
        let name = format!("{province}教育工作委员会");
        campus.establish(NewOrg::new(OrgKind::Authority, nation, established, &name));
    }
    campus.orgs.into_iter().map(|org| org.record).collect()
}

/// University `number`, under one of `provinces` if there are any.
fn university(seed: u64, number: u32, provinces: &[OrgId]) -> Vec<Record> {
    let mut campus = Campus::new(seed, number);
    let mut tree = campus.plant(seed);
    campus.live(&mut tree);
    let leaders = campus.staff(&tree);
    campus.lead(&tree, &leaders);
    let orgs = 430 + campus.rng.below(40);
    campus.divide(orgs);
    campus.sum_members();
    campus.number_bodies();
    let people = 2450 + campus.rng.below(100);
    let pool = Who::Staff { pool: 0, turnover: 0, known: 0 };
    while campus.people.len() < people {
        let on = campus.rng.day(words::day(2015, 1, 1), reference_day());
        campus.enrol(pool, on);
    }

    // At the top and under an authority, later universities have a higher order.
    let order = i32::try_from(number).unwrap_or(i32::MAX - 2) + 1;
    let authority = provinces.get(campus.rng.below(provinces.len())).copied();
    for (top, order) in [(tree.committee, order), (tree.school, order + 1)] {
        for version in &mut campus.body_mut(top).record.versions {
            version.order = order;
            if top == tree.committee {
                version.parent_id = authority;
            }
        }
    }
    let Campus { mut orgs, people, roles, supervisions, .. } = campus;
    // Units come first, because other orgs name them. Then parents come before children.
    orgs.sort_by_key(|org| (org.last().kind != OrgKind::Unit, org.depth));
    let orgs = orgs.into_iter().map(|org| Record::Org(org.record));
    orgs.chain(people.into_iter().map(Record::Person))
        .chain(roles.into_iter().map(Record::Role))
        .chain(supervisions.into_iter().map(Record::Supervision))
        .collect()
}

impl Campus {
    /// Gives some orgs an external id of the office system.
    fn number_bodies(&mut self) {
        for (nth, ix) in self.all().enumerate() {
            if self.rng.chance(40) {
                let id = self.oa('b', nth);
                self.body_mut(ix).record.external_ids.push(id);
            }
        }
    }
}
