//! Reading one org, its ancestors and its descendants, on a day.

use serde_json::json;

use super::NOBODY;
use crate::support::{TODAY, TestApp, api_test};

async fn names(app: &TestApp, path: &str) -> Vec<String> {
    app.get(path).await.is(200).names()
}

api_test! {
    async fn an_org_is_shown_as_it_was_on_the_day(app: TestApp) {
        let id = app.org(json!({"kind": "committee", "name": "甲", "valid_from": "2010-01-01", "valid_until": "2030-01-01"})).await;
        app.patch(&format!("/orgs/{id}"), json!({"name": "乙", "effective_on": "2020-01-01"})).await.is(200);
        for (day, name, from, until, status) in [
            ("1999-01-01", "甲", "2010-01-01", "2020-01-01", "planned"),
            ("2009-12-31", "甲", "2010-01-01", "2020-01-01", "planned"),
            ("2010-01-01", "甲", "2010-01-01", "2020-01-01", "current"),
            ("2019-12-31", "甲", "2010-01-01", "2020-01-01", "current"),
            ("2020-01-01", "乙", "2020-01-01", "2030-01-01", "current"),
            ("2029-12-31", "乙", "2020-01-01", "2030-01-01", "current"),
            ("2030-01-01", "乙", "2020-01-01", "2030-01-01", "ended"),
            ("2999-12-31", "乙", "2020-01-01", "2030-01-01", "ended"),
        ] {
            let shown = app.get(&format!("/orgs/{id}?as_of={day}")).await.is(200);
            assert_eq!(json!([shown.body["name"], shown.body["valid_from"], shown.body["valid_until"], shown.body["status"]]),
                json!([name, from, until, status]), "{day}");
            assert_eq!((&shown.body["established_on"], &shown.body["dissolved_on"]), (&json!("2010-01-01"), &json!("2030-01-01")));
            assert_eq!(shown.header("directory-as-of"), day);
        }
        assert_eq!(app.get(&format!("/orgs/{id}")).await.header("directory-as-of"), TODAY);
        let statuses = app.get(&format!("/orgs/{id}/versions?as_of=2015-01-01")).await.is(200).all("/status");
        assert_eq!(statuses, [json!("current"), json!("planned")]);
    }

    async fn what_is_not_there_is_not_found(app: TestApp) {
        for path in ["", "/ancestors", "/descendants", "/tree", "/roles", "/versions", "/path?to=01931b66-7d50-7c8a-9a57-3c1f7d1f4b12"] {
            app.get(&format!("/orgs/{NOBODY}{path}")).await.is_problem(404, "not-found");
            app.get(&format!("/orgs/7{path}")).await.is_problem(400, "validation");
        }
        let id = app.committee().await;
        app.get(&format!("/orgs/{id}?as_of=yesterday")).await.is_problem(400, "validation").at("as_of");
        app.get(&format!("/orgs/{id}?kind=branch")).await.is_problem(400, "unknown-parameter");
        app.get(&format!("/orgs/{id}/ancestors?limit=1")).await.is_problem(400, "unknown-parameter");
    }

    async fn the_tier_follows_from_where_it_stands_on_the_day(app: TestApp) {
        let authority = app.org_under("authority", None, "教育工委", "2000-01-01").await;
        let university = app.org_under("committee", Some(&authority), "学校党委", "2000-01-01").await;
        let college = app.org_under("committee", Some(&university), "学院党委", "2000-01-01").await;
        let general = app.org_under("general_branch", Some(&university), "总支", "2000-01-01").await;
        let branch = app.org_under("branch", Some(&general), "支部", "2000-01-01").await;
        let group = app.org_under("party_group", Some(&branch), "小组", "2000-01-01").await;
        for (day, parent) in [("2010-01-01", &university), ("2020-01-01", &college), ("2030-01-01", &university)] {
            app.patch(&format!("/orgs/{branch}"), json!({"parent_id": parent, "effective_on": day})).await.is(200);
        }
        let derived = |id: String, day: &'static str| {
            let app = app.clone();
            async move {
                let body = app.get(&format!("/orgs/{id}?as_of={day}")).await.is(200).body;
                json!([body["tier"], body["directly_subordinate"]])
            }
        };
        for (id, tier) in [(&authority, json!(null)), (&university, json!(1)), (&college, json!(2)), (&general, json!(2)), (&group, json!(null))] {
            assert_eq!(derived(id.clone(), "2026-12-01").await, json!([tier, null]));
        }
        for (day, expected) in [("2009-12-31", json!([3, null])), ("2010-01-01", json!([3, true])), ("2020-01-01", json!([3, null])), ("2030-01-01", json!([3, true]))] {
            assert_eq!(derived(branch.clone(), day).await, expected, "{day}");
        }
        // A college that leaves its university becomes tier 1.
        app.patch(&format!("/orgs/{college}"), json!({"parent_id": null, "effective_on": "2028-01-01"})).await.is(200);
        assert_eq!(derived(college.clone(), "2028-01-01").await, json!([1, null]));
        assert_eq!(derived(branch.clone(), "2028-01-01").await, json!([3, true]));
        assert_eq!(names(&app, "/orgs?tier=1&as_of=2028-01-01").await, ["学校党委", "学院党委"]);
    }

    async fn the_way_up_is_that_of_the_day(app: TestApp) {
        let committee = app.committee().await;
        let (one, two) = (app.org_under("general_branch", Some(&committee), "一", "2010-01-01").await, app.org_under("general_branch", Some(&committee), "二", "2010-01-01").await);
        let branch = app.org_under("branch", Some(&one), "支部", "2010-01-01").await;
        app.patch(&format!("/orgs/{branch}"), json!({"parent_id": two, "effective_on": "2030-01-01"})).await.is(200);
        app.patch(&format!("/orgs/{committee}"), json!({"name": "新党委", "effective_on": "2030-01-01"})).await.is(200);
        let above = app.get(&format!("/orgs/{branch}/ancestors")).await.is(200);
        assert_eq!(above.body["items"][0], app.get(&format!("/orgs/{committee}")).await.body, "each as it is shown by itself");
        assert_eq!(above.names(), ["学校党委", "一"]);
        assert_eq!(names(&app, &format!("/orgs/{branch}/ancestors?as_of=2030-01-01")).await, ["新党委", "二"]);
        assert_eq!(names(&app, &format!("/orgs/{branch}/ancestors?as_of=2000-01-01")).await, ["学校党委", "一"]);
        assert_eq!(names(&app, &format!("/orgs/{committee}/ancestors")).await, [""; 0]);
        assert_eq!(names(&app, &format!("/orgs/{one}/descendants")).await, ["支部"]);
        assert_eq!(names(&app, &format!("/orgs/{one}/descendants?as_of=2030-01-01")).await, [""; 0]);
        assert_eq!(names(&app, &format!("/orgs/{committee}/descendants?as_of=2030-01-01")).await, ["一", "二", "支部"]);
        assert_eq!(names(&app, &format!("/orgs/{committee}/descendants?tier=3")).await, ["支部"]);
        assert_eq!(names(&app, &format!("/orgs/{committee}/descendants?kind=general_branch,unit")).await, ["一", "二"]);
        app.get(&format!("/orgs/{committee}/descendants?kind=club")).await.is_problem(400, "validation").at("kind");
        app.get(&format!("/orgs/{committee}/descendants?status=all")).await.is_problem(400, "unknown-parameter");
    }

    async fn the_path_goes_up_to_what_is_above_both_and_down_again(app: TestApp) {
        let committee = app.committee().await;
        let (one, two) = (app.org_under("general_branch", Some(&committee), "一", "2010-01-01").await, app.org_under("general_branch", Some(&committee), "二", "2010-01-01").await);
        let (a, b) = (app.org_under("branch", Some(&one), "甲", "2010-01-01").await, app.org_under("branch", Some(&two), "乙", "2012-01-01").await);
        let unit = app.org_under("unit", None, "学校", "2000-01-01").await;
        app.patch(&format!("/orgs/{b}"), json!({"parent_id": one, "effective_on": "2030-01-01"})).await.is(200);
        let path = |from: &String, to: &str, day: &str| format!("/orgs/{from}/path?to={to}&as_of={day}");
        assert_eq!(names(&app, &path(&a, &b, "2020-01-01")).await, ["甲", "一", "学校党委", "二", "乙"]);
        assert_eq!(names(&app, &path(&b, &a, "2030-01-01")).await, ["乙", "一", "甲"]);
        assert_eq!(names(&app, &path(&a, &committee, "2020-01-01")).await, ["甲", "一", "学校党委"]);
        assert_eq!(names(&app, &path(&committee, &a, "2020-01-01")).await, ["学校党委", "一", "甲"]);
        assert_eq!(names(&app, &path(&a, &a, "2020-01-01")).await, ["甲"]);
        for (from, to, day) in [(&a, unit.as_str(), "2020-01-01"), (&a, NOBODY, "2020-01-01"), (&a, &b, "2011-12-31"), (&b, &a, "2011-12-31")] {
            assert_eq!(names(&app, &path(from, to, day)).await, [""; 0]);
        }
        app.get(&format!("/orgs/{a}/path")).await.is_problem(400, "validation").at("to");
        app.get(&format!("/orgs/{a}/path?to=x")).await.is_problem(400, "validation").at("to");
    }
}
