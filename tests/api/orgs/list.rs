//! Listing orgs: every filter, alone and together.

use serde_json::json;

use super::NOBODY;
use crate::support::{TODAY, TestApp, api_test};

/// The names in the answer to `question`, in order.
async fn found(app: &TestApp, question: &str) -> Vec<String> {
    app.get(&format!("/orgs?{question}")).await.is(200).names()
}

struct Campus {
    committee: String,
    computing: String,
    library: String,
    college: String,
    unit: String,
}

/// A small university with a result for every filter.
async fn campus(app: &TestApp) -> Campus {
    let committee = app.org(json!({"kind": "committee", "name": "学校党委", "name_en": "University Committee", "valid_from": "2000-01-01"})).await;
    let unit = app.org_under("unit", None, "信息学院", "2000-01-01").await;
    let college = app.org_under("committee", Some(&committee), "医学院党委", "2000-01-01").await;
    let computing = app.org(json!({"kind": "general_branch", "name": "计算机学院党总支", "short_name": "计算机总支", "parent_id": committee,
        "code": "621", "unit_ids": [unit], "valid_from": "2005-01-01", "external_ids": [{"scheme": "oa", "value": "1:2"}],
        "basis": {"title": "成立", "number": "校党发〔2005〕1号"}})).await;
    app.org(json!({"kind": "branch", "name": "计算机教工党支部", "parent_id": computing, "branch_type": "staff", "code": "631", "valid_from": "2006-01-01"})).await;
    app.org(json!({"kind": "branch", "name": "计算机学生党支部", "parent_id": computing, "branch_type": "student", "code": "632", "valid_from": "2007-01-01"})).await;
    let library = app.org(json!({"kind": "branch", "name": "图书馆党支部", "parent_id": committee, "branch_type": "staff", "joint": true, "valid_from": "2004-01-01"})).await;
    app.org(json!({"kind": "branch", "name": "旧党支部", "parent_id": committee, "valid_from": "2001-01-01", "valid_until": "2010-01-01"})).await;
    app.org(json!({"kind": "branch", "name": "新党支部", "parent_id": college, "valid_from": "2030-01-01"})).await;
    app.patch(
        &format!("/orgs/{computing}"),
        json!({"name": "信息学院党总支", "short_name": "信息总支", "code": "622", "effective_on": "2020-01-01",
        "basis": {"title": "更名", "number": "校党发〔2020〕2号"}}),
    )
    .await
    .is(200);
    Campus { committee, computing, library, college, unit }
}

