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
    ($(#[doc = $doc:literal] $kind:ident = $word:literal, $en:literal $zh:literal;)*) => {
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

            /// What a sentence calls it in English.
            pub fn en(self) -> &'static str {
                match self {
                    $(Self::$kind => $en,)*
                }
            }

            /// What a sentence calls it in Chinese.
            pub fn zh(self) -> &'static str {
                match self {
                    $(Self::$kind => $zh,)*
                }
            }
        }
    };
}

// The ways in which a plain object names an org are here, too.
blocker_kinds! {
    /// An org under it.
    Child = "child", "an org under it" "下级组织";
    /// A role in it.
    RoleIn = "role_in", "a role in it" "其中的任职";
    /// A role that the person or unit holds, or a role with the post.
    RoleHeld = "role_held", "a role" "任职";
    /// A version of its own that begins later.
    Version = "version", "a later version" "之后的版本";
    /// An org that names it as one of its units.
    UnitOf = "unit_of", "an org whose unit it is" "以其为行政单位的组织";
    /// An org that names it as a successor.
    SuccessorOf = "successor_of", "an org whose successor it is" "由其承继的组织";
    /// A seat that points to it.
    SeatOf = "seat_of", "a seat that points to it" "指向它的席位";
    /// A supervision by it, as a supervision group.
    SupervisionBy = "supervision_by", "a supervision by it" "其督导关系";
    /// A supervision that covers it.
    SupervisionOf = "supervision_of", "a supervision of it" "对其的督导关系";
    /// A key with a grant that names it.
    GrantOf = "grant_of", "a key with a grant for it" "授权范围指明它的密钥";
    /// A key of the person.
    KeyOf = "key_of", "a key of the person" "其密钥";
    /// An org that stands in the way by what it is on the day: its life, its place, its name, its code or its kind.
    Org = "org", "an org" "组织";
    /// A person who has the same number or identifier.
    Person = "person", "a person" "人员";
}

impl BlockerKind {
    /// The first in order.
    pub const FIRST: Self = Self::Child;
}
