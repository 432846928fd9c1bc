//! People: `/people`.

mod body;

use actix_web::web::Data;
use serde::Deserialize;
use utoipa::IntoParams;

use super::kit::{
    answer::HandlerResult,
    asked::{Listing, Paging, Read, WriteRequest},
    bounds::Bounds,
    change::DeletedBody,
    extract::{Json, NoBody, Path},
    filters::{Folded, IncludeContact, SchemeAndValue, StaffNumber, many, texts},
    input::{AnyOf, AnyText},
    operation::{Operation, operations},
    page::page_of,
    problem::Failure,
    submit::Done,
};
use crate::{
    directory::PersonFilter,
    domain::{Error, ObjectKey, PersonId, Revision, Subject},
    registry::{Command, CreatePerson, PatchPerson, Registry},
};

pub(in crate::http) use body::*;

/// The operations on people.
pub(in crate::http) fn operations() -> Vec<Operation> {
    operations![
        read Scope(PeopleRead), write Scope(PeopleWrite);
        list_people,
        create_person => [StaffNoTaken, ExternalIdTaken, RepeatedValue],
        get_person => [Merged],
        patch_person => [StaffNoTaken, ExternalIdTaken, RepeatedValue, PersonErased, Merged],
        delete_person => [InUse, Merged],
        merge_people => [UnknownReference, InUse, SameHolder, SelfReference, PersonErased, Merged],
        erase_person needs (Scope(PeopleErase)) => [PersonErased, Merged],
    ]
}

page_of! {
    /// A page of people.
    pub(in crate::http) struct PersonPage of PersonBody<'static>
}

/// Which people.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct PersonQuery {
    /// With any of these ids. The id of an entry that was merged finds the person who stayed.
    id: Option<AnyOf<PersonId>>,
    /// With any of these names. The whole name; script, case, width, accents and spaces do not count.
    name: Option<AnyText<Folded>>,
    /// Whose name, former name or Latin name contains this text; script, case, width, accents and spaces do not count.
    q: Option<Folded>,
    /// With any of these staff numbers, or whose entry with that number was merged into another one.
    staff_no: Option<AnyOf<StaffNumber>>,
    /// With any of these identifiers in other systems, each written as `scheme:value`.
    external_id: Option<AnyText<SchemeAndValue>>,
    /// `name`: in pinyin. With `-` before it, reversed.
    #[param(inline)]
    sort: Option<PersonSortWord>,
    /// `contact`: show mail addresses and telephone numbers, as far as the caller may see them.
    #[param(inline)]
    include: Option<IncludeContact>,
}

/// How people are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum PersonSortWord {
    Name,
    #[serde(rename = "-name")]
    NameBackwards,
}

/// List people
///
/// The people who match every filter, sorted by name in pinyin. A caller who may read people in a part of the tree finds
/// those who hold or held a role there. People have no versions, so `as_of` has no effect.
#[utoipa::path(
    get, path = "/people", tag = "people", params(PersonQuery, Paging),
    responses((status = 200, description = "A page of people.", body = PersonPage)),
)]
pub(in crate::http) async fn list_people(listing: Listing<PersonQuery>, bounds: Data<Bounds>) -> HandlerResult {
    let PersonQuery { id, staff_no, external_id, .. } = &listing.read.query;
    let few = id.is_some() || staff_no.is_some() || external_id.is_some();
    let rows = if few { 0 } else { listing.read.directory.counts().people };
    listing.answer_by_weight(rows, &bounds, page).await
}

fn page(listing: &Listing<PersonQuery>) -> HandlerResult {
    listing.answer(|read, page| {
        let PersonQuery { id, name, q, staff_no, external_id, sort, include } = &read.query;
        let (directory, sight) = (&read.directory, read.sight_with(*include));
        let filter = PersonFilter {
            id: many(id.clone()),
            name: texts(name.clone()),
            q: q.clone().map(String::from),
            staff_no: many(staff_no.clone()),
            external_id: texts(external_id.clone()),
        };
        let page = page.turned(*sort == Some(PersonSortWord::NameBackwards));
        let people = directory.people(&filter, &page, &|person| sight.sees(directory, person));
        Ok::<_, Failure>(people.map(|person| ShownPerson::new(directory, person, &sight)))
    })
}

/// Get a person
///
/// The entry as it is now. People have no versions.
#[utoipa::path(
    get, path = "/people/{id}", tag = "people", params(("id" = PersonId, Path, description = "The person.")),
    responses((status = 200, description = "The person.", body = PersonBody), (status = 404, description = "No such person."), (status = 410, description = "The entry was merged: `by_id` names the person who stayed.")),
)]
pub(in crate::http) async fn get_person(id: Path<PersonId>, read: Read) -> HandlerResult {
    let (person, sight) = (read.person(*id)?, read.sight_with(Some(IncludeContact::Contact)));
    Ok(read.object(&ShownPerson::new(&read.directory, person, &sight), person.revision()))
}

/// Enter a person
///
/// A staff number or an external identifier can belong to one person only.
#[utoipa::path(
    post, path = "/people", tag = "people", request_body(content = CreatePerson, description = "The person."),
    responses(
        (status = 200, description = "On a dry run: the same answer, but nothing has changed.", body = PersonBody),
        (status = 201, description = "The new person.", body = PersonBody),
        (status = 409, description = "Another person has the staff number or an external identifier."),
        (status = 422, description = "The `Idempotency-Key` was used for another request."),
    ),
)]
pub(in crate::http) async fn create_person(
    registry: Data<Registry>,
    write: WriteRequest,
    body: Json<CreatePerson>,
) -> HandlerResult {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body, Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.created("/people", shown)
}

