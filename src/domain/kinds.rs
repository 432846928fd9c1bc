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

pub(crate) use kinds;
