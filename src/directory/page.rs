//! One page of a sorted list, taken from any unordered set of candidates.

use std::{cmp::Ordering, collections::BinaryHeap};

/// The sort key of an item. Keys compare byte by byte, and each ends in the item's id.
pub type SortKey = Vec<u8>;

/// The part of a list that is asked for.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// The key of the last item of the previous page.
    pub after: Option<SortKey>,
    /// The maximum number of items on the page.
    pub limit: usize,
    /// Whether to count the whole list.
    pub count: bool,
    /// Whether the list is wanted from its end to its beginning.
    pub backwards: bool,
}

impl PageRequest {
    /// The same of the list from its end to its beginning, or not.
    #[must_use]
    pub fn turned(&self, backwards: bool) -> Self {
        Self { backwards, ..self.clone() }
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The key of the last item, if more items follow.
    pub next: Option<SortKey>,
    /// The number of items in the whole list, if asked for.
    pub total: Option<usize>,
}

impl<T> Page<T> {
    /// The same page with converted items.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(convert).collect(), next: self.next, total: self.total }
    }

    /// The page that `request` asks for. `list` is sorted and begins after the previous page. Never reversed.
    pub(super) fn of_sorted(list: impl Iterator<Item = T>, key: impl Fn(&T) -> SortKey, request: &PageRequest) -> Self {
        let mut items: Vec<T> = list.take(request.limit + 1).collect();
        let more = items.len() > request.limit;
        items.truncate(request.limit);
        let next = items.last().filter(|_| more).map(key);
        Self { items, next, total: None }
    }

    /// The page that `request` asks for, of unordered `candidates`. It keeps only one page in memory.
    pub(super) fn of(candidates: impl Iterator<Item = T>, key: impl Fn(&T) -> SortKey, request: &PageRequest) -> Self {
        let backwards = request.backwards;
        let mut total = 0;
        let mut kept: BinaryHeap<Keyed<T>> = BinaryHeap::with_capacity(request.limit.saturating_add(2).min(1024));
        for item in candidates {
            total += 1;
            let key = key(&item);
            let keyed = Keyed { backwards, key, item };
            if request.after.as_ref().is_some_and(|after| keyed.compare(after).is_le()) {
                continue;
            }
            if kept.len() > request.limit && kept.peek().is_some_and(|last| *last <= keyed) {
                continue;
            }
            kept.push(keyed);
            if kept.len() > request.limit + 1 {
                kept.pop();
            }
        }
        let more = kept.len() > request.limit;
        let mut sorted = kept.into_sorted_vec();
        sorted.truncate(request.limit);
        let next = if more { sorted.last().map(|last| last.key.clone()) } else { None };
        Self {
            items: sorted.into_iter().map(|keyed| keyed.item).collect(),
            next,
            total: request.count.then_some(total),
        }
    }
}

struct Keyed<T> {
    /// Whether smaller keys come later.
    backwards: bool,
    key: SortKey,
    item: T,
}

impl<T> Keyed<T> {
    /// Whether it comes before another key, or after it.
    fn compare(&self, other: &SortKey) -> Ordering {
        let order = self.key.cmp(other);
        if self.backwards { order.reverse() } else { order }
    }
}

impl<T> PartialEq for Keyed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<T> Eq for Keyed<T> {}

impl<T> PartialOrd for Keyed<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Keyed<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare(&other.key)
    }
}

/// Four bytes that compare like `number`.
pub(super) fn ordered(number: i32) -> [u8; 4] {
    (number.cast_unsigned() ^ 0x8000_0000).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap_or_overlap() {
        let items: Vec<i32> = vec![5, 3, 9, -1, 7, 0, 12];
        for (backwards, expected) in [(false, [-1, 0, 3, 5, 7, 9, 12]), (true, [12, 9, 7, 5, 3, 0, -1])] {
            let (mut after, mut seen) = (None, Vec::new());
            loop {
                let request = PageRequest { after, limit: 2, count: true, backwards };
                let page = Page::of(items.iter().copied(), |n| ordered(*n).to_vec(), &request);
                assert_eq!(page.total, Some(7));
                assert!(page.items.len() <= 2);
                seen.extend(page.items);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, expected);
        }
    }
}