/// Change a person
///
/// If the name changes, the old name is kept among the former names. With `former_names`, a name is corrected that was
/// entered wrongly: the former names are then those given, and no others.
#[utoipa::path(
    patch, path = "/people/{id}", tag = "people", params(("id" = PersonId, Path, description = "The person.")),
    request_body(content = PatchPerson, description = "What to change."),
    responses(
        (status = 200, description = "The person.", body = PersonBody),
        (status = 404, description = "No such person."),
        (status = 410, description = "The entry was merged: `by_id` names the person who stayed."),
        (status = 409, description = "Another person has the staff number or an external identifier."),
        (status = 412, description = "The person has changed."),
    ),
)]
pub(in crate::http) async fn patch_person(
    registry: Data<Registry>,
    id: Path<PersonId>,
    write: WriteRequest,
    body: Json<PatchPerson>,
) -> HandlerResult {
    let done =
        write.submit(&registry, Command::PatchPerson { id: *id, patch: Box::new(body.into_inner()) }, None).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Delete a person
///
/// This is refused if the person has or had any role, or has an API key.
#[utoipa::path(
    delete, path = "/people/{id}", tag = "people", params(("id" = PersonId, Path, description = "The person.")),
    responses(
        (status = 200, description = "The person is deleted: `change` lists what was deleted.", body = DeletedBody),
        (status = 404, description = "No such person."),
        (status = 410, description = "The entry was merged: `by_id` names the person who stayed."),
        (status = 409, description = "The person has roles or an API key: `blockers` lists them."),
        (status = 412, description = "The person has changed."),
    ),
)]
pub(in crate::http) async fn delete_person(
    registry: Data<Registry>,
    id: Path<PersonId>,
    write: WriteRequest,
) -> HandlerResult {
    write.submit(&registry, Command::DeletePerson { id: *id }, None).await?.gone()
}

/// Merge two entries of one person
///
/// The person in the path gets the roles of the duplicate. The person also gets its staff number, mail address and
/// telephone number where they are missing, and its external identifiers. A different name of the duplicate becomes a
/// former name. A different staff number becomes an external identifier of the scheme `staff_no`, and is still found by
/// `staff_no`. A different mail address or telephone number is dropped: a person has one. The duplicate is deleted. Its
/// id leads to the person who stays: a path with it is answered 410 with that person's id, a filter finds that person,
/// and a holder in a request means that person.
#[utoipa::path(
    post, path = "/people/{id}/merge", tag = "people", params(("id" = PersonId, Path, description = "The entry that remains.")),
    request_body(content = MergePeopleBody, description = "The entry that is deleted."),
    responses(
        (status = 200, description = "The person.", body = PersonBody),
        (status = 404, description = "No such person."),
        (status = 410, description = "The entry was merged: `by_id` names the person who stayed."),
        (status = 409, description = "Both entries hold the same post in the same org at the same time, or the duplicate is unknown or has an API key."),
        (status = 412, description = "The person has changed."),
        (status = 422, description = "An entry cannot be merged with itself."),
    ),
)]
pub(in crate::http) async fn merge_people(
    registry: Data<Registry>,
    id: Path<PersonId>,
    write: WriteRequest,
    body: Json<MergePeopleBody>,
) -> HandlerResult {
    let (body, fingerprint) = body.into_parts();
    let done = write.submit(&registry, body.command(*id), Some(fingerprint)).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

/// Erase a person
///
/// Removes everything personal from the database: name, former names, staff number, mail address, telephone number and
/// identifiers. The roles remain, as those of an erased person. This cannot be undone. It does not reach backups and the
/// texts of documents.
#[utoipa::path(
    post, path = "/people/{id}/erase", tag = "people", params(("id" = PersonId, Path, description = "The person.")),
    responses(
        (status = 200, description = "The person, without anything personal.", body = PersonBody),
        (status = 404, description = "No such person."),
        (status = 410, description = "The entry was merged: `by_id` names the person who stayed."),
        (status = 409, description = "The person was erased already."),
        (status = 412, description = "The person has changed."),
    ),
)]
pub(in crate::http) async fn erase_person(
    registry: Data<Registry>,
    id: Path<PersonId>,
    write: WriteRequest,
    request: NoBody,
) -> HandlerResult {
    let done = write.submit(&registry, Command::ErasePerson { id: *id }, Some(request.fingerprint())).await?;
    let shown = shown(&done)?;
    done.changed(shown)
}

fn missing(id: PersonId) -> Error {
    Error::NotFound { what: Subject::Person, id: id.to_string() }
}

/// The person that the command was about. Whoever repeats a request without seeing the person any more gets no value
/// that came later.
fn shown(done: &Done) -> Result<(ShownPerson, Revision), Failure> {
    let ObjectKey::Person(id) = done.target() else { return Err(Error::Internal.into()) };
    let person = done.snapshot().person(*id).ok_or_else(|| missing(*id))?;
    let sight = done.sight().clone().with_contact(true);
    let as_answered = done.repeats().is_none_or(|entry| entry == Some(person.revision()));
    if !as_answered && !sight.sees(done.snapshot(), *id) {
        return Err(Error::ResultGone { what: Subject::Person, id: id.to_string() }.hiding(*id).into());
    }
    Ok((ShownPerson::new(done.snapshot(), person, &sight), person.revision()))
}
