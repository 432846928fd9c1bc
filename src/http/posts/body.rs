//! What the API shows of a post, and what clients send about one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

use crate::{
    domain::{Field, Name, OrgKind, Post, PostCode, PostKind, Text},
    http::kit::schema::{Items, KINDS_MAX, Place, given},
    registry::{Command, CreatePost, PatchPost},
};

/// How a post is held in bodies of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PostKind)]
pub(in crate::http) struct PostKindBody {
    kind: OrgKind,
    /// Never more holders than this on one day; an acting one counts apart, at most one beside.
    #[serde(default, deserialize_with = "holders", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000, value_type = i32)]
    holders_max: Option<u16>,
    /// Normally no more holders than this; a finding beyond it, never refused.
    #[serde(default, deserialize_with = "holders", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000, value_type = i32)]
    holders_normal: Option<u16>,
    /// Whether it is a vacancy when nobody holds it.
    #[serde(default)]
    required: bool,
}

fn holders<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    match u16::deserialize(deserializer) {
        Ok(holders @ 1..=1000) => Ok(Some(holders)),
        _ => Err(de::Error::custom("must be an integer from 1 to 1000")),
    }
}

impl From<&PostKind> for PostKindBody {
    fn from(entry: &PostKind) -> Self {
        let PostKind { kind, holders_max, max_since: _, holders_normal, required } = *entry;
        Self { kind, holders_max, holders_normal, required }
    }
}

impl From<PostKindBody> for PostKind {
    fn from(body: PostKindBody) -> Self {
        let PostKindBody { kind, holders_max, holders_normal, required } = body;
        Self { kind, holders_max, max_since: None, holders_normal, required }
    }
}

/// How a post is held, kind by kind.
type PostKinds = Items<PostKindBody, KINDS_MAX>;

/// An entry of the catalogue of posts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Post)]
pub(in crate::http) struct PostBody {
    code: PostCode,
    name: Name,
    /// Name in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<Text<200>>,
    /// In which kinds of bodies it exists, and how it is held there.
    #[schema(max_items = 12)]
    kinds: Vec<PostKindBody>,
    /// Its place in the catalogue, smallest first.
    #[schema(minimum = 0, maximum = 1_000_000)]
    rank: i32,
    /// Whether its holders belong to the leadership team 班子.
    leadership: bool,
    /// The last log entry that changed it.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    revision: u64,
    /// When that entry was recorded, UTC.
    #[schema(max_length = 40)]
    updated_at: DateTime<Utc>,
}

const _: () = assert!(KINDS_MAX == 12, "as published above");

impl From<&Post> for PostBody {
    fn from(post: &Post) -> Self {
        let Post { code, name, name_en, kinds, rank, leadership, revision, updated_at } = post.clone();
        let kinds = kinds.iter().map(PostKindBody::from).collect();
        Self { code, name, name_en, kinds, rank, leadership, revision, updated_at }
    }
}

/// A new post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreatePost)]
pub(in crate::http) struct CreatePostBody {
    code: PostCode,
    name: Name,
    /// Name in English.
    #[serde(default, deserialize_with = "given")]
    name_en: Option<Text<200>>,
    /// In which kinds of bodies it exists, and how it is held there; each kind once.
    #[schema(inline)]
    kinds: PostKinds,
    /// Its place in the catalogue; after the last unless given.
    #[serde(default, deserialize_with = "given")]
    rank: Option<Place>,
    /// Whether its holders belong to the leadership team 班子.
    #[serde(default)]
    leadership: bool,
}

impl From<CreatePostBody> for Command {
    fn from(body: CreatePostBody) -> Self {
        let CreatePostBody { code, name, name_en, kinds, rank, leadership } = body;
        let kinds = kinds.0.into_iter().map(PostKind::from).collect();
        Self::CreatePost(CreatePost { code, name, name_en, kinds, rank: rank.map(|place| place.0), leadership })
    }
}

/// A change of a post (RFC 7396: `null` clears a field, an absent one stays). A maximum that is
/// lowered judges from today on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PatchPost)]
pub(in crate::http) struct PatchPostBody {
    /// The code is the post's identity: only the same one is accepted.
    #[serde(default, deserialize_with = "given")]
    code: Option<PostCode>,
    #[serde(default, deserialize_with = "given")]
    name: Option<Name>,
    /// Name in English.
    #[serde(default)]
    #[schema(inline)]
    name_en: Field<Text<200>>,
    /// In which kinds of bodies it exists, and how it is held there: the whole list.
    #[serde(default, deserialize_with = "given")]
    #[schema(inline)]
    kinds: Option<PostKinds>,
    /// Its place in the catalogue.
    #[serde(default, deserialize_with = "given")]
    rank: Option<Place>,
    /// Whether its holders belong to the leadership team 班子.
    #[serde(default, deserialize_with = "given")]
    leadership: Option<bool>,
}

impl PatchPostBody {
    pub(super) fn command(self, post: PostCode) -> Command {
        let Self { code, name, name_en, kinds, rank, leadership } = self;
        let kinds = kinds.map(|kinds| kinds.0.into_iter().map(PostKind::from).collect());
        let patch = PatchPost { code, name, name_en, kinds, rank: rank.map(|place| place.0), leadership };
        Command::PatchPost { code: post, patch }
    }
}
