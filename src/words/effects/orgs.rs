//! What becomes of orgs and of their versions.

use std::collections::{BTreeMap, BTreeSet};

use super::act::{Act, Move};
use crate::{
    directory::Snapshot,
    domain::{
        Attribute, Basis, Day, Declared, MemberCountSeries, MemberCounts, OrgFacts, OrgFields, OrgId, OrgKind,
        OrgValues, OrgVersion, RoleId,
    },
    words::{
        names::Teller,
        summary::Summary,
        values::{Amount, Described, Difference, How, Rest, Said, Value, Values, members},
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
        let mut told_of = vec!["dissolved_on", "member_counts"];
        if before.dissolved_on != after.dissolved_on {
            told_of.push("end_basis");
            if before.dissolved_on.is_none() && before.successor_ids.is_empty() {
                told_of.push("successor_ids");
            }
            self.org_ends(id, before, after, told);
        }
        self.counts(id, before, after, told);
        self.differ([&name, &name], None, before.differences(after), &told_of, told);
    }

    /// Tells of the end of an org, with its document, and with its successors where it has had none.
    fn org_ends(self, id: OrgId, before: &OrgFacts, after: &OrgFacts, told: &mut Summary) {
        let name = self.name(id, self.telling.day);
        let document = self.end_document(OrgFacts::ATTRIBUTES, [&before.end_basis, &after.end_basis]);
        match (before.dissolved_on, after.dissolved_on) {
            (None, Some(on)) if before.successor_ids.is_empty() && !after.successor_ids.is_empty() => {
                let successors = Value(&after.successor_ids, self, on);
                told.say(
                    format_args!("{name} ends on {on}{document}. Its successors: {successors}."),
                    format_args!("{name}自{on}起撤销，由{successors}承继{document}。"),
                );
            }
            (None, Some(on)) => {
                told.say(format_args!("{name} ends on {on}{document}."), format_args!("{name}自{on}起撤销{document}。"))
            }
            (Some(old), Some(new)) if old < new => told.say(
                format_args!("The end of {name} is put off from {old} to {new}{document}."),
                format_args!("{name}的撤销日期由{old}延至{new}{document}。"),
            ),
            (Some(old), Some(new)) => told.say(
                format_args!("The end of {name} is brought forward from {old} to {new}{document}."),
                format_args!("{name}的撤销日期由{old}提前到{new}{document}。"),
            ),
            (Some(old), None) if old > self.telling.day => told.say(
                format_args!("The end of {name} on {old} is called off{document}."),
                format_args!("取消{name}自{old}起撤销的安排{document}。"),
            ),
            (Some(old), None) => told.say(
                format_args!("{name} no longer ends on {old}{document}."),
                format_args!("恢复{name}，不再自{old}起撤销{document}。"),
            ),
            (None, None) => {}
        }
    }

    /// Tells of the counts of members: each is of its day.
    fn counts(self, id: OrgId, before: &OrgFacts, after: &OrgFacts, told: &mut Summary) {
        let all = |facts: &OrgFacts| -> BTreeMap<Day, MemberCounts> {
            let counts = facts.member_counts.iter().flat_map(MemberCountSeries::all);
            counts.map(|counts| (counts.counted_on, *counts)).collect()
        };
        let (old, new) = (all(before), all(after));
        let days: BTreeSet<Day> = old.keys().chain(new.keys()).copied().collect();
        for day in days {
            let name = self.name(id, day);
            let said = |counts: &MemberCounts| members(counts, self);
            let [was, is] = [&old, &new].map(|all| all.get(&day).map(said));
            match (was, is) {
                (None, Some(is)) => told.say(
                    format_args!("Counted in {name} on {day}: {is}."),
                    format_args!("登记{name}{day}的党员统计：{is}。"),
                ),
                (Some(was), Some(is)) if was != is => told.say(
                    format_args!("Counted in {name} on {day}: {is} instead of {was}."),
                    format_args!("{name}{day}的党员统计由{was}改为{is}。"),
                ),
                (Some(was), None) => told.say(
                    format_args!("What was counted in {name} on {day} is deleted: {was}."),
                    format_args!("删除{name}{day}的党员统计（{was}）。"),
                ),
                _ => {}
            }
        }
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
        for document in version.documents() {
            rest.extend(self.untold(vec![(&DOCUMENT, document)], &[]));
        }
        let rest = Rest::new(&rest, self, *from);
        match values.parent_id.map(|parent| self.name(parent, *from)) {
            Some(parent) => told.say(
                format_args!("{name} is established under {parent} on {from}{rest}."),
                format_args!("自{from}起设立{name}，隶属{parent}{rest}。"),
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
        // What a later version only carries on is told of the version that sets it.
        let is_carried = |attribute: &str| {
            let carries = |version: &OrgVersion| version.is_remembered() && !version.set().has(attribute);
            before.is_some_and(carries) && carries(after)
        };
        let mut told_of: Vec<&str> =
            OrgValues::ATTRIBUTES.iter().map(|attribute| attribute.name).filter(|name| is_carried(name)).collect();
        // Lists are declared with their order each time. Whoever joins or leaves is told by itself.
        if after.declaring_anew(before).is_some() && !self.stand_otherwise(id, from) {
            told_of.push("role_order");
        }
        if old.name != new.name && !told_of.contains(&"name") {
            told_of.push("name");
            let is_corrected = before.is_some_and(|version| !version.is_remembered() || version.set().has("name"));
            let (old, new) = (&old.name, &new.name);
            if is_corrected {
                told.say(
                    format_args!("The name {old} is corrected to {new} from {from} on."),
                    format_args!("{old}的名称自{from}起更正为{new}。"),
                );
            } else {
                told.say(
                    format_args!("{old} is called {new} from {from} on."),
                    format_args!("{old}自{from}起更名为{new}。"),
                );
            }
        }
        let name = self.name(id, from);
        if old.parent_id != new.parent_id && !told_of.contains(&"parent_id") {
            told_of.push("parent_id");
            // Whoever moves has a place among others, which is nothing that changes.
            let mut place = of_fields(new, OrgFields::of(["order"]));
            place.retain(|_| before.is_none() && after.set().has("order"));
            if !place.is_empty() {
                told_of.push("order");
            }
            let place = Rest::new(&place, self, from);
            let [old, new] = [old.parent_id, new.parent_id].map(|parent| parent.map(|parent| self.name(parent, from)));
            match (old, new) {
                (Some(old), Some(new)) => told.say(
                    format_args!("{name} stands under {new} instead of {old} from {from} on{place}."),
                    format_args!("{name}自{from}起由隶属{old}改为隶属{new}{place}。"),
                ),
                (None, Some(new)) => told.say(
                    format_args!("{name} stands under {new} from {from} on, and no longer at the top{place}."),
                    format_args!("{name}自{from}起隶属{new}{place}。"),
                ),
                (old, None) => {
                    let old = old.as_ref().map_or("".into(), ToString::to_string);
                    told.say(
                        format_args!("{name} stands at the top from {from} on, and no longer under {old}{place}."),
                        format_args!("{name}自{from}起不再隶属{old}，不再有上级组织{place}。"),
                    );
                }
            }
        }
        self.differ([&name, &name], Some(from), old.differences(new), &told_of, told);
        self.set_and_documents(id, before, earlier, after, &told_of, told);
    }

    /// What an act sets to the values that hold anyway, and documents that change.
    fn set_and_documents(
        self,
        id: OrgId,
        before: Option<&OrgVersion>,
        earlier: &OrgVersion,
        after: &OrgVersion,
        told_of: &[&'static str],
        told: &mut Summary,
    ) {
        let (name, from) = (self.name(id, after.valid_from), after.valid_from);
        let known = before.map(OrgVersion::set).unwrap_or_default();
        let differing = earlier.values.differing(&after.values).into_iter().map(|attribute| attribute.name);
        let newly =
            after.set().without(known).without(OrgFields::of(differing)).without(OrgFields::of(told_of.to_vec()));
        if after.declaring_anew(before).is_some() {
            let declared = |version: &OrgVersion| {
                let declared = version.values.declared.as_ref();
                // The end of the group is told with it.
                declared.map(|declared| Declared { acts: Vec::new(), valid_until: None, ..declared.clone() })
            };
            let is_said = before.is_some_and(|before| declared(before) == declared(after));
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
        self.documents(id, from, before.map(OrgVersion::documents).unwrap_or_default(), after.documents(), told);
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
    fn documents(self, id: OrgId, from: Day, before: Documents<'_>, after: Documents<'_>, told: &mut Summary) {
        let only = |ours: &Documents<'_>, theirs: &Documents<'_>| -> Vec<String> {
            let own = ours.iter().filter(|own| !theirs.contains(own));
            own.map(|own| Value(*own, self, from).to_string()).collect()
        };
        let (gone, new) = (only(&before, &after), only(&after, &before));
        let is_first = self.telling.after.org(id).is_some_and(|org| org.established_on() == from);
        let name = self.name(id, from);
        let (en, zh) = if is_first {
            (format!("the establishment of {name}"), format!("{name}的成立"))
        } else {
            (format!("the change of {name} on {from}"), format!("{name}自{from}起的变更"))
        };
        let [en_new, en_old] = [&new, &gone].map(|all| all.join(", "));
        let [zh_new, zh_old] = [&new, &gone].map(|all| all.join("、"));
        let is_said = after.iter().filter(|own| !before.contains(own)).all(|document| self.is_said_once(*document));
        match (gone.is_empty(), new.is_empty()) {
            (true, _) if is_said => {}
            (false, false) if is_said && self.replaced.is_some() => {
                told.say(format_args!("The document of {en} is corrected with it."), format_args!("{zh}依据一并更正。"))
            }
            (true, _) => told.say(format_args!("{en} rests on {en_new}."), format_args!("{zh}依据{zh_new}。")),
            (false, true) => {
                told.say(format_args!("{en} no longer rests on {en_old}."), format_args!("{zh}不再以{zh_old}为依据。"))
            }
            (false, false) => told.say(
                format_args!("{en} rests on {en_new} instead of {en_old}."),
                format_args!("{zh}，依据由{zh_old}改为{zh_new}。"),
            ),
        }
    }

    /// A version is taken back: what it set, and what holds instead.
    fn withdrawn(self, id: OrgId, version: &OrgVersion, told: &mut Summary) {
        let Some(org) = self.telling.after.org(id) else { return };
        let (name, from) = (self.name(id, version.valid_from), version.valid_from);
        let now = org.on(from);
        let mut values = set_in(version, now);
        let declares = version.declaring().is_some();
        if declares && values.is_empty() && version.values.kind != OrgKind::LeadingGroup {
            return;
        }
        values.extend(version.documents().into_iter().map(|document| (&DOCUMENT, document as &dyn Said)));
        let values = Rest::new(&values, self, from);
        if declares {
            told.say(
                format_args!("What was declared for {name} from {from} on is taken back{values}."),
                format_args!("撤回{name}自{from}起公布的内容{values}。"),
            );
        } else {
            told.say(
                format_args!("What was set for {name} on {from} is taken back{values}."),
                format_args!("撤回{name}自{from}起的变更{values}。"),
            );
        }
        for Difference { attribute, how } in now.iter().flat_map(|now| version.values.differences(&now.values)) {
            let (in_en, in_zh) = (attribute.en, attribute.zh);
            let (How::Value(_, now) | How::Items(.., now)) = how;
            let value = Value(now, self, from);
            match now.amount() {
                Amount::So => told.say(
                    format_args!("{name} remains a {in_en} from {from} on."),
                    format_args!("{name}自{from}起仍为{in_zh}。"),
                ),
                Amount::NotSo => told.say(
                    format_args!("{name} remains no {in_en} from {from} on."),
                    format_args!("{name}自{from}起仍不是{in_zh}。"),
                ),
                Amount::Nothing | Amount::Something => told.say(
                    format_args!("The {in_en} of {name} from {from} on is as before: {value}."),
                    format_args!("{name}的{in_zh}自{from}起仍为{value}。"),
                ),
            }
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
            let earlier = self
                .telling
                .before
                .org(id)
                .and_then(|org| org.versions.iter().take_while(|version| version.valid_from < old).last());
            let values = set_in(before, earlier);
            let declares = before.declaring().is_some();
            if !declares || !values.is_empty() || before.values.kind == OrgKind::LeadingGroup {
                let values = Rest::new(&values, self, new);
                told.say(
                    format_args!("What was set for {name} on {old}{values} begins on {new} instead."),
                    format_args!("{name}原自{old}起的变更{values}改自{new}起生效。"),
                );
            }
        }
        self.differ([&name, &name], Some(new), before.values.differences(&after.values), &[], told);
        self.documents(id, new, before.documents(), after.documents(), told);
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

/// What acts set in a version. A declaration says all of an org each time: of that only what differs from `other`.
fn set_in<'v>(version: &'v OrgVersion, other: Option<&OrgVersion>) -> Vec<(&'static Attribute, &'v dyn Said)> {
    let mut values = of_fields(&version.values, version.set());
    if version.declaring().is_some() {
        let differing = other.map(|other| version.values.differing(&other.values));
        let differs = |name| differing.as_ref().is_none_or(|all| all.iter().any(|other| other.name == name));
        values.retain(|(attribute, _)| differs(attribute.name));
    }
    values
}
