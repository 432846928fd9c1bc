//! Checks that everything exists to which a request or a line of a file refers. A pointer gives the place.

use std::collections::BTreeSet;

use crate::{
    directory::Snapshot,
    domain::{
        Counterpart, Day, Error, Holder, OrgId, OrgValues, OrgVersion, PersonId, PostCode, SaidHolder, Seat, Subject,
    },
};

/// Refuses what has something wrong with it.
pub(super) fn first(wrong: impl IntoIterator<Item = Error>) -> Result<(), Error> {
    wrong.into_iter().next().map_or(Ok(()), Err)
}

/// Refuses what has something wrong with it, and tells all of it at once.
pub(super) fn refuse_all(wrong: impl IntoIterator<Item = Error>) -> Result<(), Error> {
    let mut errors: Vec<Error> = wrong.into_iter().collect();
    match errors.len() {
        0 => Ok(()),
        1 => errors.pop().map_or(Ok(()), Err),
        _ => Err(Error::Several { errors }),
    }
}

/// Refuses an org in the request that does not exist.
pub(super) fn refer_to_org(snapshot: &Snapshot, pointer: &str, id: OrgId) -> Result<(), Error> {
    let unknown = || Error::UnknownReference { pointer: pointer.to_owned(), what: Subject::Org, id: id.to_string() };
    snapshot.org(id).map(|_| ()).ok_or_else(unknown)
}

/// Refuses a person in the request who does not exist.
pub(super) fn refer_to_person(snapshot: &Snapshot, pointer: &str, id: PersonId) -> Result<(), Error> {
    snapshot.person(id).map(|_| ()).ok_or_else(|| unknown_person(snapshot, pointer, id))
}

/// The refusal of a person who does not exist, or whom the caller does not see.
pub(super) fn unknown_person(snapshot: &Snapshot, pointer: &str, id: PersonId) -> Error {
    let unknown = Error::UnknownReference { pointer: pointer.to_owned(), what: Subject::Person, id: id.to_string() };
    if snapshot.person(id).is_some() { unknown.hiding(id) } else { unknown }
}

/// Whatever a list names once more. `place` gives the pointer of an item.
pub(super) fn repeated<T: Ord>(place: impl Fn(usize) -> String, items: impl IntoIterator<Item = T>) -> Vec<Error> {
    let mut seen = BTreeSet::new();
    let again = items.into_iter().enumerate().filter_map(|(index, item)| (!seen.insert(item)).then_some(index));
    again.map(|index| Error::Repeated { pointer: place(index) }).collect()
}

/// The successors of an org exist, and are other orgs.
pub(super) fn refer_to_successors(snapshot: &Snapshot, org: OrgId, successors: &[OrgId]) -> Result<(), Error> {
    refuse_all(unknown_successors(snapshot, org, successors))
}

/// What is wrong with the successors that an org names.
pub(super) fn unknown_successors(snapshot: &Snapshot, org: OrgId, successors: &[OrgId]) -> Vec<Error> {
    let one = |(index, successor): (usize, &OrgId)| {
        let pointer = format!("/successor_ids/{index}");
        if *successor == org {
            return Some(Error::SelfReference { pointer });
        }
        refer_to_org(snapshot, &pointer, *successor).err()
    };
    let repeated = repeated(|index| format!("/successor_ids/{index}"), successors).into_iter();
    repeated.chain(successors.iter().enumerate().filter_map(one)).collect()
}

/// The orgs that the values of an org name exist.
pub(super) fn refer_to_all_of(snapshot: &Snapshot, values: &OrgValues) -> Result<(), Error> {
    refuse_all(unknown_of(snapshot, values))
}

/// What is wrong with the orgs that the values of an org name.
pub(super) fn unknown_of(snapshot: &Snapshot, values: &OrgValues) -> Vec<Error> {
    let parent = values.parent_id.and_then(|parent| refer_to_org(snapshot, "/parent_id", parent).err());
    let repeated = repeated(|index| format!("/unit_ids/{index}"), &values.unit_ids);
    let units = values.unit_ids.iter().enumerate();
    let units = units.filter_map(|(index, unit)| refer_to_org(snapshot, &format!("/unit_ids/{index}"), *unit).err());
    parent.into_iter().chain(repeated).chain(units).collect()
}

/// Refuses a post in the request that the catalogue does not have.
pub(super) fn refer_to_post(snapshot: &Snapshot, pointer: &str, post: &PostCode) -> Result<(), Error> {
    let unknown = || Error::UnknownReference { pointer: pointer.to_owned(), what: Subject::Post, id: post.to_string() };
    snapshot.post(post).map(|_| ()).ok_or_else(unknown)
}

/// Refuses a holder in the request who does not exist, and a seat for a post that its org never has. Such a seat would
/// always be unfilled.
pub(super) fn refer_to_holder(snapshot: &Snapshot, pointer: &str, holder: &Holder) -> Result<(), Error> {
    refuse_all(unknown_holder(snapshot, pointer, holder))
}

/// What is wrong with such a holder.
pub(super) fn unknown_holder(snapshot: &Snapshot, pointer: &str, holder: &Holder) -> Vec<Error> {
    let tried = match holder {
        Holder::Person(id) => vec![refer_to_person(snapshot, &format!("{pointer}/id"), *id)],
        Holder::Unit(id) => vec![refer_to_org(snapshot, &format!("{pointer}/id"), *id)],
        Holder::Seat(Seat { org_id, post }) => {
            let org = refer_to_org(snapshot, &format!("{pointer}/org_id"), *org_id);
            let in_catalogue = refer_to_post(snapshot, &format!("{pointer}/post"), post);
            let has = |version: &OrgVersion| {
                snapshot.post(post).is_some_and(|post| post.in_kind(version.values.kind).is_some())
            };
            let lacks = snapshot.org(*org_id).is_some_and(|org| !org.versions.iter().any(has));
            let never = || Error::NeverHasPost { pointer: format!("{pointer}/post"), post: post.clone(), org: *org_id };
            let lacks = lacks && in_catalogue.is_ok();
            vec![org, in_catalogue, if lacks { Err(never()) } else { Ok(()) }]
        }
    };
    tried.into_iter().filter_map(Result::err).collect()
}

/// The names that a request repeats beside a holder are the right ones on the day. Nothing is said of the name of a
/// person whom the caller does not see, so that it cannot be guessed.
pub(super) fn says_what_is_so(
    snapshot: &Snapshot,
    pointer: &str,
    said: &SaidHolder,
    day: Day,
    sees: impl Fn(PersonId) -> bool,
) -> Result<(), Error> {
    let SaidHolder { holder, staff_no, name, org_name, post_name } = said;
    if let Holder::Person(id) = holder
        && staff_no.is_none()
        && !sees(*id)
    {
        return Ok(());
    }
    let called = |id| snapshot.org_on(id, day).map(|view| view.values().name.clone());
    let so = match holder {
        Holder::Person(id) => [snapshot.person(*id).map(|person| person.name().clone()), None, None],
        Holder::Unit(id) => [called(*id), None, None],
        Holder::Seat(Seat { org_id, post }) => {
            [None, called(*org_id), snapshot.post(post).map(|post| post.name.clone())]
        }
    };
    let all = [name, org_name, post_name].into_iter().zip(so).zip(["name", "org_name", "post_name"]);
    let wrong = all.filter(|((said, so), _)| said.is_some() && *said != so);
    refuse_all(wrong.map(|(_, member)| Error::Contradictory {
        pointer: format!("{pointer}/{member}"),
        other: Counterpart::Directory { on: day },
    }))
}
