//! What falls empty between two states of the directory: posts that nobody holds, and seats in which nobody sits.

use super::snapshot::{RoleRow, Snapshot};
use crate::domain::{OrgId, OrgKind, Period, PostCode};

/// Days, as periods in order that neither overlap nor touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Days(Vec<Period>);

impl Days {
    /// The days of all these periods.
    fn of(periods: impl IntoIterator<Item = Period>) -> Self {
        let mut periods: Vec<Period> = periods.into_iter().collect();
        periods.sort_unstable_by_key(|period| period.from());
        let mut days: Vec<Period> = Vec::with_capacity(periods.len());
        for period in periods {
            match days.last_mut() {
                Some(last) if last.until().is_none_or(|until| until >= period.from()) => {
                    let until = last.until().zip(period.until()).map(|(one, other)| one.max(other));
                    *last = Period::new(last.from(), until).unwrap_or(*last);
                }
                _ => days.push(period),
            }
        }
        Self(days)
    }

    /// The days of both.
    fn or(self, other: Self) -> Self {
        Self::of(self.0.into_iter().chain(other.0))
    }

    /// The days that the two have in common.
    fn and(&self, other: &Self) -> Self {
        Self::of(self.0.iter().flat_map(|own| other.0.iter().filter_map(|other| own.and(*other))))
    }

    /// The days that are not in `other`.
    fn without(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        for own in &self.0 {
            let mut rest = Some(own.from());
            for taken in &other.0 {
                let Some(from) = rest else { break };
                left.extend(Period::new(from, Some(taken.from())).and_then(|gap| own.and(gap)));
                rest = taken.until().map(|until| until.max(from));
            }
            left.extend(rest.and_then(|from| own.and(Period::open(from))));
        }
        Self::of(left)
    }

    /// The periods.
    pub fn periods(&self) -> &[Period] {
        &self.0
    }
}

impl Snapshot {
    /// The days on which people or units hold a post in an org. A seat counts while somebody sits in it.
    fn held(&self, org: OrgId, post: &PostCode) -> Days {
        let roles = self.roles_in(org).filter(|role| role.post() == post);
        Days::of(roles.flat_map(|role| self.filled(&role)))
    }

    /// The days on which an org exists and is of a kind like that.
    fn lives_as(&self, org: OrgId, kind: impl Fn(OrgKind) -> bool) -> Days {
        let versions = self.org(org).into_iter().flat_map(|org| org.timeline().map(move |at| (org.life(), at)));
        let like_that = versions.filter(|(_, (_, version))| kind(version.values.kind));
        Days::of(like_that.filter_map(|(life, (period, _))| period.and(life)))
    }

    /// The days on which a post is required in an org, and vacant.
    fn vacant(&self, org: OrgId, post: &PostCode) -> Days {
        let required = |kind| self.post(post).and_then(|post| post.in_kind(kind)).is_some_and(|kind| kind.required);
        self.lives_as(org, required).without(&self.held(org, post))
    }

    /// The days on which nobody holds a post in an org any more that was not vacant in `earlier`: a required post, or
    /// one of the leadership team that somebody held.
    pub fn falls_vacant_since(&self, earlier: &Self, org: OrgId, post: &PostCode) -> Days {
        let vacant = self.vacant(org, post).without(&earlier.vacant(org, post));
        if !self.post(post).is_some_and(|post| post.leadership) {
            return vacant;
        }
        let left = earlier.held(org, post).without(&self.held(org, post));
        vacant.or(left.and(&self.lives_as(org, |_| true)))
    }

    /// The days on which nobody sits any more in the seat that holds a role, though somebody did in `earlier`, or the
    /// role is new.
    pub fn falls_empty_since(&self, earlier: &Self, role: &RoleRow<'_>) -> Days {
        let empty =
            |snapshot: &Self, role: &RoleRow<'_>| Days::of([role.period()]).without(&Days::of(snapshot.filled(role)));
        let now = empty(self, role);
        match earlier.role(role.id()) {
            Some(role) => now.without(&empty(earlier, &role)),
            None => now,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Day;

    const CALENDAR: i32 = 12;

    fn days() -> impl Strategy<Value = Days> {
        let period = (0..CALENDAR, proptest::option::of(1..5)).prop_map(|(from, length)| {
            let from = Day::MIN.plus(from);
            Period::new(from, length.map(|length| from.plus(length))).expect("not empty")
        });
        proptest::collection::vec(period, 0..5).prop_map(Days::of)
    }

    fn has(days: &Days, day: Day) -> bool {
        days.0.iter().any(|period| period.contains(day))
    }

    proptest! {
        #[test]
        fn days_are_counted_one_by_one(a in days(), b in days()) {
            let (both, either, only) = (a.and(&b), a.clone().or(b.clone()), a.without(&b));
            for day in (0..CALENDAR + 6).map(|day| Day::MIN.plus(day)) {
                prop_assert_eq!(has(&both, day), has(&a, day) && has(&b, day));
                prop_assert_eq!(has(&either, day), has(&a, day) || has(&b, day));
                prop_assert_eq!(has(&only, day), has(&a, day) && !has(&b, day));
            }
            for days in [&a, &both, &either, &only] {
                prop_assert!(days.0.windows(2).all(|pair| pair[0].until().is_some_and(|until| until < pair[1].from())));
            }
        }
    }
}
