//! Who sits in a seat 席位 (docs/DOMAIN.md §2). A seat is resolved in exactly one step.

use super::{
    snapshot::{OrgSlot, PackedHolder, PersonRow, PostAt, RoleRow, Snapshot},
    views::{BySeat, OrgView, RoleView},
};
use crate::domain::{Day, Holder, Period, PersonId, Post, Unfilled};

/// The holder of a role on a day.
#[derive(Debug, Clone, Copy)]
pub enum HolderView<'s> {
    /// A person.
    Person(PersonRow<'s>),
    /// A unit.
    Unit(OrgView<'s>),
    /// A seat.
    Seat {
        /// The org that the seat points at.
        org: OrgView<'s>,
        /// The post that the seat points at.
        post: &'s Post,
        /// The reason why nobody sits there, if nobody does.
        unfilled: Option<Unfilled>,
    },
}

impl Snapshot {
    /// The roles by which people hold `view`'s post on its day, in official order: the role itself, or for a seat
    /// the roles of the post that it points at.
    pub fn sitters<'s>(&'s self, view: &RoleView<'s>) -> impl Iterator<Item = RoleRow<'s>> + use<'s> {
        let (direct, seated) = match view.role.packed_holder() {
            PackedHolder::Person(_) => (Some(view.role), Vec::new()),
            PackedHolder::Unit(_) => (None, Vec::new()),
            PackedHolder::Seat(org, post) => (None, self.sitting(self.org_slot_at(org), post, view.day)),
        };
        direct.into_iter().chain(seated)
    }

    fn sitting<'s>(&'s self, org: &'s OrgSlot, post: PostAt, day: Day) -> Vec<RoleRow<'s>> {
        let mut sitting: Vec<_> = self.filling(org, post).filter(|role| role.period().contains(day)).collect();
        let view = Self::view(org, day);
        sitting.sort_by_cached_key(|role| {
            let order = view.map_or(role.order(), |view| view.place_of(role));
            (order, role.valid_from(), role.id())
        });
        sitting
    }

    /// Every role by which a person sat, sits or will sit in a seat.
    fn filling<'s>(&'s self, org: &'s OrgSlot, post: PostAt) -> impl Iterator<Item = RoleRow<'s>> + use<'s> {
        let roles = self.roles_of(Some(org.roles())).filter(move |role| role.post_at() == post);
        roles.filter(|role| matches!(role.packed_holder(), PackedHolder::Person(_)))
    }

    /// The holder of a role on the day of its view. `None` only if the holder is missing, which a consistent
    /// directory excludes.
    pub fn holder_of<'s>(&'s self, view: &RoleView<'s>) -> Option<HolderView<'s>> {
        Some(match view.role.packed_holder() {
            PackedHolder::Person(at) => HolderView::Person(self.person_at(at)?),
            PackedHolder::Unit(at) => HolderView::Unit(Self::view(self.org_slot_at(at), view.day)?),
            PackedHolder::Seat(at, post) => HolderView::Seat {
                org: Self::view(self.org_slot_at(at), view.day)?,
                post: self.post_at(post)?,
                unfilled: self.unfilled(self.org_slot_at(at), post, view.day),
            },
        })
    }

    fn unfilled(&self, org: &OrgSlot, post: PostAt, day: Day) -> Option<Unfilled> {
        let lives = org.life().is_some_and(|life| life.contains(day));
        let roles = self.roles_of(Some(org.roles()));
        let mut held = roles.filter(|role| role.post_at() == post && role.period().contains(day)).peekable();
        if held.peek().is_none() {
            Some(if lives { Unfilled::Vacant } else { Unfilled::NotAlive })
        } else if held.any(|role| matches!(role.packed_holder(), PackedHolder::Person(_))) {
            None
        } else {
            Some(Unfilled::Indirect)
        }
    }

    /// All roles that a person held, holds or will hold by seats.
    pub(super) fn held_by_seat(&self, person: PersonId) -> impl Iterator<Item = BySeat<'_>> {
        self.roles_held(&Holder::Person(person)).flat_map(|through| {
            let seats = through.org_slot().ties().map(|ties| &ties.seats);
            let here = move |role: &RoleRow<'_>| {
                matches!(role.packed_holder(), PackedHolder::Seat(_, post) if post == through.post_at())
            };
            self.roles_of(seats).filter(here).filter_map(move |role| {
                let period = role.period().and(through.period())?;
                Some(BySeat { role, through, period })
            })
        })
    }

    /// The periods in which people or units hold the post of `role`; for a seat, only while somebody sits in it.
    pub(super) fn filled(&self, role: &RoleRow<'_>) -> Vec<Period> {
        let period = role.period();
        match role.packed_holder() {
            PackedHolder::Person(_) | PackedHolder::Unit(_) => vec![period],
            PackedHolder::Seat(org, post) => {
                let filling = self.filling(self.org_slot_at(org), post);
                filling.filter_map(|through| through.period().and(period)).collect()
            }
        }
    }
}
