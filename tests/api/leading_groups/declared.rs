//! What documents declare holds from their days on, whichever was entered first.

use serde_json::{Value, json};

use super::names;
use crate::support::{Answer, TestApp, api_test};

/// A leading group whose documents say who its members and directors are.
pub(super) struct Group {
    pub(super) id: String,
    pub(super) parent: String,
}

impl Group {
    pub(super) async fn found(app: &TestApp, on: &str, members: &[&str]) -> Self {
        let parent = app.committee().await;
        let document = Self::document(&parent, on, members, &[]);
        Self { id: app.post("/leading-groups", document).await.is(201).id(), parent }
    }

    pub(super) fn document(parent: &str, on: &str, members: &[&str], directors: &[&str]) -> Value {
        let listed = |people: &[&str]| -> Value {
            people.iter().map(|id| json!({"holder": {"type": "person", "id": id}})).collect()
        };
        json!({"parent_id": parent, "name": "专项工作领导小组", "effective_on": on, "members": listed(members),
            "basis": {"title": format!("{on}的通知")},
            "office": {"name": "专项办", "directors": listed(directors)}})
    }

    pub(super) async fn put(&self, app: &TestApp, on: &str, members: &[&str], directors: &[&str]) -> Answer {
        let document = Self::document(&self.parent, on, members, directors);
        app.put(&format!("/leading-groups/{}", self.id), document).await.is(200)
    }

    pub(super) async fn on(&self, app: &TestApp, day: &str) -> Value {
        app.get(&format!("/leading-groups/{}?as_of={day}", self.id)).await.is(200).body
    }

    pub(super) async fn members(&self, app: &TestApp, day: &str) -> Vec<String> {
        names(&self.on(app, day).await["members"])
    }
}

