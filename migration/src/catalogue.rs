//! The posts that every directory begins with: docs/DOMAIN.md §2, transcribed.

use serde_json::{Map, Value, json};

/// A row of the catalogue.
pub(crate) struct Post {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_en: &'static str,
    pub(crate) leadership: bool,
    kinds: &'static [Kind],
}

/// For one kind of org: its name, the maximum, the usual number, whether a vacancy counts.
struct Kind(&'static str, Option<u16>, Option<u16>, bool);

const fn kind(kind: &'static str) -> Kind {
    Kind(kind, None, None, false)
}

const fn normally(kind: &'static str, holders: u16) -> Kind {
    Kind(kind, None, Some(holders), false)
}

const fn at_most(kind: &'static str, holders: u16, required: bool) -> Kind {
    Kind(kind, Some(holders), None, required)
}

const fn post(code: &'static str, name: &'static str, name_en: &'static str, kinds: &'static [Kind]) -> Post {
    Post { code, name, name_en, leadership: false, kinds }
}

const fn led(code: &'static str, name: &'static str, name_en: &'static str, kinds: &'static [Kind]) -> Post {
    Post { code, name, name_en, leadership: true, kinds }
}

const TEAM: &[Kind] = &[kind("committee"), kind("general_branch"), kind("branch"), kind("commission")];
const ONE_NORMALLY: &[Kind] =
    &[normally("committee", 1), normally("general_branch", 1), normally("branch", 1), normally("commission", 1)];

/// The catalogue, in the order of rank.
pub(crate) const CATALOGUE: &[Post] = &[
    led(
        "secretary",
        "书记",
        "Secretary",
        &[
            at_most("committee", 1, true),
            at_most("general_branch", 1, true),
            at_most("branch", 1, true),
            at_most("commission", 1, true),
        ],
    ),
    led(
        "deputy_secretary",
        "副书记",
        "Deputy secretary",
        &[normally("committee", 2), normally("general_branch", 1), normally("branch", 1), kind("commission")],
    ),
    led("standing_member", "常委", "Standing committee member", &[kind("committee")]),
    led("member", "委员", "Committee member", TEAM),
    led("organisation_member", "组织委员", "Member for organisation", ONE_NORMALLY),
    led("publicity_member", "宣传委员", "Member for publicity", ONE_NORMALLY),
    led("discipline_member", "纪检委员", "Member for discipline inspection", ONE_NORMALLY),
    led("youth_member", "青年委员", "Member for youth", ONE_NORMALLY),
    led("united_front_member", "统战委员", "Member for united front work", ONE_NORMALLY),
    post("head", "部长", "Department head", &[at_most("department", 1, true)]),
    post("deputy_head", "副部长", "Deputy head", &[kind("department")]),
    post("group_leader", "党小组组长", "Party group leader", &[at_most("party_group", 1, false)]),
    post(
        "leader",
        "组长",
        "Leader",
        &[at_most("leading_group", 2, true), at_most("supervision_group", 1, true), at_most("working_group", 1, true)],
    ),
    post("executive_deputy_leader", "常务副组长", "Executive deputy leader", &[normally("leading_group", 1)]),
    post(
        "deputy_leader",
        "副组长",
        "Deputy leader",
        &[kind("leading_group"), kind("supervision_group"), kind("working_group")],
    ),
    post("office_director", "办公室主任", "Office director", &[at_most("office", 1, true)]),
    post("office_deputy_director", "办公室副主任", "Office deputy director", &[kind("office")]),
    post(
        "group_member",
        "成员",
        "Member",
        &[kind("leading_group"), kind("office"), kind("supervision_group"), kind("working_group")],
    ),
    post(
        "liaison",
        "联络员",
        "Liaison officer",
        &[
            kind("leading_group"),
            kind("office"),
            kind("supervision_group"),
            kind("working_group"),
            kind("committee"),
            kind("general_branch"),
            kind("branch"),
        ],
    ),
    post("unit_head", "单位负责人", "Head of an administrative unit", &[kind("unit")]),
    post("unit_deputy_head", "单位副职", "Deputy head of an administrative unit", &[kind("unit")]),
];

impl Post {
    /// Ranks leave room between neighbours.
    pub(crate) fn rank(place: usize) -> i32 {
        i32::try_from(place + 1).unwrap_or(i32::MAX / 10) * 10
    }

    /// The column `kinds`.
    pub(crate) fn kinds_json(&self) -> Value {
        self.kinds
            .iter()
            .map(|Kind(kind, holders_max, holders_normal, required)| {
                let mut entry = Map::from_iter([("kind".to_owned(), json!(kind))]);
                entry.extend(holders_max.map(|holders| ("holders_max".to_owned(), json!(holders))));
                entry.extend(holders_normal.map(|holders| ("holders_normal".to_owned(), json!(holders))));
                entry.extend(required.then(|| ("required".to_owned(), json!(true))));
                Value::Object(entry)
            })
            .collect()
    }

    /// The effect by which the log says that the post was entered.
    pub(crate) fn effect_json(&self, place: usize) -> Value {
        json!({
            "subject": "post",
            "code": self.code,
            "after": {
                "code": self.code,
                "name": self.name,
                "name_en": self.name_en,
                "kinds": self.kinds_json(),
                "rank": Self::rank(place),
                "leadership": self.leadership,
            },
        })
    }
}
