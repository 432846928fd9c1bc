//! Random commands are carried out by the service and by a naive model, written only from the rules: day by day
//! over a short calendar, everything is compared every time.

mod model;

use std::{collections::BTreeMap, sync::Arc};

use campus_org::{
    access::Caller,
    clock::FixedClock,
    directory::{OrgFilter, OrgSort, RoleFilter, RoleSort, Snapshot, StatusFilter, VacancyFilter},
    domain::{
        Code, Day, EffectKind, Error, Field, Holder, Items, LoggedEffect, Name, ObjectKey, OrderNumber, OrgId, OrgKind,
        PersonId, PostCode, PostKind, RoleId, SaidHolder, Status, Text,
    },
    registry::{
        self, Command, Condition, CreateOrg, CreatePerson, CreateRole, DissolveOrg, PatchOrg, PatchOrgVersion,
        PatchPerson, PatchPost, PatchRole, Refused, Registry, Submission,
    },
    store::Store,
};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use uuid::Uuid;

use self::model::{Ask, DAYS, Model, Patch, TODAY};
use crate::support::{Backend, TestDatabase, api_test, invariants, load::entries};

const ZONE: chrono_tz::Tz = chrono_tz::Asia::Shanghai;
const CASES: u32 = 24;
const COMMANDS_MAX: usize = 60;

/// The first day of the model's calendar; its day [`TODAY`] is the clock's.
fn day(number: usize) -> Day {
    "2026-11-16".parse::<Day>().unwrap().plus(i32::try_from(number).unwrap())
}

fn name(number: u8) -> Name {
    Name::parse(&format!("名称{number}")).unwrap()
}

fn code(number: u8) -> Code {
    Code::parse(&format!("c{number}")).unwrap()
}

fn post(word: &str) -> PostCode {
    PostCode::parse(word).unwrap()
}

/// Gives a request the values of a patch.
macro_rules! patched {
    ($patch:expr, $request:ident { $($member:ident: $value:expr),* }) => {{
        let Patch { name: new_name, kind, parent, code: new_code, order } = $patch;
        $request {
            name: new_name.map(name),
            kind,
            parent_id: parent.map_or(Field::Keep, |parent| parent.map_or(Field::Clear, |id| Field::Set(OrgId(id)))),
            code: new_code.map_or(Field::Keep, |new| new.map_or(Field::Clear, |number| Field::Set(code(number)))),
            order: order.map(OrderNumber::at),
            $($member: $value,)*
            ..$request::default()
        }
    }};
}

