//! How a role gets into an answer by the shortest way. The bytes are those of a [`RoleBody`].

use super::RoleBody;
use crate::{
    directory::{HolderView, RoleView, Snapshot},
    domain::Written,
    http::{
        json::{Shown, Unwritable, write_members},
        orgs::OrgRef,
    },
};

/// A role, to be shown.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct ShownRole<'s> {
    directory: &'s Snapshot,
    view: RoleView<'s>,
}

impl<'s> ShownRole<'s> {
    pub(in crate::http) fn new(directory: &'s Snapshot, view: &RoleView<'s>) -> Self {
        Self { directory, view: *view }
    }
}

impl Shown for ShownRole<'_> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        let Self { directory, view } = self;
        let Some(HolderView::Person(person)) = directory.holder_of(view).filter(|_| view.by_seat.is_none()) else {
            return RoleBody::new(directory, view).write(out);
        };
        let (role, period) = (&view.role, view.role.period());
        write_members!(out, "{\"id\":" => &role.id(), ",\"org\":" => &OrgRef::new(directory, &view.org));
        write_members!(out, ",\"post\":{\"code\":" => view.post.code.as_str(), ",\"name\":" => &view.post.name);
        if let Some(name_en) = &view.post.name_en {
            write_members!(out, ",\"name_en\":" => name_en);
        }
        write_members!(out, "},\"holder\":{\"type\":\"person\",\"id\":" => &person.id());
        let begin = out.len();
        write_members!(out, ",\"name\":" => person.name());
        let end = out.len();
        write_members!(out, "},\"people\":[{\"id\":" => &person.id());
        out.extend_from_within(begin..end);
        write_members!(out, "}],\"order\":" => &role.order());
        if role.is_acting() {
            write_members!(out, ",\"acting\":" => &true);
        }
        write_members!(out, ",\"status\":" => &view.status, ",\"valid_from\":" => &period.from());
        if let Some(until) = period.until() {
            write_members!(out, ",\"valid_until\":" => &until);
        }
        if let Some(basis) = role.basis() {
            write_members!(out, ",\"basis\":" => basis);
        }
        if let Some(basis) = role.end_basis() {
            write_members!(out, ",\"end_basis\":" => basis);
        }
        write_members!(out, ",\"revision\":" => &role.revision(), ",\"updated_at\":" => &Written(role.updated_at()));
        out.push(b'}');
        Ok(())
    }
}
