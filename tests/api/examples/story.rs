//! What is recorded: a look at the campus, then a new college's organisation from its founding to its end.

use campus_org::sample::SampleTour;
use serde_json::{Value, json};
use uuid::Uuid;

use super::recorder::Recorder;
use crate::support::{TestApp, name_every_list};

/// Nothing has this id.
pub(super) const UNKNOWN: &str = "0199a6d4-7b50-7c8a-9a57-3c1f7d1f4bff";
/// A day on which the leading group of the campaign of 2021 lived.
const CAMPAIGN: &str = "2021-04-15";

pub(super) fn id(body: &Value) -> String {
    body["id"].as_str().unwrap_or_else(|| panic!("no id: {body}")).to_owned()
}

fn first(page: &Value) -> String {
    id(&page["items"][0])
}

/// The list of general branches directly under an org.
fn branches(committee: &str) -> String {
    format!("/orgs?kind=general_branch&parent_id={committee}&limit=2&count=true")
}

/// Who holds something, as requests have it.
fn person(id: &str) -> Value {
    json!({"holder": {"type": "person", "id": id}})
}

/// Whoever holds a post in an org, as requests have it.
fn seat(org: &str, post: &str) -> Value {
    json!({"holder": {"type": "seat", "org_id": org, "post": post}})
}

/// A role that a person gets.
fn new_role(org: &str, post: &str, holder: &str, valid_from: &str, basis: &Value) -> Value {
    json!({"org_id": org, "post": post, "holder": {"type": "person", "id": holder}, "valid_from": valid_from, "basis": basis})
}

pub(super) async fn tell(recorder: &mut Recorder<'_>, tour: &SampleTour) {
    let campus = Campus::find(recorder.app, tour).await;
    campus.look(recorder).await;
    service(recorder).await;
    refusals(recorder, &campus).await;
    let college = college(recorder, &campus).await;
    posts(recorder).await;
    people(recorder, &college).await;
    roles(recorder, &campus).await;
    orders(recorder, &college).await;
    leading_group(recorder, &campus).await;
    supervisions(recorder, &campus).await;
    super::keys::keys(recorder, &campus.committee).await;
    end(recorder, &college).await;
}

/// What stands in the sample. Requests that create something name these, so that they can be repeated on it.
struct Campus {
    committee: String,
    secretary: String,
    group: String,
    past_group: String,
    branch: String,
    branch_secretary: String,
    branch_member: String,
}

impl Campus {
    async fn find(app: &TestApp, tour: &SampleTour) -> Self {
        let committee = tour.university_committee.to_string();
        let branch = first(&app.get(&branches(&committee)).await.is(200).body);
        let holder = async |post: &str| {
            let roles = app.get(&format!("/orgs/{branch}/roles?post={post}")).await.is(200).body;
            id(&roles["items"][0]["holder"])
        };
        Self {
            secretary: tour.a_secretary_person.to_string(),
            group: tour.a_leading_group.to_string(),
            past_group: tour.a_past_leading_group.to_string(),
            branch_secretary: holder("secretary").await,
            branch_member: holder("publicity_member").await,
            branch,
            committee,
        }
    }

