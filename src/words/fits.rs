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
        "a boolean" => Words::new("must be true or false", "必须是 true 或 false"),
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

/// What a type of `domain` says about a value. The sentences are constants and contain no values.
pub fn said(text: &str) -> Words {
    if text == NOT_AN_ID {
        return uuid();
    }
    let of_text = [TextError::Empty, TextError::Untrimmed, TextError::Control];
    if let Some(why) = of_text.into_iter().find(|why| why.to_string() == text) {
        return text_error(why);
    }
    let chars_max = text.strip_prefix("must have at most ").and_then(|rest| rest.strip_suffix(" characters"));
    let zh = if let Some(chars_max) = chars_max {
        format!("至多 {chars_max} 个字符")
    } else if let Some(pattern) = text.strip_prefix("must match ") {
        format!("必须匹配 {pattern}")
    } else if text.starts_with("must be a date ") {
        "必须是 1000-01-01 至 2999-12-31 之间的日期，格式为 YYYY-MM-DD".to_owned()
    } else if let Some(rest) = text.strip_prefix("must have at most ") {
        format!("至多 {}", rest.replace(" values", " 个值").replace(" items", " 项"))
    } else if let Some(range) = text.strip_prefix("must be an integer from ") {
        format!("必须是 {} 的整数", range.replace(" to ", " 到 "))
    } else if let Some(names) = text.strip_prefix("must have exactly one of ") {
        format!("必须恰有 {} 之一", names.replace(" and ", " 和 "))
    } else if text == "must be scheme:value" {
        "必须是“体系:值”，即 scheme:value".to_owned()
    } else {
        text.to_owned()
    };
    Words::new(text, zh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_domain_says_is_translated() {
        for why in [
            TextError::Empty,
            TextError::TooLong { chars_max: 40 },
            TextError::Untrimmed,
            TextError::Control,
            TextError::Alphabet { pattern: "^a$" },
        ] {
            assert_eq!(said(&why.to_string()), text_error(why));
        }
        let not_a_day = "2021-02-30".parse::<crate::domain::Day>().expect_err("no day").to_string();
        assert_ne!(said(&not_a_day).zh, not_a_day);
    }
}
