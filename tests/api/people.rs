//! `/people`.

use serde_json::json;

use crate::support::{TestApp, api_test};

const UNKNOWN: &str = "01931b66-7d50-7c8a-9a57-000000000000";

api_test! {
    async fn names_and_numbers_that_look_alike_are_one(app: TestApp) {
        for name in ["ＬＩＵ Wei", "Velázquez", "买买提·阿不都热依木", "O’Brien"] {
            app.person(name).await;
        }
        for (q, name) in [
            ("liu", "ＬＩＵ Wei"),
            ("liuwei", "ＬＩＵ Wei"),
            ("velazquez", "Velázquez"),
            ("Vela\u{301}zquez", "Velázquez"),
            ("买买提阿不都", "买买提·阿不都热依木"),
            ("买买提•阿不都", "买买提·阿不都热依木"),
            ("o'brien", "O’Brien"),
        ] {
            let found = app.get(&format!("/people?q={}", percent(q))).await.is(200).names();
            assert_eq!(found, [name], "{q}");
        }
        // Nothing is found of what folds to nothing.
        assert_eq!(app.get(&format!("/people?q={}", percent("·"))).await.is(200).names(), Vec::<String>::new());
        let first = app.post("/people", json!({"name": "李四", "staff_no": "Ｔ２０２６"})).await.is(201);
        assert_eq!(app.get("/people?staff_no=t2026").await.is(200).all("/id"), [json!(first.id())]);
        for same in ["T2026", "t2026", "Ｔ2026"] {
            let refused = app.post("/people", json!({"name": "王五", "staff_no": same})).await.is_problem(409, "staff-no-taken");
            assert_eq!(refused.body["by_id"], json!(first.id()), "{same}");
        }
        app.patch(&format!("/people/{}", first.id()), json!({"staff_no": "T2026"})).await.is(200);
    }

    async fn what_cannot_be_seen_is_in_no_name(app: TestApp) {
        for (field, value) in [
            ("name", "周\u{200b}涛"), ("name", "\u{200b}\u{200b}"), ("name", "\u{202e}涛周"), ("name", "\u{301}"),
            ("staff_no", "T\u{2060}1"), ("name_en", "Zhou\u{ad}Tao"), ("email", "a..b@x.cn"), ("email", "a@-x.cn"),
        ] {
            let mut body = json!({"name": "周涛"});
            body[field] = json!(value);
            app.post("/people", body).await.is_problem(400, "validation").at(&format!("/{field}"));
        }
        for mail in ["o'brien@x.edu.cn", "李@x.cn"] {
            app.post("/people", json!({"name": "周涛", "email": mail})).await.is(201);
        }
        let decomposed = app.post("/people", json!({"name": "Ve\u{301}la"})).await.is(201);
        assert_eq!(decomposed.body["name"], "Véla");
    }

    async fn a_person_is_entered_read_changed_and_deleted(app: TestApp) {
        let entered = app.post("/people", json!({
            "name": "胡春梅", "name_en": "Hu Chunmei", "staff_no": "A1024", "email": "hu@example.edu.cn",
            "phone": "010-6222 1111", "external_ids": [{"scheme": "oa", "value": "1024"}],
        })).await.is(201);
        let id = entered.id();
        assert_eq!(entered.header("location"), format!("/people/{id}"));
        assert_eq!(entered.object(), json!({
            "id": id, "name": "胡春梅", "name_en": "Hu Chunmei", "staff_no": "A1024", "email": "hu@example.edu.cn",
            "phone": "010-6222 1111", "external_ids": [{"scheme": "oa", "value": "1024"}],
            "revision": 2, "updated_at": "2026-12-01T02:00:00Z",
        }));
        let read = app.get(&format!("/people/{id}")).await.is(200);
        assert_eq!(read.body, entered.object());
        assert_eq!(read.header("etag"), entered.header("etag"));

        let patch = json!({"name": "胡春美", "name_en": null, "staff_no": null, "email": null, "phone": "1", "external_ids": null});
        let changed = app.patch(&format!("/people/{id}"), patch).await.is(200);
        assert_eq!(changed.object(), json!({
            "id": id, "name": "胡春美", "former_names": ["胡春梅"], "phone": "1",
            "revision": 3, "updated_at": "2026-12-01T02:00:00.000001Z",
        }));

        app.delete(&format!("/people/{id}")).await.is(200);
        app.get(&format!("/people/{id}")).await.is_problem(404, "not-found");
        assert_eq!(app.get("/people").await.body, json!({"items": []}));
    }

    async fn a_patch_that_changes_nothing_makes_no_revision(app: TestApp) {
        let id = app.post("/people", json!({"name": "胡春梅", "staff_no": "A1"})).await.is(201).id();
        for patch in [json!({}), json!({"name": "胡春梅", "staff_no": "A1", "phone": null})] {
            let answer = app.patch(&format!("/people/{id}"), patch).await.is(200);
            assert_eq!((&answer.body["revision"], answer.header("directory-revision")), (&json!(2), "2"));
        }
    }

    async fn a_name_is_kept_once_among_the_former_ones(app: TestApp) {
        let id = app.person("甲").await;
        let path = format!("/people/{id}");
        for (name, former) in [("乙", json!(["甲"])), ("甲", json!(["乙"])), ("乙", json!(["甲"])), ("丙", json!(["甲", "乙"]))] {
            let person = app.patch(&path, json!({"name": name})).await.is(200);
            assert_eq!(person.body["former_names"], former, "{name}");
        }
        let person = app.get(&path).await.is(200);
        assert_eq!(person.body["name"], "丙");
        assert_eq!(person.body["former_names"], json!(["甲", "乙"]));
    }

    async fn a_malformed_person_is_refused_where_the_fault_lies(app: TestApp) {
        let id = app.person("甲").await;
        for (body, place) in [
            (json!({}), "/name"),
            (json!({"name": ""}), "/name"),
            (json!({"name": " 甲"}), "/name"),
            (json!({"name": "a\u{0}b"}), "/name"),
            (json!({"name": "甲".repeat(201)}), "/name"),
            (json!({"name": 1}), "/name"),
            (json!({"name": null}), "/name"),
            (json!({"name": "甲", "email": "x"}), "/email"),
            (json!({"name": "甲", "staff_no": "x".repeat(41)}), "/staff_no"),
            (json!({"name": "甲", "phone": "1\n2"}), "/phone"),
            (json!({"name": "甲", "external_ids": [{"scheme": "OA", "value": "1"}]}), "/external_ids/0/scheme"),
            (json!({"name": "甲", "external_ids": [{"scheme": "oa"}]}), "/external_ids/0/value"),
            (json!({"name": "甲", "external_ids": vec![json!({"scheme": "oa", "value": "1"}); 1001]}), "/external_ids"),
            (json!({"name": "甲", "id": UNKNOWN}), "/id"),
        ] {
            app.post("/people", body.clone()).await.is_problem(400, "validation").at(place);
            if body.get("name").is_some() {
                app.patch(&format!("/people/{id}"), body).await.is_problem(400, "validation").at(place);
            }
        }
        app.post("/people", json!([])).await.is_problem(400, "validation").at("");
        app.post(&format!("/people/{id}/merge"), json!({})).await.is_problem(400, "validation").at("/duplicate_id");
        app.post(&format!("/people/{id}/merge"), json!({"duplicate_id": "x"})).await.is_problem(400, "validation").at("/duplicate_id");
        for path in ["/people/x", "/people/x/roles"] {
            app.get(path).await.is_problem(400, "validation").at("id");
        }
    }

    async fn somebody_who_is_not_there_is_not_found(app: TestApp) {
        let path = format!("/people/{UNKNOWN}");
        let other = app.person("甲").await;
        app.get(&path).await.is_problem(404, "not-found");
        app.get(&format!("{path}/roles")).await.is_problem(404, "not-found");
        app.patch(&path, json!({"name": "乙"})).await.is_problem(404, "not-found");
        app.delete(&path).await.is_problem(404, "not-found");
        app.post(&format!("{path}/merge"), json!({"duplicate_id": other})).await.is_problem(404, "not-found");
    }

    async fn staff_number_and_external_ids_belong_to_one_person(app: TestApp) {
        let external = json!([{"scheme": "oa", "value": "1"}]);
        let first = app.post("/people", json!({"name": "甲", "staff_no": "A1", "external_ids": external})).await.is(201).id();
        let taken = app.post("/people", json!({"name": "乙", "staff_no": "A1"})).await;
        let taken = taken.is_problem(409, "staff-no-taken").at("/staff_no");
        assert_eq!(taken.body["by_id"], json!(first));
        let taken = app.post("/people", json!({"name": "乙", "external_ids": external})).await;
        let taken = taken.is_problem(409, "external-id-taken").at("/external_ids");
        assert_eq!(taken.body["by_id"], json!(first));

        let second = app.person("乙").await;
        let path = format!("/people/{second}");
        app.patch(&path, json!({"staff_no": "A1"})).await.is_problem(409, "staff-no-taken");
        app.patch(&path, json!({"external_ids": external})).await.is_problem(409, "external-id-taken");
        // Another scheme makes another id, and an id that was given up is free.
        app.patch(&path, json!({"external_ids": [{"scheme": "hr", "value": "1"}]})).await.is(200);
        app.patch(&format!("/people/{first}"), json!({"staff_no": null, "external_ids": null})).await.is(200);
        app.patch(&path, json!({"staff_no": "A1", "external_ids": external})).await.is(200);
        // An org may have the same external id: it is another type of subject.
        app.org(json!({"kind": "unit", "name": "大学", "external_ids": external})).await;
    }

    async fn one_person_has_an_external_id_once(app: TestApp) {
        let twice = json!([{"scheme": "oa", "value": "1"}, {"scheme": "oa", "value": "1"}]);
        app.post("/people", json!({"name": "甲", "external_ids": twice})).await
            .is_problem(422, "repeated-value").at("/external_ids/1");
        let id = app.person("甲").await;
        app.patch(&format!("/people/{id}"), json!({"external_ids": twice})).await
            .is_problem(422, "repeated-value").at("/external_ids/1");
    }

    async fn somebody_with_roles_is_not_deleted(app: TestApp) {
        let committee = app.committee().await;
        let person = app.person("甲").await;
        let role = app.role(&committee, "member", &person, "2020-01-01").await;
        app.post(&format!("/roles/{role}/end"), json!({"effective_on": "2021-01-01"})).await.is(200);
        let refused = app.delete(&format!("/people/{person}")).await.is_problem(409, "in-use");
        assert_eq!(refused.body["blockers"], json!([{
            "kind": "role_held", "id": role, "name": "甲 (committee member of 学校党委)", "valid_from": "2020-01-01", "valid_until": "2021-01-01",
        }]));
        assert_eq!(refused.body["blockers_total"], 1);
        app.delete(&format!("/roles/{role}")).await.is(200);
        app.delete(&format!("/people/{person}")).await.is(200);
    }

    async fn two_entries_of_one_person_become_one(app: TestApp) {
        let committee = app.committee().await;
        let kept = app.post("/people", json!({
            "name": "孙国权", "phone": "1", "external_ids": [{"scheme": "oa", "value": "1"}],
        })).await.is(201).id();
        let duplicate = app.post("/people", json!({
            "name": "孙國權", "name_en": "Sun Guoquan", "staff_no": "A7", "email": "sun@example.edu.cn", "phone": "2",
            "external_ids": [{"scheme": "hr", "value": "9"}],
        })).await.is(201).id();
        app.patch(&format!("/people/{duplicate}"), json!({"name": "孙大权"})).await.is(200);
        let ended = app.post("/roles", json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": kept},
            "valid_from": "2010-01-01", "valid_until": "2015-01-01"})).await.is(201).id();
        let moved = app.role(&committee, "member", &duplicate, "2015-01-01").await;

        let merged = app.post(&format!("/people/{kept}/merge"), json!({"duplicate_id": duplicate})).await.is(200);
        assert_eq!(merged.object(), json!({
            "id": kept, "name": "孙国权", "name_en": "Sun Guoquan", "former_names": ["孙國權", "孙大权"],
            "staff_no": "A7", "email": "sun@example.edu.cn", "phone": "1",
            "external_ids": [{"scheme": "oa", "value": "1"}, {"scheme": "hr", "value": "9"}],
            "revision": merged.header("directory-revision").parse::<u64>().unwrap(),
            "updated_at": merged.body["updated_at"],
        }));
        app.get(&format!("/people/{duplicate}")).await.is_problem(410, "merged");
        let roles = app.get(&format!("/people/{kept}/roles?status=all&sort=valid_from")).await.is(200);
        assert_eq!(roles.all("/id"), [json!(ended), json!(moved)]);
        assert_eq!(roles.all("/holder/name"), [json!("孙国权"), json!("孙国权")]);
        assert_eq!(app.get("/people?staff_no=A7").await.all("/id"), [json!(kept)]);
        assert_eq!(app.get("/people?external_id=hr:9").await.all("/id"), [json!(kept)]);
    }

    async fn entries_that_hold_one_post_at_once_are_not_merged(app: TestApp) {
        let committee = app.committee().await;
        let (kept, duplicate) = (app.person("甲").await, app.person("甲").await);
        app.role(&committee, "member", &kept, "2020-01-01").await;
        let later = app.role(&committee, "member", &duplicate, "2030-01-01").await;
        let merge = format!("/people/{kept}/merge");
        let refused = app.post(&merge, json!({"duplicate_id": duplicate})).await.is_problem(409, "same-holder");
        assert_eq!(refused.body["on"], "2030-01-01");
        app.post(&merge, json!({"duplicate_id": kept})).await.is_problem(422, "self-reference").at("/duplicate_id");
        app.post(&merge, json!({"duplicate_id": UNKNOWN})).await.is_problem(409, "unknown-reference").at("/duplicate_id");
        app.delete(&format!("/roles/{later}")).await.is(200);
        app.post(&merge, json!({"duplicate_id": duplicate})).await.is(200);
    }

    async fn people_are_listed_by_pinyin_and_found_in_either_script(app: TestApp) {
        for (name, english) in [("王玉玲", None), ("孙国权", Some("Sun Guoquan")), ("胡春梅", None), ("包公", None), ("白居易", None), ("Zhang Wei", None)] {
            let mut body = json!({"name": name});
            if let Some(english) = english {
                body["name_en"] = json!(english);
            }
            app.post("/people", body).await.is(201);
        }
        let sorted = ["白居易", "包公", "胡春梅", "孙国权", "王玉玲", "Zhang Wei"];
        for list in ["/people", "/people?sort=name"] {
            assert_eq!(app.get(list).await.is(200).names(), sorted);
        }
        let former = app.get("/people?name=胡春梅").await.all("/id")[0].as_str().unwrap().to_owned();
        app.patch(&format!("/people/{former}"), json!({"name": "胡春美", "staff_no": "A1", "external_ids": [{"scheme": "oa", "value": "a:b"}]})).await.is(200);
        for (query, found) in [
            ("name=孫國權", &["孙国权"][..]),
            ("name=孙国权&name=王玉玲", &["孙国权", "王玉玲"]),
            ("name=孙国", &[]),
            ("name=胡春梅", &[]),
            ("q=國", &["孙国权"]),
            ("q=春梅", &["胡春美"]),
            ("q=guoq", &["孙国权"]),
            ("q=WEI", &["Zhang Wei"]),
            ("staff_no=A1", &["胡春美"]),
            ("staff_no=A1,A2", &["胡春美"]),
            ("staff_no=A2", &[]),
            ("external_id=oa:a:b", &["胡春美"]),
            ("external_id=oa:a", &[]),
            ("external_id=oa:a:b&q=国", &[]),
            ("staff_no=A1&external_id=oa:a:b&q=胡&name=胡春美", &["胡春美"]),
        ] {
            assert_eq!(app.get(&format!("/people?{query}")).await.is(200).names(), found, "{query}");
        }
        for (query, place) in [("external_id=oa", "external_id"), ("q=", "q"), ("name=", "name"), ("sort=valid_from", "sort"), ("staff_no=", "staff_no")] {
            app.get(&format!("/people?{query}")).await.is_problem(400, "validation").at(place);
        }
    }

    async fn a_comma_is_part_of_a_text_and_parts_staff_numbers(app: TestApp) {
        for (name, staff_no, value) in [("King, Martin", "K1", "a,b"), ("King", "A", "a"), ("Martin", "1", "b")] {
            let external = json!([{"scheme": "oa", "value": value}]);
            app.post("/people", json!({"name": name, "staff_no": staff_no, "external_ids": external})).await.is(201);
        }
        for (query, found) in [
            ("external_id=oa:a%2Cb", &["King, Martin"][..]),
            ("external_id=oa:a,b", &["King, Martin"]),
            ("external_id=oa:a&external_id=oa:b", &["King", "Martin"]),
            ("external_id=oa:a,oa:b", &[]),
            ("staff_no=A,1", &["King", "Martin"]),
            ("staff_no=A%2C1", &["King", "Martin"]),
            ("staff_no=A&staff_no=1", &["King", "Martin"]),
            ("staff_no=A,1&staff_no=K1", &["King", "King, Martin", "Martin"]),
            ("name=King,+Martin", &["King, Martin"]),
            ("name=King%2C+Martin", &["King, Martin"]),
            ("name=King&name=Martin", &["King", "Martin"]),
            ("q=g,", &["King, Martin"]),
            ("q=g%2C", &["King, Martin"]),
        ] {
            let mut names = app.get(&format!("/people?{query}")).await.is(200).names();
            names.sort();
            assert_eq!(names, found, "{query}");
        }
        app.get("/people?q=a&q=b").await.is_problem(400, "repeated-parameter").at("q");
    }

    async fn people_are_not_dated(app: TestApp) {
        let id = app.person("甲").await;
        let then = app.get(&format!("/people/{id}?as_of=1990-01-01")).await.is(200);
        assert_eq!((then.header("directory-as-of"), &then.body["name"]), ("1990-01-01", &json!("甲")));
        assert_eq!(app.get("/people?as_of=1990-01-01").await.names(), ["甲"]);
    }
}

