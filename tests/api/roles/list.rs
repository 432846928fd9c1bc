//! Listing roles: every filter and sort, on any day.

use serde_json::json;

use super::UNKNOWN;
use crate::support::{TestApp, api_test};

/// A small campus with past, present and future roles.
struct Campus {
    committee: String,
    branch: String,
    department: String,
    unit: String,
    sun: String,
}

async fn campus(app: &TestApp) -> Campus {
    let committee = app.committee().await;
    let department = app.org_under("department", Some(&committee), "宣传部", "2000-01-01").await;
    let general = app.org_under("general_branch", Some(&committee), "学院党总支", "2000-01-01").await;
    let branch = app.org_under("branch", Some(&general), "学生支部", "2000-01-01").await;
    let unit = app.org_under("unit", None, "教务处", "2000-01-01").await;
    let (sun, hu) = (app.person("孙国权").await, app.person("胡春梅").await);
    for (body, order) in [
        (
            json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": hu}, "valid_from": "2012-01-01", "basis": {"title": "通知", "number": "1号"}}),
            2,
        ),
        (
            json!({"org_id": committee, "post": "member", "holder": {"type": "person", "id": sun}, "valid_from": "2011-01-01"}),
            1,
        ),
        (
            json!({"org_id": committee, "post": "secretary", "holder": {"type": "person", "id": sun}, "valid_from": "2010-01-01"}),
            9,
        ),
        (
            json!({"org_id": department, "post": "head", "holder": {"type": "person", "id": hu}, "valid_from": "2005-01-01", "valid_until": "2015-01-01"}),
            1,
        ),
        (
            json!({"org_id": branch, "post": "secretary", "holder": {"type": "person", "id": hu}, "valid_from": "2030-01-01"}),
            1,
        ),
        (
            json!({"org_id": branch, "post": "secretary", "holder": {"type": "person", "id": sun}, "valid_from": "2020-01-01", "valid_until": "2030-01-01", "acting": true}),
            1,
        ),
        (
            json!({"org_id": branch, "post": "liaison", "holder": {"type": "unit", "id": unit}, "valid_from": "2013-01-01"}),
            1,
        ),
    ] {
        let mut body = body;
        body["order"] = json!(order);
        app.post("/roles", body).await.is(201);
    }
    let head = app.get("/roles?status=ended").await.all("/id")[0].as_str().unwrap().to_owned();
    app.patch(&format!("/roles/{head}"), json!({"valid_until": null})).await.is(200);
    app.post(
        &format!("/roles/{head}/end"),
        json!({"effective_on": "2015-01-01", "basis": {"title": "免", "number": "2号"}}),
    )
    .await
    .is(200);
    Campus { committee, branch, department, unit, sun }
}

/// Org, post and holder of each role.
async fn told(app: &TestApp, query: &str) -> Vec<String> {
    let answer = app.get(&format!("/roles?{query}")).await.is(200);
    let items = answer.body["items"].as_array().unwrap().clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    items
        .iter()
        .map(|role| [&role["org"]["name"], &role["post"]["code"], &role["holder"]["name"]].map(text).join(" "))
        .collect()
}

const SECRETARY: &str = "学校党委 secretary 孙国权";
const FIRST_MEMBER: &str = "学校党委 member 孙国权";
const SECOND_MEMBER: &str = "学校党委 member 胡春梅";
const HEAD: &str = "宣传部 head 胡春梅";
const ACTING: &str = "学生支部 secretary 孙国权";
const LIAISON: &str = "学生支部 liaison 教务处";
const NEXT: &str = "学生支部 secretary 胡春梅";

