//! The rules, checked on every day.

use std::collections::{BTreeMap, BTreeSet};

use campus_org::domain::OrgKind;
use uuid::Uuid;

use super::{DAYS, Model, Refused};
use crate::support::invariants::may_stand;

impl Model {
    pub(super) fn rules(&self) -> Result<(), Refused> {
        for org in self.orgs.values() {
            let last = *org.versions.keys().next_back().expect("a version");
            if org.end.is_some_and(|end| end <= last) {
                return Err("a body ends after its last version began");
            }
        }
        for role in self.roles.values() {
            if role.until.is_some_and(|until| until <= role.from) {
                return Err("a role ends after it began");
            }
        }
        let mut numbers = BTreeSet::new();
        if !self.people.values().filter_map(|person| person.staff_no).all(|number| numbers.insert(number)) {
            return Err("staff numbers are unique");
        }
        (0..DAYS).try_for_each(|day| self.rules_on(day))
    }

    fn rules_on(&self, day: usize) -> Result<(), Refused> {
        let mut codes = BTreeSet::new();
        for id in self.orgs.keys() {
            let Some(values) = self.values(*id, day) else { continue };
            let mut place = None;
            if let Some(parent) = values.parent {
                let above = self.values(parent, day).ok_or("a parent lives throughout")?;
                place = Some((above.kind, above.parent.and_then(|above| self.values(above, day)).map(|v| v.kind)));
            }
            if !may_stand(values.kind, place) {
                return Err("a body stands where its kind may");
            }
            let above = self.above(*id, day);
            if above.contains(id) || above.len() > self.orgs.len() {
                return Err("no body stands under itself");
            }
            if let Some(code) = values.code {
                let mut line = [vec![*id], above].concat();
                let root = line.pop().expect("itself");
                let top = line.into_iter().find(|id| self.tier(*id, day) == Some(1)).unwrap_or(root);
                if !codes.insert((top, code)) {
                    return Err("a code is unique below one top committee");
                }
            }
        }
        let mut held: BTreeMap<(Uuid, &str), (u16, u16)> = BTreeMap::new();
        let mut holders = BTreeSet::new();
        for role in self.roles.values().filter(|role| role.on(day)) {
            let body = self.values(role.org, day).ok_or("a role lies within its body's life")?;
            if role.by_unit {
                self.values(role.holder, day).ok_or("a role lies within its holder's life")?;
            } else if !self.people.contains_key(&role.holder) {
                return Err("somebody holds a role");
            }
            let exists = match role.post {
                "secretary" | "member" => {
                    matches!(body.kind, OrgKind::Committee | OrgKind::GeneralBranch | OrgKind::Branch)
                }
                "group_leader" => body.kind == OrgKind::PartyGroup,
                _ => body.kind == OrgKind::Unit,
            };
            if !exists {
                return Err("the post exists in that kind of body");
            }
            if !holders.insert((role.org, role.post, role.holder)) {
                return Err("nobody holds a post twice");
            }
            let count = held.entry((role.org, role.post)).or_default();
            if role.acting { count.1 += 1 } else { count.0 += 1 }
        }
        for ((_, post), (full, acting)) in held {
            let max = match post {
                "secretary" if self.limit.1 <= day => self.limit.0,
                "group_leader" => Some(1),
                _ => None,
            };
            if max.is_some_and(|max| full > max || acting > 1) {
                return Err("a post has no more holders than its maximum, and one acting");
            }
        }
        Ok(())
    }
}
