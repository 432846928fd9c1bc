//! The rows that the naive program reads, and the JSON that it makes of them: the service's shapes, by hand.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{org, org_version, role};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// Items on a page.
pub(crate) const PAGE_ITEMS: usize = 50;

/// An org with the version of the day and what determines its tier.
#[derive(Debug, FromQueryResult)]
pub(crate) struct OrgRow {
    #[sea_orm(nested)]
    pub(crate) org: org::Model,
    #[sea_orm(nested)]
    pub(crate) version: org_version::Model,
    pub(crate) established_on: NaiveDate,
    pub(crate) next_from: Option<NaiveDate>,
    pub(crate) parent_kind: Option<String>,
    pub(crate) grand_kind: Option<String>,
}

/// A role with the names that it shows.
#[derive(Debug, FromQueryResult)]
pub(crate) struct RoleRow {
    #[sea_orm(nested)]
    pub(crate) role: role::Model,
    pub(crate) post_name: String,
    pub(crate) post_name_en: Option<String>,
    pub(crate) person_name: Option<String>,
    pub(crate) unit_name: Option<String>,
}

/// A seat that holds a role, with one of the people who sit in it.
#[derive(Debug, FromQueryResult)]
pub(crate) struct SeatRow {
    role_id: Uuid,
    org_name: String,
    post_name: String,
    held_by: Option<Uuid>,
    person_id: Option<Uuid>,
    person_name: Option<String>,
    dissolved_on: Option<NaiveDate>,
    held: bool,
}

fn tier(kind: &str, parent: Option<&str>) -> Option<u8> {
    match kind {
        "committee" if parent.is_none_or(|parent| parent == "authority") => Some(1),
        "committee" | "general_branch" => Some(2),
        "branch" => Some(3),
        _ => None,
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// The last of the counts on a day.
fn newest(counts: &Value, day: NaiveDate) -> Option<&Value> {
    let day = day.to_string();
    counts.as_array()?.iter().rfind(|counts| counts.get("counted_on").and_then(Value::as_str) <= Some(day.as_str()))
}

fn is_no_list(value: &Value) -> bool {
    value.as_array().is_none_or(Vec::is_empty)
}

#[derive(Debug, Serialize)]
pub(crate) struct OrgBody<'r> {
    id: Uuid,
    kind: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<u8>,
    #[serde(skip_serializing_if = "is_false")]
    directly_subordinate: bool,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_counts: Option<&'r Value>,
    name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'r str>,
    order: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch_type: Option<&'r str>,
    #[serde(skip_serializing_if = "is_false")]
    joint: bool,
    #[serde(skip_serializing_if = "is_false")]
    temporary: bool,
    #[serde(skip_serializing_if = "is_no_list")]
    unit_ids: &'r Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    duties: Option<&'r str>,
    #[serde(skip_serializing_if = "is_no_list")]
    external_ids: &'r Value,
    valid_from: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'r Value>,
    established_on: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    dissolved_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_basis: Option<&'r Value>,
    #[serde(skip_serializing_if = "is_no_list")]
    successor_ids: &'r Value,
    revision: i64,
    updated_at: DateTime<Utc>,
}

impl<'r> OrgBody<'r> {
    pub(crate) fn new(row: &'r OrgRow, day: NaiveDate) -> Self {
        let OrgRow { org, version, established_on, next_from, parent_kind, grand_kind } = row;
        let parent = parent_kind.as_deref();
        let top = parent.is_some_and(|kind| tier(kind, grand_kind.as_deref()) == Some(1));
        let status = if *established_on > day {
            "planned"
        } else if org.dissolved_on.is_some_and(|dissolved| dissolved <= day) {
            "ended"
        } else {
            "current"
        };
        Self {
            id: org.id,
            kind: &version.kind,
            tier: tier(&version.kind, parent),
            directly_subordinate: version.kind == "branch" && top,
            status,
            member_counts: org.member_counts.as_ref().and_then(|counts| newest(counts, day)),
            name: &version.name,
            short_name: version.short_name.as_deref(),
            name_en: version.name_en.as_deref(),
            parent_id: version.parent_id,
            code: version.code.as_deref(),
            order: version.sort_order,
            branch_type: version.branch_type.as_deref(),
            joint: version.joint,
            temporary: version.temporary,
            unit_ids: &version.unit_ids,
            duties: version.duties.as_deref(),
            external_ids: &org.external_ids,
            valid_from: version.valid_from,
            valid_until: next_from.or(org.dissolved_on),
            basis: version.basis.as_ref(),
            established_on: *established_on,
            dissolved_on: org.dissolved_on,
            end_basis: org.end_basis.as_ref(),
            successor_ids: &org.successor_ids,
            revision: org.revision,
            updated_at: org.updated_at,
        }
    }
}

/// An org with the orgs under it.
#[derive(Debug, Serialize)]
pub(crate) struct OrgTree<'r> {
    #[serde(flatten)]
    body: OrgBody<'r>,
    children: Vec<OrgTree<'r>>,
    #[serde(skip)]
    row: &'r OrgRow,
}

