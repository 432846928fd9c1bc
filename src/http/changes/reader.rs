//! Whoever reads the feed: what they may see, again at each look.

use actix_web::web::Data;

use super::{
    act::{Asker, given},
    filter::ChangesQuery,
};
use crate::{
    access::{Caller, Rights, Sight},
    directory::Snapshot,
    domain::{AccessScope, Error, Position},
    feed::{Acts, History, Place},
    http::kit::{
        filters::{EpochText, PositionText},
        problem::{Failure, Problem},
    },
    registry::Registry,
    words::Language,
};

/// A page ends with the act with which it has so many bytes.
const PAGE_BYTES_MAX: usize = 4 << 20;

/// Somebody who follows the log.
pub(super) struct Reader {
    pub(super) registry: Data<Registry>,
    pub(super) history: Data<History>,
    pub(super) caller: Caller,
    /// What the caller saw when the request came.
    pub(super) sight: Sight,
    pub(super) language: Language,
}

/// What is shown of some acts.
pub(super) struct Looked {
    /// The acts, each with its position as JSON.
    pub(super) acts: Vec<(Position, Vec<u8>)>,
    /// Up to where the log was looked through.
    pub(super) through: Position,
}

impl Reader {
    /// What the caller may see of the newest directory now.
    ///
    /// # Errors
    ///
    /// The caller may no longer read it.
    pub(super) fn sight_in(&self, newest: &Snapshot) -> Result<Sight, Error> {
        let today = self.registry.today();
        self.caller.holds(newest, self.registry.now()).map_err(|why| Error::Unauthenticated { why })?;
        if !Rights::of(&self.caller, newest, today).has(AccessScope::OrgsRead) {
            return Err(Error::Forbidden { scope: AccessScope::OrgsRead, org: None });
        }
        Ok(self.sight.in_newer(&self.caller, newest, today))
    }

    /// Asks as this caller.
    pub(super) fn asker<'a>(&self, newest: &'a Snapshot, sight: &'a Sight) -> Asker<'a> {
        let today = self.registry.today();
        Asker::new(&Rights::of(&self.caller, newest, today), sight, newest, today, self.language)
    }

    /// After which place `query` asks.
    pub(super) fn place(&self, query: &ChangesQuery) -> Result<Place, Failure> {
        match (&query.after, &query.epoch) {
            (None, None) => Ok(Place::Revision(self.registry.snapshot().chain().epoch, 0)),
            (Some(PositionText::Position(position)), None) => self.known(*position),
            (None, Some(EpochText(epoch))) => Ok(Place::Revision(*epoch, 0)),
            (Some(PositionText::Revision(revision)), Some(EpochText(epoch))) => Ok(Place::Revision(*epoch, *revision)),
            (Some(PositionText::Position(_)), Some(_)) => Err(Problem::contradictory(
                "epoch",
                "must be left out beside a position, which has an epoch",
                "与位置同时给出时应省略，位置中已含纪元",
            )
            .into()),
            (Some(PositionText::Revision(_)), None) => {
                Err(Problem::contradictory("epoch", "must be given beside a revision", "给出修订号时必须同时给出")
                    .into())
            }
        }
    }

    /// A position that the caller was given, unless they saw something else then.
    pub(super) fn known(&self, position: Position) -> Result<Place, Failure> {
        let seen_alike = position.sight == self.sight.mark_of_people();
        if seen_alike { Ok(Place::Position(position)) } else { Err(Error::SightChanged.into()) }
    }

    /// What the caller is shown of `acts`.
    pub(super) fn look_at(&self, acts: &Acts, query: &ChangesQuery) -> Result<Looked, Failure> {
        let sight = self.sight_in(&acts.newest)?;
        if sight.mark_of_people() != self.sight.mark_of_people() {
            return Err(Error::SightChanged.into());
        }
        let sight = sight.with_contact(query.include.is_some());
        let asker = self.asker(&acts.newest, &sight);
        let mut looked = Looked { acts: Vec::new(), through: given(acts.from, &sight) };
        let mut bytes = 0;
        for act in &acts.acts {
            let position = given(act.position(), &sight);
            if let Some(body) = asker.shown(act, query)? {
                if bytes > 0 && bytes + body.len() > PAGE_BYTES_MAX {
                    break;
                }
                bytes += body.len();
                looked.acts.push((position, body));
            }
            looked.through = position;
        }
        Ok(looked)
    }
}
