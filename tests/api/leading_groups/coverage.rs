//! What the supervision groups of a leading group cover, and which supervisors must be recused.

use serde_json::{Value, json};

use super::campus;
use crate::support::api_test;

fn shown(refs: &Value) -> Vec<String> {
    refs.as_array().unwrap().iter().map(|org| org["name"].as_str().unwrap().to_owned()).collect()
}

api_test! {
    async fn every_org_is_covered_once_twice_or_not_at_all(app: TestApp) {
        let campus = campus(&app).await;
        app.org_under("general_branch", Some(&campus.committee), "机关党总支", "2005-01-01").await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let report = app.get(&format!("/leading-groups/{id}/coverage?as_of=2021-04-15")).await.is(200).body;
        assert_eq!(report["leading_group"]["name"], "党史学习教育领导小组");
        assert_eq!(report["counts"], json!({"orgs": 3, "covered": 2, "uncovered": 1, "doubly_covered": 1}));
        let bodies: Vec<(String, Vec<String>)> = report["orgs"].as_array().unwrap().iter().map(|body| {
            let by = body["covered_by"].as_array().unwrap().iter().map(|by| by["supervision_group"]["name"].as_str().unwrap().to_owned());
            (body["org"]["name"].as_str().unwrap().to_owned(), by.collect())
        }).collect();
        assert_eq!(bodies, [
            ("学院党总支".to_owned(), vec!["第一督导组".to_owned()]),
            ("党支部".to_owned(), vec!["第二督导组".to_owned(), "第一督导组".to_owned()]),
            ("机关党总支".to_owned(), vec![]),
        ]);
        assert_eq!((shown(&report["uncovered"]), shown(&report["doubly_covered"])), (vec!["机关党总支".to_owned()], vec!["党支部".to_owned()]));
        let inherited = &report["orgs"][1]["covered_by"][1];
        assert_eq!((&inherited["inherited"], &inherited["org"]["name"]), (&json!(true), &json!("学院党总支")));
        // Other orgs may be asked about, a root included.
        let within = app.get(&format!("/leading-groups/{id}/coverage?as_of=2021-04-15&within={}", campus.committee)).await.is(200).body;
        assert_eq!(within["counts"]["orgs"], 4);
        assert_eq!(shown(&within["uncovered"]), ["学校党委", "机关党总支"]);
        let narrow = app.get(&format!("/leading-groups/{id}/coverage?as_of=2021-04-15&within={}", campus.branch)).await.is(200).body;
        assert_eq!(narrow["counts"]["orgs"], 1);
        // Groups of another leading group do not count.
        let other = json!({"parent_id": campus.committee, "name": "另一小组", "valid_from": "2021-03-05"});
        let other = app.post("/leading-groups", other).await.is(201).id();
        app.get(&format!("/leading-groups/{other}/coverage?as_of=2021-03-04")).await.is_problem(409, "not-alive");
        let report = app.get(&format!("/leading-groups/{other}/coverage?as_of=2021-04-15")).await.is(200).body;
        assert_eq!((shown(&report["uncovered"]).len(), &report["recusals"]), (3, &json!([])));
    }

    async fn supervisors_with_a_role_in_what_they_cover_are_named(app: TestApp) {
        let campus = campus(&app).await;
        // 王玉玲 leads the group that covers the college and everything below it; 李文 leads the group that covers only
        // its branch.
        app.role(&campus.branch, "member", &campus.wang, "2020-01-01").await;
        app.role(&campus.committee, "member", &campus.wang, "2020-01-01").await;
        app.role(&campus.college, "deputy_secretary", &campus.li, "2020-01-01").await;
        let small = app.org_under("party_group", Some(&campus.branch), "党小组", "2010-01-01").await;
        app.role(&small, "group_leader", &campus.li, "2020-01-01").await;
        // A role in an org beside or elsewhere is not a reason.
        let aside = app.org_under("department", Some(&campus.committee), "宣传部", "2005-01-01").await;
        app.role(&aside, "head", &campus.wang, "2020-01-01").await;
        let id = app.post("/leading-groups", campus.notice()).await.is(201).id();
        // Roles of supervisors in the leading group itself do not count, even if it is covered.
        let first = app.get(&format!("/leading-groups/{id}")).await.body["supervision_groups"][0]["id"].clone();
        app.post("/supervisions", json!({"supervision_group_id": first, "org_id": id, "scope": "subtree", "valid_from": "2021-03-05"})).await.is(201);
        let recusals = async |day: &str| -> Vec<String> {
            let report = app.get(&format!("/leading-groups/{id}/coverage?as_of={day}")).await.is(200).body;
            report["recusals"].as_array().unwrap().iter().map(|recusal| format!(
                "{} {} {} {} {}",
                recusal["supervision_group"]["name"].as_str().unwrap(),
                recusal["person"]["name"].as_str().unwrap(),
                recusal["role"]["post"]["code"].as_str().unwrap(),
                recusal["role"]["org"]["name"].as_str().unwrap(),
                recusal["relation"].as_str().unwrap(),
            )).collect()
        };
        assert_eq!(recusals("2021-04-15").await, [
            "第一督导组 王玉玲 member 学校党委 above",
            "第一督导组 王玉玲 member 党支部 covered",
            // The leading group is under the committee.
            "第一督导组 王玉玲 member 学校党委 above",
            "第二督导组 李文 deputy_secretary 学院党总支 above",
            "第二督导组 李文 group_leader 党小组 below",
        ]);
        // A supervisor by seat counts too, and so does a role held by seat.
        let inspectors = app.get(&format!("/leading-groups/{id}")).await.body["supervision_groups"][0]["id"].as_str().unwrap().to_owned();
        let chair = json!({"org_id": inspectors, "post": "deputy_leader", "holder": {"type": "seat", "org_id": campus.committee, "post": "secretary"}, "valid_from": "2022-01-01"});
        app.post("/roles", chair).await.is(201);
        let seat = json!({"org_id": campus.college, "post": "liaison", "holder": {"type": "seat", "org_id": campus.committee, "post": "secretary"}, "valid_from": "2022-01-01"});
        app.post("/roles", seat).await.is(201);
        let found = recusals("2022-01-01").await;
        assert_eq!(found.iter().filter(|told| told.contains("孙国权")).collect::<Vec<_>>(), [
            "第一督导组 孙国权 secretary 学校党委 above", "第一督导组 孙国权 liaison 学院党总支 covered",
            "第一督导组 孙国权 secretary 学校党委 above",
        ]);
    }
}
