//! Allowed parents of orgs, on every date.

use serde_json::json;

use super::history;
use crate::support::{Answer, TestApp, api_test};

/// Each kind with its allowed parents; `top` means none.
const PLACES: [(&str, &[&str]); 12] = [
    ("authority", &["top", "authority"]),
    ("committee", &["top", "authority", "committee"]),
    ("general_branch", &["committee", "college"]),
    ("branch", &["general_branch", "committee", "college"]),
    ("party_group", &["branch"]),
    ("commission", &["committee", "college"]),
    ("department", &["committee", "college"]),
    ("leading_group", &["committee", "college", "general_branch", "authority"]),
    ("office", &["leading_group"]),
    ("supervision_group", &["leading_group"]),
    ("working_group", &["leading_group", "office"]),
    ("unit", &["top", "unit"]),
];

async fn unit(app: &TestApp, parent: Option<&str>, name: &str) -> String {
    app.org_under("unit", parent, name, "2020-01-01").await
}

async fn moves(app: &TestApp, id: &str, parent: &str, on: &str) -> Answer {
    app.patch(&format!("/orgs/{id}"), json!({"parent_id": parent, "effective_on": on})).await
}

api_test! {
    async fn each_kind_stands_where_the_rules_say_and_nowhere_else(app: TestApp) {
        let since = "2020-01-01";
        let mut places = vec![("top", None)];
        let authority = app.org_under("authority", None, "教育工委", since).await;
        let committee = app.org_under("committee", Some(&authority), "学校党委", since).await;
        let college = app.org_under("committee", Some(&committee), "学院党委", since).await;
        let general_branch = app.org_under("general_branch", Some(&committee), "总支", since).await;
        let branch = app.org_under("branch", Some(&general_branch), "支部", since).await;
        let party_group = app.org_under("party_group", Some(&branch), "小组", since).await;
        let commission = app.org_under("commission", Some(&committee), "纪委", since).await;
        let department = app.org_under("department", Some(&committee), "宣传部", since).await;
        let leading_group = app.org_under("leading_group", Some(&committee), "领导小组", since).await;
        let office = app.org_under("office", Some(&leading_group), "办公室", since).await;
        let supervision_group = app.org_under("supervision_group", Some(&leading_group), "督导组", since).await;
        let working_group = app.org_under("working_group", Some(&leading_group), "工作组", since).await;
        let unit = app.org_under("unit", None, "学校", since).await;
        places.extend([
            ("authority", Some(authority)), ("committee", Some(committee)), ("college", Some(college)),
            ("general_branch", Some(general_branch)), ("branch", Some(branch)), ("party_group", Some(party_group)),
            ("commission", Some(commission)), ("department", Some(department)), ("leading_group", Some(leading_group)),
            ("office", Some(office)), ("supervision_group", Some(supervision_group)),
            ("working_group", Some(working_group)), ("unit", Some(unit)),
        ]);
        for (kind, allowed) in PLACES {
            for (place, parent) in &places {
                let mut body = json!({"kind": kind, "name": "新", "valid_from": since});
                if let Some(parent) = parent {
                    body["parent_id"] = json!(parent);
                }
                let tried = app.post("/orgs?dry_run=true", body).await;
                if allowed.contains(place) {
                    assert_eq!(tried.status, 200, "{kind} under {place}: {}", tried.text);
                } else {
                    assert_eq!(tried.status, 409, "{kind} under {place}: {}", tried.text);
                    tried.is_problem(409, "misplaced");
                }
            }
        }
    }

    async fn what_is_planned_for_the_parent_counts(app: TestApp) {
        let committee = app.committee().await;
        let branch = app.org_under("general_branch", Some(&committee), "学院党总支", "2020-01-01").await;
        app.patch(&format!("/orgs/{branch}"), json!({"kind": "committee", "effective_on": "2030-01-01"})).await.is(200);
        let students = |from: &str| json!({"kind": "general_branch", "name": "学生党总支", "parent_id": branch, "valid_from": from});
        let refused = app.post("/orgs", students("2029-12-31")).await.is_problem(409, "misplaced");
        assert_eq!(refused.body["on"], "2029-12-31");
        app.post("/orgs", students("2030-01-01")).await.is(201);
        // Now something depends on the plan, so it can neither be deleted nor postponed.
        app.delete(&format!("/orgs/{branch}/versions/2030-01-01")).await.is_problem(409, "misplaced");
        let later = json!({"valid_from": "2030-01-02"});
        app.patch(&format!("/orgs/{branch}/versions/2030-01-01"), later).await.is_problem(409, "misplaced");
        app.patch(&format!("/orgs/{branch}/versions/2030-01-01"), json!({"valid_from": "2029-01-01"})).await.is(200);
    }

    async fn only_a_university_committee_holds_committees_on_every_date(app: TestApp) {
        let university = app.committee().await;
        let other = app.org_under("committee", None, "另一所学校党委", "2000-01-01").await;
        let college = app.org_under("committee", Some(&university), "学院党委", "2020-01-01").await;
        let refused = moves(&app, &university, &other, "2030-01-01").await.is_problem(409, "misplaced");
        assert_eq!((&refused.body["org_id"], &refused.body["on"]), (&json!(college), &json!("2030-01-01")));
        let authority = app.org_under("authority", None, "教育工委", "2000-01-01").await;
        moves(&app, &university, &authority, "2030-01-01").await.is(200);
        assert_eq!(app.get(&format!("/orgs/{college}?as_of=2030-01-01")).await.body["tier"], 2);
    }

    async fn a_change_of_kind_must_suit_what_is_above_and_below(app: TestApp) {
        let committee = app.committee().await;
        let general = app.org_under("general_branch", Some(&committee), "学院党总支", "2020-01-01").await;
        app.org_under("branch", Some(&general), "教工党支部", "2020-01-01").await;
        let to = |kind: &str| json!({"kind": kind, "effective_on": "2025-01-01"});
        app.patch(&format!("/orgs/{general}"), to("branch")).await.is_problem(409, "misplaced");
        app.patch(&format!("/orgs/{general}"), to("unit")).await.is_problem(409, "misplaced");
        app.patch(&format!("/orgs/{general}"), to("committee")).await.is(200);
    }

    async fn an_org_never_stands_under_itself(app: TestApp) {
        let (a, b) = (unit(&app, None, "甲").await, unit(&app, None, "乙").await);
        moves(&app, &a, &a, "2025-01-01").await.is_problem(409, "would-cycle");
        moves(&app, &b, &a, "2025-01-01").await.is(200);
        let refused = moves(&app, &a, &b, "2025-01-01").await.is_problem(409, "would-cycle");
        assert_eq!(refused.body["on"], "2025-01-01");
    }

    async fn a_cycle_is_called_one_also_where_something_older_hangs_below_it(app: TestApp) {
        let (leaf, a, b) = (unit(&app, None, "叶").await, unit(&app, None, "甲").await, unit(&app, None, "乙").await);
        moves(&app, &leaf, &a, "2025-01-01").await.is(200);
        moves(&app, &a, &b, "2025-01-01").await.is(200);
        moves(&app, &b, &a, "2025-01-01").await.is_problem(409, "would-cycle");
    }

    async fn a_cycle_that_only_arises_later_is_refused_now(app: TestApp) {
        let (a, b) = (unit(&app, None, "甲").await, unit(&app, None, "乙").await);
        moves(&app, &b, &a, "2030-01-01").await.is(200);
        let refused = moves(&app, &a, &b, "2028-01-01").await.is_problem(409, "would-cycle");
        assert_eq!(refused.body["on"], "2030-01-01");
        // Through a third org that moves in between.
        let c = unit(&app, None, "丙").await;
        moves(&app, &c, &b, "2029-01-01").await.is(200);
        moves(&app, &a, &c, "2027-01-01").await.is_problem(409, "would-cycle");
    }

    async fn two_orgs_may_change_places(app: TestApp) {
        let (a, b) = (unit(&app, None, "甲").await, unit(&app, None, "乙").await);
        moves(&app, &a, &b, "2025-01-01").await.is(200);
        app.patch(&format!("/orgs/{a}"), json!({"parent_id": null, "effective_on": "2027-01-01"})).await.is(200);
        moves(&app, &b, &a, "2027-01-01").await.is(200);
        moves(&app, &b, &a, "2026-12-31").await.is_problem(409, "would-cycle");
        let above = |id: String, day: &'static str| {
            let app = app.clone();
            async move { app.get(&format!("/orgs/{id}/ancestors?as_of={day}")).await.is(200).names() }
        };
        assert_eq!(above(a.clone(), "2026-12-31").await, ["乙"]);
        assert_eq!(above(a, "2027-01-01").await, [""; 0]);
        assert_eq!(above(b, "2027-01-01").await, ["甲"]);
    }

    async fn a_tree_has_thirty_two_levels_at_most(app: TestApp) {
        let mut chain: Vec<String> = vec![unit(&app, None, "1").await];
        for level in 2..=32 {
            chain.push(unit(&app, chain.last().map(String::as_str), &level.to_string()).await);
        }
        let body = json!({"kind": "unit", "name": "33", "parent_id": chain[31]});
        assert_eq!(app.post("/orgs", body).await.is_problem(409, "too-deep").body["bound"], 32);
        assert_eq!(app.get(&format!("/orgs/{}/ancestors", chain[31])).await.is(200).names().len(), 31);
        // What is below an org that moves counts too, on the day of the move.
        let top = unit(&app, None, "顶").await;
        moves(&app, &chain[0], &top, "2030-01-01").await.is_problem(409, "too-deep");
        moves(&app, &chain[1], &top, "2030-01-01").await.is(200);
    }

    async fn a_child_lives_while_its_parent_does(app: TestApp) {
        let body = json!({"kind": "committee", "name": "学校党委", "valid_from": "2010-01-01", "valid_until": "2030-01-01"});
        let committee = app.org(body).await;
        let child = |from: &str, until: Option<&str>| {
            let mut body = json!({"kind": "department", "name": "宣传部", "parent_id": committee, "valid_from": from});
            if let Some(until) = until {
                body["valid_until"] = json!(until);
            }
            body
        };
        for (from, until) in [("2009-12-31", Some("2020-01-01")), ("2010-01-01", Some("2030-01-02")), ("2010-01-01", None), ("2030-01-01", Some("2030-01-02"))] {
            let refused = app.post("/orgs", child(from, until)).await.is_problem(409, "outside-life");
            assert_eq!(refused.body["org_id"], committee);
            let period = until.map_or(format!("from {from} on"), |until| format!("from {from} until {until}"));
            let life = "学校党委 was established on 2010-01-01 and ends on 2030-01-01.";
            assert_eq!(refused.body["detail"], format!("{life} But 宣传部 stands under it {period}."));
            // The new org has no id that anybody knows.
            assert_eq!(refused.body["blockers"], json!([
                {"kind": "org", "id": committee, "name": "学校党委", "valid_from": "2010-01-01", "valid_until": "2030-01-01"},
            ]));
        }
        app.org(child("2010-01-01", Some("2030-01-01"))).await;
        let later = json!({"valid_from": "2010-01-02"});
        app.patch(&format!("/orgs/{committee}/versions/2010-01-01"), later).await.is_problem(409, "outside-life");
        app.patch(&format!("/orgs/{committee}/versions/2010-01-01"), json!({"valid_from": "2009-01-01"})).await.is(200);
    }

    async fn a_child_may_have_parents_one_after_the_other(app: TestApp) {
        let committee = app.committee().await;
        let old = json!({"kind": "general_branch", "name": "旧总支", "parent_id": committee, "valid_from": "2010-01-01", "valid_until": "2020-01-01"});
        let old = app.org(old).await;
        let new = app.org_under("general_branch", Some(&committee), "新总支", "2019-01-01").await;
        let body = json!({"kind": "branch", "name": "支部", "parent_id": old, "valid_from": "2012-01-01"});
        app.post("/orgs", body).await.is_problem(409, "outside-life");
        let branch = app.org_under("branch", Some(&committee), "支部", "2012-01-01").await;
        moves(&app, &branch, &old, "2015-01-01").await.is_problem(409, "outside-life");
        moves(&app, &branch, &new, "2019-06-01").await.is(200);
        moves(&app, &branch, &old, "2015-01-01").await.is(200);
        assert_eq!(history(&app, &branch, "parent_id").await,
            json!([["2012-01-01", committee], ["2015-01-01", old], ["2019-06-01", new]]));
        // Each of the moves must now lie in the life of the next parent.
        app.delete(&format!("/orgs/{branch}/versions/2019-06-01")).await.is_problem(409, "outside-life");
        app.patch(&format!("/orgs/{branch}/versions/2019-06-01"), json!({"valid_from": "2020-01-02"})).await.is_problem(409, "outside-life");
        app.patch(&format!("/orgs/{branch}/versions/2019-06-01"), json!({"valid_from": "2018-12-31"})).await.is_problem(409, "outside-life");
        app.patch(&format!("/orgs/{branch}/versions/2019-06-01"), json!({"valid_from": "2020-01-01"})).await.is(200);
    }

    async fn its_units_are_units_on_every_date(app: TestApp) {
        let college = unit(&app, None, "学院").await;
        let body = json!({"kind": "committee", "name": "学校党委", "valid_from": "2020-01-01", "unit_ids": [college]});
        let committee = app.org(body).await;
        let kind = json!({"kind": "committee", "effective_on": "2024-01-01"});
        app.patch(&format!("/orgs/{college}"), kind.clone()).await.is_problem(409, "not-a-unit");
        app.patch(&format!("/orgs/{committee}"), json!({"unit_ids": null, "effective_on": "2024-01-01"})).await.is(200);
        app.patch(&format!("/orgs/{college}"), kind).await.is(200);
        app.patch(&format!("/orgs/{committee}"), json!({"unit_ids": [college], "effective_on": "2023-01-01"})).await.is(200);
        app.delete(&format!("/orgs/{committee}/versions/2024-01-01")).await.is_problem(409, "not-a-unit");
    }
}
