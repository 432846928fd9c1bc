//! A copy of a whole directory: the JSON lines that `load` reads, one after another.
//!
//! The lines are made when they are asked for. Their order does not depend on how the directory came to be, so equal
//! directories give equal lines.

use std::{sync::Arc, vec};

use crate::{
    access::Sight,
    directory::Snapshot,
    domain::{Object, ObjectKey, Person, Position},
    record::{Header, Record},
};

/// How many keys are looked up at a time. Each look goes through all objects of a kind.
const KEYS_AT_A_TIME: usize = 100_000;

/// What is never in a copy: keys, whose secrets nobody could take along.
const KEYS_LEFT_OUT: &str = "api_keys";
/// People whom the caller does not see. Those whose name the caller sees have no more than that.
const PEOPLE_LEFT_OUT: &str = "people";
/// Mail addresses and telephone numbers.
const CONTACT_LEFT_OUT: &str = "contact";

/// A directory at one revision, line by line.
#[derive(Debug)]
pub struct Whole {
    directory: Arc<Snapshot>,
    /// What the directory is by now: whoever was erased since is shown as erased.
    newest: Arc<Snapshot>,
    /// Who gets it; if nobody is named, then everything is shown.
    sight: Option<Sight>,
    /// The last key that was looked up.
    last: Option<ObjectKey>,
    /// Those that come next.
    keys: vec::IntoIter<ObjectKey>,
}

impl Whole {
    /// Everything but keys, for the operator.
    pub fn new(directory: Arc<Snapshot>) -> Self {
        let newest = Arc::clone(&directory);
        Self { directory, newest, sight: None, last: None, keys: Vec::new().into_iter() }
    }

    /// What `sight` shows.
    pub fn seen(directory: Arc<Snapshot>, sight: Sight) -> Self {
        Self { sight: Some(sight), ..Self::new(directory) }
    }

    /// Tells what the directory has become, if it takes long to go through it.
    pub fn meanwhile(&mut self, newest: Arc<Snapshot>) {
        self.newest = newest;
    }

    /// The first line.
    pub fn header(&self) -> Header {
        let (directory, sight) = (&self.directory, self.sight.as_ref());
        let all_people = sight.is_none_or(Sight::is_whole);
        let all_contact = sight.is_none_or(Sight::shows_every_contact);
        let is_complete = |kind: &str| match kind {
            "api_key" => false,
            "person" | "person_alias" => all_people,
            _ => true,
        };
        let records = directory.numbers().filter(|(kind, _)| is_complete(kind));
        let left_out = [(false, KEYS_LEFT_OUT), (all_people, PEOPLE_LEFT_OUT), (all_contact, CONTACT_LEFT_OUT)];
        let seen = Position { sight: sight.map_or(0, Sight::mark_of_people), ..directory.position() };
        Header {
            zone: directory.zone(),
            revision: directory.revision(),
            position: Some(seen.to_string()),
            recorded_at: Some(directory.recorded_at()),
            records: records.map(|(kind, number)| (kind.to_owned(), number)).collect(),
            left_out: left_out.into_iter().filter(|(is_there, _)| !is_there).map(|(_, what)| what.to_owned()).collect(),
        }
    }

    /// What is shown of an object, if anything is.
    fn shown(&self, object: Object) -> Option<Object> {
        if matches!(object, Object::ApiKey(_)) {
            return None;
        }
        let Some(sight) = &self.sight else { return Some(object) };
        match object {
            Object::Person(person) => self.person(person, sight).map(Object::Person),
            Object::PersonAlias(alias) => {
                sight.sees(&self.directory, alias.facts.person_id).then_some(Object::PersonAlias(alias))
            }
            object => Some(object),
        }
    }

    fn person(&self, person: Person, sight: &Sight) -> Option<Person> {
        let row = self.directory.person(person.id)?;
        let is_seen = sight.sees(&self.directory, person.id);
        if self.newest.person(person.id).is_none_or(|person| person.erased()) {
            return (is_seen || sight.names(&self.directory, person.id)).then(|| person.erased());
        }
        if is_seen {
            let without = Person { email: None, phone: None, ..person };
            return Some(sight.with_contact_of(&self.directory, row).unwrap_or(without));
        }
        let Person { id, name, revision, updated_at, .. } = person;
        sight.names(&self.directory, id).then(|| Person {
            id,
            name,
            name_en: None,
            former_names: Vec::new(),
            staff_no: None,
            email: None,
            phone: None,
            external_ids: Vec::new(),
            erased: false,
            revision,
            updated_at,
        })
    }
}

impl Iterator for Whole {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            let Some(key) = self.keys.next() else {
                let keys = self.directory.keys_after(self.last.as_ref(), KEYS_AT_A_TIME);
                self.last = Some(keys.last()?.clone());
                self.keys = keys.into_iter();
                continue;
            };
            let shown = self.directory.object(&key).and_then(|object| self.shown(object));
            if let Some(object) = shown {
                return Some(Record::from(&object));
            }
        }
    }
}
