//! Commands that wait together are decided one after another and committed once.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc};

use uuid::Uuid;

use super::{
    Accepted, Refused, Request,
    command::Command,
    decide::{Circumstances, Decision, decide, may_repeat},
    endings::Endings,
    steps::taken_back,
    touched::Touched,
};
use crate::{
    access::Keyring,
    directory::{Kept, Snapshot},
    domain::{
        Day, Effect, Entry, Error, Instant, KeyChange, LoggedEffect, ObjectKey, Org, PersonId, Revision, day_in_zone,
        kinds::kinds,
    },
    store::{Answered, Changes, RequestKey, Rows, StoreError, WriteTransaction},
};

/// A batch while it is being decided.
pub(super) struct Batch {
    working: Arc<Snapshot>,
    now: Instant,
    today: Day,
    entries: Vec<Entry>,
    effects: Vec<Effect>,
    keyring: Arc<Keyring>,
    key_changes: Vec<KeyChange>,
    /// The people of whom nothing personal is kept any more.
    forgotten: Vec<PersonId>,
    /// What was answered before, to requests of this batch.
    answered: HashMap<RequestKey, Answered>,
    /// What this batch answers to requests with a key.
    kept: HashMap<RequestKey, Answered>,
}

impl Batch {
    /// A batch of `requests`, or of the first of them.
    pub(super) async fn begin(
        write: &WriteTransaction,
        snapshot: Arc<Snapshot>,
        keyring: Arc<Keyring>,
        now: Instant,
        requests: &[Request],
    ) -> Result<Self, StoreError> {
        let keys = requests.iter().filter_map(|request| request.key.as_ref());
        Ok(Self {
            now,
            today: day_in_zone(now, snapshot.zone()),
            working: snapshot,
            entries: Vec::new(),
            effects: Vec::new(),
            keyring,
            key_changes: Vec::new(),
            forgotten: Vec::new(),
            answered: write.answered(keys.map(|(key, _)| key), now).await?,
            kept: HashMap::new(),
        })
    }

    /// Accepts or refuses a request. A refused request leaves no trace. If the database fails, all requests fail.
    pub(super) async fn answer(
        &mut self,
        write: &WriteTransaction,
        request: &Request,
        new_id: &(dyn Fn() -> Uuid + Sync),
    ) -> Result<Result<Accepted, Refused>, StoreError> {
        if let Some((key, hash)) = &request.key
            && let Some(before) = self.kept.get(key).or_else(|| self.answered.get(key))
        {
            let entry = self.entry(write, before.revision).await?;
            return Ok(self.repeat(request, before, entry, hash).map_err(Refused::from));
        }
        let mut endings = Endings::of(&self.working, &request.command);
        while let Some(revision) = endings.unread() {
            endings.add(self.entry(write, revision).await?);
        }
        let with = Circumstances {
            now: recorded_after(&self.working, self.now),
            today: self.today,
            new_id,
            condition: &request.condition,
            dry_run: false,
            endings: &endings,
            caller: &request.caller,
            keyring: &self.keyring,
        };
        let Decision { mut snapshot, effects, target, shown_on, key_changes, forgets, not_as_before } =
            match decided(&self.working, &request.command, &with) {
                Ok(decision) => decision,
                Err(refused) => return Ok(Err(refused)),
            };
        let revision = snapshot.revision();
        let logged: Vec<LoggedEffect> = effects.iter().map(Effect::logged).collect();
        if !effects.is_empty() {
            self.enter(request, &mut snapshot, &target, logged.clone());
        }
        let outcome = Accepted {
            snapshot: Arc::new(snapshot),
            revision,
            before: Arc::clone(&self.working),
            entry: (!effects.is_empty()).then_some(revision),
            effects: logged,
            key_changes: Vec::new(),
            target,
            shown_on,
            not_as_before,
            outsiders: Vec::new(),
            dry_run: false,
            repeated: false,
        };
        if let Some((key, hash)) = &request.key {
            self.kept.insert(key.clone(), answered(&outcome, hash));
        }
        if !effects.is_empty() {
            self.working = Arc::clone(&outcome.snapshot);
            self.effects.extend(effects);
        }
        self.key_changes.extend(key_changes);
        self.forgotten.extend(forgets);
        Ok(Ok(outcome))
    }

    /// Makes the entry of a request, after which the directory is as `after` has it.
    fn enter(&mut self, request: &Request, after: &mut Snapshot, target: &ObjectKey, effects: Vec<LoggedEffect>) {
        let mut entry = Entry {
            revision: after.revision(),
            recorded_at: after.recorded_at(),
            actor: request.caller.actor().into_owned(),
            kind: request.command.kind().to_owned(),
            subject: Some(target.id()),
            basis: request.command.basis().cloned(),
            effects,
            digest: None,
            undated_duties: None,
        };
        after.set_digest(entry.chain(self.working.chain().digest));
        self.entries.push(entry);
    }

