//! Establishing a leading group from its notice.

use serde_json::{Value, json};

use super::{campus, names};
use crate::support::{TODAY, api_test};

const UNKNOWN: &str = "01931b66-7d50-7c8a-9a57-000000000000";

api_test! {
    async fn a_notice_is_one_request_and_one_revision(app: TestApp) {
        let campus = campus(&app).await;
        let before = app.registry.snapshot().revision();
        let created = app.post("/leading-groups", campus.notice()).await.is(201);
        assert_eq!(app.registry.snapshot().revision(), before + 1);
        let (id, group) = (created.id(), &created.body);
        assert_eq!(created.header("location"), format!("/leading-groups/{id}"));
        assert_eq!(created.header("directory-as-of"), "2021-03-05");

        assert_eq!((&group["name"], &group["valid_from"], &group["status"]), (&json!("党史学习教育领导小组"), &json!("2021-03-05"), &json!("current")));
        assert_eq!((&group["duties"], &group["revision"]), (&json!("统筹推进全校党史学习教育"), &json!(before + 1)));
        assert_eq!(group["basis"]["number"], "校党发〔2021〕5号");
        assert_eq!(names(&group["leaders"]), ["学校党委", "学校"]);
        assert_eq!(group["leaders"][0]["people"][0]["id"], json!(campus.sun));
        // Nobody is the school's head yet: the seat exists and says so.
        assert_eq!(group["leaders"][1]["holder"]["unfilled"], "vacant");
        assert_eq!(group["leaders"][1]["people"], json!([]));
        assert_eq!(group["executive_deputy_leaders"], json!([]));
        assert_eq!(names(&group["members"]), ["王玉玲", "学校", "李文"]);
        let order: Vec<i64> = group["members"].as_array().unwrap().iter().map(|member| member["order"].as_i64().unwrap()).collect();
        assert_eq!(order, [4, 5, 6], "among all holders of the group");
        assert_eq!(group["office"]["name"], "党史学习教育领导小组办公室");
        assert_eq!(group["office"]["directors"][0]["holder"]["type"], "unit");
        assert_eq!(group["office"]["members"][0]["acting"], true);
        assert_eq!(names(&group["working_groups"][0]["liaisons"]), ["李文"]);
        let cover = &group["supervision_groups"][0]["covers"][0];
        assert_eq!((&cover["org_id"], &cover["org"]["id"]), (&json!(campus.college), &json!(campus.college)));
        assert_eq!(group["supervision_groups"][1]["covers"][0]["scope"], "self");

        // It equals what /orgs, /roles and /supervisions show.
        assert_eq!(app.get(&format!("/leading-groups/{id}?as_of=2021-03-05")).await.is(200).body, created.object());
        let tree = app.get(&format!("/orgs/{id}/tree")).await.is(200).body;
        let below: Vec<&Value> = tree["children"].as_array().unwrap().iter().map(|child| &child["name"]).collect();
        assert_eq!(below, ["党史学习教育领导小组办公室", "综合组", "第一督导组", "第二督导组"]);
        assert_eq!(app.get(&format!("/roles?within={id}&count=true")).await.is(200).body["total"], 13);
        let covered = app.get(&format!("/supervisions?leading_group_id={id}")).await.is(200);
        assert_eq!(covered.all("/basis/number"), [json!("校党发〔2021〕5号"), json!("校党发〔2021〕5号")]);
        let entry = app.store.entry(before + 1).await.unwrap().unwrap();
        assert_eq!((entry.kind.as_str(), entry.subject), ("leading_group.created", Some(id)));
    }

    async fn a_group_may_be_as_small_as_a_name(app: TestApp) {
        let campus = campus(&app).await;
        let group = app.post("/leading-groups", json!({"parent_id": campus.committee, "name": "小组"})).await.is(201).body;
        assert_eq!((&group["valid_from"], group.get("office")), (&json!(TODAY), None));
        assert_eq!((&group["leaders"], &group["working_groups"]), (&json!([]), &json!([])));
        // `effective_on` is the first day, too.
        let dated = json!({"parent_id": campus.committee, "name": "组二", "effective_on": "2020-01-01"});
        assert_eq!(app.post("/leading-groups", dated).await.is(201).body["valid_from"], "2020-01-01");
    }

    async fn everything_in_a_group_ends_with_it(app: TestApp) {
        let campus = campus(&app).await;
        let mut notice = campus.notice();
        notice["valid_until"] = json!("2022-03-01");
        let group = app.post("/leading-groups", notice).await.is(201).body;
        let id = group["id"].as_str().unwrap();
        assert_eq!(group["valid_until"], "2022-03-01");
        assert_eq!(app.get(&format!("/roles?within={id}&status=all&as_of=2021-06-01")).await.is(200).all("/valid_until"), vec![json!("2022-03-01"); 13]);
        assert_eq!(app.get(&format!("/orgs?within={id}&as_of=2021-06-01")).await.is(200).all("/dissolved_on"), vec![json!("2022-03-01"); 5]);
        assert_eq!(app.get("/supervisions?as_of=2021-06-01").await.is(200).all("/valid_until"), vec![json!("2022-03-01"); 2]);
        assert_eq!(app.get(&format!("/leading-groups/{id}?as_of=2022-03-01")).await.is(200).body["status"], "ended");
    }

    async fn a_notice_that_is_sent_twice_establishes_one_group(app: TestApp) {
        let campus = campus(&app).await;
        let send = |key: &str| app.request("POST", "/leading-groups").header("idempotency-key", key).json(&campus.notice());
        let first = app.send(send("k")).await.is(201);
        let again = app.send(send("k")).await.is(201);
        assert_eq!(first.object(), again.object());
        assert_eq!(first.change()["summary"], again.change()["summary"]);
        // Without a key, or with another one, the repeated notice is recognised.
        for answer in [app.send(send("other")).await, app.post("/leading-groups", campus.notice()).await] {
            let refused = answer.is_problem(409, "leading-group-exists").at("/name");
            assert_eq!((&refused.body["by_id"], &refused.body["on"]), (&first.body["id"], &json!("2021-03-05")));
        }
        let mut elsewhere = campus.notice();
        elsewhere["parent_id"] = json!(campus.college);
        app.post("/leading-groups", elsewhere).await.is(201);
        let mut earlier = json!({"parent_id": campus.committee, "name": "党史学习教育领导小组", "valid_from": "2010-01-01"});
        app.post("/leading-groups", earlier.clone()).await.is_problem(409, "leading-group-exists");
        earlier["valid_until"] = json!("2011-01-01");
        app.post("/leading-groups", earlier).await.is(201);
    }

    async fn a_group_is_there_once_whatever_the_door(app: TestApp) {
        let top = app.committee().await;
        let group = |name: &str, from: &str| json!({"parent_id": top, "name": name, "valid_from": from});
        let org = |name: &str, from: &str| {
            let mut body = group(name, from);
            body["kind"] = json!("leading_group");
            body
        };
        let first = app.post("/leading-groups", group("双生小组", "2022-01-01")).await.is(201).id();
        let exists = async |answer: crate::support::Answer| {
            let refused = answer.is_problem(409, "leading-group-exists").at("/name");
            assert_eq!(refused.body["by_id"], json!(first));
        };
        exists(app.post("/orgs", org("双生小组", "2022-01-01")).await).await;
        exists(app.post("/leading-groups", group("双生 小组", "2023-01-01")).await).await;
        exists(app.post("/orgs", org("雙生小組", "2010-01-01")).await).await;
        app.post("/leading-groups", group("双生\u{200b}小组", "2022-01-01")).await.is_problem(400, "validation").at("/name");
        // Neither by another name, nor by another kind, nor by taking either back.
        let other = app.post("/orgs", org("另组", "2022-01-01")).await.is(201).id();
        exists(app.patch(&format!("/orgs/{other}"), json!({"name": "双生小组"})).await).await;
        exists(app.patch(&format!("/orgs/{other}/versions/2022-01-01"), json!({"name": "双生小组"})).await).await;
        app.patch(&format!("/orgs/{first}"), json!({"name": "改名小组", "effective_on": "2024-01-01"})).await.is(200);
        app.post("/orgs", org("双生小组", "2024-01-01")).await.is(201);
        app.delete(&format!("/orgs/{first}/versions/2024-01-01")).await.is_problem(409, "leading-group-exists");
        app.post(&format!("/orgs/{first}/dissolve"), json!({"effective_on": "2025-01-01"})).await.is(200);
        app.post("/orgs", org("改名小组", "2025-01-01")).await.is(201);
        app.post(&format!("/orgs/{first}/restore"), json!({})).await.is_problem(409, "leading-group-exists");
    }

    async fn a_malformed_notice_is_refused_where_the_fault_lies(app: TestApp) {
        let campus = campus(&app).await;
        let with = |pointer: &str, value: Value| {
            let mut notice = campus.notice();
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            notice.pointer_mut(parent).unwrap()[field] = value;
            notice
        };
        let person = json!({"holder": {"type": "person", "id": campus.sun}});
        for (notice, place) in [
            (json!({"name": "小组"}), "/parent_id"),
            (json!({"parent_id": campus.committee}), "/name"),
            (with("/valid_from", json!("2021-02-30")), "/valid_from"),
            (with("/leader", json!([])), "/leader"),
            (with("/leaders", json!(person)), "/leaders"),
            (with("/leaders", json!([person, {}])), "/leaders/1/holder"),
            (with("/leaders", json!([{"holder": {"type": "person", "id": campus.sun, "post": "leader"}}])), "/leaders/0/holder"),
            (with("/leaders", json!([{"holder": {"type": "person", "id": campus.sun}, "order": -1}])), "/leaders/0/order"),
            (with("/leaders", json!([{"holder": {"type": "seat", "org_id": campus.committee}}])), "/leaders/0/holder"),
            (with("/office/leaders", json!([])), "/office/leaders"),
            (with("/working_groups", json!([{"leaders": []}])), "/working_groups/0/name"),
            (with("/working_groups", json!([{"name": "组", "covers": []}])), "/working_groups/0/covers"),
            (with("/supervision_groups", json!([{"name": "组", "covers": [{"org_id": campus.college}]}])), "/supervision_groups/0/covers/0/scope"),
            (with("/supervision_groups", json!([{"name": "组", "covers": [{"scope": "self"}]}])), "/supervision_groups/0/covers/0/org_id"),
            (with("/members", json!(vec![person; 1001])), "/members"),
        ] {
            app.post("/leading-groups", notice).await.is_problem(400, "validation").at(place);
        }
    }

    async fn a_notice_that_no_state_or_this_state_accepts_is_refused_whole(app: TestApp) {
        let campus = campus(&app).await;
        let before = app.registry.snapshot();
        let with = |pointer: &str, value: Value| {
            let mut notice = campus.notice();
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            notice.pointer_mut(parent).unwrap()[field] = value;
            notice
        };
        let (sun, hu, wang) = (json!({"holder": {"type": "person", "id": campus.sun}}), json!({"holder": {"type": "person", "id": campus.hu}}), json!({"holder": {"type": "person", "id": campus.wang}}));
        let nobody = json!({"holder": {"type": "person", "id": UNKNOWN}});
        for (notice, status, slug, place) in [
            (with("/parent_id", json!(UNKNOWN)), 409, "unknown-reference", Some("/parent_id")),
            (with("/leaders", json!([sun, nobody])), 409, "unknown-reference", Some("/leaders/1/holder/id")),
            (with("/office/members", json!([{"holder": {"type": "unit", "id": UNKNOWN}}])), 409, "unknown-reference", Some("/office/members/0/holder/id")),
            (with("/members", json!([{"holder": {"type": "seat", "org_id": campus.committee, "post": "none"}}])), 409, "unknown-reference", Some("/members/0/holder/post")),
            (with("/supervision_groups", json!([{"name": "组", "covers": [{"org_id": UNKNOWN, "scope": "self"}]}])), 409, "unknown-reference", Some("/supervision_groups/0/covers/0/org_id")),
            (with("/working_groups", json!([{"name": "组", "id": UNKNOWN}])), 409, "unknown-reference", Some("/working_groups/0/id")),
            (with("/leaders", json!([sun, sun])), 422, "repeated-value", Some("/leaders/1")),
            (with("/leaders", json!([{"holder": {"type": "person", "id": campus.sun}}, {"holder": {"type": "person", "id": campus.sun}, "acting": true}])), 422, "repeated-value", Some("/leaders/1")),
            (with("/supervision_groups", json!([{"name": "组", "covers": [{"org_id": campus.college, "scope": "self"}, {"org_id": campus.college, "scope": "subtree"}]}])), 422, "repeated-value", Some("/supervision_groups/0/covers/1/org_id")),
            (with("/leaders", json!([sun, hu, wang])), 409, "post-full", None),
            (with("/parent_id", json!(campus.branch)), 409, "misplaced", None),
            (with("/valid_from", json!("1999-01-01")), 409, "outside-life", None),
            (with("/valid_until", json!("2021-03-05")), 422, "empty-period", None),
            (with("/effective_on", json!("2021-03-06")), 422, "contradictory", Some("/effective_on")),
        ] {
            let refused = app.post("/leading-groups", notice).await.is_problem(status, slug);
            if let Some(place) = place {
                refused.at(place);
            }
        }
        assert!(*app.registry.snapshot() == *before);
    }

    async fn what_has_ended_already_is_refused_as_such(app: TestApp) {
        let campus = campus(&app).await;
        app.post(&format!("/orgs/{}/dissolve", campus.branch), json!({"effective_on": "2010-01-01"})).await.is(200);
        app.post(&format!("/orgs/{}/dissolve", campus.school), json!({"effective_on": "2010-01-01"})).await.is(200);
        let before = app.registry.snapshot();
        for part in [
            json!({"members": [{"holder": {"type": "unit", "id": campus.school}}]}),
            json!({"supervision_groups": [{"name": "组", "covers": [{"org_id": campus.branch, "scope": "self"}]}]}),
        ] {
            let mut notice = json!({"parent_id": campus.committee, "name": "小组", "valid_from": "2021-03-05"});
            notice.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
            app.post("/leading-groups", notice).await.is_problem(409, "outside-life");
        }
        assert!(*app.registry.snapshot() == *before);
    }

    async fn an_office_is_called_after_its_group_as_far_as_that_fits(app: TestApp) {
        let campus = campus(&app).await;
        let notice = json!({"parent_id": campus.committee, "name": "组".repeat(200), "office": {}});
        let group = app.post("/leading-groups", notice).await.is(201).body;
        assert_eq!(group["office"]["name"], format!("{}办公室", "组".repeat(197)));
    }

    async fn what_a_group_s_org_covers_ends_with_the_covered_org(app: TestApp) {
        let campus = campus(&app).await;
        app.post(&format!("/orgs/{}/dissolve", campus.branch), json!({"effective_on": "2024-01-01"})).await.is(200);
        let group = app.post("/leading-groups", campus.notice()).await.is(201).body;
        let covered = app.get(&format!("/supervisions/{}", group["supervision_groups"][1]["covers"][0]["supervision_id"].as_str().unwrap())).await.is(200);
        assert_eq!(covered.body["valid_until"], "2024-01-01");
    }

    async fn a_dry_run_tells_it_in_plain_words(app: TestApp) {
        let campus = campus(&app).await;
        let before = app.registry.snapshot();
        let notice = json!({
            "parent_id": campus.committee, "name": "小组", "valid_from": "2021-03-05",
            "leaders": [{"holder": {"type": "seat", "org_id": campus.committee, "post": "secretary"}}, {"holder": {"type": "person", "id": campus.hu}, "acting": true}],
            "supervision_groups": [{"name": "督导组", "covers": [{"org_id": campus.college, "scope": "subtree"}]}],
        });
        let dry = app.post("/leading-groups?dry_run=true", notice.clone()).await.is(200).body;
        assert!(*app.registry.snapshot() == *before);
        assert_eq!(dry["change"]["summary"], json!([
            "小组 is established under 学校党委 on 2021-03-05 (kind leading group, place 2).",
            "督导组 is established under 小组 on 2021-03-05 (kind supervision group, place 1).",
            "The seat of the secretary of 学校党委 becomes leader of 小组 from 2021-03-05 on (place 1).",
            "胡春梅 becomes acting leader of 小组 from 2021-03-05 on (place 2).",
            "督导组 covers 学院党总支 and everything below it from 2021-03-05 on.",
        ]));
        assert_eq!(dry["name"], "小组");
        let chinese = app.request("POST", "/leading-groups?dry_run=true").header("accept-language", "zh").json(&notice);
        let dry = app.send(chinese).await.is(200).body;
        assert_eq!(dry["change"]["summary"][2], "学校党委书记（席位）自2021-03-05起任小组组长（排名1）。");
        assert_eq!(dry["change"]["summary"][4], "督导组自2021-03-05起督导学院党总支及其全部下级。");
    }
}
