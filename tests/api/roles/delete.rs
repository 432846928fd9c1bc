//! Deleting roles.

use serde_json::json;

use super::UNKNOWN;
use crate::support::api_test;

api_test! {
    async fn a_role_entered_by_mistake_is_deleted(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let role = app.role(&committee, "secretary", &person, "2020-01-01").await;
        let gone = app.delete(&format!("/roles/{role}")).await.is(200);
        assert_eq!((&gone.change()["revision"], gone.header("directory-revision")), (&json!(5), "5"));
        assert_eq!(gone.change()["effects"][0]["act"], "deleted");
        app.get(&format!("/roles/{role}")).await.is_problem(404, "not-found");
        app.delete(&format!("/roles/{role}")).await.is_problem(404, "not-found");
        // The post is free again.
        app.role(&committee, "secretary", &person, "2020-01-01").await;
    }

    async fn only_a_role_that_is_there_is_deleted(app: TestApp) {
        app.delete(&format!("/roles/{UNKNOWN}")).await.is_problem(404, "not-found");
        app.delete("/roles/x").await.is_problem(400, "validation").at("id");
        app.delete(&format!("/roles/{UNKNOWN}?cascade=true")).await.is_problem(400, "unknown-parameter").at("cascade");
    }
}
