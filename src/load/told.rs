//! What is wrong with a line, in words.

use crate::{
    domain::{Error, ExternalId},
    record::{Fault, LINE_BYTES_MAX},
    registry::{LoadFault, Rejected},
    words::{Language, Naming, Refusal, Words},
};

/// Why a line cannot be read.
pub(super) fn unreadable(fault: &Fault) -> Words {
    let zh = match fault {
        Fault::Input(error) => format!("无法读取：{error}"),
        Fault::TooLong => format!("超过 {LINE_BYTES_MAX} 字节"),
        Fault::Shape { error, member, value } => {
            let column = error.column();
            match (member.as_str(), value) {
                ("", None) => format!("第 {column} 列：不符合格式"),
                ("", Some(value)) => format!("第 {column} 列：{value} 不符合格式"),
                (member, None) => format!("{member}：第 {column} 列不符合格式"),
                (member, Some(value)) => format!("{member}：第 {column} 列的值 {value} 不符合格式"),
            }
        }
        Fault::Empty => "空行".to_owned(),
        Fault::NotAHeader => "不是本格式的首行".to_owned(),
        Fault::NewerVersion { version } => format!("不支持格式的版本 {version}"),
        Fault::Zone { zone } => format!("没有时区 {zone}"),
    };
    Words::new(fault.to_string(), zh)
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
