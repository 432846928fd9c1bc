//! What each request changes.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Ask, DAYS, Model, NEW, Org, Patch, Person, Refused, TODAY, Undo, Values};

impl Model {
    /// The directory after `ask`, or the rule that it breaks.
    pub(in crate::property) fn after(&self, ask: &Ask) -> Result<Self, Refused> {
        let mut model = Self { dissolved: None, ..self.clone() };
        model.change(ask)?;
        model.rules()?;
        Ok(model)
    }

    fn change(&mut self, ask: &Ask) -> Result<(), Refused> {
        match ask.clone() {
            Ask::CreateOrg { values, from, until } => {
                let org = Org { versions: BTreeMap::from([(from, values)]), end: until, ended_by: None };
                self.orgs.insert(NEW, org);
            }
            Ask::PatchOrg { id, patch, on } => self.patch(id, &patch, on)?,
            Ask::PatchVersion { id, start, patch, boundary } => {
                let org = self.orgs.get_mut(&id).expect("picked");
                if !org.versions.contains_key(&start) {
                    return Err("no such version");
                }
                org.set(start, &patch);
                if let Some(boundary) = boundary {
                    let before = org.versions.range(..start).next_back().map(|(start, _)| *start);
                    let after = org.versions.range(start + 1..).next().map(|(start, _)| *start).or(org.end);
                    if before.is_some_and(|before| boundary <= before) || after.is_some_and(|after| boundary >= after) {
                        return Err("a boundary lies between its neighbours");
                    }
                    let values = org.versions.remove(&start).expect("there");
                    org.versions.insert(boundary, values);
                }
            }
            Ask::DeleteVersion { id, start } => {
                let org = self.orgs.get_mut(&id).expect("picked");
                let Some(before) = org.versions.range(..start).next_back().map(|(_, values)| values.clone()) else {
                    return Err("the first version has no predecessor");
                };
                if !org.versions.contains_key(&start) {
                    return Err("no such version");
                }
                let Values { name, kind, parent, code, order } = before;
                let patch = Patch {
                    name: Some(name),
                    kind: Some(kind),
                    parent: Some(parent),
                    code: Some(code),
                    order: Some(order),
                };
                org.set(start, &patch);
                org.versions.remove(&start);
            }
            Ask::DeleteOrg { id } => {
                let has_children = (0..DAYS).any(|day| !self.children(id, day).is_empty());
                if has_children || self.roles.values().any(|role| role.org == id || role.by_unit && role.holder == id) {
                    return Err("something refers to it");
                }
                self.orgs.remove(&id);
            }
            Ask::Dissolve { id, on, cascade } => self.dissolve(id, on, cascade)?,
            Ask::Restore { id } => self.restore(id)?,
            Ask::OrderChildren { id, ids, on } => {
                if self.values(id, on).is_none() {
                    return Err("the body lives then");
                }
                if ids == self.children(id, on) {
                    return Ok(());
                }
                for (order, child) in (1..).zip(ids) {
                    self.patch(child, &Patch { order: Some(order), ..Patch::default() }, on)?;
                }
            }
            Ask::CreatePerson { name, staff_no } => {
                self.people.insert(NEW, Person { name, former: Vec::new(), staff_no });
            }
            Ask::PatchPerson { id, name, staff_no } => {
                let person = self.people.get_mut(&id).expect("picked");
                if let Some(name) = name {
                    person.former.retain(|former| *former != name);
                    let former = std::mem::replace(&mut person.name, name);
                    person.remember(former);
                }
                person.staff_no = staff_no.unwrap_or(person.staff_no);
            }
            Ask::DeletePerson { id } => {
                if self.roles.values().any(|role| !role.by_unit && role.holder == id) {
                    return Err("the person holds a role");
                }
                self.people.remove(&id);
            }
            Ask::Merge { id, duplicate } => {
                if id == duplicate {
                    return Err("nobody is merged into themselves");
                }
                let other = self.people.remove(&duplicate).expect("picked");
                for role in self.roles.values_mut().filter(|role| !role.by_unit && role.holder == duplicate) {
                    role.holder = id;
                }
                let person = self.people.get_mut(&id).expect("picked");
                other.former.into_iter().chain([other.name]).for_each(|former| person.remember(former));
                person.staff_no = person.staff_no.or(other.staff_no);
            }
            Ask::CreateRole { role } => drop(self.roles.insert(NEW, role)),
            Ask::PatchRole { id, from, until } => {
                let role = self.roles.get_mut(&id).expect("picked");
                role.from = from.unwrap_or(role.from);
                role.until = until.unwrap_or(role.until);
            }
            Ask::EndRole { id, on } => {
                let role = self.roles.get_mut(&id).expect("picked");
                if !role.reaches(on) || on <= role.from {
                    return Err("it ends while it is held");
                }
                role.until = Some(on);
            }
            Ask::DeleteRole { id } => drop(self.roles.remove(&id)),
            Ask::LimitSecretaries { max } => {
                let kept = matches!((self.limit.0, max), (Some(old), Some(new)) if new >= old);
                let since = if kept { self.limit.1 } else { TODAY };
                self.limit = (max, if max.is_some() { since } else { 0 });
            }
        }
        Ok(())
    }