api_test! {
    async fn roles_are_listed_by_org_rank_and_order(app: TestApp) {
        campus(&app).await;
        let current = [SECRETARY, FIRST_MEMBER, SECOND_MEMBER, ACTING, LIAISON];
        assert_eq!(told(&app, "").await, current);
        assert_eq!(told(&app, "sort=order").await, current);
        assert_eq!(told(&app, "status=all").await, [SECRETARY, FIRST_MEMBER, SECOND_MEMBER, HEAD, ACTING, NEXT, LIAISON]);
        assert_eq!(told(&app, "status=all&sort=valid_from").await, [HEAD, SECRETARY, FIRST_MEMBER, SECOND_MEMBER, LIAISON, ACTING, NEXT]);
        assert_eq!(told(&app, "as_of=2012-06-01").await, [SECRETARY, FIRST_MEMBER, SECOND_MEMBER, HEAD]);
        assert_eq!(told(&app, "as_of=2030-01-01&tier=3").await, [NEXT, LIAISON]);
        assert_eq!(told(&app, "as_of=2004-12-31").await, [""; 0]);
        assert_eq!(told(&app, "as_of=2004-12-31&status=planned&sort=valid_from").await.len(), 7);
    }

    async fn every_filter_narrows_the_list(app: TestApp) {
        let Campus { committee, branch, department, unit, sun } = campus(&app).await;
        for (query, found) in [
            (format!("org_id={branch}"), &[ACTING, LIAISON][..]),
            (format!("org_id={branch},{department}&status=all"), &[HEAD, ACTING, NEXT, LIAISON]),
            (format!("person_id={sun}"), &[SECRETARY, FIRST_MEMBER, ACTING]),
            (format!("person_id={sun}&org_id={branch}"), &[ACTING]),
            (format!("person_id={unit}"), &[]),
            (format!("org_id={UNKNOWN}"), &[]),
            (format!("person_id={UNKNOWN},{sun}&post=secretary"), &[SECRETARY, ACTING]),
            ("post=secretary".to_owned(), &[SECRETARY, ACTING]),
            ("post=nobody".to_owned(), &[]),
            ("post=secretary,liaison".to_owned(), &[SECRETARY, ACTING, LIAISON]),
            ("org_kind=committee".to_owned(), &[SECRETARY, FIRST_MEMBER, SECOND_MEMBER]),
            ("org_kind=department,branch&status=ended,planned".to_owned(), &[HEAD, NEXT]),
            ("tier=1".to_owned(), &[SECRETARY, FIRST_MEMBER, SECOND_MEMBER]),
            ("tier=2,3".to_owned(), &[ACTING, LIAISON]),
            (format!("within={committee}&post=secretary"), &[SECRETARY, ACTING]),
            (format!("within={branch},{department}&status=all"), &[HEAD, ACTING, NEXT, LIAISON]),
            (format!("within={UNKNOWN}"), &[]),
            ("leadership=true".to_owned(), &[SECRETARY, FIRST_MEMBER, SECOND_MEMBER, ACTING]),
            ("leadership=false&status=all".to_owned(), &[HEAD, LIAISON]),
            ("holder=unit".to_owned(), &[LIAISON]),
            ("holder=person&tier=3".to_owned(), &[ACTING]),
            ("holder=person,unit&tier=3".to_owned(), &[ACTING, LIAISON]),
            ("acting=true".to_owned(), &[ACTING]),
            ("acting=false&tier=3".to_owned(), &[LIAISON]),
            ("status=planned".to_owned(), &[NEXT]),
            ("status=ended".to_owned(), &[HEAD]),
            ("status=planned,ended".to_owned(), &[HEAD, NEXT]),
            ("basis_number=1号".to_owned(), &[SECOND_MEMBER]),
            // The document that ended it counts as well.
            ("basis_number=2号&basis_number=1号&status=all".to_owned(), &[SECOND_MEMBER, HEAD]),
            ("basis_number=2号,1号&status=all".to_owned(), &[]),
            ("basis_number=3号".to_owned(), &[]),
        ] {
            assert_eq!(told(&app, &query).await, found, "{query}");
        }
    }

    async fn a_filter_that_cannot_be_is_refused(app: TestApp) {
        for (query, slug, place) in [
            ("org_id=x", "validation", "org_id"),
            ("person_id=", "validation", "person_id"),
            ("post=书记", "validation", "post"),
            ("org_kind=college", "validation", "org_kind"),
            ("tier=0", "validation", "tier"),
            ("tier=x", "validation", "tier"),
            ("within=1", "validation", "within"),
            ("leadership=yes", "validation", "leadership"),
            ("holder=chair", "validation", "holder"),
            ("acting=", "validation", "acting"),
            ("status=past", "validation", "status"),
            ("sort=name", "validation", "sort"),
            ("as_of=2021-13-01", "validation", "as_of"),
            ("as_of=0999-12-31", "validation", "as_of"),
            ("person=x", "unknown-parameter", "person"),
            ("acting=true&acting=true", "repeated-parameter", "acting"),
        ] {
            app.get(&format!("/roles?{query}")).await.is_problem(400, slug).at(place);
        }
    }

    async fn a_role_shows_its_org_as_it_is_on_the_day(app: TestApp) {
        let Campus { department, .. } = campus(&app).await;
        app.patch(&format!("/orgs/{department}"), json!({"name": "党委宣传部", "effective_on": "2010-01-01"})).await.is(200);
        assert_eq!(told(&app, "post=head&as_of=2009-01-01").await, [HEAD]);
        assert_eq!(told(&app, "post=head&as_of=2010-01-01").await, ["党委宣传部 head 胡春梅"]);
        // It ended long before today, so it is shown as on its last day.
        assert_eq!(told(&app, "post=head&status=ended").await, ["党委宣传部 head 胡春梅"]);
        // A planned one as on its first day.
        app.patch(&format!("/orgs/{department}"), json!({"name": "融媒体部", "effective_on": "2030-01-01"})).await.is(200);
        app.role(&department, "deputy_head", &app.person("李建华").await, "2031-01-01").await;
        assert_eq!(told(&app, "post=deputy_head&status=planned").await, ["融媒体部 deputy_head 李建华"]);
    }

    async fn a_list_of_roles_comes_in_pages(app: TestApp) {
        campus(&app).await;
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.get(&format!("/roles?status=all&limit=2&count=true{cursor}")).await.is(200);
            assert_eq!(page.body["total"], 7);
            found.extend(page.all("/id"));
            let Some(next) = page.body["next"].as_str() else { break };
            assert_eq!(page.all("/id").len(), 2);
            cursor = format!("&cursor={next}");
        }
        assert_eq!(found, app.get("/roles?status=all").await.all("/id"));
    }
}
