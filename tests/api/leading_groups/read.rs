//! Reading leading groups on any date.

use serde_json::json;

use super::{campus, names};
use crate::support::api_test;

const UNKNOWN: &str = "01931b66-7d50-7c8a-9a57-000000000000";

api_test! {
    async fn the_document_is_as_it_was_on_the_day(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let (id, office) = (group["id"].as_str().unwrap(), group["office"]["id"].as_str().unwrap());
        let member = group["members"][0]["role_id"].as_str().unwrap();
        app.post(&format!("/roles/{member}/end"), json!({"effective_on": "2021-06-01"})).await.is(200);
        app.patch(&format!("/orgs/{id}"), json!({"name": "学习教育领导小组", "effective_on": "2021-07-01"})).await.is(200);
        app.post(&format!("/orgs/{office}/dissolve"), json!({"effective_on": "2021-08-01", "cascade": true})).await.is(200);
        let later = json!({"org_id": id, "post": "liaison", "holder": {"type": "person", "id": campus.li}, "valid_from": "2021-09-01"});
        app.post("/roles", later).await.is(201);
        app.post(&format!("/orgs/{id}/dissolve"), json!({"effective_on": "2022-01-01", "cascade": true})).await.is(200);
        let (old, new) = ("党史学习教育领导小组", "学习教育领导小组");
        for (day, name, members, office, liaisons, status) in [
            ("2020-01-01", old, 3, true, 0, "planned"),
            ("2021-03-05", old, 3, true, 0, "current"),
            ("2021-06-01", old, 2, true, 0, "current"),
            ("2021-07-31", new, 2, true, 0, "current"),
            ("2021-08-01", new, 2, false, 0, "current"),
            ("2021-09-01", new, 2, false, 1, "current"),
            // It is shown as on its last day.
            ("2025-01-01", new, 2, false, 1, "ended"),
        ] {
            let shown = app.get(&format!("/leading-groups/{id}?as_of={day}")).await.is(200).body;
            assert_eq!((&shown["name"], &shown["status"]), (&json!(name), &json!(status)), "{day}");
            assert_eq!(names(&shown["members"]).len(), members, "{day}");
            assert_eq!(shown.get("office").is_some(), office, "{day}");
            assert_eq!(names(&shown["liaisons"]).len(), liaisons, "{day}");
            assert_eq!((&shown["valid_from"], &shown["valid_until"]), (&json!("2021-03-05"), &json!("2022-01-01")));
        }
    }

    async fn only_leading_groups_are_found(app: TestApp) {
        let campus = campus(&app).await;
        app.get(&format!("/leading-groups/{}", campus.committee)).await.is_problem(404, "not-found");
        app.get(&format!("/leading-groups/{UNKNOWN}")).await.is_problem(404, "not-found");
        app.get("/leading-groups/x").await.is_problem(400, "validation").at("id");
        app.get("/leading-groups?kind=office").await.is_problem(400, "unknown-parameter").at("kind");
        app.get(&format!("/leading-groups/{UNKNOWN}/coverage")).await.is_problem(404, "not-found");
    }

    async fn lists_are_filtered(app: TestApp) {
        let campus = campus(&app).await;
        let group = async |parent: &str, name: &str, until: Option<&str>| {
            let mut notice = json!({"parent_id": parent, "name": name, "valid_from": "2021-01-01"});
            if let Some(until) = until {
                notice["valid_until"] = json!(until);
            }
            app.post("/leading-groups", notice).await.is(201).id()
        };
        group(&campus.committee, "党史学习教育领导小组", Some("2022-01-01")).await;
        group(&campus.committee, "意识形态工作领导小组", None).await;
        let own = group(&campus.college, "学院领导小组", None).await;
        // An org of that kind entered by itself is a leading group too.
        app.org_under("leading_group", Some(&campus.committee), "保密委员会", "2021-01-01").await;
        for (query, found) in [
            ("".to_owned(), vec!["学院领导小组", "意识形态工作领导小组", "保密委员会"]),
            ("status=all".to_owned(), vec!["学院领导小组", "党史学习教育领导小组", "意识形态工作领导小组", "保密委员会"]),
            ("as_of=2021-06-01&q=領導".to_owned(), vec!["学院领导小组", "党史学习教育领导小组", "意识形态工作领导小组"]),
            ("name=保密委员会".to_owned(), vec!["保密委员会"]),
            (format!("parent_id={}", campus.college), vec!["学院领导小组"]),
            (format!("within={}", campus.college), vec!["学院领导小组"]),
            (format!("within={own}"), vec!["学院领导小组"]),
            (format!("parent_id={UNKNOWN}"), vec![]),
        ] {
            assert_eq!(app.get(&format!("/leading-groups?{query}")).await.is(200).names(), found, "{query}");
        }
        let page = app.get("/leading-groups?limit=2&count=true").await.is(200);
        assert_eq!(page.body["total"], 3);
        let rest = app.get(&format!("/leading-groups?limit=2&cursor={}", page.body["next"].as_str().unwrap())).await.is(200);
        assert_eq!(rest.names(), ["保密委员会"]);
        let whole = app.get("/leading-groups?name=学院领导小组").await.is(200).body["items"][0].clone();
        assert_eq!(whole, app.get(&format!("/leading-groups/{own}")).await.is(200).body);
    }

    async fn the_tag_changes_with_anything_in_it(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", campus.notice()).await.is(201);
        let path = format!("/leading-groups/{}", group.id());
        let fresh = app.get(&path).await.is(200);
        let tag = fresh.header("etag").to_owned();
        app.send(app.request("GET", &path).header("if-none-match", &tag)).await.is(304);
        // Another person sits there: the body changes, but nothing of the group's own data.
        app.role(&campus.school, "unit_head", &campus.li, "2021-01-01").await;
        let filled = app.send(app.request("GET", &path).header("if-none-match", &tag)).await.is(200);
        assert_eq!(filled.body["leaders"][1]["people"][0]["name"], "李文");
        assert_eq!(filled.body["revision"], fresh.body["revision"]);
        let state = |tag: &str| tag.trim_matches('"').split('-').next().unwrap().to_owned();
        assert_eq!(state(filled.header("etag")), state(&tag));
    }
}
