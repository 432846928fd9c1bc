//! Changing an org from a day on.

use serde_json::{Value, json};

use super::{NOBODY, children, corrected_with, history, revision};
use crate::support::{Answer, TODAY, TestApp, api_test};

async fn change(app: &TestApp, id: &str, body: Value) -> Answer {
    app.patch(&format!("/orgs/{id}"), body).await
}

api_test! {
    async fn a_change_makes_a_version_from_its_day_on(app: TestApp) {
        let committee = app.committee().await;
        let body = json!({"kind": "department", "name": "宣传部", "parent_id": committee, "valid_from": "2010-01-01",
            "basis": {"title": "成立"}});
        let id = app.org(body).await;
        let changed = change(&app, &id, json!({"name": "党委宣传部", "name_en": "Publicity", "effective_on": "2020-01-01",
            "basis": {"title": "更名", "number": "校党发〔2020〕1号"}})).await.is(200);
        assert_eq!(changed.object(), json!({
            "id": id, "kind": "department", "status": "current", "name": "党委宣传部", "name_en": "Publicity",
            "parent_id": committee, "order": 1, "valid_from": "2020-01-01", "basis": {"title": "更名", "number": "校党发〔2020〕1号"},
            "established_on": "2010-01-01", "revision": revision(&app), "updated_at": changed.body["updated_at"],
        }));
        assert_eq!(changed.header("directory-as-of"), "2020-01-01");
        let versions = app.get(&format!("/orgs/{id}/versions")).await.is(200);
        assert_eq!(versions.body, json!({"items": [
            {"kind": "department", "name": "宣传部", "parent_id": committee, "order": 1, "valid_from": "2010-01-01",
                "valid_until": "2020-01-01", "basis": {"title": "成立"}, "status": "ended",
                "acts": [{"revision": 3, "basis": {"title": "成立"}}]},
            {"kind": "department", "name": "党委宣传部", "name_en": "Publicity", "parent_id": committee, "order": 1,
                "valid_from": "2020-01-01", "basis": {"title": "更名", "number": "校党发〔2020〕1号"}, "status": "current",
                "acts": [{"revision": 4, "fields": ["name", "name_en"], "basis": {"title": "更名", "number": "校党发〔2020〕1号"}}]},
        ]}));
        // The document of an act is not inherited: the next change has its own, or none.
        change(&app, &id, json!({"short_name": "宣传部", "effective_on": "2025-01-01"})).await.is(200);
        assert_eq!(history(&app, &id, "basis").await, json!([["2010-01-01", {"title": "成立"}],
            ["2020-01-01", {"title": "更名", "number": "校党发〔2020〕1号"}], ["2025-01-01", null]]));
    }

    async fn today_is_the_day_unless_another_is_given(app: TestApp) {
        let id = app.committee().await;
        assert_eq!(change(&app, &id, json!({"name": "党委"})).await.is(200).body["valid_from"], TODAY);
        // The directory's zone determines today: 16:00 UTC is midnight in Shanghai.
        app.clock.set("2026-12-31T16:00:00Z".parse().unwrap());
        assert_eq!(change(&app, &id, json!({"name": "新党委"})).await.is(200).body["valid_from"], "2027-01-01");
    }

    async fn a_value_holds_until_the_next_version_that_changed_it(app: TestApp) {
        let id = app.org(json!({"kind": "committee", "name": "甲", "code": "1", "valid_from": "2000-01-01"})).await;
        change(&app, &id, json!({"code": "2", "effective_on": "2010-01-01"})).await.is(200);
        change(&app, &id, json!({"name": "丙", "effective_on": "2020-01-01"})).await.is(200);
        change(&app, &id, json!({"code": "3", "effective_on": "2028-01-01"})).await.is(200);
        let changed = change(&app, &id, json!({"name": "乙", "effective_on": "2005-01-01"})).await.is(200);
        assert_eq!(corrected_with(&changed, "2005-01-01"), json!(["2010-01-01"]));
        assert_eq!(history(&app, &id, "name").await, json!([["2000-01-01", "甲"], ["2005-01-01", "乙"],
            ["2010-01-01", "乙"], ["2020-01-01", "丙"], ["2028-01-01", "丙"]]));
        assert_eq!(history(&app, &id, "code").await, json!([["2000-01-01", "1"], ["2005-01-01", "1"],
            ["2010-01-01", "2"], ["2020-01-01", "2"], ["2028-01-01", "3"]]));
        // Two fields at once are each carried on as far as their old value.
        let both = change(&app, &id, json!({"name": "丁", "code": "4", "effective_on": "2015-01-01"})).await.is(200);
        assert_eq!(corrected_with(&both, "2015-01-01"), json!(["2020-01-01"]));
        assert_eq!(history(&app, &id, "name").await, json!([["2000-01-01", "甲"], ["2005-01-01", "乙"],
            ["2010-01-01", "乙"], ["2015-01-01", "丁"], ["2020-01-01", "丙"], ["2028-01-01", "丙"]]));
        assert_eq!(history(&app, &id, "code").await, json!([["2000-01-01", "1"], ["2005-01-01", "1"],
            ["2010-01-01", "2"], ["2015-01-01", "4"], ["2020-01-01", "4"], ["2028-01-01", "3"]]));
        // If a version already begins on that day, it changes.
        let on_boundary = change(&app, &id, json!({"name": "戊", "effective_on": "2020-01-01"})).await.is(200);
        assert_eq!(corrected_with(&on_boundary, "2020-01-01"), json!(["2028-01-01"]));
    }

    async fn a_change_that_changes_nothing_leaves_no_trace(app: TestApp) {
        let id = app.org(json!({"kind": "committee", "name": "甲", "code": "1", "duties": "抓总", "valid_from": "2000-01-01"})).await;
        let (before, whole) = (revision(&app), app.get(&format!("/orgs/{id}")).await.body);
        for body in [
            json!({}),
            json!({"effective_on": "2010-01-01"}),
            json!({"basis": {"title": "无"}}),
            json!({"name": "甲", "code": "1", "short_name": null, "joint": null, "unit_ids": [], "duties": "抓总", "effective_on": "2010-01-01"}),
        ] {
            change(&app, &id, body.clone()).await.is(200);
            assert_eq!(revision(&app), before, "{body}");
            assert_eq!(app.get(&format!("/orgs/{id}")).await.body, whole, "{body}");
        }
    }

    async fn null_clears_and_absent_keeps(app: TestApp) {
        let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
        let committee = app.committee().await;
        let body = json!({"kind": "branch", "name": "支部", "parent_id": committee, "short_name": "支", "name_en": "Branch",
            "code": "1", "branch_type": "staff", "joint": true, "temporary": true, "unit_ids": [unit], "duties": "抓总",
            "external_ids": [{"scheme": "oa", "value": "1"}], "member_counts": {"full": 1, "probationary": 0, "counted_on": "2020-01-01"},
            "valid_from": "2010-01-01"});
        let id = app.org(body).await;
        let cleared = change(&app, &id, json!({"short_name": null, "name_en": null, "code": null, "branch_type": null,
            "joint": null, "temporary": null, "unit_ids": null, "duties": null, "external_ids": null,
            "member_counts": {"counted_on": "2020-01-01", "full": null, "probationary": null}, "effective_on": "2020-01-01"})).await.is(200);
        assert_eq!(cleared.object(), json!({"id": id, "kind": "branch", "tier": 3, "directly_subordinate": true, "status": "current",
            "name": "支部", "parent_id": committee, "order": 1, "valid_from": "2020-01-01", "established_on": "2010-01-01",
            "revision": revision(&app), "updated_at": cleared.body["updated_at"]}));
        let before = app.get(&format!("/orgs/{id}?as_of=2019-12-31")).await.is(200);
        assert_eq!((&before.body["code"], &before.body["unit_ids"]), (&json!("1"), &json!([unit])));
    }

    async fn what_is_not_versioned_changes_at_once(app: TestApp) {
        let id = app.committee().await;
        let changed = change(&app, &id, json!({"external_ids": [{"scheme": "oa", "value": "1"}],
            "member_counts": {"full": 120, "probationary": 3, "counted_on": "2026-06-30"}, "effective_on": "2030-01-01"})).await.is(200);
        assert_eq!(changed.body["external_ids"], json!([{"scheme": "oa", "value": "1"}]));
        assert_eq!(changed.body["member_counts"], json!({"full": 120, "probationary": 3, "counted_on": "2026-06-30"}));
        let shown = app.get(&format!("/orgs/{id}?as_of=2001-01-01")).await.is(200);
        assert_eq!(shown.body["external_ids"], json!([{"scheme": "oa", "value": "1"}]));
        assert_eq!(history(&app, &id, "name").await, json!([["2000-01-01", "学校党委"]]));
        // An org that has ended can still be changed.
        app.post(&format!("/orgs/{id}/dissolve"), json!({"effective_on": "2020-01-01"})).await.is(200);
        change(&app, &id, json!({"external_ids": null})).await.is(200);
        change(&app, &id, json!({"name": "党委"})).await.is_problem(409, "not-alive");
    }

    async fn duties_hold_from_a_day_on(app: TestApp) {
        let id = app.org(json!({"kind": "committee", "name": "党委", "duties": "抓总", "valid_from": "2000-01-01"})).await;
        change(&app, &id, json!({"duties": "统筹", "effective_on": "2020-01-01"})).await.is(200);
        // A late notice holds until the next one.
        let late = change(&app, &id, json!({"duties": "协调", "effective_on": "2010-01-01"})).await.is(200);
        assert_eq!(corrected_with(&late, "2010-01-01"), json!([]));
        let cleared = change(&app, &id, json!({"duties": null, "effective_on": "2030-01-01"})).await.is(200);
        assert_eq!(cleared.change()["summary"], json!(["党委 has no duties from 2030-01-01 on; before: \"统筹\"."]));
        assert_eq!(history(&app, &id, "duties").await, json!([["2000-01-01", "抓总"], ["2010-01-01", "协调"],
            ["2020-01-01", "统筹"], ["2030-01-01", null]]));
        for (day, duties) in [("2009-12-31", json!("抓总")), ("2015-01-01", json!("协调")), ("2031-01-01", json!(null))] {
            assert_eq!(app.get(&format!("/orgs/{id}?as_of={day}")).await.is(200).body["duties"], duties, "{day}");
        }
        app.post(&format!("/orgs/{id}/dissolve"), json!({"effective_on": "2040-01-01"})).await.is(200);
        change(&app, &id, json!({"duties": "抓总", "effective_on": "2040-01-01"})).await.is_problem(409, "not-alive");
    }

    async fn a_change_lies_within_the_org_s_life(app: TestApp) {
        let id = app.org(json!({"kind": "committee", "name": "甲", "valid_from": "2010-01-01", "valid_until": "2030-01-01"})).await;
        for day in ["2009-12-31", "2030-01-01"] {
            let refused = change(&app, &id, json!({"name": "乙", "effective_on": day})).await.is_problem(409, "not-alive");
            assert_eq!((&refused.body["org_id"], &refused.body["on"]), (&json!(id), &json!(day)));
        }
        let last_day = change(&app, &id, json!({"name": "乙", "effective_on": "2029-12-31"})).await.is(200);
        assert_eq!((&last_day.body["status"], &last_day.body["valid_until"]), (&json!("current"), &json!("2030-01-01")));
        change(&app, &id, json!({"name": "丙", "effective_on": "2010-01-01"})).await.is(200);
    }

    async fn a_planned_change_shows_when_its_day_comes(app: TestApp) {
        let id = app.committee().await;
        let planned = change(&app, &id, json!({"name": "新名", "effective_on": "2030-01-01"})).await.is(200);
        assert_eq!(planned.body["name"], "新名");
        assert_eq!(app.get(&format!("/orgs/{id}")).await.body["name"], "学校党委");
        assert_eq!(app.get(&format!("/orgs/{id}?as_of=2029-12-31")).await.body["valid_until"], "2030-01-01");
        app.clock.set("2030-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(app.get(&format!("/orgs/{id}")).await.body["name"], "新名");
    }

    async fn an_org_that_moves_stands_after_its_new_siblings(app: TestApp) {
        let committee = app.committee().await;
        let (one, two) = (app.org_under("general_branch", Some(&committee), "一", "2010-01-01").await, app.org_under("general_branch", Some(&committee), "二", "2010-01-01").await);
        let moving = app.org_under("branch", Some(&one), "动", "2010-01-01").await;
        for name in ["甲", "乙"] {
            app.org_under("branch", Some(&two), name, "2010-01-01").await;
        }
        let moved = change(&app, &moving, json!({"parent_id": two, "effective_on": "2020-01-01"})).await.is(200);
        assert_eq!(moved.body["order"], 3);
        assert_eq!(children(&app, &two, "2020-01-01").await, ["甲", "乙", "动"]);
        // Unless the order is given.
        let back = change(&app, &moving, json!({"parent_id": one, "order": 0, "effective_on": "2025-01-01"})).await.is(200);
        assert_eq!(back.body["order"], 0);
        // Moving an org to its present parent changes nothing.
        let before = revision(&app);
        change(&app, &moving, json!({"parent_id": one, "effective_on": "2026-01-01"})).await.is(200);
        assert_eq!(revision(&app), before);
    }

    async fn a_place_counts_among_the_siblings_of_one_parent(app: TestApp) {
        let committee = app.committee().await;
        let (one, two) = (app.org_under("general_branch", Some(&committee), "一", "2010-01-01").await, app.org_under("general_branch", Some(&committee), "二", "2010-01-01").await);
        let moving = app.org_under("branch", Some(&one), "动", "2010-01-01").await;
        change(&app, &moving, json!({"parent_id": two, "effective_on": "2030-01-01"})).await.is(200);
        // It is first under one parent and, by chance, under the other: only the first order changes.
        let changed = change(&app, &moving, json!({"order": 5, "effective_on": "2020-01-01"})).await.is(200);
        assert_eq!(corrected_with(&changed, "2020-01-01"), json!([]));
        assert_eq!(history(&app, &moving, "order").await, json!([["2010-01-01", 1], ["2020-01-01", 5], ["2030-01-01", 1]]));
    }

    async fn a_general_branch_becomes_a_committee_with_all_that_is_in_it(app: TestApp) {
        let committee = app.committee().await;
        let general = app.org_under("general_branch", Some(&committee), "学院党总支", "2010-01-01").await;
        let branch = app.org_under("branch", Some(&general), "教工党支部", "2010-01-01").await;
        let sun = app.person("孙国权").await;
        let role = app.role(&general, "secretary", &sun, "2015-01-01").await;
        let upgraded = change(&app, &general, json!({"kind": "committee", "name": "学院党委", "effective_on": "2024-01-01"})).await.is(200);
        assert_eq!((&upgraded.body["kind"], &upgraded.body["tier"]), (&json!("committee"), &json!(2)));
        assert_eq!(app.get(&format!("/orgs/{branch}?as_of=2024-01-01")).await.body["directly_subordinate"], json!(null));
        let shown = app.get(&format!("/roles/{role}?as_of=2024-01-01")).await.is(200);
        assert_eq!(shown.body["org"], json!({"id": general, "name": "学院党委", "kind": "committee", "tier": 2}));
        let before = app.get(&format!("/roles/{role}?as_of=2023-12-31")).await.is(200);
        assert_eq!(before.body["org"]["kind"], "general_branch");
        // A role whose post the new kind does not have is a blocker; so is a field that it does not have.
        let standing = json!({"org_id": general, "post": "standing_member", "holder": {"type": "person", "id": sun}, "valid_from": "2024-01-01"});
        app.post("/roles", standing).await.is(201);
        app.patch(&format!("/orgs/{general}/versions/2024-01-01"), json!({"kind": "general_branch"})).await.is_problem(409, "post-not-in-kind");
        let staff = app.org(json!({"kind": "branch", "name": "支部", "parent_id": committee, "branch_type": "staff", "valid_from": "2010-01-01"})).await;
        let upgrade = json!({"kind": "general_branch", "effective_on": "2024-01-01"});
        let refused = change(&app, &staff, upgrade).await.is_problem(409, "kind-forbids").at("/branch_type");
        assert_eq!(refused.body["on"], "2024-01-01");
        change(&app, &staff, json!({"kind": "general_branch", "branch_type": null, "effective_on": "2024-01-01"})).await.is(200);
    }

    async fn a_field_foreign_to_the_kind_on_any_date_is_refused(app: TestApp) {
        let committee = app.committee().await;
        change(&app, &committee, json!({"branch_type": "staff"})).await.is_problem(409, "kind-forbids").at("/branch_type");
        change(&app, &committee, json!({"joint": true})).await.is_problem(409, "kind-forbids").at("/joint");
        let branch = app.org_under("branch", Some(&committee), "支部", "2010-01-01").await;
        change(&app, &branch, json!({"kind": "general_branch", "effective_on": "2030-01-01"})).await.is(200);
        // The value would be carried on into the planned kind.
        let refused = change(&app, &branch, json!({"temporary": true, "effective_on": "2020-01-01"})).await.is_problem(409, "kind-forbids");
        assert_eq!(refused.body["on"], "2030-01-01");
    }

    async fn what_does_not_fit_the_schema_is_refused_with_its_place(app: TestApp) {
        let id = app.committee().await;
        for (body, pointer) in [
            (json!({"name": null}), "/name"),
            (json!({"kind": null}), "/kind"),
            (json!({"order": null}), "/order"),
            (json!({"effective_on": null}), "/effective_on"),
            (json!({"basis": null}), "/basis"),
            (json!({"valid_from": "2020-01-01"}), "/valid_from"),
            (json!({"valid_until": "2030-01-01"}), "/valid_until"),
            (json!({"kind": "club"}), "/kind"),
            (json!({"code": ""}), "/code"),
            (json!({"member_counts": null}), "/member_counts"),
            (json!({"member_counts": {"full": 3, "probationary": 0}}), "/member_counts/counted_on"),
            (json!({"member_counts": {"counted_on": null}}), "/member_counts/counted_on"),
            (json!({"member_counts": {"counted_on": "today"}}), "/member_counts/counted_on"),
            (json!({"member_counts": {"counted_on": "2020-01-01", "total": 1}}), "/member_counts/total"),
            (json!({"member_counts": 1}), "/member_counts"),
            (json!({"basis": {"title": "关于", "page": 3}}), "/basis/page"),
        ] {
            change(&app, &id, body).await.is_problem(400, "validation").at(pointer);
        }
        app.patch("/orgs/x", json!({})).await.is_problem(400, "validation");
    }

    async fn what_it_names_must_be_there(app: TestApp) {
        let id = app.committee().await;
        change(&app, NOBODY, json!({"name": "甲"})).await.is_problem(404, "not-found");
        change(&app, &id, json!({"parent_id": NOBODY})).await.is_problem(409, "unknown-reference").at("/parent_id");
        change(&app, &id, json!({"unit_ids": [NOBODY]})).await.is_problem(409, "unknown-reference").at("/unit_ids/0");
        change(&app, &id, json!({"unit_ids": [id]})).await.is_problem(409, "not-a-unit").at("/unit_ids");
    }

    async fn a_dry_run_shows_the_change_and_leaves_it(app: TestApp) {
        let id = app.committee().await;
        let before = revision(&app);
        let tried = app.patch(&format!("/orgs/{id}?dry_run=true"), json!({"name": "新名", "effective_on": "2020-01-01"})).await.is(200);
        assert_eq!(tried.body["name"], "新名");
        assert_eq!(tried.change()["effects"][0]["act"], "created");
        assert_eq!(tried.change()["effects"][0]["after"]["name"], "新名");
        let nothing = app.patch(&format!("/orgs/{id}?dry_run=true"), json!({"name": "学校党委"})).await.is(200);
        assert_eq!(nothing.change()["effects"], json!([]));
        assert_eq!((revision(&app), history(&app, &id, "name").await), (before, json!([["2000-01-01", "学校党委"]])));
    }

    async fn a_change_waits_for_nobody_who_has_an_old_copy(app: TestApp) {
        let id = app.committee().await;
        let tag = app.get(&format!("/orgs/{id}")).await.header("etag").to_owned();
        let patch = |name: &str| app.request("PATCH", &format!("/orgs/{id}")).header("if-match", &tag).json(&json!({"name": name}));
        app.send(patch("乙")).await.is(200);
        app.send(patch("丙")).await.is_problem(412, "precondition-failed");
        assert_eq!(app.get(&format!("/orgs/{id}")).await.body["name"], "乙");
    }
}