/// The command of a request of the model.
fn command(ask: &Ask) -> Command {
    match ask.clone() {
        Ask::CreateOrg { values, from, until } => Command::CreateOrg(CreateOrg {
            order: Some(OrderNumber::at(values.order)),
            parent_id: values.parent.map(OrgId),
            code: values.code.map(code),
            valid_from: Some(day(from)),
            valid_until: until.map(day),
            ..CreateOrg::bare(name(values.name), values.kind)
        }),
        Ask::PatchOrg { id, patch, on } => Command::PatchOrg {
            id: OrgId(id),
            patch: Box::new(patched!(patch, PatchOrg { effective_on: Some(day(on)) })),
        },
        Ask::PatchVersion { id, start, patch, boundary } => Command::PatchOrgVersion {
            id: OrgId(id),
            valid_from: day(start),
            patch: Box::new(patched!(patch, PatchOrgVersion { valid_from: boundary.map(day) })),
        },
        Ask::DeleteVersion { id, start } => Command::DeleteOrgVersion { id: OrgId(id), valid_from: day(start) },
        Ask::DeleteOrg { id } => Command::DeleteOrg { id: OrgId(id) },
        Ask::Dissolve { id, on, cascade } => Command::DissolveOrg {
            id: OrgId(id),
            dissolve: DissolveOrg { effective_on: Some(day(on)), cascade, ..DissolveOrg::default() },
        },
        Ask::Restore { id } => Command::RestoreOrg { id: OrgId(id), basis: None },
        Ask::OrderChildren { id, ids, on } => Command::OrderChildren {
            id: OrgId(id),
            ids: ids.into_iter().map(OrgId).collect(),
            effective_on: Some(day(on)),
            basis: None,
        },
        Ask::CreatePerson { name: given, staff_no } => {
            Command::CreatePerson(CreatePerson { staff_no: staff_no.map(number), ..CreatePerson::bare(name(given)) })
        }
        Ask::PatchPerson { id, name: given, staff_no } => Command::PatchPerson {
            id: PersonId(id),
            patch: Box::new(PatchPerson {
                name: given.map(name),
                staff_no: staff_no.map_or(Field::Keep, |new| new.map_or(Field::Clear, |n| Field::Set(number(n)))),
                ..PatchPerson::default()
            }),
        },
        Ask::DeletePerson { id } => Command::DeletePerson { id: PersonId(id) },
        Ask::Merge { id, duplicate } => Command::MergePeople { id: PersonId(id), duplicate_id: PersonId(duplicate) },
        Ask::CreateRole { role } => Command::CreateRole(CreateRole {
            valid_from: Some(day(role.from)),
            valid_until: role.until.map(day),
            order: Some(OrderNumber::at(role.order)),
            acting: role.acting,
            ..CreateRole::bare(OrgId(role.org), post(role.post), said(role))
        }),
        Ask::PatchRole { id, from, until } => Command::PatchRole {
            id: RoleId(id),
            patch: PatchRole {
                valid_from: from.map(day),
                valid_until: until.map_or(Field::Keep, |until| until.map_or(Field::Clear, |on| Field::Set(day(on)))),
                ..PatchRole::default()
            },
        },
        Ask::EndRole { id, on } => Command::EndRole { id: RoleId(id), effective_on: Some(day(on)), basis: None },
        Ask::DeleteRole { id } => Command::DeleteRole { id: RoleId(id) },
        Ask::LimitSecretaries { max } => {
            let kinds = [OrgKind::Committee, OrgKind::GeneralBranch, OrgKind::Branch, OrgKind::Commission];
            let kind =
                |kind| PostKind { kind, holders_max: max, max_since: None, holders_normal: None, required: true };
            Command::PatchPost {
                code: post("secretary"),
                patch: PatchPost { kinds: Some(Items::of_known(kinds.map(kind).into())), ..PatchPost::default() },
            }
        }
    }
}

fn said(role: model::Role) -> SaidHolder {
    let holder = if role.by_unit { Holder::Unit(OrgId(role.holder)) } else { Holder::Person(PersonId(role.holder)) };
    SaidHolder { holder, staff_no: None, name: None, org_name: None, post_name: None }
}

fn number(staff_no: u8) -> Text<40> {
    Text::parse(&format!("s{staff_no}")).unwrap()
}

struct Case {
    store: Store,
    registry: Registry,
    model: Model,
    remembered: BTreeMap<u64, Arc<Snapshot>>,
    /// The number of accepted and of refused commands.
    verdicts: [usize; 2],
}

impl Case {
    async fn step(&mut self, bytes: &[u8; 6]) {
        let Some(ask) = self.model.ask(bytes) else { return };
        let before = self.registry.snapshot();
        let condition = match &ask {
            // An order is declared by one who has seen what it replaces.
            Ask::OrderChildren { id, on, .. } => {
                let state = before.child_order_state(OrgId(*id), day(*on));
                Condition::At(vec![(before.chain().epoch, state)])
            }
            _ => Condition::None,
        };
        let before = before.revision();
        let answered = self
            .registry
            .submit(command(&ask), Submission { caller: Caller::Operator, condition, ..Submission::default() })
            .await;
        let expected = self.model.after(&ask);
        match (answered, expected) {
            (Err(Refused { why: error @ (Error::Internal | Error::Unavailable { .. }), .. }), _) => {
                panic!("{ask:?}: {error:?}")
            }
            (Err(_), Err(_)) => self.verdicts[1] += 1,
            (Ok(outcome), Ok(mut after)) => {
                self.verdicts[0] += 1;
                let id = match outcome.target {
                    ObjectKey::Org(OrgId(id)) | ObjectKey::Person(PersonId(id)) | ObjectKey::Role(RoleId(id)) => id,
                    _ => Uuid::nil(),
                };
                let changed = after != self.model;
                after.name_new(id);
                let revision = self.registry.snapshot().revision();
                assert_eq!(
                    revision,
                    before + u64::from(changed),
                    "{ask:?} is one entry, or none where nothing changes"
                );
                after.settled(&self.model, revision);
                self.model = after;
                self.remembered.insert(revision, self.registry.snapshot());
            }
            (Ok(_), Err(rule)) => panic!("{ask:?} is accepted against the rule: {rule}\n{:#?}", self.model),
            (Err(error), Ok(_)) => panic!("{ask:?} is refused with {error:?}\n{:#?}", self.model),
        }
    }

