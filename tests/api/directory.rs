//! The organisation of the source document, entered through the API, and the questions it raises.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::api_test;

api_test! {
    async fn the_source_document_s_questions_are_answered(app: TestApp) {
        let established = "2000-01-01";
        let committee = app.org_under("committee", None, "学校党委", established).await;
        let publicity = app.org_under("department", Some(&committee), "宣传部", established).await;
        let mut branches = Vec::new();
        for name in ["计算机科学与信息工程学院党总支", "行政党总支", "化学与环境学院党总支"] {
            branches.push(app.org_under("general_branch", Some(&committee), name, established).await);
        }
        let media = app.org_under("general_branch", Some(&committee), "新闻传媒学院党总支", established).await;
        let arts = app.org_under("general_branch", Some(&committee), "美术学院党总支", established).await;
        let mut library = String::new();
        for (parent, name, branch_type) in [
            (&media, "新闻传媒学院教工党支部", "staff"),
            (&arts, "美术学院学生第一党支部", "student"),
            (&committee, "图书馆党支部", "staff"),
        ] {
            let body = json!({"kind": "branch", "name": name, "parent_id": parent, "branch_type": branch_type,
                "valid_from": established});
            library = app.org(body).await;
        }
        let (sun, hu, wang) = (app.person("孙国权").await, app.person("胡春梅").await, app.person("王玉玲").await);
        let (chen, zhao, qian) = (app.person("陈静").await, app.person("赵一").await, app.person("钱二").await);
        for (org, post, person) in [
            (&committee, "secretary", &sun),
            (&committee, "deputy_secretary", &hu),
            (&committee, "member", &wang),
            (&publicity, "head", &wang),
            // The document names nobody below, so one team and one branch secretary are made up.
            (&branches[0], "secretary", &chen),
            (&branches[0], "publicity_member", &zhao),
            (&library, "secretary", &zhao),
        ] {
            app.role(org, post, person, "2018-01-01").await;
        }
        let notice = json!({
            "parent_id": committee, "name": "党史学习教育领导小组", "valid_from": "2021-03-05",
            "leaders": [{"holder": {"type": "seat", "org_id": committee, "post": "secretary"}}],
            "deputy_leaders": [{"holder": {"type": "person", "id": hu}}],
            "office": {"directors": [{"holder": {"type": "person", "id": hu}}], "deputy_directors": [{"holder": {"type": "person", "id": wang}}]},
            "supervision_groups": [{
                "name": "第一督导组", "leaders": [{"holder": {"type": "person", "id": qian}}],
                "covers": [{"org_id": branches[0], "scope": "subtree"}, {"org_id": arts, "scope": "subtree"}],
            }],
        });
        let group = app.post("/leading-groups", notice).await.is(201).body;
        let office = group["office"]["id"].as_str().unwrap().to_owned();
        let group = group["id"].as_str().unwrap().to_owned();
        let on = "as_of=2021-04-15";

        // 1. Who leads, and by which posts: all roles of 王玉玲.
        let roles = app.get(&format!("/people/{wang}/roles?{on}")).await.is(200);
        let mut held: Vec<String> = roles.body["items"].as_array().unwrap().iter().map(|role| {
            format!("{} @ {}", role["post"]["name"].as_str().unwrap(), role["org"]["name"].as_str().unwrap())
        }).collect();
        held.sort();
        assert_eq!(held, ["办公室副主任 @ 党史学习教育领导小组办公室", "委员 @ 学校党委", "部长 @ 宣传部"]);

        // 孙国权 leads the group by seat, because he is secretary.
        let led = app.get(&format!("/people/{sun}/roles?{on}")).await.is(200);
        assert_eq!(led.all("/post/name"), ["书记", "组长"]);
        assert_eq!(led.all("/by_seat/role_id")[1], led.all("/id")[0]);

        // 2. The audience, as far as roles go: the teams of general branches, the secretaries of branches, the
        // office, the supervision groups; each person once with every reason, and the vacancies.
        let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for clause in [
            "org_kind=general_branch&leadership=true".to_owned(),
            "org_kind=branch&post=secretary".to_owned(),
            format!("org_id={office}"),
            format!("org_kind=supervision_group&within={group}"),
        ] {
            for role in app.get(&format!("/roles?{clause}&{on}")).await.is(200).body["items"].as_array().unwrap() {
                for person in role["people"].as_array().unwrap() {
                    let reason = format!("{}{}", role["org"]["name"].as_str().unwrap(), role["post"]["name"].as_str().unwrap());
                    reasons.entry(person["name"].as_str().unwrap().to_owned()).or_default().push(reason);
                }
            }
        }
        let expected = [
            ("胡春梅", vec!["党史学习教育领导小组办公室办公室主任"]),
            ("王玉玲", vec!["党史学习教育领导小组办公室办公室副主任"]),
            ("赵一", vec!["计算机科学与信息工程学院党总支宣传委员", "图书馆党支部书记"]),
            ("钱二", vec!["第一督导组组长"]),
            ("陈静", vec!["计算机科学与信息工程学院党总支书记"]),
        ];
        let owned = expected.map(|(name, why)| (name.to_owned(), why.into_iter().map(str::to_owned).collect::<Vec<_>>()));
        assert_eq!(reasons, BTreeMap::from(owned), "孙国权 is in no clause");
        let vacant = app.get(&format!("/vacancies?org_kind=general_branch,branch&{on}")).await.is(200);
        assert_eq!(vacant.all("/org/name").len(), 6, "{}", vacant.text);

        // 4. Which general branches and branches have no supervision group.
        let report = app.get(&format!("/leading-groups/{group}/coverage?{on}")).await.is(200).body;
        let uncovered: Vec<&Value> = report["uncovered"].as_array().unwrap().iter().map(|org| &org["name"]).collect();
        assert_eq!(uncovered, ["行政党总支", "化学与环境学院党总支", "新闻传媒学院党总支", "新闻传媒学院教工党支部", "图书馆党支部"]);

        // 3. The chain of responsibility from the office to 美术学院学生第一党支部.
        let branch = app.get(&format!("/orgs?name=美术学院学生第一党支部&{on}")).await.is(200).body["items"][0]["id"].clone();
        let way = app.get(&format!("/orgs/{office}/path?to={}&{on}", branch.as_str().unwrap())).await.is(200);
        assert_eq!(way.names(), [
            "党史学习教育领导小组办公室", "党史学习教育领导小组", "学校党委", "美术学院党总支", "美术学院学生第一党支部",
        ]);

        // 6. The speakers' orgs, found by name in either script: all six.
        for (simplified, traditional) in [
            ("计算机科学与信息工程学院党总支", "計算機科學與信息工程學院黨總支"),
            ("行政党总支", "行政黨總支"),
            ("化学与环境学院党总支", "化學與環境學院黨總支"),
            ("新闻传媒学院教工党支部", "新聞傳媒學院教工黨支部"),
            ("图书馆党支部", "圖書館黨支部"),
            ("美术学院学生第一党支部", "美術學院學生第一黨支部"),
        ] {
            for name in [simplified, traditional] {
                let found = app.get(&format!("/orgs?name={name}&{on}")).await.is(200);
                assert_eq!(found.names(), [simplified], "{name}");
            }
        }
        let library = app.get(&format!("/orgs?name=圖書館黨支部&{on}")).await.is(200);
        assert_eq!(library.all("/directly_subordinate"), [json!(true)]);
    }
}
