//! What clients say of orgs, people, posts, roles and supervisions: the requests that make and change them.
//!
//! A request is a table: the attributes of the thing, and what is said of the act. `http` describes the same tables
//! in the API document.

use crate::domain::{
    attributes::{and_both, and_then, changing, creating, made_from, made_new, taken_from},
    *,
};

/// The members of a request that establishes an org.
macro_rules! establishing {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {}
            fixed {}
            filled {
                /// The day on which it is established. Default: today.
                valid_from: (act Day), valid_from, "first day" "成立日期";
                /// The first day on which it no longer exists, if that is already known.
                valid_until: (act Day), valid_until, "end" "撤销日期";
                /// How many Party members it has.
                member_counts: (act MemberCounts), member_counts, "member counts" "党员统计";
                /// The document of this act.
                basis: (act Basis), basis, "document" "依据";
            }
            optional {}
            once {}
            kept {}
            internal {}
        }
    };
}

/// The members of a request that changes an org.
macro_rules! changing_an_org {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {}
            fixed {}
            filled {
                /// The first day on which the new values hold. Default: today. They hold until the next version that
                /// itself changed the attribute. External identifiers and member counts have no versions and change at
                /// once.
                effective_on: (act Day), effective_on, "first day" "生效日期";
                /// How many Party members it had on a day. The org keeps the counts of every day; those of the same day
                /// are corrected, and taken back if `full` and `probationary` are `null`.
                member_counts: (act MemberCountsPatch), member_counts, "member counts" "党员统计";
                /// The document of this act. It is noted in the new version.
                basis: (act Basis), basis, "document" "依据";
            }
            optional {}
            once {}
            kept {}
            internal {}
        }
    };
}

/// The members of a version besides its values.
macro_rules! correcting_a_version {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {}
            fixed {}
            filled {
                /// The correct first day of the version. For the first version, this is the day on which the org was
                /// established.
                valid_from: (act Day), valid_from, "first day" "起始日期";
            }
            optional {
                /// The document of the act that made the version.
                basis: (maybe Basis), basis, "document" "依据";
            }
            once {}
            kept {}
            internal {}
        }
    };
}

/// The member of a patch of a post that is only compared with the stored value.
macro_rules! same_post {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {}
            fixed {}
            filled {
                /// The code cannot be changed: only the same code is accepted.
                code: (act PostCode), code, "code" "代码";
            }
            optional {}
            once {}
            kept {}
            internal {}
        }
    };
}

/// The member of a patch of a role that says from when on it has its place.
macro_rules! placing_a_role {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {}
            fixed {}
            filled {
                /// The first day on which the role stands at the place that `order` gives, among those who hold
                /// something in the org on that day. Before, the list stays as it was. Without it, this is today if an
                /// act has declared an order that names the role; else `order` corrects the number of the role itself.
                /// With a day, `order` is required, `basis` is the document of the order, and nothing else of the role
                /// can be corrected in the same request.
                effective_on: (act Day), effective_on, "first day" "生效日期";
            }
            optional {}
            once {}
            kept {}
            internal {}
        }
    };
}

/// The members of a request that dissolves an org.
macro_rules! dissolving {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {}
            fixed {}
            filled {
                /// The first day on which the org no longer exists. Default: today.
                effective_on: (act Day), effective_on, "first day" "撤销日期";
                /// The document of this act.
                basis: (act Basis), basis, "document" "依据";
            }
            optional {}
            once {
                /// Whether everything in the org and under it ends too. Otherwise the request is refused while there is
                /// anything.
                cascade: (flag), cascade, "cascade" "一并撤销";
                /// The orgs that take over from it.
                successor_ids: (list OrgId, SUCCESSORS_MAX), successor_ids, "successors" "承继组织";
            }
            kept {}
            internal {}
        }
    };
}

/// The members of a request that corrects the end of an org.
macro_rules! correcting_a_dissolution {
    ($door:ident $args:tt) => {
        $door! {
            $args
            required {}
            fixed {}
            filled {
                /// The correct first day on which the org no longer exists.
                effective_on: (act Day), effective_on, "first day" "撤销日期";
            }
            optional {
                /// The document by which it was dissolved.
                basis: (maybe Basis), basis, "document" "撤销依据";
                /// The orgs that took over from it.
                successor_ids: (list OrgId, SUCCESSORS_MAX), successor_ids, "successors" "承继组织";
            }
            once {}
            kept {}
            internal {}
        }
    };
}

/// The members of [`CreateOrg`].
macro_rules! create_org {
    ($door:ident $args:tt) => {
        org_version_attributes! { and_then ((org_attributes) and_then ((establishing) $door $args)) }
    };
}

/// The members of [`PatchOrg`].
macro_rules! patch_org {
    ($door:ident $args:tt) => {
        org_version_attributes! { and_then ((org_attributes) and_then ((changing_an_org) $door $args)) }
    };
}

/// The members of [`PatchOrgVersion`].
macro_rules! patch_org_version {
    ($door:ident $args:tt) => {
        org_version_attributes! { and_then ((correcting_a_version) $door $args) }
    };
}

/// The members of [`PatchPost`].
macro_rules! patch_post {
    ($door:ident $args:tt) => {
        post_attributes! { and_then ((same_post) $door $args) }
    };
}

/// The members of [`PatchRole`].
macro_rules! patch_role {
    ($door:ident $args:tt) => {
        role_attributes! { and_then ((placing_a_role) $door $args) }
    };
}

pub(crate) use {
    changing_an_org, correcting_a_dissolution, correcting_a_version, create_org, dissolving, establishing, patch_org,
    patch_org_version, patch_post, patch_role, placing_a_role, same_post,
};

create_org! { creating (
    /// A new org.
    CreateOrg
) }
org_version_attributes! { made_from (OrgValues from CreateOrg) }
org_attributes! { made_from (OrgFacts from CreateOrg) }

patch_org! { changing (
    /// A change of an org from a day on.
    PatchOrg
) }
org_version_attributes! { taken_from (OrgValuesPatch from PatchOrg) }
org_attributes! { taken_from (OrgFactsPatch from PatchOrg) }

patch_org_version! { changing (
    /// A correction of one version.
    PatchOrgVersion
) }
org_version_attributes! { taken_from (OrgValuesPatch from PatchOrgVersion) }

dissolving! { creating (
    /// The end of an org.
    #[derive(Default)]
    DissolveOrg
) }
correcting_a_dissolution! { changing (
    /// A correction of the end of an org.
    PatchDissolution
) }

person_attributes! { creating (
    /// A new person.
    CreatePerson
) }
person_attributes! { made_new (Person from CreatePerson with id: PersonId) }
person_attributes! { changing (
    /// A change of a person.
    PatchPerson
) }
person_attributes! { taken_from (PersonPatch from PatchPerson) }

post_attributes! { creating (
    /// A new post of the catalogue.
    CreatePost
) }
post_attributes! { made_new (Post from CreatePost) }
patch_post! { changing (
    /// A change of a post.
    PatchPost
) }
post_attributes! { taken_from (PostPatch from PatchPost) }

role_attributes! { creating (
    /// A new role.
    CreateRole
) }
role_attributes! { made_from (RoleFacts from CreateRole) }
patch_role! { changing (
    /// A correction of a role.
    PatchRole
) }
role_attributes! { taken_from (RolePatch from PatchRole) }
