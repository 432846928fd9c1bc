//! How the roles of one holder of a post, or the supervisions of one org, follow from all that lists declare of them.
//!
//! From its day on, each list says until the next one who holds a post. So a holder is there from the first list that
//! names it to the first one after that does not: that is one run, and one role. What is written by itself comes in
//! between: a role that begins by itself, or an end. Neither is prolonged nor reopened by a list that was declared for an
//! earlier day; the next list that names the holder begins a new run.

use crate::domain::{Basis, Day, Following, OwnEnd, Period};

/// A role or a supervision, without what never changes. `M`: how it is held, which never changes either.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line<M> {
    pub(super) manner: M,
    pub(super) from: Day,
    pub(super) until: Option<Day>,
    pub(super) basis: Option<Basis>,
    pub(super) end_basis: Option<Basis>,
    pub(super) following: Option<Following>,
}

/// What one list says of a holder: how it holds the post, if it does.
#[derive(Debug, Clone)]
pub(super) struct Statement<'a, M> {
    pub(super) on: Day,
    pub(super) manner: Option<M>,
    pub(super) basis: Option<&'a Basis>,
}

/// An end that is not written by itself: the day, and its document.
pub(super) type Bound<'a> = (Day, Option<&'a Basis>);

/// From when until when lists have somebody hold a post.
struct Run<'a, M> {
    manner: M,
    from: Day,
    basis: Option<&'a Basis>,
    end: Option<Bound<'a>>,
    /// The end that was written by itself, if the run ends on it.
    own_end: Option<&'a OwnEnd>,
}

impl<M> Run<'_, M> {
    fn until(&self) -> Option<Day> {
        self.own_end.and_then(|end| end.until).or(self.end.map(|(day, _)| day))
    }
}

impl<M> Line<M> {
    /// One without an end, of which nothing is remembered.
    pub(super) fn open(manner: M, from: Day) -> Self {
        Self { manner, from, until: None, basis: None, end_basis: None, following: None }
    }

    pub(super) fn period(&self) -> Period {
        Period::new(self.from, self.until).unwrap_or(Period::open(self.from))
    }

    pub(super) fn is_listed(&self) -> bool {
        self.following.as_ref().is_some_and(|following| following.listed)
    }

    /// The end that was written by itself, perhaps none.
    pub(super) fn own_end(&self) -> OwnEnd {
        let kept = self.following.as_ref().and_then(|following| following.own_end.clone());
        kept.unwrap_or_else(|| OwnEnd { until: self.until, basis: self.end_basis.clone() })
    }

    /// Ends on its own end or on `end`, whichever comes first.
    pub(super) fn ended(self, own: OwnEnd, end: Option<Bound<'_>>) -> Self {
        let Following { listed, own_end: _, apart } = self.following.clone().unwrap_or_default();
        let end = end.filter(|(day, _)| own.until.is_none_or(|until| *day < until));
        let until = end.map(|(day, _)| day).or(own.until);
        let end_basis = match end {
            // Whoever corrected the document of this end is not overruled.
            Some(_) if until == self.until => self.end_basis.clone(),
            Some((_, basis)) => basis.cloned(),
            None => own.basis.clone(),
        };
        let own_end = end.map(|_| own);
        Self { until, end_basis, following: Following { listed, own_end, apart }.remembered(), ..self }
    }
}

