//! The organisation of the source document, entered through the API, and the questions it raises.

use serde_json::json;

use crate::support::api_test;

api_test! {
    async fn the_source_document_s_questions_are_answered(app: TestApp) {
        let founded = "2000-01-01";
        let committee = app.org_under("committee", None, "学校党委", founded).await;
        let publicity = app.org_under("department", Some(&committee), "宣传部", founded).await;
        let mut branches = Vec::new();
        for name in ["计算机科学与信息工程学院党总支", "行政党总支", "化学与环境学院党总支"] {
            branches.push(app.org_under("general_branch", Some(&committee), name, founded).await);
        }
        let media = app.org_under("general_branch", Some(&committee), "新闻传媒学院党总支", founded).await;
        let arts = app.org_under("general_branch", Some(&committee), "美术学院党总支", founded).await;
        for (parent, name, branch_type) in [
            (&media, "新闻传媒学院教工党支部", "staff"),
            (&arts, "美术学院学生第一党支部", "student"),
            (&committee, "图书馆党支部", "staff"),
        ] {
            let body = json!({"kind": "branch", "name": name, "parent_id": parent, "branch_type": branch_type,
                "valid_from": founded});
            app.org(body).await;
        }
        let group = app.org_under("leading_group", Some(&committee), "党史学习教育领导小组", "2021-03-05").await;
        let office = app.org_under("office", Some(&group), "党史学习教育领导小组办公室", "2021-03-05").await;
        let supervisors = app.org_under("supervision_group", Some(&group), "第一督导组", "2021-03-05").await;

        let (sun, hu, wang) = (app.person("孙国权").await, app.person("胡春梅").await, app.person("王玉玲").await);
        for (org, post, person, since) in [
            (&committee, "secretary", &sun, "2018-01-01"),
            (&group, "leader", &sun, "2021-03-05"),
            (&committee, "deputy_secretary", &hu, "2018-01-01"),
            (&group, "deputy_leader", &hu, "2021-03-05"),
            (&office, "office_director", &hu, "2021-03-05"),
            (&committee, "member", &wang, "2018-01-01"),
            (&publicity, "head", &wang, "2018-01-01"),
            (&office, "office_deputy_director", &wang, "2021-03-05"),
        ] {
            app.role(org, post, person, since).await;
        }
        let on = "as_of=2021-04-15";

        // 1. Who chairs, and what entitles them: all roles of 王玉玲.
        let roles = app.get(&format!("/people/{wang}/roles?{on}")).await.is(200);
        let mut held: Vec<String> = roles.body["items"].as_array().unwrap().iter().map(|role| {
            format!("{} @ {}", role["post"]["name"].as_str().unwrap(), role["org"]["name"].as_str().unwrap())
        }).collect();
        held.sort();
        assert_eq!(held, ["办公室副主任 @ 党史学习教育领导小组办公室", "委员 @ 学校党委", "部长 @ 宣传部"]);

        // 3. The chain of responsibility from the office to 美术学院学生第一党支部.
        let branch = app.get(&format!("/orgs?name=美术学院学生第一党支部&{on}")).await.is(200).body["items"][0]["id"].clone();
        let way = app.get(&format!("/orgs/{office}/path?to={}&{on}", branch.as_str().unwrap())).await.is(200);
        assert_eq!(way.names(), [
            "党史学习教育领导小组办公室", "党史学习教育领导小组", "学校党委", "美术学院党总支", "美术学院学生第一党支部",
        ]);

        // 6. The speakers' bodies, found by name in either script: all six.
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
        assert_eq!(app.get(&format!("/orgs/{supervisors}?{on}")).await.is(200).body["kind"], "supervision_group");
        assert_eq!(branches.len(), 3);
    }
}