api_test! {
    async fn who_joins_earlier_than_planned_and_is_removed_does_not_come_back(app: TestApp) {
        let (stays, goes) = (app.person("常在").await, app.person("回流").await);
        let group = Group::found(&app, "2022-01-01", &[&stays]).await;
        group.put(&app, "2027-01-01", &[&stays, &goes], &[]).await;
        let role = group.on(&app, "2027-01-01").await["members"][1]["role_id"].clone();
        group.put(&app, "2026-06-01", &[&stays, &goes], &[]).await;
        let earlier = group.on(&app, "2026-06-01").await["members"][1].clone();
        assert_eq!((&earlier["role_id"], &earlier["valid_from"]), (&role, &json!("2026-06-01")), "one role");
        assert_eq!(earlier.get("valid_until"), None);
        // The list of 2027 names the person: whoever removes the person before is told so.
        let removed = group.put(&app, "2026-07-01", &[&stays], &[]).await;
        let told = format!("{}{}", removed.body["change"]["summary"], removed.body["change"]["notices"]);
        assert!(told.contains("回流 becomes") && told.contains("2027-01-01"), "{told}");
        assert_eq!(group.members(&app, "2026-07-01").await, ["常在"]);
        assert_eq!(group.members(&app, "2027-01-01").await, ["常在", "回流"]);
        group.put(&app, "2027-01-01", &[&stays], &[]).await;
        assert_eq!(group.members(&app, "2027-01-01").await, ["常在"]);
    }

    async fn a_late_notice_fits_in_between(app: TestApp) {
        let [one, two, five] = [app.person("子一").await, app.person("子二").await, app.person("子五").await];
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        group.put(&app, "2024-09-02", &[&one, &two], &[&one]).await;
        // Late, and with another director, of whom there can be only one.
        let late = group.put(&app, "2024-05-01", &[&one, &five], &[&five]).await;
        assert_eq!(group.members(&app, "2024-05-01").await, ["子一", "子五"]);
        assert_eq!(group.members(&app, "2024-09-02").await, ["子一", "子二"]);
        let between = group.on(&app, "2024-06-01").await;
        assert_eq!(names(&between["office"]["directors"]), ["子五"]);
        assert_eq!(between["office"]["directors"][0]["valid_until"], "2024-09-02");
        assert_eq!(names(&group.on(&app, "2024-09-02").await["office"]["directors"]), ["子一"]);
        let notices = late.body["change"]["notices"].to_string();
        assert!(notices.contains("2024-09-02"), "{notices}");

        // Taken back, the earlier documents hold until the later one.
        app.delete(&format!("/orgs/{}/versions/2024-05-01", group.id)).await.is(200);
        assert_eq!(group.members(&app, "2024-06-01").await, ["子一"]);
        assert_eq!(group.on(&app, "2024-06-01").await["office"]["directors"], json!([]));
        assert_eq!(group.members(&app, "2024-09-02").await, ["子一", "子二"]);
    }

    async fn documents_move_with_their_day(app: TestApp) {
        let [one, two] = [app.person("子一").await, app.person("子二").await];
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        group.put(&app, "2024-05-01", &[&one, &two], &[&two]).await;
        let path = format!("/orgs/{}/versions/2024-05-01", group.id);
        app.patch(&path, json!({"valid_from": "2024-06-01"})).await.is(200);
        assert_eq!(group.members(&app, "2024-05-31").await, ["子一"]);
        let moved = group.on(&app, "2024-06-01").await;
        assert_eq!(names(&moved["members"]), ["子一", "子二"]);
        assert_eq!(moved["office"]["directors"][0]["valid_from"], "2024-06-01");
    }

    async fn a_part_that_a_late_notice_names_begins_earlier(app: TestApp) {
        let one = app.person("子一").await;
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        let with = |on: &str, groups: &[&str]| {
            let mut document = Group::document(&group.parent, on, &[&one], &[]);
            document["working_groups"] = groups.iter().map(|name| json!({"name": name, "leaders": [
                {"holder": {"type": "person", "id": one}}]})).collect();
            document
        };
        let path = format!("/leading-groups/{}", group.id);
        let later = app.put(&path, with("2024-09-01", &["宣传组"])).await.is(200).body["working_groups"][0].clone();
        let late = app.put(&path, with("2024-03-01", &["宣传组", "综合组"])).await.is(200).body;
        assert_eq!(late["working_groups"][0]["id"], later["id"], "the same part");
        assert_eq!(late["working_groups"][0]["leaders"][0]["role_id"], later["leaders"][0]["role_id"]);
        let part = app.get(&format!("/orgs/{}", later["id"].as_str().unwrap())).await.is(200).body;
        assert_eq!(part["established_on"], "2024-03-01");
        let other = late["working_groups"][1]["id"].as_str().unwrap();
        assert_eq!(app.get(&format!("/orgs/{other}")).await.is(200).body["dissolved_on"], "2024-09-01");
        // A document between the two leaves the first one out: it ends, and is established again.
        app.put(&path, with("2024-06-01", &["综合组"])).await.is(200);
        for (day, groups) in [("2024-03-01", 2), ("2024-06-01", 1), ("2024-09-01", 1)] {
            assert_eq!(group.on(&app, day).await["working_groups"].as_array().unwrap().len(), groups, "{day}");
        }
        let again = group.on(&app, "2024-09-01").await["working_groups"][0].clone();
        assert_ne!(again["id"], later["id"]);
        assert_eq!((&again["name"], again["leaders"].as_array().unwrap().len()), (&json!("宣传组"), 1));
        app.delete(&format!("/orgs/{}/versions/2024-06-01", group.id)).await.is(200);
        assert_eq!(group.on(&app, "2024-07-01").await["working_groups"].as_array().unwrap().len(), 2);
    }

    async fn a_single_act_stands_beside_the_lists(app: TestApp) {
        let [one, guest] = [app.person("子一").await, app.person("来宾").await];
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        group.put(&app, "2024-09-01", &[&one], &[]).await;
        let role = json!({"org_id": group.id, "post": "group_member", "valid_from": "2024-03-01",
            "holder": {"type": "person", "id": guest}});
        let written = app.post("/roles", role).await.is(201);
        let notices = written.body["change"]["notices"].to_string();
        assert!(notices.contains("2024-09-01") && notices.contains("来宾"), "{notices}");
        assert_eq!(group.members(&app, "2025-01-01").await, ["子一", "来宾"], "as it is written");
        // A list that is declared later, and leaves the guest out, ends the role.
        group.put(&app, "2024-06-01", &[&one], &[]).await;
        assert_eq!(group.members(&app, "2024-06-01").await, ["子一"]);
        app.delete(&format!("/orgs/{}/versions/2024-06-01", group.id)).await.is(200);
        assert_eq!(group.members(&app, "2025-01-01").await, ["子一", "来宾"], "as before");

        // An end that is written by itself is not reopened, until a list of a later day names the person again.
        let member = group.on(&app, "2024-01-01").await["members"][0]["role_id"].as_str().unwrap().to_owned();
        let ended = app.post(&format!("/roles/{member}/end"), json!({"effective_on": "2024-05-01"})).await.is(200);
        let told = ended.body["change"].to_string();
        assert!(told.contains("2024-09-01"), "{told}");
        assert_eq!(group.members(&app, "2024-05-01").await, ["来宾"]);
        assert_eq!(group.members(&app, "2024-09-01").await, ["子一", "来宾"]);
        // What is deleted was a mistake, and the lists of its days do not name it.
        let deleted = app.delete(&format!("/roles/{member}")).await.is(200);
        let notices = deleted.body["change"]["notices"].to_string();
        assert!(notices.contains("The list declared for 2024-01-01 no longer names 子一"), "{notices}");
        assert_eq!(group.members(&app, "2024-04-30").await, ["来宾"]);
    }

    async fn a_single_end_outlives_what_is_taken_back(app: TestApp) {
        let one = app.person("子一").await;
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        group.put(&app, "2024-02-01", &[], &[]).await;
        let back = group.put(&app, "2024-03-01", &[&one], &[]).await;
        let role = back.body["members"][0]["role_id"].as_str().unwrap().to_owned();
        let basis = json!({"title": "免职通知"});
        app.post(&format!("/roles/{role}/end"), json!({"effective_on": "2024-05-01", "basis": basis})).await.is(200);
        app.delete(&format!("/orgs/{}/versions/2024-02-01", group.id)).await.is(200);
        for _ in 0..2 {
            let only = group.on(&app, "2024-04-30").await["members"][0].clone();
            assert_eq!((&only["valid_from"], &only["valid_until"]), (&json!("2024-01-01"), &json!("2024-05-01")));
            let role = app.get(&format!("/roles/{}", only["role_id"].as_str().unwrap())).await.is(200).body;
            assert_eq!(role["end_basis"], basis);
            // Another act leaves it so.
            app.patch(&format!("/orgs/{}", group.id), json!({"short_name": "专项组"})).await.is(200);
        }
    }

    async fn an_end_on_the_day_of_a_list_stands(app: TestApp) {
        let one = app.person("子一").await;
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        group.put(&app, "2024-09-01", &[&one], &[]).await;
        let role = group.on(&app, "2024-09-01").await["members"][0]["role_id"].as_str().unwrap().to_owned();
        app.post(&format!("/roles/{role}/end"), json!({"effective_on": "2024-09-01"})).await.is(200);
        assert_eq!(group.members(&app, "2024-09-01").await, Vec::<String>::new());
        group.put(&app, "2024-09-01", &[&one], &[]).await;
        assert_eq!(group.members(&app, "2024-09-01").await, ["子一"]);
    }

    async fn a_role_that_a_list_gives_already_is_refused(app: TestApp) {
        let one = app.person("子一").await;
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        let twice = json!({"org_id": group.id, "post": "group_member", "valid_from": "2024-03-01",
            "valid_until": "2024-04-01", "holder": {"type": "person", "id": one}});
        app.post("/roles", twice).await.is_problem(409, "same-holder");
        assert_eq!(group.members(&app, "2025-01-01").await, ["子一"]);
    }

    async fn a_mistake_beside_a_list_leaves_the_list(app: TestApp) {
        let [one, two] = [app.person("子一").await, app.person("子二").await];
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        let mistake = json!({"org_id": group.id, "post": "group_member", "valid_from": "2024-03-01",
            "holder": {"type": "person", "id": two}});
        let mistake = app.post("/roles", mistake).await.is(201).id();
        group.put(&app, "2024-09-01", &[&one, &two], &[]).await;
        app.delete(&format!("/roles/{mistake}")).await.is(200);
        assert_eq!(group.members(&app, "2024-08-31").await, ["子一"]);
        assert_eq!(group.members(&app, "2024-09-01").await, ["子一", "子二"]);
    }

    async fn the_first_document_of_an_older_group_is_taken_back(app: TestApp) {
        let [one, two] = [app.person("子一").await, app.person("子二").await];
        let parent = app.committee().await;
        let id = app.org_under("leading_group", Some(&parent), "专项工作领导小组", "2020-01-01").await;
        app.role(&id, "group_member", &one, "2020-01-01").await;
        let group = Group { id, parent };
        let shown = group.on(&app, "2024-06-01").await;
        group.put(&app, "2024-05-01", &[&two], &[&two]).await;
        group.put(&app, "2024-05-01", &[&two], &[&one]).await;
        assert_eq!(group.members(&app, "2024-06-01").await, ["子二"]);
        app.delete(&format!("/orgs/{}/versions/2024-05-01", group.id)).await.is(200);
        let mut again = group.on(&app, "2024-06-01").await;
        for changes in ["revision", "updated_at"] {
            again[changes] = shown[changes].clone();
        }
        assert_eq!(again, shown, "also what two documents of the day established");
    }

    async fn a_part_may_be_dissolved_before_its_documents_are_taken_back(app: TestApp) {
        let [one, two] = [app.person("子一").await, app.person("子二").await];
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        let without = json!({"parent_id": group.parent, "name": "专项工作领导小组", "effective_on": "2024-02-01"});
        app.put(&format!("/leading-groups/{}", group.id), without.clone()).await.is(200);
        let office = group.put(&app, "2024-05-01", &[&one], &[&two]).await.body["office"]["id"].clone();
        group.put(&app, "2024-09-01", &[&one], &[&two]).await;
        let office = format!("/orgs/{}", office.as_str().unwrap());
        app.post(&format!("{office}/dissolve"), json!({"effective_on": "2024-07-01", "cascade": true})).await.is(200);
        let mut late = without;
        late["effective_on"] = json!("2024-06-01");
        app.put(&format!("/leading-groups/{}?dry_run=true", group.id), late).await.is(200);
        app.delete(&format!("/orgs/{}/versions/2024-05-01", group.id)).await.is(200);
        app.get(&office).await.is_problem(404, "not-found");
        assert_eq!(group.on(&app, "2024-10-01").await.get("office"), None);
    }

    async fn a_unit_that_lives_longer_holds_longer(app: TestApp) {
        let unit = app.org(json!({"kind": "unit", "name": "学院", "valid_from": "2000-01-01", "valid_until": "2025-01-01"})).await;
        let parent = app.committee().await;
        let document = json!({"parent_id": parent, "name": "专项工作领导小组", "valid_from": "2024-01-01",
            "members": [{"holder": {"type": "unit", "id": unit}}]});
        let group = app.post("/leading-groups", document).await.is(201);
        let role = format!("/roles/{}", group.body["members"][0]["role_id"].as_str().unwrap());
        assert_eq!(app.get(&role).await.is(200).body["valid_until"], "2025-01-01");
        app.post(&format!("/orgs/{unit}/restore"), json!({})).await.is(200);
        assert_eq!(app.get(&role).await.is(200).body.get("valid_until"), None, "with the act that lets the unit go on");
    }

    async fn who_is_merged_keeps_the_place_in_the_lists(app: TestApp) {
        let [one, two, twice] = [app.person("子一").await, app.person("子二").await, app.person("子二重").await];
        let group = Group::found(&app, "2024-01-01", &[&twice, &one]).await;
        group.put(&app, "2024-09-01", &[&twice, &one], &[]).await;
        app.post(&format!("/people/{two}/merge"), json!({"duplicate_id": twice})).await.is(200);
        assert_eq!(group.members(&app, "2024-10-01").await, ["子二", "子一"]);
        app.delete(&format!("/people/{two}")).await.is_problem(409, "in-use");
        app.patch(&format!("/orgs/{}", group.id), json!({"short_name": "专项组"})).await.is(200);
        assert_eq!(group.members(&app, "2024-10-01").await, ["子二", "子一"]);
    }

    async fn whoever_restores_a_part_gets_its_lists_back(app: TestApp) {
        let [one, two] = [app.person("子一").await, app.person("子二").await];
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        group.put(&app, "2024-05-01", &[&one], &[&two]).await;
        let office = group.on(&app, "2024-05-01").await["office"]["id"].as_str().unwrap().to_owned();
        let before = group.on(&app, "2024-08-01").await["office"].clone();
        app.post(&format!("/orgs/{office}/dissolve"), json!({"effective_on": "2024-07-01", "cascade": true})).await.is(200);
        assert_eq!(group.on(&app, "2024-08-01").await.get("office"), None);
        app.post(&format!("/orgs/{office}/restore"), json!({})).await.is(200);
        assert_eq!(group.on(&app, "2024-08-01").await["office"], before);
    }
}
