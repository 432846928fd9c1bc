//! The walk with the client that progenitor generates from `/openapi-3.0.json`.

progenitor::generate_api!(spec = "openapi-3.0.json", interface = Builder);

use std::{collections::HashSet, env, fmt::Debug};

use chrono::NaiveDate;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use types::{
    Change, CreateOrg, CreatePerson, CreateRole, Effect, EffectKind, Holder, Org, OrgKind, PatchOrg, PersonHolder,
    PersonHolderType, Problem,
};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let origin = env::args().nth(1).expect("the service's address");
    let key = env::var("CAMPUS_ORG_KEY").expect("an API key");
    let mut bearer = HeaderValue::try_from(format!("Bearer {key}")).expect("a key that a header can carry");
    bearer.set_sensitive(true);
    let headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
    let http = reqwest::Client::builder().default_headers(headers).build().expect("an HTTP client");
    let client = Client::new_with_client(&origin, http);
    let began = day(2020, 1, 1);

    let body = CreateOrg::builder().kind(OrgKind::Committee).name(name("progenitor 党委")).valid_from(began);
    let committee = good(client.create_org().body(body).send().await);
    let body = CreateOrg::builder()
        .kind(OrgKind::GeneralBranch)
        .name(name("progenitor 党总支"))
        .parent_id(committee.id)
        .valid_from(began);
    let branch = good(client.create_org().body(body).send().await);
    assert_eq!(branch.parent_id, Some(committee.id));
    let change = branch.change.expect("a change");
    assert!(!change.dry_run);
    step(format!("created {} and {}: {}", committee.kind, branch.kind, summary(&change)));

    let body = CreatePerson::builder().name(name("王小明"));
    let person = good(client.create_person().body(body).send().await);
    let holder = PersonHolder::builder().type_(PersonHolderType::Person).id(person.id);
    let holder = Holder::PersonHolder(holder.try_into().expect("a holder"));
    let secretary =
        || CreateRole::builder().org_id(branch.id).post("secretary").holder(holder.clone()).valid_from(began);
    let tried = good(client.create_role().body(secretary()).dry_run(true).send().await);
    assert!(tried.change.expect("a change").dry_run);
    let role = good(client.create_role().body(secretary()).send().await);
    let change = role.change.expect("a change");
    assert!(matches!(change.effects.as_slice(), [Effect::RoleEffect(effect)] if effect.act == EffectKind::Created));
    step(format!("created {}, held by {}", *role.post.name, who(&role.holder)));

    let body = PatchOrg::builder().name(name("progenitor 新党委")).effective_on(day(2024, 9, 1));
    let renamed = good(client.patch_org().id(committee.id).body(body).send().await);
    let before = good(client.get_org().id(committee.id).as_of(day(2024, 8, 31)).send().await);
    assert_eq!((before.name.as_str(), renamed.name.as_str()), ("progenitor 党委", "progenitor 新党委"));
    step(format!("changed {} to {}, and read it as of the day before", *before.name, *renamed.name));

    let mut found: Vec<Org> = Vec::new();
    let mut cursor = None;
    loop {
        let mut request = client
            .list_orgs()
            .kind(vec![OrgKind::Committee, OrgKind::GeneralBranch])
            .within(vec![committee.id])
            .limit(std::num::NonZeroU64::MIN);
        if let Some(cursor) = cursor {
            request = request.cursor(cursor);
        }
        let page = good(request.send().await);
        assert_eq!(page.items.len(), 1);
        found.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next.to_string()),
            None => break,
        }
    }
    let ids: HashSet<_> = found.iter().map(|org| org.id).collect();
    assert_eq!(ids, HashSet::from([committee.id, branch.id]));
    let kinds: Vec<String> = found.iter().map(|org| org.kind.to_string()).collect();
    step(format!("paged through {}", kinds.join(" and ")));

    let full = refused(client.create_role().body(secretary()).send().await);
    assert_eq!((full.type_.as_str(), full.status), ("/problems/same-holder", 409));
    let later = CreateRole::builder().org_id(branch.id).post("deputy_secretary").holder(holder.clone());
    let later = later.valid_from(day(2024, 9, 1)).valid_until(began);
    let wrong = refused(client.create_role().body(later).send().await);
    assert_eq!((wrong.type_.as_str(), wrong.status), ("/problems/empty-period", 422));
    step(format!("was refused: {} {}", *full.detail, *wrong.detail));

    let deleted = good(client.delete_role().id(role.id).send().await);
    assert!(matches!(deleted.change.effects.as_slice(), [Effect::RoleEffect(effect)] if effect.act == EffectKind::Deleted));
    let gone = refused(client.get_role().id(role.id).send().await);
    assert_eq!(gone.status, 404);
    step(format!("deleted the role: {}", summary(&deleted.change)));
}

fn step(what: String) {
    println!("  {what}");
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn name(text: &str) -> types::Name {
    text.parse().expect("a name")
}

fn summary(change: &Change) -> String {
    change.summary.iter().map(|sentence| sentence.as_str()).collect::<Vec<_>>().join(" ")
}

/// A choice that is an enum: each variant has the fields of its kind.
fn who(holder: &Holder) -> String {
    match holder {
        Holder::PersonHolder(person) => person.id.to_string(),
        Holder::UnitHolder(unit) => unit.id.to_string(),
        Holder::SeatHolder(seat) => format!("{} in {}", *seat.post, seat.org_id),
        Holder::StaffNoHolder(numbered) => numbered.staff_no.to_string(),
    }
}

/// The answer of a request that has to succeed.
fn good<T: Debug>(outcome: Result<ResponseValue<T>, Error<Problem>>) -> T {
    match outcome {
        Ok(answer) => answer.into_inner(),
        Err(error) => panic!("{error}"),
    }
}

/// The refusal of a request that has to fail.
fn refused<T: Debug>(outcome: Result<ResponseValue<T>, Error<Problem>>) -> Problem {
    match outcome {
        Err(Error::ErrorResponse(refusal)) => refusal.into_inner(),
        other => panic!("{other:?}"),
    }
}
