//! The log: its entries, what tells it from other logs, and places in it.

use std::{collections::BTreeMap, fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{ids::ids, kinds::kinds, *};

/// One accepted command in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place: one more than the entry before.
    pub revision: Revision,
    /// When it was recorded; later than the entry before.
    pub recorded_at: Instant,
    /// Who asked for it.
    pub actor: String,
    /// What was asked, for example `org.dissolved`.
    pub kind: String,
    /// The object that the command named, if any.
    pub subject: Option<String>,
    /// The document of the act.
    pub basis: Option<Basis>,
    /// What it did, in order.
    pub effects: Vec<LoggedEffect>,
    /// What it and all entries before it say, in one number. Absent before the chain began.
    pub digest: Option<Digest>,
    /// Of an entry of a format before 4: the duties, before and after, of the orgs that it changed. They had no
    /// versions.
    pub undated_duties: Option<BTreeMap<OrgId, [Option<Duties>; 2]>>,
}

impl Entry {
    /// The format that this release writes. A release that finds a newer format in the log must not write.
    ///
    /// 1: orgs, people, posts, roles. 2: also supervisions, and roles held by a seat. 3: a
    /// seat is written beside its type, as requests write it. 4: the duties of an org stand in its versions,
    /// and the counts of its members are a series. 5: entries are chained by digests, and the head counts rows.
    pub const FORMAT: i32 = 5;
    /// The first format in which duties stand in versions.
    pub const FORMAT_OF_DATED_DUTIES: i32 = 4;

    /// Chains the entry to the one before, which has the digest `before`.
    pub fn chain(&mut self, before: Digest) -> Digest {
        let said = json!({
            "revision": self.revision,
            "recorded_at": self.recorded_at.timestamp_micros(),
            "actor": self.actor,
            "kind": self.kind,
            "subject": self.subject,
            "basis": self.basis,
            "effects": self.effects,
        });
        let digest = before.then(said.to_string().as_bytes());
        self.digest = Some(digest);
        digest
    }
}

/// The SHA-256 of everything that a log says up to an entry.
///
/// That of an entry is computed from the 32 bytes of the one before, and from the entry as JSON without white space, with
/// the members of every object in alphabetical order.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of this one and what follows.
    #[must_use]
    pub fn then(self, next: &[u8]) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(next).finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut bytes = [0; 32];
        if !text.is_ascii() || text.len() != 2 * bytes.len() {
            return Err(());
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * place..2 * place + 2).filter(|digits| !digits.starts_with('+')).ok_or(())?;
            *byte = u8::from_str_radix(digits, 16).map_err(drop)?;
        }
        Ok(Self(bytes))
    }
}

ids! {
    /// Tells one directory from another, also after it has been copied or restored.
    DirectoryId,
}

/// Tells a log from what it was before a backup was restored: the same revision may then be another entry. Of 48 random
/// bits, and never used again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Epoch(u64);

impl Epoch {
    const BYTES: usize = 6;
    const BITS: u32 = 48;

    /// One of these random bits.
    pub fn of(random: u64) -> Self {
        Self(random & ((1 << Self::BITS) - 1))
    }

    /// As a number.
    pub fn number(self) -> u64 {
        self.0
    }

    /// As text: its bytes as hexadecimal digits.
    pub fn text(self) -> Digits {
        Digits::of_hex(&self.0.to_be_bytes()[8 - Self::BYTES..])
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl FromStr for Epoch {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let legal = text.len() == 2 * Self::BYTES && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        legal.then(|| u64::from_str_radix(text, 16).ok()).flatten().map(Self).ok_or(())
    }
}

/// What tells a log from others, and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// The directory. Absent before the chain began.
    pub directory_id: Option<DirectoryId>,
    /// The epoch.
    pub epoch: Epoch,
    /// The digest of the last entry.
    pub digest: Digest,
    /// How many rows there are after it.
    pub rows: RowCounts,
}

impl Chain {
    /// Of the same log before its first entry.
    #[must_use]
    pub fn at_the_beginning(&self) -> Self {
        Self { digest: Digest::default(), rows: RowCounts::default(), ..self.clone() }
    }
}

