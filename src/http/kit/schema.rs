//! How the types of the domain appear in the OpenAPI document. Each bound is checked when a value is read, and
//! published from the same constant.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr,
        extensions::Extensions,
        schema::{
            AdditionalProperties, ArrayBuilder, KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, SchemaType,
            Type,
        },
    },
};

use super::{
    filters::{
        ActorText, DocumentNumber, Folded, PositionText, RevisionNumber, SCHEME_AND_VALUE_PATTERN, SchemeAndValue,
        StaffNumber, StatusWord, TierNumber,
    },
    header::REVISION_MAX,
};
use crate::domain::{kinds::plain_kinds, *};

/// The mark of a field that a merge patch may clear. Only there is `null` allowed.
pub(in crate::http) const CLEARABLE: &str = "x-clearable";

/// The most ids in an order.
pub(in crate::http) const ORDER_IDS_MAX: usize = 10_000;

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

/// A plain string schema. A type whose meaning depends on the place has no example here.
fn string(
    description: &str,
    chars_min: usize,
    chars_max: usize,
    pattern: Option<&str>,
    example: Option<&str>,
) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .min_length(Some(chars_min))
        .max_length(Some(chars_max))
        .pattern(pattern)
        .examples(example.map(|example| json!(example)))
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
    string(description, 36, 36, Some(UUID_PATTERN), Some("01931b66-7d50-7c8a-9a57-3c1f7d1f4b11"))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
}

/// An object that allows no properties but those listed.
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

fn clearable_members(description: &str) -> Object {
    let mut object = members(description).build();
    allow_null(&mut object);
    object
}

fn holders(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some(description))
        .minimum(Some(1))
        .maximum(Some(HOLDERS_MAX))
}

/// Words with their meanings, as a description.
fn meanings(words: &[(&str, &str)]) -> String {
    words.iter().map(|(word, meaning)| format!("`{word}`: {}", meaning.trim())).collect::<Vec<_>>().join(" ")
}

/// A reference to a schema, with what it means in this place.
fn named<T: ToSchema>(description: &str) -> Ref {
    let mut reference = Ref::from_schema_name(T::name());
    description.clone_into(&mut reference.description);
    reference
}

/// A list of what has a schema, with what it means in this place.
fn listed<T: ToSchema>(description: &str) -> ArrayBuilder {
    let items = Ref::from_schema_name(T::name());
    ArrayBuilder::new().items(items).max_items(Some(Declared::ITEMS_MAX)).description(Some(description))
}

fn word(description: &str, words: &[&str]) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .enum_values(Some(words.iter().map(|word| json!(word)).collect::<Vec<_>>()))
}

/// A type of fixed words: what it says, and each word with what people call it.
pub(super) fn fixed_words<W: Word>() -> ObjectBuilder {
    let called = W::ALL.iter().map(|value| match (value.as_str(), value.en()) {
        (word, en) if word.replace('_', " ") == en => format!("`{word}` {}", value.zh()),
        (word, en) => format!("`{word}` {en} {}", value.zh()),
    });
    let description =
        format!("{}: {}.", W::MEANING.trim().trim_end_matches('.'), called.collect::<Vec<_>>().join(", "));
    word(&description, &W::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>())
}

/// Door: the ids of plain objects.
macro_rules! plain_ids {
    (() { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ident) of $value:ident,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* }) => {
        schemas! { $($key => stringify!($key), uuid(concat!("Identifies a ", $en, "."));)* }
    };
}

plain_kinds! { plain_ids () }

