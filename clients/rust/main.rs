//! The walk with the client that progenitor generates from `/openapi-3.0.json`.

progenitor::generate_api!(spec = "openapi-3.0.json", interface = Builder);

use std::{collections::HashSet, env, fmt::Debug};

use chrono::NaiveDate;
use progenitor_client::{Error, ResponseValue};
use types::{CreateOrg, CreatePerson, CreateRole, Holder, Org, OrgKind, PatchOrg, PersonHolder, Problem};

type Outcome<T> = Result<ResponseValue<T>, Error<Problem>>;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let origin = env::args().nth(1).expect("the service's address");
    let client = Client::new(&origin);
    let began = day(2020, 1, 1);
    let renamed_on = day(2024, 9, 1);

    let committee = CreateOrg::builder()
        .kind(OrgKind::Committee)
        .name("progenitor 党委")
        .short_name("党委".parse::<types::Name>().expect("a name"))
        .valid_from(began);
    let committee = good(client.create_org().body(committee).send().await);
    let branch = CreateOrg::builder()
        .kind(OrgKind::GeneralBranch)
        .name("progenitor 党总支")
        .parent_id(committee.id.clone())
        .valid_from(began);
    let branch = good(client.create_org().body(branch).send().await);
    assert_eq!(branch.parent_id, Some(committee.id.clone()));
    println!("  created {} and {}", committee.kind, branch.kind);
}

fn day(year: i32, month: u32, day: u32) -> types::Day {
    types::Day(NaiveDate::from_ymd_opt(year, month, day).expect("a day"))
}

/// The answer of a request that has to succeed.
fn good<T: Debug>(outcome: Outcome<T>) -> T {
    match outcome {
        Ok(answer) => answer.into_inner(),
        Err(error) => panic!("{error}"),
    }
}

/// The refusal of a request that has to fail.
fn refused<T: Debug>(outcome: Outcome<T>) -> Problem {
    match outcome {
        Err(Error::ErrorResponse(refusal)) => refusal.into_inner(),
        other => panic!("{other:?}"),
    }
}
