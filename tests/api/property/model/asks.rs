//! Random requests.

use std::collections::{BTreeMap, BTreeSet};

use campus_org::domain::OrgKind;
use uuid::Uuid;

use super::{Ask, DAYS, Model, Org, Patch, Role, Values};
use crate::support::invariants::may_stand;

impl Model {
    /// A request made from bytes. `None` if there is nothing to ask for, or if the rules do not determine the
    /// outcome.
    pub(in crate::property) fn ask(&self, bytes: &[u8; 6]) -> Option<Ask> {
        let [what, a, b, c, d, e] = bytes.map(usize::from);
        let byte = |number: usize| u8::try_from(number % 256).expect("a byte");
        fn nth<T>(from: &BTreeMap<Uuid, T>, n: usize) -> Option<Uuid> {
            (!from.is_empty()).then(|| *from.keys().nth(n % from.len()).expect("within"))
        }
        let (org, person, role) = (nth(&self.orgs, a), nth(&self.people, a), nth(&self.roles, a));
        let on = d % (DAYS - 1);
        let patch = || {
            let mut patch = Patch::default();
            match b % 5 {
                0 => patch.name = Some(byte(c % 5)),
                1 => {
                    patch.parent = Some(nth(&self.orgs, c));
                    patch.order = Some(1 + i32::from(byte(e % 5)));
                }
                2 => patch.code = Some((c % 5 != 0).then(|| byte(c % 4))),
                3 => patch.order = Some(1 + i32::from(byte(c % 5))),
                _ if c % 2 == 0 => {
                    patch.kind = Some([OrgKind::GeneralBranch, OrgKind::Committee, OrgKind::Branch][c / 2 % 3]);
                }
                _ => {
                    patch.name = Some(byte(c % 5));
                    patch.code = Some(Some(byte(e % 4)));
                }
            }
            patch
        };
        Some(match what % 40 {
            0..7 => {
                use OrgKind::*;
                let kind = [Committee, GeneralBranch, Branch, PartyGroup, Unit, Branch, GeneralBranch][b % 7];
                let fits = |id: &&Uuid| {
                    self.values(**id, on).is_some_and(|v| may_stand(kind, Some((v.kind, self.kind_above(**id, on)))))
                };
                let fitting: Vec<&Uuid> = self.orgs.keys().filter(fits).collect();
                let parent = if self.orgs.is_empty() || matches!(kind, Committee | Unit) && c % 3 == 0 {
                    None
                } else if c % 4 == 0 || fitting.is_empty() {
                    nth(&self.orgs, c / 4)
                } else {
                    Some(*fitting[c / 4 % fitting.len()])
                };
                let kind = if parent.is_none() && kind != Unit { Committee } else { kind };
                let code = (e % 3 == 0).then(|| byte(e % 4));
                let order = 1 + i32::from(byte(e % 6));
                let until = (e % 7 == 0).then(|| (on + e / 7 % 12).min(DAYS - 1));
                Ask::CreateOrg { values: Values { name: byte(a % 5), kind, parent, code, order }, from: on / 2, until }
            }
            7..12 => Ask::PatchOrg { id: org?, patch: patch(), on },
            12..14 => {
                let (id, patch) = (org?, patch());
                let starts: Vec<usize> = self.orgs[&id].versions.keys().copied().collect();
                let boundary = (e % 2 == 0).then_some(on);
                Ask::PatchVersion { id, start: starts[d % starts.len()], patch, boundary }
            }
            14 => {
                let id = org?;
                let starts: Vec<usize> = self.orgs[&id].versions.keys().copied().collect();
                Ask::DeleteVersion { id, start: starts[d % starts.len()] }
            }
            15 => Ask::DeleteOrg { id: org? },
            16..19 => {
                let (id, cascade) = (org?, b % 3 != 0);
                // The rules do not determine what happens to an org that is elsewhere at other times.
                let settled = |org: &Org| {
                    let parents: BTreeSet<_> = org.versions.values().map(|values| values.parent).collect();
                    parents.len() == 1
                };
                if cascade && !self.ever_under(id).iter().all(|below| *below == id || settled(&self.orgs[below])) {
                    return None;
                }
                Ask::Dissolve { id, on, cascade }
            }
            19..22 => {
                let ended: Vec<&Uuid> = self.orgs.iter().filter(|(_, o)| o.end.is_some()).map(|(id, _)| id).collect();
                let id = if ended.is_empty() { org? } else { *ended[a % ended.len()] };
                // What was changed by hand since then is not reopened; other tests cover this.
                if self.orgs[&id].ended_by == Some(id) {
                    let undo = &self.undo[&id];
                    let touched = undo.orgs.keys().chain(undo.roles.keys());
                    if touched.into_iter().any(|id| self.changed_at[id] != undo.revision) {
                        return None;
                    }
                }
                Ask::Restore { id }
            }
            22 => {
                let id = org?;
                let mut ids = self.children(id, on);
                let turn = b.checked_rem(ids.len()).unwrap_or(0);
                ids.rotate_left(turn);
                Ask::OrderChildren { id, ids, on }
            }
            23..27 => Ask::CreatePerson { name: byte(b % 5), staff_no: (c % 2 == 0).then(|| byte(c / 2 % 6)) },
            27 => Ask::PatchPerson {
                id: person?,
                name: (b % 2 == 0).then(|| byte(c % 5)),
                staff_no: (b % 3 == 0).then(|| (d % 4 != 0).then(|| byte(d % 6))),
            },
            28 => Ask::DeletePerson { id: person? },
            29 => Ask::Merge { id: person?, duplicate: nth(&self.people, b)? },
            30..35 => {
                let id = org?;
                let last = self.orgs[&id].versions.values().next_back().expect("a version").kind;
                let post = match last {
                    OrgKind::PartyGroup => "group_leader",
                    OrgKind::Unit => "unit_head",
                    _ if b % 3 == 0 => "member",
                    _ => "secretary",
                };
                let by_unit = c % 6 == 0;
                let holder = if by_unit { nth(&self.orgs, c / 6)? } else { nth(&self.people, c / 6)? };
                let until = (e % 2 == 0).then(|| (on + e / 2 % 12).min(DAYS - 1));
                let (order, acting) = (1 + i32::from(byte(e % 6)), b % 5 == 0);
                Ask::CreateRole { role: Role { org: id, post, holder, by_unit, from: on, until, order, acting } }
            }
            35 => Ask::PatchRole {
                id: role?,
                from: (b % 2 == 0).then_some(on),
                until: (b % 3 == 0).then(|| (c % 3 != 0).then_some(c % (DAYS - 1))),
            },
            36..38 => Ask::EndRole { id: role?, on },
            38 => Ask::DeleteRole { id: role? },
            _ => Ask::LimitSecretaries { max: [Some(1), Some(2), Some(3), None][b % 4] },
        })
    }
}