schemas! {
    Day => "Day", string(
        "A calendar day. Periods are half-open: `valid_from` is the first day, and `valid_until` is the first day that no longer counts.",
        10, 10, Some(Day::PATTERN), Some("2021-04-15"),
    ).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
    Name => "Name", string("A name: one line, no white space at its ends, no characters that cannot be seen. It is kept in composed form (NFC).", 1, Name::CHARS_MAX, Some(LINE_PATTERN), None);
    Text<MAX> [const MAX] => format!("Text{MAX}"), string("One line of text, no white space at its ends, no characters that cannot be seen. It is kept in composed form (NFC).", 1, MAX, Some(LINE_PATTERN), None);
    LongText<MAX> [const MAX] => format!("LongText{MAX}"), string("Text of several lines. Line breaks and tabs are allowed; white space at the ends is not.", 1, MAX, Some(PROSE_PATTERN), Some("牵头抓总、协调各方、精准指导"));
    Code => "OrgCode", string("The code of an org in the university's own scheme. On each day it is unique below one top committee. It usually changes when the org moves, so it does not identify the org: use the id.", 1, Code::CHARS_MAX, Some(Code::PATTERN), Some("621003"));
    Scheme => "Scheme", string("A scheme of external identifiers.", 1, Scheme::CHARS_MAX, Some(Scheme::PATTERN), Some("oa"));
    Email => "Email", string("A mail address (RFC 5322, RFC 6531) at a host with a name.", 3, Email::CHARS_MAX, None, Some("office@example.edu.cn"))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)));
    PostCode => "PostCode", string("The code of a post in the catalogue.", 1, PostCode::CHARS_MAX, Some(PostCode::PATTERN), Some("secretary"));
    OrgId => "OrgId", uuid("Identifies an org. It never changes.");
    AliasId => "AliasId", uuid("Identified an entry of a person before it was merged.");
    CallerId => "CallerId", uuid("Identifies a caller: an API key, or somebody whom the identity provider knows.");
    AccessScope => AccessScope::NAME, fixed_words::<AccessScope>();
    Area => Area::NAME, fixed_words::<Area>();
    AuditId => "AuditId", uuid("Identifies a record of the audit. Later records have larger ids.");
    AuditKind => AuditKind::NAME, fixed_words::<AuditKind>();
    ChangeSubject => ChangeSubject::NAME, fixed_words::<ChangeSubject>();
    PositionText => "Position", string("A place in the log, right after an act: opaque. Or a revision.", 1, Position::CHARS, Some(PositionText::PATTERN), None);
    RevisionNumber => "Revision", ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("A place in the log."))
        .minimum(Some(1))
        .maximum(Some(9_007_199_254_740_991_i64))
        .examples([json!(17)]);
    ActorText => "Actor", string("Who has done something: the id of a caller, `operator` or `anonymous`.", 1, 36, Some(ActorText::PATTERN), Some("operator"));
    EffectType => EffectType::NAME, fixed_words::<EffectType>();
    TicketId => "TicketId", uuid("Identifies a ticket.");
    TicketUse => TicketUse::NAME, fixed_words::<TicketUse>();
    TicketPath => "TicketPath", string("A path of this service, without the query.", 1, TICKET_PATH_CHARS_MAX, Some(TicketPath::PATTERN), Some("/orgs"));
    AuditSubjectId => "AuditSubjectId", uuid("Identifies an org, a person, a role, a supervision, a key or a ticket.");
    AuditSubject => AuditSubject::NAME, fixed_words::<AuditSubject>();
    Grant => "Grant", object("Scopes in an area: what a caller may do, and where.")
        .property("scopes", ArrayBuilder::new().description(Some("What it allows.")).items(named::<AccessScope>("A scope.")).min_items(Some(1)).max_items(Some(SCOPES_MAX)))
        .property("area", named::<Area>("Where they hold."))
        .property("org_id", named::<OrgId>("The org of the areas `org`, `subtree` and `below`. The grant follows it wherever it moves."))
        .required("scopes")
        .required("area")
        .examples([json!({"scopes": ["roles:write"], "area": "everywhere"})]);
    PersonId => "PersonId", uuid("Identifies a person.");
    RoleId => "RoleId", uuid("Identifies a role.");
    Scope => Scope::NAME, fixed_words::<Scope>();
    OrgKind => OrgKind::NAME, fixed_words::<OrgKind>();
    BranchType => BranchType::NAME, fixed_words::<BranchType>();
    Status => "Status", word("The state on the day asked for: planned (the first day is later), current, or ended.", &["planned", "current", "ended"]);
    SchemeAndValue => "SchemeAndValue", string("An identifier in another system: its scheme, a colon, its value.", 3, 141, Some(SCHEME_AND_VALUE_PATTERN), Some("oa:1024"));
    DocumentNumber => "DocumentNumber", string("A document's number as printed.", 1, 100, Some(LINE_PATTERN), Some("校党发〔2021〕5号"));
    StaffNumber => "StaffNumber", string("A number on the university's staff list.", 1, 40, Some(WITHOUT_COMMA_PATTERN), Some("A1024"));
    TierNumber => "Tier", ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("A tier: 1, 2 or 3."))
        .minimum(Some(1))
        .maximum(Some(3))
        .examples([json!(2)]);
    InstantText => "Instant", string("An instant (RFC 3339), in any offset from UTC.", 20, 40, None, Some("2027-09-01T00:00:00Z"))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    StatusWord => "StatusFilter", word("The state on the day asked for, or `all`.", &["planned", "current", "ended", "all"]);
    PersonField => "PersonField", word("A field of a person.", &Person::ATTRIBUTES.iter().map(|attribute| attribute.name).collect::<Vec<_>>());
    BlockerKind => "BlockerKind", word(&meanings(BlockerKind::MEANINGS), &BlockerKind::MEANINGS.iter().map(|(word, _)| *word).collect::<Vec<_>>());
    EffectKind => "EffectKind", word("What happens to the row.", &["created", "changed", "deleted"]);
    ExternalId => "ExternalId", object("An identifier of an org or a person in another system.")
        .property("scheme", Scheme::schema())
        .property("value", Text::<100>::schema())
        .required("scheme")
        .required("value");
    MemberCounts => "MemberCounts", object("How many Party members an org has.")
        .property("full", members("Full members 正式党员."))
        .property("probationary", members("Probationary members 预备党员."))
        .property("counted_on", named::<Day>("The day on which they were counted."))
        .required("full")
        .required("probationary")
        .required("counted_on");
    MemberCountsPatch => "MemberCountsPatch", object("A change of the counts of one day. What is left out stays as it is. If both numbers are `null`, the counts of the day are taken back.")
        .property("full", clearable_members("Full members 正式党员."))
        .property("probationary", clearable_members("Probationary members 预备党员."))
        .property("counted_on", named::<Day>("The day on which they were counted."))
        .required("counted_on");
    Basis => "Basis", object("The document that an act rests on.")
        .property("title", Text::<300>::schema())
        .property("number", Text::<100>::schema())
        .property("date", named::<Day>("The day that it bears."))
        .required("title")
        .examples([json!({"title": "关于调整党史学习教育领导小组成员的通知", "number": "校党发〔2021〕5号", "date": "2021-03-05"})]);
    VersionAct => "VersionAct", object("What one act set in a version of an org.")
        .property("revision", ObjectBuilder::new().schema_type(Type::Integer).description(Some("The log entry of the act. Absent if it is not known.")).minimum(Some(1)).maximum(Some(REVISION_MAX)))
        .property("fields", ArrayBuilder::new()
            .items(word("An attribute that has versions.", &OrgValues::ATTRIBUTES.iter().map(|attribute| attribute.name).collect::<Vec<_>>()))
            .max_items(Some(OrgValues::ATTRIBUTES.len()))
            .description(Some("The attributes that it set. Absent if it set all.")))
        .property("basis", named::<Basis>("Its document."));
    Standing => "Standing", object("Who stands at one place of a declared order: the holder of a post.")
        .property("post", named::<PostCode>("The post."))
        .property("holder", named::<SaidHolder>("Its holder."))
        .required("post")
        .required("holder");
    DeclaredHolder => "DeclaredHolder", object("A holder in a declared list.")
        .property("post", named::<PostCode>("The post."))
        .property("holder", named::<SaidHolder>("Its holder."))
        .property("acting", ObjectBuilder::new().schema_type(Type::Boolean).description(Some("Present and true for an acting holder.")))
        .required("post")
        .required("holder");
    DeclaredCover => "DeclaredCover", object("An org that a supervision group is declared to cover.")
        .property("org_id", named::<OrgId>("The org."))
        .property("scope", named::<Scope>("How far the supervision reaches."))
        .required("org_id")
        .required("scope");
    Declared => "Declared", object("What a document of a leading group says whole of one of its orgs.")
        .property("holders", listed::<DeclaredHolder>("Who holds the posts that the document lists, in its order."))
        .property("covers", listed::<DeclaredCover>("What a supervision group covers."))
        .property("parts", listed::<OrgId>("The office, the working groups and the supervision groups, each kind in order."))
        .property("acts", ArrayBuilder::new()
            .items(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(REVISION_MAX)))
            .max_items(Some(Declared::ITEMS_MAX))
            .description(Some("The log entries of the documents of that day.")))
        .property("valid_until", named::<Day>("The end of the group."));
    OwnEnd => "OwnEnd", object("An end as it was written, perhaps none.")
        .property("until", named::<Day>("The first day on which it no longer holds."))
        .property("basis", named::<Basis>("The document of the end."));
    Following => "Following", object("What a role or a supervision remembers of declared lists.")
        .property("listed", ObjectBuilder::new().schema_type(Type::Boolean).description(Some("Present and true if it begins because a list names it.")))
        .property("own_end", named::<OwnEnd>("The end that was written, where a list, or the end of an org, has set another one."))
        .property("apart", listed::<Day>("The days of the lists that say nothing of it, because it was written by itself later."));
    PostKind => "PostKind", object("How a post is held in orgs of one kind.")
        .property("kind", named::<OrgKind>("The kind."))
        .property("holders_max", holders("The maximum of holders on one day. Beside them, one acting holder is allowed."))
        .property("max_since", named::<Day>("Derived, and ignored in a request. `holders_max` applies from this day on; if absent, on every day."))
        .property("holders_normal", holders("The usual maximum of holders. More are not refused."))
        .property("required", ObjectBuilder::new().schema_type(Type::Boolean).description(Some("Whether the post is a vacancy when nobody holds it.")))
        .required("kind");
    OrderNumber => "OrderNumber", ObjectBuilder::new()
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

impl<T: ToSchema, const MAX: usize> PartialSchema for Items<T, MAX> {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(Ref::from_schema_name(T::name())).max_items(Some(MAX)).into()
    }
}

impl<T: ToSchema, const MAX: usize> ToSchema for Items<T, MAX> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into(), T::schema()));
        T::schemas(schemas);
    }
}

/// Names the schema of an instant in a request.
#[derive(Debug)]
pub(in crate::http) struct InstantText;

/// An order of roles.
pub(in crate::http) type RoleIds = Items<RoleId, ORDER_IDS_MAX>;
/// An order of orgs.
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

pub(in crate::http) fn allow_null(object: &mut Object) {
    object.schema_type = nullable(std::mem::take(&mut object.schema_type));
    object.extensions = Some(clearable());
    if let Some(values) = &mut object.enum_values {
        values.push(Value::Null);
    }
}

/// Marks a schema that allows `null` on purpose.
pub(in crate::http) fn clearable() -> Extensions {
    Extensions::builder().add(CLEARABLE, true).build()
}

pub(in crate::http) fn nullable(schema_type: SchemaType) -> SchemaType {
    match schema_type {
        SchemaType::Type(one) => SchemaType::Array(vec![one, Type::Null]),
        other => other,
    }
}
