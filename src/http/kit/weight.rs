//! Which answers are heavy, and that these are made beside the threads that answer small requests.
//!
//! It is known beforehand, from the number of orgs below one, and of rows in the directory.

use std::sync::Arc;

use actix_web::web::Bytes;

use super::{
    answer::{Answer, HandlerResult},
    asked::{Listing, Read},
    bounds::{Asked, Bounds},
    compression::Coding,
    input::AnyOf,
    problem::Failure,
};
use crate::{
    directory::OrgView,
    domain::{OrgId, OrgKind},
};

/// From so many orgs on, an answer that shows all of them with what they have is heavy: it takes some 10 ms.
const HEAVY_ORGS_MIN: usize = 500;
/// From so many rows on, an answer that looks at each is heavy.
const HEAVY_ROWS_MIN: usize = 20_000;
/// So many orgs with all that is below them are few, even if each is a university.
const ORGS_WITHIN_MAX: usize = 10;

impl<Q: Send + 'static> Read<Q> {
    /// Whether it is heavy to show an org and what is below it, so many levels down.
    pub(in crate::http) fn is_heavy(&self, root: &OrgView<'_>, depth: usize) -> bool {
        self.directory.has_so_many(root, depth, HEAVY_ORGS_MIN)
    }

    /// A heavy answer that `ask` makes. `what` has all that is asked besides the day. Whoever asks for the same while it
    /// is made shares it.
    ///
    /// # Errors
    ///
    /// Those of `ask`; or too many heavy answers are asked for.
    pub(in crate::http) async fn answer_heavy(
        self,
        what: String,
        coding: Coding,
        bounds: &Bounds,
        ask: impl FnOnce(&Self) -> Result<Bytes, Failure> + Send + 'static,
    ) -> HandlerResult {
        let tag = match self.tag() {
            Ok(tag) => tag,
            Err(known) => return Ok(known),
        };
        let (at, directory) = (self.at(), Arc::clone(&self.directory));
        let asked = Asked { what, coding, directory, as_of: self.as_of, sight: self.sight.clone() };
        let room = bounds.room.clone();
        let make = move || Ok(coding.apply(ask(&self)?, &room)?);
        let bytes = bounds.heavy.shared(asked, make).await?;
        Ok(Answer::shared(bytes, tag, at).in_coding(coding))
    }
}

impl<Q: Send + 'static> Listing<Q> {
    /// Whether no more is looked at than a page: no filters, sort and count.
    pub(in crate::http) fn is_plain(&self) -> bool
    where
        Q: Default + PartialEq,
    {
        !self.page.count && self.read.query == Q::default()
    }

    /// Whether only these orgs and what is below them is looked at, and they are few and none of them stands above
    /// universities.
    pub(in crate::http) fn stays_within(&self, within: Option<&AnyOf<OrgId>>) -> bool {
        let is_few =
            |ids: &[OrgId]| ids.len() <= ORGS_WITHIN_MAX && !ids.iter().any(|id| self.is_above_universities(*id));
        !self.page.count && within.is_some_and(|AnyOf(ids)| is_few(ids))
    }

    /// Whether the org stands above universities. One that is not there does not.
    pub(in crate::http) fn is_above_universities(&self, id: OrgId) -> bool {
        self.read.org(id).is_ok_and(|org| org.kind() == OrgKind::Authority)
    }

    /// Answers with what `answer` finds. If it looks at many `rows`, it is heavy.
    ///
    /// # Errors
    ///
    /// Those of `answer`; or too many heavy answers are asked for.
    pub(in crate::http) async fn answer_by_weight(
        self,
        rows: usize,
        bounds: &Bounds,
        answer: impl FnOnce(&Self) -> HandlerResult + Send + 'static,
    ) -> HandlerResult {
        if rows < HEAVY_ROWS_MIN {
            return answer(&self);
        }
        bounds.heavy.alone(move || answer(&self)).await?
    }
}