api_test! {
    async fn what_lives_on_the_day_is_listed_unless_more_is_asked(app: TestApp) {
        campus(&app).await;
        let branches = |status: &'static str| {
            let app = app.clone();
            async move { found(&app, &format!("kind=branch&sort=established_on{status}")).await }
        };
        assert_eq!(branches("").await, ["图书馆党支部", "计算机教工党支部", "计算机学生党支部"]);
        assert_eq!(branches("&status=current").await, ["图书馆党支部", "计算机教工党支部", "计算机学生党支部"]);
        assert_eq!(branches("&status=ended").await, ["旧党支部"]);
        assert_eq!(branches("&status=planned").await, ["新党支部"]);
        assert_eq!(branches("&status=planned,ended").await, ["旧党支部", "新党支部"]);
        let all = ["旧党支部", "图书馆党支部", "计算机教工党支部", "计算机学生党支部", "新党支部"];
        assert_eq!(branches("&status=all").await, all);
        assert_eq!(branches("&status=planned,current,ended").await, all);
        assert_eq!(branches("&as_of=2009-12-31").await, ["旧党支部", "图书馆党支部", "计算机教工党支部", "计算机学生党支部"]);
        assert_eq!(branches("&as_of=2010-01-01&status=ended").await, ["旧党支部"]);
        assert_eq!(branches("&as_of=1999-01-01").await, [""; 0]);
        let shown = app.get("/orgs?kind=branch&status=planned,ended&sort=established_on").await.is(200);
        assert_eq!(shown.all("/status"), [json!("ended"), json!("planned")]);
    }

    async fn orgs_stand_as_officially_listed(app: TestApp) {
        let campus = campus(&app).await;
        app.patch(&format!("/orgs/{}", campus.library), json!({"order": 0, "effective_on": "2020-01-01"})).await.is(200);
        assert_eq!(found(&app, "").await, ["学校党委", "图书馆党支部", "医学院党委", "信息学院党总支", "计算机教工党支部", "计算机学生党支部", "信息学院"]);
        assert_eq!(found(&app, "sort=order&as_of=2019-12-31").await,
            ["学校党委", "医学院党委", "计算机学院党总支", "计算机教工党支部", "计算机学生党支部", "图书馆党支部", "信息学院"]);
        assert_eq!(found(&app, "sort=name&kind=branch,general_branch").await, ["计算机教工党支部", "计算机学生党支部", "图书馆党支部", "信息学院党总支"]);
        assert_eq!(found(&app, "sort=established_on&kind=branch,general_branch").await, ["图书馆党支部", "信息学院党总支", "计算机教工党支部", "计算机学生党支部"]);
    }

    async fn each_filter_finds_what_it_says_on_the_day(app: TestApp) {
        let campus = campus(&app).await;
        let Campus { committee, computing, library, college, unit } = &campus;
        let both = ["计算机教工党支部", "计算机学生党支部"];
        for (question, expected) in [
            ("kind=unit".to_owned(), &["信息学院"][..]),
            ("kind=unit,general_branch".to_owned(), &["信息学院党总支", "信息学院"]),
            ("kind=unit&kind=general_branch".to_owned(), &["信息学院党总支", "信息学院"]),
            ("kind=unit%2Cgeneral_branch".to_owned(), &["信息学院党总支", "信息学院"]),
            ("former_name=计算机学院党总支&former_name=无".to_owned(), &["信息学院党总支"]),
            ("former_name=计算机学院党总支,无".to_owned(), &[]),
            ("tier=1".to_owned(), &["学校党委"]),
            ("tier=2".to_owned(), &["医学院党委", "信息学院党总支"]),
            ("tier=1,3".to_owned(), &["学校党委", "计算机教工党支部", "计算机学生党支部", "图书馆党支部"]),
            (format!("parent_id={computing}"), &both),
            (format!("parent_id={computing},{committee}&kind=branch"), &["计算机教工党支部", "计算机学生党支部", "图书馆党支部"]),
            (format!("within={computing}"), &["信息学院党总支", "计算机教工党支部", "计算机学生党支部"]),
            (format!("within={college},{library}"), &["医学院党委", "图书馆党支部"]),
            (format!("within={committee}&tier=2"), &["医学院党委", "信息学院党总支"]),
            ("code=631".to_owned(), &["计算机教工党支部"]),
            ("code=632,622".to_owned(), &["信息学院党总支", "计算机学生党支部"]),
            ("code=621".to_owned(), &[]),
            ("code=621&as_of=2019-12-31".to_owned(), &["计算机学院党总支"]),
            ("former_code=621".to_owned(), &["信息学院党总支"]),
            ("former_code=622".to_owned(), &[]),
            ("former_code=621&as_of=2019-12-31".to_owned(), &[]),
            ("external_id=oa:1:2".to_owned(), &["信息学院党总支"]),
            ("external_id=oa:1&external_id=oa:1:2".to_owned(), &["信息学院党总支"]),
            ("external_id=gb32100:1:2".to_owned(), &[]),
            ("name=信息学院党总支".to_owned(), &["信息学院党总支"]),
            ("name=信息总支&name=图书馆党支部".to_owned(), &["信息学院党总支", "图书馆党支部"]),
            ("name=計算機教工黨支部".to_owned(), &["计算机教工党支部"]),
            ("name=计算机".to_owned(), &[]),
            ("former_name=计算机学院党总支".to_owned(), &["信息学院党总支"]),
            ("former_name=計算機總支".to_owned(), &["信息学院党总支"]),
            ("former_name=信息学院党总支".to_owned(), &[]),
            ("former_name=计算机学院党总支&as_of=2019-12-31".to_owned(), &[]),
            ("q=计算机".to_owned(), &both),
            ("q=計算機&branch_type=student".to_owned(), &["计算机学生党支部"]),
            ("q=university".to_owned(), &["学校党委"]),
            ("q=UNIVERSITY".to_owned(), &["学校党委"]),
            ("q=ＵＮＩｖérsity".to_owned(), &["学校党委"]),
            ("q=信息 学院".to_owned(), &["信息学院党总支", "信息学院"]),
            ("name=信息 总支".to_owned(), &["信息学院党总支"]),
            ("q=总支".to_owned(), &["信息学院党总支"]),
            (format!("unit_id={unit}"), &["信息学院党总支"]),
            ("branch_type=staff".to_owned(), &["计算机教工党支部", "图书馆党支部"]),
            ("branch_type=staff,student".to_owned(), &["计算机教工党支部", "计算机学生党支部", "图书馆党支部"]),
            ("basis_number=校党发〔2020〕2号".to_owned(), &["信息学院党总支"]),
            ("basis_number=校党发〔2005〕1号&basis_number=无".to_owned(), &["信息学院党总支"]),
            ("basis_number=校党发".to_owned(), &[]),
            (format!("within={committee}&branch_type=staff&q=图书&tier=3&kind=branch&parent_id={committee}"), &["图书馆党支部"]),
            ("code=631&branch_type=student".to_owned(), &[]),
            (format!("external_id=oa:1:2&unit_id={unit}&code=622&former_code=621&within={computing}"), &["信息学院党总支"]),
        ] {
            let mut names = found(&app, &question).await;
            let mut expected: Vec<String> = expected.iter().map(|name| (*name).to_owned()).collect();
            names.sort();
            expected.sort();
            assert_eq!(names, expected, "{question}");
        }
    }

    async fn the_document_of_the_end_counts_as_well(app: TestApp) {
        let campus = campus(&app).await;
        let end = json!({"effective_on": "2024-01-01", "basis": {"title": "撤销", "number": "校党发〔2024〕3号"}});
        app.post(&format!("/orgs/{}/dissolve", campus.library), end).await.is(200);
        assert_eq!(found(&app, "basis_number=校党发〔2024〕3号").await, [""; 0]);
        assert_eq!(found(&app, "basis_number=校党发〔2024〕3号&status=ended").await, ["图书馆党支部"]);
    }

    async fn a_document_s_number_may_have_a_comma(app: TestApp) {
        let campus = campus(&app).await;
        let change = json!({"code": "9", "effective_on": TODAY, "basis": {"title": "编号", "number": "校党发1,2号"}});
        app.patch(&format!("/orgs/{}", campus.library), change).await.is(200);
        assert_eq!(found(&app, "basis_number=校党发1%2C2号").await, ["图书馆党支部"]);
        assert_eq!(found(&app, "basis_number=校党发1,2号").await, ["图书馆党支部"]);
        assert_eq!(found(&app, "basis_number=校党发1&basis_number=2号").await, [""; 0]);
    }

    async fn ids_that_name_nothing_find_nothing(app: TestApp) {
        campus(&app).await;
        for filter in ["parent_id", "within", "unit_id"] {
            let page = app.get(&format!("/orgs?{filter}={NOBODY}&count=true")).await.is(200);
            assert_eq!(page.body, json!({"items": [], "total": 0}), "{filter}");
        }
        for question in ["code=999", "former_code=999", "external_id=oa:999", "name=无", "former_name=无", "q=无", "basis_number=无"] {
            assert_eq!(found(&app, question).await, [""; 0], "{question}");
        }
    }

    async fn questions_that_make_no_sense_are_refused(app: TestApp) {
        for (question, parameter) in [
            ("kind=club", "kind"), ("kind=", "kind"), ("kind=branch,club", "kind"), ("tier=4", "tier"), ("tier=x", "tier"), ("parent_id=x", "parent_id"),
            ("within=", "within"), ("code=a%20b", "code"), ("external_id=oa", "external_id"), ("external_id=:1", "external_id"),
            ("name=", "name"), ("q=", "q"), ("branch_type=other", "branch_type"), ("status=gone", "status"), ("sort=size", "sort"),
            ("as_of=2021-02-29", "as_of"), ("limit=0", "limit"), ("limit=501", "limit"), ("count=yes", "count"),
        ] {
            app.get(&format!("/orgs?{question}")).await.is_problem(400, "validation").at(parameter);
        }
        app.get("/orgs?colour=red").await.is_problem(400, "unknown-parameter");
        app.get("/orgs?sort=name&sort=order").await.is_problem(400, "repeated-parameter").at("sort");
        app.get("/orgs?dry_run=true").await.is_problem(400, "unknown-parameter");
    }
}
