//! An org with its whole history: its versions, and what is remembered of each.
//!
//! An attribute that no act set in a version has the value of the version before. So the values follow from what is
//! remembered, and an act can be taken back exactly.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Basis, BranchType, Code, Day, Declaration, Declared, Duties, Instant, Name, OrgFacts, OrgFields, OrgId, OrgKind,
    OrgValues, Period, Revision, RoleOrder, Text, VersionAct,
    attributes::{bare, facts},
    org_version_attributes,
};

/// Door: between a version and the form in which it is written.
macro_rules! flat {
    (
        ()
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        impl From<VersionRecord> for OrgVersion {
            fn from(VersionRecord { valid_from, basis, acts, $($($name,)*)* }: VersionRecord) -> Self {
                let values = Arc::new(OrgValues { $($($name,)*)* });
                if acts.is_empty() {
                    return Self::unremembered(valid_from, values, basis);
                }
                Self { valid_from, values, acts }
            }
        }

        impl From<OrgVersion> for VersionRecord {
            fn from(version: OrgVersion) -> Self {
                let (basis, is_remembered) = (version.basis().cloned(), version.is_remembered());
                let OrgVersion { valid_from, values, acts } = version;
                let OrgValues { $($($name,)*)* } = Arc::unwrap_or_clone(values);
                Self { valid_from, basis, acts: if is_remembered { acts } else { Vec::new() }, $($($name,)*)* }
            }
        }
    };
}

/// One version: values from a day on, until the next version or the org's end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "VersionRecord", into = "VersionRecord")]
pub struct OrgVersion {
    /// The first day on which the values hold.
    pub valid_from: Day,
    /// The values.
    pub values: Arc<OrgValues>,
    /// What the acts of that day set, the oldest first.
    pub acts: Vec<VersionAct>,
}

org_version_attributes! { facts (
    /// A version as it is written: its values beside the rest.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    VersionRecord {
        /// The first day on which the values hold.
        valid_from: Day,
        /// The document of the newest act of that day that has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<Basis>,
        /// What the acts of that day set, the oldest first. Empty if that is not known.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        acts: Vec<VersionAct>,
    }
) }
org_version_attributes! { bare (VersionRecord { valid_from: Day, basis: Option<Basis>, acts: Vec<VersionAct> }) }
org_version_attributes! { flat () }

/// An org with its whole history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// Its identifier.
    pub id: OrgId,
    /// The attributes without versions.
    pub facts: OrgFacts,
    /// Its versions in order. Never empty in a consistent directory.
    pub versions: Vec<OrgVersion>,
    /// The last log entry that changed its own data.
    pub revision: Revision,
    /// When that entry was recorded.
    pub updated_at: Instant,
}

impl Org {
    /// The day on which it was established.
    pub fn established_on(&self) -> Day {
        self.versions.first().map_or(Day::MIN, |version| version.valid_from)
    }

    /// From the day on which it was established to its end.
    pub fn life(&self) -> Period {
        let from = self.established_on();
        Period::new(from, self.facts.dissolved_on).unwrap_or(Period::open(from))
    }

    /// Each version with the period for which it holds.
    pub fn timeline(&self) -> impl DoubleEndedIterator<Item = (Period, &OrgVersion)> + '_ {
        self.versions.iter().enumerate().map(|(i, version)| {
            let until = self.versions.get(i + 1).map(|next| next.valid_from).or(self.facts.dissolved_on);
            let period = Period::new(version.valid_from, until);
            (period.unwrap_or(Period::open(version.valid_from)), version)
        })
    }

    /// The version that holds on `day`, if the org exists then.
    pub fn on(&self, day: Day) -> Option<&OrgVersion> {
        self.life().contains(day).then(|| self.nearest(day).1)
    }

    /// What documents declare of it, in the order of the days.
    pub fn declarations(&self) -> impl DoubleEndedIterator<Item = Declaration<'_>> + '_ {
        self.versions.iter().filter_map(|version| {
            let basis = version.declaring()?.basis.as_ref();
            let what = version.values.declared.as_ref()?;
            Some(Declaration { on: version.valid_from, kind: version.values.kind, what, basis })
        })
    }

    /// The version that holds on `day`, else the one nearest to it, with its period.
    #[expect(clippy::expect_used, reason = "an org has at least one version")]
    pub fn nearest(&self, day: Day) -> (Period, &OrgVersion) {
        let behind = self.versions.partition_point(|version| version.valid_from <= day);
        self.timeline().nth(behind.saturating_sub(1)).expect("a version")
    }
}

