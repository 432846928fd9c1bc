//! API keys: `/keys`, and who one is: `/me`.

mod body;

use std::time::Duration;

use actix_web::web::Data;

use super::kit::{
    answer::HandlerResult,
    asked::{Listing, Nothing, Paging, Read, WriteRequest},
    change::DeletedBody,
    extract::{Json, NoBody, OptionalJson, Path},
    operation::{Operation, operations},
    page::page_of,
    problem::{Failure, Problem},
    submit::Done,
};
use crate::{
    access::Secret,
    domain::{CallerId, Error, ObjectKey, Revision, Subject},
    registry::{Issued, KeyCommand, Registry},
};

pub(in crate::http) use body::*;

/// The operations on keys.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Scope(KeysManage), write Scope(KeysManage);
        list_keys,
        create_key => [UnknownReference, Contradictory, RepeatedValue, EmptyPeriod],
        get_key,
        patch_key => [UnknownReference, Contradictory, RepeatedValue, EmptyPeriod],
        rotate_key => [KeyRevoked],
        revoke_key => [KeyRevoked],
        delete_key,
        get_me needs (Known),
    ]
}

page_of! {
    /// A page of keys.
    pub(in crate::http) struct KeyPage of KeyBody
}

/// List keys
///
/// The API keys that allow nothing that the caller may not do, oldest first, also those that are revoked or have expired.
/// A secret is never shown again.
#[utoipa::path(
    get, path = "/keys", tag = "access", params(Paging),
    responses((status = 200, description = "A page of keys.", body = KeyPage)),
)]
pub(in crate::http) async fn list_keys(registry: Data<Registry>, listing: Listing<Nothing>) -> HandlerResult {
    let (keyring, uses) = (registry.keyring(), registry.last_uses().await);
    let newest = uses.values().max().map_or(0, |at| at.timestamp().unsigned_abs());
    let directory = registry.snapshot();
    listing.varying_with(newest).answer(|read, page| {
        let rights = read.rights(&directory);
        let keys = read.directory.keys(page, |key| rights.cover_all(key));
        Ok::<_, Failure>(keys.map(|key| KeyBody::new(key, &keyring, &uses)))
    })
}

/// Get a key
///
/// The key with its grants, without its secret. A key that allows more than the caller may do is not found.
#[utoipa::path(
    get, path = "/keys/{id}", tag = "access", params(("id" = CallerId, Path, description = "The key.")),
    responses((status = 200, description = "The key.", body = KeyBody), (status = 404, description = "No such key.")),
)]
pub(in crate::http) async fn get_key(registry: Data<Registry>, id: Path<CallerId>, read: Read) -> HandlerResult {
    let key = read.directory.api_key(*id).filter(|key| read.rights(&read.directory).cover_all(&key.facts));
    let key = key.ok_or_else(|| missing(*id))?;
    let uses = registry.last_uses().await;
    Ok(read.object(&KeyBody::new(key, &registry.keyring(), &uses), key.revision))
}

/// Make a key
///
/// `secret` is in this answer alone: the service keeps only its hash. A request that is repeated with the same
/// `Idempotency-Key` is answered without it. A key cannot allow more, or last longer, than the caller's own grants.
#[utoipa::path(
    post, path = "/keys", tag = "access", request_body(content = CreateKey, description = "The key."),
    responses(
        (status = 200, description = "On a dry run: the same answer, but nothing has changed and there is no secret.", body = KeyBody),
        (status = 201, description = "The new key with its secret.", body = KeyBody),
        (status = 409, description = "A grant names an org, or the key a person, that does not exist."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn create_key(
    registry: Data<Registry>,
    write: WriteRequest,
    body: Json<CreateKey>,
) -> HandlerResult {
    let (CreateKey { name, owner, grants, person_id, expires_at }, fingerprint) = body.into_parts();
    let (secret, issued) = new_secret()?;
    let create =
        crate::registry::CreateKey { name, owner, grants: granted(grants), person_id, expires_at, secret: issued };
    let done = write.submit(&registry, KeyCommand::Create(Box::new(create)), Some(fingerprint)).await?;
    let shown = shown(&done, &registry).await?;
    done.with_secret(secret).created("/keys", shown)
}

/// Change a key
///
/// `grants` replaces all grants. The secret stays.
#[utoipa::path(
    patch, path = "/keys/{id}", tag = "access", params(("id" = CallerId, Path, description = "The key.")),
    request_body(content = PatchKey, description = "What to change."),
    responses(
        (status = 200, description = "The key.", body = KeyBody),
        (status = 404, description = "No such key."),
        (status = 409, description = "A grant names an org, or the key a person, that does not exist."),
        (status = 412, description = "The key has changed."),
        (status = 422, description = "The request breaks a rule that does not depend on the state of the directory."),
    ),
)]
pub(in crate::http) async fn patch_key(
    registry: Data<Registry>,
    id: Path<CallerId>,
    write: WriteRequest,
    body: Json<PatchKey>,
) -> HandlerResult {
    let PatchKey { name, owner, grants, person_id, expires_at } = body.into_inner();
    let patch = crate::registry::PatchKey { name, owner, grants: grants.map(granted), person_id, expires_at };
    let command = KeyCommand::Patch { id: id.into_inner(), patch: Box::new(patch) };
    let done = write.submit(&registry, command, None).await?;
    done.changed(shown(&done, &registry).await?)
}

