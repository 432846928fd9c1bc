//! What becomes of the entries of people. The log has no personal values: they are those of the directory before and
//! after, as far as the caller may see them. What the caller may not see is told by its name alone.

use std::fmt::{self, Display, Formatter};

use super::act::Act;
use crate::{
    domain::{Attribute, EffectKind, Name, Person, PersonField, PersonId},
    words::{
        names::Teller,
        summary::Summary,
        values::{Amount, Described, Difference, How, Rest, Said, Value},
    },
};

/// Attributes by their names alone.
struct Named<'n>(&'n [&'static Attribute], bool);

impl Display for Named<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (nth, attribute) in self.0.iter().enumerate() {
            let (between, word) = if self.1 { ("、", attribute.zh) } else { (", ", attribute.en) };
            write!(f, "{}{word}", if nth == 0 { "" } else { between })?;
        }
        Ok(())
    }
}

impl Teller<'_> {
    pub(super) fn entry(
        self,
        id: PersonId,
        what: EffectKind,
        fields: &[PersonField],
        act: &Act<'_>,
        told: &mut Summary,
    ) {
        let name = self.person(id);
        match what {
            EffectKind::Changed if fields.iter().any(|field| field.0 == "erased") => told.say(
                format_args!("Everything personal of this person is erased. The roles remain."),
                format_args!("清除该人员的全部个人信息，保留其任职。"),
            ),
            EffectKind::Created => self.entered(id, fields, told),
            EffectKind::Changed => self.corrected(id, fields, told),
            // It is told first of all.
            EffectKind::Deleted if act.merged.contains_key(&id) => {}
            EffectKind::Deleted => told.say(format_args!("{name} is deleted."), format_args!("删除{name}。")),
        }
    }

    fn entered(self, id: PersonId, fields: &[PersonField], told: &mut Summary) {
        let name = self.person(id);
        let shown = (self.telling.shown)(self.telling.after, id);
        let values = shown.as_ref().map(Described::all).unwrap_or_default();
        let unseen = attributes(fields, |name| !values.iter().any(|(shown, _)| shown.name == name));
        let values = self.untold(values, &["name"]);
        let rest = Rest::new(&values, self, self.telling.day);
        let unseen: Vec<&Attribute> = unseen.into_iter().filter(|attribute| attribute.name != "name").collect();
        if unseen.is_empty() {
            told.say(format_args!("{name} is entered{rest}."), format_args!("录入{name}{rest}。"));
        } else {
            let (en, zh) = (Named(&unseen, false), Named(&unseen, true));
            told.say(
                format_args!("{name} is entered{rest}, with: {en}."),
                format_args!("录入{name}{rest}，并登记{zh}。"),
            );
        }
    }

    fn corrected(self, id: PersonId, fields: &[PersonField], told: &mut Summary) {
        let name = self.person(id);
        let [old, new] = [self.telling.before, self.telling.after].map(|state| (self.telling.shown)(state, id));
        let mut differences = match (&old, &new) {
            (Some(old), Some(new)) => old.differences(new),
            _ => Vec::new(),
        };
        differences.retain(|difference| fields.iter().any(|field| field.0 == difference.attribute.name));
        let shown: Vec<&str> = differences.iter().map(|difference| difference.attribute.name).collect();
        let mut told_of = Vec::new();
        // A name is told to whoever may name the person.
        let names = [self.telling.before, self.telling.after].map(|state| state.person(id));
        if let [Some(old), Some(new)] = names
            && (self.telling.names)(id)
            && old.name() != new.name()
        {
            told_of.push("name");
            let (old, new) = (old.name(), new.name());
            let becomes_former = self.telling.after.person(id).is_some_and(|it| it.person().former_names.contains(old));
            if is_kept(&differences, old, self) {
                told_of.push("former_names");
                told.say(
                    format_args!("{old} is now called {new}. {old} becomes a former name."),
                    format_args!("{old}改名为{new}，{old}记为曾用名。"),
                );
            } else if becomes_former {
                told.say(format_args!("{old} is now called {new}."), format_args!("{old}改名为{new}。"));
            } else {
                told.say(
                    format_args!("The name of {old} is corrected to {new}. {old} does not become a former name."),
                    format_args!("{old}的姓名更正为{new}，原写法不记为曾用名。"),
                );
            }
        }
        let unseen = attributes(fields, |name| !shown.contains(&name) && !told_of.contains(&name));
        self.differ([&name, &name], None, differences, &told_of, told);
        if !unseen.is_empty() {
            let (en, zh) = (Named(&unseen, false), Named(&unseen, true));
            told.say(format_args!("The entry of {name} changes: {en}."), format_args!("修改{name}的{zh}。"));
        }
    }

    /// Two entries of one person become one.
    pub(super) fn merged(self, gone: PersonId, into: PersonId, told: &mut Summary) {
        let (dropped, kept) = (Entry(gone, self), Entry(into, self));
        told.say(
            format_args!("The entry of {dropped} is merged into that of {kept}, which stays."),
            format_args!("{dropped}的条目并入{kept}的条目，保留后者。"),
        );
        let [Some(gone_whole), Some(stays)] = [self.telling.before.person(gone), self.telling.after.person(into)]
            .map(|person| person.map(|it| it.person()))
        else {
            return;
        };
        let shown = (self.telling.shown)(self.telling.before, gone);
        let shown = shown.as_ref().map(Described::all).unwrap_or_default();
        let mut unseen = Vec::new();
        for attribute in lost(&gone_whole, &stays) {
            match shown.iter().find(|(shown, _)| shown.name == attribute.name) {
                Some((_, value)) => {
                    let value = Value(*value, self, self.telling.day);
                    told.say(
                        format_args!("Not kept of the merged entry: {} {value}.", attribute.en),
                        format_args!("被并入条目的{}{value}不予保留。", attribute.zh),
                    );
                }
                None => unseen.push(attribute),
            }
        }
        if !unseen.is_empty() {
            let (en, zh) = (Named(&unseen, false), Named(&unseen, true));
            told.say(format_args!("Not kept of the merged entry: {en}."), format_args!("被并入条目的{zh}不予保留。"));
        }
    }
}

