//! What a caller may see of people. Orgs, posts, roles and supervisions are seen whole or not at all.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{caller::Caller, reach::Reach, rights::Rights};
use crate::{
    directory::{PersonRow, RoleRow, Snapshot},
    domain::{AccessScope, Day, Holder, Period, Person, PersonId},
};

/// What a caller may see of people on a day.
#[derive(Debug, Clone)]
pub struct Sight {
    people: Seen,
    contact: Seen,
    /// Whether contact data was asked for.
    with_contact: bool,
    today: Day,
    /// The directory as it is, if what is shown is only what would be: nobody comes into sight by a dry run.
    as_it_is: Option<Arc<Snapshot>>,
    shown: Arc<Shown>,
}

/// Whose personal data an answer gives, for the audit.
#[derive(Debug, Default)]
pub struct Shown {
    contact: Mutex<BTreeSet<PersonId>>,
    numbered: Mutex<BTreeSet<PersonId>>,
}

impl Shown {
    /// Notes that somebody was found by a staff number.
    pub fn note_numbered(&self, people: &[PersonId]) {
        locked(&self.numbered).extend(people);
    }

    /// The people whose contact data were given, and those who were found by a staff number, once.
    pub fn take(&self) -> [Vec<PersonId>; 2] {
        [&self.contact, &self.numbered].map(|people| std::mem::take(&mut *locked(people)).into_iter().collect())
    }
}

/// Of whom something is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    All,
    Some(Arc<Part>),
    Nobody,
}

/// Those who hold or held a role within reach, and the own person.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Part {
    reach: Reach,
    own: Option<PersonId>,
}

impl Sight {
    /// What `caller` may see in `directory` on `today`.
    pub fn of(caller: &Caller, directory: &Snapshot, today: Day) -> Self {
        let rights = Rights::of(caller, directory, today);
        let seen = |scope| {
            if rights.has_everywhere(scope) {
                Seen::All
            } else if rights.has(scope) {
                Seen::Some(Arc::new(Part { reach: rights.reach(scope), own: rights.own(scope) }))
            } else {
                Seen::Nobody
            }
        };
        Self {
            people: seen(AccessScope::PeopleRead),
            contact: seen(AccessScope::PeopleContact),
            with_contact: false,
            today,
            as_it_is: None,
            shown: Arc::default(),
        }
    }

    /// All of it. For tests of what is shown.
    pub fn whole(today: Day) -> Self {
        Self { people: Seen::All, contact: Seen::All, with_contact: true, today, as_it_is: None, shown: Arc::default() }
    }

    /// The same of `caller` in a newer directory, on a later day. What it shows counts for the same answer.
    #[must_use]
    pub fn in_newer(&self, caller: &Caller, directory: &Snapshot, today: Day) -> Self {
        let shown = Arc::clone(&self.shown);
        Self { with_contact: self.with_contact, shown, ..Self::of(caller, directory, today) }
    }

    /// The same with contact data, as far as the caller may see it.
    #[must_use]
    pub fn with_contact(self, asked: bool) -> Self {
        Self { with_contact: asked, ..self }
    }

    /// The same for what would be, after `as_it_is`.
    #[must_use]
    pub fn of_what_would_be(self, as_it_is: Arc<Snapshot>) -> Self {
        Self { as_it_is: Some(as_it_is), ..self }
    }

    /// Where a person is looked up who is shown as in `directory`; `None` for somebody who is new there.
    fn place<'a>(&'a self, directory: &'a Snapshot, person: PersonId) -> Option<&'a Snapshot> {
        match &self.as_it_is {
            Some(as_it_is) => as_it_is.person(person).is_some().then_some(as_it_is),
            None => Some(directory),
        }
    }

    /// Whether everybody is seen.
    pub fn is_whole(&self) -> bool {
        self.people == Seen::All
    }

    /// Whether it shows the contact data of everybody.
    pub fn shows_every_contact(&self) -> bool {
        self.is_whole() && self.contact == Seen::All && self.with_contact
    }

