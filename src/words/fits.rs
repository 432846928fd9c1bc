//! Why a value does not fit the type that it should become.

use super::{Words, text_error};
use crate::domain::{NOT_AN_ID, TextError};

/// It should be one of some words.
pub fn one_of(words: &[&str]) -> Words {
    Words::new(format!("must be one of {}", words.join(", ")), format!("必须是以下之一：{}", words.join("、")))
}

/// Its object has no such field.
pub fn unknown_field() -> Words {
    Words::new("is not a field of this object", "该对象没有此字段")
}

/// It is not there.
pub fn missing() -> Words {
    Words::new("is required", "必填")
}

/// It is there more than once.
pub fn given_twice() -> Words {
    Words::new("is given twice", "重复给出")
}

/// What serde's visitors expect.
pub fn expected(what: &str) -> Words {
    let range = |min: i128, max: i128| {
        Words::new(format!("must be an integer from {min} to {max}"), format!("必须是 {min} 到 {max} 的整数"))
    };
    match what {
        "a string" | "string" | "a borrowed string" | "str" => Words::new("must be a string", "必须是字符串"),
        "a boolean" => Words::new("must be true or false", "必须是 `true` 或 `false`"),
        "u8" => range(u8::MIN.into(), u8::MAX.into()),
        "u16" => range(u16::MIN.into(), u16::MAX.into()),
        "u32" => range(u32::MIN.into(), u32::MAX.into()),
        "u64" | "usize" => range(u64::MIN.into(), u64::MAX.into()),
        "i8" => range(i8::MIN.into(), i8::MAX.into()),
        "i16" => range(i16::MIN.into(), i16::MAX.into()),
        "i32" => range(i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" => range(i64::MIN.into(), i64::MAX.into()),
        "f32" | "f64" => Words::new("must be a number", "必须是数字"),
        "a UUID string" | "a formatted UUID string" => uuid(),
        "a JSON value" => Words::new("must be a JSON value", "必须是 JSON 值"),
        "several values" => Words::new("must be several values", "必须是若干个值"),
        "counts, or a list of them" => {
            Words::new("must be counts, or a list of them", "必须是一次统计，或若干次统计的列表")
        }
        "at least one of the counts" => Words::new("must have at least one of the counts", "至少须有一次统计"),
        "a sequence" => Words::new("must be an array", "必须是数组"),
        what if what.starts_with("struct ") || what == "a map" => Words::new("must be an object", "必须是对象"),
        what if what.starts_with("a tuple") || what.starts_with("tuple") => {
            Words::new("must be an array of the right length", "必须是长度正确的数组")
        }
        what if what.contains("enum ") => Words::new("must be one of the documented values", "必须是文档列出的值之一"),
        what => Words::new(format!("must be {what}"), format!("必须是 {what}")),
    }
}

fn uuid() -> Words {
    Words::new(NOT_AN_ID, "必须是带连字符的 UUID")
}

/// What the types of requests and files say about a value, word for word, and the same in Chinese.
const SAID: &[(&str, &str)] = &[
    ("must be scheme:value", "必须是“体系:值”，即 `scheme:value`"),
    ("must be a position or a revision", "必须是日志位置或修订号"),
    ("must have at least 1 item", "至少 1 项"),
    ("must have staff_no only if its type is staff_no", "仅当类型为 `staff_no` 时可有 `staff_no`"),
    ("must have a staff_no and no other member", "必须有 `staff_no`，且没有其他成员"),
    ("must have the id of a person or a unit, and no member of a seat", "必须有人员或单位的 `id`，且没有席位的成员"),
    (
        "must have org_id and post for a seat, and no member of a person or a unit",
        "席位必须有 `org_id` 和 `post`，且没有人员或单位的成员",
    ),
    ("must not have derived members", "不能含有导出的成员"),
    ("must be an attribute of a person", "必须是人员的属性"),
    ("must have only attributes of an org that have versions", "只能列出组织的有版本的属性"),
    ("each of the counts must have a later day than the one before", "各次统计的日期必须依次递增"),
];

/// What a type says about a value, in English. The sentences have nothing of the value but a character.
pub fn said(text: &str) -> Words {
    if text == NOT_AN_ID {
        return uuid();
    }
    if let Some(why) = text_fault(text) {
        return text_error(why);
    }
    if let Some((_, zh)) = SAID.iter().find(|(en, _)| *en == text) {
        return Words::new(text, *zh);
    }
    let zh = if let Some(pattern) = text.strip_prefix("must match ") {
        format!("必须匹配 `{pattern}`")
    } else if text.starts_with("must be a date ") {
        "必须是 1000-01-01 至 2999-12-31 之间的日期，格式为 `YYYY-MM-DD`".to_owned()
    } else if let Some(rest) = text.strip_prefix("must have at most ") {
        format!("至多 {}", rest.replace(" values", " 个值").replace(" items", " 项"))
    } else if let Some(range) = text.strip_prefix("must be an integer from ") {
        format!("必须是 {} 的整数", range.replace(" to ", " 到 "))
    } else if let Some(chars_max) = text.strip_prefix("must begin with / and have at most ") {
        let chars_max = chars_max.split(' ').next().unwrap_or_default();
        format!("必须以 / 开头，至多 {chars_max} 个可打印的 ASCII 字符，不含 ? 和 #")
    } else {
        text.to_owned()
    };
    Words::new(text, zh)
}

/// The fault of a text that speaks so; a pattern is told by itself.
fn text_fault(text: &str) -> Option<TextError> {
    let too_long = || text.strip_prefix("must have at most ")?.strip_suffix(" characters")?.parse().ok();
    let unseen = || {
        let (code, _) = text.strip_prefix("must not contain U+")?.split_once(',')?;
        char::from_u32(u32::from_str_radix(code, 16).ok()?)
    };
    let all = [
        Some(TextError::Empty),
        Some(TextError::Untrimmed),
        Some(TextError::Control),
        Some(TextError::NoMailAddress),
        too_long().map(|chars_max| TextError::TooLong { chars_max }),
        unseen().map(|found| TextError::Unseen { found }),
    ];
    all.into_iter().flatten().find(|why| why.to_string() == text)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// What the code says where it refuses a value: the first text after each of these words.
    const SAYS: &[&str] = &["de::Error::custom(", "write_str(", "invalid_length("];
    /// Files in which such texts are never read by people.
    const UNREAD: &[&str] =
        &["access/", "domain/access.rs", "http/kit/bounds/", "words/", "directory/", "http/kit/json.rs"];

    /// The texts with which the code refuses values, with numbers in place of what they are formatted with.
    fn texts(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            if path.is_dir() {
                texts(&path, root, found);
            } else if name.ends_with(".rs") && !UNREAD.iter().any(|unread| name.starts_with(unread)) {
                let code = fs::read_to_string(&path).expect("a file");
                for says in SAYS {
                    found.extend(code.split(says).skip(1).filter_map(first_text));
                }
            }
        }
    }

    /// The text with which code begins, be it formatted or not.
    fn first_text(code: &str) -> Option<String> {
        let (before, rest) = code.split_once('"')?;
        let is_at_once = before.chars().all(|c| c.is_whitespace() || "format_args!(0,&".contains(c));
        let (text, _) = rest.split_once('"').filter(|_| is_at_once)?;
        let mut parts = text.split('{');
        let first = parts.next()?.to_owned();
        Some(parts.fold(first, |all, part| all + "7" + part.split_once('}').map_or("", |(_, rest)| rest)))
    }

    /// The English words of a Chinese text: not what stands between backticks.
    fn english(text: &str) -> Vec<String> {
        let outside: String = text.split('`').step_by(2).collect();
        let words = outside.split(|c: char| !c.is_ascii_alphabetic());
        words
            .filter(|word| !word.is_empty() && !["ASCII", "U", "JSON", "UUID"].contains(word))
            .map(str::to_owned)
            .collect()
    }

    fn is_translated(words: &Words) {
        assert_eq!(english(&words.zh), Vec::<String>::new(), "{words:?}");
        assert!(words.en.is_ascii(), "{words:?}");
    }

    #[test]
    fn everything_that_is_wrong_with_a_text_is_translated() {
        let all = [
            TextError::Empty,
            TextError::TooLong { chars_max: 40 },
            TextError::Untrimmed,
            TextError::Control,
            TextError::Unseen { found: '\u{200b}' },
            TextError::NoMailAddress,
            TextError::Alphabet { pattern: "^a$" },
        ];
        for why in all {
            // A new one must stand above.
            match why {
                TextError::Empty
                | TextError::TooLong { .. }
                | TextError::Untrimmed
                | TextError::Control
                | TextError::Unseen { .. }
                | TextError::NoMailAddress
                | TextError::Alphabet { .. } => {}
            }
            assert_eq!(said(&why.to_string()), text_error(why));
            let zh = text_error(why).zh.replace("office@example.edu.cn", "").replace("U+200B", "");
            is_translated(&Words { zh, ..text_error(why) });
        }
    }

    #[test]
    fn everything_that_types_say_of_a_value_is_translated() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut found = Vec::new();
        texts(&root, &root, &mut found);
        assert!(found.len() > 15, "{found:?}");
        for text in found {
            is_translated(&if text.starts_with("must") || text.starts_with("each") {
                said(&text)
            } else {
                expected(&text)
            });
        }
        let not_a_day = "2021-02-30".parse::<crate::domain::Day>().expect_err("no day").to_string();
        for words in [said(&not_a_day), said(NOT_AN_ID), unknown_field(), missing(), given_twice(), one_of(&[])] {
            is_translated(&words);
        }
    }

    #[test]
    fn everything_that_serde_expects_is_translated() {
        let plain = ["a string", "str", "a boolean", "a UUID string", "a sequence", "a map", "struct Person", "f64"];
        let numbers = ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize"];
        let others = ["a tuple of size 2", "variant of enum OrgKind"];
        for what in plain.into_iter().chain(numbers).chain(others) {
            is_translated(&expected(what));
        }
    }
}