    async fn look(&self, recorder: &mut Recorder<'_>) {
        let Self { committee, secretary, group, past_group, branch, .. } = self;
        recorder.read(&branches(committee)).await;
        recorder.read(&format!("/orgs/{branch}")).await;
        recorder.read(&format!("/orgs/{branch}/versions?limit=2")).await;
        recorder.read(&format!("/orgs/{branch}/member-counts")).await;
        let below = recorder.read(&format!("/orgs/{branch}/descendants?limit=2")).await;
        recorder.read(&format!("/orgs/{}/ancestors", first(&below))).await;
        recorder.read(&format!("/orgs/{committee}/tree?depth=1")).await;
        recorder.read(&format!("/orgs/{}/path?to={committee}", first(&below))).await;
        recorder.read(&format!("/orgs/{}/lineage", first(&below))).await;
        let roles = recorder.read(&format!("/orgs/{committee}/roles?limit=2")).await;
        recorder.read(&format!("/roles/{}", first(&roles))).await;
        recorder.read(&format!("/roles?org_id={group}&limit=2&count=true")).await;
        recorder.read(&format!("/people/{secretary}")).await;
        recorder.read(&format!("/people/{secretary}/roles?limit=2")).await;
        recorder.read("/people?limit=2&count=true").await;
        recorder.read("/posts?limit=2").await;
        recorder.read("/posts/secretary").await;
        recorder.read("/vacancies?limit=2").await;
        recorder.read(&format!("/leading-groups/{past_group}/coverage?as_of={CAMPAIGN}")).await;
        recorder.conflict("GET", &format!("/leading-groups/{past_group}/coverage"), None).await;
        let covered = recorder.read(&format!("/supervisions?as_of={CAMPAIGN}&limit=2")).await;
        recorder.read(&format!("/supervisions/{}?as_of={CAMPAIGN}", first(&covered))).await;
        let org = covered["items"][0]["org"]["id"].as_str().expect("an id").to_owned();
        recorder.read(&format!("/orgs/{org}/supervised-by?as_of={CAMPAIGN}")).await;
    }
}

async fn service(recorder: &mut Recorder<'_>) {
    for path in ["/", "/health/live", "/health/ready", "/problems", "/problems/post-full"] {
        recorder.read(path).await;
    }
}

/// The refusals that operations share, one each.
async fn refusals(recorder: &mut Recorder<'_>, campus: &Campus) {
    let Campus { committee, secretary, .. } = campus;
    let app = recorder.app;
    let post = |path: &str, body: Value| app.request("POST", path).json(&body);
    let get = |path: &str| app.request("GET", path);
    let nameless = json!({"kind": "branch", "parent_id": committee});
    recorder.refused("BadRequest", 400, post("/orgs", nameless)).await;
    recorder.refused("NotFound", 404, get(&format!("/orgs/{UNKNOWN}"))).await;
    recorder.refused("NotAcceptable", 406, get("/orgs").header("accept", "text/html")).await;
    let stale = app.request("PATCH", &format!("/people/{secretary}")).header("if-match", "\"1-0000000000000000\"");
    recorder.refused("PreconditionFailed", 412, stale.json(&json!({"phone": null}))).await;
    let large = post("/people", json!({"name": "长".repeat(1 << 20)}));
    recorder.refused("BodyTooLarge", 413, large).await;
    let xml = app.request("POST", "/people").header("content-type", "application/xml").body("<person/>");
    recorder.refused("UnsupportedMediaType", 415, xml).await;
    let mut backwards = new_role(committee, "member", secretary, "2026-12-01", &json!({"title": "任职通知"}));
    backwards["valid_until"] = json!("2026-12-01");
    recorder.refused("Unprocessable", 422, post("/roles", backwards)).await;
    recorder.refused("Unavailable", 503, get("/orgs").header("directory-min-revision", "1000")).await;
    recorder.refused("Problem", 405, app.request("PUT", "/orgs")).await;
}

/// The organisation of a new college.
struct College {
    branch: String,
    staff: String,
    students: String,
}

