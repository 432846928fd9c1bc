//! What the API shows of an org.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    directory::{OrgView, Snapshot},
    domain::{
        attributes::{and_both, and_then, beside, both_beside, shown},
        *,
    },
    http::kit::members::answer,
};

/// Door: the attributes without the counts of members, of which an answer shows one.
macro_rules! counts_apart {
    (
        ($door:ident $args:tt)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt
        kept {
            $(#[doc = $doc:literal])+
            member_counts: $shape:tt, $column:ident, $en:literal $zh:literal;
            $($kept:tt)*
        }
        internal $internal:tt
    ) => {
        $door! {
            $args
            required $required fixed $fixed filled $filled
            optional $optional once $once kept { $($kept)* } internal $internal
        }
    };
}

/// The attributes of an org and of its version.
macro_rules! org_and_version {
    ($door:ident $args:tt) => {
        org_version_attributes! { and_then ((org_attributes) shown (counts_apart ($door $args))) }
    };
}

org_and_version! { answer (
    "An org on the day asked for: its attributes, and what follows from its place in the tree."
    OrgBody<'s> as "Org" {
        first {
            /// Its identifier.
            id: OrgId;
            /// Its status on the day asked for.
            status: Status;
        }
        first_maybe {
            /// The tier: 1, 2 or 3. Absent for orgs outside the three tiers. Derived.
            tier: Option<Tier>;
            /// Present and true for a branch directly under a tier-1 committee 直属党支部. Derived.
            directly_subordinate: bool;
            /// How many Party members it had when they were last counted, on the day asked for or before.
            member_counts: Option<MemberCounts>;
        }
        last {
            /// The first day of the version shown.
            valid_from: Day;
            /// The day on which it was established.
            established_on: Day;
            /// The last log entry that changed the org's own data.
            revision: Revision;
            /// When that entry was recorded, UTC.
            #[serde(serialize_with = "write_instant")]
            updated_at: DateTime<Utc>;
        }
        last_maybe {
            /// The first day after the version shown. Absent while the version has no end.
            valid_until: Option<Day>;
            /// The document of the newest act of that day that has one.
            basis: Option<&'s Basis>;
        }
    }
) }

/// Door: an org's answer from its view.
macro_rules! org_shown {
    (
        ()
        first { $($v_section:ident { $(
            $(#[doc = $v_doc:literal])+
            $v_name:ident: $v_shape:tt, $v_column:ident, $v_en:literal $v_zh:literal $(, of $v_of:tt)?;
        )* })* }
        second { $($o_section:ident { $(
            $(#[doc = $o_doc:literal])+
            $o_name:ident: $o_shape:tt, $o_column:ident, $o_en:literal $o_zh:literal $(, of $o_of:tt)?;
        )* })* }
    ) => {
        impl<'s> OrgBody<'s> {
            pub(in crate::http) fn new(snapshot: &'s Snapshot, view: &OrgView<'s>) -> Self {
                let OrgValues { $($($v_name,)*)* .. } = view.values();
                let OrgFacts { dissolved_by: _, member_counts: _, $($($o_name,)*)* } = &view.org.facts;
                let (tier, directly_subordinate) = snapshot.place_in_tiers(view);
                Self {
                    id: view.id(),
                    status: view.status,
                    tier,
                    directly_subordinate,
                    member_counts: view.member_counts(),
                    $($($v_name,)*)*
                    $($($o_name,)*)*
                    valid_from: view.period.from(),
                    valid_until: view.period.until(),
                    basis: view.version().basis(),
                    established_on: view.org.established_on(),
                    revision: view.org.revision,
                    updated_at: view.org.updated_at,
                }
            }
        }
    };
}

/// The attributes of an org that are shown.
macro_rules! shown_org_attributes {
    ($door:ident $args:tt) => {
        org_attributes! { shown (counts_apart ($door $args)) }
    };
}

org_version_attributes! { shown (beside ((shown_org_attributes) org_shown ())) }

org_version_attributes! { answer (
    "One version of an org: its values from a day on."
    OrgVersionBody<'s> as "OrgVersion" {
        first {
            /// The status of the version on the day asked for.
            status: Status;
            /// The first day on which the values hold.
            valid_from: Day;
        }
        first_maybe {
            /// The first day on which they no longer hold. Absent while the version has no end.
            valid_until: Option<Day>;
            /// The document of the newest act of that day that has one.
            basis: Option<&'s Basis>;
        }
        last {
            /// What the acts of that day set, the oldest first. Every other attribute has the value of the version before.
            acts: &'s [VersionAct];
        }
        last_maybe {}
    }
) }

/// Door: a version's answer.
macro_rules! version_shown {
    (
        ()
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl<'s> OrgVersionBody<'s> {
            /// A version that holds for `period`.
            pub(in crate::http) fn new(period: Period, version: &'s OrgVersion, day: Day) -> Self {
                let OrgValues { $($($name,)*)* .. } = version.values.as_ref();
                Self {
                    status: period.status(day),
                    valid_from: period.from(),
                    valid_until: period.until(),
                    basis: version.basis(),
                    acts: &version.acts,
                    $($($name,)*)*
                }
            }
        }
    };
}

org_version_attributes! { shown (version_shown ()) }

/// An org as another object names it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct OrgRef<'s> {
    id: OrgId,
    name: &'s Name,
    kind: OrgKind,
    /// The tier: 1, 2 or 3. Absent for orgs outside the three tiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3)]
    tier: Option<u8>,
}

impl<'s> OrgRef<'s> {
    pub(in crate::http) fn new(snapshot: &Snapshot, view: &OrgView<'s>) -> Self {
        let values = view.values();
        Self { id: view.id(), name: &values.name, kind: values.kind, tier: snapshot.tier_of(view) }
    }
}
