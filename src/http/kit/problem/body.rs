//! What a problem looks like in an answer.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::fault::{Fault, FaultPlace, TEXT_CHARS_MAX, TITLE_CHARS_MAX, cut};
use crate::{
    domain::{AccessScope, BlockerKind, Day, Revision},
    words::{Language, NamedBlocker},
};

/// Why a request was refused (RFC 9457). Members that do not apply are left out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// What sort of problem it is: a stable reference, relative to the service. `GET` it for an explanation.
    #[schema(value_type = String, pattern = "^/problems/[a-z0-9-]+$", max_length = 80)]
    pub(super) r#type: &'static str,
    /// The name of the type, in the language of the answer.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub(super) title: &'static str,
    /// The HTTP status, once more.
    #[schema(minimum = 400, maximum = 599)]
    pub(super) status: u16,
    /// What is wrong with this request, in the language of the answer. It names orgs, posts and days, and people
    /// whom the caller may see. It has no ids.
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) detail: String,
    /// The path of the request.
    #[schema(max_length = 2000)]
    pub(super) instance: String,
    /// The id under which the log knows the request; the same as in `X-Request-Id`.
    #[schema(pattern = "^[A-Za-z0-9._-]+$", max_length = 100)]
    pub(super) request_id: String,
    /// The places in the request that are at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 100)]
    pub(super) errors: Vec<FaultBody>,
    /// The limit that the request exceeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 9_007_199_254_740_991u64)]
    pub(super) bound: Option<u64>,
    /// How many nodes the answer would have.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 9_007_199_254_740_991u64)]
    pub(super) nodes: Option<u64>,
    /// The revision of the object (412) or of the replica (503).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, maximum = 9_007_199_254_740_991u64)]
    pub(super) current_revision: Option<Revision>,
    /// The first day on which the rule would be broken; in 412 and 428, the day to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) on: Option<Day>,
    /// The org that the refusal is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) org_id: Option<Uuid>,
    /// The role that the refusal is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role_id: Option<Uuid>,
    /// The other object: the one that already has the value, or the one that stays after a merge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by_id: Option<Uuid>,
    /// Where the object is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) location: Option<String>,
    /// The code of the post that the refusal is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[a-z][a-z0-9_]*$", max_length = 40)]
    pub(super) post: Option<String>,
    /// The scope that the caller needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<AccessScope>)]
    pub(super) scope: Option<&'static str>,
    /// What stands in the way; at most the first 1,000.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 1000)]
    pub(super) blockers: Vec<BlockerBody>,
    /// How many things stand in the way, also those that the caller may not see.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 9_007_199_254_740_991u64)]
    pub(super) blockers_total: Option<u64>,
    /// Ids that an order leaves out; the first 1,000.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 1000)]
    pub(super) missing: Vec<Uuid>,
    /// Ids in an order that do not belong there; the first 1,000.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 1000)]
    pub(super) foreign: Vec<Uuid>,
    /// True if a write may have taken effect although the answer is a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome_unknown: Option<bool>,
}

/// A place in the request that is wrong: exactly one of `pointer`, `parameter` and `header` says where.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemError)]
pub struct FaultBody {
    /// A JSON pointer (RFC 6901) into the body. The empty one means the whole body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub(super) pointer: Option<String>,
    /// The name of a path or query parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub(super) parameter: Option<String>,
    /// The name of a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub(super) header: Option<String>,
    /// What is wrong there, in the language of the answer.
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) detail: String,
}

impl FaultBody {
    pub(super) fn of(Fault { place, detail }: &Fault, language: Language) -> Self {
        let mut body =
            Self { pointer: None, parameter: None, header: None, detail: cut(detail.read(language), TEXT_CHARS_MAX) };
        match place {
            FaultPlace::Body(pointer) => body.pointer = Some(cut(pointer, TEXT_CHARS_MAX)),
            FaultPlace::Parameter(name) => body.parameter = Some(cut(name, TITLE_CHARS_MAX)),
            FaultPlace::Header(name) => body.header = Some((*name).to_owned()),
        }
        body
    }
}

/// Something that stands in the way of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Blocker)]
pub struct BlockerBody {
    /// How it stands in the way.
    #[schema(value_type = BlockerKind)]
    pub(super) kind: &'static str,
    /// Its id. For a version, the id of the org.
    pub(super) id: Uuid,
    /// What it is called, in the language of the answer. A role is called by its holder, post and org, a supervision by
    /// its group and org. A person whom the caller may not see is *somebody*, 某人.
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) name: String,
    /// Its first day; if it is in use from a later day on, that day. A person has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) valid_from: Option<Day>,
    /// The first day that no longer counts. Absent if no end is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) valid_until: Option<Day>,
}

impl BlockerBody {
    pub(super) fn of(blocker: &NamedBlocker, language: Language) -> Self {
        let NamedBlocker { kind, id, name, valid_from, valid_until } = blocker;
        Self {
            kind: kind.as_str(),
            id: *id,
            name: cut(name.read(language), TEXT_CHARS_MAX),
            valid_from: *valid_from,
            valid_until: *valid_until,
        }
    }
}
