//! What becomes of orgs and of their versions.

use super::act::{Act, Move};
use crate::{
    directory::Snapshot,
    domain::{Attribute, Basis, Day, OrgFacts, OrgFields, OrgId, OrgKind, OrgValues, OrgVersion, RoleId, VersionAct},
    words::{
        names::Teller,
        summary::Summary,
        values::{Described, List, Rest, Said, Values},
    },
};

/// A version and its documents.
type Documents<'v> = Vec<&'v Basis>;

impl Teller<'_> {
    pub(super) fn org(self, id: OrgId, before: Option<&OrgFacts>, after: Option<&OrgFacts>, told: &mut Summary) {
        // The first version of an org tells that it is established.
        let Some(before) = before else { return };
        let day = self.telling.day;
        let name = self.name(id, day);
        let Some(after) = after else {
            return told.say(
                format_args!("{name} is deleted with its whole history."),
                format_args!("删除{name}及其全部历史。"),
            );
        };
        let mut told_of = vec!["dissolved_on"];
        match (before.dissolved_on, after.dissolved_on) {
            (None, Some(on)) if before.successor_ids.is_empty() && !after.successor_ids.is_empty() => {
                told_of.push("successor_ids");
                let successors: Vec<&dyn Said> = after.successor_ids.iter().map(|id| id as &dyn Said).collect();
                let successors = List(&successors, self, on);
                told.say(
                    format_args!("{name} ends on {on}. Its successors: {successors}."),
                    format_args!("{name}自{on}起撤销，由{successors}承继。"),
                );
            }
            (None, Some(on)) => told.say(format_args!("{name} ends on {on}."), format_args!("{name}自{on}起撤销。")),
            (Some(old), Some(new)) if old < new => told.say(
                format_args!("The end of {name} is put off from {old} to {new}."),
                format_args!("{name}的撤销日期由{old}延至{new}。"),
            ),
            (Some(old), Some(new)) if old > new => told.say(
                format_args!("The end of {name} is brought forward from {old} to {new}."),
                format_args!("{name}的撤销日期由{old}提前到{new}。"),
            ),
            (Some(old), None) => {
                told.say(
                    format_args!("{name} no longer ends on {old}."),
                    format_args!("恢复{name}，不再自{old}起撤销。"),
                );
            }
            _ => {}
        }
        self.differ([&name, &name], None, before.differences(after), &told_of, told);
    }

    pub(super) fn version(
        self,
        id: OrgId,
        from: Day,
        [before, after]: [Option<&OrgVersion>; 2],
        act: &Act<'_>,
        told: &mut Summary,
    ) {
        let moved = act.moved.get(&id).copied();
        let Some(after) = after else {
            // The effect on the org itself tells that it is deleted, and the new version that it has moved.
            if moved.is_none()
                && let Some(before) = before
            {
                self.withdrawn(id, before, told);
            }
            return;
        };
        if let Some(moved) = moved.filter(|_| before.is_none()) {
            return self.moved(id, moved, told);
        }
        let earlier = before.or_else(|| {
            let versions = self.telling.after.org(id)?.versions.iter();
            versions.take_while(|version| version.valid_from < from).last()
        });
        match earlier {
            Some(earlier) => self.changed(id, before, earlier, after, told),
            None => self.established(id, after, act, told),
        }
    }

    fn established(self, id: OrgId, version: &OrgVersion, act: &Act<'_>, told: &mut Summary) {
        let OrgVersion { valid_from: from, values, .. } = version;
        let name = &values.name;
        let none = OrgFacts::default();
        let facts = act.established.get(&id).copied().unwrap_or(&none);
        let mut rest = self.untold(values.all(), &["name", "parent_id", "role_order"]);
        rest.extend(self.untold(facts.all(), &[]));
        for document in documents(version) {
            rest.extend(self.untold(vec![(&DOCUMENT, document)], &[]));
        }
        let rest = Rest::new(&rest, self, *from);
        match values.parent_id.map(|parent| self.name(parent, *from)) {
            Some(parent) => told.say(
                format_args!("{name} is established under {parent} on {from}{rest}."),
                format_args!("自{from}起在{parent}之下设立{name}{rest}。"),
            ),
            None => told.say(
                format_args!("{name} is established on {from}{rest}."),
                format_args!("自{from}起设立{name}{rest}。"),
            ),
        }
    }

    /// What changes in an org from a day on. It is a correction if the org had that version before.
    fn changed(
        self,
        id: OrgId,
        before: Option<&OrgVersion>,
        earlier: &OrgVersion,
        after: &OrgVersion,
        told: &mut Summary,
    ) {
        let (from, old, new) = (after.valid_from, earlier.values.as_ref(), after.values.as_ref());
        let mut told_of = Vec::new();
        // Lists are declared with their order each time. Whoever joins or leaves is told by itself.
        if after.declaring_anew(before).is_some() && !self.stand_otherwise(id, from) {
            told_of.push("role_order");
        }
        if before.is_none() && old.name != new.name {
            told_of.push("name");
            let (old, new) = (&old.name, &new.name);
            told.say(
                format_args!("{old} is called {new} from {from} on."),
                format_args!("{old}自{from}起更名为{new}。"),
            );
        }
        let name = self.name(id, from);
        if old.parent_id != new.parent_id {
            told_of.push("parent_id");
            let [old, new] = [old.parent_id, new.parent_id].map(|parent| parent.map(|parent| self.name(parent, from)));
            match (old, new) {
                (Some(old), Some(new)) => told.say(
                    format_args!("{name} stands under {new} instead of {old} from {from} on."),
                    format_args!("{name}自{from}起由隶属{old}改为隶属{new}。"),
                ),
                (None, Some(new)) => told.say(
                    format_args!("{name} stands under {new} from {from} on, and no longer at the top."),
                    format_args!("{name}自{from}起隶属{new}。"),
                ),
                (old, None) => {
                    let old = old.as_ref().map_or("".into(), ToString::to_string);
                    told.say(
                        format_args!("{name} stands at the top from {from} on, and no longer under {old}."),
                        format_args!("{name}自{from}起不再隶属{old}，不再有上级组织。"),
                    );
                }
            }
        }
        self.differ([&name, &name], Some(from), old.differences(new), &told_of, told);
        self.set_and_documents(id, before, earlier, after, told);
    }

    /// What an act sets to the values that hold anyway, and documents that change.
    fn set_and_documents(
        self,
        id: OrgId,
        before: Option<&OrgVersion>,
        earlier: &OrgVersion,
        after: &OrgVersion,
        told: &mut Summary,
    ) {
        let (name, from) = (self.name(id, after.valid_from), after.valid_from);
        let known = before.map(OrgVersion::set).unwrap_or_default();
        let differing = earlier.values.differing(&after.values).into_iter().map(|attribute| attribute.name);
        let newly = after.set().without(known).without(OrgFields::of(differing));
        if let Some(act) = after.declaring_anew(before) {
            let of_that = |other: &VersionAct| other.fields.has("declared") && other.basis == act.basis;
            let is_said = before.is_some_and(|before| before.acts.iter().any(of_that));
            if after.values.kind == OrgKind::LeadingGroup && !is_said {
                told.say(
                    format_args!("All of {name} from {from} on is as declared here."),
                    format_args!("{name}自{from}起的组成以此次公布的名单为准。"),
                );
            }
        // What was not remembered is remembered from now on.
        } else if before.is_none_or(OrgVersion::is_remembered) && !newly.is_empty() {
            let values = of_fields(&after.values, newly);
            let values = Values { teller: self, day: from, values: &values };
            told.say(
                format_args!("It is confirmed for {name} from {from} on: {values}."),
                format_args!("{name}自{from}起下列内容经确认不变：{values}。"),
            );
        }
        self.documents(&name, from, before.map(documents).unwrap_or_default(), documents(after), told);
    }

    /// Whether those who hold posts in an org on a day before and after the act stand in another order.
    fn stand_otherwise(self, id: OrgId, day: Day) -> bool {
        let order = |snapshot: &Snapshot| -> Vec<RoleId> {
            let held = snapshot.org_on(id, day).map(|view| snapshot.roles_listed(&view)).unwrap_or_default();
            held.iter().map(|view| view.role.id()).collect()
        };
        let (old, new) = (order(self.telling.before), order(self.telling.after));
        let stay = |order: &[RoleId], other: &[RoleId]| -> Vec<RoleId> {
            order.iter().filter(|id| other.contains(id)).copied().collect()
        };
        stay(&old, &new) != stay(&new, &old)
    }

    /// Tells which documents of a version go and come.
    fn documents(
        self,
        name: &dyn std::fmt::Display,
        from: Day,
        before: Documents<'_>,
        after: Documents<'_>,
        told: &mut Summary,
    ) {
        let only =
            |ours: &Documents<'_>, theirs: &Documents<'_>| -> bool { ours.iter().any(|own| !theirs.contains(own)) };
        if !only(&before, &after) && !only(&after, &before) {
            return;
        }
        let gone: Vec<&dyn Said> =
            before.iter().filter(|own| !after.contains(own)).map(|own| *own as &dyn Said).collect();
        let new: Vec<&dyn Said> =
            after.iter().filter(|own| !before.contains(own)).map(|own| *own as &dyn Said).collect();
        let (old_text, new_text) = (List(&gone, self, from), List(&new, self, from));
        match (gone.is_empty(), new.is_empty()) {
            (true, _) if new.iter().all(|document| self.is_said_once(*document)) => {}
            (true, _) => told.say(
                format_args!("The change of {name} on {from} rests on {new_text}."),
                format_args!("{name}自{from}起的变更依据{new_text}。"),
            ),
            (false, true) => told.say(
                format_args!("The change of {name} on {from} no longer rests on {old_text}."),
                format_args!("{name}自{from}起的变更不再以{old_text}为依据。"),
            ),
            (false, false) => told.say(
                format_args!("The change of {name} on {from} rests on {new_text} instead of {old_text}."),
                format_args!("{name}自{from}起的变更，依据由{old_text}改为{new_text}。"),
            ),
        }
    }

    /// A version is taken back.
    fn withdrawn(self, id: OrgId, version: &OrgVersion, told: &mut Summary) {
        let Some(org) = self.telling.after.org(id) else { return };
        let (name, from) = (self.name(id, version.valid_from), version.valid_from);
        let mut values = of_fields(&version.values, version.set());
        values.extend(documents(version).into_iter().map(|document| (&DOCUMENT, document as &dyn Said)));
        let values = Rest::new(&values, self, from);
        told.say(
            format_args!("What was set for {name} on {from} is taken back{values}."),
            format_args!("撤回{name}自{from}起的变更{values}。"),
        );
        if let Some(now) = org.on(from) {
            self.differ([&name, &name], Some(from), version.values.differences(&now.values), &[], told);
        }
    }

    /// A version begins on another day.
    fn moved(self, id: OrgId, Move { before, after }: Move<'_>, told: &mut Summary) {
        let (old, new) = (before.valid_from, after.valid_from);
        let name = self.name(id, old.min(new));
        let is_first = self.telling.after.org(id).is_some_and(|org| org.established_on() == new);
        if is_first {
            told.say(
                format_args!("{name} is established on {new} instead of {old}."),
                format_args!("{name}的成立日期由{old}改为{new}。"),
            );
        } else {
            let values = of_fields(&before.values, before.set());
            let values = Rest::new(&values, self, new);
            told.say(
                format_args!("What was set for {name} on {old}{values} begins on {new} instead."),
                format_args!("{name}原自{old}起的变更{values}改自{new}起生效。"),
            );
        }
        self.differ([&name, &name], Some(new), before.values.differences(&after.values), &[], told);
        self.documents(&name, new, documents(before), documents(after), told);
    }
}

/// What a sentence calls the document of a version.
static DOCUMENT: Attribute =
    Attribute { name: "basis", meaning: "The document.", en: "document", zh: "依据", always: false, shown: true };

/// The values of some attributes of a version.
fn of_fields(values: &OrgValues, fields: OrgFields) -> Vec<(&'static Attribute, &dyn Said)> {
    let mut all = values.every();
    all.retain(|(attribute, _)| fields.has(attribute.name));
    all
}

/// The documents of a version, each once.
fn documents(version: &OrgVersion) -> Documents<'_> {
    let mut found = Documents::new();
    for document in version.acts.iter().filter_map(|act| act.basis.as_ref()) {
        if !found.contains(&document) {
            found.push(document);
        }
    }
    found
}
