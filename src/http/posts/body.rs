//! What the API shows of a post, and what clients send about one.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        attributes::{and_both, and_then},
        *,
    },
    http::kit::members::{answer, request_schema},
    registry::{
        CreatePost, PatchPost,
        requests::{patch_post, same_post},
    },
};

post_attributes! { answer (
    "An entry of the catalogue of posts."
    PostBody<'s> as "Post" {
        first {}
        first_maybe {}
        last {
            /// The last log entry that changed it.
            revision: Revision;
            /// When that entry was recorded, UTC.
            #[serde(serialize_with = "write_instant")]
            updated_at: DateTime<Utc>;
        }
        last_maybe {}
    }
) }

/// Door: a post's answer.
macro_rules! post_shown {
    (
        ()
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl<'s> From<&'s Post> for PostBody<'s> {
            fn from(post: &'s Post) -> Self {
                let Post { revision, updated_at, $($($name,)*)* } = post;
                Self { revision: *revision, updated_at: *updated_at, $($($name,)*)* }
            }
        }
    };
}

post_attributes! { post_shown () }
post_attributes! { request_schema (given CreatePost "A new post.") }
patch_post! { request_schema (change PatchPost
    "A change of a post (RFC 7396: `null` clears a field; a field that is left out stays). A lowered maximum applies from today on."
) }