    fn patch(&mut self, id: Uuid, patch: &Patch, on: usize) -> Result<(), Refused> {
        let org = self.orgs.get_mut(&id).expect("picked");
        let current = org.on(on).ok_or("the body lives then")?.clone();
        let before = org.clone();
        org.versions.entry(on).or_insert(current);
        let split = org.clone();
        org.set(on, patch);
        if *org == split {
            *org = before;
        }
        Ok(())
    }

    /// An org, and everything under it on any day.
    pub(super) fn ever_under(&self, id: Uuid) -> BTreeSet<Uuid> {
        let mut found = BTreeSet::from([id]);
        loop {
            let under = |org: &Org| org.versions.values().any(|v| v.parent.is_some_and(|above| found.contains(&above)));
            let more: Vec<Uuid> =
                self.orgs.iter().filter(|(id, org)| !found.contains(id) && under(org)).map(|(id, _)| *id).collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    fn dissolve(&mut self, id: Uuid, on: usize, cascade: bool) -> Result<(), Refused> {
        let org = &self.orgs[&id];
        if org.end.is_some() || on <= org.established() {
            return Err("it lives, and has lived for a day");
        }
        let bodies = if cascade { self.ever_under(id) } else { BTreeSet::from([id]) };
        let held: Vec<Uuid> = self
            .roles
            .iter()
            .filter(|(_, role)| bodies.contains(&role.org) || role.by_unit && bodies.contains(&role.holder))
            .filter(|(_, role)| role.reaches(on))
            .map(|(id, _)| *id)
            .collect();
        if !cascade {
            let children = (on..DAYS).any(|day| !self.children(id, day).is_empty());
            if children || !held.is_empty() || org.versions.range(on..).next().is_some() {
                return Err("nothing is left in it from then on");
            }
        }
        for body in bodies {
            let org = self.orgs.get_mut(&body).expect("there");
            if org.established() >= on {
                self.orgs.remove(&body);
            } else if org.end.is_none_or(|end| end > on) {
                org.end = Some(on);
                org.ended_by = Some(id);
                org.versions.retain(|start, _| *start < on);
            }
        }
        for id in held {
            let role = self.roles.get_mut(&id).expect("there");
            if role.from >= on {
                self.roles.remove(&id);
            } else {
                role.until = Some(on);
            }
        }
        self.dissolved = Some(id);
        Ok(())
    }

    fn restore(&mut self, id: Uuid) -> Result<(), Refused> {
        let org = self.orgs.get_mut(&id).expect("picked");
        if org.end.is_none() {
            return Err("it is dissolved");
        }
        match org.ended_by {
            None => org.end = None,
            Some(by) if by != id => return Err("another dissolving ended it"),
            Some(_) => {
                let undo = self.undo[&id].clone();
                self.orgs.extend(undo.orgs);
                // What has been deleted since stays deleted, with the roles that it held.
                for (role, before) in undo.roles {
                    let by_unit = before.by_unit && self.orgs.contains_key(&before.holder);
                    if by_unit || !before.by_unit && self.people.contains_key(&before.holder) {
                        self.roles.insert(role, before);
                    }
                }
            }
        }
        Ok(())
    }

    /// Gives the new object the id that the service chose.
    pub(in crate::property) fn name_new(&mut self, id: Uuid) {
        if let Some(org) = self.orgs.remove(&NEW) {
            self.orgs.insert(id, org);
        }
        if let Some(person) = self.people.remove(&NEW) {
            self.people.insert(id, person);
        }
        if let Some(role) = self.roles.remove(&NEW) {
            self.roles.insert(id, role);
        }
    }

    /// Records what the accepted change touched.
    pub(in crate::property) fn settled(&mut self, before: &Self, revision: u64) {
        let orgs: BTreeSet<Uuid> = before.orgs.keys().chain(self.orgs.keys()).copied().collect();
        let orgs: Vec<Uuid> = orgs.into_iter().filter(|id| before.orgs.get(id) != self.orgs.get(id)).collect();
        let roles: BTreeSet<Uuid> = before.roles.keys().chain(self.roles.keys()).copied().collect();
        let roles: Vec<Uuid> = roles.into_iter().filter(|id| before.roles.get(id) != self.roles.get(id)).collect();
        for id in orgs.iter().chain(&roles) {
            self.changed_at.insert(*id, revision);
        }
        if let Some(id) = self.dissolved.take() {
            let orgs = orgs.into_iter().map(|id| (id, before.orgs[&id].clone())).collect();
            let roles = roles.into_iter().map(|id| (id, before.roles[&id].clone())).collect();
            self.undo.insert(id, Undo { revision, orgs, roles });
        }
    }
}

impl Person {
    fn remember(&mut self, former: u8) {
        if former != self.name && !self.former.contains(&former) {
            self.former.push(former);
        }
    }
}
