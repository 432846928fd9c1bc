//! A leading group 领导小组 as one document: which posts stand in it, org by org.

use super::{OrgKind, PostCode};

/// The kinds of orgs that the document has under the leading group itself.
pub const PARTS: &[OrgKind] = &[OrgKind::Office, OrgKind::WorkingGroup, OrgKind::SupervisionGroup];

/// The lists of holders in the document, for a kind of org: what each is called there, and its post.
macro_rules! listed_posts_table {
    (leading_group $door:ident $args:tt) => {
        $door! {
            $args
            /// 组长, in order; the catalogue allows two 双组长.
            leaders: "leader";
            /// 常务副组长, in order.
            executive_deputy_leaders: "executive_deputy_leader";
            /// 副组长, in order.
            deputy_leaders: "deputy_leader";
            /// 成员, in order.
            members: "group_member";
            /// 联络员, in order.
            liaisons: "liaison";
        }
    };
    (office $door:ident $args:tt) => {
        $door! {
            $args
            /// 办公室主任: a person, or a unit 主任单位.
            directors: "office_director";
            /// 办公室副主任, in order.
            deputy_directors: "office_deputy_director";
            /// 成员, in order.
            members: "group_member";
            /// 联络员, in order.
            liaisons: "liaison";
        }
    };
    (part $door:ident $args:tt) => {
        $door! {
            $args
            /// 组长, in order.
            leaders: "leader";
            /// 副组长, in order.
            deputy_leaders: "deputy_leader";
            /// 成员, in order.
            members: "group_member";
            /// 联络员, in order.
            liaisons: "liaison";
        }
    };
}

pub(crate) use listed_posts_table;

/// Door: the posts alone.
macro_rules! posts {
    (() $($(#[doc = $doc:literal])+ $list:ident: $post:literal;)*) => {
        &[$($post),*]
    };
}

/// The posts that the document lists in an org of `kind`, in the order of its lists; none for kinds that are no part
/// of it.
pub fn listed_posts(kind: OrgKind) -> &'static [&'static str] {
    match kind {
        OrgKind::LeadingGroup => listed_posts_table!(leading_group posts ()),
        OrgKind::Office => listed_posts_table!(office posts ()),
        OrgKind::WorkingGroup | OrgKind::SupervisionGroup => listed_posts_table!(part posts ()),
        OrgKind::Authority
        | OrgKind::Committee
        | OrgKind::GeneralBranch
        | OrgKind::Branch
        | OrgKind::PartyGroup
        | OrgKind::Commission
        | OrgKind::Department
        | OrgKind::Unit => &[],
    }
}

/// Whether the document lists a post in an org of `kind`.
pub fn is_listed(kind: OrgKind, post: &PostCode) -> bool {
    listed_posts(kind).contains(&post.as_str())
}
