//! The declared order of the holders in an org 排名.

use serde::{Deserialize, Serialize};

use super::{Holder, PostCode};

/// The holders in an org in the order that an act declared, from the day of a version on until the next declared order.
/// Whoever joins later stands by their own number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleOrder(Vec<Standing>);

/// Who stands at one place: the holder of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// The post.
    pub post: PostCode,
    /// Its holder.
    pub holder: Holder,
}

impl RoleOrder {
    /// The most holders that it names.
    pub const HOLDERS_MAX: usize = 10_000;

    /// These in order.
    pub fn of(standings: impl IntoIterator<Item = Standing>) -> Self {
        Self(standings.into_iter().collect())
    }

    /// Those who are named, in order.
    pub fn standings(&self) -> &[Standing] {
        &self.0
    }

    /// The number of the place of a holder of a post, counted from 1.
    pub fn place(&self, post: &PostCode, holder: &Holder) -> Option<i32> {
        let place = self.0.iter().position(|standing| standing.post == *post && standing.holder == *holder)?;
        i32::try_from(place + 1).ok()
    }

    /// The same with one holder in the place of another.
    #[must_use]
    pub fn with_instead(&self, old: &Holder, new: &Holder) -> Self {
        let renamed = |standing: &Standing| Standing {
            holder: if standing.holder == *old { new.clone() } else { standing.holder.clone() },
            ..standing.clone()
        };
        Self(self.0.iter().map(renamed).collect())
    }
}
