//! What lists have in common: things asked for by their ids, by the units that bodies belong to, and backwards.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{TestApp, api_test};

const UNKNOWN: &str = "01931b66-7d50-7c8a-9a57-000000000000";

/// A university whose administrative units change once.
struct Campus {
    committee: String,
    school: String,
    engineering: String,
    computing: String,
    medicine: String,
    computing_branch: String,
    medicine_branch: String,
    group: String,
}

/// Of the school: engineering, with computing below it until 2020, and medicine, with computing below it since.
async fn campus(app: &TestApp) -> Campus {
    let unit = async |parent: Option<&str>, name: &str| app.org_under("unit", parent, name, "2000-01-01").await;
    let school = unit(None, "学校").await;
    let engineering = unit(Some(&school), "工学院").await;
    let medicine = unit(Some(&school), "医学院").await;
    let computing = unit(Some(&engineering), "计算机系").await;
    let to_medicine = json!({"parent_id": medicine, "effective_on": "2020-01-01"});
    app.patch(&format!("/orgs/{computing}"), to_medicine).await.is(200);
    let committee = app.committee().await;
    let of = async |units: Value, name: &str, kind: &str| {
        app.org(
            json!({"kind": kind, "name": name, "parent_id": committee, "unit_ids": units, "valid_from": "2001-01-01"}),
        )
        .await
    };
    let computing_branch = of(json!([computing]), "计算机系党支部", "branch").await;
    let medicine_branch = of(json!([medicine]), "医学院党支部", "branch").await;
    of(json!([]), "机关党支部", "branch").await;
    // A branch that changes its unit.
    let moving = of(json!([engineering]), "迁移党支部", "branch").await;
    let moved = json!({"unit_ids": [medicine], "effective_on": "2010-01-01"});
    app.patch(&format!("/orgs/{moving}"), moved).await.is(200);
    let group = app.org_under("leading_group", Some(&committee), "领导小组", "2001-01-01").await;
    Campus { committee, school, engineering, computing, medicine, computing_branch, medicine_branch, group }
}

