//! What is remembered of a version of an org: which act set which attribute, and by which document.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Basis, OrgValues, Revision};

/// Some of the attributes of an org that have versions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrgFields(u32);

impl OrgFields {
    /// All of them.
    pub fn all() -> Self {
        Self::of(OrgValues::ATTRIBUTES.iter().map(|attribute| attribute.name))
    }

    /// Those with these names.
    pub fn of(names: impl IntoIterator<Item = &'static str>) -> Self {
        Self(names.into_iter().filter_map(Self::bit).fold(0, |all, bit| all | bit))
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    fn is_all(&self) -> bool {
        *self == Self::all()
    }

    fn bit(name: &str) -> Option<u32> {
        let place = OrgValues::ATTRIBUTES.iter().position(|attribute| attribute.name == name)?;
        Some(1 << place)
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether one of that name is among them.
    pub fn has(self, name: &str) -> bool {
        Self::bit(name).is_some_and(|bit| self.0 & bit != 0)
    }

    /// Those that are in one of the two.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those that are not among `others`.
    #[must_use]
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Their names, in the order of the table.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        OrgValues::ATTRIBUTES.iter().map(|attribute| attribute.name).filter(move |name| self.has(name))
    }
}

impl Serialize for OrgFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<'de> Deserialize<'de> for OrgFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let unknown = || de::Error::custom("must have only attributes of an org that have versions");
        let bits = names.iter().map(|name| Self::bit(name).ok_or_else(unknown));
        Ok(Self(bits.collect::<Result<Vec<u32>, D::Error>>()?.into_iter().fold(0, |all, bit| all | bit)))
    }
}

/// The most acts that one version can remember: each has set something that no later one has.
pub const VERSION_ACTS_MAX: usize = 100;

/// What one act set in a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionAct {
    /// The log entry of the act. 0 if it was not remembered.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub revision: Revision,
    /// The attributes that it set. If they are left out, all.
    #[serde(default = "OrgFields::all", skip_serializing_if = "OrgFields::is_all")]
    pub fields: OrgFields,
    /// Its document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_unknown(revision: &Revision) -> bool {
    *revision == 0
}
