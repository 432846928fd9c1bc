//! How the words of the domain appear in the OpenAPI document, and the small types that bound what a
//! request may hold. Each bound is proved when the value is read and published from the same constant.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de};
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        extensions::Extensions,
        schema::{
            AdditionalProperties, ArrayBuilder, KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, SchemaType,
            Type,
        },
    },
};

use super::filters::{
    DocumentNumber, Folded, SCHEME_AND_VALUE_PATTERN, SchemeAndValue, StaffNumber, StatusWord, TierNumber,
};
use crate::domain::{
    Act, Basis, BranchType, Code, Day, EXTERNAL_IDS_MAX, Email, ExternalId, Field, LongText, MemberCounts,
    MemberCountsPatch, Name, OrgId, OrgKind, PersonId, PostCode, RoleId, SUCCESSORS_MAX, Scheme, Scope, Seat, Status,
    SupervisionId, Text, UNITS_MAX,
};

/// The mark of a field that a merge patch may clear: the only place where `null` stays.
pub(in crate::http) const CLEARABLE: &str = "x-clearable";

/// The most ids in an order.
pub(in crate::http) const ORDER_IDS_MAX: usize = 10_000;
/// The most entries of a post's `kinds`: there are no more kinds.
pub(in crate::http) const KINDS_MAX: usize = OrgKind::ALL.len();

/// The pattern of [`Text`] and [`Name`]: no control characters, no white space at the ends.
pub(in crate::http) const LINE_PATTERN: &str =
    r"^[^\s\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f])?$";
/// The same without a comma.
const WITHOUT_COMMA_PATTERN: &str =
    r"^[^\s,\u0000-\u001f\u007f-\u009f]([^,\u0000-\u001f\u007f-\u009f]*[^\s,\u0000-\u001f\u007f-\u009f])?$";
/// The pattern of [`LongText`]: the same with line breaks and tabs.
const PROSE_PATTERN: &str = concat!(
    r"^[^\s\u0000-\u001f\u007f-\u009f]",
    r"([^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f])?$"
);

/// The pattern of an id: in either case, since both mean the same. Answers have it in lower case.
pub(in crate::http) const UUID_PATTERN: &str =
    "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";

/// A plain string schema.
fn string(
    description: &str,
    chars_min: usize,
    chars_max: usize,
    pattern: Option<&str>,
    example: &str,
) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .min_length(Some(chars_min))
        .max_length(Some(chars_max))
        .pattern(pattern)
        .examples([json!(example)])
}

macro_rules! schemas {
    ($($type:ty $([const $max:ident])? => $name:expr, $schema:expr;)*) => {$(
        impl $(<const $max: usize>)? PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                RefOr::T(Schema::Object($schema.build()))
            }
        }

        impl $(<const $max: usize>)? ToSchema for $type {
            fn name() -> Cow<'static, str> {
                $name.into()
            }
        }
    )*};
}

fn uuid(description: &str) -> ObjectBuilder {
    string(description, 36, 36, Some(UUID_PATTERN), "01931b66-7d50-7c8a-9a57-3c1f7d1f4b11")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
}

/// An object without other properties than those it is given.
fn object(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

fn members(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some(description))
        .minimum(Some(0))
        .maximum(Some(u32::MAX))
}

fn word(description: &str, words: &[&str]) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .enum_values(Some(words.iter().map(|word| json!(word)).collect::<Vec<_>>()))
}

