//! Rows to domain and back, by full destructuring: a new field breaks the build until somebody
//! decides about it.

use std::sync::Arc;

use sea_orm::{IntoActiveModel, prelude::Uuid};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::StoreError;
use crate::domain::{
    BranchType, Day, Email, Holder, Name, Org, OrgFacts, OrgId, OrgKind, OrgValues, OrgVersion, Person, PersonId, Post,
    PostCode, Revision, Role, RoleFacts, RoleId, Scope, Seat, Supervision, SupervisionFacts, SupervisionId, Text,
};

/// One object as the database has it.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Stored {
    Org(Org),
    Person(Person),
    Post(Post),
    Role(Role),
    Supervision(Supervision),
}

/// What a transaction writes besides its entries: rows as they are afterwards, and keys of rows that
/// are gone.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Changes {
    pub orgs: Vec<Org>,
    pub orgs_gone: Vec<OrgId>,
    pub versions: Vec<(OrgId, OrgVersion)>,
    pub versions_gone: Vec<(OrgId, Day)>,
    pub people: Vec<Arc<Person>>,
    pub people_gone: Vec<PersonId>,
    pub posts: Vec<Post>,
    pub posts_gone: Vec<PostCode>,
    pub roles: Vec<Role>,
    pub roles_gone: Vec<RoleId>,
    pub supervisions: Vec<Supervision>,
    pub supervisions_gone: Vec<SupervisionId>,
}

pub(super) fn revision_column(revision: Revision) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

pub(super) fn revision_of(column: i64) -> Revision {
    u64::try_from(column).unwrap_or(0)
}

pub(super) fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn opt_json<T: Serialize>(value: &Option<T>) -> Option<Value> {
    value.as_ref().map(to_json)
}

fn opt_text(text: Option<impl ToString>) -> Option<String> {
    text.map(|text| text.to_string())
}

