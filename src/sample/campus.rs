//! A university under construction: orgs are established, changed and dissolved, posts are filled.
//!
//! Every rule that can be kept in one place is kept here: an org begins no earlier than its parent and its units,
//! codes and orders are unique, a role is cut to the life of its org.

use super::{
    documents::Documents,
    rng::{Ids, Rng},
    words::{code, name, post, text},
};
use crate::{
    domain::{
        Basis, BranchType, Day, ExternalId, Holder, OrgId, OrgKind, Period, PersonId, RoleId, Scheme, Scope, Seat,
        SupervisionId,
    },
    record::{OrgRecord, PersonRecord, RoleRecord, VersionRecord, supervision},
};

/// The index of an org of a [`Campus`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OrgIx(usize);

/// An org under construction.
#[derive(Debug)]
pub(super) struct SampleOrg {
    pub(super) record: OrgRecord,
    /// Its parent in its last version.
    pub(super) parent: Option<OrgIx>,
    /// Its name without the name of the org to which it belongs.
    pub(super) tail: String,
    /// The pool from which its people come.
    pub(super) pool: usize,
    /// The longest way up to a root that it ever has.
    pub(super) depth: usize,
    /// Its code without the category: three digits for each level.
    path: String,
    codes_given: u32,
    child_orders_given: i32,
    role_orders_given: i32,
    held: Vec<(&'static str, Tenure)>,
}

impl SampleOrg {
    /// From its establishment to its end.
    #[expect(clippy::expect_used, reason = "`establish` gives a version, `dissolve` keeps the order")]
    pub(super) fn life(&self) -> Period {
        let from = self.record.versions.first().expect("a version").valid_from;
        Period::new(from, self.record.dissolved_on).expect("ends after it begins")
    }

    /// The values of its last version.
    #[expect(clippy::expect_used, reason = "`establish` gives a version")]
    pub(super) fn last(&self) -> &VersionRecord {
        self.record.versions.last().expect("a version")
    }
}

/// The time of one person on a chair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tenure {
    /// The index of the person.
    pub(super) person: usize,
    pub(super) period: Period,
    pub(super) acting: bool,
}

/// An org to be established.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewOrg<'a> {
    pub(super) kind: OrgKind,
    pub(super) parent: Option<OrgIx>,
    pub(super) on: Day,
    pub(super) name: &'a str,
    pub(super) tail: &'a str,
    pub(super) name_en: Option<&'a str>,
    pub(super) branch_type: Option<BranchType>,
    pub(super) temporary: bool,
    pub(super) units: &'a [OrgIx],
    pub(super) pool: usize,
    pub(super) basis: Option<&'a Basis>,
}

impl<'a> NewOrg<'a> {
    pub(super) fn new(kind: OrgKind, parent: OrgIx, on: Day, name: &'a str) -> Self {
        Self { parent: Some(parent), ..Self::top(kind, on, name) }
    }

    pub(super) fn top(kind: OrgKind, on: Day, name: &'a str) -> Self {
        Self {
            kind,
            parent: None,
            on,
            name,
            tail: "",
            name_en: None,
            branch_type: None,
            temporary: false,
            units: &[],
            pool: 0,
            basis: None,
        }
    }
}

/// The documents that give the posts of an org: the series, and the titles of the first and of a later document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Papers<'a> {
    pub(super) series: &'static str,
    pub(super) first: &'a str,
    pub(super) later: &'a str,
}

/// A university under construction.
#[derive(Debug)]
pub(super) struct Campus {
    pub(super) rng: Rng,
    pub(super) ids: Ids,
    pub(super) number: u32,
    pub(super) documents: Documents,
    pub(super) orgs: Vec<SampleOrg>,
    pub(super) people: Vec<PersonRecord>,
    pub(super) roles: Vec<RoleRecord>,
    pub(super) supervisions: Vec<supervision::Record>,
    /// The staff of each part of the university, by index; the first pool is the whole staff.
    pub(super) pools: Vec<Vec<usize>>,
}

impl Campus {
    pub(super) fn new(seed: u64, number: u32) -> Self {
        Self {
            rng: Rng::new(seed, number),
            ids: Ids::new(seed, number),
            number,
            documents: Documents::default(),
            orgs: Vec::new(),
            people: Vec::new(),
            roles: Vec::new(),
            supervisions: Vec::new(),
            pools: vec![Vec::new()],
        }
    }

    #[expect(clippy::indexing_slicing, reason = "an index comes from `establish`, and orgs stay")]
    pub(super) fn org(&self, ix: OrgIx) -> &SampleOrg {
        &self.orgs[ix.0]
    }

