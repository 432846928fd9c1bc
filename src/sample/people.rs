//! Chooses who sits on which chair, and for how long.

use super::{
    campus::{Campus, OrgIx, Tenure, clash},
    names, reference_day,
    words::{day, email, name, text},
};
use crate::{
    domain::{Day, Period},
    record::PersonRecord,
};

/// The people for a chair, and how they come and go.
#[derive(Debug, Clone, Copy)]
pub(super) enum Who {
    /// Staff of a pool: elected for terms; they often hold other posts already.
    Staff {
        pool: usize,
        /// The percentage of chairs that change hands at the end of a term.
        turnover: usize,
        /// The percentage of newcomers who already hold another post.
        known: usize,
    },
    /// Students, who leave with their degree.
    Student,
    /// Retired staff, who stay as long as they can.
    Retired,
}

/// An org's chairs, and who sat on each.
pub(super) type Team = Vec<Vec<Tenure>>;

impl Campus {
    /// The days on which the org holds elections: about every `years`.
    pub(super) fn terms(&mut self, ix: OrgIx, years: i32) -> Vec<Day> {
        let life = self.life(ix);
        // The records begin in 2015, with those who were in office then.
        let mut on = life.from().max(day(2012, 9, 1).plus(self.rng.between(0, 850)));
        let mut terms = Vec::new();
        while on <= day(2027, 7, 1).max(life.from()) && life.contains(on) {
            terms.push(on);
            on = on.plus(years * 365 + self.rng.between(-30, 130));
        }
        terms
    }

    /// Fills `chairs` chairs of an org. The first is the head's. It may be vacant for a while, or the second acts.
    pub(super) fn team(&mut self, ix: OrgIx, terms: &[Day], chairs: &[Who]) -> Team {
        let mut team = self.seats(ix, terms, chairs, Vec::new());
        if let Some((head, others)) = team.split_first_mut() {
            self.vacate(head, others.first());
        }
        team
    }

    /// Fills `chairs` chairs of an org, in addition to the `taken` ones.
    pub(super) fn seats(&mut self, ix: OrgIx, terms: &[Day], chairs: &[Who], mut taken: Vec<Tenure>) -> Team {
        let life = self.life(ix);
        let mut team = Team::with_capacity(chairs.len());
        for who in chairs {
            let chair = self.chair(life, terms, *who, &taken);
            taken.extend(&chair);
            team.push(chair);
        }
        team
    }

    /// The people who sit on one chair in turn, none of them on a `taken` chair at that time.
    pub(super) fn chair(&mut self, life: Period, terms: &[Day], who: Who, taken: &[Tenure]) -> Vec<Tenure> {
        let mut chair: Vec<Tenure> = Vec::new();
        let Some(mut from) = terms.first().copied() else { return chair };
        loop {
            let until = self.leaves(from, terms, who);
            let Some(period) = Period::new(from, until).and_then(|period| period.and(life)) else { return chair };
            let before = chair.last().map(|tenure| tenure.person);
            chair.push(Tenure { person: self.choose(who, period, taken, before), period, acting: false });
            match until {
                Some(until) => from = until,
                None => return chair,
            }
        }
    }

    /// The day on which somebody who begins on `from` leaves the chair.
    fn leaves(&mut self, from: Day, terms: &[Day], who: Who) -> Option<Day> {
        let turnover = match who {
            Who::Student => {
                let until = from.plus(self.rng.between(650, 1150));
                return (until <= reference_day() || self.rng.chance(4)).then_some(until);
            }
            Who::Retired => 22,
            Who::Staff { turnover, .. } => turnover,
        };
        for term in terms.iter().copied().filter(|term| *term > from.plus(150)) {
            if term > reference_day() {
                if self.rng.chance(5) {
                    return Some(term);
                }
            } else if self.rng.chance(turnover) {
                let early = if self.rng.chance(25) { self.rng.between(30, 500) } else { 0 };
                return Some(term.plus(-early)).filter(|until| *until > from.plus(90)).or(Some(term));
            }
        }
        None
    }

