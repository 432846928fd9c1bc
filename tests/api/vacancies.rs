//! `/vacancies`: required posts that nobody holds.

use serde_json::json;

use crate::support::{Answer, api_test};

/// Org, post and day of each vacancy.
fn told(answer: Answer) -> Vec<String> {
    let items = answer.is(200).body["items"].as_array().unwrap().clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    items
        .iter()
        .map(|v| format!("{} {} {}", text(&v["org"]["name"]), text(&v["post"]["code"]), text(&v["since"])))
        .collect()
}

api_test! {
    async fn a_required_post_is_vacant_until_somebody_holds_it(app: TestApp) {
        let committee = app.committee().await;
        let first = app.get("/vacancies").await.is(200);
        assert_eq!(first.body, json!({"items": [{
            "org": {"id": committee, "name": "学校党委", "kind": "committee", "tier": 1},
            "post": {"code": "secretary", "name": "书记", "name_en": "Secretary"},
            "since": "2000-01-01",
        }]}));
        let (held, acting) = (app.person("甲").await, app.person("乙").await);
        app.post("/roles", json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": held},
            "valid_from": "2010-01-01", "valid_until": "2020-01-01"})).await.is(201);
        app.post("/roles", json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": acting},
            "valid_from": "2022-01-01", "valid_until": "2023-01-01", "acting": true})).await.is(201);
        for (day, found) in [
            ("1999-12-31", &[][..]),
            ("2009-12-31", &["学校党委 secretary 2000-01-01"]),
            ("2010-01-01", &[]),
            ("2019-12-31", &[]),
            ("2020-01-01", &["学校党委 secretary 2020-01-01"]),
            ("2021-12-31", &["学校党委 secretary 2020-01-01"]),
            ("2022-12-31", &[]),
            ("2023-01-01", &["学校党委 secretary 2023-01-01"]),
            ("2999-12-31", &["学校党委 secretary 2023-01-01"]),
        ] {
            assert_eq!(told(app.get(&format!("/vacancies?as_of={day}")).await), found, "{day}");
        }
    }

    async fn a_unit_fills_a_post_and_a_dissolved_org_has_none(app: TestApp) {
        let committee = app.committee().await;
        let group = app.org_under("leading_group", Some(&committee), "领导小组", "2020-01-01").await;
        let office = app.org_under("office", Some(&group), "办公室", "2020-01-01").await;
        let department = app.org_under("department", Some(&committee), "宣传部", "2000-01-01").await;
        app.post("/roles", json!({"org_id": office, "post": "office_director", "holder": {"type": "unit", "id": department},
            "valid_from": "2020-01-01", "valid_until": "2021-01-01"})).await.is(201);
        let within = format!("/vacancies?within={group}");
        assert_eq!(told(app.get(&format!("{within}&as_of=2020-06-01")).await), ["领导小组 leader 2020-01-01"]);
        assert_eq!(told(app.get(&within).await), ["领导小组 leader 2020-01-01", "办公室 office_director 2021-01-01"]);
        app.post(&format!("/orgs/{office}/dissolve"), json!({"effective_on": "2022-01-01"})).await.is(200);
        assert_eq!(told(app.get(&within).await), ["领导小组 leader 2020-01-01"]);
    }

    async fn vacancies_are_filtered_and_listed_by_org_and_rank(app: TestApp) {
        let committee = app.committee().await;
        let second = app.org_under("general_branch", Some(&committee), "乙党总支", "2001-01-01").await;
        let first = app.org(json!({"kind": "general_branch", "name": "甲党总支", "parent_id": committee, "order": 0, "valid_from": "2002-01-01"})).await;
        let branch = app.org_under("branch", Some(&first), "支部", "2003-01-01").await;
        app.org_under("department", Some(&committee), "宣传部", "2004-01-01").await;
        app.patch("/posts/liaison", json!({"kinds": [{"kind": "branch", "required": true}]})).await.is(200);
        let all = [
            "学校党委 secretary 2000-01-01", "甲党总支 secretary 2002-01-01", "支部 secretary 2003-01-01",
            "支部 liaison 2003-01-01", "乙党总支 secretary 2001-01-01", "宣传部 head 2004-01-01",
        ];
        assert_eq!(told(app.get("/vacancies").await), all);
        for (query, found) in [
            ("org_kind=branch", &all[2..4]),
            ("org_kind=branch,department", &[all[2], all[3], all[5]]),
            ("tier=2", &[all[1], all[4]]),
            ("tier=1,3&post=secretary", &[all[0], all[2]]),
            ("post=head", &all[5..]),
            ("post=nobody", &[]),
            (&format!("within={second},{branch}"), &[all[2], all[3], all[4]]),
            ("within=01931b66-7d50-7c8a-9a57-000000000000", &[]),
        ] {
            assert_eq!(told(app.get(&format!("/vacancies?{query}")).await), found, "{query}");
        }
        let page = app.get("/vacancies?limit=4&count=true").await.is(200);
        assert_eq!(page.body["total"], 6);
        let rest = app.get(&format!("/vacancies?limit=4&cursor={}", page.body["next"].as_str().unwrap())).await;
        assert_eq!(told(page).into_iter().chain(told(rest)).collect::<Vec<_>>(), all);
        for (query, slug, place) in [("tier=4", "validation", "tier"), ("within=x", "validation", "within"), ("status=all", "unknown-parameter", "status")] {
            app.get(&format!("/vacancies?{query}")).await.is_problem(400, slug).at(place);
        }
    }

    async fn a_post_that_is_made_required_is_vacant_at_once(app: TestApp) {
        app.committee().await;
        app.patch("/posts/deputy_secretary", json!({"kinds": [{"kind": "committee", "required": true}]})).await.is(200);
        assert_eq!(told(app.get("/vacancies?post=deputy_secretary").await), ["学校党委 deputy_secretary 2000-01-01"]);
    }
}