schemas! {
    Day => "Day", string(
        "A calendar day. Periods are half-open: the day in `valid_from` is the first, the day in `valid_until` the first on which it no longer holds.",
        10, 10, Some(Day::PATTERN), "2021-04-15",
    ).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
    Name => "Name", string("A name: one line, no white space at its ends.", 1, Name::CHARS_MAX, Some(LINE_PATTERN), "党史学习教育领导小组");
    Text<MAX> [const MAX] => format!("Text{MAX}"), string("One line of text, no white space at its ends.", 1, MAX, Some(LINE_PATTERN), "A1024");
    LongText<MAX> [const MAX] => format!("LongText{MAX}"), string("Prose; line breaks and tabs are allowed, white space at the ends is not.", 1, MAX, Some(PROSE_PATTERN), "牵头抓总、协调各方、精准指导");
    Code => "OrgCode", string("A body's code in the campus's own scheme; unique on each date below one top committee. Moving a body usually changes it: it is an attribute with a history, never an identity.", 1, Code::CHARS_MAX, Some(Code::PATTERN), "621003");
    Scheme => "Scheme", string("A scheme of external identifiers.", 1, Scheme::CHARS_MAX, Some(Scheme::PATTERN), "oa");
    Email => "Email", string("A mail address.", 3, Email::CHARS_MAX, Some(Email::PATTERN), "office@example.edu.cn");
    PostCode => "PostCode", string("The code of a post of the catalogue.", 1, PostCode::CHARS_MAX, Some(PostCode::PATTERN), "secretary");
    OrgId => "OrgId", uuid("Identifies a body, for ever.");
    PersonId => "PersonId", uuid("Identifies a person.");
    RoleId => "RoleId", uuid("Identifies a role.");
    SupervisionId => "SupervisionId", uuid("Identifies a supervision.");
    Scope => "Scope", word("How far a supervision reaches: `self`, the body alone; `subtree`, the body and everything below it.", Scope::WORDS);
    Seat => "SeatOf", object("A seat 席位: whoever holds a post in a body, one step and no further.")
        .property("org_id", OrgId::schema())
        .property("post", PostCode::schema())
        .required("org_id")
        .required("post")
        .examples([json!({"org_id": "01931b66-7d50-7c8a-9a57-3c1f7d1f4b11", "post": "secretary"})]);
    OrgKind => "OrgKind", word("What sort of body it is: authority 上级党组织, committee 党委, general_branch 党总支, branch 党支部, party_group 党小组, commission 纪委, department 党委工作部门, leading_group 领导小组, office 领导小组办公室, supervision_group 督导组, working_group 工作组, unit 行政单位.", OrgKind::WORDS);
    BranchType => "BranchType", word("What members a branch is made of: staff 教工, student 学生, staff_and_student 师生联合, retired 离退休.", BranchType::WORDS);
    Status => "Status", word("Where the day asked for lies: planned (before the first day), current, ended.", &["planned", "current", "ended"]);
    SchemeAndValue => "SchemeAndValue", string("An identifier in another system: its scheme, a colon, its value.", 3, 141, Some(SCHEME_AND_VALUE_PATTERN), "oa:1024");
    DocumentNumber => "DocumentNumber", string("A document's number as printed.", 1, 100, Some(LINE_PATTERN), "校党发〔2021〕5号");
    StaffNumber => "StaffNumber", string("A number on the university's staff list.", 1, 40, Some(WITHOUT_COMMA_PATTERN), "A1024");
    TierNumber => "Tier", ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("A tier of the three-tier organisation."))
        .minimum(Some(1))
        .maximum(Some(3))
        .examples([json!(2)]);
    StatusWord => "StatusFilter", word("Where the day asked for lies, or `all`.", &["planned", "current", "ended", "all"]);
    Act => "Act", word("What happens to the row.", &["created", "changed", "deleted"]);
    ExternalId => "ExternalId", object("An identifier that another system knows a body or a person by.")
        .property("scheme", Scheme::schema())
        .property("value", Text::<100>::schema())
        .required("scheme")
        .required("value");
    MemberCounts => "MemberCounts", object("How many Party members a body has.")
        .property("full", members("Full members 正式党员."))
        .property("probationary", members("Probationary members 预备党员."))
        .property("counted_on", Day::schema())
        .required("full")
        .required("probationary")
        .required("counted_on");
    MemberCountsPatchBody => "MemberCountsPatch", object("How many Party members a body has: what is to change of it.")
        .property("full", members("Full members 正式党员."))
        .property("probationary", members("Probationary members 预备党员."))
        .property("counted_on", Day::schema());
    Basis => "Basis", object("The document that an act rests on.")
        .property("title", Text::<300>::schema())
        .property("number", Text::<100>::schema())
        .property("date", Day::schema())
        .required("title")
        .examples([json!({"title": "关于调整党史学习教育领导小组成员的通知", "number": "校党发〔2021〕5号", "date": "2021-03-05"})]);
    Place => "Place", ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("A place in an official order, smallest first."))
        .minimum(Some(0))
        .maximum(Some(crate::domain::ORDER_MAX))
        .examples([json!(1)]);
}