async fn found(app: &TestApp, question: &str, pointer: &str) -> BTreeSet<String> {
    let page = app.get(question).await.is(200);
    page.all(pointer).iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

api_test! {
    async fn every_list_is_asked_for_some_of_its_items_by_their_ids(app: TestApp) {
        let campus = campus(&app).await;
        let person = app.person("甲").await;
        app.person("乙").await;
        let role = app.role(&campus.committee, "secretary", &person, "2020-01-01").await;
        app.role(&campus.committee, "member", &person, "2020-01-01").await;
        let other_group = app.org_under("leading_group", Some(&campus.committee), "第二领导小组", "2001-01-01").await;
        let inspectors = app.org_under("supervision_group", Some(&campus.group), "督导组", "2001-01-01").await;
        let mut covers = Vec::new();
        for org in [&campus.computing_branch, &campus.medicine_branch] {
            let body = json!({"supervision_group_id": inspectors, "org_id": org, "scope": "self", "valid_from": "2021-01-01"});
            covers.push(app.post("/supervisions", body).await.is(201).id());
        }
        for (list, field, one) in [
            ("orgs", "id", campus.medicine_branch.as_str()),
            ("people", "id", person.as_str()),
            ("roles", "id", role.as_str()),
            ("supervisions", "id", covers[0].as_str()),
            ("leading-groups", "id", other_group.as_str()),
            ("posts", "code", "secretary"),
        ] {
            let all = found(&app, &format!("/{list}?limit=500"), &format!("/{field}")).await;
            assert!(all.len() > 1 && all.contains(one), "{list}");
            let pointer = format!("/{field}");
            assert_eq!(found(&app, &format!("/{list}?{field}={one}"), &pointer).await, set(&[one]), "{list}");
            let none = if field == "id" { UNKNOWN } else { "nobody" };
            let counted = app.get(&format!("/{list}?{field}={none}&count=true")).await.is(200);
            assert_eq!(counted.body, json!({"items": [], "total": 0}), "{list}");
            let two: Vec<&str> = all.iter().map(String::as_str).take(2).collect();
            for question in [format!("{field}={}&{field}={}&{field}={none}", two[0], two[1]), format!("{field}={}", two.join(","))] {
                assert_eq!(found(&app, &format!("/{list}?{question}"), &pointer).await, set(&two), "{list}?{question}");
            }
            app.get(&format!("/{list}?{field}=")).await.is_problem(400, "validation").at(field);
        }
        // Together with other filters, and page by page in the list's own order.
        assert_eq!(found(&app, &format!("/orgs?id={}&kind=unit", campus.medicine_branch), "/id").await, set(&[]));
        assert_eq!(found(&app, &format!("/roles?id={role}&post=member"), "/id").await, set(&[]));
        let both = format!("/orgs?id={},{}&limit=1", campus.medicine_branch, campus.computing_branch);
        let first = app.get(&both).await.is(200);
        let second = app.get(&format!("{both}&cursor={}", first.body["next"].as_str().unwrap())).await.is(200);
        assert_eq!([first.names(), second.names()].concat(), ["计算机系党支部", "医学院党支部"]);
        assert_eq!(second.body.get("next"), None);
        // No leading group has the id of another body.
        assert_eq!(found(&app, &format!("/leading-groups?id={}", campus.committee), "/id").await, set(&[]));
    }

    async fn orgs_are_found_by_the_unit_that_they_belong_to_or_one_above_it(app: TestApp) {
        let campus = campus(&app).await;
        let Campus { committee, school, engineering, computing, medicine, .. } = &campus;
        let (computers, doctors, moving) = ("计算机系党支部", "医学院党支部", "迁移党支部");
        for (question, expected) in [
            (format!("within_unit={school}"), &[computers, doctors, moving][..]),
            (format!("within_unit={engineering}"), &[]),
            (format!("within_unit={medicine}"), &[computers, doctors, moving]),
            (format!("within_unit={computing}"), &[computers]),
            (format!("within_unit={computing}&within_unit={engineering}"), &[computers]),
            (format!("within_unit={engineering}&as_of=2019-12-31"), &[computers]),
            (format!("within_unit={engineering}&as_of=2009-12-31"), &[computers, moving]),
            (format!("within_unit={medicine}&as_of=2009-12-31"), &[doctors]),
            (format!("within_unit={school}&as_of=2000-12-31"), &[]),
            (format!("within_unit={school}&unit_id={medicine}"), &[doctors, moving]),
            (format!("within_unit={school}&within={committee}&kind=branch"), &[computers, doctors, moving]),
            (format!("within_unit={school}&kind=unit"), &[]),
            (format!("within_unit={committee}"), &[]),
            (format!("within_unit={UNKNOWN}"), &[]),
            (format!("unit_id={school}"), &[]),
        ] {
            assert_eq!(found(&app, &format!("/orgs?{question}"), "/name").await, set(expected), "{question}");
        }
        app.get("/orgs?within_unit=x").await.is_problem(400, "validation").at("within_unit");
    }

    async fn roles_and_vacancies_are_found_by_the_unit_of_their_org(app: TestApp) {
        let campus = campus(&app).await;
        let Campus { school, engineering, computing, medicine, computing_branch, medicine_branch, committee, .. } = &campus;
        let person = app.person("甲").await;
        for (org, post, from) in [(committee, "secretary", "2001-01-01"), (computing_branch, "secretary", "2001-01-01"), (medicine_branch, "member", "2015-01-01")] {
            app.role(org, post, &person, from).await;
        }
        let (computers, doctors, moving) = ("计算机系党支部", "医学院党支部", "迁移党支部");
        for (question, expected) in [
            (format!("within_unit={school}"), &[computers, doctors][..]),
            (format!("within_unit={engineering}"), &[]),
            (format!("within_unit={engineering}&as_of=2019-12-31"), &[computers]),
            (format!("within_unit={medicine}&post=member"), &[doctors]),
            (format!("within_unit={medicine}&as_of=2014-12-31"), &[]),
            (format!("within_unit={school}&person_id={person}&org_id={computing_branch}"), &[computers]),
            (format!("within_unit={school}&within={computing_branch}"), &[computers]),
            (format!("within_unit={computing}&sort=valid_from"), &[computers]),
        ] {
            assert_eq!(found(&app, &format!("/roles?{question}"), "/org/name").await, set(expected), "{question}");
        }
        for (question, expected) in [
            (format!("within_unit={school}"), &[doctors, moving][..]),
            (format!("within_unit={engineering}"), &[]),
            (format!("within_unit={engineering}&as_of=2009-12-31"), &[moving]),
            (format!("within_unit={school}&within={medicine_branch}"), &[doctors]),
        ] {
            assert_eq!(found(&app, &format!("/vacancies?{question}"), "/org/name").await, set(expected), "{question}");
        }
    }

    async fn roles_are_found_by_the_unit_that_holds_them(app: TestApp) {
        let campus = campus(&app).await;
        let Campus { school, medicine, computing, group, .. } = &campus;
        for (unit, post) in [(school, "leader"), (medicine, "group_member"), (school, "group_member")] {
            app.post("/roles", json!({"org_id": group, "post": post, "holder": {"type": "unit", "id": unit}, "valid_from": "2010-01-01"})).await.is(201);
        }
        let person = app.person("甲").await;
        app.role(group, "group_member", &person, "2010-01-01").await;
        for (question, expected) in [
            (format!("unit_id={school}"), &["leader", "group_member"][..]),
            (format!("unit_id={medicine}"), &["group_member"]),
            (format!("unit_id={school}&post=leader"), &["leader"]),
            (format!("unit_id={school}&as_of=2009-12-31"), &[]),
            (format!("unit_id={school}&org_id={group}&holder=unit&post=leader"), &["leader"]),
            (format!("unit_id={school}&person_id={person}"), &[]),
            (format!("unit_id={computing}"), &[]),
            (format!("unit_id={UNKNOWN}"), &[]),
        ] {
            assert_eq!(found(&app, &format!("/roles?{question}"), "/post/code").await, set(expected), "{question}");
        }
        assert_eq!(app.get(&format!("/roles?unit_id={school},{medicine}&count=true")).await.body["total"], 3);
    }

    async fn leading_groups_are_found_by_their_unit(app: TestApp) {
        let campus = campus(&app).await;
        let Campus { school, engineering, computing, medicine, group, .. } = &campus;
        let belongs = json!({"unit_ids": [computing], "effective_on": "2005-01-01"});
        app.patch(&format!("/orgs/{group}"), belongs).await.is(200);
        for (question, expected) in [
            (format!("within_unit={school}"), &["领导小组"][..]),
            (format!("within_unit={medicine}"), &["领导小组"]),
            (format!("within_unit={engineering}"), &[]),
            (format!("within_unit={engineering}&as_of=2010-01-01"), &["领导小组"]),
            (format!("within_unit={engineering}&as_of=2004-12-31"), &[]),
        ] {
            assert_eq!(found(&app, &format!("/leading-groups?{question}"), "/name").await, set(expected), "{question}");
        }
    }

    async fn a_sort_with_a_minus_before_it_is_backwards(app: TestApp) {
        let campus = campus(&app).await;
        for number in 0..5 {
            let person = app.person(&format!("人{number}")).await;
            app.role(&campus.committee, "member", &person, &format!("20{:02}-01-01", 10 + number % 3)).await;
        }
        let inspectors = app.org_under("supervision_group", Some(&campus.group), "督导组", "2001-01-01").await;
        for (org, from) in [(&campus.computing_branch, "2021-01-01"), (&campus.medicine_branch, "2022-01-01"), (&campus.committee, "2021-01-01")] {
            let body = json!({"supervision_group_id": inspectors, "org_id": org, "scope": "self", "valid_from": from});
            app.post("/supervisions", body).await.is(201);
        }
        let committee = &campus.committee;
        for (list, sorts) in [
            ("/orgs?status=all".to_owned(), &["order", "name", "established_on"][..]),
            (format!("/orgs?within={committee}"), &["order", "name"]),
            ("/people?q=人".to_owned(), &["name"]),
            ("/posts?leadership=true".to_owned(), &["rank"]),
            ("/roles?status=all".to_owned(), &["order", "valid_from"]),
            (format!("/orgs/{committee}/roles?acting=false"), &["order", "valid_from"]),
            ("/supervisions?status=all".to_owned(), &["valid_from"]),
        ] {
            for sort in sorts {
                let key = if list.starts_with("/posts") { "/code" } else { "/id" };
                let forwards = app.get(&format!("{list}&sort={sort}&limit=500")).await.is(200).all(key);
                assert!(forwards.len() > 2, "{list}");
                let mut backwards = app.get(&format!("{list}&sort=-{sort}&limit=500")).await.is(200).all(key);
                backwards.reverse();
                assert_eq!(backwards, forwards, "{list} {sort}");
                // Page by page each item comes once, whether counted or not.
                for count in ["", "&count=true"] {
                    let (mut seen, mut cursor) = (Vec::new(), String::new());
                    loop {
                        let page = app.get(&format!("{list}&sort=-{sort}&limit=2{count}{cursor}")).await.is(200);
                        seen.extend(page.all(key));
                        let Some(next) = page.body["next"].as_str() else { break };
                        app.get(&format!("{list}&sort={sort}&limit=2&cursor={next}")).await.is_problem(422, "cursor-mismatch");
                        cursor = format!("&cursor={next}");
                    }
                    seen.reverse();
                    assert_eq!(seen, forwards, "{list} {sort}{count}");
                }
            }
        }
        for (list, sort) in [("orgs", "--name"), ("orgs", "-"), ("people", "-rank"), ("posts", "- rank"), ("supervisions", "order")] {
            let refused = app.get(&format!("/{list}?sort={sort}")).await.is_problem(400, "validation").at("sort");
            assert!(refused.body["errors"][0]["detail"].as_str().unwrap().contains(", -"), "{}", refused.text);
        }
    }
}
