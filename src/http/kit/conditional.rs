//! Entity tags and the conditions that callers make with them.
//!
//! An object's tag is `"<epoch>-<own revision>-<hash>"`. If-None-Match compares all of it, so that a caller whose sight has
//! changed gets a new body. If-Match compares only epoch and revision, so that a change of something that is merely shown
//! with an object stops no write. The tag of a compressed answer ends in `-gzip` or `-zstd`, because other bytes need
//! another strong tag; both conditions ignore this.

use actix_web::http::header::{EntityTag, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::{header::listed, problem::Problem};
use crate::domain::{Day, Epoch, Position, Revision};

/// What the tag of a compressed answer ends in, by its content coding.
pub const SUFFIXES: [(&str, &str); 2] = [("gzip", "-gzip"), ("zstd", "-zstd")];
/// The most characters of a tag: quotes, an epoch, a letter, a revision, two hyphens and a hash.
const TAG_CHARS_MAX: usize = 2 + 12 + 1 + 20 + 2 + 16;
/// The most tags that one condition may list.
pub const TAGS_MAX: usize = 50;
/// The regular expression that the published schema gives for `If-Match`; it also bounds it.
pub const IF_MATCH_PATTERN: &str = r##"^(\*|(W/)?"[!#-~]{0,60}"([ \t]{0,2},[ \t]{0,2}(W/)?"[!#-~]{0,60}"){0,49})$"##;
/// The same for `If-None-Match`, which may be empty.
pub const IF_NONE_MATCH_PATTERN: &str =
    r##"^(|\*|(W/)?"[!#-~]{0,60}"([ \t]{0,2},[ \t]{0,2}(W/)?"[!#-~]{0,60}"){0,49})$"##;

/// The tag of one object: from the revision of its own data and the bytes of the body.
pub fn object_tag(epoch: Epoch, revision: Revision, body: &[u8]) -> String {
    tag(epoch, "", revision, xxh3_64(body))
}

/// The tag of a question's answer, known before it is computed: from what the answer depends on. Another version of the
/// program may answer otherwise.
pub fn question_tag(at: Position, question: u64) -> String {
    tag(at.epoch, "r", at.revision, hash_of([&at.digest, env!("CARGO_PKG_VERSION").as_bytes()], question))
}

/// As `format!("\"{epoch}-{mark}{revision}-{hash:016x}\"")` has it, in a tenth of the time.
fn tag(epoch: Epoch, mark: &str, revision: Revision, hash: u64) -> String {
    let mut tag = String::with_capacity(TAG_CHARS_MAX);
    tag.push('"');
    tag.push_str(epoch.text().as_str());
    tag.push('-');
    tag.push_str(mark);
    tag.push_str(itoa::Buffer::new().format(revision));
    tag.push('-');
    let halves = hash.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    tag.extend(halves.filter_map(|half| char::from_digit(half.into(), 16)));
    tag.push('"');
    tag
}

/// The hash that distinguishes a question from all others at one revision.
pub fn question_hash(path: &str, query: &str, as_of: Day, sight_mark: u64) -> u64 {
    let as_of = as_of.number().to_le_bytes();
    hash_of([path.as_bytes(), query.as_bytes(), &sight_mark.to_le_bytes(), &as_of], 0)
}

/// Each part is hashed with the hash of those before it, so their boundaries count too.
fn hash_of<const N: usize>(parts: [&[u8]; N], seed: u64) -> u64 {
    parts.into_iter().fold(seed, |hash, part| xxh3_64_with_seed(part, hash))
}

/// Which revisions of an object a change may apply to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any revision, as long as the object exists.
    Any,
    /// One of these, each of an epoch. None, if no tag in the header is one of ours: then nothing matches.
    States(Vec<(Epoch, Revision)>),
    /// Weak tags alone: nothing matches.
    Weak,
}

