//! Required posts that nobody holds (docs/DOMAIN.md §2). A seat in which nobody sits does not fill a post.

use super::{
    orgs::{OrgFilter, any},
    page::{Page, PageRequest, ordered},
    snapshot::Snapshot,
    views::OrgView,
};
use crate::domain::{Day, OrgId, OrgKind, Post, PostCode, Tier};

/// The filter of a list of vacancies; [`super::OrgFilter`] says how values combine.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is the query parameter of its name, see openapi/openapi.json")]
pub struct VacancyFilter {
    pub org_kind: Vec<OrgKind>,
    pub tier: Vec<Tier>,
    pub within: Vec<OrgId>,
    pub within_unit: Vec<OrgId>,
    pub post: Vec<PostCode>,
}

/// A required post that nobody holds in an org on a day.
#[derive(Debug, Clone, Copy)]
pub struct Vacancy<'s> {
    /// The org.
    pub org: OrgView<'s>,
    /// The post.
    pub post: &'s Post,
    /// The first day of the vacancy: the day after the last holder, or the first day on which the org was of a kind
    /// that requires the post.
    pub since: Day,
}

impl Snapshot {
    /// A page of the vacancies on `day`, in the order of the orgs and the rank of the posts.
    pub fn vacancies(&self, filter: &VacancyFilter, day: Day, page: &PageRequest) -> Page<Vacancy<'_>> {
        let VacancyFilter { org_kind, tier, within, within_unit, post } = filter;
        let orgs = OrgFilter {
            kind: org_kind.clone(),
            tier: tier.clone(),
            within: within.clone(),
            within_unit: within_unit.clone(),
            ..OrgFilter::default()
        };
        let required: Vec<&Post> = self
            .posts()
            .filter(|entry| any(post, &entry.code) && entry.kinds.iter().any(|kind| kind.required))
            .collect();
        let vacant = self.orgs_shown(&orgs, day).flat_map(|org| {
            let posts: Vec<&Post> = required
                .iter()
                .copied()
                .filter(|post| post.in_kind(org.kind()).is_some_and(|kind| kind.required))
                .collect();
            posts
                .into_iter()
                .filter_map(move |post| self.vacant_since(&org, post).map(|since| Vacancy { org, post, since }))
        });
        let key = |vacancy: &Vacancy<'_>| {
            let mut key = self.place_of(&vacancy.org);
            key.push(0);
            key.extend(ordered(vacancy.post.rank));
            key.extend(vacancy.post.code.as_str().as_bytes());
            key
        };
        Page::of(vacant, key, page)
    }

    /// The first day of the vacancy of `post` in `org`, or `None` if somebody holds it on the day of the view.
    fn vacant_since(&self, org: &OrgView<'_>, post: &Post) -> Option<Day> {
        let required = |kind| post.in_kind(kind).is_some_and(|entry| entry.required);
        let run = org.org.versions.iter().rev().skip_while(|version| version.valid_from > org.day);
        let run = run.take_while(|version| required(version.values.kind));
        let mut since = run.last().map_or(org.day, |version| version.valid_from);
        let roles = self.roles_in(org.id()).filter(|role| *role.post() == post.code);
        for period in roles.flat_map(|role| self.filled(&role)) {
            if period.contains(org.day) {
                return None;
            }
            if let Some(until) = period.until().filter(|until| *until <= org.day) {
                since = since.max(until);
            }
        }
        Some(since)
    }
}