async fn role_ids(app: &TestApp, path: &str) -> Vec<String> {
    app.get(path).await.is(200).all("/id").iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

api_test! {
    async fn the_roles_of_a_person_are_listed_as_of_a_day(app: TestApp) {
        let committee = app.committee().await;
        let department = app.org_under("department", Some(&committee), "宣传部", "2000-01-01").await;
        let person = app.person("甲").await;
        let past = app.post("/roles", json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": person},
            "valid_from": "2010-01-01", "valid_until": "2015-01-01"})).await.is(201).id();
        let now = app.role(&department, "head", &person, "2015-01-01").await;
        let next = app.post("/roles", json!({"org_id": committee, "post": "deputy_secretary", "holder": {"type": "person", "id": person},
            "valid_from": "2030-01-01", "acting": true})).await.is(201).id();
        let path = format!("/people/{person}/roles");
        for (query, found) in [
            ("", vec![&now]),
            ("?as_of=2014-12-31", vec![&past]),
            ("?as_of=2015-01-01", vec![&now]),
            ("?as_of=2030-01-01", vec![&next, &now]),
            ("?status=planned", vec![&next]),
            ("?status=ended", vec![&past]),
            ("?status=ended,planned&sort=valid_from", vec![&past, &next]),
            ("?status=all", vec![&past, &next, &now]),
            ("?status=all&leadership=true", vec![&past, &next]),
            ("?status=all&leadership=false", vec![&now]),
            ("?status=all&acting=true", vec![&next]),
            ("?status=all&post=head,secretary", vec![&past, &now]),
        ] {
            assert_eq!(role_ids(&app, &format!("{path}{query}")).await.iter().collect::<Vec<_>>(), found, "{query}");
        }
        for (query, slug, place) in [("?org_id=x", "unknown-parameter", "org_id"), ("?status=old", "validation", "status")] {
            app.get(&format!("{path}{query}")).await.is_problem(400, slug).at(place);
        }
    }
}

/// A value as it stands in a query.
fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
