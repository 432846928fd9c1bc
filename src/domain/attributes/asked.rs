//! Doors to what is asked: the requests that make and change things, and what becomes of the facts.

use crate::domain::{Field, Items, OrderNumber};

/// Door: a change of the attributes, and what becomes of them.
macro_rules! patched {
    (
        ($(#[$attribute:meta])* $patch:ident of $facts:ident)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::domain::attributes::patched! {
            @impl ($(#[$attribute])* $patch of $facts) [$required $filled $optional]
        }
    };
    (
        @impl ($(#[$attribute:meta])* $patch:ident of $facts:ident) [$({ $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*]
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $patch {$($(
            $(#[doc = $doc])+
            pub $name: $crate::domain::attributes::change!($shape),
        )*)*}

        impl $patch {
            /// The names of the attributes of which it says something.
            pub fn given(&self) -> Vec<&'static str> {
                let unsaid = Self::default();
                let said = [$($((stringify!($name), self.$name != unsaid.$name),)*)*];
                said.into_iter().filter_map(|(name, said)| said.then_some(name)).collect()
            }

            /// Whether it says nothing.
            pub fn is_empty(&self) -> bool {
                *self == Self::default()
            }

            /// What the attributes become with it.
            pub fn applied_to(&self, facts: &$facts) -> $facts {
                let mut facts = facts.clone();
                $($($crate::domain::attributes::Change::apply(&self.$name, &mut facts.$name);)*)*
                facts
            }

            /// The change that sets every attribute as `facts` have it.
            pub fn of(facts: &$facts) -> Self {
                Self {$($($name: $crate::domain::attributes::Change::to(&facts.$name),)*)*}
            }
        }
    };
}

/// Door: how a request that holds more than the attributes gives the change of them.
macro_rules! taken_from {
    (
        ($patch:ident from $request:ident)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::domain::attributes::taken_from! { @impl ($patch from $request) [$required $filled $optional] }
    };
    (
        @impl ($patch:ident from $request:ident) [$({ $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*]
    ) => {
        impl From<&$request> for $patch {
            fn from(request: &$request) -> Self {
                Self {$($($name: request.$name.clone(),)*)*}
            }
        }
    };
}

/// Door: a request that makes a thing with these attributes.
macro_rules! creating {
    (
        ($(#[$attribute:meta])* $request:ident)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::domain::attributes::creating! {
            @struct ($(#[$attribute])* $request)
            always [$required $fixed] maybe [$filled $optional $once]
        }
    };
    (
        @struct ($(#[$attribute:meta])* $request:ident)
        always [$({ $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*]
        maybe [$({ $(
            $(#[doc = $m_doc:literal])+
            $m_name:ident: $m_shape:tt, $m_column:ident, $m_en:literal $m_zh:literal $(, of $m_of:tt)?;
        )* })*]
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $request {
            $($(
                $(#[doc = $doc])+
                pub $name: $crate::domain::attributes::given!($shape),
            )*)*
            $($(
                $(#[doc = $m_doc])+
                #[serde(default, deserialize_with = "crate::domain::given")]
                pub $m_name: $crate::domain::attributes::given!($m_shape),
            )*)*
        }

        impl $request {
            /// One that says nothing but what must be said.
            pub fn bare($($($name: $crate::domain::attributes::given!($shape),)*)*) -> Self {
                Self { $($($name,)*)* $($($m_name: Default::default(),)*)* }
            }
        }
    };
}

/// Door: a request that changes these attributes.
macro_rules! changing {
    (
        ($(#[$attribute:meta])* $request:ident)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::domain::attributes::changing! {
            @struct ($(#[$attribute])* $request)
            [$required $filled $optional]
        }
    };
    (
        @struct ($(#[$attribute:meta])* $request:ident)
        [$({ $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*]
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $request {
            $($(
                $(#[doc = $doc])+
                #[serde(default, deserialize_with = "crate::domain::given")]
                pub $name: $crate::domain::attributes::change!($shape),
            )*)*
        }
    };
}

/// Door: a new thing's attributes, from the request that makes it. What the service fills in is the default for now.
macro_rules! made_from {
    (
        ($facts:ident from $request:ident)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::domain::attributes::made_from! {
            @impl ($facts from $request) given [$required $fixed $filled $optional $once] kept [$kept $internal]
        }
    };
    (
        @impl ($facts:ident from $request:ident)
        given [$({ $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*]
        kept [$({ $(
            $(#[doc = $k_doc:literal])+
            $k_name:ident: $k_shape:tt, $k_column:ident, $k_en:literal $k_zh:literal $(, of $k_of:tt)?;
        )* })*]
    ) => {
        impl From<&$request> for $facts {
            fn from(request: &$request) -> Self {
                Self {
                    $($($name: $crate::domain::attributes::kept_of!($shape, request.$name),)*)*
                    $($($k_name: Default::default(),)*)*
                }
            }
        }
    };
}

/// Door: the same for what knows its place in the log, and its id where that is no attribute.
macro_rules! made_new {
    (
        ($facts:ident from $request:ident $(with $id:ident: $id_type:ty)?)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::domain::attributes::made_new! {
            @impl ($facts from $request $(with $id: $id_type)?)
            given [$required $fixed $filled $optional $once] kept [$kept $internal]
        }
    };
    (
        @impl ($facts:ident from $request:ident $(with $id:ident: $id_type:ty)?)
        given [$({ $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*]
        kept [$({ $(
            $(#[doc = $k_doc:literal])+
            $k_name:ident: $k_shape:tt, $k_column:ident, $k_en:literal $k_zh:literal $(, of $k_of:tt)?;
        )* })*]
    ) => {
        impl $facts {
            /// A new one, as the log entry `revision` enters it.
            pub(super) fn new(request: &$request, $($id: $id_type,)? revision: Revision, updated_at: Instant) -> Self {
                Self {
                    $($id,)?
                    revision,
                    updated_at,
                    $($($name: $crate::domain::attributes::kept_of!($shape, request.$name),)*)*
                    $($($k_name: Default::default(),)*)*
                }
            }
        }
    };
}

/// A change of a value.
pub(crate) trait Change<S>: Sized {
    /// Makes the change.
    fn apply(&self, state: &mut S);
    /// The change that makes any value this one.
    fn to(state: &S) -> Self;
}

impl<T: Clone> Change<T> for Option<T> {
    fn apply(&self, state: &mut T) {
        if let Some(value) = self {
            state.clone_from(value);
        }
    }

    fn to(state: &T) -> Self {
        Some(state.clone())
    }
}

impl<T: Clone, const MAX: usize> Change<Vec<T>> for Option<Items<T, MAX>> {
    fn apply(&self, state: &mut Vec<T>) {
        if let Some(items) = self {
            *state = items.clone().into();
        }
    }

    fn to(state: &Vec<T>) -> Self {
        Some(Items::of_known(state.clone()))
    }
}

impl Change<i32> for Option<OrderNumber> {
    fn apply(&self, state: &mut i32) {
        if let Some(place) = self {
            *state = i32::from(*place);
        }
    }

    fn to(state: &i32) -> Self {
        Some(OrderNumber::at(*state))
    }
}

impl<T: Clone> Change<Option<T>> for Field<T> {
    fn apply(&self, state: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *state = None,
            Self::Set(value) => *state = Some(value.clone()),
        }
    }

    fn to(state: &Option<T>) -> Self {
        state.clone().map_or(Self::Clear, Self::Set)
    }
}

impl Change<bool> for Field<bool> {
    fn apply(&self, state: &mut bool) {
        match self {
            Self::Keep => {}
            Self::Clear => *state = false,
            Self::Set(value) => *state = *value,
        }
    }

    fn to(state: &bool) -> Self {
        Self::Set(*state)
    }
}

impl<T: Clone, const MAX: usize> Change<Vec<T>> for Field<Items<T, MAX>> {
    fn apply(&self, state: &mut Vec<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => state.clear(),
            Self::Set(items) => *state = items.clone().into(),
        }
    }

    fn to(state: &Vec<T>) -> Self {
        Self::Set(Items::of_known(state.clone()))
    }
}

pub(crate) use {changing, creating, made_from, made_new, patched, taken_from};
