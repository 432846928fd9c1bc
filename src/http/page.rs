//! The one shape of every collection.

/// A concrete page type: what a list is answered with.
///
/// Implemented by [`page_of!`](crate::http::page::page_of); a generic type would be inlined in the
/// API document again and again.
pub trait PageBody {
    /// What the list consists of.
    type Item;

    /// The page with these items; `next` is the cursor of the following page, if there is one.
    fn of(items: Vec<Self::Item>, next: Option<String>, total: Option<u64>) -> Self;
}

/// Declares the page type of a resource.
///
/// ```text
/// page_of! {
///     /// A page of bodies.
///     pub struct OrgPage of OrgBody
/// }
/// ```
macro_rules! page_of {
    ($(#[$attribute:meta])* $visibility:vis struct $page:ident of $item:ty) => {
        $(#[$attribute])*
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        $visibility struct $page {
            /// The items, in the order asked for.
            #[schema(max_items = 500)]
            items: Vec<$item>,
            /// The cursor of the next page; absent on the last one.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schema(pattern = "^[A-Za-z0-9_-]+$", max_length = 4000)]
            next: Option<String>,
            /// How many items the whole list has; only with `count=true`.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schema(maximum = 9_007_199_254_740_991u64)]
            total: Option<u64>,
        }

        impl $crate::http::page::PageBody for $page {
            type Item = $item;

            fn of(items: Vec<$item>, next: Option<String>, total: Option<u64>) -> Self {
                Self { items, next, total }
            }
        }
    };
}

pub(crate) use page_of;
