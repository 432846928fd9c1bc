//! The audit: what was refused, and who saw what of whom. It names everybody by ids alone, so that nobody has to be
//! erased from it.

use uuid::Uuid;

use super::{CallerId, Instant, ids::ids, kind::words};

ids! {
    /// Identifies a record of the audit. Later records have larger ids.
    AuditId,
    /// Identifies what a record of the audit is about.
    AuditSubjectId,
}

words! {
    /// Why something is in the audit.
    AuditKind {
        Refused = "refused", "the request was refused: nobody knows who asks, the caller may not do this, or may not know of what it names" "拒绝访问";
        ContactRead = "contact_read", "the answer had mail addresses or telephone numbers of these people" "查看联系方式";
        AppointedByStaffNo = "appointed_by_staff_no", "the request named these people, whom the caller did not see, by staff number" "凭工号任职";
    }
}

words! {
    /// What the ids of a record of the audit identify.
    AuditSubject {
        Org = "org", "orgs" "组织";
        Person = "person", "people" "人员";
        Role = "role", "roles" "任职";
        Supervision = "supervision", "supervisions" "督导关系";
        Key = "key", "keys" "密钥";
        Ticket = "ticket", "tickets" "票据";
    }
}

/// The most ids of one record. What names more makes several records.
pub const AUDIT_SUBJECTS_MAX: usize = 1000;

/// A record of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its identifier.
    pub id: AuditId,
    /// When it happened; of what happened several times, the first time.
    pub at: Instant,
    /// Who asked; none if nobody knows.
    pub caller_id: Option<CallerId>,
    /// Why it is here.
    pub kind: AuditKind,
    /// The operation that was asked for.
    pub operation: String,
    /// The type of the problem, if it was refused.
    pub problem: Option<String>,
    /// What it was about.
    pub about: Option<(AuditSubject, Vec<Uuid>)>,
    /// How many times it happened.
    pub times: u32,
    /// The first request.
    pub request_id: String,
}

/// Which records of the audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of any of these callers.
    pub caller_ids: Vec<CallerId>,
    /// Of any of these kinds.
    pub kinds: Vec<AuditKind>,
    /// About any of these.
    pub subject_ids: Vec<Uuid>,
    /// Not before this instant.
    pub from: Option<Instant>,
    /// Before this instant.
    pub until: Option<Instant>,
}

/// The bits of an id after its milliseconds.
const RANDOM_BITS: u32 = 80;
/// The last millisecond that an id can have.
const MILLIS_MAX: u128 = (1 << (128 - RANDOM_BITS)) - 1;

fn millis_of(instant: Instant) -> u128 {
    u128::try_from(instant.timestamp_millis()).unwrap_or_default().min(MILLIS_MAX)
}

impl AuditId {
    /// The smallest id that something has which happens at an instant.
    pub fn first_at(instant: Instant) -> Self {
        Self(Uuid::from_u128(millis_of(instant) << RANDOM_BITS))
    }

    /// The largest one.
    pub fn last_at(instant: Instant) -> Self {
        Self(Uuid::from_u128(((millis_of(instant) + 1) << RANDOM_BITS).wrapping_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ordered_like_instants() {
        let at = |text: &str| -> Instant { text.parse().expect("an instant") };
        let millis = u64::try_from(at("2026-12-01T02:00:00.5Z").timestamp_millis()).expect("after 1970");
        let id = AuditId(uuid::Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid());
        assert!(AuditId::first_at(at("2026-12-01T02:00:00.5Z")) <= id);
        assert!(id <= AuditId::last_at(at("2026-12-01T02:00:00.5Z")));
        assert!(AuditId::last_at(at("2026-12-01T02:00:00.5Z")) < AuditId::first_at(at("2026-12-01T02:00:00.501Z")));
        assert_eq!(AuditId::last_at(Instant::MAX_UTC), AuditId(Uuid::max()));
        assert_eq!(AuditId::first_at(at("1969-12-31T00:00:00Z")), AuditId(Uuid::nil()));
    }
}