    /// Whether a person is seen.
    pub fn sees(&self, directory: &Snapshot, person: PersonId) -> bool {
        self.place(directory, person).is_none_or(|directory| self.people.has(directory, person, self.today))
    }

    /// A person with contact data, if these are asked for and seen. Nothing else gives contact data, and it notes whose.
    pub fn with_contact_of(&self, directory: &Snapshot, person: PersonRow<'_>) -> Option<Person> {
        let id = person.id();
        let has = |directory| self.contact.has(directory, id, self.today);
        if !self.with_contact || !self.sees(directory, id) || !self.place(directory, id).is_none_or(has) {
            return None;
        }
        let person = person.person();
        if person.email.is_some() || person.phone.is_some() {
            locked(&self.shown.contact).insert(id);
        }
        Some(person)
    }

    /// Whose personal data it has shown.
    pub fn shown(&self) -> &Arc<Shown> {
        &self.shown
    }

    /// Whether the name of a person is shown beside a role: everybody knows who holds a role today.
    pub fn names_holder(&self, directory: &Snapshot, role: &RoleRow<'_>, person: PersonId) -> bool {
        let is_known = || self.as_it_is.is_none() || self.names(directory, person);
        self.is_whole() || role.period().contains(self.today) && is_known() || self.sees(directory, person)
    }

    /// Whether the name of a person is shown at all.
    pub fn names(&self, directory: &Snapshot, person: PersonId) -> bool {
        let holds_a_role = |directory: &Snapshot| {
            let mut roles = directory.roles_held(&Holder::Person(person));
            roles.any(|role| role.period().contains(self.today))
        };
        self.is_whole() || self.place(directory, person).is_none_or(holds_a_role) || self.sees(directory, person)
    }

    /// A hash of the sight, for cursors. It leaves out the day.
    pub fn mark(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        if self.people == Seen::All && self.contact == Seen::All {
            return u64::from(self.with_contact);
        }
        let mut hasher = DefaultHasher::new();
        for seen in [&self.people, &self.contact] {
            match seen {
                Seen::All => 0.hash(&mut hasher),
                Seen::Nobody => 1.hash(&mut hasher),
                Seen::Some(part) => part.hash(&mut hasher),
            }
        }
        self.with_contact.hash(&mut hasher);
        // Never one of those above.
        hasher.finish() | 1 << 63
    }

    /// What tells it from other sights, whatever is asked for: 0 if it is whole.
    pub fn mark_of_people(&self) -> u64 {
        self.clone().with_contact(false).mark()
    }

    /// What sets its answers apart in entity tags: what is shown to a limited sight also depends on the day.
    pub fn mark_of_answers(&self) -> u64 {
        let by_role = [&self.people, &self.contact].into_iter().any(|seen| matches!(seen, Seen::Some(_)));
        let day = if self.is_whole() && !by_role { 0 } else { u64::from(self.today.number().unsigned_abs()) };
        self.mark().rotate_left(20) ^ day
    }
}

fn locked(people: &Mutex<BTreeSet<PersonId>>) -> MutexGuard<'_, BTreeSet<PersonId>> {
    people.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PartialEq for Sight {
    /// Whether both see the same.
    fn eq(&self, other: &Self) -> bool {
        let parts = |sight: &Self| (sight.with_contact, sight.today, sight.as_it_is.is_some());
        self.people == other.people && self.contact == other.contact && parts(self) == parts(other)
    }
}

impl Seen {
    fn has(&self, directory: &Snapshot, person: PersonId, today: Day) -> bool {
        match self {
            Self::All => true,
            Self::Nobody => false,
            Self::Some(part) => part.own == Some(person) || part.has(directory, person, today),
        }
    }
}

impl Part {
    fn has(&self, directory: &Snapshot, person: PersonId, today: Day) -> bool {
        let today = Period::day(today);
        let mut roles = directory.roles_held(&Holder::Person(person));
        roles.any(|role| self.reach.holds_in(directory, role.org_id(), today))
    }
}
