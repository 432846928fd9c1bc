//! Measures the directory's questions and the publishing of one write, with one university and with twenty: `cargo
//! bench --bench directory`, followed by a name to run some of them.
//!
//! HTTP and database are not included; `cargo xtask bench` measures those. This file has the questions; [`sample`]
//! makes the directory that is asked.

#[expect(clippy::expect_used, reason = "a benchmark that cannot begin ends")]
mod sample;

use std::hint::black_box;

use campus_org::{
    directory::{OrgFilter, OrgSort, PageRequest, PersonFilter, RoleFilter, RoleSort},
    domain::{Instant, OrgKind},
};
use divan::Bencher;

use sample::{Publication, Sample};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The sizes, in universities.
const UNIVERSITIES: [u32; 2] = [1, 20];
/// The number of calls in one sample, for calls that take microseconds and for longer ones. Each call asks for
/// something else: a single call would measure how cold the caches are.
const QUICK: u32 = 100;
const SLOW: u32 = 5;
/// The items on a page, as by default in the API.
const PAGE_ITEMS: usize = 50;
/// The depth of a tree: all of it.
const DEPTH: usize = campus_org::directory::LEVELS_MAX;

fn main() {
    divan::main();
}

fn page() -> PageRequest {
    PageRequest { limit: PAGE_ITEMS, ..PageRequest::default() }
}

#[divan::bench(args = UNIVERSITIES, sample_size = QUICK)]
fn org_by_id(bencher: Bencher<'_, '_>, universities: u32) {
    let Sample { snapshot, day, orgs, .. } = sample::of(universities);
    let mut ids = orgs.iter().cycle();
    bencher.with_inputs(|| ids.next()).bench_local_values(|id| {
        black_box(id.and_then(|id| snapshot.org_on(*id, *day)));
    });
}

#[divan::bench(args = UNIVERSITIES, sample_size = QUICK)]
fn roles_of_a_body(bencher: Bencher<'_, '_>, universities: u32) {
    let Sample { snapshot, day, teams, .. } = sample::of(universities);
    let mut ids = teams.iter().cycle();
    bencher.with_inputs(|| ids.next()).bench_local_values(|id| {
        let view = id.and_then(|id| snapshot.org_on(*id, *day));
        black_box(view.map(|view| snapshot.roles_listed(&view)));
    });
}

#[divan::bench(args = UNIVERSITIES, sample_size = QUICK)]
fn ancestors_of_a_branch(bencher: Bencher<'_, '_>, universities: u32) {
    let Sample { snapshot, day, branches, .. } = sample::of(universities);
    let mut ids = branches.iter().cycle();
    bencher.with_inputs(|| ids.next()).bench_local_values(|id| {
        let view = id.and_then(|id| snapshot.org_on(*id, *day));
        black_box(view.map(|view| snapshot.ancestors(&view).len()));
    });
}

#[divan::bench(args = UNIVERSITIES, sample_size = QUICK)]
fn descendants_of_a_general_branch(bencher: Bencher<'_, '_>, universities: u32) {
    let Sample { snapshot, day, general_branches, .. } = sample::of(universities);
    let mut ids = general_branches.iter().cycle();
    let filter = || OrgFilter { below: ids.next().copied().into_iter().collect(), ..OrgFilter::default() };
    bencher.with_inputs(filter).bench_local_values(|filter| {
        black_box(snapshot.orgs(&filter, OrgSort::Order, *day, &page()).items.len());
    });
}

#[divan::bench(args = UNIVERSITIES, sample_size = SLOW)]
fn tree_of_a_university(bencher: Bencher<'_, '_>, universities: u32) {
    let Sample { snapshot, day, committees, .. } = sample::of(universities);
    let mut ids = committees.iter().cycle();
    bencher.with_inputs(|| ids.next()).bench_local_values(|id| {
        let view = id.and_then(|id| snapshot.org_on(*id, *day));
        black_box(view.map(|view| snapshot.tree(&view, DEPTH, false)));
    });
}

/// `/roles?post=secretary&org_kind=branch&within=…`
#[divan::bench(args = UNIVERSITIES, sample_size = SLOW)]
fn secretaries_of_branches_page(bencher: Bencher<'_, '_>, universities: u32) {
    let Sample { snapshot, day, committees, secretary, .. } = sample::of(universities);
    let mut ids = committees.iter().cycle();
    let filter = || RoleFilter {
        post: vec![secretary.clone()],
        org_kind: vec![OrgKind::Branch],
        within: ids.next().copied().into_iter().collect(),
        ..RoleFilter::default()
    };
    bencher.with_inputs(filter).bench_local_values(|filter| {
        black_box(snapshot.roles(&filter, RoleSort::Order, *day, &page()).items.len());
    });
}

#[divan::bench(args = UNIVERSITIES, sample_size = SLOW)]
fn people_by_name(bencher: Bencher<'_, '_>, universities: u32) {
    let Sample { snapshot, names, .. } = sample::of(universities);
    let mut names = names.iter().cycle();
    let filter = || PersonFilter { name: names.next().cloned().into_iter().collect(), ..PersonFilter::default() };
    bencher.with_inputs(filter).bench_local_values(|filter| {
        black_box(snapshot.people(&filter, &page(), &|_| true).items.len());
    });
}

#[divan::bench(args = UNIVERSITIES, sample_size = QUICK)]
fn publish_a_new_role(bencher: Bencher<'_, '_>, universities: u32) {
    publish(bencher, sample::of(universities), sample::of(universities).role_given());
}

#[divan::bench(args = UNIVERSITIES, sample_size = QUICK)]
fn publish_a_new_body(bencher: Bencher<'_, '_>, universities: u32) {
    publish(bencher, sample::of(universities), sample::of(universities).body_founded());
}

/// The writer's work between commit and answer: a copy, the effects of one command, and dropping one snapshot.
fn publish(bencher: Bencher<'_, '_>, Sample { snapshot, .. }: &Sample, publications: Vec<Publication>) {
    let (revision, at) = (snapshot.revision() + 1, Instant::default());
    let mut publications = publications.iter().cycle();
    bencher.with_inputs(|| publications.next()).bench_local_values(|effects| {
        let mut after = snapshot.clone();
        for effect in effects.into_iter().flatten() {
            after.apply(effect, revision, at);
        }
        after.advance(revision, at);
        drop(black_box(after));
    });
}
