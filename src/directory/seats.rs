//! Who sits where a seat 席位 points to (docs/DOMAIN.md §2): exactly one step.

use super::snapshot::Snapshot;
use crate::domain::{Day, Holder, Period, PersonId, Role, Seat};

/// Why nobody sits in a seat on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfilled {
    /// Nobody holds the post.
    Vacant,
    /// The body does not live on that day.
    NotAlive,
    /// A unit or another seat holds the post: a seat reaches no further.
    Indirect,
}

/// A role that a person holds by a seat, while the person holds the post that the seat points at.
#[derive(Debug, Clone, Copy)]
pub struct BySeat<'s> {
    /// The role that the seat holds.
    pub role: &'s Role,
    /// The role by which the person sits there.
    pub through: &'s Role,
    /// For how long both are held.
    pub period: Period,
}

impl Snapshot {
    /// The roles by which persons sit in a seat on a day, as officially listed.
    pub fn sitting(&self, seat: &Seat, day: Day) -> Vec<&Role> {
        let mut sitting: Vec<&Role> = self.filling(seat).filter(|role| role.facts.period().contains(day)).collect();
        sitting.sort_by_key(|role| (role.facts.order, role.facts.valid_from, role.id));
        sitting
    }

    /// Every role by which a person sat, sits or will sit in a seat.
    pub(super) fn filling<'s, 't>(&'s self, seat: &'t Seat) -> impl Iterator<Item = &'s Role> + use<'s, 't> {
        let direct = |role: &&Role| matches!(role.facts.holder, Holder::Person(_));
        self.roles_in(seat.org_id).filter(|role| role.facts.post == seat.post).filter(direct)
    }

    /// Why nobody sits in a seat on a day; nothing where somebody does.
    pub fn unfilled(&self, seat: &Seat, day: Day) -> Option<Unfilled> {
        if !self.sitting(seat, day).is_empty() {
            return None;
        }
        let lives = self.org(seat.org_id).is_some_and(|org| org.life().contains(day));
        let mut roles = self.roles_in(seat.org_id).filter(|role| role.facts.post == seat.post);
        Some(if !lives {
            Unfilled::NotAlive
        } else if roles.any(|role| role.facts.period().contains(day)) {
            Unfilled::Indirect
        } else {
            Unfilled::Vacant
        })
    }

    /// What a person held, holds or will hold by seats.
    pub(super) fn held_by_seat(&self, person: PersonId) -> impl Iterator<Item = BySeat<'_>> {
        self.roles_held(&Holder::Person(person)).flat_map(|through| {
            let seat = Seat { org_id: through.facts.org_id, post: through.facts.post.clone() };
            self.roles_held(&Holder::Seat(seat)).filter_map(move |role| {
                let period = role.facts.period().and(through.facts.period())?;
                Some(BySeat { role, through, period })
            })
        })
    }

    /// When persons or units hold what `role` gives: of a seat, only while somebody sits in it.
    pub(super) fn filled(&self, role: &Role) -> Vec<Period> {
        let period = role.facts.period();
        match &role.facts.holder {
            Holder::Person(_) | Holder::Unit(_) => vec![period],
            Holder::Seat(seat) => self.filling(seat).filter_map(|through| through.facts.period().and(period)).collect(),
        }
    }
}