async fn college(recorder: &mut Recorder<'_>, campus: &Campus) -> College {
    let Campus { committee, .. } = campus;
    let basis =
        json!({"title": "关于成立集成电路学院党总支的通知", "number": "校党发〔2026〕61号", "date": "2026-11-28"});
    let body = json!({
        "kind": "general_branch", "name": "集成电路学院党总支", "parent_id": committee,
        "code": "621001026", "valid_from": "2026-12-01", "basis": basis,
    });
    let branch = id(&recorder.write("POST", "/orgs", Some(body.clone())).await);
    recorder.conflict("POST", "/orgs", Some(body)).await;
    let path = format!("/orgs/{branch}");

    let renamed = json!({
        "name": "集成电路科学与工程学院党总支", "effective_on": "2027-03-01",
        "basis": {"title": "关于集成电路学院更名的通知", "number": "校党发〔2026〕66号"},
    });
    recorder.write("PATCH", &path, Some(renamed)).await;
    recorder.conflict("PATCH", &path, Some(json!({"parent_id": branch}))).await;
    let earlier = json!({"valid_from": "2027-01-15"});
    recorder.write("PATCH", &format!("{path}/versions/2027-03-01"), Some(earlier)).await;
    let before_it_was = json!({"valid_from": "2026-11-01"});
    recorder.conflict("PATCH", &format!("{path}/versions/2027-01-15"), Some(before_it_was)).await;
    recorder.conflict("DELETE", &format!("{path}/versions/2026-12-01"), None).await;
    recorder.write("DELETE", &format!("{path}/versions/2027-01-15"), None).await;

    let mut below = Vec::new();
    for (name, branch_type) in [("集成电路学院教工党支部", "staff"), ("集成电路学院研究生党支部", "student")]
    {
        let body = json!({"kind": "branch", "name": name, "parent_id": branch, "branch_type": branch_type});
        below.push(recorder.app.org(body).await);
    }
    let [staff, students] = below.try_into().expect("two");
    recorder.conflict("DELETE", &path, None).await;
    let mistake = json!({"kind": "branch", "name": "集成电路学院教工党支部", "parent_id": branch});
    let mistake = recorder.app.org(mistake).await;
    recorder.write("DELETE", &format!("/orgs/{mistake}"), None).await;
    College { branch, staff, students }
}

async fn posts(recorder: &mut Recorder<'_>) {
    let body = json!({
        "code": "secretary_assistant", "name": "书记助理", "name_en": "Assistant to the Secretary",
        "kinds": [{"kind": "committee", "holders_max": 2}],
    });
    recorder.write("POST", "/posts", Some(body.clone())).await;
    recorder.conflict("POST", "/posts", Some(body)).await;
    let more =
        json!({"kinds": [{"kind": "committee", "holders_max": 2}, {"kind": "general_branch", "holders_max": 1}]});
    recorder.write("PATCH", "/posts/secretary_assistant", Some(more)).await;
    let one = json!({"kinds": [{"kind": "committee", "holders_max": 1}]});
    recorder.conflict("PATCH", "/posts/standing_member", Some(one)).await;
    recorder.conflict("DELETE", "/posts/secretary", None).await;
    recorder.write("DELETE", "/posts/secretary_assistant", None).await;
}

/// The secretary and the deputy of the college's general branch.
async fn people(recorder: &mut Recorder<'_>, college: &College) {
    let body = json!({"name": "林若溪", "staff_no": "20260117", "email": "linruoxi@example.edu.cn"});
    let secretary = id(&recorder.write("POST", "/people", Some(body.clone())).await);
    recorder.conflict("POST", "/people", Some(body)).await;
    let path = format!("/people/{secretary}");
    recorder.write("PATCH", &path, Some(json!({"phone": "023-65920117", "email": null}))).await;

    let deputy = recorder.app.person("沈一鸣").await;
    recorder.conflict("PATCH", &format!("/people/{deputy}"), Some(json!({"staff_no": "20260117"}))).await;

    let role = recorder.app.role(&college.branch, "secretary", &secretary, "2026-12-01").await;
    recorder.conflict("DELETE", &path, None).await;

    let other = recorder.app.role(&college.branch, "deputy_secretary", &deputy, "2026-12-15").await;
    recorder.write("PATCH", &format!("/roles/{other}"), Some(json!({"valid_from": "2026-12-01"}))).await;
    let earlier = json!({"valid_from": "2026-11-01"});
    recorder.conflict("PATCH", &format!("/roles/{role}"), Some(earlier)).await;

    let mistake = recorder.app.role(&college.branch, "publicity_member", &deputy, "2026-12-01").await;
    recorder.write("DELETE", &format!("/roles/{mistake}"), None).await;
    let short = recorder.app.role(&college.branch, "youth_member", &deputy, "2026-12-01").await;
    let path = format!("/roles/{short}/end");
    let on = |day: &str| {
        let basis = json!({"title": "关于沈一鸣同志免职的通知", "number": "校党任〔2027〕2号"});
        Some(json!({"effective_on": day, "basis": basis}))
    };
    recorder.conflict("POST", &path, on("2026-12-01")).await;
    recorder.write("POST", &path, on("2027-06-30")).await;

    let left = recorder.app.person("钱离校").await;
    recorder.write("POST", &format!("/people/{left}/erase"), None).await;
    recorder.conflict("POST", &format!("/people/{left}/erase"), None).await;

    let twice = recorder.app.person("林若溪").await;
    recorder.app.role(&college.staff, "member", &twice, "2026-12-01").await;
    let merge = format!("/people/{secretary}/merge");
    let again = json!({ "duplicate_id": twice });
    recorder.write("POST", &merge, Some(again.clone())).await;
    recorder.conflict("POST", &merge, Some(again)).await;
    let gone = recorder.app.person("林若曦").await;
    recorder.write("DELETE", &format!("/people/{gone}"), None).await;
}

