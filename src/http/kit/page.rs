//! The one shape of every collection.

use super::json::{Shown, Unwritable, write_array, write_members};

/// A page as it is written.
#[derive(Debug)]
pub struct PageBody<T> {
    /// The items, in the order asked for.
    pub items: Vec<T>,
    /// The cursor of the next page. Absent on the last page.
    pub next: Option<String>,
    /// How many items the whole list has, where that was asked.
    pub total: Option<u64>,
}

impl<T: Shown> Shown for PageBody<T> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        out.extend_from_slice(b"{\"items\":");
        write_array(&self.items, out)?;
        if let Some(next) = &self.next {
            write_members!(out, ",\"next\":" => next);
        }
        if let Some(total) = &self.total {
            write_members!(out, ",\"total\":" => total);
        }
        out.push(b'}');
        Ok(())
    }
}

impl<T> PageBody<T> {
    /// A list short enough for one page.
    pub fn all(items: Vec<T>) -> Self {
        Self { items, next: None, total: None }
    }
}

/// Declares the page of a resource for the API document, where a generic type would be inlined at each use. Answers are
/// written as a [`PageBody`].
///
/// ```text
/// page_of! {
///     /// A page of orgs.
///     pub struct OrgPage of OrgBody<'static>
/// }
/// ```
macro_rules! page_of {
    ($(#[$attribute:meta])* $visibility:vis struct $page:ident of $item:ty) => {
        $(#[$attribute])*
        #[derive(Debug, utoipa::ToSchema)]
        #[expect(dead_code, reason = "names the shape for the API document")]
        $visibility struct $page {
            /// The items, in the order asked for.
            #[schema(max_items = 500)]
            items: Vec<$item>,
            /// The cursor of the next page. Absent on the last page. A list that has no `cursor` is always one page.
            #[schema(pattern = "^[A-Za-z0-9_-]+$", max_length = 4000)]
            next: Option<String>,
            /// How many items the whole list has. Present only with `count=true`, where the list has that parameter.
            #[schema(maximum = 9_007_199_254_740_991u64)]
            total: Option<u64>,
        }
    };
}

pub(crate) use page_of;
