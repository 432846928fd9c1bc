//! What is said of an org, a person, a post, a role or a supervision is said once: in a table beside its type.
//!
//! A row of a table is one attribute: what it means, its name and shape, its column, its words in English and
//! Chinese, and, where only some kinds of orgs have it, which. A room takes what it needs from a table by a macro
//! of its own, a *door*, which has to accept every row. So a row that lacks a word does not compile, and a field
//! that can be set but is not stored cannot exist.
//!
//! The sections of a table say when an attribute is given:
//!
//! | section | when the thing is made | later |
//! |---|---|---|
//! | `required` | must be given | can change |
//! | `fixed` | must be given | never changes |
//! | `filled` | may be left out: the service fills it in | can change |
//! | `optional` | may be given | can be set and cleared |
//! | `once` | may be given | never changes |
//! | `kept` | never given: other acts set it | never given |
//! | `internal` | never given, and not shown with the object | never given |
//!
//! The shapes are `(one T)`, `(holder)`, `(items T, ITEMS_MAX)`, `(place)` in an order, `(day)` and `(choice)` of what is always
//! there; `(maybe T)`, `(flag)`, `(list T, ITEMS_MAX)` and `(names T)` of what may be
//! absent. `(act T)` is said of an act and not kept.

mod asked;
mod kept;

pub(crate) use asked::{Change, changing, creating, made_from, made_new, patched, taken_from};
pub(crate) use kept::{bare, described, facts, shown, unserialised};

/// What is known of an attribute, for sentences and documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// Its name in requests, answers and the log.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What a sentence calls it in English.
    pub en: &'static str,
    /// What a sentence calls it in Chinese.
    pub zh: &'static str,
    /// Whether it must always be there.
    pub always: bool,
    /// Whether the answers of the object show it.
    pub shown: bool,
}

/// A value that may be absent, and is then left out.
pub(crate) trait Absent {
    /// Whether it is.
    fn is_absent(&self) -> bool;
}

impl<T> Absent for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl Absent for i32 {
    fn is_absent(&self) -> bool {
        *self == 0
    }
}

impl Absent for bool {
    fn is_absent(&self) -> bool {
        !self
    }
}