impl OrgVersion {
    /// A version of which only the document is known, perhaps.
    pub fn unremembered(valid_from: Day, values: Arc<OrgValues>, basis: Option<Basis>) -> Self {
        let acts = basis.map(|basis| VersionAct { revision: 0, fields: OrgFields::default(), basis: Some(basis) });
        Self { valid_from, values, acts: acts.into_iter().collect() }
    }

    /// Whether it is known what was set in it.
    pub fn is_remembered(&self) -> bool {
        self.acts.iter().any(|act| act.revision > 0 || !act.fields.is_empty())
    }

    /// The document of the newest act of the version that has one.
    pub fn basis(&self) -> Option<&Basis> {
        self.acts.iter().rev().find_map(|act| act.basis.as_ref())
    }

    /// The documents of its acts, each once.
    pub fn documents(&self) -> Vec<&Basis> {
        let mut found = Vec::new();
        for document in self.acts.iter().filter_map(|act| act.basis.as_ref()) {
            if !found.contains(&document) {
                found.push(document);
            }
        }
        found
    }

    /// The act by which a document declares in the version what the org is, if one does.
    pub fn declaring(&self) -> Option<&VersionAct> {
        self.values.declared.as_ref()?;
        self.acts.iter().rfind(|act| act.fields.has("declared"))
    }

    /// The same act, if it is another one than that in `before`, which the version was until now.
    pub fn declaring_anew(&self, before: Option<&Self>) -> Option<&VersionAct> {
        let known = before.and_then(Self::declaring);
        self.declaring()
            .filter(|act| known.is_none_or(|known| known.revision != act.revision || known.basis != act.basis))
    }

    /// The attributes that acts set in the version.
    pub fn set(&self) -> OrgFields {
        self.acts.iter().fold(OrgFields::default(), |all, act| all.and(act.fields))
    }

    /// Remembers an act. What it set, no earlier act of the version sets any more.
    pub fn remember(&mut self, act: VersionAct) {
        self.acts.retain_mut(|earlier| {
            let had_some = !earlier.fields.is_empty();
            earlier.fields = earlier.fields.without(act.fields);
            !had_some || !earlier.fields.is_empty()
        });
        match self.acts.last_mut() {
            Some(last) if last.revision == act.revision && last.basis == act.basis => {
                last.fields = last.fields.and(act.fields);
            }
            _ => self.acts.push(act),
        }
    }
}

/// Works out what the versions of an org do not remember: before there was a memory, an attribute counted as set where
/// its value differed from that of the version before, and a place also where the org moved.
pub fn remember_all(versions: &mut [OrgVersion]) {
    let mut before: Option<Arc<OrgValues>> = None;
    for version in versions {
        if !version.is_remembered() {
            let fields = before.as_ref().map_or_else(OrgFields::all, |before| {
                let differing = OrgFields::of(before.differing(&version.values).iter().map(|attribute| attribute.name));
                let moved = before.parent_id != version.values.parent_id;
                if moved { differing.and(OrgFields::of(["order"])) } else { differing }
            });
            match version.acts.first_mut() {
                Some(act) => act.fields = fields,
                None => version.acts.push(VersionAct { revision: 0, fields, basis: None }),
            }
        }
        before = Some(Arc::clone(&version.values));
    }
}

/// Door: an attribute that no act set in a version gets the value of the version before.
macro_rules! carried {
    (
        ($versions:ident)
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        let mut before: Option<Arc<OrgValues>> = None;
        for version in $versions.iter_mut() {
            let set = version.set();
            if let Some(before) = &before {
                $($(
                    if version.values.$name != before.$name && !set.has(stringify!($name)) {
                        Arc::make_mut(&mut version.values).$name.clone_from(&before.$name);
                    }
                )*)*
            }
            before = Some(Arc::clone(&version.values));
        }
    };
}

/// Makes the values of the versions of an org follow from what was set in them.
pub fn carry_on(versions: &mut [OrgVersion]) {
    org_version_attributes! { carried (versions) }
}
