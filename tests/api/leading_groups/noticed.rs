//! What `notices` says of the lists that an act does not name.

use serde_json::json;

use super::declared::Group;
use crate::support::{Answer, api_test};

fn notices(answer: &Answer) -> String {
    answer.body["change"]["notices"].to_string()
}

api_test! {
    async fn a_cover_that_a_later_list_brings_back_is_told(app: TestApp) {
        let one = app.person("子一").await;
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        let branch = app.org_under("branch", Some(&group.parent), "党支部", "2020-01-01").await;
        let put = async |on: &str, covers: bool| {
            let mut document = Group::document(&group.parent, on, &[&one], &[]);
            let covers = if covers { json!([{"org_id": branch, "scope": "self"}]) } else { json!([]) };
            document["supervision_groups"] = json!([{"name": "督导一组", "covers": covers}]);
            app.put(&format!("/leading-groups/{}", group.id), document).await.is(200)
        };
        put("2024-02-01", true).await;
        put("2024-09-01", true).await;
        let told = notices(&put("2024-05-01", false).await);
        assert!(told.contains("督导一组 covers 党支部 again from 2024-09-01 on: the list declared for that day says so."), "{told}");
    }

    async fn the_list_that_counts_again_is_told(app: TestApp) {
        let one = app.person("子一").await;
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        group.put(&app, "2024-05-01", &[], &[]).await;
        group.put(&app, "2024-09-01", &[&one], &[]).await;
        let version = |day: &str| format!("/orgs/{}/versions/{day}", group.id);
        let again = |until: &str| {
            format!("What was declared for 专项工作领导小组 from 2024-01-01 on counts again from 2024-05-01 until {until}.")
        };
        let later = notices(&app.patch(&version("2024-05-01"), json!({"valid_from": "2024-06-01"})).await.is(200));
        assert!(later.contains(&again("2024-06-01")), "{later}");
        let earlier = notices(&app.patch(&version("2024-06-01"), json!({"valid_from": "2024-05-01"})).await.is(200));
        assert!(!earlier.contains("counts again"), "{earlier}");
        let back = notices(&app.delete(&version("2024-05-01")).await.is(200));
        assert!(back.contains(&again("2024-09-01")), "{back}");
        assert!(!back.contains("from later days on"), "nobody declares anything: {back}");
        let last = notices(&app.delete(&version("2024-09-01")).await.is(200));
        assert!(last.contains("from 2024-01-01 on counts again from 2024-09-01 on."), "{last}");
        group.put(&app, "2024-09-01", &[&one], &[]).await;
        let end = json!({"effective_on": "2024-08-01", "cascade": true});
        let ended = notices(&app.post(&format!("/orgs/{}/dissolve", group.id), end).await.is(200));
        assert!(!ended.contains("counts again"), "{ended}");
    }

    async fn a_part_that_a_list_ends_now_is_told(app: TestApp) {
        let one = app.person("子一").await;
        let group = Group::found(&app, "2024-01-01", &[&one]).await;
        for on in ["2024-05-01", "2024-09-01"] {
            let mut document = Group::document(&group.parent, on, &[&one], &[]);
            document.as_object_mut().unwrap().remove("office");
            app.put(&format!("/leading-groups/{}", group.id), document).await.is(200);
        }
        let back = notices(&app.delete(&format!("/orgs/{}/versions/2024-05-01", group.id)).await.is(200));
        let told = "专项办 ends on 2024-09-01: what was declared for 专项工作领导小组 from that day on does not name it.";
        assert!(back.contains(told), "{back}");
    }

    async fn the_lists_that_a_merge_rewrites_are_told(app: TestApp) {
        let [one, two, twice] = [app.person("子一").await, app.person("子二").await, app.person("子二重").await];
        let group = Group::found(&app, "2024-01-01", &[&twice, &one]).await;
        group.put(&app, "2024-05-01", &[&one], &[]).await;
        group.put(&app, "2024-09-01", &[&twice, &one], &[]).await;
        let merged = notices(&app.post(&format!("/people/{two}/merge"), json!({"duplicate_id": twice})).await.is(200));
        let told = "The lists of 专项工作领导小组 declared for 2024-01-01, 2024-09-01 name 子二 in place of the merged entry.";
        assert!(merged.contains(told), "{merged}");
        assert!(!merged.contains("from later days on"), "nobody declares anything: {merged}");
    }
}
