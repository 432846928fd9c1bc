//! Correcting the end of an org.

use serde_json::{Value, json};

use super::{NOBODY, revision};
use crate::support::{Answer, TestApp, api_test};

/// The days between which anything in these tests begins or ends.
const DAYS: &[&str] = &[
    "2009-06-01",
    "2012-06-01",
    "2014-06-01",
    "2016-06-01",
    "2019-06-01",
    "2020-06-01",
    "2024-06-01",
    "2027-06-01",
    "2029-06-01",
    "2032-06-01",
];

async fn dissolve(app: &TestApp, id: &str, body: Value) -> Answer {
    app.post(&format!("/orgs/{id}/dissolve"), body).await
}

async fn correct(app: &TestApp, id: &str, body: Value) -> Answer {
    app.patch(&format!("/orgs/{id}/dissolution"), body).await
}

/// A value without what tells when something was entered.
fn timeless(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            for name in ["revision", "updated_at", "change"] {
                members.remove(name);
            }
            members.values_mut().for_each(|member| *member = timeless(member.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = timeless(item.take())),
        _ => {}
    }
    value
}

/// Every answer that the directory gives, on all days.
async fn all_answers(app: &TestApp) -> Vec<Value> {
    let mut all = Vec::new();
    let mut orgs = Vec::new();
    for day in DAYS {
        for path in ["orgs", "roles", "supervisions", "people", "vacancies", "leading-groups"] {
            let status = if path == "people" || path == "vacancies" { "" } else { "&status=all" };
            let list = app.get(&format!("/{path}?as_of={day}&limit=500{status}")).await.is(200).body;
            if path == "orgs" {
                orgs = list["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|org| org["id"].as_str().unwrap().to_owned())
                    .collect();
            }
            all.push(json!([day, path, timeless(list)]));
        }
        for org in &orgs {
            for path in ["", "/versions", "/tree?include=roles&", "/supervised-by", "/roles?status=all&"] {
                let mark = if path.contains('?') { "" } else { "?" };
                let answer = app.get(&format!("/orgs/{org}{path}{mark}as_of={day}")).await.is(200);
                all.push(json!([day, path, timeless(answer.body)]));
            }
        }
    }
    all
}

struct Group {
    id: String,
    office: String,
    unit: String,
    heir: String,
}

/// A leading group with parts, holders and coverage of which each begins or ends on another day.
async fn group(app: &TestApp) -> Group {
    let committee = app.committee().await;
    let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
    let id = app.org_under("leading_group", Some(&committee), "领导小组", "2010-01-01").await;
    let heir = app.org_under("leading_group", Some(&committee), "新领导小组", "2010-01-01").await;
    let office = app.org_under("office", Some(&id), "办公室", "2012-01-01").await;
    app.org(json!({"kind": "working_group", "name": "短组", "parent_id": office, "valid_from": "2013-01-01", "valid_until": "2019-01-01"})).await;
    let planned = app.org_under("supervision_group", Some(&id), "督导组", "2026-01-01").await;
    app.patch(&format!("/orgs/{office}"), json!({"name": "新办公室", "effective_on": "2025-01-01"})).await.is(200);
    let (sun, hu) = (app.person("孙国权").await, app.person("胡春梅").await);
    app.role(&id, "leader", &sun, "2015-01-01").await;
    app.role(&id, "deputy_leader", &hu, "2025-01-01").await;
    app.role(&planned, "leader", &hu, "2028-01-01").await;
    app.post("/roles", json!({"org_id": office, "post": "office_director", "holder": {"type": "unit", "id": unit}, "valid_from": "2013-01-01", "valid_until": "2017-01-01"})).await.is(201);
    app.post("/roles", json!({"org_id": id, "post": "liaison", "holder": {"type": "unit", "id": unit}, "valid_from": "2013-01-01", "valid_until": "2031-01-01"})).await.is(201);
    app.post(
        "/supervisions",
        json!({"supervision_group_id": planned, "org_id": unit, "scope": "self", "valid_from": "2027-01-01"}),
    )
    .await
    .is(201);
    Group { id, office, unit, heir }
}

api_test! {
    async fn a_corrected_end_is_as_if_it_had_always_been_so(app: TestApp) {
        let Group { id, heir, .. } = group(&app).await;
        let before = all_answers(&app).await;
        let right = |on: &str| json!({"effective_on": on, "cascade": true, "basis": {"title": "撤销", "number": "对"}, "successor_ids": [heir]});
        let mut expected = Vec::new();
        let days = ["2011-01-01", "2014-01-01", "2018-01-01", "2025-06-01", "2028-06-01", "2033-01-01"];
        for day in days {
            dissolve(&app, &id, right(day)).await.is(200);
            expected.push(all_answers(&app).await);
            app.post(&format!("/orgs/{id}/restore"), json!({})).await.is(200);
            assert_eq!(all_answers(&app).await, before, "restored after {day}");
        }
        for first in ["2018-01-01", "2028-06-01"] {
            dissolve(&app, &id, json!({"effective_on": first, "cascade": true, "basis": {"title": "撤销", "number": "错"}})).await.is(200);
            // Corrected again and again, each time from where it stands.
            for (day, expected) in days.iter().zip(&expected) {
                let body = json!({"effective_on": day, "basis": {"title": "撤销", "number": "对"}, "successor_ids": [heir]});
                let corrected = correct(&app, &id, body).await.is(200);
                assert_eq!((&corrected.body["dissolved_on"], &corrected.body["end_basis"]["number"]), (&json!(day), &json!("对")));
                assert_eq!(&all_answers(&app).await, expected, "from {first} to {day}");
            }
            app.post(&format!("/orgs/{id}/restore"), json!({})).await.is(200);
            assert_eq!(all_answers(&app).await, before, "restored");
        }
    }

    async fn the_document_alone_is_corrected_wherever_the_act_put_it(app: TestApp) {
        let Group { id, office, .. } = group(&app).await;
        dissolve(&app, &id, json!({"effective_on": "2020-01-01", "cascade": true, "basis": {"title": "撤销", "number": "错"}})).await.is(200);
        correct(&app, &id, json!({"basis": {"title": "撤销", "number": "对"}})).await.is(200);
        for list in ["orgs", "roles"] {
            let wrong = app.get(&format!("/{list}?basis_number=错&status=all")).await.is(200).body;
            assert_eq!(wrong["items"], json!([]));
        }
        assert_eq!(app.get(&format!("/orgs/{office}")).await.body["end_basis"]["number"], "对");
        let ended = app.get("/roles?basis_number=对&status=all").await.is(200).all("/valid_until");
        assert_eq!(ended, [json!("2020-01-01"), json!("2020-01-01")]);
        let cleared = correct(&app, &id, json!({"basis": null})).await.is(200);
        assert_eq!(cleared.body.get("end_basis"), None);
        app.post(&format!("/orgs/{id}/restore"), json!({})).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{office}")).await.body["status"], "current");
    }

    async fn the_successors_alone_are_corrected(app: TestApp) {
        let Group { id, heir, unit, .. } = group(&app).await;
        dissolve(&app, &id, json!({"effective_on": "2020-01-01", "cascade": true})).await.is(200);
        let corrected = correct(&app, &id, json!({"successor_ids": [heir]})).await.is(200);
        assert_eq!((&corrected.body["successor_ids"], &corrected.body["dissolved_on"]), (&json!([heir]), &json!("2020-01-01")));
        correct(&app, &id, json!({"successor_ids": [unit]})).await.is_problem(409, "unfit-successor");
        correct(&app, &id, json!({"successor_ids": [id]})).await.is_problem(422, "self-reference");
        correct(&app, &id, json!({"successor_ids": [NOBODY]})).await.is_problem(409, "unknown-reference").at("/successor_ids/0");
        correct(&app, &id, json!({"successor_ids": [heir, heir]})).await.is_problem(422, "repeated-value");
        let at = revision(&app);
        correct(&app, &id, json!({"successor_ids": [heir]})).await.is(200);
        correct(&app, &id, json!({})).await.is(200);
        assert_eq!(revision(&app), at, "nothing has changed");
        let cleared = correct(&app, &id, json!({"successor_ids": null})).await.is(200);
        assert_eq!(cleared.body.get("successor_ids"), None);
    }

    async fn what_was_changed_in_between_stays(app: TestApp) {
        let committee = app.committee().await;
        let id = app.org_under("general_branch", Some(&committee), "总支", "2010-01-01").await;
        let (sun, hu) = (app.person("孙国权").await, app.person("胡春梅").await);
        let role = app.role(&id, "secretary", &sun, "2012-01-01").await;
        let member = app.role(&id, "member", &hu, "2022-01-01").await;
        dissolve(&app, &id, json!({"effective_on": "2020-01-01", "cascade": true})).await.is(200);
        app.patch(&format!("/roles/{role}"), json!({"valid_until": "2015-01-01", "end_basis": {"title": "免职"}})).await.is(200);
        correct(&app, &id, json!({"effective_on": "2024-01-01"})).await.is(200);
        let over = app.get(&format!("/roles/{role}")).await.is(200).body;
        assert_eq!((&over["valid_until"], &over["end_basis"]), (&json!("2015-01-01"), &json!({"title": "免职"})));
        // It would have begun by then, so it is back, and ends with the org.
        assert_eq!(app.get(&format!("/roles/{member}")).await.is(200).body["valid_until"], "2024-01-01");
        app.patch(&format!("/roles/{member}"), json!({"order": 7})).await.is(200);
        app.post(&format!("/orgs/{id}/restore"), json!({})).await.is(200);
        let back = app.get(&format!("/roles/{member}")).await.is(200).body;
        assert_eq!((&back["valid_until"], &back["order"]), (&json!(null), &json!(7)));
        assert_eq!(app.get(&format!("/roles/{role}")).await.is(200).body["valid_until"], "2015-01-01");
    }

    async fn an_earlier_end_is_possible_where_the_code_has_been_given_away(app: TestApp) {
        let committee = app.committee().await;
        let first = app.org(json!({"kind": "department", "name": "宣传部", "parent_id": committee, "code": "611", "valid_from": "2010-01-01"})).await;
        dissolve(&app, &first, json!({"effective_on": "2020-01-01"})).await.is(200);
        let second = app.org(json!({"kind": "department", "name": "新宣传部", "parent_id": committee, "code": "611", "valid_from": "2020-01-01"})).await;
        correct(&app, &first, json!({"effective_on": "2019-01-01"})).await.is(200);
        let refused = correct(&app, &first, json!({"effective_on": "2021-01-01"})).await.is_problem(409, "code-taken");
        assert_eq!(refused.body["by_id"], second);
        // What is in it stands in the way, as when it was dissolved.
        let person = app.person("甲").await;
        app.post("/roles", json!({"org_id": first, "post": "head", "holder": {"type": "person", "id": person}, "valid_from": "2011-01-01", "valid_until": "2018-06-01"})).await.is(201);
        let refused = correct(&app, &first, json!({"effective_on": "2018-01-01"})).await.is_problem(409, "in-use");
        assert_eq!(refused.body["blockers"][0]["kind"], "role_in");
        correct(&app, &first, json!({"effective_on": "2010-01-01"})).await.is_problem(409, "dissolved-at-founding");
        correct(&app, &first, json!({"effective_on": "2009-01-01"})).await.is_problem(409, "not-alive");
    }

    async fn an_end_that_was_given_with_the_org_is_corrected_too(app: TestApp) {
        let committee = app.committee().await;
        let id = app.org(json!({"kind": "general_branch", "name": "临时总支", "parent_id": committee, "valid_from": "2010-01-01", "valid_until": "2020-01-01"})).await;
        let basis = json!({"title": "撤销"});
        let corrected = correct(&app, &id, json!({"effective_on": "2019-01-01", "basis": basis})).await.is(200).body;
        assert_eq!((&corrected["dissolved_on"], &corrected["end_basis"]), (&json!("2019-01-01"), &basis));
        let restored = app.post(&format!("/orgs/{id}/restore"), json!({})).await.is(200).body;
        assert_eq!((&restored["dissolved_on"], &restored["end_basis"]), (&json!(null), &json!(null)));
        // Of a leading group, its parts and roles move with it.
        let sun = app.person("孙国权").await;
        let document = json!({"parent_id": committee, "name": "小组", "valid_from": "2020-01-01", "valid_until": "2025-01-01",
            "leaders": [{"holder": {"type": "person", "id": sun}}], "office": {"name": "小组办公室"}});
        let group = app.post("/leading-groups", document).await.is(201).body;
        let (id, office, role) = (&group["id"], &group["office"]["id"], &group["leaders"][0]["role_id"]);
        correct(&app, id.as_str().unwrap(), json!({"effective_on": "2026-01-01", "basis": basis})).await.is(200);
        for (path, end) in [("orgs", office), ("orgs", id)] {
            let org = app.get(&format!("/{path}/{}", end.as_str().unwrap())).await.is(200).body;
            assert_eq!((&org["dissolved_on"], &org["end_basis"]), (&json!("2026-01-01"), &basis));
        }
        assert_eq!(app.get(&format!("/roles/{}", role.as_str().unwrap())).await.body["valid_until"], "2026-01-01");
    }

    async fn what_ended_with_another_org_is_corrected_there(app: TestApp) {
        let Group { id, office, .. } = group(&app).await;
        correct(&app, &id, json!({"effective_on": "2020-01-01"})).await.is_problem(409, "not-dissolved");
        dissolve(&app, &id, json!({"effective_on": "2020-01-01", "cascade": true})).await.is(200);
        let refused = correct(&app, &office, json!({"effective_on": "2019-01-01"})).await.is_problem(409, "ended-with");
        assert_eq!(refused.body["org_id"], id);
        correct(&app, &id, json!({"effective_on": "2019-01-01"})).await.is(200);
        correct(&app, &office, json!({"effective_on": "2018-01-01"})).await.is_problem(409, "ended-with");
        // A planned end of its own is no longer moved by the end of the org above.
        app.post(&format!("/orgs/{id}/restore"), json!({})).await.is(200);
        dissolve(&app, &office, json!({"effective_on": "2030-01-01"})).await.is(200);
        dissolve(&app, &id, json!({"effective_on": "2028-01-01", "cascade": true})).await.is(200);
        correct(&app, &id, json!({"effective_on": "2032-01-01"})).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{office}")).await.body["dissolved_on"], "2030-01-01");
    }

    async fn a_part_that_a_notice_left_out_is_corrected_alone(app: TestApp) {
        let committee = app.committee().await;
        let document = |more: Value| {
            let mut document = json!({"parent_id": committee, "name": "小组", "valid_from": "2020-01-01"});
            document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            document
        };
        let made = app.post("/leading-groups", document(json!({"office": {"name": "小组办公室"}}))).await.is(201).body;
        let (group, office) = (made["id"].as_str().unwrap(), made["office"]["id"].as_str().unwrap());
        let sun = app.person("孙国权").await;
        let role = app.role(office, "office_director", &sun, "2021-01-01").await;
        dissolve(&app, office, json!({"effective_on": "2030-01-01", "cascade": true})).await.is(200);
        app.put(&format!("/leading-groups/{group}"), document(json!({"effective_on": "2025-01-01"}))).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{office}")).await.body["dissolved_on"], "2025-01-01");
        correct(&app, office, json!({"effective_on": "2031-01-01"})).await.is_problem(409, "already-dissolved");
        for day in ["2026-01-01", "2024-01-01"] {
            correct(&app, office, json!({"effective_on": day})).await.is(200);
            assert_eq!(app.get(&format!("/roles/{role}")).await.body["valid_until"], day);
        }
        app.post(&format!("/orgs/{office}/restore"), json!({})).await.is(200);
        assert_eq!(app.get(&format!("/orgs/{office}")).await.body["dissolved_on"], "2030-01-01");
        assert_eq!(app.get(&format!("/roles/{role}")).await.body["valid_until"], "2030-01-01");
        assert_eq!(app.get(&format!("/orgs/{group}")).await.body["status"], "current");
    }

    async fn what_has_its_place_now_stands_against_a_later_end(app: TestApp) {
        let committee = app.committee().await;
        let ids = json!([{"scheme": "oa", "value": "1"}]);
        let first = app.org(json!({"kind": "leading_group", "name": "小组", "parent_id": committee, "valid_from": "2010-01-01", "external_ids": ids})).await;
        dissolve(&app, &first, json!({"effective_on": "2020-01-01"})).await.is(200);
        let second = app.org(json!({"kind": "leading_group", "name": "小组", "parent_id": committee, "valid_from": "2020-01-01"})).await;
        correct(&app, &first, json!({"effective_on": "2021-01-01"})).await.is_problem(409, "leading-group-exists");
        app.delete(&format!("/orgs/{second}")).await.is(200);
        app.org(json!({"kind": "unit", "name": "处", "valid_from": "2020-01-01", "external_ids": ids})).await;
        correct(&app, &first, json!({"effective_on": "2021-01-01"})).await.is_problem(409, "external-id-taken");
    }

    async fn a_malformed_correction_is_refused_where_the_fault_lies(app: TestApp) {
        let id = app.committee().await;
        dissolve(&app, &id, json!({"effective_on": "2020-01-01"})).await.is(200);
        for (body, place) in [
            (json!({"effective_on": null}), "/effective_on"),
            (json!({"cascade": true}), "/cascade"),
            (json!({"basis": {}}), "/basis/title"),
            (json!({"successor_ids": id}), "/successor_ids"),
        ] {
            correct(&app, &id, body).await.is_problem(400, "validation").at(place);
        }
        correct(&app, NOBODY, json!({})).await.is_problem(404, "not-found");
        let tag = app.get(&format!("/orgs/{id}")).await.header("etag").to_owned();
        let at = revision(&app);
        let path = format!("/orgs/{id}/dissolution");
        let tried = app.patch(&format!("{path}?dry_run=true"), json!({"effective_on": "2019-01-01"})).await.is(200);
        assert_eq!((&tried.body["dissolved_on"], revision(&app)), (&json!("2019-01-01"), at));
        let ask = |tag: &str| app.request("PATCH", &path).header("if-match", tag).json(&json!({"effective_on": "2018-01-01"}));
        app.send(ask(&tag)).await.is(200);
        app.send(ask(&tag)).await.is_problem(412, "precondition-failed");
    }
}
