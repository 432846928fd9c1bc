//! Doors to what is kept: the types of the facts, in memory, in the log and in JSON lines.

/// Door: the type that keeps the attributes, as the log and the JSON lines write it. A member that it does not know
/// is refused, so that an older program stops where a newer one has said more.
macro_rules! facts {
    (
        ($(#[$attribute:meta])* $facts:ident $more:tt)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::domain::attributes::facts! {
            @struct ($(#[$attribute])* $facts $more)
            always [$required $fixed $filled] maybe [$optional $once $kept $internal]
        }
    };
    (
        @struct ($(#[$attribute:meta])* $facts:ident { $($(#[$extra_meta:meta])* $extra:ident: $extra_type:ty,)* })
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
        pub struct $facts {
            $($(#[$extra_meta])* pub $extra: $extra_type,)*
            $($(
                $(#[doc = $doc])+
                pub $name: $crate::domain::attributes::state!($shape),
            )*)*
            $($(
                $(#[doc = $m_doc])+
                #[serde(default, skip_serializing_if = "crate::domain::attributes::is_absent")]
                pub $m_name: $crate::domain::attributes::state!($m_shape),
            )*)*
        }
    };
}

/// Door: the type that keeps the attributes of something that must not be serialised.
macro_rules! unserialised {
    (
        ($(#[$attribute:meta])* $facts:ident { $($(#[$extra_meta:meta])* $extra:ident: $extra_type:ty,)* })
        $($section:ident { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*
    ) => {
        $(#[$attribute])*
        pub struct $facts {
            $($(#[$extra_meta])* pub $extra: $extra_type,)*
            $($(
                $(#[doc = $doc])+
                pub $name: $crate::domain::attributes::state!($shape),
            )*)*
        }
    };
}

/// Door: a thing of which nothing is said but what must be.
macro_rules! bare {
    (
        ($facts:ident { $($extra:ident: $extra_type:ty),* })
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::domain::attributes::bare! {
            @impl ($facts { $($extra: $extra_type),* })
            given [$required $fixed] empty [$filled $optional $once $kept $internal]
        }
    };
    (
        @impl ($facts:ident { $($extra:ident: $extra_type:ty),* })
        given [$({ $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* })*]
        empty [$({ $(
            $(#[doc = $e_doc:literal])+
            $e_name:ident: $e_shape:tt, $e_column:ident, $e_en:literal $e_zh:literal $(, of $e_of:tt)?;
        )* })*]
    ) => {
        impl $facts {
            /// One of which nothing is said but what must be.
            pub fn bare(
                $($extra: $extra_type,)*
                $($($name: $crate::domain::attributes::state!($shape),)*)*
            ) -> Self {
                Self { $($extra,)* $($($name,)*)* $($($e_name: Default::default(),)*)* }
            }
        }
    };
}

/// Door: a table without what is never shown.
macro_rules! shown {
    (
        ($door:ident $args:tt)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $door! {
            $args
            required $required fixed $fixed filled $filled optional $optional once $once kept $kept internal {}
        }
    };
}

/// Door: the table as data, and what differs between two states.
macro_rules! described {
    (
        ($facts:ident)
        required $required:tt fixed $fixed:tt filled $filled:tt
        optional $optional:tt once $once:tt kept $kept:tt internal $internal:tt
    ) => {
        $crate::domain::attributes::described! {
            @impl ($facts) [true true $required] [true true $fixed] [true true $filled]
            [false true $optional] [false true $once] [false true $kept] [false false $internal]
        }
    };
    (
        @impl ($facts:ident) $([$always:literal $shown:literal { $(
            $(#[doc = $doc:literal])+
            $name:ident: $shape:tt, $column:ident, $en:literal $zh:literal $(, of $of:tt)?;
        )* }])*
    ) => {
        impl $facts {
            /// Its attributes, in the order of the table.
            pub const ATTRIBUTES: &'static [$crate::domain::Attribute] = &[$($(
                $crate::domain::Attribute {
                    name: stringify!($name),
                    meaning: concat!($($doc),+),
                    en: $en,
                    zh: $zh,
                    always: $always,
                    shown: $shown,
                },
            )*)*];

            /// The attributes in which the two differ. What has no word is left out: nobody is told of it.
            pub fn differing(&self, other: &Self) -> Vec<&'static $crate::domain::Attribute> {
                let differs = [$($(self.$name != other.$name,)*)*];
                let both = Self::ATTRIBUTES.iter().zip(differs);
                both.filter_map(|(attribute, differs)| (differs && !attribute.en.is_empty()).then_some(attribute)).collect()
            }

            /// The attributes that it has.
            pub fn present(&self) -> Vec<&'static $crate::domain::Attribute> {
                let there = [$($($crate::domain::attributes::is_there!($shape, self.$name),)*)*];
                let all = Self::ATTRIBUTES.iter().zip(there);
                all.filter_map(|(attribute, there)| there.then_some(attribute)).collect()
            }
        }
    };
}

pub(crate) use {bare, described, facts, shown, unserialised};
