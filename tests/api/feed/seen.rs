//! What a caller sees of the feed who does not see everything.

use serde_json::{Value, json};

use super::{all, head, types};
use crate::access::{closed_test, everywhere};

fn of(acts: &[Value], kind: &str) -> Vec<Value> {
    let effects = acts.iter().flat_map(|act| act["effects"].as_array().unwrap());
    effects.filter(|effect| effect["types"][0] == kind).cloned().collect()
}

closed_test! {
    async fn a_reader_of_a_part_is_told_who_comes_into_sight_and_who_leaves_it(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let [mine, other] = [
            app.org_under("general_branch", Some(&top), "我总支", "2000-01-01").await,
            app.org_under("general_branch", Some(&top), "他总支", "2000-01-01").await,
        ];
        let branch = app.org_under("branch", Some(&other), "支部", "2000-01-01").await;
        let grants = json!([
            everywhere(&["orgs:read"]),
            {"scopes": ["people:read", "people:contact"], "area": "subtree", "org_id": mine},
        ]);
        let (reader, key) = app.key(grants).await;
        let after = head(&reader).await;
        let [insider, mover] = [
            app.post("/people", json!({"name": "甄在内", "phone": "12345678"})).await.is(201).id(),
            app.person("甄移入").await,
        ];
        app.role(&branch, "secretary", &mover, "2010-01-01").await;
        app.role(&mine, "secretary", &insider, "2010-01-01").await;
        app.patch(&format!("/people/{mover}"), json!({"name_en": "Unseen"})).await.is(200);
        app.patch(&format!("/people/{insider}"), json!({"name_en": "Seen"})).await.is(200);
        // The branch comes, with whoever is in it, and goes again.
        app.patch(&format!("/orgs/{branch}"), json!({"parent_id": mine, "effective_on": "2020-01-01"})).await.is(200);
        app.patch(&format!("/orgs/{branch}"), json!({"parent_id": other, "effective_on": "2021-01-01"})).await.is(200);

        let (acts, _) = all(&reader, &after, "").await;
        assert_eq!(types(&acts), [
            vec!["role.created"], vec!["role.created", "sight.entered"], vec!["person.changed"],
            vec!["org.moved", "sight.entered"], vec!["org.moved", "sight.left"],
        ]);
        let entered = of(&acts, "sight.entered");
        assert_eq!(entered[0]["person"]["id"], json!(insider));
        assert_eq!(entered[0]["person"]["name_en"], "Seen");
        assert_eq!(entered[0]["person"].get("phone"), None, "contact data are shown where they are asked for");
        assert_eq!(entered[1]["id"], json!(mover));
        let (acts, _) = all(&reader, &after, "include=contact").await;
        assert_eq!(of(&acts, "sight.entered")[0]["person"]["phone"], "12345678");
        // Whoever has left is shown no more, not even in what was told of the time before.
        assert_eq!(of(&acts, "sight.entered")[1].get("person"), None);
        // What is told and what is not is the same for each act alone.
        let words = serde_json::to_string(&acts).unwrap();
        assert!(!words.contains("Unseen"), "{words}");

        // Other grants: the caller starts again.
        let (_, position) = all(&reader, &after, "").await;
        reader.get(&format!("/changes?after={position}")).await.is(200);
        let grants = json!([everywhere(&["orgs:read", "people:read"])]);
        app.patch(&format!("/keys/{key}"), json!({"grants": grants})).await.is(200);
        let refused = reader.get(&format!("/changes?after={position}")).await.is_problem(410, "start-again");
        assert!(refused.text.contains("grants have changed"), "{}", refused.text);
    }

    async fn keys_and_people_are_told_of_to_those_who_may_see_them(app: TestApp) {
        let portal = app.caller(json!([everywhere(&["orgs:read"])])).await;
        let after = head(&portal).await;
        let administrator = head(&app).await;
        app.person("甄某").await;
        app.key(json!([everywhere(&["orgs:read"])])).await;
        let org = app.committee().await;
        let (acts, _) = all(&portal, &after, "").await;
        assert_eq!(types(&acts), [["org.established", "org.established"]]);
        assert_eq!(acts[0]["effects"][0]["id"], json!(org));
        let hidden = acts[0]["revision"].as_u64().unwrap() - 1;
        portal.get(&format!("/acts/{hidden}")).await.is_problem(404, "not-found");
        let (acts, _) = all(&app, &administrator, "").await;
        assert_eq!(types(&acts), [vec!["person.created"], vec!["key.created"], vec!["org.established", "org.established"]]);
        let nobody = app.anonymous();
        nobody.get("/changes").await.is_problem(401, "unauthenticated");
    }
}
