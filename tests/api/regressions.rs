//! Faults that were found once, described by what a client saw.

use std::fmt::Write;

use serde_json::json;

use crate::support::api_test;

api_test! {
    async fn orgs_that_stood_under_each_other_one_after_the_other_end_together(app: TestApp) {
        // Each is established under the one before and leaves it a day later, so no tree is deep on any day.
        let mut lines = String::new();
        let mut ids = Vec::new();
        for number in 0..1500_u32 {
            let id = format!("01931b66-7d50-7000-8000-{number:012x}");
            let day = |offset: u32| campus_org::domain::Day::MIN.plus((number + offset).cast_signed()).to_string();
            let order = json!(number % 1000 + 1);
            let mut versions = vec![json!({"valid_from": day(1), "name": "单位", "kind": "unit", "order": order})];
            if let Some(before) = ids.last() {
                versions.insert(0, json!({"valid_from": day(0), "name": "单位", "kind": "unit", "order": order, "parent_id": before}));
            } else {
                versions[0]["valid_from"] = json!(day(0));
            }
            writeln!(lines, "{}", json!({"org": {"id": id, "versions": versions}})).unwrap();
            ids.push(id);
        }
        app.load(&lines).await;
        let end = json!({"effective_on": "1000-01-02", "cascade": true});
        app.post(&format!("/orgs/{}/dissolve?dry_run=true", ids[0]), end.clone()).await.is(200);
        app.post(&format!("/orgs/{}/dissolve", ids[0]), end).await.is(200);
        app.get(&format!("/orgs/{}", ids[1499])).await.is(404);
    }

    async fn a_list_goes_on_after_the_longest_names(app: TestApp) {
        let name = "窗".repeat(200);
        let (one, two) = (app.person(&name).await, app.person(&name).await);
        let first = app.get("/people?limit=1").await.is(200);
        assert_eq!(first.all("/id"), [json!(one)]);
        let next = first.body["next"].as_str().unwrap();
        assert_eq!(app.get(&format!("/people?limit=1&cursor={next}")).await.is(200).all("/id"), [json!(two)]);
    }

    async fn a_star_does_not_say_that_something_is_there(app: TestApp) {
        let unknown = "01931b66-7d50-7c8a-9a57-3c1f7d1f4b11";
        for path in ["tree", "descendants", "ancestors", "roles", "versions"] {
            let request = app.request("GET", &format!("/orgs/{unknown}/{path}")).header("if-none-match", "*");
            app.send(request).await.is_problem(404, "not-found");
        }
        let request = app.request("GET", "/orgs").header("if-none-match", "*");
        app.send(request).await.is(304);
    }

    async fn an_org_whose_superior_is_deleted_comes_back_alone(app: TestApp) {
        let committee = app.committee().await;
        let one = app.org_under("general_branch", Some(&committee), "一", "2010-01-01").await;
        let two = app.org_under("general_branch", Some(&committee), "二", "2010-01-01").await;
        let branch = app.org_under("branch", Some(&one), "甲", "2010-01-01").await;
        app.post(&format!("/orgs/{one}/dissolve"), json!({"effective_on": "2020-01-01", "cascade": true})).await.is(200);
        app.post(&format!("/orgs/{branch}/restore"), json!({})).await.is_problem(409, "ended-with");
        app.patch(&format!("/orgs/{branch}/versions/2010-01-01"), json!({"parent_id": two})).await.is(200);
        app.delete(&format!("/orgs/{one}")).await.is(200);
        let restored = app.post(&format!("/orgs/{branch}/restore"), json!({})).await.is(200);
        assert_eq!(restored.body["dissolved_on"], json!(null));
        assert_eq!(restored.body["status"], "current");
    }

    async fn a_post_is_vacant_since_the_kind_requires_it(app: TestApp) {
        let committee = app.committee().await;
        let body = app.org_under("branch", Some(&committee), "甲", "2000-02-01").await;
        app.patch(&format!("/orgs/{body}"), json!({"kind": "department", "effective_on": "2020-01-01"})).await.is(200);
        let vacancies = app.get("/vacancies?post=head").await.is(200);
        assert_eq!(vacancies.all("/since"), [json!("2020-01-01")]);
    }

    async fn an_org_is_named_once_in_a_list(app: TestApp) {
        let unit = app.org_under("unit", None, "学院", "2000-01-01").await;
        let committee = app.committee().await;
        let twice = json!({"kind": "branch", "name": "甲", "parent_id": committee, "unit_ids": [unit, unit]});
        app.post("/orgs", twice).await.is_problem(422, "repeated-value").at("/unit_ids/1");
        let twice = json!({"successor_ids": [committee, committee]});
        app.post(&format!("/orgs/{unit}/dissolve"), twice).await.is_problem(422, "repeated-value").at("/successor_ids/1");
    }

    async fn versions_come_in_pages(app: TestApp) {
        let committee = app.committee().await;
        for year in 2001..2006 {
            let renamed = json!({"name": format!("党委{year}"), "effective_on": format!("{year}-01-01")});
            app.patch(&format!("/orgs/{committee}"), renamed).await.is(200);
        }
        let first = app.get(&format!("/orgs/{committee}/versions?limit=4&count=true")).await.is(200);
        assert_eq!((first.names().len(), &first.body["total"]), (4, &json!(6)));
        let next = first.body["next"].as_str().unwrap();
        let second = app.get(&format!("/orgs/{committee}/versions?cursor={next}")).await.is(200);
        assert_eq!(second.names(), ["党委2004", "党委2005"]);
    }

    async fn merged_roles_stay_in_a_list_that_began_before(app: TestApp) {
        let committee = app.committee().await;
        let (one, two) = (app.person("胡春梅").await, app.person("胡春梅").await);
        app.role(&committee, "secretary", &one, "2010-01-01").await;
        let role = app.role(&committee, "member", &two, "2010-01-01").await;
        let first = app.get("/roles?limit=1").await.is(200);
        app.post(&format!("/people/{one}/merge"), json!({"duplicate_id": two})).await.is(200);
        let next = first.body["next"].as_str().unwrap();
        let second = app.get(&format!("/roles?limit=1&cursor={next}")).await.is(200);
        assert_eq!((second.all("/id"), second.all("/holder/id")), (vec![json!(role)], vec![json!(one)]));
    }
}
