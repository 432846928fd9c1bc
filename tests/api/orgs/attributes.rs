//! What is said of an org, attribute by attribute.

use serde_json::json;

use crate::support::api_test;

api_test! {
    async fn a_summary_names_each_attribute_that_changes(app: TestApp) {
        let committee = app.committee().await;
        let branch = app.org_under("branch", Some(&committee), "支部", "2010-01-01").await;
        let body = json!({"duties": "抓总", "external_ids": [{"scheme": "oa", "value": "1"}], "short_name": "支",
            "joint": true, "effective_on": "2020-01-01"});
        let tried = app.request("PATCH", &format!("/orgs/{branch}?dry_run=true")).header("accept-language", "zh");
        assert_eq!(app.send(tried.json(&body)).await.is(200).change()["summary"], json!([
            "支部的外部标识增加oa 1。", "支部的简称自2020-01-01起为支。", "支部自2020-01-01起为联合支部。",
            "支部的职责自2020-01-01起为“抓总”。",
        ]));
        let changed = app.patch(&format!("/orgs/{branch}"), body).await.is(200);
        assert_eq!(changed.change()["summary"], json!([
            "The external identifiers of 支部 gain oa 1.",
            "The short name of 支部 is 支 from 2020-01-01 on.", "支部 is a joint branch from 2020-01-01 on.",
            "The duties of 支部 are \"抓总\" from 2020-01-01 on.",
        ]));
        // The document of the end is told, too.
        let end = json!({"effective_on": "2025-01-01", "basis": {"title": "撤销"}, "successor_ids": [committee]});
        let ended = app.post(&format!("/orgs/{branch}/dissolve"), end).await.is(200);
        assert_eq!(ended.change()["summary"], json!(["支部 ends on 2025-01-01 (document of the end 《撤销》). Its successors: 学校党委."]));
    }
}