impl PartialSchema for Folded {
    fn schema() -> RefOr<Schema> {
        Name::schema()
    }
}

impl ToSchema for Folded {
    fn name() -> Cow<'static, str> {
        Name::name()
    }
}

/// A place in an order, 0 to [`crate::domain::ORDER_MAX`].
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Place(pub(in crate::http) i32);

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i32::deserialize(deserializer) {
            Ok(place @ 0..=crate::domain::ORDER_MAX) => Ok(Self(place)),
            _ => Err(de::Error::custom(format_args!("must be an integer from 0 to {}", crate::domain::ORDER_MAX))),
        }
    }
}

/// A change of [`MemberCounts`]: what is absent stays. Null would leave counts that are none.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct MemberCountsPatchBody {
    #[serde(default, deserialize_with = "given")]
    full: Option<u32>,
    #[serde(default, deserialize_with = "given")]
    probationary: Option<u32>,
    #[serde(default, deserialize_with = "given")]
    counted_on: Option<Day>,
}

impl From<MemberCountsPatchBody> for MemberCountsPatch {
    fn from(body: MemberCountsPatchBody) -> Self {
        let MemberCountsPatchBody { full, probationary, counted_on } = body;
        Self { full, probationary, counted_on }
    }
}

/// Reads a field that may be absent but not null.
pub(in crate::http) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A list of at most `MAX` items.
#[derive(Debug, Clone)]
pub(in crate::http) struct Items<T, const MAX: usize>(pub(in crate::http) Vec<T>);

impl<T, const MAX: usize> Default for Items<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for Items<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<T>::deserialize(deserializer)?;
        if items.len() > MAX {
            return Err(de::Error::custom(format_args!("must have at most {MAX} items")));
        }
        Ok(Self(items))
    }
}

impl<T: PartialSchema, const MAX: usize> PartialSchema for Items<T, MAX> {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(T::schema()).max_items(Some(MAX)).into()
    }
}

impl<T: ToSchema, const MAX: usize> ToSchema for Items<T, MAX> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

/// Identifiers in other systems.
pub(in crate::http) type ExternalIds = Items<ExternalId, EXTERNAL_IDS_MAX>;
/// The units of a body.
pub(in crate::http) type UnitIds = Items<OrgId, UNITS_MAX>;
/// The successors of a body.
pub(in crate::http) type SuccessorIds = Items<OrgId, SUCCESSORS_MAX>;
/// An order of roles.
pub(in crate::http) type RoleIds = Items<RoleId, ORDER_IDS_MAX>;
/// An order of bodies.
pub(in crate::http) type OrgIds = Items<OrgId, ORDER_IDS_MAX>;

/// The schema of `T` that also allows `null`, for a merge patch. Written out in place, since a union
/// with a reference breaks generators of clients.
///
/// `ComposeSchema` is what the derive asks of a generic type; it has no public name.
impl<T: PartialSchema> utoipa::__dev::ComposeSchema for Field<T> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        match T::schema() {
            RefOr::T(Schema::Object(mut object)) => {
                allow_null(&mut object);
                RefOr::T(Schema::Object(object))
            }
            RefOr::T(Schema::Array(mut array)) => {
                array.schema_type = nullable(array.schema_type);
                array.extensions = Some(clearable());
                RefOr::T(Schema::Array(array))
            }
            other => other,
        }
    }
}

impl<T: ToSchema> ToSchema for Field<T> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

fn allow_null(object: &mut Object) {
    object.schema_type = nullable(std::mem::take(&mut object.schema_type));
    object.extensions = Some(clearable());
    if let Some(values) = &mut object.enum_values {
        values.push(Value::Null);
    }
}

/// Tells the document that `null` is meant.
fn clearable() -> Extensions {
    Extensions::builder().add(CLEARABLE, true).build()
}

fn nullable(schema_type: SchemaType) -> SchemaType {
    match schema_type {
        SchemaType::Type(one) => SchemaType::Array(vec![one, Type::Null]),
        other => other,
    }
}