/// Door: how many rows of each kind there are.
macro_rules! row_counts {
    (() org $org:tt version $version:tt objects $objects:tt plain $plain:tt people $people:tt) => {
        row_counts! { @rows [$org $version $objects $plain $people] }
        row_counts! { @objects [$org $objects $plain $people] }
    };
    (@rows [$({ $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty $(, $day:ident: $day_type:ty)?) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*]) => {
        /// How many rows of each kind there are.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        #[expect(missing_docs, reason = "the names say it")]
        pub struct RowCounts {
            $($(pub $plural: u64,)*)*
        }

        impl RowCounts {
            /// Counts what an effect does.
            pub fn count(&mut self, effect: &Effect) {
                match effect {
                    $($(Effect::$kind { before, after, .. } => {
                        step(&mut self.$plural, before.is_some(), after.is_some());
                    })*)*
                }
            }
        }
    };
    (@objects [$({ $(
        $(#[doc = $doc:literal])+
        $kind:ident($id:ident: $key:ty) of $value:ty,
            $table:ident $plural:ident, $attributes:ident, $en:literal $zh:literal;
    )* })*]) => {
        impl RowCounts {
            /// Counts the rows of an object.
            pub fn add(&mut self, object: &Object) {
                match object {
                    $($(Object::$kind(_) => self.$plural += 1,)*)*
                }
                if let Object::Org(org) = object {
                    self.versions += org.versions.len() as u64;
                }
            }
        }
    };
}

kinds! { row_counts () }

fn step(number: &mut u64, before: bool, after: bool) {
    *number = number.saturating_add(u64::from(after)).saturating_sub(u64::from(before));
}

/// A place in a log: right after an entry. It also says which entry of which log that is, and what a caller saw who was
/// given it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The epoch of the log.
    pub epoch: Epoch,
    /// The entry.
    pub revision: Revision,
    /// The first bytes of its digest. Zeros before the chain began.
    pub digest: [u8; Self::DIGEST_BYTES],
    /// What tells what a caller saw from what others see. 0 for a caller who sees everything.
    pub sight: u64,
}

impl Position {
    /// How many bytes of the digest it has.
    pub const DIGEST_BYTES: usize = 8;
    const BYTES: usize = Epoch::BYTES + 8 + Self::DIGEST_BYTES + 8;
    /// How many characters it has as text.
    pub const CHARS: usize = (Self::BYTES * 4).div_ceil(3);

    /// The place after the entry `revision` with this digest.
    pub fn new(epoch: Epoch, revision: Revision, digest: Option<Digest>) -> Self {
        let mut first = [0; Self::DIGEST_BYTES];
        first.copy_from_slice(&digest.unwrap_or_default().0[..Self::DIGEST_BYTES]);
        Self { epoch, revision, digest: first, sight: 0 }
    }

    /// Whether both are after the same entry of the same log.
    pub fn is_at(&self, other: &Self) -> bool {
        (self.epoch, self.revision, self.digest) == (other.epoch, other.revision, other.digest)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; Self::BYTES];
        bytes[..Epoch::BYTES].copy_from_slice(&self.epoch.0.to_be_bytes()[2..]);
        bytes[Epoch::BYTES..Epoch::BYTES + 8].copy_from_slice(&self.revision.to_be_bytes());
        bytes[Epoch::BYTES + 8..Self::BYTES - 8].copy_from_slice(&self.digest);
        bytes[Self::BYTES - 8..].copy_from_slice(&self.sight.to_be_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Position {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(drop)?;
        let bytes: [u8; Self::BYTES] = bytes.try_into().map_err(drop)?;
        let (mut epoch, mut revision, mut digest) = ([0; 8], [0; 8], [0; Self::DIGEST_BYTES]);
        epoch[2..].copy_from_slice(&bytes[..Epoch::BYTES]);
        revision.copy_from_slice(&bytes[Epoch::BYTES..Epoch::BYTES + 8]);
        digest.copy_from_slice(&bytes[Epoch::BYTES + 8..Self::BYTES - 8]);
        let mut sight = [0; 8];
        sight.copy_from_slice(&bytes[Self::BYTES - 8..]);
        let (epoch, revision) = (Epoch(u64::from_be_bytes(epoch)), u64::from_be_bytes(revision));
        Ok(Self { epoch, revision, digest, sight: u64::from_be_bytes(sight) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_it_is_written() {
        let position =
            Position { sight: 3, ..Position::new(Epoch::of(u64::MAX), 17, Some(Digest::default().then(b"x"))) };
        let text = position.to_string();
        assert_eq!(text.len(), Position::CHARS);
        assert_eq!(text.parse(), Ok(position));
        for wrong in ["", "x", &text[1..], &format!("{text}A")] {
            assert_eq!(wrong.parse::<Position>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn an_epoch_is_read_as_it_is_written() {
        for epoch in [Epoch::of(0), Epoch::of(1 << 47), Epoch::of(u64::MAX)] {
            assert_eq!(epoch.to_string().parse(), Ok(epoch));
        }
        for wrong in ["", "1", "00000000000g", "0000000000001", "+00000000001"] {
            assert!(wrong.parse::<Epoch>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_digest_is_read_as_it_is_written() {
        let digest = Digest::default().then(b"x");
        let text = digest.to_string();
        assert_eq!(text.parse(), Ok(digest));
        for wrong in ["", &text[1..], &text.replace(&text[..1], "g"), &format!("+{}", &text[1..])] {
            assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_digest_depends_on_all_that_an_entry_says() {
        let entry = Entry {
            revision: 2,
            recorded_at: Instant::default(),
            actor: "operator".to_owned(),
            kind: "org.created".to_owned(),
            subject: None,
            basis: None,
            effects: Vec::new(),
            digest: None,
            undated_duties: None,
        };
        let of = |change: fn(&mut Entry)| {
            let mut changed = entry.clone();
            change(&mut changed);
            changed.chain(Digest::default())
        };
        let other = [
            of(|_| {}),
            of(|entry| entry.revision += 1),
            of(|entry| entry.recorded_at += chrono::TimeDelta::microseconds(1)),
            of(|entry| entry.actor.push('x')),
            of(|entry| entry.kind.push('x')),
            of(|entry| entry.subject = Some(String::new())),
            of(|entry| entry.undated_duties = None),
        ];
        assert_eq!(other.first(), other.last());
        for (place, one) in other.iter().enumerate().take(other.len() - 1) {
            assert!(other[..place].iter().all(|earlier| earlier != one));
        }
    }
}
