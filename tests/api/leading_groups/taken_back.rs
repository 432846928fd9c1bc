//! A document that is taken back, or moved to another day, takes all with it that it did.

use serde_json::{Value, json};

use super::declared::Group;
use crate::support::{TestApp, api_test};

/// An office with what depends on it: a working group under it with a leader, a post that it holds in another group as
/// a unit, and a supervision group with a cover that was written by itself.
struct Office {
    group: Group,
    /// Where each object is read, the office first.
    paths: Vec<String>,
}

impl Office {
    async fn found(app: &TestApp) -> Self {
        let one = app.person("子一").await;
        let group = Group::found(app, "2024-01-01", &[&one]).await;
        let mut document = Group::document(&group.parent, "2024-01-01", &[&one], &[&one]);
        document["supervision_groups"] = json!([{"name": "督导一组"}]);
        let shown = app.put(&format!("/leading-groups/{}", group.id), document).await.is(200).body;
        let office = shown["office"]["id"].as_str().unwrap().to_owned();
        let director = shown["office"]["directors"][0]["role_id"].as_str().unwrap().to_owned();
        let supervision_group = shown["supervision_groups"][0]["id"].as_str().unwrap().to_owned();
        let below = app.org_under("working_group", Some(&office), "综合组", "2024-02-01").await;
        let leader = app.role(&below, "leader", &one, "2024-02-01").await;
        let other = app.org_under("leading_group", Some(&group.parent), "另一领导小组", "2020-01-01").await;
        let unit = json!({"org_id": other, "post": "group_member", "valid_from": "2024-02-01",
            "holder": {"type": "unit", "id": office}});
        let unit = app.post("/roles", unit).await.is(201).id();
        let branch = app.org_under("branch", Some(&group.parent), "党支部", "2020-01-01").await;
        let cover = json!({"supervision_group_id": supervision_group, "org_id": branch, "scope": "self",
            "valid_from": "2024-02-01"});
        let cover = app.post("/supervisions", cover).await.is(201).id();
        let orgs = [office, below, supervision_group].map(|id| format!("/orgs/{id}"));
        let roles = [director, leader, unit].map(|id| format!("/roles/{id}"));
        let paths = orgs.into_iter().chain(roles).chain([format!("/supervisions/{cover}")]).collect();
        Self { group, paths }
    }

    /// Sends a document with a member alone.
    async fn without_parts(&self, app: &TestApp, on: &str) {
        let mut document = Group::document(&self.group.parent, on, &[], &[]);
        document.as_object_mut().unwrap().remove("office");
        app.put(&format!("/leading-groups/{}", self.group.id), document).await.is(200);
    }

    /// The end of each object.
    async fn ends(&self, app: &TestApp) -> Vec<Value> {
        let mut ends = Vec::new();
        for path in &self.paths {
            let shown = app.get(path).await.is(200).body;
            ends.push(shown.get("dissolved_on").or(shown.get("valid_until")).cloned().unwrap_or_default());
        }
        ends
    }

    /// All of them end on a day, or none.
    async fn end_on(&self, app: &TestApp, day: Option<&str>) {
        let ends = self.ends(app).await;
        assert!(ends.iter().all(|end| end.as_str() == day), "{day:?}: {ends:?}");
    }

    fn version(&self, day: &str) -> String {
        format!("/orgs/{}/versions/{day}", self.group.id)
    }
}

