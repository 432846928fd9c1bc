//! The kinds of rows of which the directory consists, each said once.
//!
//! A row of this table is one kind: what it is, its key, what is said of it, its table in the database and its name
//! in the plural, the table of its attributes, and its words in English and Chinese. The rooms take what they need
//! from it by doors of their own, as from a table of attributes: effects and the log, the draft of an act, what a
//! transaction writes and a load reads, JSON lines, and what an answer shows of effects.
//!
//! | section | what its kinds are |
//! |---|---|
//! | `org` | orgs, which have versions |
//! | `version` | the versions of orgs, which are found by two things |
//! | `objects` | objects that need code of their own in some rooms |
//! | `plain` | objects with an id and facts, which all rooms treat alike |
//! | `people` | people, whose values the log never sees |

/// The kinds of rows.
macro_rules! kinds {
    ($door:ident $args:tt) => {
        $door! {
            $args
            org {
                /// An org, without what its versions say.
                Org(id: OrgId) of OrgFacts, org orgs, org_attributes, "org" "组织";
            }
            version {
                /// One version of an org.
                OrgVersion(id: OrgId, valid_from: Day) of OrgVersion,
                    org_version versions, org_version_attributes, "version" "组织版本";
            }
            objects {
                /// A post of the catalogue.
                Post(code: PostCode) of Post, post posts, post_attributes, "post" "职务";
                /// A role.
                Role(id: RoleId) of RoleFacts, role roles, role_attributes, "role" "任职";
                /// An API key.
                ApiKey(id: CallerId) of ApiKeyFacts, api_key api_keys, api_key_attributes, "key" "密钥";
                /// The former id of a person whose entry was merged.
                PersonAlias(id: AliasId) of PersonAliasFacts,
                    person_alias aliases, alias_attributes, "former id" "原标识";
            }
            plain {
                /// A supervision.
                Supervision(id: SupervisionId) of SupervisionFacts,
                    supervision supervisions, supervision_attributes, "supervision" "督导关系";
            }
            people {
                /// A person.
                Person(id: PersonId) of Arc<Person>, person people, person_attributes, "person" "人员";
            }
        }
    };
}

/// The kinds of plain objects alone.
macro_rules! plain_kinds {
    (
        (@only $door:ident $args:tt)
        org $org:tt version $version:tt objects $objects:tt plain $plain:tt people $people:tt
    ) => {
        $door! { $args $plain }
    };
    ($door:ident $args:tt) => {
        $crate::domain::kinds::kinds! { plain_kinds (@only $door $args) }
    };
}

pub(crate) use {kinds, plain_kinds};

macro_rules! blocker_kinds {
    ($(#[doc = $doc:literal] $kind:ident = $word:literal;)*) => {
        /// How something stands in the way of a request: what it is to the thing that the request is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum BlockerKind {
            $(#[doc = $doc] $kind,)*
        }

        impl BlockerKind {
            /// The words used in the API, with their meanings.
            pub const MEANINGS: &'static [(&'static str, &'static str)] = &[$(($word, $doc),)*];

            /// The word used in the API.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }
        }
    };
}

// The ways in which a plain object names an org are here, too.
blocker_kinds! {
    /// An org under it.
    Child = "child";
    /// A role in it.
    RoleIn = "role_in";
    /// A role that the person or unit holds, or a role with the post.
    RoleHeld = "role_held";
    /// A version of its own that begins later.
    Version = "version";
    /// An org that names it as one of its units.
    UnitOf = "unit_of";
    /// An org that names it as a successor.
    SuccessorOf = "successor_of";
    /// A seat that points to it.
    SeatOf = "seat_of";
    /// A supervision by it, as a supervision group.
    SupervisionBy = "supervision_by";
    /// A supervision that covers it.
    SupervisionOf = "supervision_of";
    /// A key with a grant that names it.
    GrantOf = "grant_of";
    /// A key of the person.
    KeyOf = "key_of";
}

impl BlockerKind {
    /// The first in order.
    pub const FIRST: Self = Self::Child;
}
