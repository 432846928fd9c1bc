//! How many may hold a post.

use std::collections::BTreeSet;

use super::roles::lasts;
use crate::{
    directory::{RoleRow, Snapshot},
    domain::{Day, Error, Org, Period, Post, RoleId},
};

/// A post with a maximum has no more holders than that, and one acting holder, on every day from the
/// day the maximum was set.
pub(in crate::registry) fn holders(snapshot: &Snapshot, org: &Org, post: &Post) -> Result<(), Error> {
    let held: Vec<RoleRow<'_>> =
        snapshot.roles_in(org.id).filter(|role| *role.post() == post.code && lasts(role)).collect();
    for (stretch, version) in org.timeline() {
        let Some(entry) = post.in_kind(version.values.kind) else { continue };
        let Some(holders_max) = entry.holders_max else { continue };
        let judged = entry.max_since.map_or(Some(stretch), |since| stretch.and(Period::open(since)));
        let Some(judged) = judged else { continue };
        // The number of holders grows only on days on which somebody begins.
        let begins = held.iter().map(|role| role.period().from()).filter(|day| judged.contains(*day));
        let days: BTreeSet<Day> = begins.chain([judged.from()]).collect();
        for on in days {
            let [acting, full] = [true, false].map(|acting| held_by(&held, on, acting));
            let (post, org) = (post.code.clone(), org.id);
            if full.len() > usize::from(holders_max) {
                return Err(Error::PostFull { post, org, on, holders_max, roles: full });
            }
            if acting.len() > 1 {
                return Err(Error::ActingTaken { post, org, on, roles: acting });
            }
        }
    }
    Ok(())
}

/// The roles of acting, or of other, holders on a day.
fn held_by(held: &[RoleRow<'_>], on: Day, acting: bool) -> Vec<RoleId> {
    let on_that_day = held.iter().filter(|role| role.period().contains(on) && role.acting() == acting);
    on_that_day.map(|role| role.id()).collect()
}