/// Reads columns of one table, and says which table it was where one cannot be read.
pub(super) struct Reader(pub(super) &'static str);

impl Reader {
    pub(super) fn fail(&self, cause: impl ToString) -> StoreError {
        StoreError::Unreadable { table: self.0, cause: cause.to_string() }
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: Value) -> Result<T, StoreError> {
        serde_json::from_value(column).map_err(|error| self.fail(error))
    }

    pub(super) fn opt_json<T: DeserializeOwned>(&self, column: Option<Value>) -> Result<Option<T>, StoreError> {
        column.map(|column| self.json(column)).transpose()
    }

    fn name(&self, column: &str) -> Result<Name, StoreError> {
        Name::parse(column).map_err(|error| self.fail(error))
    }

    fn text<const MAX: usize>(&self, column: Option<String>) -> Result<Option<Text<MAX>>, StoreError> {
        column.map(|column| Text::parse(&column).map_err(|error| self.fail(error))).transpose()
    }

    fn word<T>(&self, column: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        parse(column).ok_or_else(|| self.fail(format!("unknown word {column}")))
    }
}

/// A body without its versions.
pub(super) fn org_of(row: entity::org::Model) -> Result<Org, StoreError> {
    let entity::org::Model {
        id,
        dissolved_on,
        dissolved_by,
        end_basis,
        successor_ids,
        duties,
        external_ids,
        member_counts,
        revision,
        updated_at,
    } = row;
    let read = Reader("org");
    Ok(Org {
        id: OrgId(id),
        facts: OrgFacts {
            dissolved_on: dissolved_on.map(Day::from),
            dissolved_by: dissolved_by.map(revision_of),
            end_basis: read.opt_json(end_basis)?,
            successor_ids: read.json(successor_ids)?,
            duties: duties.map(|text| crate::domain::LongText::parse(&text).map_err(|e| read.fail(e))).transpose()?,
            external_ids: read.json(external_ids)?,
            member_counts: read.opt_json(member_counts)?,
        },
        versions: Vec::new(),
        revision: revision_of(revision),
        updated_at,
    })
}

pub(super) fn org_row(org: &Org) -> entity::org::ActiveModel {
    let Org { id, facts, versions: _, revision, updated_at } = org;
    let OrgFacts { dissolved_on, dissolved_by, end_basis, successor_ids, duties, external_ids, member_counts } = facts;
    entity::org::Model {
        id: id.0,
        dissolved_on: dissolved_on.map(Day::date),
        dissolved_by: dissolved_by.map(revision_column),
        end_basis: opt_json(end_basis),
        successor_ids: to_json(successor_ids),
        duties: opt_text(duties.as_ref()),
        external_ids: to_json(external_ids),
        member_counts: opt_json(member_counts),
        revision: revision_column(*revision),
        updated_at: *updated_at,
    }
    .into_active_model()
}

pub(super) fn version_of(row: entity::org_version::Model) -> Result<(OrgId, OrgVersion), StoreError> {
    let entity::org_version::Model {
        org_id,
        valid_from,
        name,
        short_name,
        name_en,
        kind,
        parent_id,
        code,
        sort_order,
        branch_type,
        joint,
        temporary,
        unit_ids,
        basis,
    } = row;
    let read = Reader("org_version");
    let values = OrgValues {
        name: read.name(&name)?,
        short_name: short_name.map(|name| read.name(&name)).transpose()?,
        name_en: read.text(name_en)?,
        kind: read.word(&kind, OrgKind::parse)?,
        parent_id: parent_id.map(OrgId),
        code: code.map(|code| crate::domain::Code::parse(&code).map_err(|error| read.fail(error))).transpose()?,
        order: sort_order,
        branch_type: branch_type.map(|word| read.word(&word, BranchType::parse)).transpose()?,
        joint,
        temporary,
        unit_ids: read.json(unit_ids)?,
    };
    let version = OrgVersion { valid_from: valid_from.into(), values: Arc::new(values), basis: read.opt_json(basis)? };
    Ok((OrgId(org_id), version))
}

pub(super) fn version_row((org_id, version): &(OrgId, OrgVersion)) -> entity::org_version::ActiveModel {
    let OrgVersion { valid_from, values, basis } = version;
    let OrgValues { name, short_name, name_en, kind, parent_id, code, order, branch_type, joint, temporary, unit_ids } =
        values.as_ref();
    entity::org_version::Model {
        org_id: org_id.0,
        valid_from: valid_from.date(),
        name: name.to_string(),
        short_name: opt_text(short_name.as_ref()),
        name_en: opt_text(name_en.as_ref()),
        kind: kind.as_str().to_owned(),
        parent_id: parent_id.map(Uuid::from),
        code: opt_text(code.as_ref()),
        sort_order: *order,
        branch_type: branch_type.map(|branch| branch.as_str().to_owned()),
        joint: *joint,
        temporary: *temporary,
        unit_ids: to_json(unit_ids),
        basis: opt_json(basis),
    }
    .into_active_model()
}

pub(super) fn person_of(row: entity::person::Model) -> Result<Person, StoreError> {
    let entity::person::Model {
        id,
        name,
        name_en,
        former_names,
        staff_no,
        email,
        phone,
        external_ids,
        revision,
        updated_at,
    } = row;
    let read = Reader("person");
    Ok(Person {
        id: PersonId(id),
        name: read.name(&name)?,
        name_en: read.text(name_en)?,
        former_names: read.json(former_names)?,
        staff_no: read.text(staff_no)?,
        email: email.map(|email| Email::parse(&email).map_err(|error| read.fail(error))).transpose()?,
        phone: read.text(phone)?,
        external_ids: read.json(external_ids)?,
        revision: revision_of(revision),
        updated_at,
    })
}

pub(super) fn person_row(person: &Arc<Person>) -> entity::person::ActiveModel {
    let Person { id, name, name_en, former_names, staff_no, email, phone, external_ids, revision, updated_at } =
        person.as_ref();
    entity::person::Model {
        id: id.0,
        name: name.to_string(),
        name_en: opt_text(name_en.as_ref()),
        former_names: to_json(former_names),
        staff_no: opt_text(staff_no.as_ref()),
        email: opt_text(email.as_ref()),
        phone: opt_text(phone.as_ref()),
        external_ids: to_json(external_ids),
        revision: revision_column(*revision),
        updated_at: *updated_at,
    }
    .into_active_model()
}

pub(super) fn post_of(row: entity::post::Model) -> Result<Post, StoreError> {
    let entity::post::Model { code, name, name_en, kinds, rank, leadership, revision, updated_at } = row;
    let read = Reader("post");
    Ok(Post {
        code: PostCode::parse(&code).map_err(|error| read.fail(error))?,
        name: read.name(&name)?,
        name_en: read.text(name_en)?,
        kinds: read.json(kinds)?,
        rank,
        leadership,
        revision: revision_of(revision),
        updated_at,
    })
}

pub(super) fn post_row(post: &Post) -> entity::post::ActiveModel {
    let Post { code, name, name_en, kinds, rank, leadership, revision, updated_at } = post;
    entity::post::Model {
        code: code.to_string(),
        name: name.to_string(),
        name_en: opt_text(name_en.as_ref()),
        kinds: to_json(kinds),
        rank: *rank,
        leadership: *leadership,
        revision: revision_column(*revision),
        updated_at: *updated_at,
    }
    .into_active_model()
}

pub(super) fn role_of(row: entity::role::Model) -> Result<Role, StoreError> {
    let entity::role::Model {
        id,
        org_id,
        post,
        person_id,
        unit_id,
        seat_org_id,
        seat_post,
        valid_from,
        valid_until,
        sort_order,
        acting,
        basis,
        end_basis,
        revision,
        updated_at,
    } = row;
    let read = Reader("role");
    let post_code = |code: &str| PostCode::parse(code).map_err(|error| read.fail(error));
    let holder = match (person_id, unit_id, seat_org_id, seat_post) {
        (Some(person), None, None, None) => Holder::Person(PersonId(person)),
        (None, Some(unit), None, None) => Holder::Unit(OrgId(unit)),
        (None, None, Some(org), Some(post)) => Holder::Seat(Seat { org_id: OrgId(org), post: post_code(&post)? }),
        _ => return Err(read.fail("not exactly one holder")),
    };
    Ok(Role {
        id: RoleId(id),
        facts: RoleFacts {
            org_id: OrgId(org_id),
            post: post_code(&post)?,
            holder,
            valid_from: valid_from.into(),
            valid_until: valid_until.map(Day::from),
            order: sort_order,
            acting,
            basis: read.opt_json(basis)?,
            end_basis: read.opt_json(end_basis)?,
        },
        revision: revision_of(revision),
        updated_at,
    })
}

pub(super) fn role_row(role: &Role) -> entity::role::ActiveModel {
    let Role { id, facts, revision, updated_at } = role;
    let RoleFacts { org_id, post, holder, valid_from, valid_until, order, acting, basis, end_basis } = facts;
    let (person_id, unit_id, seat) = match holder {
        Holder::Person(id) => (Some(id.0), None, None),
        Holder::Unit(id) => (None, Some(id.0), None),
        Holder::Seat(seat) => (None, None, Some(seat)),
    };
    entity::role::Model {
        id: id.0,
        org_id: org_id.0,
        post: post.to_string(),
        person_id,
        unit_id,
        seat_org_id: seat.map(|seat| seat.org_id.0),
        seat_post: seat.map(|seat| seat.post.to_string()),
        valid_from: valid_from.date(),
        valid_until: valid_until.map(Day::date),
        sort_order: *order,
        acting: *acting,
        basis: opt_json(basis),
        end_basis: opt_json(end_basis),
        revision: revision_column(*revision),
        updated_at: *updated_at,
    }
    .into_active_model()
}

pub(super) fn supervision_of(row: entity::supervision::Model) -> Result<Supervision, StoreError> {
    let entity::supervision::Model {
        id,
        supervision_group_id,
        org_id,
        scope,
        valid_from,
        valid_until,
        basis,
        end_basis,
        revision,
        updated_at,
    } = row;
    let read = Reader("supervision");
    Ok(Supervision {
        id: SupervisionId(id),
        facts: SupervisionFacts {
            supervision_group_id: OrgId(supervision_group_id),
            org_id: OrgId(org_id),
            scope: read.word(&scope, Scope::parse)?,
            valid_from: valid_from.into(),
            valid_until: valid_until.map(Day::from),
            basis: read.opt_json(basis)?,
            end_basis: read.opt_json(end_basis)?,
        },
        revision: revision_of(revision),
        updated_at,
    })
}

pub(super) fn supervision_row(supervision: &Supervision) -> entity::supervision::ActiveModel {
    let Supervision { id, facts, revision, updated_at } = supervision;
    let SupervisionFacts { supervision_group_id, org_id, scope, valid_from, valid_until, basis, end_basis } = facts;
    entity::supervision::Model {
        id: id.0,
        supervision_group_id: supervision_group_id.0,
        org_id: org_id.0,
        scope: scope.as_str().to_owned(),
        valid_from: valid_from.date(),
        valid_until: valid_until.map(Day::date),
        basis: opt_json(basis),
        end_basis: opt_json(end_basis),
        revision: revision_column(*revision),
        updated_at: *updated_at,
    }
    .into_active_model()
}