/// Give a key a new secret
///
/// `secret` is in this answer alone. The present secret is accepted for `overlap_minutes` more, so that the programs
/// that use it can change over one by one. An older one is refused at once.
#[utoipa::path(
    post, path = "/keys/{id}/rotate", tag = "access", params(("id" = CallerId, Path, description = "The key.")),
    request_body(content = Option<RotateKey>, description = "How long the present secret is still accepted."),
    responses(
        (status = 200, description = "The key with its new secret.", body = KeyBody),
        (status = 404, description = "No such key."),
        (status = 409, description = "The key is revoked."),
        (status = 412, description = "The key has changed."),
    ),
)]
pub(in crate::http) async fn rotate_key(
    registry: Data<Registry>,
    id: Path<CallerId>,
    write: WriteRequest,
    body: OptionalJson<RotateKey>,
) -> HandlerResult {
    let (RotateKey { overlap_minutes }, fingerprint) = body.into_parts();
    let overlap = Duration::from_secs(60 * u64::from(overlap_minutes.map_or(0, |minutes| minutes.0)));
    let (secret, issued) = new_secret()?;
    let command = KeyCommand::Rotate { id: id.into_inner(), secret: issued, overlap };
    let done = write.submit(&registry, command, Some(fingerprint)).await?;
    let shown = shown(&done, &registry).await?;
    done.with_secret(secret).changed(shown)
}

/// Revoke a key
///
/// The key is refused at once by this process, and within a second by every other one. It stays in the list.
#[utoipa::path(
    post, path = "/keys/{id}/revoke", tag = "access", params(("id" = CallerId, Path, description = "The key.")),
    responses(
        (status = 200, description = "The key.", body = KeyBody),
        (status = 404, description = "No such key."),
        (status = 409, description = "The key is revoked already."),
        (status = 412, description = "The key has changed."),
    ),
)]
pub(in crate::http) async fn revoke_key(
    registry: Data<Registry>,
    id: Path<CallerId>,
    write: WriteRequest,
    request: NoBody,
) -> HandlerResult {
    let command = KeyCommand::Revoke { id: id.into_inner() };
    let done = write.submit(&registry, command, Some(request.fingerprint())).await?;
    done.changed(shown(&done, &registry).await?)
}

/// Delete a key
///
/// The key is refused from now on, and its name and owner are deleted. What it did stays in the log under its id.
#[utoipa::path(
    delete, path = "/keys/{id}", tag = "access", params(("id" = CallerId, Path, description = "The key.")),
    responses(
        (status = 200, description = "The key is deleted.", body = DeletedBody),
        (status = 404, description = "No such key."),
        (status = 412, description = "The key has changed."),
    ),
)]
pub(in crate::http) async fn delete_key(
    registry: Data<Registry>,
    id: Path<CallerId>,
    write: WriteRequest,
) -> HandlerResult {
    write.submit(&registry, KeyCommand::Delete { id: id.into_inner() }, None).await?.gone()
}

/// Who am I
///
/// The caller, and what the caller may do.
#[utoipa::path(
    get, path = "/me", tag = "access",
    responses((status = 200, description = "The caller.", body = MeBody)),
)]
pub(in crate::http) async fn get_me(registry: Data<Registry>, read: Read) -> HandlerResult {
    let key = read.caller.key(&read.directory);
    let revision = key.map_or(0, |key| key.revision);
    Ok(read.object(&MeBody::new(&read.caller, &read.directory, &registry.keyring()), revision))
}

fn missing(id: CallerId) -> Error {
    Error::NotFound { what: Subject::ApiKey, id: id.to_string() }
}

fn new_secret() -> Result<(Secret, Issued), Problem> {
    let secret = Secret::generate().map_err(Problem::internal)?;
    let issued = Issued::of(&secret);
    Ok((secret, issued))
}

/// The key that the command was about.
async fn shown(done: &Done, registry: &Registry) -> Result<(KeyBody, Revision), Failure> {
    let ObjectKey::ApiKey(id) = done.target() else { return Err(Error::Internal.into()) };
    let key = done.snapshot().api_key(*id).ok_or_else(|| missing(*id))?;
    let keyring = registry.keyring().after(done.key_changes());
    Ok((KeyBody::new(key, &keyring, &registry.last_uses().await), key.revision))
}
