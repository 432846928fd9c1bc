//! The values of a row before and after a write. They name others by id alone, and hold nothing derived.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    Basis, BranchType, Code, Day, ExternalId, Holder, LongText, MemberCounts, Name, OrgFacts, OrgId, OrgKind,
    OrgValues, OrgVersion, PersonId, Post, PostCode, PostKind, RoleFacts, Scope, Seat, SupervisionFacts, Text,
};

/// What is said of an org once, whatever the day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrgFacts)]
pub(super) struct OrgFactsBody<'e> {
    /// The first day on which the org is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    dissolved_on: Option<Day>,
    /// The revision that dissolved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    dissolved_by: Option<u64>,
    /// The document that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_basis: Option<&'e Basis>,
    /// The orgs that took over from it.
    #[serde(skip_serializing_if = "<[OrgId]>::is_empty")]
    #[schema(max_items = 50)]
    successor_ids: &'e [OrgId],
    /// What it is there for.
    #[serde(skip_serializing_if = "Option::is_none")]
    duties: Option<&'e LongText<4000>>,
    /// What other systems know it by.
    #[serde(skip_serializing_if = "<[ExternalId]>::is_empty")]
    #[schema(max_items = 50)]
    external_ids: &'e [ExternalId],
    #[serde(skip_serializing_if = "Option::is_none")]
    member_counts: Option<MemberCounts>,
}

impl<'e> From<&'e OrgFacts> for OrgFactsBody<'e> {
    fn from(facts: &'e OrgFacts) -> Self {
        let OrgFacts { dissolved_on, dissolved_by, end_basis, successor_ids, duties, external_ids, member_counts } =
            facts;
        Self {
            dissolved_on: *dissolved_on,
            dissolved_by: *dissolved_by,
            end_basis: end_basis.as_ref(),
            successor_ids,
            duties: duties.as_ref(),
            external_ids,
            member_counts: *member_counts,
        }
    }
}

/// What is said of an org from a day on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrgVersionFacts)]
pub(super) struct OrgVersionFactsBody<'e> {
    /// The first day on which the values hold.
    valid_from: Day,
    name: &'e Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_name: Option<&'e Name>,
    /// Name in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<&'e Text<200>>,
    kind: OrgKind,
    /// The org directly above; absent at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<OrgId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'e Code>,
    /// Its place among the orgs under the same parent, smallest first.
    #[schema(minimum = 0, maximum = 1_000_000)]
    order: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch_type: Option<BranchType>,
    /// Present and true for a branch that several units share 联合党支部.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    joint: bool,
    /// Present and true for a branch set up for one job 临时党支部.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    temporary: bool,
    /// The administrative units it belongs to.
    #[serde(skip_serializing_if = "<[OrgId]>::is_empty")]
    #[schema(max_items = 50)]
    unit_ids: &'e [OrgId],
    /// The document of the act that made the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'e Basis>,
}

impl<'e> From<&'e OrgVersion> for OrgVersionFactsBody<'e> {
    fn from(version: &'e OrgVersion) -> Self {
        let OrgVersion { valid_from, values, basis } = version;
        let OrgValues {
            name,
            short_name,
            name_en,
            kind,
            parent_id,
            code,
            order,
            branch_type,
            joint,
            temporary,
            unit_ids,
        } = values.as_ref();
        Self {
            valid_from: *valid_from,
            name,
            short_name: short_name.as_ref(),
            name_en: name_en.as_ref(),
            kind: *kind,
            parent_id: *parent_id,
            code: code.as_ref(),
            order: *order,
            branch_type: *branch_type,
            joint: *joint,
            temporary: *temporary,
            unit_ids,
            basis: basis.as_ref(),
        }
    }
}

/// A post of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PostFacts)]
pub(super) struct PostFactsBody<'e> {
    code: &'e PostCode,
    name: &'e Name,
    /// Name in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<&'e Text<200>>,
    /// In which kinds of orgs it exists, and how it is held there.
    #[schema(max_items = 12)]
    kinds: Vec<PostKindFactsBody>,
    /// Its place in the catalogue, smallest first.
    #[schema(minimum = 0, maximum = 1_000_000)]
    rank: i32,
    /// Whether its holders belong to the leadership team 班子.
    leadership: bool,
}

/// How a post is held in orgs of one kind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PostKindFacts)]
pub(super) struct PostKindFactsBody {
    kind: OrgKind,
    /// Never more holders than this on one day; an acting one counts apart, at most one beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000, value_type = Option<i32>)]
    holders_max: Option<u16>,
    /// The day from which `holders_max` is checked; absent: on every day.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_since: Option<Day>,
    /// Normally no more holders than this; never refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000, value_type = Option<i32>)]
    holders_normal: Option<u16>,
    /// Whether it is a vacancy when nobody holds it.
    required: bool,
}

impl<'e> From<&'e Post> for PostFactsBody<'e> {
    fn from(post: &'e Post) -> Self {
        let Post { code, name, name_en, kinds, rank, leadership, revision: _, updated_at: _ } = post;
        let kinds = kinds.iter().map(PostKindFactsBody::from).collect();
        Self { code, name, name_en: name_en.as_ref(), kinds, rank: *rank, leadership: *leadership }
    }
}