impl IfMatch {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// It is not a list of entity tags.
    pub fn read(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        Ok(match Condition::read(headers, &IF_MATCH, "If-Match")? {
            // A variable that was not set must not make a write without a condition.
            None if headers.contains_key(&IF_MATCH) => {
                return Err(Problem::header("If-Match", "must not be empty", "不能为空"));
            }
            None => None,
            Some(Condition::Tags(tags)) if tags.iter().all(|tag| tag.weak) => Some(Self::Weak),
            Some(Condition::Any) => Some(Self::Any),
            Some(Condition::Tags(tags)) => {
                let strong = tags.iter().filter(|tag| !tag.weak);
                Some(Self::States(strong.filter_map(|tag| own_state(tag.tag())).collect()))
            }
        })
    }
}

/// Which answers the caller has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfNoneMatch(Condition);

impl IfNoneMatch {
    /// Whether it asks that there is nothing.
    pub fn is_any(&self) -> bool {
        self.0 == Condition::Any
    }

    /// Reads the header.
    ///
    /// # Errors
    ///
    /// It is not a list of entity tags.
    pub fn read(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        Ok(Condition::read(headers, &IF_NONE_MATCH, "If-None-Match")?.map(Self))
    }

    /// Where the caller names `tag`: the tag under which it has the answer. `*` names none: whether there
    /// is anything is known only when the question is answered.
    pub fn names(&self, tag: &str) -> Option<String> {
        match &self.0 {
            Condition::Any => None,
            Condition::Tags(_) => self.known(tag),
        }
    }