    /// The answer that the same request got before, with the effects from the log.
    fn repeat(
        &self,
        request: &Request,
        before: &Answered,
        entry: Option<Entry>,
        hash: &str,
    ) -> Result<Accepted, Error> {
        let command = &request.command;
        may_repeat(&self.working, command, &request.caller, self.now, self.today)?;
        if before.request_hash != hash {
            return Err(Error::KeyReused);
        }
        let target = ObjectKey::parse(&before.target_kind, &before.target_id).ok_or(Error::Internal)?;
        if command.creates() && self.working.revision_of(&target).is_none() {
            return Err(Error::ResultGone { what: target.subject(), id: before.target_id.clone() });
        }
        // A request that changed nothing made no entry: the entry there belongs to another one.
        let own = entry.filter(|entry| entry.kind == command.kind() && entry.subject == Some(target.id()));
        // If nothing has touched its rows since, it can be taken back, and is told as it was.
        let untouched = own.clone().filter(|entry| self.working.is_left_by(&entry.effects));
        let before = untouched.map(|entry| Arc::new(taken_back(&self.working, entry, Default::default())));
        Ok(Accepted {
            revision: self.working.revision(),
            snapshot: Arc::clone(&self.working),
            before: before.unwrap_or_else(|| Arc::clone(&self.working)),
            entry: own.as_ref().map(|entry| entry.revision),
            effects: own.map(|entry| entry.effects).unwrap_or_default(),
            key_changes: Vec::new(),
            shown_on: self.shown_again_on(command, &target),
            target,
            not_as_before: Vec::new(),
            outsiders: Vec::new(),
            dry_run: false,
            repeated: true,
        })
    }

    /// The day to show a repeated answer on: that of the first answer, as far as it is known.
    fn shown_again_on(&self, command: &Command, target: &ObjectKey) -> Option<Day> {
        match (command, target) {
            (Command::CreateLeadingGroup(_), ObjectKey::Org(id)) => self.working.org(*id).map(Org::established_on),
            _ => None,
        }
    }

    /// An entry of the log, or one that this batch appends to it.
    async fn entry(&self, write: &WriteTransaction, revision: Revision) -> Result<Option<Entry>, StoreError> {
        match self.entries.iter().find(|entry| entry.revision == revision) {
            Some(entry) => Ok(Some(entry.clone())),
            None => write.entry(revision).await,
        }
    }

    /// Writes what was accepted, to be committed. Returns whether there is anything.
    pub(super) async fn store(&self, write: &WriteTransaction) -> Result<bool, StoreError> {
        write.forget_answers(&self.forgotten).await?;
        write
            .append(
                &self.entries,
                self.working.chain(),
                changes(&self.effects, &self.working),
                &self.key_changes,
                &self.kept,
                self.now,
            )
            .await?;
        Ok(!self.entries.is_empty() || !self.kept.is_empty())
    }

    /// Whether something personal was deleted.
    pub(super) fn erases(&self) -> bool {
        let forgets = |change: &KeyChange| matches!(change, KeyChange::Forgotten(_));
        !self.forgotten.is_empty() || self.key_changes.iter().any(forgets)
    }

    /// The directory after the batch, if it has changed.
    pub(super) fn outcome(self) -> Option<Arc<Snapshot>> {
        (!self.entries.is_empty()).then_some(self.working)
    }
}

/// When an entry after the last one of `snapshot` is recorded: `now`, but always later than that one.
pub(super) fn recorded_after(snapshot: &Snapshot, now: Instant) -> Instant {
    now.max(snapshot.recorded_at() + chrono::TimeDelta::microseconds(1))
}

/// The decision on a command. If it panics, the command is refused, and nothing else is affected.
pub(super) fn decided(
    snapshot: &Arc<Snapshot>,
    command: &Command,
    with: &Circumstances<'_>,
) -> Result<Decision, Refused> {
    std::panic::catch_unwind(AssertUnwindSafe(|| decide(snapshot, command, with))).unwrap_or_else(|_| {
        tracing::error!(command = command.kind(), "deciding panicked");
        Err(Error::Internal.into())
    })
}

fn answered(outcome: &Accepted, hash: &str) -> Answered {
    Answered {
        request_hash: hash.to_owned(),
        target_kind: outcome.target.word().to_owned(),
        target_id: outcome.target.id(),
        revision: outcome.revision,
    }
}

/// Door: the rows that effects touch, as `after` has them.
macro_rules! changes {
    (() $($section:ident { $(
        $(#[doc = $doc:literal])+
        $kind:ident($($key:tt)*) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*) => {
        pub(super) fn changes(effects: &[Effect], after: &Snapshot) -> Changes {
            let touched = Touched::by(effects);
            Changes { $($($plural: rows(touched.$plural, after),)*)* }
        }
    };
}

kinds! { changes () }

fn rows<K: Kept>(keys: impl IntoIterator<Item = K>, after: &Snapshot) -> Rows<K> {
    let mut rows = Rows::default();
    for key in keys {
        match key.row(after) {
            Some(row) => rows.put.push(row),
            None => rows.gone.push(key),
        }
    }
    rows
}
