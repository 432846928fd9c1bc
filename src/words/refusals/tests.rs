//! Every refusal speaks as people do, in both languages.

use super::*;
use crate::{
    domain::{OrgKind, TextError},
    words::Language,
};

#[test]
fn chinese_texts_name_kinds_in_chinese() {
    for kind in OrgKind::ALL {
        let refusal = Refusal::new(&Error::ForeignField { kind: *kind, field: "code" }, Naming::nothing());
        let told = refusal.line(Language::Chinese).expect("a detail");
        assert!(told.contains(kind.zh()) && !told.contains(kind.as_str()), "{told}");
    }
}

#[test]
fn a_refusal_without_a_detail_is_told_by_its_faults() {
    let error = Error::BadText { pointer: "/versions/0/name".into(), why: TextError::Empty };
    let refusal = Refusal::new(&error, Naming::nothing());
    assert_eq!(refusal.line(Language::English).as_deref(), Some("versions/0/name: must not be empty"));
    assert_eq!(refusal.line(Language::Chinese).as_deref(), Some("versions/0/name: 不能为空"));
    assert_eq!(Refusal::new(&Error::Internal, Naming::nothing()).line(Language::English), None);
}
