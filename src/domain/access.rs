//! Who may do what: API keys and their grants.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    Field, Instant, OrgId, PersonId, Revision,
    attributes::{described, facts},
    ids::ids,
    kind::words,
};

ids! {
    /// Identifies a caller: an API key, or somebody whom the identity provider of the campus knows. The log names
    /// callers by it and by nothing else.
    CallerId,
}

/// The most grants of one key.
pub const GRANTS_MAX: usize = 50;
/// The number of scopes that there are.
pub const SCOPES_MAX: usize = AccessScope::ALL.len();

words! {
    /// What a grant allows.
    AccessScope {
        OrgsRead = "orgs:read", "read orgs, posts, roles and supervisions" "查看组织、职务、任职和督导关系";
        PeopleRead = "people:read", "read people" "查看人员";
        PeopleContact = "people:contact", "read mail addresses and telephone numbers" "查看联系方式";
        StructureWrite = "structure:write", "change orgs and supervisions" "维护组织和督导关系";
        RolesWrite = "roles:write", "change roles" "维护任职";
        PeopleWrite = "people:write", "change and read people" "维护和查看人员";
        PeopleErase = "people:erase", "erase people" "清除人员信息";
        CatalogueWrite = "catalogue:write", "change the catalogue of posts" "维护职务目录";
        WebhooksManage = "webhooks:manage", "manage webhooks" "管理推送";
        KeysManage = "keys:manage", "manage keys" "管理密钥";
        AuditRead = "audit:read", "read the audit" "查看审计";
    }
}

words! {
    /// Where a grant holds.
    Area {
        Everywhere = "everywhere", "everywhere" "全部";
        Org = "org", "in one org alone" "指定组织";
        Subtree = "subtree", "in an org and everything below it" "指定组织及以下";
        Below = "below", "below an org, without the org itself" "指定组织以下";
        Own = "own", "in the orgs in which the own person holds a role" "本人所在组织";
        OwnSubtree = "own_subtree", "in these orgs and everything below them" "本人所在组织及以下";
        OwnPerson = "own_person", "for the own person alone" "仅本人";
    }
}

impl Area {
    /// Whether it is said of an org.
    pub fn names_org(self) -> bool {
        matches!(self, Self::Org | Self::Subtree | Self::Below)
    }

    /// Whether it is found through the own person.
    pub fn is_own(self) -> bool {
        matches!(self, Self::Own | Self::OwnSubtree | Self::OwnPerson)
    }
}

/// Scopes in an area.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What it allows.
    pub scopes: Vec<AccessScope>,
    /// Where.
    pub area: Area,
    /// The org that the area names. A grant follows its org wherever that moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<OrgId>,
}

impl Grant {
    /// Whether it has a scope. Whoever may change people may read them.
    pub fn allows(&self, scope: AccessScope) -> bool {
        self.scopes.contains(&scope)
            || scope == AccessScope::PeopleRead && self.scopes.contains(&AccessScope::PeopleWrite)
    }
}

/// The attributes of an API key, as far as the log has them. Its name, its owner and the hash of its secret stand in
/// tables beside it, and can be erased.
macro_rules! api_key_attributes {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {
                /// What it allows, and where.
                grants: (items Grant, GRANTS_MAX), grants, "grants" "授权";
            }
            fixed {}
            filled {}
            optional {
                /// The person whose key it is. The areas `own`, `own_subtree` and `own_person` are found through the
                /// roles of this person.
                person_id: (maybe PersonId), person_id, "own person" "本人";
                /// When it ends. Absent if it has no end.
                expires_at: (maybe Instant), expires_at, "expiry" "失效时间";
            }
            once {}
            kept {
                /// When it was revoked.
                revoked_at: (maybe Instant), revoked_at, "revocation" "吊销时间";
                /// Until when the secret before the present one is also accepted.
                overlap_until: (maybe Instant), overlap_until, "overlap of secrets" "新旧密钥并用截止时间";
            }
            internal {
                /// How many secrets were issued before the present one.
                rotations: (one i32), rotations, "rotations" "轮换次数";
                /// How often its name or its owner has changed.
                renamings: (one i32), renamings, "renamings" "更名次数";
            }
        }
    };
}

pub(crate) use api_key_attributes;