    /// Somebody for a chair who sits on none of the `taken` chairs at that time.
    fn choose(&mut self, who: Who, period: Period, taken: &[Tenure], before: Option<usize>) -> usize {
        const TRIES: usize = 4;
        if let Who::Staff { pool, known, .. } = who
            && self.rng.chance(known)
        {
            for _ in 0..TRIES {
                let candidates = self.pools.get(pool).map(Vec::as_slice).unwrap_or_default();
                let Some(person) = candidates.get(self.rng.below(candidates.len())).copied() else { break };
                let tenure = Tenure { person, period, acting: false };
                if before != Some(person) && !taken.iter().any(|other| clash(&tenure, other)) {
                    return person;
                }
            }
        }
        let person = self.enrol(who, period.from());
        if let Who::Staff { pool, .. } = who
            && let Some(pool) = self.pools.get_mut(pool)
        {
            pool.push(person);
        }
        person
    }

    /// Adds a person to the records.
    pub(super) fn enrol(&mut self, who: Who, on: Day) -> usize {
        let nth = self.people.len();
        // The id is of the first day in office, and at least 30 days older than the reference day.
        let on = on.min(reference_day().plus(-30));
        let number = self.number + 1;
        let mut person = PersonRecord {
            id: self.person_id(on),
            name: name(&names::person(&mut self.rng)),
            name_en: None,
            former_names: Vec::new(),
            staff_no: None,
            email: None,
            phone: None,
            external_ids: Vec::new(),
            erased: false,
        };
        if let Who::Student = who {
            let number = format!("{number:04}{nth:06}");
            if self.rng.chance(50) {
                person.email = Some(email(&format!("s{number}@example.edu.cn")));
            }
            person.external_ids.push(self.external("student_no", &number));
        } else {
            let number = format!("{number:04}{nth:05}");
            if self.rng.chance(75) {
                person.email = Some(email(&format!("t{number}@example.edu.cn")));
            }
            if self.rng.chance(40) {
                // No area has the prefix 000.
                person.phone = Some(text(&format!("000-{:08}", self.rng.below(100_000_000))));
            }
            if self.rng.chance(60) {
                person.external_ids.push(self.oa('p', nth));
            }
            if self.rng.chance(1) {
                let former = name(&names::person(&mut self.rng));
                person.former_names.extend((former != person.name).then_some(former));
            }
            person.staff_no = Some(text(&number));
        }
        self.people.push(person);
        nth
    }

    /// Makes the head's post vacant for some periods; in some of them a deputy acts.
    fn vacate(&mut self, head: &mut Vec<Tenure>, deputies: Option<&Vec<Tenure>>) {
        let mut filled: Vec<Tenure> = Vec::with_capacity(head.len());
        let mut rest = std::mem::take(head).into_iter().peekable();
        while let Some(tenure) = rest.next() {
            filled.push(tenure);
            let Some(until) = tenure.period.until() else { continue };
            let Some(next) = rest.peek_mut() else { continue };
            let gap = if self.rng.chance(25) { self.rng.between(15, 160) } else { 0 };
            // Sometimes there is no new head yet.
            let last = next.period.until().is_none() && until > reference_day().plus(-500) && until <= reference_day();
            let vacant = if last && self.rng.chance(30) { None } else { Some(until.plus(gap)) };
            let Some(period) = Period::new(until, vacant) else { continue };
            if let Some(begins) = vacant {
                match Period::new(begins, next.period.until()) {
                    Some(period) => next.period = period,
                    None => continue,
                }
            }
            if self.rng.chance(50) {
                let deputy = deputies.into_iter().flatten().find(|deputy| deputy.period.covers(period));
                filled.extend(deputy.map(|deputy| Tenure { person: deputy.person, period, acting: true }));
            }
            if vacant.is_none() {
                rest.next();
            }
        }
        *head = filled;
    }
}
