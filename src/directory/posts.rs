//! Questions about the catalogue of posts.

use super::{
    orgs::any,
    page::{Page, PageRequest, ordered},
    snapshot::Snapshot,
};
use crate::domain::{OrgKind, Post, PostCode};

/// The filter of a list of posts; [`super::OrgFilter`] says how values combine.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is the query parameter of its name, see openapi/openapi.json")]
pub struct PostFilter {
    pub code: Vec<PostCode>,
    pub kind: Vec<OrgKind>,
    pub leadership: Option<bool>,
}

impl Snapshot {
    /// A page of the posts that match `filter`, by rank.
    pub fn catalogue(&self, filter: &PostFilter, page: &PageRequest) -> Page<&Post> {
        let PostFilter { code, kind, leadership } = filter;
        let shown = self.posts().filter(|post| {
            any(code, &post.code)
                && (kind.is_empty() || kind.iter().any(|kind| post.in_kind(*kind).is_some()))
                && leadership.is_none_or(|wanted| wanted == post.leadership)
        });
        Page::of(shown, |post| [&ordered(post.rank)[..], post.code.as_str().as_bytes()].concat(), page)
    }
}
