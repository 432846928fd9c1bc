//! Somebody who can hold roles.

use super::{
    Email, ExternalId, Instant, Name, PersonId, Revision, Scheme, Text,
    attributes::{described, patched, unserialised},
};

/// The most identifiers that a person has in other systems: two entries of one person may have been merged.
pub const PERSON_EXTERNAL_IDS_MAX: usize = 1000;
/// What stands for the name of a person who was erased.
pub const ERASED_NAME: &str = "（已清除）";
/// The most former names that are shown.
pub const NAMES_MAX: usize = 1000;

/// The scheme of the external identifiers that were staff numbers of entries that have been merged.
pub const STAFF_NO_SCHEME: &str = "staff_no";

/// The external identifier that a staff number becomes when entries are merged that have two. None if it cannot be one.
pub fn former_staff_no(staff_no: &Text<40>) -> Option<ExternalId> {
    Some(ExternalId { scheme: Scheme::parse(STAFF_NO_SCHEME).ok()?, value: Text::parse(staff_no.as_str()).ok()? })
}

/// The attributes of a person.
macro_rules! person_attributes {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {
                /// Name in Chinese. If it changes, the old name is kept among the former names; unless they are given too:
                /// then it was entered wrongly, and is corrected.
                name: (one Name), name, "name" "姓名";
            }
            fixed {}
            filled {}
            optional {
                /// Name in Latin letters.
                name_en: (maybe Text<200>), name_en, "name in Latin letters" "外文姓名";
                /// Staff number 工号. No two people have the same.
                staff_no: (maybe Text<40>), staff_no, "staff number" "工号";
                /// Mail address.
                email: (maybe Email), email, "mail address" "电子邮箱";
                /// Telephone number as dialled.
                phone: (maybe Text<40>), phone, "telephone number" "电话";
                /// The identifiers of the person in other systems.
                external_ids: (list ExternalId, PERSON_EXTERNAL_IDS_MAX), external_ids, "external identifiers" "外部标识";
                /// Earlier names of the person, oldest first. Each is kept once, and the present name is not among them.
                former_names: (names Name), former_names, "former names" "曾用名";
            }
            once {}
            kept {
                /// Whether everything personal was erased. The roles remain, as those of an erased person.
                erased: (flag), erased, "erased" "已清除个人信息";
            }
            internal {}
        }
    };
}

pub(crate) use person_attributes;

person_attributes! { unserialised (
    /// Somebody who can hold roles. Has no versions, but keeps former names.
    ///
    /// Does not serialise: personal values never reach the log.
    #[derive(Debug, Clone, PartialEq, Eq)]
    Person {
        /// Its identifier.
        id: PersonId,
        /// The last log entry that changed its own data.
        revision: Revision,
        /// When that entry was recorded.
        updated_at: Instant,
    }
) }
impl Person {
    /// The person without anything personal.
    #[must_use]
    pub fn erased(&self) -> Self {
        Self { revision: self.revision, updated_at: self.updated_at, ..Self::nameless(self.id) }
    }

    /// Somebody of whom nothing personal is known.
    #[expect(clippy::expect_used, reason = "a constant")]
    pub fn nameless(id: PersonId) -> Self {
        Self {
            id,
            name: Name::parse(ERASED_NAME).expect("a name"),
            name_en: None,
            staff_no: None,
            email: None,
            phone: None,
            external_ids: Vec::new(),
            former_names: Vec::new(),
            erased: true,
            revision: 0,
            updated_at: Instant::default(),
        }
    }
}

person_attributes! { described (Person) }
person_attributes! { patched (
    /// A change of the attributes of a person.
    PersonPatch of Person
) }