    /// Compares every question on one day.
    fn questions(&self, on: usize) {
        let (snapshot, model, date) = (self.registry.snapshot(), &self.model, day(on));
        let everything = invariants::everything();
        for (id, org) in &model.orgs {
            let view = snapshot.org_on(OrgId(*id), date).expect("not deleted");
            let status = if on < org.established() {
                Status::Planned
            } else if org.end.is_some_and(|end| end <= on) {
                Status::Ended
            } else {
                Status::Current
            };
            assert_eq!(view.status, status);
            let Some(values) = org.on(on) else { continue };
            let shown = view.values();
            assert_eq!(
                (shown.name.clone(), shown.kind, shown.parent_id, shown.code.clone(), shown.order),
                (name(values.name), values.kind, values.parent.map(OrgId), values.code.map(code), values.order),
                "{id} on {date}"
            );
            assert_eq!(snapshot.tier_of(&view), model.tier(*id, on), "{id} on {date}");
            assert_eq!(snapshot.place_in_tiers(&view).1, model.directly_subordinate(*id, on));
            let ids = |views: Vec<campus_org::directory::OrgView<'_>>| -> Vec<Uuid> {
                views.iter().map(|view| view.org.id.0).collect()
            };
            let mut above = model.above(*id, on);
            above.reverse();
            assert_eq!(ids(snapshot.ancestors(&view)), above);
            assert_eq!(ids(snapshot.children_of(&view)), model.children(*id, on));
            let within = OrgFilter { within: vec![OrgId(*id)], ..OrgFilter::default() };
            let listed = snapshot.orgs(&within, OrgSort::Order, date, &everything).items;
            assert_eq!(ids(listed), model.subtree(*id, on));
            let below = OrgFilter { below: vec![OrgId(*id)], ..OrgFilter::default() };
            let listed = snapshot.orgs(&below, OrgSort::Order, date, &everything).items;
            assert_eq!(ids(listed), model.subtree(*id, on)[1..]);
            for other in model.orgs.keys() {
                assert_eq!(ids(snapshot.path(OrgId(*id), OrgId(*other), date)), model.path(*id, *other, on));
            }
            let filter = RoleFilter { org_id: vec![OrgId(*id)], ..RoleFilter::default() };
            let listed = snapshot.roles(&filter, RoleSort::ValidFrom, date, &everything).items;
            let listed: Vec<Uuid> = listed.iter().map(|view| view.role.id().0).collect();
            assert_eq!(listed, model.roles_where(on, |role| role.org == *id), "roles in {id} on {date}");
        }
        for kind in OrgKind::ALL {
            let filter = OrgFilter { kind: vec![*kind], ..OrgFilter::default() };
            let mut listed: Vec<Uuid> = snapshot
                .orgs(&filter, OrgSort::EstablishedOn, date, &everything)
                .items
                .iter()
                .map(|v| v.org.id.0)
                .collect();
            listed.sort();
            assert_eq!(listed, model.orgs_where(on, |_, values| values.kind == *kind));
        }
        for tier in 1..=3 {
            let filter = OrgFilter { tier: vec![tier], ..OrgFilter::default() };
            let mut listed: Vec<Uuid> =
                snapshot.orgs(&filter, OrgSort::Name, date, &everything).items.iter().map(|v| v.org.id.0).collect();
            listed.sort();
            assert_eq!(listed, model.orgs_where(on, |id, _| model.tier(id, on) == Some(tier)), "tier {tier} on {date}");
        }
        for number in 0..4 {
            let filter = OrgFilter { code: vec![code(number)], ..OrgFilter::default() };
            let mut listed: Vec<Uuid> =
                snapshot.orgs(&filter, OrgSort::Order, date, &everything).items.iter().map(|v| v.org.id.0).collect();
            listed.sort();
            assert_eq!(listed, model.orgs_where(on, |_, values| values.code == Some(number)));
        }
        for (status, shows) in [
            (StatusFilter { planned: true, current: false, ended: false }, "planned"),
            (StatusFilter { planned: false, current: false, ended: true }, "ended"),
        ] {
            let filter = OrgFilter { status, ..OrgFilter::default() };
            let mut listed: Vec<Uuid> =
                snapshot.orgs(&filter, OrgSort::Name, date, &everything).items.iter().map(|v| v.org.id.0).collect();
            listed.sort();
            let expected = model.orgs.iter().filter(|(_, org)| match shows {
                "planned" => on < org.established(),
                _ => on >= org.established() && org.end.is_some_and(|end| end <= on),
            });
            assert_eq!(listed, expected.map(|(id, _)| *id).collect::<Vec<_>>(), "{shows} on {date}");
        }
        for id in model.people.keys() {
            let filter = RoleFilter { person_id: vec![PersonId(*id)], ..RoleFilter::default() };
            let listed = snapshot.roles(&filter, RoleSort::ValidFrom, date, &everything).items;
            let listed: Vec<Uuid> = listed.iter().map(|view| view.role.id().0).collect();
            assert_eq!(listed, model.roles_where(on, |role| !role.by_unit && role.holder == *id));
        }
        let vacant = snapshot.vacancies(&VacancyFilter::default(), date, &everything).items;
        let mut vacant: Vec<(Uuid, String, i32)> = vacant
            .iter()
            .map(|vacancy| {
                (vacancy.org.org.id.0, vacancy.post.code.to_string(), vacancy.since.number() - day(0).number())
            })
            .collect();
        vacant.sort();
        assert_eq!(vacant, model.vacancies(on), "vacancies on {date}");
    }

    /// Compares people, who have no dates.
    fn people(&self) {
        let snapshot = self.registry.snapshot();
        assert_eq!(snapshot.counts().people, self.model.people.len());
        for (id, person) in &self.model.people {
            let shown = snapshot.person(PersonId(*id)).expect("not deleted").person();
            let former: Vec<Name> = person.former.iter().copied().map(name).collect();
            assert_eq!(
                (&shown.name, &shown.former_names, shown.staff_no.clone()),
                (&name(person.name), &former, person.staff_no.map(number))
            );
        }
    }

    /// Answers are kept by state, so the same state must always show the same content.
    fn states(&self, date: Day) {
        let (mut trees, mut roles) = (BTreeMap::new(), BTreeMap::new());
        for snapshot in self.remembered.values() {
            for org in invariants::orgs(snapshot) {
                let view = snapshot.org_on(org.id, date).expect("a body");
                let key = |state| format!("{:?}", (org.id, state, snapshot.place_in_tiers(&view), view.status));

                let filter = OrgFilter { within: vec![org.id], ..OrgFilter::default() };
                let below = snapshot.orgs(&filter, OrgSort::Order, date, &invariants::everything()).items;
                let below = below.iter().map(|view| (view.org, snapshot.place_in_tiers(view)));
                let shown = format!("{:?}", below.collect::<Vec<_>>());
                let before = trees.entry(key(snapshot.state_below(&view))).or_insert_with(|| shown.clone());
                assert_eq!(*before, shown, "below {} on {date}", org.id);

                let filter = RoleFilter { org_id: vec![org.id], ..RoleFilter::default() };
                let held = snapshot.roles(&filter, RoleSort::Order, date, &invariants::everything()).items;
                if held.iter().all(|view| view.role.person().is_some()) {
                    let held = held.iter().map(|view| {
                        let person = view.role.person().map(|person| person.person());
                        (view.role, view.org.org, snapshot.tier_of(&view.org), view.post, person)
                    });
                    let shown = format!("{:?}", held.collect::<Vec<_>>());
                    let before = roles.entry(key(snapshot.state_of_roles(&view))).or_insert_with(|| shown.clone());
                    assert_eq!(*before, shown, "roles in {} on {date}", org.id);
                }
            }
        }
    }

    /// The log up to an earlier revision must give what was shown then; of people, only who existed.
    async fn earlier(&self, revision: u64) {
        let Some(then) = self.remembered.get(&revision) else { return };
        let mut replayed = Snapshot::empty(ZONE, campus_org::domain::Instant::default());
        let mut people = std::collections::BTreeSet::new();
        for entry in entries(&self.store).await.into_iter().take_while(|entry| entry.revision <= revision) {
            for effect in entry.effects {
                let effect = match effect {
                    LoggedEffect::Person { id, act, fields: _ } => {
                        let known = if act == EffectKind::Deleted { people.remove(&id) } else { !people.insert(id) };
                        assert_eq!(known, act != EffectKind::Created, "{id} at {}", entry.revision);
                        continue;
                    }
                    kept => kept.with(|_, _| [None, None]),
                };
                replayed.apply(&effect, entry.revision, entry.recorded_at);
            }
        }
        assert_eq!(invariants::orgs(&replayed), invariants::orgs(then));
        assert_eq!(invariants::roles(&replayed), invariants::roles(then));
        assert_eq!(replayed.posts().collect::<Vec<_>>(), then.posts().collect::<Vec<_>>());
        assert_eq!(people.len(), then.counts().people);
        assert!(people.iter().all(|id| then.person(*id).is_some()));
    }
}

