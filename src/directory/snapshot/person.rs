//! A person in few bytes: what is rarely asked for is in one text, and is taken out of it when it is asked for.

use std::{fmt, sync::Arc};

use uuid::Uuid;

use super::{
    known::Row,
    slots::LastEntry,
    table::{List, RoleAt},
};
use crate::domain::{Email, ExternalId, Instant, Name, Person, PersonId, Revision, Scheme, Text};

#[derive(Debug, Clone)]
pub(super) struct PersonSlot {
    pub(super) id: PersonId,
    pub(super) person: Option<PackedPerson>,
    pub(super) roles: List<RoleAt>,
}

impl Row for PersonSlot {
    fn unknown(id: Uuid) -> Self {
        Self { id: PersonId(id), person: None, roles: List::default() }
    }

    fn id(&self) -> Uuid {
        self.id.0
    }
}

/// The facts of a person, without id and roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PackedPerson {
    name: Name,
    /// The other texts in the order of [`Field`], each ended by [`FIELD_END`], the items of a list by
    /// [`ITEM_END`]. No text of a person has control characters.
    details: Option<Arc<str>>,
    erased: bool,
    changed: LastEntry,
}

const FIELD_END: char = '\0';
const ITEM_END: char = '\u{1}';
const SCHEME_END: char = '\u{2}';

/// The positions of the texts in the details.
#[derive(Clone, Copy)]
enum Field {
    NameEn,
    FormerNames,
    StaffNo,
    Email,
    Phone,
    ExternalIds,
}

impl PackedPerson {
    pub(super) fn new(person: &Person) -> Self {
        let Person {
            id: _,
            name,
            name_en,
            former_names,
            staff_no,
            email,
            phone,
            external_ids,
            erased,
            revision,
            updated_at,
        } = person;
        let mut details = String::new();
        let mut field = |texts: &mut dyn Iterator<Item = &str>| {
            texts.for_each(|text| details.push_str(text));
            details.push(FIELD_END);
        };
        field(&mut name_en.iter().map(Text::as_str));
        field(&mut former_names.iter().flat_map(|name| [name.as_str(), "\u{1}"]));
        field(&mut staff_no.iter().map(Text::as_str));
        field(&mut email.iter().map(Email::as_str));
        field(&mut phone.iter().map(Text::as_str));
        field(&mut external_ids.iter().flat_map(|id| [id.scheme.as_str(), "\u{2}", id.value.as_str(), "\u{1}"]));
        let nothing = details.bytes().all(|byte| byte == b'\0');
        Self {
            name: name.clone(),
            details: (!nothing).then(|| details.into()),
            erased: *erased,
            changed: LastEntry::new(*revision, *updated_at),
        }
    }

    fn text(&self, field: Field) -> &str {
        self.details.as_deref().and_then(|details| details.split(FIELD_END).nth(field as usize)).unwrap_or_default()
    }

    fn one(&self, field: Field) -> Option<&str> {
        Some(self.text(field)).filter(|text| !text.is_empty())
    }

    fn items(&self, field: Field) -> impl Iterator<Item = &str> {
        self.text(field).split_terminator(ITEM_END)
    }
}

/// A person as stored in a snapshot.
#[derive(Clone, Copy)]
pub struct PersonRow<'s> {
    id: PersonId,
    packed: &'s PackedPerson,
}

impl fmt::Debug for PersonRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.person().fmt(f)
    }
}

impl PartialEq for PersonRow<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.packed == other.packed
    }
}

impl<'s> PersonRow<'s> {
    pub(super) fn new(slot: &'s PersonSlot) -> Option<Self> {
        Some(Self { id: slot.id, packed: slot.person.as_ref()? })
    }

    /// Its identifier.
    pub fn id(&self) -> PersonId {
        self.id
    }

    /// Name in Chinese.
    pub fn name(&self) -> &'s Name {
        &self.packed.name
    }

    /// Name in Latin letters.
    pub fn name_en(&self) -> Option<&'s str> {
        self.packed.one(Field::NameEn)
    }

    /// Former names, oldest first.
    pub fn former_names(&self) -> impl Iterator<Item = Name> + use<'s> {
        self.packed.items(Field::FormerNames).filter_map(|name| Name::parse(name).ok())
    }

    /// 工号: number on the university's staff list; unique.
    pub fn staff_no(&self) -> Option<&'s str> {
        self.packed.one(Field::StaffNo)
    }

    /// External ids.
    pub fn external_ids(&self) -> impl Iterator<Item = ExternalId> + use<'s> {
        self.packed.items(Field::ExternalIds).filter_map(|item| {
            let (scheme, value) = item.split_once(SCHEME_END)?;
            Some(ExternalId { scheme: Scheme::parse(scheme).ok()?, value: Text::parse(value).ok()? })
        })
    }

    /// The last log entry that changed its own data.
    pub fn revision(&self) -> Revision {
        self.packed.changed.revision
    }

    /// When that entry was recorded.
    pub fn updated_at(&self) -> Instant {
        self.packed.changed.at()
    }

    /// Whether everything personal was erased.
    pub fn erased(&self) -> bool {
        self.packed.erased
    }

    /// The whole person.
    pub fn person(&self) -> Person {
        Person {
            id: self.id,
            name: self.name().clone(),
            name_en: self.name_en().and_then(|text| Text::parse(text).ok()),
            former_names: self.former_names().collect(),
            staff_no: self.staff_no().and_then(|text| Text::parse(text).ok()),
            email: self.packed.one(Field::Email).and_then(|text| Email::parse(text).ok()),
            phone: self.packed.one(Field::Phone).and_then(|text| Text::parse(text).ok()),
            external_ids: self.external_ids().collect(),
            erased: self.packed.erased,
            revision: self.revision(),
            updated_at: self.updated_at(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "[\\p{Han}\\p{Latin}\\d·]{1,20}";

    fn text<const MAX: usize>() -> impl Strategy<Value = Option<Text<MAX>>> {
        proptest::option::of(TEXT.prop_map(|text| Text::parse(&text).expect("legal")))
    }

    fn name() -> impl Strategy<Value = Name> {
        TEXT.prop_map(|text| Name::parse(&text).expect("legal"))
    }

    prop_compose! {
        fn person()(
            name in name(), name_en in text(), former_names in proptest::collection::vec(name(), 0..3),
            staff_no in text(), phone in text(), email in proptest::option::of("[a-z]{1,9}@[a-z]{1,9}\\.cn"),
            external_ids in proptest::collection::vec(("[a-z]{1,9}", TEXT), 0..3),
        ) -> Person {
            let external_id = |(scheme, value): (String, String)| ExternalId {
                scheme: Scheme::parse(&scheme).expect("legal"),
                value: Text::parse(&value).expect("legal"),
            };
            Person {
                id: PersonId(uuid::Uuid::nil()),
                name, name_en, former_names, staff_no, phone,
                email: email.map(|email| Email::parse(&email).expect("legal")),
                external_ids: external_ids.into_iter().map(external_id).collect(),
                erased: false,
                revision: 7,
                updated_at: Instant::from_timestamp_micros(1).expect("an instant"),
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_out_again(person in person()) {
            let slot =
                PersonSlot { id: person.id, person: Some(PackedPerson::new(&person)), roles: List::default() };
            prop_assert_eq!(PersonRow::new(&slot).expect("there").person(), person);
        }
    }
}
