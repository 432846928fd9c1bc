//! How many may hold a post.

use std::collections::BTreeSet;

use crate::{
    directory::{RoleRow, Snapshot},
    domain::{Day, Error, Org, Period, Post},
};

/// A post with a maximum has no more holders than that, and one acting holder, on every day from the
/// day the maximum was set.
pub(in crate::registry) fn holders(snapshot: &Snapshot, org: &Org, post: &Post) -> Result<(), Error> {
    let held: Vec<RoleRow<'_>> = snapshot.roles_in(org.id).filter(|role| *role.post() == post.code).collect();
    for (stretch, version) in org.timeline() {
        let Some(entry) = post.in_kind(version.values.kind) else { continue };
        let Some(holders_max) = entry.holders_max else { continue };
        let judged = entry.max_since.map_or(Some(stretch), |since| stretch.and(Period::open(since)));
        let Some(judged) = judged else { continue };
        // The number of holders grows only on days on which somebody begins.
        let begins = held.iter().map(|role| role.period().from()).filter(|day| judged.contains(*day));
        let days: BTreeSet<Day> = begins.chain([judged.from()]).collect();
        for on in days {
            let (acting, full) = count(&held, on);
            let (post, org) = (post.code.clone(), org.id);
            if full > usize::from(holders_max) {
                return Err(Error::PostFull { post, org, on, holders_max });
            }
            if acting > 1 {
                return Err(Error::ActingTaken { post, org, on });
            }
        }
    }
    Ok(())
}

/// How many acting and how many other holders there are on a day.
fn count(held: &[RoleRow<'_>], on: Day) -> (usize, usize) {
    let on_that_day = held.iter().filter(|role| role.period().contains(on));
    let (acting, full): (Vec<&RoleRow<'_>>, Vec<&RoleRow<'_>>) = on_that_day.partition(|role| role.acting());
    (acting.len(), full.len())
}
