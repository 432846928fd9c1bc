//! What the API shows of a supervision, and what clients send about one.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    directory::{Covering, Snapshot, SupervisionView},
    domain::*,
    http::{
        kit::{
            members::{Members, add, attribute_schema, request_schema, write_attribute},
            shape::{Schemas, Shape},
        },
        orgs::OrgRef,
    },
    registry::{CreateSupervision, PatchSupervision},
};

/// A supervision: which supervision group covers which org, from when and until when.
#[derive(Debug)]
pub(in crate::http) struct SupervisionBody<'s> {
    supervision: &'s Supervision,
    supervision_group: OrgRef<'s>,
    leading_group: Option<OrgRef<'s>>,
    org: OrgRef<'s>,
    status: Status,
}

impl<'s> SupervisionBody<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, view: &SupervisionView<'s>) -> Self {
        Self {
            supervision: view.supervision,
            supervision_group: OrgRef::new(snapshot, &view.group),
            leading_group: snapshot.parent_of(&view.group).map(|parent| OrgRef::new(snapshot, &parent)),
            org: OrgRef::new(snapshot, &view.org),
            status: view.status,
        }
    }
}

/// Door: a supervision as it is written, and its schema.
macro_rules! supervision_body {
    (
        ()
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl Serialize for SupervisionBody<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let Self { supervision, supervision_group, leading_group, org, status } = self;
                let Supervision { id, facts, revision, updated_at } = supervision;
                let mut object = serializer.serialize_struct("Supervision", 12)?;
                object.serialize_field("id", id)?;
                object.serialize_field("supervision_group", supervision_group)?;
                if let Some(leading_group) = leading_group {
                    object.serialize_field("leading_group", leading_group)?;
                }
                object.serialize_field("org", org)?;
                $($(write_attribute!($shape, object, stringify!($name), facts.$name);)*)*
                object.serialize_field("status", status)?;
                object.serialize_field("revision", revision)?;
                object.serialize_field("updated_at", Digits::of_instant(*updated_at).as_str())?;
                object.end()
            }
        }

        impl PartialSchema for SupervisionBody<'_> {
            fn schema() -> RefOr<Schema> {
                let members = Members::of(
                    "A supervision: which supervision group covers which org, from when and until when.",
                )
                .member::<SupervisionId>("id", "Its identifier.", true)
                .object::<OrgRef<'_>>("supervision_group", "The supervision group on the day asked for.", true)
                .object::<OrgRef<'_>>("leading_group", "The leading group that it stands under.", false)
                .object::<OrgRef<'_>>("org", "The org that it covers, on the day asked for.", true);
                $($(let members = attribute_schema!($shape, members, stringify!($name), concat!($($doc),+));)*)*
                members
                    .member::<Status>("status", "The state on the day asked for.", true)
                    .member::<Revision>("revision", "The last log entry that changed it.", true)
                    .member::<DateTime<Utc>>("updated_at", "When that entry was recorded, UTC.", true)
                    .build()
            }
        }
    };
}

supervision_attributes! { supervision_body () }

impl ToSchema for SupervisionBody<'_> {
    fn name() -> Cow<'static, str> {
        "Supervision".into()
    }

    fn schemas(schemas: &mut Schemas) {
        add::<OrgRef<'_>>(schemas);
        SupervisionId::add_to(schemas);
        Scope::add_to(schemas);
        Status::add_to(schemas);
        Day::add_to(schemas);
        Basis::add_to(schemas);
    }
}

/// A supervision that covers an org, directly or from above.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Covering)]
pub(in crate::http) struct CoveringBody<'s> {
    supervision_id: SupervisionId,
    supervision_group: OrgRef<'s>,
    /// The leading group that the supervision group stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    leading_group: Option<OrgRef<'s>>,
    /// The org that the supervision names: the org asked about, or one above it.
    org: OrgRef<'s>,
    scope: Scope,
    /// Present and true if the supervision names an org above and covers everything below that org.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    inherited: bool,
    /// The first day on which it holds.
    valid_from: Day,
    /// The first day on which it no longer holds. Absent while it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
}

impl<'s> CoveringBody<'s> {
    pub(in crate::http) fn new(snapshot: &'s Snapshot, covering: &Covering<'s>) -> Self {
        let Covering { view, level: _ } = covering;
        let facts = &view.supervision.facts;
        Self {
            supervision_id: view.supervision.id,
            supervision_group: OrgRef::new(snapshot, &view.group),
            leading_group: snapshot.parent_of(&view.group).map(|parent| OrgRef::new(snapshot, &parent)),
            org: OrgRef::new(snapshot, &view.org),
            scope: facts.scope,
            inherited: covering.is_inherited(),
            valid_from: facts.valid_from,
            valid_until: facts.valid_until,
        }
    }
}

supervision_attributes! { request_schema (given CreateSupervision "A new supervision.") }
supervision_attributes! { request_schema (change PatchSupervision
    "A correction of a supervision (RFC 7396: `null` clears a field; a field that is left out stays)."
) }
