//! Cursors: a list continues in the state in which it began, whatever others write meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::in_another_process;
use crate::support::{Answer, TestApp, api_test};

#[track_caller]
fn next(page: &Answer) -> String {
    page.body["next"].as_str().unwrap_or_else(|| panic!("the last page: {}", page.text)).to_owned()
}

async fn people(app: &TestApp, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(app.person(&format!("人{number:03}")).await);
    }
    ids
}

api_test! {
    async fn pages_follow_each_other_without_gap_or_overlap(app: TestApp) {
        let ids = people(&app, 7).await;
        let (mut seen, mut query) = (Vec::new(), "limit=3".to_owned());
        for left in [4, 1, 0] {
            let page = app.get(&format!("/people?{query}")).await.is(200);
            seen.extend(page.all("/id"));
            assert_eq!(seen.len(), 7 - left);
            assert_eq!(page.body.get("next").is_some(), left > 0);
            assert_eq!(page.body.get("total"), None);
            if left > 0 {
                query = format!("limit=3&cursor={}", next(&page));
            }
        }
        assert_eq!(seen, ids.iter().map(|id| json!(id)).collect::<Vec<_>>());
        // A page that ends exactly with the list is the last one.
        assert_eq!(app.get("/people?limit=7").await.body.get("next"), None);
        assert_eq!(app.get("/people?limit=2&count=true").await.body["total"], 7);
    }

    async fn what_is_renamed_entered_and_deleted_meanwhile_disturbs_nobody(app: TestApp) {
        let ids = people(&app, 210).await;
        let (mut seen, mut query, mut pages): (BTreeMap<String, usize>, String, usize) = Default::default();
        let mut stays: BTreeSet<&String> = ids.iter().collect();
        loop {
            let page = app.get(&format!("/people?limit=20{query}")).await.is(200);
            assert_eq!(page.header("directory-revision"), "211");
            for id in page.all("/id") {
                *seen.entry(id.as_str().unwrap().to_owned()).or_default() += 1;
            }
            // Items just shown move to the end, later ones to the beginning; one is deleted, one is new.
            let (shown, to_come) = (&ids[pages * 20], ids.get(pages * 20 + 30));
            app.patch(&format!("/people/{shown}"), json!({"name": "赵"})).await.is(200);
            if let Some(to_come) = to_come {
                app.patch(&format!("/people/{to_come}"), json!({"name": "艾"})).await.is(200);
            }
            if let Some(gone) = ids.get(pages * 20 + 31) {
                app.delete(&format!("/people/{gone}")).await.is(200);
                stays.remove(gone);
            }
            app.person("阿").await;
            pages += 1;
            let Some(cursor) = page.body["next"].as_str() else { break };
            query = format!("&cursor={cursor}");
        }
        assert_eq!(pages, 11);
        assert!(seen.values().all(|times| *times == 1));
        assert_eq!(seen.keys().collect::<BTreeSet<_>>(), stays, "who is deleted is shown nowhere");
    }

    async fn who_is_deleted_is_left_out_of_lists_that_began_before(app: TestApp) {
        let committee = app.committee().await;
        let ids = people(&app, 3).await;
        let role = app.role(&committee, "member", &ids[2], "2010-01-01").await;
        app.role(&committee, "secretary", &ids[0], "2010-01-01").await;
        let first = app.get("/roles?limit=1").await.is(200);
        app.delete(&format!("/roles/{role}")).await.is(200);
        app.delete(&format!("/people/{}", ids[2])).await.is(200);
        let second = app.get(&format!("/roles?limit=1&cursor={}", next(&first))).await.is(200);
        assert_eq!(second.body, json!({"items": []}));
        assert_eq!(second.header("directory-revision"), first.header("directory-revision"));
    }

    async fn orgs_that_move_meanwhile_are_shown_once(app: TestApp) {
        let committee = app.committee().await;
        let mut branches = Vec::new();
        for number in 0..6 {
            branches.push(app.org_under("branch", Some(&committee), &format!("支部{number}"), "2001-01-01").await);
        }
        let first = app.get("/orgs?kind=branch&limit=2").await.is(200);
        let mut turned = branches.clone();
        turned.reverse();
        app.put(&format!("/orgs/{committee}/child-order"), json!({"ids": turned})).await.is(200);
        let second = app.get(&format!("/orgs?kind=branch&limit=2&cursor={}", next(&first))).await.is(200);
        let third = app.get(&format!("/orgs?kind=branch&limit=2&cursor={}", next(&second))).await.is(200);
        let shown: Vec<_> = [first, second, third].iter().flat_map(|page| page.all("/id")).collect();
        assert_eq!(shown, branches.iter().map(|id| json!(id)).collect::<Vec<_>>());
        assert_eq!(app.get("/orgs?kind=branch&limit=1").await.all("/id"), [json!(branches[5])]);
    }

    async fn who_has_seen_more_reads_on_in_what_is_newer(app: TestApp) {
        let ids = people(&app, 4).await;
        let first = app.get("/people?limit=2").await.is(200);
        let renamed = app.patch(&format!("/people/{}", ids[3]), json!({"name": "人999"})).await.is(200);
        let path = format!("/people?limit=2&cursor={}", next(&first));
        assert_eq!(app.get(&path).await.names(), ["人002", "人003"]);
        let newer = app.request("GET", &path).header("directory-min-revision", renamed.header("directory-revision"));
        let newer = app.send(newer).await.is(200);
        assert_eq!((newer.names(), newer.header("directory-revision")), (vec!["人002".to_owned(), "人999".to_owned()], "6"));
    }

    async fn where_the_snapshot_is_gone_the_list_goes_on_at_its_position(app: TestApp) {
        people(&app, 5).await;
        let first = app.get("/people?limit=2").await.is(200);
        app.person("人100").await;
        let path = format!("/people?limit=2&cursor={}", next(&first));
        in_another_process(&app, async |other| {
            let second = other.get(&path).await.is(200);
            assert_eq!((second.names(), second.header("directory-revision")), (vec!["人002".to_owned(), "人003".to_owned()], "7"));
            let third = other.get(&format!("/people?limit=2&cursor={}", next(&second))).await.is(200);
            assert_eq!(third.names(), ["人004", "人100"]);
        }).await;
        // It is not kept forever here either.
        assert_eq!(app.get(&path).await.is(200).header("directory-revision"), "6");
        app.clock.set("2026-12-01T03:00:00Z".parse().unwrap());
        assert_eq!(app.get(&path).await.is(200).header("directory-revision"), "7");
    }

    async fn a_cursor_pins_date_filters_and_sort(app: TestApp) {
        let committee = app.committee().await;
        for number in 0..3 {
            app.org_under("branch", Some(&committee), &format!("支部{number}"), "2001-01-01").await;
        }
        let first = app.get("/orgs?kind=branch&sort=name&as_of=2020-01-01&limit=1").await.is(200);
        let cursor = next(&first);
        for (query, place) in [
            (format!("kind=branch&sort=order&cursor={cursor}"), "cursor"),
            (format!("kind=branch&cursor={cursor}"), "cursor"),
            (format!("kind=branch,committee&sort=name&cursor={cursor}"), "cursor"),
            (format!("sort=name&cursor={cursor}"), "cursor"),
            (format!("kind=branch&sort=name&as_of=2020-01-02&cursor={cursor}"), "as_of"),
        ] {
            app.get(&format!("/orgs?{query}")).await.is_problem(422, "cursor-mismatch").at(place);
        }
        app.get(&format!("/people?cursor={cursor}")).await.is_problem(422, "cursor-mismatch").at("cursor");
        // The date may be left out, parameters may be in any order, and the page may grow.
        for query in [format!("cursor={cursor}&sort=name&kind=branch&limit=9"), format!("kind=branch&sort=name&as_of=2020-01-01&cursor={cursor}")] {
            let rest = app.get(&format!("/orgs?{query}")).await.is(200);
            assert_eq!((rest.names().len(), rest.header("directory-as-of")), (2, "2020-01-01"));
        }
        // Midnight does not change the date of a list that began today.
        let today = app.get("/orgs?limit=1").await.is(200);
        app.clock.set("2026-12-01T16:00:00Z".parse().unwrap());
        assert_eq!(app.get(&format!("/orgs?cursor={}", next(&today))).await.is(200).header("directory-as-of"), "2026-12-01");
    }

    async fn a_list_may_be_read_on_in_other_words_that_mean_the_same(app: TestApp) {
        let committee = app.committee().await;
        for number in 0..3 {
            app.org_under("branch", Some(&committee), &format!("支部{number}"), "2001-01-01").await;
        }
        let first = app.get("/orgs?kind=branch,unit&sort=name&limit=1").await.is(200);
        let tag = first.header("etag");
        for query in ["kind=branch&kind=unit", "kind=unit%2Cbranch", "kind=unit&kind=branch,unit"] {
            let again = app.request("GET", &format!("/orgs?{query}&sort=name&limit=1")).header("if-none-match", tag);
            app.send(again).await.is(304);
            let second = app.get(&format!("/orgs?{query}&sort=name&limit=1&cursor={}", next(&first))).await.is(200);
            assert_eq!(second.names(), ["支部1"], "{query}");
        }
        // A comma in a text is not that between two.
        let named = app.get("/orgs?name=支部0&name=支部1&limit=1").await.is(200);
        let other = app.get(&format!("/orgs?name=支部0,支部1&limit=1&cursor={}", next(&named))).await;
        other.is_problem(422, "cursor-mismatch").at("cursor");
    }

    async fn garbage_is_no_cursor(app: TestApp) {
        people(&app, 3).await;
        let cursor = next(&app.get("/people?limit=1").await);
        for (text, status, slug) in [
            ("", 400, "validation"),
            ("a%20b", 400, "validation"),
            (&"a".repeat(4001), 400, "validation"),
            ("abc", 422, "cursor-invalid"),
            (&format!("{cursor}A"), 422, "cursor-invalid"),
            (&cursor[1..], 422, "cursor-invalid"),
            (&cursor[..cursor.len() - 4], 422, "cursor-invalid"),
        ] {
            app.get(&format!("/people?cursor={text}")).await.is_problem(status, slug).at("cursor");
        }
    }
}