    #[expect(clippy::indexing_slicing, reason = "an index comes from `establish`, and orgs stay")]
    pub(super) fn body_mut(&mut self, ix: OrgIx) -> &mut SampleOrg {
        &mut self.orgs[ix.0]
    }

    pub(super) fn all(&self) -> impl Iterator<Item = OrgIx> + use<> {
        (0..self.orgs.len()).map(OrgIx)
    }

    pub(super) fn life(&self, ix: OrgIx) -> Period {
        self.org(ix).life()
    }

    pub(super) fn id(&self, ix: OrgIx) -> OrgId {
        self.org(ix).record.id
    }

    /// Establishes an org, not before its parent and its units.
    pub(super) fn establish(&mut self, new: NewOrg<'_>) -> OrgIx {
        let NewOrg { kind, parent, on, name: full, tail, name_en, branch_type, temporary, units, pool, basis } = new;
        let on = parent.iter().chain(units).fold(on, |on, ix| on.max(self.life(*ix).from()));
        let version = VersionRecord {
            short_name: (!tail.is_empty() && tail != full).then(|| name(tail)),
            name_en: name_en.map(text),
            order: 1,
            branch_type,
            joint: units.len() > 1,
            temporary,
            unit_ids: units.iter().map(|unit| self.id(*unit)).collect(),
            ..VersionRecord::bare(on, basis.cloned(), Vec::new(), name(full), kind)
        };
        let record = OrgRecord::bare(self.ids.on(on).into(), vec![version], None);
        let ix = OrgIx(self.orgs.len());
        self.orgs.push(SampleOrg {
            record,
            parent: None,
            tail: tail.to_owned(),
            pool,
            depth: 0,
            path: String::from("001"),
            codes_given: 0,
            child_orders_given: 0,
            role_orders_given: 0,
            held: Vec::new(),
        });
        if let Some(parent) = parent {
            self.place(ix, parent);
        } else {
            self.recode(ix);
        }
        ix
    }

    /// Begins a new version on `on`, with the values of the last one, changed by `change`.
    pub(super) fn change(&mut self, ix: OrgIx, on: Day, basis: &Basis, change: impl FnOnce(&mut VersionRecord)) {
        let mut version = self.org(ix).last().clone();
        version.basis = Some(basis.clone());
        change(&mut version);
        let again = version.valid_from == on;
        debug_assert!(version.valid_from <= on, "changes are told in their order");
        version.valid_from = on;
        let versions = &mut self.body_mut(ix).record.versions;
        if again {
            versions.pop();
        }
        versions.push(version);
    }

    /// Puts the org under `parent` in its last version: as the last child, with a code of that place.
    pub(super) fn place(&mut self, ix: OrgIx, parent: OrgIx) {
        let coded = self.category(ix).is_some();
        let above = self.body_mut(parent);
        above.child_orders_given += 1;
        above.codes_given += u32::from(coded);
        let (id, order, depth) = (above.record.id, above.child_orders_given, above.depth + 1);
        let path = format!("{}{:03}", above.path, above.codes_given);
        let org = self.body_mut(ix);
        org.parent = Some(parent);
        org.depth = org.depth.max(depth);
        if let Some(version) = org.record.versions.last_mut() {
            version.parent_id = Some(id);
            version.order = order;
        }
        if coded {
            org.path = path;
        }
        self.recode(ix);
    }

    /// Gives the last version the code of its kind and place.
    pub(super) fn recode(&mut self, ix: OrgIx) {
        let category = self.category(ix);
        let org = self.body_mut(ix);
        let full = category.map(|category| code(&format!("{category}{}", org.path)));
        if let Some(version) = org.record.versions.last_mut() {
            version.code = full;
        }
    }