async fn run_case(backend: Backend, steps: &[[u8; 6]], dates: [u8; 3]) -> [usize; 2] {
    let database = TestDatabase::create(backend).await;
    let store = database.store().await;
    let now = day(TODAY).to_string();
    let clock = Arc::new(FixedClock::new(format!("{now}T02:00:00Z").parse().unwrap(), 1));
    let (registry, writer) = Registry::start(store.clone(), ZONE, clock).await.unwrap();
    let mut case = Case {
        store: store.clone(),
        registry: registry.clone(),
        model: Model::default(),
        remembered: BTreeMap::new(),
        verdicts: [0; 2],
    };
    for bytes in steps {
        case.step(bytes).await;
    }
    for date in dates {
        case.questions(usize::from(date) % DAYS);
        case.states(day(usize::from(date) % DAYS));
    }
    case.people();
    let live = registry.snapshot();
    invariants::hold(&live);
    assert!(registry::load(&store, ZONE).await.unwrap() == *live, "the tables tell another story");
    assert!(registry::replay(&store, ZONE).await.unwrap() == *live, "the log tells another story");
    case.earlier(1 + u64::from(dates[0]) % live.revision()).await;
    let verdicts = case.verdicts;
    drop((registry, case));
    writer.await.unwrap();
    store.close().await.unwrap();
    database.remove().await;
    verdicts
}

