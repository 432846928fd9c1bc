//! What effects touch.

use std::collections::BTreeSet;

use crate::domain::{kinds::kinds, *};

/// Door: the rows of each kind.
macro_rules! touched {
    (() $($section:ident { $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty $(, $day:ident: $day_type:ty)?) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*) => {
        /// The rows that effects touch.
        #[derive(Debug, Default)]
        pub(super) struct Touched {
            $($(pub(super) $plural: BTreeSet<touched!(@type $key $(, $day_type)?)>,)*)*
            /// Orgs whose kind, parent or end may have changed. What is under them and in them is checked again.
            pub(super) moved: BTreeSet<OrgId>,
        }

        impl Touched {
            fn note(&mut self, effect: &Effect) {
                match effect {
                    $($(Effect::$kind { $id, $($day,)? .. } => {
                        self.$plural.insert(touched!(@key $id $(, $day)?));
                    })*)*
                }
            }
        }
    };
    (@type $key:ty) => { $key };
    (@type $key:ty, $day_type:ty) => { ($key, $day_type) };
    (@key $id:ident) => { $id.clone() };
    (@key $id:ident, $day:ident) => { ($id.clone(), $day.clone()) };
}

kinds! { touched () }

impl Touched {
    /// An org whose version is touched is touched, too.
    pub(super) fn by<'e>(effects: impl IntoIterator<Item = &'e Effect>) -> Self {
        let mut touched = Self::default();
        for effect in effects {
            touched.note(effect);
            let moved = match effect {
                Effect::Org { before, after, .. } => {
                    let end = |facts: &Option<OrgFacts>| facts.as_ref().map(|facts| facts.dissolved_on);
                    end(before) != end(after)
                }
                Effect::OrgVersion { before, after, .. } => {
                    let place = |version: &Option<OrgVersion>| {
                        version.as_ref().map(|version| (version.values.kind, version.values.parent_id))
                    };
                    place(before) != place(after)
                }
                _ => false,
            };
            if let Effect::Org { id, .. } | Effect::OrgVersion { id, .. } = effect {
                touched.orgs.insert(*id);
                if moved {
                    touched.moved.insert(*id);
                }
            }
        }
        touched
    }
}
