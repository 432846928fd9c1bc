//! What becomes of API keys, in plain words. A key has no name here: the log does not know it.

use std::fmt::{self, Display, Formatter};

use super::{
    Language,
    names::Teller,
    summary::Summary,
    values::{Described, Difference, How, Said, Value},
};
use crate::domain::{ApiKeyFacts, Area, Day, Grant, Instant, PersonId, Word};

/// The attributes of a key of which a sentence of its own tells.
const TOLD: &[&str] = &["grants", "revoked_at"];

impl Teller<'_> {
    pub(super) fn api_key(self, before: Option<&ApiKeyFacts>, after: Option<&ApiKeyFacts>, told: &mut Summary) {
        let Some(after) = after else {
            return told.say(format_args!("The key is deleted."), format_args!("删除该密钥。"));
        };
        let grants = Value(&after.grants, self, Day::MAX);
        let Some(before) = before else {
            return told.say(format_args!("The new key may: {grants}."), format_args!("新密钥可：{grants}。"));
        };
        if before.grants != after.grants {
            let old = Value(&before.grants, self, Day::MAX);
            told.say(
                format_args!("The key may: {grants}. Before: {old}."),
                format_args!("该密钥可：{grants}；原来可：{old}。"),
            );
        }
        if before.rotations != after.rotations {
            told.say(format_args!("The key has a new secret."), format_args!("该密钥已更换。"));
        }
        if before.renamings != after.renamings {
            told.say(
                format_args!("The name or the owner of the key changes."),
                format_args!("修改该密钥的名称或责任人。"),
            );
        }
        if before.revoked_at.is_none() && after.revoked_at.is_some() {
            told.say(format_args!("The key is revoked."), format_args!("吊销该密钥。"));
        }
        for Difference { attribute, how } in before.differences(after) {
            let How::Value(old, new) = how else { continue };
            if TOLD.contains(&attribute.name) {
                continue;
            }
            let (old, new) = (Value(old, self, Day::MAX), Value(new, self, Day::MAX));
            told.say(
                format_args!("The key: {} {new} instead of {old}.", attribute.en),
                format_args!("该密钥的{}由{old}改为{new}。", attribute.zh),
            );
        }
    }
}

impl Said for PersonId {
    fn say(&self, teller: Teller<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        teller.person(*self).fmt(f)
    }
}

impl Said for Instant {
    fn say(&self, _: Teller<'_>, _: Day, f: &mut Formatter<'_>) -> fmt::Result {
        self.format("%Y-%m-%d %H:%M:%S UTC").fmt(f)
    }
}

impl Said for Grant {
    fn say(&self, teller: Teller<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { scopes, area, org_id } = self;
        for (index, scope) in scopes.iter().enumerate() {
            match (teller.telling.language, index) {
                (Language::English, 0) => f.write_str(scope.en())?,
                (Language::English, _) => write!(f, ", {}", scope.en())?,
                (Language::Chinese, 0) => f.write_str(scope.zh())?,
                (Language::Chinese, _) => write!(f, "、{}", scope.zh())?,
            }
        }
        let org = org_id.map(|org| teller.name(org, day));
        match (teller.telling.language, area, org) {
            (Language::English, Area::Org, Some(org)) => write!(f, ", in {org} alone"),
            (Language::English, Area::Subtree, Some(org)) => write!(f, ", in {org} and everything below it"),
            (Language::English, Area::Below, Some(org)) => write!(f, ", below {org}"),
            (Language::English, area, _) => write!(f, ", {}", area.en()),
            (Language::Chinese, Area::Org, Some(org)) => write!(f, "（{org}）"),
            (Language::Chinese, Area::Subtree, Some(org)) => write!(f, "（{org}及以下）"),
            (Language::Chinese, Area::Below, Some(org)) => write!(f, "（{org}以下）"),
            (Language::Chinese, area, _) => write!(f, "（{}）", area.zh()),
        }
    }
}

impl Said for Vec<Grant> {
    fn say(&self, teller: Teller<'_>, day: Day, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str(if teller.is_chinese() { "无任何权限" } else { "nothing" });
        }
        for (index, grant) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(if teller.is_chinese() { "；" } else { "; " })?;
            }
            grant.say(teller, day, f)?;
        }
        Ok(())
    }
}