/// Whether the old name is all that the former names gain, as far as the caller sees them.
fn is_kept(differences: &[Difference<'_>], old: &Name, teller: Teller<'_>) -> bool {
    differences.iter().any(|difference| match &difference.how {
        How::Items(gone, new, _) if difference.attribute.name == "former_names" => {
            let said = |value: &&dyn Said| Value(*value, teller, teller.telling.day).to_string();
            gone.is_empty() && new.len() == 1 && new.iter().all(|value| said(value) == old.as_str())
        }
        _ => false,
    })
}

/// The attributes of which the log names the fields.
fn attributes(fields: &[PersonField], which: impl Fn(&str) -> bool) -> Vec<&'static Attribute> {
    let named = Person::ATTRIBUTES.iter().filter(|attribute| fields.iter().any(|field| field.0 == attribute.name));
    named.filter(|attribute| which(attribute.name)).collect()
}

/// The attributes of an entry that are not kept in the one that it becomes part of.
fn lost(gone: &Person, stays: &Person) -> Vec<&'static Attribute> {
    let differences = gone.differences(stays);
    let lost = differences.into_iter().filter(|difference| match &difference.how {
        // The name of an entry that goes is kept as a former name.
        How::Value(..) if difference.attribute.name == "name" => !stays.former_names.contains(&gone.name),
        // A number that is kept as an external identifier is still found.
        How::Value(..)
            if difference.attribute.name == "staff_no"
                && gone
                    .staff_no
                    .as_ref()
                    .is_some_and(|own| stays.external_ids.iter().any(|id| id.value.as_str() == own.as_str())) =>
        {
            false
        }
        How::Value(old, _) => old.amount() == Amount::Something,
        How::Items(gone, ..) => !gone.is_empty(),
    });
    lost.map(|difference| difference.attribute).collect()
}

/// A person with their staff number, if the caller sees it: two entries of one person often have the same name.
struct Entry<'s>(PersonId, Teller<'s>);

impl Display for Entry<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(id, teller) = self;
        teller.person(*id).fmt(f)?;
        let states = [teller.telling.after, teller.telling.before];
        let shown = states.into_iter().find_map(|state| (teller.telling.shown)(state, *id));
        match (shown.and_then(|person| person.staff_no), teller.is_chinese()) {
            (None, _) => Ok(()),
            (Some(number), true) => write!(f, "（工号{number}）"),
            (Some(number), false) => write!(f, " (staff number {number})"),
        }
    }
}
