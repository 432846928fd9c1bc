//! The catalogue of posts: `/posts`.

mod body;

use actix_web::web::Data;
use serde::Deserialize;
use utoipa::IntoParams;

use super::kit::{
    answer::HandlerResult,
    asked::{Listing, Paging, Read, WriteRequest},
    change::DeletedBody,
    extract::{Json, Path},
    filters::many,
    input::AnyOf,
    operation::{Operation, operations},
    page::page_of,
    problem::Failure,
    submit::Done,
};
use crate::{
    directory::PostFilter,
    domain::{Error, ObjectKey, OrgKind, PostCode, Revision, Subject},
    registry::{Command, CreatePost, PatchPost, Registry},
};

pub(in crate::http) use body::*;

/// The operations on posts.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Scope(OrgsRead), write Scope(CatalogueWrite);
        list_posts,
        create_post => [PostTaken, RepeatedValue],
        get_post,
        patch_post => [PostNotInKind, PostFull, ActingTaken, CodeIsFixed, RepeatedValue],
        delete_post => [InUse],
    ]
}

page_of! {
    /// A page of posts.
    pub(in crate::http) struct PostPage of PostBody<'static>
}

/// Which posts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct PostQuery {
    /// With any of these codes.
    code: Option<AnyOf<PostCode>>,
    /// That exist in orgs of any of these kinds.
    kind: Option<AnyOf<OrgKind>>,
    /// `true`: that belong to the leadership team 班子. `false`: that do not.
    leadership: Option<bool>,
    /// `rank`: by place in the catalogue. With `-` before it, reversed.
    #[param(inline)]
    sort: Option<PostSortWord>,
}

/// How posts are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum PostSortWord {
    Rank,
    #[serde(rename = "-rank")]
    RankBackwards,
}

/// List posts
///
/// The catalogue by rank. Posts have no versions, so `as_of` has no effect.
#[utoipa::path(
    get, path = "/posts", tag = "posts", params(PostQuery, Paging),
    responses((status = 200, description = "A page of posts.", body = PostPage)),
)]
pub(in crate::http) async fn list_posts(listing: Listing<PostQuery>) -> HandlerResult {
    listing.answer(|read, page| {
        let PostQuery { code, kind, leadership, sort } = &read.query;
        let filter = PostFilter { code: many(code.clone()), kind: many(kind.clone()), leadership: *leadership };
        let page = page.turned(*sort == Some(PostSortWord::RankBackwards));
        Ok::<_, Failure>(read.directory.catalogue(&filter, &page).map(PostBody::from))
    })
}

/// Get a post
///
/// The post as it is now. Posts have no versions.
#[utoipa::path(
    get, path = "/posts/{code}", tag = "posts", params(("code" = PostCode, Path, description = "The post.")),
    responses((status = 200, description = "The post.", body = PostBody), (status = 404, description = "No such post.")),
)]
pub(in crate::http) async fn get_post(code: Path<PostCode>, read: Read) -> HandlerResult {
    let post = read.directory.post(&code).ok_or_else(|| missing(&code))?;
    Ok(read.object(&PostBody::from(post), post.revision))
}

/// Add a post to the catalogue
///
/// The code identifies the post and cannot be changed later.
#[utoipa::path(
    post, path = "/posts", tag = "posts", request_body(content = CreatePost, description = "The post."),
    responses(
        (status = 200, description = "On a dry run: the same answer, but nothing has changed.", body = PostBody),
        (status = 201, description = "The new post.", body = PostBody),
        (status = 409, description = "The catalogue already has a post with that code."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn create_post(
    registry: Data<Registry>,
    write: WriteRequest,
    body: Json<CreatePost>,
) -> HandlerResult {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body, Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.created("/posts", shown)
}

/// Change a post
///
/// A new or lowered maximum applies from today on. It is refused if roles would break it on any day from today on.
/// Earlier days are not checked again.
#[utoipa::path(
    patch, path = "/posts/{code}", tag = "posts", params(("code" = PostCode, Path, description = "The post.")),
    request_body(content = PatchPost, description = "What to change."),
    responses(
        (status = 200, description = "The post.", body = PostBody),
        (status = 404, description = "No such post."),
        (status = 409, description = "Existing roles would break the new maximum."),
        (status = 412, description = "The post has changed."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn patch_post(
    registry: Data<Registry>,
    code: Path<PostCode>,
    write: WriteRequest,
    body: Json<PatchPost>,
) -> HandlerResult {
    let done =
        write.submit(&registry, Command::PatchPost { code: code.into_inner(), patch: body.into_inner() }, None).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Delete a post from the catalogue
///
/// This is refused if any role, past, current or planned, has this post.
#[utoipa::path(
    delete, path = "/posts/{code}", tag = "posts", params(("code" = PostCode, Path, description = "The post.")),
    responses(
        (status = 200, description = "The post is deleted: `change` lists what was deleted.", body = DeletedBody),
        (status = 404, description = "No such post."),
        (status = 409, description = "There are roles of that post: `blockers` lists them."),
        (status = 412, description = "The post has changed."),
    ),
)]
pub(in crate::http) async fn delete_post(
    registry: Data<Registry>,
    code: Path<PostCode>,
    write: WriteRequest,
) -> HandlerResult {
    write.submit(&registry, Command::DeletePost { code: code.into_inner() }, None).await?.gone()
}

fn missing(code: &PostCode) -> Error {
    Error::NotFound { what: Subject::Post, id: code.to_string() }
}

/// The post that the command was about.
fn shown(done: &Done) -> Result<(PostBody<'_>, Revision), Failure> {
    let ObjectKey::Post(code) = done.target() else { return Err(Error::Internal.into()) };
    let post = done.snapshot().post(code).ok_or_else(|| missing(code))?;
    Ok((PostBody::from(post), post.revision))
}