impl From<&PostKind> for PostKindFactsBody {
    fn from(kind: &PostKind) -> Self {
        let PostKind { kind, holders_max, max_since, holders_normal, required } = *kind;
        Self { kind, holders_max, max_since, holders_normal, required }
    }
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoleFacts)]
pub(super) struct RoleFactsBody<'e> {
    /// The org.
    org_id: OrgId,
    post: &'e PostCode,
    holder: HolderFactsBody<'e>,
    /// The first day on which it is held.
    valid_from: Day,
    /// The first day on which it is no longer held; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// Its place among the holders listed in the org 排名, smallest first.
    #[schema(minimum = 0, maximum = 1_000_000)]
    order: i32,
    /// Present and true for an acting holder 主持工作 / 代理.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    acting: bool,
    /// The document it was given by.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'e Basis>,
    /// The document it was ended by.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_basis: Option<&'e Basis>,
}

impl<'e> From<&'e RoleFacts> for RoleFactsBody<'e> {
    fn from(facts: &'e RoleFacts) -> Self {
        let RoleFacts { org_id, post, holder, valid_from, valid_until, order, acting, basis, end_basis } = facts;
        Self {
            org_id: *org_id,
            post,
            holder: holder.into(),
            valid_from: *valid_from,
            valid_until: *valid_until,
            order: *order,
            acting: *acting,
            basis: basis.as_ref(),
            end_basis: end_basis.as_ref(),
        }
    }
}

/// Who or what holds a role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = HolderFacts, discriminator(property_name = "type", mapping(
    ("person" = "#/components/schemas/PersonHolderFacts"),
    ("unit" = "#/components/schemas/UnitHolderFacts"),
    ("seat" = "#/components/schemas/SeatHolderFacts")
)))]
pub(super) enum HolderFactsBody<'e> {
    Person(PersonHolderBody),
    Unit(UnitHolderBody),
    Seat(SeatHolderBody<'e>),
}

/// A person holds it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonHolderFacts)]
pub(super) struct PersonHolderBody {
    /// Says that it is a person.
    #[serde(rename = "type")]
    #[schema(inline)]
    kind: PersonWord,
    id: PersonId,
}

/// A unit holds it 主任单位.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitHolderFacts)]
pub(super) struct UnitHolderBody {
    /// Says that it is a unit.
    #[serde(rename = "type")]
    #[schema(inline)]
    kind: UnitWord,
    id: OrgId,
}

/// A seat holds it 席位: whoever holds that post in that org.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SeatHolderFacts)]
pub(super) struct SeatHolderBody<'e> {
    /// Says that it is a seat.
    #[serde(rename = "type")]
    #[schema(inline)]
    kind: SeatWord,
    org_id: OrgId,
    post: &'e PostCode,
}

/// Enumerations of one word: what tells the shapes of a union apart.
macro_rules! one_word {
    ($($(#[$doc:meta])* $type:ident { $word:ident })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $type {
            /// The word.
            #[default]
            $word,
        }
    )*};
}

pub(super) use one_word;

one_word! {
    /// The type of a holder who is a person.
    PersonWord { Person }
    /// The type of a holder that is a unit.
    UnitWord { Unit }
    /// The type of a holder that is a seat.
    SeatWord { Seat }
}

impl<'e> From<&'e Holder> for HolderFactsBody<'e> {
    fn from(holder: &'e Holder) -> Self {
        match holder {
            Holder::Person(id) => Self::Person(PersonHolderBody { kind: PersonWord::Person, id: *id }),
            Holder::Unit(id) => Self::Unit(UnitHolderBody { kind: UnitWord::Unit, id: *id }),
            Holder::Seat(Seat { org_id, post }) => {
                Self::Seat(SeatHolderBody { kind: SeatWord::Seat, org_id: *org_id, post })
            }
        }
    }
}

/// A supervision.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SupervisionFacts)]
pub(super) struct SupervisionFactsBody<'e> {
    /// The supervision group.
    supervision_group_id: OrgId,
    /// The org that it covers.
    org_id: OrgId,
    scope: Scope,
    /// The first day.
    valid_from: Day,
    /// The first day on which the org is no longer covered; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// The document it was set up by.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'e Basis>,
    /// The document it was ended by.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_basis: Option<&'e Basis>,
}

impl<'e> From<&'e SupervisionFacts> for SupervisionFactsBody<'e> {
    fn from(facts: &'e SupervisionFacts) -> Self {
        let SupervisionFacts { supervision_group_id, org_id, scope, valid_from, valid_until, basis, end_basis } = facts;
        Self {
            supervision_group_id: *supervision_group_id,
            org_id: *org_id,
            scope: *scope,
            valid_from: *valid_from,
            valid_until: *valid_until,
            basis: basis.as_ref(),
            end_basis: end_basis.as_ref(),
        }
    }
}