fn agree(backend: Backend) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    // It is the same every time, unless another seed is set.
    let rng = match std::env::var("PROPTEST_SEED").ok().and_then(|seed| seed.parse::<u8>().ok()) {
        Some(seed) => TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
        None => TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let strategy = (
        proptest::collection::vec(proptest::array::uniform6(proptest::num::u8::ANY), 10..COMMANDS_MAX),
        proptest::array::uniform3(proptest::num::u8::ANY),
    );
    let verdicts = std::cell::Cell::new([0; 2]);
    let outcome = TestRunner::new_with_rng(config, rng).run(&strategy, |(steps, dates)| {
        let [accepted, refused] = runtime.block_on(run_case(backend, &steps, dates));
        verdicts.set([verdicts.get()[0] + accepted, verdicts.get()[1] + refused]);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    // Otherwise the test would prove little.
    let [accepted, refused] = verdicts.get();
    println!("{accepted} accepted, {refused} refused");
    assert!(accepted > 200 && refused > 100, "{accepted} accepted, {refused} refused");
}

api_test! {
    async fn a_role_whose_holder_was_deleted_is_not_restored(app: TestApp) {
        let top = app.committee().await;
        let branch = app.org_under("general_branch", Some(&top), "党总支", "2020-01-01").await;
        let (kept, deleted) = (app.person("孙国权").await, app.person("胡春梅").await);
        let stays = app.role(&branch, "member", &kept, "2028-01-01").await;
        let goes = app.role(&branch, "member", &deleted, "2028-01-01").await;
        let dissolve = json!({"effective_on": "2027-01-01", "cascade": true});
        app.post(&format!("/orgs/{branch}/dissolve"), dissolve).await.is(200);
        app.delete(&format!("/people/{deleted}")).await.is(200);
        app.post(&format!("/orgs/{branch}/restore"), json!({})).await.is(200);
        app.get(&format!("/roles/{stays}")).await.is(200);
        app.get(&format!("/roles/{goes}")).await.is(404);
        invariants::hold(&app.registry.snapshot());
    }
}

#[test]
fn the_service_agrees_with_a_naive_model_on_sqlite() {
    agree(Backend::Sqlite);
}

#[test]
fn the_service_agrees_with_a_naive_model_on_postgres() {
    agree(Backend::Postgres);
}