async fn roles(recorder: &mut Recorder<'_>, campus: &Campus) {
    let Campus { branch, branch_member, .. } = campus;
    let basis = json!({"title": "关于确定党总支联络员的通知", "number": "校党任〔2026〕31号", "date": "2026-11-30"});
    let body = new_role(branch, "liaison", branch_member, "2026-12-01", &basis);
    recorder.write("POST", "/roles", Some(body)).await;
    let second = new_role(branch, "secretary", branch_member, "2027-01-01", &basis);
    recorder.conflict("POST", "/roles", Some(second)).await;
}

async fn orders(recorder: &mut Recorder<'_>, college: &College) {
    let College { branch, staff, students } = college;
    let roles = recorder.app.get(&format!("/orgs/{branch}/roles?status=current")).await.all("/id");
    let path = format!("/orgs/{branch}/role-order");
    let others_first: Vec<&Value> = roles.iter().rev().collect();
    let order = json!({"ids": others_first, "effective_on": "2026-12-01", "basis": {"title": "关于支部委员排名的通知", "number": "校党发〔2026〕70号"}});
    recorder.write("PUT", &path, Some(order)).await;
    recorder.read(&format!("{path}?as_of=2026-12-01")).await;
    recorder.conflict("PUT", &path, Some(json!({"ids": [roles[0]]}))).await;
    let path = format!("/orgs/{branch}/child-order");
    recorder.write("PUT", &path, Some(json!({"ids": [students, staff], "effective_on": "2027-01-01"}))).await;
    recorder.read(&format!("{path}?as_of=2027-01-01")).await;
    recorder.conflict("PUT", &path, Some(json!({"ids": [students, branch]}))).await;
}

async fn leading_group(recorder: &mut Recorder<'_>, campus: &Campus) {
    let Campus { committee, branch, branch_secretary, branch_member, .. } = campus;
    let basis = json!({"title": "关于成立师德师风建设工作领导小组的通知", "number": "校党发〔2026〕63号", "date": "2026-11-30"});
    let mut document = json!({
        "parent_id": committee, "name": "师德师风建设工作领导小组", "valid_from": "2026-12-01", "basis": basis,
        "leaders": [seat(committee, "secretary")],
        "members": [person(branch_secretary)],
        "office": {"directors": [person(branch_member)]},
        "supervision_groups": [{
            "name": "第一督导组", "leaders": [person(branch_secretary)],
            "covers": [{"org_id": branch, "scope": "self"}],
        }],
    });
    let group = recorder.write("POST", "/leading-groups", Some(document.clone())).await;
    recorder.conflict("POST", "/leading-groups", Some(document.clone())).await;
    let path = format!("/leading-groups/{}", id(&group));
    recorder.read(&path).await;
    recorder.read("/leading-groups?q=师德师风&count=true").await;

    name_every_list(&mut document);
    document["effective_on"] = json!("2027-03-01");
    document["basis"] = json!({"title": "关于调整师德师风建设工作领导小组成员的通知", "number": "校党发〔2027〕9号"});
    document["members"] = json!([person(branch_secretary), person(branch_member)]);
    let mut moved = document.clone();
    moved["valid_from"] = json!("2026-11-01");
    recorder.conflict("PUT", &path, Some(moved)).await;
    let unseen = recorder.app.request("PUT", &path).json(&document);
    recorder.refused("PreconditionRequired", 428, unseen).await;
    recorder.write("PUT", &path, Some(document)).await;
}