impl<'r> OrgTree<'r> {
    /// Builds the tree from the rows of an org and of all orgs below it.
    pub(crate) fn grow(rows: &'r [OrgRow], root: Uuid, day: NaiveDate) -> Option<Self> {
        let mut under: HashMap<Uuid, Vec<&'r OrgRow>> = HashMap::new();
        for row in rows {
            if let Some(parent) = row.version.parent_id {
                under.entry(parent).or_default().push(row);
            }
        }
        for children in under.values_mut() {
            children.sort_by_key(|row| (row.version.sort_order, row.org.id));
        }
        let root = rows.iter().find(|row| row.org.id == root)?;
        Some(Self::below(root, &mut under, day))
    }

    fn below(row: &'r OrgRow, under: &mut HashMap<Uuid, Vec<&'r OrgRow>>, day: NaiveDate) -> Self {
        let children = under.remove(&row.org.id).unwrap_or_default();
        let children = children.into_iter().map(|child| Self::below(child, under, day)).collect();
        Self { body: OrgBody::new(row, day), children, row }
    }

    /// All orgs below, each before those under it.
    pub(crate) fn list_below(&self, listed: &mut Vec<&'r OrgRow>) {
        for child in &self.children {
            listed.push(child.row);
            child.list_below(listed);
        }
    }
}

#[derive(Debug, Serialize)]
struct OrgRef<'r> {
    id: Uuid,
    name: &'r str,
    kind: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<u8>,
}

#[derive(Debug, Serialize)]
struct PostRef<'r> {
    code: &'r str,
    name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<&'r str>,
}

#[derive(Debug, Default, Serialize)]
struct Holder<'r> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfilled: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Sitter<'r> {
    id: Uuid,
    name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_id: Option<Uuid>,
}

#[derive(Debug, Serialize)]
pub(crate) struct RoleBody<'r> {
    id: Uuid,
    org: OrgRef<'r>,
    post: PostRef<'r>,
    holder: Holder<'r>,
    people: Vec<Sitter<'r>>,
    order: i32,
    #[serde(skip_serializing_if = "is_false")]
    acting: bool,
    status: &'static str,
    valid_from: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'r Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_basis: Option<&'r Value>,
    revision: i64,
    updated_at: DateTime<Utc>,
}

impl<'r> RoleBody<'r> {
    /// A role that is held on the day, in the org `org`.
    pub(crate) fn new(row: &'r RoleRow, org: &'r OrgRow, seats: &'r [SeatRow]) -> Self {
        let RoleRow { role, post_name, post_name_en, person_name, unit_name } = row;
        let OrgRow { version, parent_kind, .. } = org;
        let (holder, people) = match (role.person_id.zip(person_name.as_deref()), role.unit_id) {
            (Some((id, name)), _) => {
                let holder = Holder { kind: "person", id: Some(id), name: Some(name), ..Holder::default() };
                (holder, vec![Sitter { id, name, role_id: None }])
            }
            (None, Some(unit)) => {
                (Holder { kind: "unit", id: Some(unit), name: unit_name.as_deref(), ..Holder::default() }, Vec::new())
            }
            (None, None) => seated(role, seats),
        };
        Self {
            id: role.id,
            org: OrgRef {
                id: org.org.id,
                name: &version.name,
                kind: &version.kind,
                tier: tier(&version.kind, parent_kind.as_deref()),
            },
            post: PostRef { code: &role.post, name: post_name, name_en: post_name_en.as_deref() },
            holder,
            people,
            order: role.sort_order,
            acting: role.acting,
            status: "current",
            valid_from: role.valid_from,
            valid_until: role.valid_until,
            basis: role.basis.as_ref(),
            end_basis: role.end_basis.as_ref(),
            revision: role.revision,
            updated_at: role.updated_at,
        }
    }
}

/// The seat that holds a role, and the people who sit in it.
fn seated<'r>(role: &'r role::Model, seats: &'r [SeatRow]) -> (Holder<'r>, Vec<Sitter<'r>>) {
    let own = || seats.iter().filter(|seat| seat.role_id == role.id);
    let people: Vec<Sitter<'r>> = own()
        .filter_map(|seat| {
            Some(Sitter { id: seat.person_id?, name: seat.person_name.as_deref()?, role_id: seat.held_by })
        })
        .collect();
    let seat = own().next().zip(role.seat_org_id).zip(role.seat_post.as_deref());
    let holder = seat.map(|((seat, org), post)| Holder {
        org_id: Some(org),
        post: Some(post),
        org_name: Some(&seat.org_name),
        post_name: Some(&seat.post_name),
        unfilled: match (people.is_empty(), seat.dissolved_on, seat.held) {
            (false, ..) => None,
            (true, Some(_), _) => Some("not_alive"),
            (true, None, true) => Some("indirect"),
            (true, None, false) => Some("vacant"),
        },
        ..Holder::default()
    });
    (Holder { kind: "seat", ..holder.unwrap_or_default() }, people)
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct Page<T> {
    items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Uuid>,
}

impl<T> Page<T> {
    /// The first page; the next one begins after `next`.
    pub(crate) fn of<'r, R>(rows: &'r [R], id: impl Fn(&'r R) -> Uuid, body: impl FnMut(&'r R) -> T) -> Self {
        let shown = rows.get(..PAGE_ITEMS).unwrap_or(rows);
        let next = if rows.len() > shown.len() { shown.last().map(id) } else { None };
        Self { items: shown.iter().map(body).collect(), next }
    }

    /// The whole list as one page.
    pub(crate) fn all<'r, R>(rows: &'r [R], body: impl FnMut(&'r R) -> T) -> Self {
        Self { items: rows.iter().map(body).collect(), next: None }
    }
}
