//! Plain objects: each kind has a file with its requests and its rules. All else is the same for all of them: they
//! are entered, corrected and deleted alike, and end and come back with the orgs that they name.

mod supervisions;

pub use supervisions::*;

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{
    draft::Draft,
    refer::{first, refuse_all},
    touched::Touched,
};
use crate::{
    directory::{PlainKind, Snapshot},
    domain::{kinds::plain_kinds, *},
    store::Changes,
};

/// What a client asks for one plain object.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each is the operation of its name")]
pub enum OnPlain<K: Requested> {
    Create(K::Create),
    Patch { id: K, patch: K::Patch },
    Delete { id: K },
}

/// A kind of plain objects, with its requests and its rules.
pub trait Requested: PlainKind {
    /// What makes one.
    type Create: std::fmt::Debug + Clone;
    /// What corrects one.
    type Patch: std::fmt::Debug + Clone;

    /// What a request makes on `today`.
    fn made(create: &Self::Create, today: Day) -> Self::Facts;

    /// What a request makes of `facts`.
    fn patched(patch: &Self::Patch, facts: &Self::Facts) -> Self::Facts;

    /// Its references to what does not exist.
    fn unknown(snapshot: &Snapshot, facts: &Self::Facts) -> Vec<Error>;

    /// The rules that it breaks on any day.
    fn broken(snapshot: &Snapshot, object: &Plain<Self, Self::Facts>) -> Vec<Error>;
}

/// Enters, corrects or deletes one.
fn decided<K: Requested + Into<ObjectKey>>(
    draft: &mut Draft,
    command: &OnPlain<K>,
    today: Day,
    new_id: &dyn Fn() -> Uuid,
) -> Result<ObjectKey, Error> {
    let found = |id: K| {
        let missing = || {
            let key: ObjectKey = id.into();
            Error::NotFound { what: key.subject(), id: key.id() }
        };
        draft.snapshot().plain(id).map(|object| object.facts.clone()).ok_or_else(missing)
    };
    let (id, facts) = match command {
        OnPlain::Create(create) => (K::from(new_id()), Some(K::made(create, today))),
        OnPlain::Patch { id, patch } => (*id, Some(K::patched(patch, &found(*id)?))),
        OnPlain::Delete { id } => {
            found(*id)?;
            (*id, None)
        }
    };
    if let Some(facts) = &facts {
        if facts.end_basis().is_some() && facts.valid_until().is_none() {
            return Err(Error::NoEnd);
        }
        refuse_all(K::unknown(draft.snapshot(), facts))?;
    }
    draft.put(id, facts);
    Ok(id.into())
}

/// Ends all of a kind that name an org, or removes those that have not begun.
fn end_all<K: PlainKind>(draft: &mut Draft, org: OrgId, on: Day, basis: Option<&Basis>, has_lists: bool) {
    let objects = draft.snapshot().plain_of::<K>(org).map(|(_, object)| object);
    let objects: Vec<(K, K::Facts)> = objects
        .filter(|object| object.facts.period().reaches(on))
        .map(|object| (object.id, object.facts.clone()))
        .collect();
    for (id, facts) in objects {
        let begun = facts.period().from() < on;
        let basis = basis.cloned();
        let ended = || if has_lists { facts.ending_with(org, on, basis) } else { facts.ending(Some(on), basis) };
        draft.put(id, begun.then(ended));
    }
}

/// Undoes an effect of the act that ended an org: what it ended goes on, what it removed comes back, if all that it
/// names is there. Says why not, if it does not.
fn undo<K: PlainKind>(draft: &mut Draft, id: K, before: Option<&K::Facts>, after: Option<&K::Facts>) -> Option<Since> {
    let snapshot = draft.snapshot();
    let current = snapshot.plain(id).map(|object| object.facts.clone());
    match (before, after, current) {
        (Some(before), Some(ended), Some(current)) if current.valid_until() == ended.valid_until() => {
            draft.put(id, Some(current.ending_like(before)));
            None
        }
        (Some(before), Some(_), Some(current)) => {
            let on = current.valid_until().filter(|_| current.valid_until() != before.valid_until())?;
            Some(Since::EndSet { on })
        }
        (Some(_), Some(_), None) => Some(Since::Deleted),
        (Some(before), None, None) if before.orgs().all(|(_, org)| snapshot.org(org).is_some()) => {
            draft.put(id, Some(before.clone()));
            None
        }
        (Some(_), None, None) => Some(Since::Needed(Subject::Org)),
        // It is there already. Or it is not what the act ended, but what it entered.
        (Some(_), None, Some(_)) | (None, ..) => None,
    }
}

