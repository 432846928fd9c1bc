//! What the API shows of keys and callers, and what clients send about keys.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::{
    access::{Caller, Keyring},
    directory::Snapshot,
    domain::{
        AccessScope, ApiKey, ApiKeyFacts, Area, CallerId, Field, GRANTS_MAX, Grant, Instant, Items, Name, OrgId,
        PersonId, Revision, SCOPES_MAX, write_instant,
    },
    http::kit::schema::InstantText,
    registry::LastUses,
};

/// The longest that two secrets of a key are accepted together: 30 days.
const OVERLAP_MINUTES_MAX: u32 = 30 * 24 * 60;

/// An API key. Whoever sends its secret is a caller with its id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub(in crate::http) struct KeyBody {
    /// Its identifier. The log names by it who did something.
    id: CallerId,
    /// What it is called.
    #[schema(value_type = Name)]
    name: String,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Name>)]
    owner: Option<String>,
    /// The beginning of its secret. Absent if the operator made up the secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 12, pattern = "^corg_[A-Za-z0-9_-]+$")]
    prefix: Option<String>,
    /// What it allows, and where.
    #[schema(max_items = 50)]
    grants: Vec<Grant>,
    /// The person whose key it is. The areas `own`, `own_subtree` and `own_person` are found through the roles of
    /// this person.
    #[serde(skip_serializing_if = "Option::is_none")]
    person_id: Option<PersonId>,
    /// When it was made, UTC.
    #[serde(serialize_with = "write_instant")]
    created_at: DateTime<Utc>,
    /// When it ends, UTC. Absent if it has no end.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_some")]
    expires_at: Option<DateTime<Utc>>,
    /// Until when the secret before the present one is also accepted, UTC.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_some")]
    overlap_until: Option<DateTime<Utc>>,
    /// When it was revoked, UTC.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_some")]
    revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, UTC, to the minute.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_some")]
    last_used_at: Option<DateTime<Utc>>,
    /// The secret. Only in the answer that makes the key or gives it a new secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60, pattern = "^corg_[A-Za-z0-9_-]+$")]
    secret: Option<String>,
    /// The last log entry that changed it.
    #[schema(value_type = u64, maximum = 9_007_199_254_740_991u64)]
    revision: Revision,
    /// When that entry was recorded, UTC.
    #[serde(serialize_with = "write_instant")]
    updated_at: DateTime<Utc>,
}

impl KeyBody {
    pub(super) fn new(key: &ApiKey, keyring: &Keyring, uses: &LastUses) -> Self {
        let ApiKey { id, facts, revision, updated_at } = key.clone();
        let ApiKeyFacts { grants, person_id, expires_at, revoked_at, overlap_until, .. } = facts;
        let caller = keyring.caller(id);
        let secret = keyring.newest(id);
        Self {
            id,
            name: caller.map_or_else(|| id.to_string(), |caller| caller.name.clone()),
            owner: caller.and_then(|caller| caller.owner.clone()),
            prefix: secret.map(|secret| secret.prefix.clone()).filter(|prefix| !prefix.is_empty()),
            grants,
            person_id,
            created_at: caller.map_or(updated_at, |caller| caller.created_at),
            expires_at,
            overlap_until,
            revoked_at,
            last_used_at: uses.get(&id).copied(),
            secret: None,
            revision,
            updated_at,
        }
    }
}

/// Who asks, and what this caller may do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
pub(in crate::http) struct MeBody {
    /// The id under which the log knows the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<CallerId>,
    /// What the key is called. A token has no name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Name>)]
    name: Option<String>,
    /// The own person.
    #[serde(skip_serializing_if = "Option::is_none")]
    person_id: Option<PersonId>,
    /// What the caller may do, and where.
    #[schema(max_items = 1000)]
    grants: Vec<Grant>,
    /// When this ends, UTC.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_some")]
    expires_at: Option<DateTime<Utc>>,
}

