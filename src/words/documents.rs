//! What still names a document that an act has replaced.

use super::{notices::Asked, summary::Summary, values::Value};
use crate::domain::{Basis, Day, LoggedEffect, OrgId, RoleFacts, SupervisionFacts};

/// The most names in a sentence.
const NAMES_MAX: usize = 3;

impl Asked<'_> {
    /// Roles and supervisions of an org that keep the document which a version of the org has no more.
    pub(super) fn documents(self, told: &mut Summary) {
        for effect in self.effects {
            let LoggedEffect::OrgVersion { id, valid_from, before: Some(before), after: Some(after) } = effect else {
                continue;
            };
            let kept = after.documents();
            for gone in before.documents().into_iter().filter(|gone| !kept.contains(gone)) {
                self.still_naming(*id, *valid_from, gone, told);
            }
        }
    }

    fn still_naming(self, id: OrgId, day: Day, document: &Basis, told: &mut Summary) {
        let is_it = |basis: &Option<Basis>, end_basis: &Option<Basis>| {
            [basis, end_basis].into_iter().any(|own| own.as_ref() == Some(document))
        };
        let roles = self.after().roles_in(id).map(|role| role.facts());
        let roles = roles.filter(|RoleFacts { basis, end_basis, .. }| is_it(basis, end_basis));
        let covers = self.after().supervisions_by(id).map(|supervision| &supervision.facts);
        let covers = covers.filter(|SupervisionFacts { basis, end_basis, .. }| is_it(basis, end_basis));
        let names: Vec<String> = roles
            .map(|role| self.teller.holder(&role.holder, role.valid_from).to_string())
            .chain(covers.map(|cover| self.teller.name(cover.org_id, cover.valid_from).to_string()))
            .collect();
        if names.is_empty() {
            return;
        }
        let (name, document) = (self.teller.name(id, day), Value(document, self.teller, day));
        let (en, zh) = (named(&names, ", "), named(&names, "、"));
        let (more_en, more_zh) = match names.len() {
            0..=NAMES_MAX => (String::new(), String::new()),
            all => (format!(" and {} more", all - NAMES_MAX), format!("等{all}项")),
        };
        told.say(
            format_args!(
                "What still names {document} in {name}: {en}{more_en}. Correct each role and supervision by itself."
            ),
            format_args!("{name}中{zh}{more_zh}的依据仍为{document}，需另行更正。"),
        );
    }
}

fn named(names: &[String], between: &str) -> String {
    names.iter().take(NAMES_MAX).map(String::as_str).collect::<Vec<_>>().join(between)
}