    /// The prefix of its code (docs/DOMAIN.md §5). Units have no prefix, only three digits for each level.
    fn category(&self, ix: OrgIx) -> Option<&'static str> {
        let version = self.org(ix).last();
        Some(match version.kind {
            OrgKind::Committee => "611",
            OrgKind::GeneralBranch => "621",
            OrgKind::Branch if version.temporary => "931",
            OrgKind::Branch if version.joint => "632",
            OrgKind::Branch => "631",
            OrgKind::Unit => "",
            _ => return None,
        })
    }

    /// Ends an org on `on`.
    pub(super) fn dissolve(&mut self, ix: OrgIx, on: Day, basis: &Basis, successors: &[OrgIx]) {
        let successor_ids = successors.iter().map(|ix| self.id(*ix)).collect();
        let record = &mut self.body_mut(ix).record;
        record.dissolved_on = Some(on);
        record.end_basis = Some(basis.clone());
        record.successor_ids = successor_ids;
    }

    /// Lets the people on one chair hold `posts` while the org exists; an acting person holds only the first.
    pub(super) fn hold(&mut self, ix: OrgIx, posts: &[&'static str], chair: &[Tenure], papers: Option<Papers<'_>>) {
        let life = self.life(ix);
        for (nth, code) in posts.iter().enumerate() {
            let order = self.next_role_order(ix);
            let mut last: Option<usize> = None;
            for tenure in chair.iter().filter(|tenure| nth == 0 || !tenure.acting) {
                let Some(period) = tenure.period.and(life) else { continue };
                let tenure = Tenure { period, ..*tenure };
                if self.org(ix).held.iter().any(|(post, other)| post == code && clash(&tenure, other)) {
                    continue;
                }
                self.body_mut(ix).held.push((code, tenure));
                let Some(person) = self.people.get(tenure.person).map(|person| person.id) else { continue };
                let basis = papers.map(|Papers { series, first, later }| {
                    let title = if period.from() == life.from() { first } else { later };
                    self.documents.issue(series, period.from(), title)
                });
                if let Some(before) = last.and_then(|last| self.roles.get_mut(last))
                    && before.valid_until == Some(period.from())
                {
                    before.end_basis = basis.clone();
                }
                last = Some(self.roles.len());
                self.enter(ix, code, Holder::Person(person), period, order, tenure.acting, basis);
            }
        }
    }

    /// The people who hold a post of an org, and when.
    pub(super) fn held(&self, ix: OrgIx, code: &str) -> Vec<Tenure> {
        self.org(ix).held.iter().filter(|(post, _)| *post == code).map(|(_, tenure)| *tenure).collect()
    }

    /// Lets a unit hold a post.
    pub(super) fn hold_as_unit(&mut self, ix: OrgIx, code: &'static str, unit: OrgIx, period: Period) {
        let order = self.next_role_order(ix);
        if let Some(period) = period.and(self.life(ix)).and_then(|period| period.and(self.life(unit))) {
            let holder = Holder::Unit(self.id(unit));
            self.enter(ix, code, holder, period, order, false, None);
        }
    }

    /// Lets a seat hold a post, while both orgs exist.
    pub(super) fn hold_by_seat(
        &mut self,
        ix: OrgIx,
        code: &'static str,
        (org, seat): (OrgIx, &'static str),
        basis: Option<&Basis>,
    ) {
        let order = self.next_role_order(ix);
        if let Some(period) = self.life(ix).and(self.life(org)) {
            let holder = Holder::Seat(Seat { org_id: self.id(org), post: post(seat) });
            self.enter(ix, code, holder, period, order, false, basis.cloned());
        }
    }

    /// Lets a supervision group cover an org, while both exist.
    pub(super) fn cover(&mut self, group: OrgIx, org: OrgIx, scope: Scope, basis: Option<&Basis>) {
        let Some(period) = self.life(group).and(self.life(org)) else { return };
        let record = supervision::Record {
            id: SupervisionId(self.ids.on(period.from())),
            supervision_group_id: self.id(group),
            org_id: self.id(org),
            scope,
            valid_from: period.from(),
            valid_until: period.until(),
            basis: basis.cloned(),
            end_basis: None,
            following: None,
        };
        self.supervisions.push(record);
    }

    fn next_role_order(&mut self, ix: OrgIx) -> i32 {
        let org = self.body_mut(ix);
        org.role_orders_given += 1;
        org.role_orders_given
    }

    #[expect(clippy::too_many_arguments, reason = "a role has that many facts")]
    fn enter(
        &mut self,
        ix: OrgIx,
        code: &str,
        holder: Holder,
        period: Period,
        order: i32,
        acting: bool,
        basis: Option<Basis>,
    ) {
        let record = RoleRecord {
            id: RoleId(self.ids.on(period.from())),
            org_id: self.id(ix),
            post: post(code),
            holder,
            valid_from: period.from(),
            valid_until: period.until(),
            order,
            acting,
            basis,
            end_basis: None,
            following: None,
        };
        self.roles.push(record);
    }

    /// An external id of the office system of this university.
    pub(super) fn oa(&self, letter: char, nth: usize) -> ExternalId {
        self.external("oa", &format!("{:04}-{letter}{nth:05}", self.number + 1))
    }

    /// An external id of any scheme.
    #[expect(clippy::expect_used, reason = "schemes are literals of this module")]
    pub(super) fn external(&self, scheme: &str, value: &str) -> ExternalId {
        ExternalId { scheme: Scheme::parse(scheme).expect("a scheme"), value: text(value) }
    }

    pub(super) fn person_id(&mut self, on: Day) -> PersonId {
        PersonId(self.ids.on(on))
    }
}

/// Whether the same person sits on both chairs at once.
pub(super) fn clash(a: &Tenure, b: &Tenure) -> bool {
    a.person == b.person && a.period.and(b.period).is_some()
}
