//! What is wrong with a line, in words.

use crate::{
    domain::{Error, ExternalId},
    record::{Fault, LINE_BYTES_MAX},
    registry::{LoadFault, Rejected},
    words::{Language, Naming, Refusal, Words, expected, given_twice, missing, one_of, said, unknown_field},
};

/// Why a line cannot be read.
pub(super) fn unreadable(fault: &Fault) -> Words {
    let zh = match fault {
        Fault::Input(error) => format!("无法读取：{error}"),
        Fault::TooLong => format!("超过 {LINE_BYTES_MAX} 字节"),
        Fault::Shape { error, member, value } => {
            let (why, field) = reason(error);
            let places = [member.as_str(), field.as_str()].into_iter().filter(|place| !place.is_empty());
            let place = places.collect::<Vec<_>>().join("/");
            let place = if place.is_empty() { format!("第 {} 列", error.column()) } else { place };
            let value = value.as_ref().filter(|_| field.is_empty());
            format!("{place}：{why}{}", value.map(|value| format!("：{value}")).unwrap_or_default())
        }
        Fault::Empty => "空行".to_owned(),
        Fault::NotAHeader => "不是本格式的首行".to_owned(),
        Fault::NewerVersion { version } => format!("不支持格式的版本 {version}"),
        Fault::Zone { zone } => format!("没有时区 {zone}"),
    };
    Words::new(fault.to_string(), zh)
}

/// There are more or fewer lines of a kind than the header says.
pub(super) fn announced(kind: &str, lines: usize) -> Words {
    Words::new(
        format!("records/{kind}: the file does not have {lines} such lines"),
        format!("records/{kind}：文件中该类行数不是 {lines}"),
    )
}

/// Why a value does not fit, in Chinese, and the field that is missing, given twice or unknown.
fn reason(error: &serde_json::Error) -> (String, String) {
    if !error.is_data() {
        return ("不是合法的 JSON".to_owned(), String::new());
    }
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    let quoted: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    let field = || quoted.first().copied().unwrap_or_default().to_owned();
    let of_field =
        [("missing field ", missing()), ("duplicate field ", given_twice()), ("unknown field ", unknown_field())];
    if let Some((_, why)) = of_field.into_iter().find(|(begins, _)| text.starts_with(begins)) {
        return (why.zh, field());
    }
    let why = match text.split_once(", expected ") {
        Some((begins, _)) if begins.starts_with("unknown variant ") => one_of(quoted.get(1..).unwrap_or_default()),
        Some((begins, what)) if begins.starts_with("invalid ") => expected(what),
        _ => said(text),
    };
    (why.zh, String::new())
}

/// Why its object cannot be entered, and with which other lines it does not fit.
pub(super) fn rejected(Rejected { line: _, why, others }: &Rejected, naming: Naming<'_>) -> Words {
    let Words { en, zh } = match why {
        LoadFault::Twice { first } => {
            return Words::new(format!("id: the same as in line {first}"), format!("id：与第 {first} 行相同"));
        }
        LoadFault::NilId => Words::new("id: must not be the nil UUID", "id：不能全为零"),
        LoadFault::Carried => Words::new(
            "versions: a version differs from the one before in an attribute that none of its acts set",
            "versions：某个版本与前一版本有别，而没有任何行为设定该项",
        ),
        LoadFault::Versions => Words::new(
            "versions: an org needs versions, each beginning after the one before",
            "versions：组织必须有版本，且各版本的起始日依次递增",
        ),
        LoadFault::TooMuch { field, max } => {
            Words::new(format!("{field}: more than {max}, or less than 0"), format!("{field}：大于 {max} 或小于 0"))
        }
        LoadFault::NoEnd { field } => {
            Words::new(format!("{field}: allowed only with an end"), format!("{field}：仅在有终止日时可填"))
        }
        LoadFault::Refused(error) => refused(error, naming),
    };
    match &others[..] {
        [] => Words::new(en, zh),
        [other] => Words::new(format!("{en} See line {other}."), format!("{zh}见第 {other} 行。")),
        others => {
            let lines: Vec<String> = others.iter().map(u64::to_string).collect();
            Words::new(format!("{en} See lines {}.", lines.join(", ")), format!("{zh}见第 {} 行。", lines.join("、")))
        }
    }
}

/// A refusal, with the member that is at fault, and the value that names nothing.
fn refused(error: &Error, naming: Naming<'_>) -> Words {
    let refusal = Refusal::new(error, naming);
    let said = |language| refusal.line(language).unwrap_or_else(|| error.to_string());
    let (en, zh) = (said(Language::English), said(Language::Chinese));
    let Some((pointer, _)) = refusal.faults.first().filter(|_| refusal.detail.is_some()) else {
        return Words::new(en, zh);
    };
    let member = pointer.trim_start_matches('/');
    match error {
        Error::UnknownReference { id, .. } => {
            Words::new(format!("{member}: {id}: {en}"), format!("{member}：{id}：{zh}"))
        }
        Error::ExternalIdTaken { id: ExternalId { scheme, value }, .. } => {
            Words::new(format!("{member}: {scheme}:{value}: {en}"), format!("{member}：{scheme}:{value}：{zh}"))
        }
        _ => Words::new(format!("{member}: {en}"), format!("{member}：{zh}")),
    }
}
