//! Where in the document of a leading group a refusal lies: the holder, the cover or the part that a rule forbids.

use super::Circumstances;
use crate::{
    directory::Snapshot,
    domain::{BlockerKind, Error, OrgId, OrgKind, PostCode, RoleId, SaidHolder, Subject, SupervisionId},
    registry::{
        command::{Command, LeadingGroupDocument, PartDocument},
        refer::{refer_to_org, refuse_all, repeated, unknown_holder},
    },
};

/// The most places that are told.
const PLACES_MAX: usize = 50;

/// The refusal with its places, if the command has a document. `after` is the directory as it would be.
pub(super) fn placed(
    error: Error,
    command: &Command,
    before: &Snapshot,
    after: &Snapshot,
    with: &Circumstances<'_>,
) -> Error {
    let (Command::CreateLeadingGroup(document) | Command::ReplaceLeadingGroup { document, .. }) = command else {
        return error;
    };
    if is_of_the_document_alone(&error) {
        return refuse_all(wrong_with(before, document, with)).err().unwrap_or(error);
    }
    let mut pointers = Places { document, after }.of(&error);
    pointers.dedup();
    pointers.truncate(PLACES_MAX);
    if pointers.is_empty() { error } else { Error::At { pointers, told: Box::new(error) } }
}

/// Whether it is told before anything is drafted: something that does not exist, or that is named twice.
fn is_of_the_document_alone(error: &Error) -> bool {
    match error {
        Error::Several { errors } => errors.iter().all(is_of_the_document_alone),
        Error::UnknownReference { .. } | Error::NeverHasPost { .. } | Error::Repeated { .. } => true,
        _ => false,
    }
}

/// All that is wrong with the document alone.
fn wrong_with(snapshot: &Snapshot, document: &LeadingGroupDocument, with: &Circumstances<'_>) -> Vec<Error> {
    let mut wrong: Vec<Error> = refer_to_org(snapshot, "/parent_id", document.parent_id).err().into_iter().collect();
    for part in parts(document) {
        wrong.extend(part.id.and_then(|id| refer_to_org(snapshot, &format!("{}/id", part.pointer), id).err()));
        for list in &part.posts {
            let pointer = format!("{}/{}", part.pointer, list.field);
            for (index, listed) in list.holders.iter().enumerate() {
                wrong.extend(wrong_with_holder(snapshot, &format!("{pointer}/{index}/holder"), &listed.holder, with));
            }
            let said = list.holders.iter().map(|listed| (&listed.holder.holder, &listed.holder.staff_no));
            wrong.extend(repeated(|index| format!("{pointer}/{index}"), said));
        }
        let place = |index| format!("{}/covers/{index}/org_id", part.pointer);
        for (index, (org, _)) in part.covers.iter().enumerate() {
            wrong.extend(refer_to_org(snapshot, &place(index), *org).err());
        }
        wrong.extend(repeated(place, part.covers.iter().map(|(org, _)| org)));
    }
    wrong.truncate(PLACES_MAX);
    wrong
}

fn wrong_with_holder(snapshot: &Snapshot, pointer: &str, said: &SaidHolder, with: &Circumstances<'_>) -> Vec<Error> {
    match &said.staff_no {
        None if with.may_know_unknown(snapshot, &said.holder) => unknown_holder(snapshot, pointer, &said.holder),
        Some(number) if snapshot.people_numbered(number).next().is_none() => {
            let (pointer, id) = (format!("{pointer}/staff_no"), number.to_string());
            vec![Error::UnknownReference { pointer, what: Subject::Person, id }]
        }
        _ => Vec::new(),
    }
}

fn parts(document: &LeadingGroupDocument) -> impl Iterator<Item = &PartDocument> {
    std::iter::once(&document.group).chain(&document.parts)
}

struct Places<'a> {
    document: &'a LeadingGroupDocument,
    after: &'a Snapshot,
}

impl Places<'_> {
    fn of(&self, error: &Error) -> Vec<String> {
        match error {
            Error::OutsideLife { by: (BlockerKind::RoleIn | BlockerKind::RoleHeld, id), .. } => {
                self.role(RoleId(*id)).into_iter().collect()
            }
            Error::OutsideLife { by: (BlockerKind::SupervisionBy | BlockerKind::SupervisionOf, id), .. } => {
                self.supervision(SupervisionId(*id)).into_iter().collect()
            }
            Error::OutsideLife { by: (_, id), .. } => self.org(OrgId(*id)).into_iter().collect(),
            Error::Misplaced { org, .. }
            | Error::WouldCycle { org, .. }
            | Error::TooDeep { org, .. }
            | Error::PlannedAlready { org, .. } => self.org(*org).into_iter().collect(),
            Error::PostFull { roles, .. } | Error::ActingTaken { roles, .. } => {
                roles.iter().filter_map(|role| self.role(*role)).collect()
            }
            Error::SameHolder { role, beside, .. } => {
                [role, beside].into_iter().filter_map(|role| self.role(*role)).collect()
            }
            Error::SupervisedTwice { supervision, beside, .. } => {
                [supervision, beside].into_iter().filter_map(|id| self.supervision(*id)).collect()
            }
            Error::PostNotInKind { post, org, .. } => self.list(*org, post).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The part of the document that is an org.
    fn part(&self, org: OrgId) -> Option<&PartDocument> {
        let versions = &self.after.org(org)?.versions;
        parts(self.document).find(|part| {
            part.id == Some(org)
                || versions.iter().any(|version| {
                    let called = |part: &PartDocument| {
                        part.name.as_ref().is_some_and(|name| name.folded() == version.values.name.folded())
                    };
                    let is_alone = matches!(part.kind, OrgKind::LeadingGroup | OrgKind::Office);
                    part.kind == version.values.kind && (is_alone || called(part))
                })
        })
    }

    /// The place of an org: of the group, that of the org above it.
    fn org(&self, org: OrgId) -> Option<String> {
        let part = self.part(org)?;
        Some(if part.pointer.is_empty() { "/parent_id".to_owned() } else { part.pointer.clone() })
    }

    fn list(&self, org: OrgId, post: &PostCode) -> Option<String> {
        let part = self.part(org)?;
        let list = part.posts.iter().find(|list| list.post == *post && !list.holders.is_empty())?;
        Some(format!("{}/{}", part.pointer, list.field))
    }

    fn role(&self, role: RoleId) -> Option<String> {
        let facts = self.after.role(role)?.facts();
        let part = self.part(facts.org_id)?;
        let list = part.posts.iter().find(|list| list.post == facts.post)?;
        let same = list
            .holders
            .iter()
            .position(|listed| listed.holder.holder == facts.holder && listed.acting == facts.acting)?;
        Some(format!("{}/{}/{same}", part.pointer, list.field))
    }

    fn supervision(&self, supervision: SupervisionId) -> Option<String> {
        let facts = &self.after.supervision(supervision)?.facts;
        let part = self.part(facts.supervision_group_id)?;
        let covered = part.covers.iter().position(|(org, _)| *org == facts.org_id)?;
        Some(format!("{}/covers/{covered}", part.pointer))
    }
}