impl<T> Absent for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Absent> Absent for &T {
    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

/// Whether a value is left out.
pub(crate) fn is_absent(value: &impl Absent) -> bool {
    value.is_absent()
}

/// The type of an attribute where it is kept.
macro_rules! state {
    ((one $type:ty)) => { $type };
    ((holder)) => { $crate::domain::Holder };
    ((place)) => { i32 };
    ((day)) => { $crate::domain::Day };
    ((maybe $type:ty)) => { Option<$type> };
    ((flag)) => { bool };
    ((list $type:ty, $max:expr)) => { Vec<$type> };
    ((items $type:ty, $max:expr)) => { Vec<$type> };
    ((names $type:ty)) => { Vec<$type> };
    ((choice)) => { bool };
}

/// The type of an attribute in a request that makes something.
macro_rules! given {
    ((one $type:ty)) => { $type };
    ((holder)) => { $crate::domain::SaidHolder };
    ((place)) => { Option<$crate::domain::OrderNumber> };
    ((day)) => { Option<$crate::domain::Day> };
    ((maybe $type:ty)) => { Option<$type> };
    ((flag)) => { bool };
    ((list $type:ty, $max:expr)) => { $crate::domain::Items<$type, { $max }> };
    ((items $type:ty, $max:expr)) => { $crate::domain::Items<$type, { $max }> };
    ((names $type:ty)) => { $crate::domain::Items<$type, { $crate::domain::NAMES_MAX }> };
    ((choice)) => { Option<bool> };
    ((act $type:ty)) => { Option<$type> };
}

/// The type of an attribute in a request that changes something.
macro_rules! change {
    ((one $type:ty)) => { Option<$type> };
    ((place)) => { Option<$crate::domain::OrderNumber> };
    ((day)) => { Option<$crate::domain::Day> };
    ((maybe $type:ty)) => { $crate::domain::Field<$type> };
    ((flag)) => { $crate::domain::Field<bool> };
    ((list $type:ty, $max:expr)) => { $crate::domain::Field<$crate::domain::Items<$type, { $max }>> };
    ((items $type:ty, $max:expr)) => { Option<$crate::domain::Items<$type, { $max }>> };
    ((names $type:ty)) => { $crate::domain::Field<$crate::domain::Items<$type, { $crate::domain::NAMES_MAX }>> };
    ((choice)) => { Option<bool> };
    ((act $type:ty)) => { Option<$type> };
}

/// Whether an attribute has a value.
macro_rules! is_there {
    ((one $type:ty), $value:expr) => {
        true
    };
    ((holder), $value:expr) => {
        true
    };
    ((place), $value:expr) => {
        true
    };
    ((day), $value:expr) => {
        true
    };
    ((items $type:ty, $max:expr), $value:expr) => {
        true
    };
    ((choice), $value:expr) => {
        true
    };
    ($shape:tt, $value:expr) => {
        !$crate::domain::attributes::is_absent(&$value)
    };
}

/// What is kept of a value that a request gives.
macro_rules! kept_of {
    ((holder), $value:expr) => {
        $value.holder.clone()
    };
    ((place), $value:expr) => {
        $value.map(i32::from).unwrap_or_default()
    };
    ((day), $value:expr) => {
        $value.unwrap_or($crate::domain::Day::MIN)
    };
    ((list $type:ty, $max:expr), $value:expr) => {
        $value.clone().into()
    };
    ((items $type:ty, $max:expr), $value:expr) => {
        $value.clone().into()
    };
    ((names $type:ty), $value:expr) => {
        $value.clone().into()
    };
    ((choice), $value:expr) => {
        $value.unwrap_or_default()
    };
    ($shape:tt, $value:expr) => {
        $value.clone()
    };
}

/// Whether orgs of a kind have an attribute: a row names the kinds, in brackets, or a question to the kind.
macro_rules! is_of {
    ($kind:expr, ($($of:ident)|+)) => {
        matches!($kind, $($crate::domain::OrgKind::$of)|+)
    };
    ($kind:expr, $of:ident) => {
        $kind.$of()
    };
}

/// Door: one door for two tables, the one given after the other.
macro_rules! and_then {
    ((($table:ident) $door:ident $args:tt) $($sections:tt)*) => {
        $table! { and_both (($door $args) $($sections)*) }
    };
}

/// Door: the second of two tables, whose sections follow those of the first.
macro_rules! and_both {
    (
        (
            ($door:ident $args:tt)
            required { $($a1:tt)* } fixed { $($a2:tt)* } filled { $($a3:tt)* }
            optional { $($a4:tt)* } once { $($a5:tt)* } kept { $($a6:tt)* } internal { $($a7:tt)* }
        )
        required { $($b1:tt)* } fixed { $($b2:tt)* } filled { $($b3:tt)* }
        optional { $($b4:tt)* } once { $($b5:tt)* } kept { $($b6:tt)* } internal { $($b7:tt)* }
    ) => {
        $door! {
            $args
            required { $($a1)* $($b1)* } fixed { $($a2)* $($b2)* } filled { $($a3)* $($b3)* }
            optional { $($a4)* $($b4)* } once { $($a5)* $($b5)* } kept { $($a6)* $($b6)* }
            internal { $($a7)* $($b7)* }
        }
    };
}

/// Door: one door for two tables that stay apart.
macro_rules! beside {
    ((($table:ident) $door:ident $args:tt) $($sections:tt)*) => {
        $table! { both_beside ($door $args { $($sections)* }) }
    };
}

/// Door: the second of two tables that stay apart.
macro_rules! both_beside {
    (($door:ident $args:tt $first:tt) $($second:tt)*) => {
        $door! { $args first $first second { $($second)* } }
    };
}

pub(crate) use {and_both, and_then, beside, both_beside, change, given, is_of, is_there, kept_of, state};