api_key_attributes! { facts (
    /// The attributes of an API key, as the log and the database keep them.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    ApiKeyFacts {}
) }
api_key_attributes! { described (ApiKeyFacts) }

/// An API key with its place in the log. Whoever uses it is a caller with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its identifier.
    pub id: CallerId,
    /// Its attributes.
    pub facts: ApiKeyFacts,
    /// The last log entry that changed it.
    pub revision: Revision,
    /// When that entry was recorded.
    pub updated_at: Instant,
}

impl ApiKeyFacts {
    /// Why it does not hold at an instant; none while it does.
    pub fn lapsed(&self, now: Instant) -> Option<Lapse> {
        match self {
            Self { revoked_at: Some(_), .. } => Some(Lapse::Revoked),
            Self { expires_at: Some(at), .. } if *at <= now => Some(Lapse::Expired),
            _ => None,
        }
    }

    /// Whether its secret that was issued after `rotations` others is accepted at an instant.
    pub fn accepts(&self, rotations: i32, now: Instant) -> bool {
        rotations == self.rotations
            || rotations + 1 == self.rotations && self.overlap_until.is_some_and(|until| now < until)
    }
}

/// Why a key does not hold any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

/// Why a caller is not taken for the one who they say they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// The request says nothing of who asks, and the operation needs to know.
    Missing,
    /// `Authorization` has another form than `Bearer`, a blank, and a key or a token.
    Malformed,
    /// It looks like a key, but its checksum is wrong.
    Mistyped,
    /// There is no such key.
    Unknown,
    /// The time of the key is over.
    Expired,
    /// The key was revoked, or its secret was replaced.
    Revoked,
    /// A token of the identity provider is refused.
    Token(TokenFault),
    /// A ticket is refused.
    Ticket(TicketFault),
}

/// Why a token of the identity provider is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// It is longer than [`TOKEN_BYTES_MAX`].
    TooLong,
    /// It is not a signed JWT.
    Malformed,
    /// Its header has `crit`: it is not to be accepted by who does not know some extension.
    Critical,
    /// Its `typ` says that it is something else than an access token.
    OtherType,
    /// Its algorithm is not accepted, or does not fit the key.
    Algorithm,
    /// The provider has no key of that name.
    UnknownKey,
    /// It was changed, or signed with another key.
    Signature,
    /// This claim is missing, or has the wrong type.
    Claim(&'static str),
    /// It is from another issuer.
    Issuer,
    /// It is for another service.
    Audience,
    /// It does not hold yet.
    NotYet,
    /// It does not hold any more.
    Expired,
}

/// Why a ticket is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketFault {
    /// It has not the form of a ticket, or there are several.
    Malformed,
    /// The request also has `Authorization`.
    NotAlone,
    /// The request is no GET.
    NotForReading,
    /// It is not known: it has ended, or was used or revoked.
    Unknown,
    /// It is for another path.
    OtherPath,
}

/// The longest token that is looked at.
pub const TOKEN_BYTES_MAX: usize = 8 << 10;

/// The hash by which a secret is found: SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl SecretHash {
    /// The hash that these hexadecimal digits say.
    pub fn parse(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        if text.len() != 2 * hash.len() || !text.is_ascii() {
            return None;
        }
        for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self(hash))
    }
}

impl fmt::Display for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}

/// A secret that was issued for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRow {
    /// Its hash.
    pub hash: SecretHash,
    /// Whose it is.
    pub caller_id: CallerId,
    /// How many secrets of the key were issued before it.
    pub rotations: i32,
    /// Its beginning, for people.
    pub prefix: String,
    /// When it was issued.
    pub created_at: Instant,
}

/// Who is behind a caller id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerRow {
    /// The id.
    pub id: CallerId,
    /// The name of the key.
    pub name: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Instant>,
}

/// What a command writes of a key beside the log.
#[derive(Debug, Clone)]
pub enum KeyChange {
    /// A secret is issued.
    Issued(SecretRow),
    /// A caller is new.
    Named(CallerRow),
    /// A caller has another name or owner.
    #[expect(missing_docs, reason = "the names say it")]
    Renamed { id: CallerId, name: Option<String>, owner: Field<String> },
    /// All that is kept of a caller goes.
    Forgotten(CallerId),
}