api_test! {
    async fn what_ended_with_a_part_comes_back_with_it(app: TestApp) {
        let office = Office::found(&app).await;
        office.without_parts(&app, "2024-05-01").await;
        office.end_on(&app, Some("2024-05-01")).await;
        app.delete(&office.version("2024-05-01")).await.is(200);
        office.end_on(&app, None).await;
    }

    async fn what_ended_with_a_part_moves_with_the_document(app: TestApp) {
        let office = Office::found(&app).await;
        office.without_parts(&app, "2024-05-01").await;
        for (day, to) in [("2024-05-01", "2024-06-01"), ("2024-06-01", "2024-03-01")] {
            app.patch(&office.version(day), json!({"valid_from": to})).await.is(200);
            office.end_on(&app, Some(to)).await;
        }
        app.delete(&office.version("2024-03-01")).await.is(200);
        office.end_on(&app, None).await;
    }

    async fn a_part_ends_by_the_next_document_that_leaves_it_out(app: TestApp) {
        let office = Office::found(&app).await;
        office.without_parts(&app, "2024-05-01").await;
        office.without_parts(&app, "2024-09-01").await;
        app.delete(&office.version("2024-05-01")).await.is(200);
        office.end_on(&app, Some("2024-09-01")).await;
        app.delete(&office.version("2024-09-01")).await.is(200);
        office.end_on(&app, None).await;
    }

    async fn a_part_is_restored_from_the_end_that_a_document_moved(app: TestApp) {
        let office = Office::found(&app).await;
        office.without_parts(&app, "2024-05-01").await;
        app.patch(&office.version("2024-05-01"), json!({"valid_from": "2024-06-01"})).await.is(200);
        for org in [0, 2] {
            app.post(&format!("{}/restore", office.paths[org]), json!({})).await.is(200);
        }
        office.end_on(&app, None).await;
    }

    async fn what_does_not_come_back_is_told(app: TestApp) {
        let office = Office::found(&app).await;
        office.without_parts(&app, "2024-05-01").await;
        app.delete(&office.paths[4]).await.is(200);
        app.patch(&office.paths[6], json!({"valid_until": "2024-04-01"})).await.is(200);
        let back = app.delete(&office.version("2024-05-01")).await.is(200);
        let notices = back.body["change"]["notices"].to_string();
        for told in ["子一 does not go on as leader of 综合组", "督导一组 covering 党支部"] {
            assert!(notices.contains(told), "{told}: {notices}");
        }
        assert_eq!(app.get(&office.paths[1]).await.is(200).body.get("dissolved_on"), None);
        assert_eq!(app.get(&office.paths[6]).await.is(200).body["valid_until"], "2024-04-01");
    }

    async fn an_end_that_was_corrected_stands(app: TestApp) {
        let one = app.person("子一").await;
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        let until = async |on: &str, until: &str| {
            let mut document = Group::document(&group.parent, on, &[&one], &[]);
            document["valid_until"] = json!(until);
            app.put(&format!("/leading-groups/{}", group.id), document).await.is(200);
        };
        let end = async || app.get(&format!("/orgs/{}", group.id)).await.is(200).body.get("dissolved_on").cloned();
        let back = async |day: &str| app.delete(&format!("/orgs/{}/versions/{day}", group.id)).await.is(200);
        let correct = async |day: &str| {
            app.patch(&format!("/orgs/{}/dissolution", group.id), json!({"effective_on": day})).await.is(200)
        };
        until("2024-03-01", "2028-01-01").await;
        until("2024-05-01", "2029-01-01").await;
        correct("2030-01-01").await;
        until("2024-07-01", "2031-01-01").await;
        back("2024-07-01").await;
        assert_eq!(end().await, Some(json!("2030-01-01")), "as it was corrected before that document");
        back("2024-05-01").await;
        assert_eq!(end().await, Some(json!("2030-01-01")), "as it was corrected since that document");
        until("2024-05-01", "2029-01-01").await;
        app.post(&format!("/orgs/{}/restore", group.id), json!({})).await.is(200);
        back("2024-05-01").await;
        assert_eq!(end().await, None, "as it was restored");
    }

    async fn the_first_document_gives_an_older_group_its_end_back(app: TestApp) {
        let parent = app.committee().await;
        let older = json!({"kind": "leading_group", "parent_id": parent, "name": "专项工作领导小组",
            "valid_from": "2020-01-01", "valid_until": "2027-01-01"});
        let id = app.org(older).await;
        let mut document = json!({"parent_id": parent, "name": "专项工作领导小组", "effective_on": "2024-05-01"});
        for correct in [false, true] {
            document["valid_until"] = json!("2028-01-01");
            app.put(&format!("/leading-groups/{id}"), document.clone()).await.is(200);
            if correct {
                app.patch(&format!("/orgs/{id}/dissolution"), json!({"effective_on": "2029-01-01"})).await.is(200);
            }
            app.delete(&format!("/orgs/{id}/versions/2024-05-01")).await.is(200);
            let end = if correct { "2029-01-01" } else { "2027-01-01" };
            assert_eq!(app.get(&format!("/orgs/{id}")).await.is(200).body["dissolved_on"], end);
        }
    }

    async fn a_role_that_a_list_of_its_day_removes_comes_back(app: TestApp) {
        let (one, guest) = (app.person("子一").await, app.person("来宾").await);
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        let role = format!("/roles/{}", app.role(&group.id, "group_member", &guest, "2024-05-01").await);
        let before = app.get(&role).await.is(200).body;
        let put = group.put(&app, "2024-05-01", &[&one], &[]).await;
        let summary = put.body["change"]["summary"].to_string();
        assert!(summary.contains("来宾"), "{summary}");
        app.get(&role).await.is_problem(404, "not-found");
        let version = format!("/orgs/{}/versions/2024-05-01", group.id);
        app.patch(&version, json!({"valid_from": "2024-06-01"})).await.is(200);
        assert_eq!(app.get(&role).await.is(200).body["valid_until"], "2024-06-01");
        let back = app.delete(&version.replace("05-01", "06-01")).await.is(200);
        let notices = back.body["change"]["notices"].to_string();
        assert!(!notices.contains("entered again"), "{notices}");
        let mut after = app.get(&role).await.is(200).body;
        for changes in ["revision", "updated_at"] {
            after[changes] = before[changes].clone();
        }
        assert_eq!(after, before);
    }

    async fn a_role_that_was_entered_again_stays_the_one(app: TestApp) {
        let (one, guest) = (app.person("子一").await, app.person("来宾").await);
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        let removed = app.role(&group.id, "group_member", &guest, "2024-05-01").await;
        group.put(&app, "2024-05-01", &[&one], &[]).await;
        let again = app.role(&group.id, "group_member", &guest, "2024-05-01").await;
        let back = app.delete(&format!("/orgs/{}/versions/2024-05-01", group.id)).await.is(200);
        let notices = back.body["change"]["notices"].to_string();
        assert!(notices.contains("The role of 来宾 as member of 专项工作领导小组 from 2024-05-01 on does not come back"), "{notices}");
        app.get(&format!("/roles/{removed}")).await.is_problem(404, "not-found");
        assert_eq!(app.get(&format!("/roles/{again}")).await.is(200).body.get("valid_until"), None);
    }

    async fn what_begins_on_the_day_of_the_document_comes_back(app: TestApp) {
        let office = Office::found(&app).await;
        let one = app.person("子二").await;
        let part = app.org_under("working_group", Some(&office.group.id), "宣传组", "2024-05-01").await;
        let leader = app.role(&part, "leader", &one, "2024-05-01").await;
        let branch = app.org_under("branch", Some(&office.group.parent), "新党支部", "2020-01-01").await;
        let supervision_group = office.paths[2].trim_start_matches("/orgs/");
        let cover = json!({"supervision_group_id": supervision_group, "org_id": branch, "scope": "self",
            "valid_from": "2024-05-01"});
        let cover = app.post("/supervisions", cover).await.is(201).id();
        let path = format!("/leading-groups/{}", office.group.id);
        let mut document = Group::document(&office.group.parent, "2024-05-01", &[], &[]);
        document["supervision_groups"] = json!([{"name": "督导一组"}]);
        app.put(&path, document).await.is(200);
        let all = [format!("/orgs/{part}"), format!("/roles/{leader}"), format!("/supervisions/{cover}")];
        for gone in &all {
            app.get(gone).await.is_problem(404, "not-found");
        }
        app.delete(&office.version("2024-05-01")).await.is(200);
        for back in &all {
            let back = app.get(back).await.is(200).body;
            assert_eq!(back.get("dissolved_on").or(back.get("valid_until")), None);
        }
        office.end_on(&app, None).await;
    }

    async fn what_was_deleted_since_it_came_back_stays_deleted(app: TestApp) {
        let (one, guest) = (app.person("子一").await, app.person("来宾").await);
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        let role = format!("/roles/{}", app.role(&group.id, "group_member", &guest, "2024-05-01").await);
        group.put(&app, "2024-05-01", &[&one], &[]).await;
        let version = format!("/orgs/{}/versions/2024-05-01", group.id);
        app.patch(&version, json!({"valid_from": "2024-06-01"})).await.is(200);
        app.delete(&role).await.is(200);
        app.delete(&version.replace("05-01", "06-01")).await.is(200);
        app.get(&role).await.is_problem(404, "not-found");
    }

    async fn documents_of_one_day_that_contradict_each_other_are_taken_back_together(app: TestApp) {
        let one = app.person("子一").await;
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        let put = async |on: &str, groups: &[&str]| {
            let mut document = Group::document(&group.parent, on, &[&one], &[]);
            document["working_groups"] = groups.iter().map(|name| json!({"name": name})).collect();
            app.put(&format!("/leading-groups/{}", group.id), document).await.is(200)
        };
        let groups = async |day: &str| {
            let shown = group.on(&app, day).await;
            shown["working_groups"].as_array().unwrap().iter().map(|part| part["name"].clone()).collect::<Vec<_>>()
        };
        put("2024-02-01", &["综合组"]).await;
        put("2024-05-01", &["宣传组", "综合组"]).await;
        put("2024-05-01", &[]).await;
        assert_eq!(groups("2024-05-01").await, Vec::<Value>::new());
        app.delete(&format!("/orgs/{}/versions/2024-05-01", group.id)).await.is(200);
        assert_eq!(groups("2024-05-01").await, ["综合组"], "and not what was established on that day");
        let part = group.on(&app, "2024-05-01").await["working_groups"][0]["id"].as_str().unwrap().to_owned();
        let versions = app.get(&format!("/orgs/{part}/versions")).await.is(200);
        assert_eq!(versions.all("/valid_from"), ["2024-02-01"]);
    }
}
