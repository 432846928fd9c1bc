//! How a role gets into an answer by the shortest way. The bytes are those of a [`RoleBody`].

use super::RoleBody;
use crate::{
    directory::{HeldPerson, RoleView, Snapshot},
    domain::{Basis, Day, Digits},
    http::kit::{
        json::{PlainId, PlainText, Shown, Unwritable, write_members},
        kept::Lasting,
    },
};

/// A role, to be shown. What it shows of others is found before anything is written: of the roles of a page one
/// after another, so that the processor waits for the memory of several at once.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct ShownRole<'s> {
    directory: &'s Snapshot,
    view: RoleView<'s>,
    /// The person who holds it, where that is not by a seat.
    person: Option<HeldPerson<'s>>,
    org_name: &'s str,
    basis: Option<&'s Basis>,
}

impl<'s> ShownRole<'s> {
    pub(in crate::http) fn new(directory: &'s Snapshot, view: &RoleView<'s>) -> Self {
        let person = view.role.person().filter(|_| view.by_seat.is_none());
        Self { directory, view: *view, person, org_name: view.org.values().name.as_str(), basis: view.role.basis() }
    }
}

impl Lasting for ShownRole<'_> {
    /// What a unit or a seat holds shows more than the role, its org, its post and a person.
    fn lasts(&self) -> bool {
        self.view.role.person().is_some()
    }
}

fn day(day: Day) -> PlainText<Digits> {
    PlainText(Digits::of_day(day))
}

impl Shown for ShownRole<'_> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        let Self { directory, view, person, org_name, basis } = self;
        let Some(person) = person else {
            return RoleBody::new(directory, view).write(out);
        };
        let (role, period) = (&view.role, view.role.period());
        write_members!(out, "{\"id\":" => &PlainId(role.id().0), ",\"org\":{\"id\":" => &PlainId(view.org.id().0));
        write_members!(out, ",\"name\":" => *org_name, ",\"kind\":" => &view.org.kind());
        if let Some(tier) = directory.tier_of(&view.org) {
            write_members!(out, ",\"tier\":" => &tier);
        }
        out.push(b'}');
        write_members!(out, ",\"post\":{\"code\":" => view.post.code.as_str(), ",\"name\":" => &view.post.name);
        if let Some(name_en) = &view.post.name_en {
            write_members!(out, ",\"name_en\":" => name_en);
        }
        write_members!(out, "},\"holder\":{\"type\":\"person\",\"id\":" => &PlainId(person.id().0));
        let begin = out.len();
        write_members!(out, ",\"name\":" => person.name());
        let end = out.len();
        write_members!(out, "},\"people\":[{\"id\":" => &PlainId(person.id().0));
        out.extend_from_within(begin..end);
        write_members!(out, "}],\"order\":" => &role.order());
        if role.is_acting() {
            write_members!(out, ",\"acting\":" => &true);
        }
        write_members!(out, ",\"status\":" => &view.status, ",\"valid_from\":" => &day(period.from()));
        if let Some(until) = period.until() {
            write_members!(out, ",\"valid_until\":" => &day(until));
        }
        if let Some(basis) = basis {
            write_members!(out, ",\"basis\":" => *basis);
        }
        if let Some(basis) = role.end_basis() {
            write_members!(out, ",\"end_basis\":" => basis);
        }
        write_members!(out, ",\"revision\":" => &role.revision(), ",\"updated_at\":" => &PlainText(Digits::of_instant(role.updated_at())));
        out.push(b'}');
        Ok(())
    }
}
