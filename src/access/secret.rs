//! The secret of an API key: `corg_`, 256 random bits, and a checksum, so that a slip is told apart without a look
//! at the keys. Only its hash is kept.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::domain::SecretHash;

/// What the secrets of keys that this service makes begin with.
const MARK: &str = "corg_";
/// The same of tickets.
const TICKET_MARK: &str = "cotk_";
/// The bytes of a secret: 256 bits.
const SECRET_BYTES: usize = 32;
/// The bytes of the checksum.
const CHECKSUM_BYTES: usize = 4;
/// The characters of a secret that may be shown.
pub const PREFIX_CHARS: usize = 12;
/// The fewest characters of a secret that an operator makes up.
pub const GIVEN_CHARS_MIN: usize = 40;
/// The most characters of a secret.
pub(super) const CHARS_MAX: usize = 512;

/// The secret of a key, in the clear. It is shown once and never kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    ///
    /// The machine gives no random bytes.
    pub fn generate() -> Result<Self, getrandom::Error> {
        Self::marked(MARK)
    }

    /// A new one of a ticket.
    ///
    /// # Errors
    ///
    /// The machine gives no random bytes.
    pub fn of_ticket() -> Result<Self, getrandom::Error> {
        Self::marked(TICKET_MARK)
    }

    fn marked(mark: &str) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; SECRET_BYTES + CHECKSUM_BYTES];
        let (secret, checksum) = bytes.split_at_mut(SECRET_BYTES);
        getrandom::fill(secret)?;
        checksum.copy_from_slice(&checksum_of(mark, secret));
        Ok(Self(format!("{mark}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// One that an operator made up. `None` if it is too short or too long, or has characters that a header cannot
    /// carry.
    pub fn given(text: &str) -> Option<Self> {
        let legal =
            (GIVEN_CHARS_MIN..=CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        (legal && !text.starts_with(MARK)).then(|| Self(text.to_owned()))
    }

    /// One that this service made, read back.
    pub fn own(text: &str) -> Option<Self> {
        (text.starts_with(MARK) && !is_mistyped(text)).then(|| Self(text.to_owned()))
    }

    /// The secret itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its hash.
    pub fn hash(&self) -> SecretHash {
        hash_of(&self.0)
    }

    /// Its beginning, by which people recognise it. A secret that an operator made up shows nothing.
    pub fn prefix(&self) -> String {
        if self.0.starts_with(MARK) { self.0.chars().take(PREFIX_CHARS).collect() } else { String::new() }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The hash of a secret. A plain hash is enough: nobody guesses 256 random bits.
pub fn hash_of(secret: &str) -> SecretHash {
    SecretHash(Sha256::digest(secret.as_bytes()).into())
}

/// Whether a text looks like a secret of this service but cannot be one.
pub fn is_mistyped(text: &str) -> bool {
    text.starts_with(MARK) && !has_checksum(MARK, text)
}

/// Whether a text can be the secret of a ticket.
pub fn may_be_ticket(text: &str) -> bool {
    has_checksum(TICKET_MARK, text)
}

/// Whether what follows the mark ends in its checksum.
fn has_checksum(mark: &str, text: &str) -> bool {
    let bytes = text.strip_prefix(mark).and_then(|encoded| URL_SAFE_NO_PAD.decode(encoded).ok());
    let split = bytes.as_ref().and_then(|bytes| bytes.split_at_checked(SECRET_BYTES));
    split.is_some_and(|(secret, checksum)| checksum == checksum_of(mark, secret))
}

fn checksum_of(mark: &str, secret: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut checksum = [0; CHECKSUM_BYTES];
    let digest = Sha256::new().chain_update(mark).chain_update(secret).finalize();
    checksum.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    checksum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fuzz::try_texts;

    #[test]
    fn a_new_secret_is_well_formed_and_hides_itself() {
        let secret = Secret::generate().expect("random bytes");
        assert!(secret.as_str().starts_with(MARK) && !is_mistyped(secret.as_str()));
        assert_eq!(secret.prefix().len(), PREFIX_CHARS);
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_ne!(secret, Secret::generate().expect("random bytes"));
        let hash = secret.hash();
        assert_eq!(SecretHash::parse(&hash.to_string()), Some(hash));
        assert_eq!(SecretHash::parse("zz"), None);
        assert_eq!(SecretHash::parse(&"é".repeat(SECRET_BYTES)), None);
    }

    #[test]
    fn one_wrong_character_is_noticed() {
        let secret = Secret::generate().expect("random bytes");
        let text = secret.as_str();
        for at in MARK.len()..text.len() {
            let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
            let wrong = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            assert!(is_mistyped(&wrong), "{at}");
        }
        for wrong in ["corg_", "corg_A", &text[..text.len() - 1], &format!("{text}A"), &format!("{text}=")] {
            assert!(is_mistyped(wrong), "{wrong}");
        }
        assert!(!is_mistyped("anything else"));
    }

    #[test]
    fn a_ticket_is_no_key() {
        let [key, ticket] = [Secret::generate(), Secret::of_ticket()].map(|secret| secret.expect("random bytes"));
        assert!(may_be_ticket(ticket.as_str()) && !may_be_ticket(key.as_str()));
        assert!(Secret::own(key.as_str()).is_some() && Secret::own(ticket.as_str()).is_none());
        for wrong in ["", "cotk_", &ticket.as_str()[1..], &format!("{}A", ticket.as_str())] {
            assert!(!may_be_ticket(wrong), "{wrong}");
        }
    }

    #[test]
    fn fuzz_secrets() {
        let [key, ticket] = [Secret::generate(), Secret::of_ticket()].map(|secret| secret.expect("random bytes"));
        let [key, ticket] = [key.as_str(), ticket.as_str()];
        let pieces = [MARK, TICKET_MARK, key, ticket, &key[5..], &ticket[5..], "A", "_", "=", " ", "é"];
        try_texts(&pieces, |bytes| {
            let text = String::from_utf8_lossy(bytes);
            assert_eq!(Secret::own(&text).is_some(), text == key, "{text}");
            assert_eq!(may_be_ticket(&text), text == ticket, "{text}");
            assert!(Secret::given(&text).is_none_or(|given| given.prefix().is_empty()), "{text}");
            assert!(SecretHash::parse(&text).is_none(), "{text}");
        });
    }

    #[test]
    fn an_operator_makes_up_a_long_one() {
        assert!(Secret::given(&"x".repeat(GIVEN_CHARS_MIN)).is_some());
        assert!(Secret::given(&"x".repeat(GIVEN_CHARS_MIN - 1)).is_none());
        assert!(Secret::given(&"x".repeat(CHARS_MAX + 1)).is_none());
        assert!(Secret::given(&"x y".repeat(20)).is_none());
        assert!(Secret::given(&format!("corg_{}", "x".repeat(48))).is_none());
    }
}
