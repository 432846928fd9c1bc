//! Which acts there are, what they say, and how they are read on.

use std::time::Duration;

use campus_org::{
    domain::{Digest, Entry},
    sample,
};
use serde_json::{Value, json};

use super::{all, head, types};
use crate::support::{api_test, load::entries};

api_test! {
    async fn an_act_says_what_it_did_and_on_which_days(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let body = json!({"kind": "general_branch", "name": "甲院总支", "parent_id": top, "valid_from": "2001-01-01", "basis": {"title": "设立", "number": "1号"}});
        let branch = app.post("/orgs", body).await.is(201).id();
        let other = app.org_under("general_branch", Some(&top), "乙院总支", "2001-01-01").await;
        let after = head(&app).await;
        let rename = json!({"name": "丙院总支", "effective_on": "2020-01-01", "basis": {"title": "更名", "number": "2号"}});
        app.patch(&format!("/orgs/{branch}"), rename).await.is(200);
        let back = json!({"name": "丁院总支", "effective_on": "2010-01-01"});
        app.patch(&format!("/orgs/{branch}"), back).await.is(200);
        let person = app.person("王玉玲").await;
        let role = app.role(&branch, "secretary", &person, "2015-01-01").await;
        app.post(&format!("/roles/{role}/end"), json!({"effective_on": "2019-01-01"})).await.is(200);
        app.patch(&format!("/roles/{role}"), json!({"valid_until": "2019-06-01"})).await.is(200);
        app.post(&format!("/orgs/{branch}/dissolve"), json!({"effective_on": "2024-01-01", "successor_ids": [other]})).await.is(200);
        app.post(&format!("/orgs/{branch}/restore"), json!({})).await.is(200);
        app.delete(&format!("/roles/{role}")).await.is(200);

        let (acts, newest) = all(&app, &after, "limit=3").await;
        assert_eq!(types(&acts), [
            vec!["org.renamed"], vec!["org.renamed"], vec!["person.created"], vec!["role.created"], vec!["role.ended"],
            vec!["role.ended"], vec!["org.dissolved"], vec!["org.restored"], vec!["role.deleted"],
        ]);
        let days: Vec<&Value> = acts.iter().map(|act| &act["effects"][0]["days"]).collect();
        assert_eq!(days, [
            &json!([{"from": "2020-01-01"}]),
            &json!([{"from": "2010-01-01", "until": "2020-01-01"}]),
            &json!([{}]),
            &json!([{"from": "2015-01-01"}]),
            &json!([{"from": "2019-01-01"}]),
            &json!([{"from": "2019-01-01", "until": "2019-06-01"}]),
            &json!([{"from": "2024-01-01"}]),
            &json!([{"from": "2024-01-01"}]),
            &json!([{"from": "2015-01-01", "until": "2019-06-01"}]),
        ]);
        let renamed = &acts[0];
        assert_eq!(renamed["basis"]["number"], "2号");
        assert_eq!(renamed["kind"], "org.changed");
        assert_eq!(renamed["actor"], "anonymous");
        assert_eq!(renamed["effects"][0]["after"]["name"], "丙院总支");
        assert!(renamed["summary"][1].as_str().unwrap().contains("丙院总支"), "{renamed}");
        assert_eq!(acts[2]["effects"][0]["person"]["name"], "王玉玲");
        assert_eq!(acts.last().unwrap()["position"], newest);

        // Each act alone is the same, and there is none beyond the newest.
        for act in &acts {
            assert_eq!(app.get(&format!("/acts/{}", act["revision"])).await.is(200).body, *act);
        }
        app.get(&format!("/acts/{}", acts.last().unwrap()["revision"].as_u64().unwrap() + 1)).await.is_problem(404, "not-found");
        // From the beginning on nothing is missing.
        let (whole, _) = all(&app, "", "limit=1000").await;
        let revisions: Vec<u64> = whole.iter().map(|act| act["revision"].as_u64().unwrap()).collect();
        assert_eq!(revisions, (1..=*revisions.last().unwrap()).collect::<Vec<_>>());
    }

    async fn changes_are_filtered(app: TestApp) {
        let top = app.org_under("committee", None, "大学党委", "2000-01-01").await;
        let [left, right] = [
            app.org_under("general_branch", Some(&top), "左总支", "2000-01-01").await,
            app.org_under("general_branch", Some(&top), "右总支", "2000-01-01").await,
        ];
        let branch = app.org_under("branch", Some(&left), "支部", "2000-01-01").await;
        let person = app.person("甲").await;
        let after = head(&app).await;
        let role = app.role(&branch, "secretary", &person, "2010-01-01").await;
        let basis = json!({"title": "调整", "number": "9号"});
        app.patch(&format!("/orgs/{branch}"), json!({"parent_id": right, "effective_on": "2020-01-01", "basis": basis})).await.is(200);
        app.patch(&format!("/people/{person}"), json!({"name_en": "Jia"})).await.is(200);
        let revisions = async |query: &str| -> Vec<u64> {
            let (acts, _) = all(&app, &after, query).await;
            acts.iter().map(|act| act["revision"].as_u64().unwrap()).collect()
        };
        let every = revisions("").await;
        assert_eq!(every.len(), 3);
        for (query, expected) in [
            ("type=role.created".to_owned(), vec![every[0]]),
            ("type=org.moved,person.changed".to_owned(), vec![every[1], every[2]]),
            ("subject_kind=person".to_owned(), vec![every[2]]),
            (format!("subject_id={role}"), vec![every[0]]),
            ("basis_number=9%E5%8F%B7".to_owned(), vec![every[1]]),
            ("actor=operator".to_owned(), vec![]),
            ("actor=anonymous".to_owned(), every.clone()),
            // The move is inside both, before and after; the role is in the right one from 2020 on.
            (format!("within={left}"), every.clone()),
            (format!("within={right}"), vec![every[1], every[2]]),
            (format!("within={right}&type=role.created"), vec![]),
        ] {
            assert_eq!(revisions(&query).await, expected, "{query}");
        }
        // What does not match is looked through all the same.
        let page = app.get(&format!("/changes?after={after}&type=key.created")).await.is(200).body;
        assert_eq!((&page["items"], &page["through"]), (&json!([]), &page["head"]));
        for wrong in ["type=x", "limit=0", "limit=1001", "wait=31", "after=x", "epoch=x", "subject_id=x", "actor=A"] {
            app.get(&format!("/changes?{wrong}")).await.is_problem(400, "validation");
        }
        for path in ["/changes?after=3", "/changes/stream?after=3"] {
            app.get(path).await.is_problem(422, "contradictory").at("epoch");
        }
    }

    async fn who_waits_is_told_at_once(app: TestApp) {
        let after = head(&app).await;
        let nothing = app.get(&format!("/changes?after={after}&wait=0")).await.is(200).body;
        assert_eq!(nothing["items"], json!([]));
        let waiting = tokio::spawn({
            let app = app.clone();
            async move { app.get(&format!("/changes?after={after}&wait=30&type=org.established")).await.is(200).body }
        });
        // What does not match wakes nobody.
        app.person("甲").await;
        let org = app.committee().await;
        let page = tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap().unwrap();
        assert_eq!(page["items"][0]["effects"][0]["id"], json!(org));
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
    }

    async fn entries_are_chained(app: TestApp) {
        let org = app.committee().await;
        app.patch(&format!("/orgs/{org}"), json!({"name": "新名", "basis": {"title": "更名"}})).await.is(200);
        app.person("甲").await;
        let log = entries(&app.store).await;
        let mut before: Option<Digest> = None;
        for entry in log {
            let told = entry.digest.expect("a digest");
            if let Some(before) = before {
                let mut entry = Entry { digest: None, ..entry };
                assert_eq!(entry.chain(before), told);
            }
            before = Some(told);
        }
        assert_eq!(before, Some(app.registry.snapshot().chain().digest));
    }

    async fn a_load_is_one_act(app: TestApp) {
        let mut lines = Vec::new();
        sample::write(&mut lines, 1, 7).unwrap();
        let lines = String::from_utf8(lines).unwrap();
        // Without the header.
        app.load(lines.split_once('\n').unwrap().1).await;
        let (acts, newest) = all(&app, "", "limit=2").await;
        let loaded = acts.last().unwrap();
        assert_eq!(acts.len(), 2, "the catalogue, and the load");
        assert_eq!(loaded["first_revision"], 2);
        assert!(loaded["revision"].as_u64().unwrap() > 5);
        assert_eq!(loaded["kind"], "directory.loaded");
        assert_eq!(loaded["position"], newest);
        assert!(loaded["summary"][0].as_str().unwrap().starts_with("A whole directory is loaded: "));
        for revision in [2, 3, loaded["revision"].as_u64().unwrap()] {
            assert_eq!(app.get(&format!("/acts/{revision}")).await.is(200).body, *loaded);
        }
        // What follows is told as ever.
        app.person("甲").await;
        let (acts, _) = all(&app, &newest, "").await;
        assert_eq!(types(&acts), [["person.created"]]);
    }
}