/// The lines of one holder after all that was said, and from which line each comes. A line that is left out goes. `life`
/// is the first end of what they depend on.
pub(super) fn followed<K: Copy, M: Copy + PartialEq>(
    lines: &[(K, Line<M>)],
    said: &[Statement<'_, M>],
    life: Option<Bound<'_>>,
) -> Vec<(Option<K>, Line<M>)> {
    let is_apart = |day: Day| lines.iter().any(|(_, line)| apart(line).contains(&day));
    let said: Vec<&Statement<'_, M>> = said.iter().filter(|said| !is_apart(said.on)).collect();
    let mut found: Vec<(Option<K>, Line<M>)> = Vec::new();
    for (id, line) in lines.iter().filter(|(_, line)| !line.is_listed()) {
        let leaves = said.iter().find(|said| said.on >= line.from && said.manner != Some(line.manner));
        let list = leaves.map(|said| (said.on, said.basis));
        // The rules refuse what outlasts an org, unless the org ended it.
        let with_org = life.filter(|_| line.following.as_ref().is_some_and(|following| following.own_end.is_some()));
        let end = first(list, with_org);
        if end.is_none_or(|(day, _)| day > line.from) {
            found.push((Some(*id), line.clone().ended(line.own_end(), end)));
        }
    }
    let alone: Vec<Period> = found.iter().map(|(_, line)| line.period()).collect();
    let listed: Vec<&(K, Line<M>)> = lines.iter().filter(|(_, line)| line.is_listed()).collect();
    let own_ends: Vec<OwnEnd> = listed.iter().map(|(_, line)| line.own_end()).collect();
    let mut free = listed;
    let pieces: Vec<Run<'_, M>> =
        runs(&said, life).into_iter().flat_map(|run| pieces(run, &said, &alone, &own_ends)).collect();
    // An end that was written by itself has one keeper: whoever ends on it.
    let kept_ends: Vec<Day> = pieces.iter().filter_map(|run| run.own_end?.until).collect();
    for run in pieces {
        let period = Period::new(run.from, run.until()).unwrap_or(Period::open(run.from));
        let same = |(_, line): &&(K, Line<M>)| line.manner == run.manner && line.period().and(period).is_some();
        let kept = free.iter().position(same).map(|place| free.remove(place));
        let line = match kept {
            Some((_, line)) if line.from == run.from => line.clone(),
            Some((_, line)) => Line { from: run.from, basis: run.basis.cloned(), ..line.clone() },
            None => Line {
                basis: run.basis.cloned(),
                following: Some(Following { listed: true, ..Following::default() }),
                ..Line::open(run.manner, run.from)
            },
        };
        let own = match run.own_end {
            Some(end) => end.clone(),
            None => Some(line.own_end())
                .filter(|end| end.until.is_none_or(|until| !kept_ends.contains(&until)))
                .unwrap_or_default(),
        };
        found.push((kept.map(|(id, _)| *id), line.ended(own, run.end)));
    }
    found
}

fn apart<M>(line: &Line<M>) -> &[Day] {
    line.following.as_ref().map_or(&[], |following| &following.apart)
}

fn first<'a>(one: Option<Bound<'a>>, other: Option<Bound<'a>>) -> Option<Bound<'a>> {
    one.into_iter().chain(other).min_by_key(|(day, _)| *day)
}

/// From when until when the lists have the holder hold the post, whatever is written by itself.
fn runs<'a, M: Copy + PartialEq>(said: &[&Statement<'a, M>], life: Option<Bound<'a>>) -> Vec<Run<'a, M>> {
    let mut runs: Vec<Run<'a, M>> = Vec::new();
    let mut manner = None;
    for said in said {
        if said.manner == manner {
            continue;
        }
        if let Some(run) = runs.last_mut().filter(|_| manner.is_some()) {
            run.end = Some((said.on, said.basis));
        }
        manner = said.manner;
        runs.extend(manner.map(|manner| Run { manner, from: said.on, basis: said.basis, end: None, own_end: None }));
    }
    for run in &mut runs {
        run.end = first(run.end, life);
    }
    runs.retain(|run| run.until().is_none_or(|until| until > run.from));
    runs
}

/// What is left of a run beside what single acts wrote and after the ends that they set: each piece but the first begins
/// with the next list that names the holder.
fn pieces<'a, M: Copy>(
    run: Run<'a, M>,
    said: &[&Statement<'a, M>],
    alone: &[Period],
    own_ends: &'a [OwnEnd],
) -> Vec<Run<'a, M>> {
    let mut pieces = Vec::new();
    let mut next = Some((run.from, run.basis));
    while let Some((from, basis)) = next {
        let again = |day: Day| {
            let later = said.iter().find(|said| said.on >= day).map(|said| (said.on, said.basis));
            later.filter(|(day, _)| run.until().is_none_or(|until| *day < until))
        };
        if let Some(beside) = alone.iter().find(|period| period.contains(from)) {
            next = beside.until().and_then(again);
            continue;
        }
        let within = |day: Day| day > from && run.until().is_none_or(|until| day < until);
        let begins = alone.iter().map(|period| period.from()).filter(|day| within(*day)).min();
        let own_end = own_ends
            .iter()
            .filter(|end| end.until.is_some_and(within))
            .min_by_key(|end| end.until)
            .filter(|end| begins.is_none_or(|begins| end.until < Some(begins)));
        let cut = own_end.and_then(|end| end.until).or(begins);
        let end = if own_end.is_some() { None } else { begins.map(|day| (day, None)).or(run.end) };
        pieces.push(Run { manner: run.manner, from, basis, end, own_end });
        next = cut.and_then(again);
    }
    pieces
}
