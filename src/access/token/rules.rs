//! What tokens allow: rules from claims to grants, as the operator writes them.

use serde::Deserialize;
use serde_json::Value;

use super::claims::ClaimName;
use crate::domain::{AccessScope, Area, Grant, OrgId};

/// The most rules.
pub const RULES_MAX: usize = 1000;

/// What is wrong with a text that should be rules.
#[derive(Debug, thiserror::Error)]
pub enum RulesFault {
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(#[from] serde_json::Error),
    /// It has too many rules.
    #[error("more than {RULES_MAX} rules")]
    TooMany,
    /// One of them makes no sense.
    #[error("rule {number}: {why}")]
    #[expect(missing_docs, reason = "the names say it")]
    Rule { number: usize, why: &'static str },
}

/// Rules from claims to grants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantRules(Vec<GrantRule>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct GrantRule {
    /// The claim and the value that it must have; none: every token.
    when: Option<(ClaimName, String)>,
    grant: Grant,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesText {
    rules: Vec<RuleText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    claim: Option<String>,
    value: Option<String>,
    scopes: Vec<AccessScope>,
    area: Area,
    org_id: Option<OrgId>,
}

impl GrantRules {
    /// Reads `{"rules": [{"claim", "value", "scopes", "area", "org_id"}]}`.
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn parse(text: &[u8]) -> Result<Self, RulesFault> {
        let RulesText { rules } = serde_json::from_slice(text)?;
        if rules.len() > RULES_MAX {
            return Err(RulesFault::TooMany);
        }
        let rules = rules.into_iter().zip(1..);
        let rules = rules.map(|(rule, number)| rule.checked().map_err(|why| RulesFault::Rule { number, why }));
        Ok(Self(rules.collect::<Result<_, _>>()?))
    }

    /// Whether an area is found through the own person.
    pub fn need_person(&self) -> bool {
        self.0.iter().any(|rule| rule.grant.area.is_own())
    }

    /// What a token with these claims allows: one grant for each area.
    pub(super) fn grants(&self, claims: &Value) -> Vec<Grant> {
        let mut grants: Vec<Grant> = Vec::new();
        for GrantRule { when, grant } in &self.0 {
            if !when.as_ref().is_none_or(|(claim, value)| claim.has(claims, value)) {
                continue;
            }
            match grants.iter_mut().find(|known| (known.area, known.org_id) == (grant.area, grant.org_id)) {
                Some(known) => add(&mut known.scopes, &grant.scopes),
                None => grants.push(grant.clone()),
            }
        }
        grants
    }
}

impl RuleText {
    fn checked(self) -> Result<GrantRule, &'static str> {
        let Self { claim, value, scopes: asked, area, org_id } = self;
        let when = match (claim, value) {
            (Some(claim), Some(value)) => Some((ClaimName::parse(&claim).ok_or("`claim` must not be empty")?, value)),
            (None, None) => None,
            _ => return Err("`claim` and `value` belong together"),
        };
        if asked.is_empty() {
            return Err("`scopes` must not be empty");
        }
        match (area.names_org(), org_id) {
            (true, None) => return Err("the area needs an `org_id`"),
            (false, Some(_)) => return Err("the area takes no `org_id`"),
            _ => {}
        }
        let mut scopes = Vec::new();
        add(&mut scopes, &asked);
        Ok(GrantRule { when, grant: Grant { scopes, area, org_id } })
    }
}

/// Adds what is missing.
fn add(scopes: &mut Vec<AccessScope>, more: &[AccessScope]) {
    for scope in more {
        if !scopes.contains(scope) {
            scopes.push(*scope);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn grants(rules: Value, claims: &Value) -> Vec<Grant> {
        GrantRules::parse(json!({ "rules": rules }).to_string().as_bytes()).expect("rules").grants(claims)
    }

    #[test]
    fn a_rule_holds_for_tokens_that_say_its_value() {
        let rule = |claim: &str| json!([{"claim": claim, "value": "b", "scopes": ["orgs:read"], "area": "everywhere"}]);
        for (claim, claims, holds) in [
            ("groups", json!({"groups": ["a", "b"]}), true),
            ("groups", json!({"groups": "b"}), true),
            ("groups", json!({"groups": "a b"}), false),
            ("groups", json!({"groups": ["a", ["b"]]}), false),
            ("groups", json!({"groups": {"b": true}}), false),
            ("groups", json!({}), false),
            ("scope", json!({"scope": "a b"}), true),
            ("scope", json!({"scope": "a bc"}), false),
            ("/realm_access/roles", json!({"realm_access": {"roles": ["b"]}}), true),
            ("https://a.cn/groups", json!({"https://a.cn/groups": "b"}), true),
        ] {
            assert_eq!(!grants(rule(claim), &claims).is_empty(), holds, "{claim} {claims}");
        }
    }

    #[test]
    fn rules_for_one_area_add_up() {
        let org = "01890a5d-ac96-774b-bcce-b302099a8058";
        let rules = json!([
            {"scopes": ["orgs:read"], "area": "everywhere"},
            {"claim": "g", "value": "a", "scopes": ["orgs:read", "people:read"], "area": "everywhere"},
            {"claim": "g", "value": "a", "scopes": ["roles:write"], "area": "subtree", "org_id": org},
            {"claim": "g", "value": "b", "scopes": ["people:erase"], "area": "everywhere"},
        ]);
        let grants = grants(rules, &json!({"g": "a"}));
        assert_eq!(grants.len(), 2);
        assert_eq!(grants[0].scopes, [AccessScope::OrgsRead, AccessScope::PeopleRead]);
        assert_eq!((grants[1].area, grants[1].org_id), (Area::Subtree, org.parse().ok()));
    }

    #[test]
    fn a_rule_that_makes_no_sense_is_named() {
        let good = json!({"scopes": ["orgs:read"], "area": "everywhere"});
        for (wrong, told) in [
            (json!({"claim": "g"}), "belong together"),
            (json!({"value": "g"}), "belong together"),
            (json!({"claim": "", "value": "g"}), "`claim` must not be empty"),
            (json!({"scopes": []}), "`scopes` must not be empty"),
            (json!({"area": "subtree"}), "needs an `org_id`"),
            (json!({"org_id": "01890a5d-ac96-774b-bcce-b302099a8058"}), "takes no `org_id`"),
        ] {
            let mut rule = good.clone();
            rule.as_object_mut().expect("a rule").extend(wrong.as_object().expect("members").clone());
            let text = json!({"rules": [good, rule]}).to_string();
            let fault = GrantRules::parse(text.as_bytes()).expect_err("refused").to_string();
            assert!(fault.starts_with("rule 2: ") && fault.contains(told), "{fault}");
        }
        for wrong in ["", "[]", r#"{"rules": [{"scopes": ["orgs:rule"], "area": "everywhere"}]}"#, r#"{"rule": []}"#] {
            assert!(matches!(GrantRules::parse(wrong.as_bytes()), Err(RulesFault::Unreadable(_))), "{wrong}");
        }
    }
}