async fn supervisions(recorder: &mut Recorder<'_>, campus: &Campus) {
    let path = format!("/leading-groups/{}", campus.group);
    let supervision_group = id(&recorder.app.get(&path).await.is(200).body["supervision_groups"][0]);
    let uncovered = id(&recorder.app.get(&format!("{path}/coverage")).await.is(200).body["uncovered"][0]);
    let covers = json!({
        "supervision_group_id": supervision_group, "org_id": uncovered, "scope": "self", "valid_from": "2026-12-01",
    });
    let covered = id(&recorder.write("POST", "/supervisions", Some(covers.clone())).await);
    recorder.conflict("POST", "/supervisions", Some(covers)).await;
    let path = format!("/supervisions/{covered}");
    recorder.write("PATCH", &path, Some(json!({"valid_until": "2027-06-30"}))).await;
    recorder.conflict("PATCH", &path, Some(json!({"valid_from": "1990-01-01"}))).await;
    recorder.write("DELETE", &path, None).await;
}

async fn end(recorder: &mut Recorder<'_>, college: &College) {
    let College { branch, students, .. } = college;
    let basis = json!({"title": "关于撤销集成电路学院研究生党支部的通知", "number": "校党发〔2027〕20号"});
    let on = json!({"effective_on": "2027-07-01", "basis": basis});
    recorder.conflict("POST", &format!("/orgs/{branch}/dissolve"), Some(on.clone())).await;
    recorder.conflict("POST", &format!("/orgs/{students}/restore"), Some(json!({}))).await;
    let corrected = json!({"effective_on": "2027-06-30"});
    recorder.conflict("PATCH", &format!("/orgs/{students}/dissolution"), Some(corrected.clone())).await;
    recorder.write("POST", &format!("/orgs/{students}/dissolve"), Some(on)).await;
    recorder.write("PATCH", &format!("/orgs/{students}/dissolution"), Some(corrected)).await;
    let basis = json!({"title": "关于恢复集成电路学院研究生党支部的通知", "number": "校党发〔2027〕22号"});
    recorder.write("POST", &format!("/orgs/{students}/restore"), Some(json!({ "basis": basis }))).await;
    let changes = recorder.read("/changes?type=org.dissolved&limit=1000").await;
    recorder.read(&format!("/acts/{}", changes["items"][0]["revision"])).await;
}

/// A unit with more below it than one answer holds.
pub(super) async fn too_large(recorder: &mut Recorder<'_>) {
    let root = Uuid::from_u128(1);
    let line = |n: u128| {
        let mut version = json!({"valid_from": "2000-01-01", "name": "处", "kind": "unit", "order": 1});
        if n > 1 {
            version["parent_id"] = json!(root);
        }
        json!({"org": {"id": Uuid::from_u128(n), "versions": [version]}}).to_string()
    };
    // And with more predecessors.
    let predecessor = |n: u128| {
        let version = json!({"valid_from": "2000-01-01", "name": "旧处", "kind": "unit", "order": 1});
        let ended = json!({"id": Uuid::from_u128(n), "versions": [version], "dissolved_on": "2010-01-01", "successor_ids": [root]});
        json!({ "org": ended }).to_string()
    };
    let lines: Vec<String> = (1..=10_001).map(line).chain((20_000..=21_000).map(predecessor)).collect();
    recorder.app.load(&lines.join("\n")).await;
    recorder.conflict("GET", &format!("/orgs/{root}/tree"), None).await;
    recorder.conflict("GET", &format!("/orgs/{root}/lineage"), None).await;
}
