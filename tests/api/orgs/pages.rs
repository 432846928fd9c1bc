//! Pages of orgs.

use std::collections::BTreeSet;

use campus_org::{
    directory::{OrgFilter, OrgSort, Page, PageRequest, RoleFilter, RoleSort, Snapshot},
    domain::{Day, Instant, OrgId, OrgKind, PostCode},
};
use serde_json::json;
use uuid::Uuid;

use crate::support::{TestApp, api_test};

/// The ids of a list, page by page.
async fn pages(app: &TestApp, question: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = app.get(&format!("/orgs?{question}{cursor}")).await.is(200);
        pages.push(page.all("/id").iter().map(|id| id.as_str().unwrap().to_owned()).collect());
        let Some(next) = page.body["next"].as_str() else { return pages };
        cursor = format!("&cursor={next}");
    }
}

api_test! {
    async fn pages_follow_each_other_and_show_everything_once(app: TestApp) {
        let committee = app.committee().await;
        for name in ["丙", "甲", "丙", "乙", "丁", "甲"] {
            app.org_under("department", Some(&committee), name, "2010-01-01").await;
        }
        for sort in ["order", "name", "established_on"] {
            let whole = pages(&app, &format!("sort={sort}")).await.concat();
            assert_eq!(whole.len(), 7);
            for limit in 1..=8 {
                let pages = pages(&app, &format!("sort={sort}&limit={limit}")).await;
                assert_eq!(pages.len(), 7_usize.div_ceil(limit), "{sort} by {limit}");
                assert_eq!(pages.concat(), whole, "{sort} by {limit}");
            }
        }
        let counted = app.get("/orgs?limit=2&count=true&kind=department").await.is(200);
        assert_eq!((&counted.body["total"], counted.names().len()), (&json!(6), 2));
        assert_eq!(app.get("/orgs?limit=2").await.body["total"], json!(null));
    }

    async fn a_cursor_pins_date_filters_and_sort(app: TestApp) {
        let committee = app.committee().await;
        for name in ["甲", "乙", "丙"] {
            app.org_under("department", Some(&committee), name, "2010-01-01").await;
        }
        let first = app.get("/orgs?limit=1&kind=department&as_of=2020-01-01").await.is(200);
        let cursor = first.body["next"].as_str().unwrap().to_owned();
        app.clock.set("2030-01-01T00:00:00Z".parse().unwrap());
        let second = app.get(&format!("/orgs?kind=department&limit=5&cursor={cursor}")).await.is(200);
        assert_eq!((second.names(), second.header("directory-as-of")), (vec!["乙".to_owned(), "丙".to_owned()], "2020-01-01"));
        for other in ["kind=branch", "", "kind=department&as_of=2020-01-02", "kind=department&sort=name"] {
            app.get(&format!("/orgs?{other}&cursor={cursor}").replace("?&", "?")).await.is_problem(422, "cursor-mismatch");
        }
        app.get("/orgs?cursor=zzzz").await.is_problem(422, "cursor-invalid");
        app.get(&format!("/orgs/{committee}/descendants?kind=department&cursor={cursor}")).await.is_problem(422, "cursor-mismatch");
    }

    async fn what_is_there_throughout_is_shown_once_while_others_write(app: TestApp) {
        let committee = app.committee().await;
        let mut stay = Vec::new();
        for name in ["甲", "乙", "丙", "丁", "戊"] {
            stay.push(app.org_under("department", Some(&committee), name, "2010-01-01").await);
        }
        let (mut seen, mut cursor, mut firsts) = (Vec::new(), String::new(), stay.iter());
        loop {
            let page = app.get(&format!("/orgs?kind=department&limit=2{cursor}")).await.is(200);
            seen.extend(page.all("/id").iter().map(|id| id.as_str().unwrap().to_owned()));
            let Some(next) = page.body["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
            // An org is inserted before, one after, and the first becomes the last.
            for order in [0, 900] {
                let body = json!({"kind": "department", "name": "新", "parent_id": committee, "order": order, "valid_from": "2010-01-01"});
                app.org(body).await;
            }
            let first = firsts.next().expect("the list ends");
            let last = json!({"order": 950 + seen.len(), "effective_on": "2010-01-01"});
            app.patch(&format!("/orgs/{first}"), last).await.is(200);
        }
        let once: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(once.len(), seen.len(), "nothing twice");
        assert!(stay.iter().all(|id| once.contains(id)), "nothing left out");
    }

    async fn those_below_come_in_pages_too(app: TestApp) {
        let committee = app.committee().await;
        let general = app.org_under("general_branch", Some(&committee), "总支", "2010-01-01").await;
        app.org_under("department", Some(&committee), "宣传部", "2010-01-01").await;
        for name in ["甲", "乙"] {
            app.org_under("branch", Some(&general), name, "2010-01-01").await;
        }
        let mut names = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = app.get(&format!("/orgs/{committee}/descendants?limit=1&count=true{cursor}")).await.is(200);
            assert_eq!(page.body["total"], 4);
            names.extend(page.names());
            let Some(next) = page.body["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(names, ["总支", "甲", "乙", "宣传部"]);
    }
}

/// A directory of sample universities.
fn sample() -> Snapshot {
    let at = Instant::default();
    let mut snapshot = Snapshot::empty(chrono_tz::Asia::Shanghai, at);
    for record in campus_org::sample::universities(3, 7) {
        snapshot.put(record.object(1, at));
    }
    snapshot
}

/// All ids of a list, page by page, with or without `count`: counted lists are sorted, others are walked.
fn listed<T>(limit: usize, count: bool, page: impl Fn(&PageRequest) -> Page<T>, id: impl Fn(&T) -> Uuid) -> Vec<Uuid> {
    let (mut after, mut ids) = (None, Vec::new());
    loop {
        let found = page(&PageRequest { after, limit, count, backwards: false });
        assert!(found.items.len() <= limit);
        ids.extend(found.items.iter().map(&id));
        after = found.next;
        if after.is_none() {
            return ids;
        }
    }
}

#[test]
fn a_list_is_walked_in_the_order_in_which_it_is_sorted() {
    let snapshot = sample();
    let all = |kind: &[OrgKind]| {
        let filter = OrgFilter { kind: kind.to_vec(), ..OrgFilter::default() };
        let page = PageRequest { limit: 2000, count: true, ..PageRequest::default() };
        let found = snapshot.orgs(&filter, OrgSort::Order, "2026-01-01".parse().unwrap(), &page);
        found.items.iter().map(|view| view.org.id).collect::<Vec<_>>()
    };
    let (general, branches, tops) =
        (all(&[OrgKind::GeneralBranch]), all(&[OrgKind::Branch]), all(&[OrgKind::Committee]));
    assert!(general.len() > 20 && branches.len() > 200);
    let reaches: [(Vec<OrgId>, Vec<OrgId>); 6] = [
        (Vec::new(), Vec::new()),
        (vec![general[3]], Vec::new()),
        // One is below another, and they are in the wrong order.
        (vec![branches[9], general[17], tops[0], general[2]], Vec::new()),
        (Vec::new(), vec![general[5], general[1]]),
        (vec![tops[1]], vec![tops[0], tops[1]]),
        (vec![OrgId(Uuid::nil())], Vec::new()),
    ];
    let mut seen = 0;
    for day in ["2026-01-01", "2015-06-01", "2040-01-01"].map(|day| day.parse::<Day>().unwrap()) {
        for (within, below) in &reaches {
            for kind in [Vec::new(), vec![OrgKind::Branch]] {
                let (within, below) = (within.clone(), below.clone());
                let filter = OrgFilter { kind, within, below, ..OrgFilter::default() };
                let page = |request: &PageRequest| snapshot.orgs(&filter, OrgSort::Order, day, request);
                let sorted = listed(5000, true, page, |view| view.org.id.0);
                for limit in [1 + sorted.len() / 9, 50, 500] {
                    assert_eq!(listed(limit, false, page, |view| view.org.id.0), sorted, "{filter:?} {day}");
                }
                seen += sorted.len();
            }
            if !below.is_empty() {
                continue;
            }
            for (post, org_kind) in [(Vec::new(), Vec::new()), (vec!["secretary"], vec![OrgKind::Branch])] {
                let post = post.into_iter().map(|code| PostCode::parse(code).unwrap()).collect();
                let filter = RoleFilter { post, org_kind, within: within.clone(), ..RoleFilter::default() };
                let page = |request: &PageRequest| snapshot.roles(&filter, RoleSort::Order, day, request);
                let sorted = listed(20_000, true, page, |view| view.role.id().0);
                for limit in [1 + sorted.len() / 9, 50] {
                    assert_eq!(listed(limit, false, page, |view| view.role.id().0), sorted, "{filter:?} {day}");
                }
                seen += sorted.len();
            }
        }
    }
    for body in general.iter().chain(&branches[..40]) {
        let filter = RoleFilter { org_id: vec![*body], ..RoleFilter::default() };
        let page =
            |request: &PageRequest| snapshot.roles(&filter, RoleSort::Order, "2020-01-01".parse().unwrap(), request);
        let sorted = listed(500, true, page, |view| view.role.id().0);
        for limit in [1, 2, 500] {
            assert_eq!(listed(limit, false, page, |view| view.role.id().0), sorted);
        }
    }
    assert!(seen > 5_000, "{seen}");
}