impl MeBody {
    pub(super) fn new(caller: &Caller, directory: &Snapshot, keyring: &Keyring) -> Self {
        Self {
            id: caller.id(),
            name: caller.id().and_then(|id| Some(keyring.caller(id)?.name.clone())),
            person_id: caller.person(directory),
            grants: caller.grants(directory).to_vec(),
            expires_at: caller.expires_at(directory),
        }
    }
}

/// A new key.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CreateKey {
    /// What it is called. It can be deleted with the key: the log does not know it.
    pub(super) name: Name,
    /// Who answers for it.
    #[serde(default, deserialize_with = "crate::domain::given")]
    pub(super) owner: Option<Name>,
    /// What it allows, and where.
    #[schema(value_type = Vec<Grant>, max_items = 50)]
    pub(super) grants: Items<AskedGrant, GRANTS_MAX>,
    /// The person whose key it is.
    #[serde(default, deserialize_with = "crate::domain::given")]
    pub(super) person_id: Option<PersonId>,
    /// When it ends, UTC. Default: never.
    #[serde(default, deserialize_with = "crate::domain::given")]
    #[schema(value_type = Option<InstantText>)]
    pub(super) expires_at: Option<Instant>,
}

/// A change of a key (RFC 7396: `null` clears a field; a field that is left out stays).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PatchKey {
    /// What it is called.
    #[serde(default, deserialize_with = "crate::domain::given")]
    pub(super) name: Option<Name>,
    /// Who answers for it.
    #[serde(default, deserialize_with = "crate::domain::given")]
    pub(super) owner: Field<Name>,
    /// What it allows, and where: all of it.
    #[serde(default, deserialize_with = "crate::domain::given")]
    #[schema(value_type = Option<Vec<Grant>>, max_items = 50)]
    pub(super) grants: Option<Items<AskedGrant, GRANTS_MAX>>,
    /// The person whose key it is.
    #[serde(default, deserialize_with = "crate::domain::given")]
    pub(super) person_id: Field<PersonId>,
    /// When it ends, UTC.
    #[serde(default, deserialize_with = "crate::domain::given")]
    #[schema(value_type = Field<InstantText>)]
    pub(super) expires_at: Field<Instant>,
}

/// A new secret for a key.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct RotateKey {
    /// For how many minutes the present secret is still accepted. Default: not at all.
    #[serde(default, deserialize_with = "crate::domain::given")]
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 43200)]
    pub(super) overlap_minutes: Option<OverlapMinutes>,
}

/// Minutes of overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) struct OverlapMinutes(pub(super) u32);

impl<'de> Deserialize<'de> for OverlapMinutes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer) {
            Ok(minutes @ 0..=OVERLAP_MINUTES_MAX) => Ok(Self(minutes)),
            _ => Err(de::Error::custom(format_args!("must be an integer from 0 to {OVERLAP_MINUTES_MAX}"))),
        }
    }
}

/// A grant as a request writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct AskedGrant {
    #[serde(deserialize_with = "some_scopes")]
    scopes: Items<AccessScope, SCOPES_MAX>,
    area: Area,
    #[serde(default, deserialize_with = "crate::domain::given")]
    org_id: Option<OrgId>,
}

/// A grant without a scope would allow nothing.
fn some_scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Items<AccessScope, SCOPES_MAX>, D::Error> {
    let scopes = Items::deserialize(deserializer)?;
    if scopes.is_empty() { Err(de::Error::custom("must have at least 1 item")) } else { Ok(scopes) }
}

/// The grants of a request.
pub(super) fn granted(asked: Items<AskedGrant, GRANTS_MAX>) -> Vec<Grant> {
    let asked: Vec<AskedGrant> = asked.into();
    asked.into_iter().map(|AskedGrant { scopes, area, org_id }| Grant { scopes: scopes.into(), area, org_id }).collect()
}

fn write_some<S: Serializer>(instant: &Option<Instant>, serializer: S) -> Result<S::Ok, S::Error> {
    match instant {
        Some(instant) => write_instant(instant, serializer),
        None => serializer.serialize_none(),
    }
}
