//! `campus-org verify`: whether rows, log and rules fit together.

use campus_org::{
    domain::RowCounts,
    verify::{Fault, verify},
};
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

use crate::support::api_test;

api_test! {
    async fn what_does_not_fit_is_told(app: TestApp) {
        let org = app.committee().await;
        app.patch(&format!("/orgs/{org}"), json!({"name": "新名", "effective_on": "2020-01-01"})).await.is(200);
        let person = app.person("甲").await;
        let role = app.role(&org, "secretary", &person, "2010-01-01").await;
        let report = verify(&app.store).await.unwrap();
        assert_eq!(report.faults, []);
        assert_eq!((report.entries, report.chained), (5, 5));
        assert_eq!((report.rows.orgs, report.rows.versions, report.rows.people, report.rows.roles), (1, 2, 1, 1));

        let session = Database::connect(&app.database_url).await.unwrap();
        for (harm, mend, expected) in [
            ("UPDATE entry SET actor = 'x' WHERE revision = 3", "UPDATE entry SET actor = 'anonymous' WHERE revision = 3", Fault::Digest { revision: 3 }),
            ("UPDATE org_version SET name = '改' WHERE valid_from = '2020-01-01'", "UPDATE org_version SET name = '新名' WHERE valid_from = '2020-01-01'", Fault::Tables),
            ("UPDATE head SET revision = 4", "UPDATE head SET revision = 5", Fault::Head),
        ] {
            session.execute_unprepared(harm).await.unwrap();
            let faults = verify(&app.store).await.unwrap().faults;
            session.execute_unprepared(mend).await.unwrap();
            assert!(faults.contains(&expected), "{harm}: {faults:?}");
        }
        // A part that nobody has restored.
        session.execute_unprepared("CREATE TABLE kept AS SELECT * FROM role").await.unwrap();
        session.execute_unprepared("DELETE FROM role").await.unwrap();
        let faults = verify(&app.store).await.unwrap().faults;
        let found = RowCounts { roles: 0, ..report.rows };
        assert_eq!(faults, [Fault::Rows { told: report.rows, found }]);
        session.execute_unprepared("INSERT INTO role SELECT * FROM kept").await.unwrap();
        session.execute_unprepared("DROP TABLE kept").await.unwrap();
        // A rule that is broken behind the service's back.
        session.execute_unprepared("UPDATE role SET valid_from = '1990-01-01'").await.unwrap();
        let faults = verify(&app.store).await.unwrap().faults;
        session.execute_unprepared("UPDATE role SET valid_from = '2010-01-01'").await.unwrap();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|told| told.starts_with(&format!("role {role}: ")) && told.contains("学校党委 was established")), "{told:?}");
        session.close().await.unwrap();
        assert_eq!(verify(&app.store).await.unwrap().faults, []);
    }
}
