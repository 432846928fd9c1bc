//! A refusal of a document names its places, and what stands there by the names that the document gives.

use serde_json::{Value, json};

use super::campus;
use crate::support::{Answer, api_test};

const UNKNOWN: &str = "01931b66-7d50-7c8a-9a57-000000000000";

fn pointers(refused: &Answer) -> Vec<&str> {
    refused.body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect()
}

api_test! {
    async fn what_lies_outside_a_life_is_told_at_its_place(app: TestApp) {
        let campus = campus(&app).await;
        let unit = app.org(json!({"kind": "unit", "name": "旧处", "valid_from": "2001-01-01", "valid_until": "2010-01-01"})).await;
        let person = |id: &str| json!({"holder": {"type": "person", "id": id}});
        let unit_holder = json!({"holder": {"type": "unit", "id": unit}});
        let mut notice = json!({
            "parent_id": campus.committee, "name": "癸专班", "valid_from": "2021-01-01",
            "office": {"directors": [unit_holder], "members": [person(&campus.sun)]},
        });
        let refused = app.post("/leading-groups", notice.clone()).await.is_problem(409, "outside-life");
        assert_eq!(pointers(&refused), ["/office/directors/0"]);
        assert_eq!(
            refused.body["detail"],
            "旧处 was established on 2001-01-01 and ends on 2010-01-01. But 旧处 (office director of 癸专班办公室) is to hold the post from 2021-01-01 on."
        );
        // Nothing of what would have been made is told by its id.
        let blocker = json!({"kind": "org", "id": unit, "name": "旧处", "valid_from": "2001-01-01", "valid_until": "2010-01-01"});
        assert_eq!((&refused.body["blockers"], &refused.body["org_id"]), (&json!([blocker]), &json!(unit)));
        let request = app.request("POST", "/leading-groups").header("accept-language", "zh").json(&notice);
        let refused = app.send(request).await.is_problem(409, "outside-life");
        assert_eq!(refused.body["errors"][0]["detail"], refused.body["detail"]);
        assert_eq!(refused.body["detail"], "旧处于2001-01-01成立、2010-01-01撤销，而旧处（癸专班办公室主任）自2021-01-01起任职。");

        notice["office"]["directors"] = json!([person(&campus.sun), person(&campus.hu)]);
        let refused = app.post("/leading-groups", notice.clone()).await.is_problem(409, "post-full");
        assert_eq!(pointers(&refused), ["/office/directors/0", "/office/directors/1"]);
        assert_eq!((refused.body.get("org_id"), refused.body.get("blockers")), (None, None));

        notice["office"] = Value::Null;
        notice.as_object_mut().unwrap().remove("office");
        notice["supervision_groups"] = json!([{"name": "一组", "covers": [{"org_id": campus.college, "scope": "self"}, {"org_id": unit, "scope": "self"}]}]);
        let refused = app.post("/leading-groups", notice.clone()).await.is_problem(409, "outside-life");
        assert_eq!(pointers(&refused), ["/supervision_groups/0/covers/1"]);

        notice.as_object_mut().unwrap().remove("supervision_groups");
        notice["parent_id"] = json!(campus.branch);
        let refused = app.post("/leading-groups", notice).await.is_problem(409, "misplaced");
        assert_eq!(pointers(&refused), ["/parent_id"]);
        assert_eq!(refused.body["detail"], "On 2021-01-01, 癸专班 (leading group) cannot stand under 党支部 (branch).");
        assert_eq!(refused.body.get("org_id"), None);
    }

    async fn all_that_a_document_names_and_is_not_there_is_told_at_once(app: TestApp) {
        let campus = campus(&app).await;
        let nobody = json!({"holder": {"type": "person", "id": UNKNOWN}});
        let numbered = json!({"holder": {"type": "staff_no", "staff_no": "X9"}});
        let seat = json!({"holder": {"type": "seat", "id": {"org_id": UNKNOWN, "post": "secretary"}}});
        let known = json!({"holder": {"type": "person", "id": campus.sun}});
        let document = json!({
            "parent_id": UNKNOWN, "name": "癸专班", "valid_from": "2021-01-01",
            "leaders": [known, nobody], "members": [seat],
            "office": {"directors": [numbered]},
            "supervision_groups": [{"name": "一组", "covers": [{"org_id": campus.college, "scope": "self"}, {"org_id": UNKNOWN, "scope": "self"}]}],
        });
        let refused = app.post("/leading-groups", document.clone()).await.is_problem(409, "unknown-reference");
        assert_eq!(pointers(&refused), [
            "/parent_id", "/leaders/1/holder/id", "/members/0/holder/org_id", "/office/directors/0/holder/staff_no",
            "/supervision_groups/0/covers/1/org_id",
        ]);
        assert_eq!(refused.body["detail"], "5 places in the request are at fault: `errors` names each.");
        assert!(!refused.text.replace("/errors", "").contains(UNKNOWN), "{}", refused.text);
        let group = app.post("/leading-groups", campus.notice()).await.is(201).id();
        let mut again = document;
        again["parent_id"] = json!(campus.committee);
        again.as_object_mut().unwrap().remove("valid_from");
        let refused = app.put(&format!("/leading-groups/{group}"), again).await.is_problem(409, "unknown-reference");
        assert_eq!(pointers(&refused).len(), 4);
    }

    async fn all_that_is_wrong_with_a_document_alone_is_told_at_once(app: TestApp) {
        let campus = campus(&app).await;
        let known = json!({"holder": {"type": "person", "id": campus.sun}});
        let seat = json!({"holder": {"type": "seat", "org_id": campus.committee, "post": "office_director"}});
        let document = json!({
            "parent_id": campus.committee, "name": "癸专班", "valid_from": "2021-01-01",
            "leaders": [known, known], "members": [seat],
            "supervision_groups": [{"name": "一组", "covers": [{"org_id": campus.college, "scope": "self"}, {"org_id": UNKNOWN, "scope": "self"}]}],
        });
        // The first says what sort of refusal it is.
        let refused = app.post("/leading-groups", document).await.is_problem(422, "repeated-value");
        assert_eq!(pointers(&refused), ["/leaders/1", "/members/0/holder/post", "/supervision_groups/0/covers/1/org_id"]);
        let told: Vec<&Value> = refused.body["errors"].as_array().unwrap().iter().map(|error| &error["detail"]).collect();
        assert_eq!(told, [
            "Stands in this list already.", "学校党委 never has the post “office director”, so nobody would ever sit there.",
            "There is no such org.",
        ]);
    }
}