/// What two acts that ended an org, or moved its end, did to an object together: what it was before the first one.
fn before_both<F: PlainFacts>(before: Option<F>, between: Option<F>, again: Option<F>) -> Option<F> {
    match (before, between, again) {
        (before, None, _) => before,
        (Some(before), Some(between), Some(again)) if again.valid_until() == between.valid_until() => {
            Some(again.ending_like(&before))
        }
        (_, Some(_), again) => again,
    }
}

fn blockers_of<K: PlainKind>(snapshot: &Snapshot, org: OrgId, since: Day) -> impl Iterator<Item = Blocker> {
    let objects = snapshot.plain_of::<K>(org).filter(move |(_, object)| object.facts.period().reaches(since));
    objects.map(|(kind, object)| Blocker { kind, id: object.id.into(), valid_from: object.facts.period().from() })
}

/// Door: what is done to the plain objects of all kinds.
macro_rules! all_plain {
    (() { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ident) of $value:ident,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* }) => {
        /// What a client asks for a plain object of any kind.
        #[derive(Debug, Clone)]
        pub enum PlainCommand {
            $($(#[doc = $doc])+ $kind(OnPlain<$key>),)*
        }

        $(
            impl From<OnPlain<$key>> for PlainCommand {
                fn from(command: OnPlain<$key>) -> Self {
                    Self::$kind(command)
                }
            }

            impl From<<$key as Requested>::Create> for PlainCommand {
                fn from(create: <$key as Requested>::Create) -> Self {
                    Self::$kind(OnPlain::Create(create))
                }
            }
        )*

        impl PlainCommand {
            /// Its name in the log.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(
                        Self::$kind(OnPlain::Create(_)) => concat!(stringify!($table), ".created"),
                        Self::$kind(OnPlain::Patch { .. }) => concat!(stringify!($table), ".corrected"),
                        Self::$kind(OnPlain::Delete { .. }) => concat!(stringify!($table), ".deleted"),
                    )*
                }
            }

            /// The document of the act.
            pub fn basis(&self) -> Option<&Basis> {
                match self {
                    $(
                        Self::$kind(OnPlain::Create(create)) => create.basis.as_ref(),
                        Self::$kind(OnPlain::Patch { .. } | OnPlain::Delete { .. }) => None,
                    )*
                }
            }

            /// The object that it names; none where it makes one.
            pub fn target(&self) -> Option<ObjectKey> {
                match self {
                    $(
                        Self::$kind(OnPlain::Create(_)) => None,
                        Self::$kind(OnPlain::Patch { id, .. } | OnPlain::Delete { id }) => Some((*id).into()),
                    )*
                }
            }
        }

        /// Which plain object.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub(super) enum PlainKey {
            $($kind($key),)*
        }

        impl PlainKey {
            /// The key of an object, if it is a plain one.
            pub(super) fn of(object: &Object) -> Option<Self> {
                match object {
                    $(Object::$kind(object) => Some(Self::$kind(object.id)),)*
                    _ => None,
                }
            }

            pub(super) fn is_in(&self, snapshot: &Snapshot) -> bool {
                match self {
                    $(Self::$kind(id) => snapshot.plain(*id).is_some(),)*
                }
            }

            pub(super) fn id(&self) -> Uuid {
                match self {
                    $(Self::$kind(id) => id.0,)*
                }
            }

            /// What is wrong with an object of a directory that is entered whole.
            pub(super) fn wrong(&self, snapshot: &Snapshot) -> Vec<Error> {
                match self {
                    $(Self::$kind(id) => snapshot.plain(*id).map_or_else(Vec::new, |object| {
                        let unknown = <$key>::unknown(snapshot, &object.facts);
                        if unknown.is_empty() { <$key>::broken(snapshot, object) } else { unknown }
                    }),)*
                }
            }

            /// The effect that enters the object, and its row.
            pub(super) fn take(&self, snapshot: &Snapshot, effects: &mut Vec<Effect>, changes: &mut Changes) {
                match self {
                    $(Self::$kind(id) => if let Some(object) = snapshot.plain(*id) {
                        effects.push(id.effect(None, Some(object.facts.clone())));
                        changes.$plural.put.push(object.clone());
                    },)*
                }
            }
        }

        /// Whether it is a plain object with a document of the end, but without an end.
        pub(super) fn lacks_end(object: &Object) -> bool {
            match object {
                $(Object::$kind(object) => {
                    object.facts.end_basis().is_some() && object.facts.valid_until().is_none()
                })*
                _ => false,
            }
        }

        pub(super) fn decide(
            draft: &mut Draft,
            command: &PlainCommand,
            today: Day,
            new_id: &dyn Fn() -> Uuid,
        ) -> Result<ObjectKey, Error> {
            match command {
                $(PlainCommand::$kind(command) => decided(draft, command, today, new_id),)*
            }
        }

        /// The rules of what is touched, and of what names an org that moved.
        pub(super) fn check(snapshot: &Snapshot, touched: &Touched) -> Result<(), Error> {
            $(
                let moved = touched.moved.iter().flat_map(|org| snapshot.plain_of::<$key>(*org));
                let ids: BTreeSet<$key> =
                    touched.$plural.iter().copied().chain(moved.map(|(_, object)| object.id)).collect();
                for object in ids.into_iter().filter_map(|id| snapshot.plain(id)) {
                    first(<$key>::broken(snapshot, object))?;
                }
            )*
            Ok(())
        }

        /// Ends what names an org, which may have declared lists. Removes what has not begun.
        pub(super) fn end_naming(draft: &mut Draft, org: OrgId, on: Day, basis: Option<&Basis>, has_lists: bool) {
            $(end_all::<$key>(draft, org, on, basis, has_lists);)*
        }

        /// Whether it is an effect on a plain object that named one of these orgs.
        pub(super) fn concerns(effect: &LoggedEffect, orgs: impl Fn(OrgId) -> bool) -> bool {
            match effect {
                $(LoggedEffect::$kind { before: Some(before), .. } => before.orgs().any(|(_, org)| orgs(org)),)*
                _ => false,
            }
        }

        /// Undoes an effect of the act that ended an org, if it is one on a plain object. Says why it cannot, if so.
        pub(super) fn undo_end(draft: &mut Draft, effect: &LoggedEffect) -> Option<Since> {
            match effect {
                $(LoggedEffect::$kind { id, before, after } => undo(draft, *id, before.as_ref(), after.as_ref()),)*
                _ => None,
            }
        }

        /// The first day of the plain object that an effect changes or removes.
        pub(super) fn began(effect: &LoggedEffect) -> Option<Day> {
            match effect {
                $(LoggedEffect::$kind { before: Some(before), .. } => Some(before.valid_from()),)*
                _ => None,
            }
        }

        /// What two acts that ended an org, or moved its end, did to a plain object together.
        pub(super) fn together(first: LoggedEffect, later: LoggedEffect) -> LoggedEffect {
            match (first, later) {
                $((
                    LoggedEffect::$kind { before, after: between, .. },
                    LoggedEffect::$kind { id, before: again, after },
                ) => LoggedEffect::$kind { id, before: before_both(before, between, again), after },)*
                (_, later) => later,
            }
        }

        /// What names an org on `since` or later.
        pub(super) fn blockers(snapshot: &Snapshot, org: OrgId, since: Day) -> Vec<Blocker> {
            let mut blockers = Vec::new();
            $(blockers.extend(blockers_of::<$key>(snapshot, org, since));)*
            blockers
        }
    };
}

plain_kinds! { all_plain () }