    /// Where the caller has the answer with `tag`, which exists: the tag under which it has it.
    pub fn known(&self, tag: &str) -> Option<String> {
        match &self.0 {
            Condition::Any => Some(tag.to_owned()),
            Condition::Tags(tags) => {
                let found = tags.iter().find(|known| plain(known.tag()) == tag.trim_matches('"'))?;
                Some(format!("\"{}\"", found.tag()))
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Any,
    Tags(Vec<EntityTag>),
}

impl Condition {
    /// Strictly: actix-web's own headers skip a tag that they cannot read, and then look as if no condition was made.
    fn read(headers: &HeaderMap, header: &HeaderName, name: &'static str) -> Result<Option<Self>, Problem> {
        let refused = || Problem::header(name, "must be * or a list of entity tags", "必须是 * 或实体标签的列表");
        if headers.get_all(header).all(HeaderValue::is_empty) {
            return Ok(None);
        }
        let items: Vec<&str> = listed(headers, header).collect();
        match items.as_slice() {
            ["*"] => Ok(Some(Self::Any)),
            [] => Err(refused()),
            tags if tags.len() > TAGS_MAX => Err(refused()),
            tags => tags
                .iter()
                .map(|tag| tag.parse())
                .collect::<Result<_, _>>()
                .map(Self::Tags)
                .map(Some)
                .or(Err(refused())),
        }
    }
}

/// The tag without what compression has added.
fn plain(tag: &str) -> &str {
    SUFFIXES.iter().find_map(|(_, suffix)| tag.strip_suffix(suffix)).unwrap_or(tag)
}

/// Epoch and revision in an object's tag; what follows does not count. In the tag of a question a letter stands before the
/// revision.
fn own_state(tag: &str) -> Option<(Epoch, Revision)> {
    let (epoch, rest) = tag.split_once('-')?;
    let (revision, _) = rest.split_once('-')?;
    let revision = revision.bytes().all(|b| b.is_ascii_digit()).then(|| revision.parse().ok())??;
    Some((epoch.parse().ok()?, revision))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), HeaderValue::from_str(value).expect("a header"));
        }
        headers
    }

    fn epoch() -> Epoch {
        Epoch::of(0xe0)
    }

    fn at(revision: Revision) -> Position {
        Position::new(epoch(), revision, None)
    }

    #[test]
    fn a_tag_is_epoch_revision_and_hash() {
        assert_eq!(tag(epoch(), "r", 17, 0xab), "\"0000000000e0-r17-00000000000000ab\"");
        assert_eq!(tag(epoch(), "r", u64::MAX, u64::MAX).len(), TAG_CHARS_MAX);
    }

    #[test]
    fn if_match_looks_at_epoch_and_revision_alone() {
        let read = |values: &[&str]| IfMatch::read(&with(IF_MATCH, values)).expect("a list");
        let accepts = |values: &[&str]| match read(values) {
            Some(IfMatch::States(states)) => states.contains(&(epoch(), 17)),
            _ => false,
        };
        let tag = object_tag(epoch(), 17, b"body");
        let gzip = format!("{}-gzip\"", tag.trim_end_matches('"'));
        for values in [
            &[tag.as_str()][..],
            &[r#""0000000000e0-17-0123456789abcdef""#],
            &[r#""0000000000e0-17-0""#],
            &[gzip.as_str()],
            &["\"x\"", &tag],
        ] {
            assert!(accepts(values), "{values:?}");
        }
        let weak = format!("W/{tag}");
        let question = question_tag(at(17), 1);
        for values in [
            &[weak.as_str()][..],
            &[question.as_str()],
            &["\"0000000000e0-18-0123456789abcdef\""],
            &["\"0000000000e1-17-0123456789abcdef\""],
            &["\"0000000000e0-17\""],
            &["\"17-0123456789abcdef\""],
            &["\"0000000000e0-+17-0\""],
        ] {
            assert!(!accepts(values), "{values:?}");
        }
        assert_eq!(read(&["*"]), Some(IfMatch::Any));
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn if_none_match_looks_at_the_whole_tag() {
        let known = |value: &str, tag: &str| {
            let condition = IfNoneMatch::read(&with(IF_NONE_MATCH, &[value])).expect("a list").expect("given");
            condition.known(tag)
        };
        let tag = object_tag(epoch(), 17, b"body");
        assert_eq!(known(&tag, &tag).as_deref(), Some(tag.as_str()));
        assert_eq!(known(&format!("\"x\" , W/{tag}"), &tag).as_deref(), Some(tag.as_str()));
        assert_eq!(known("*", &tag).as_deref(), Some(tag.as_str()));
        assert_eq!(known(r#""0000000000e0-17-0123456789abcdef""#, &tag), None);
        // A comma may stand in a tag, and lists may have empty items (RFC 9110, 8.8.3 and 5.6.1).
        assert_eq!(known(&format!("\"x,y\", ,{tag},"), &tag).as_deref(), Some(tag.as_str()));
        let gzip = format!("{}-gzip\"", tag.trim_end_matches('"'));
        assert_eq!(known(&gzip, &tag), Some(gzip));
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for value in ["x", "17", ",", "\"a", "\"a\", b", "*, \"a\"", "\"a\" \"b\"", "w/\"a\"", "\"a b\""] {
            assert!(IfNoneMatch::read(&with(IF_NONE_MATCH, &[value])).is_err(), "{value}");
        }
        assert_eq!(IfNoneMatch::read(&with(IF_NONE_MATCH, &[""])).expect("nothing is asked"), None);
        let many = vec!["\"a\""; TAGS_MAX + 1].join(",");
        assert!(IfMatch::read(&with(IF_MATCH, &[&many])).is_err());
    }

    #[test]
    fn a_question_s_tag_changes_with_all_it_depends_on() {
        let day: Day = "2021-04-15".parse().expect("a day");
        let one = question_hash("/orgs", "kind=unit", day, 0);
        assert_ne!(one, question_hash("/orgs", "kind=branch", day, 0));
        assert_ne!(one, question_hash("/orgs", "kind=unit", day.plus(1), 0));
        assert_ne!(question_tag(at(1), one), question_tag(at(2), one));
        let other = Position::new(Epoch::of(1), 1, None);
        assert_ne!(question_tag(at(1), one), question_tag(other, one));
    }
}
