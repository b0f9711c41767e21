//! A baseline: fingerprints of the secrets that are known and not told of again. It holds no secret,
//! and whoever lacks the key cannot try values against it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fingerprint::{Fingerprint, FingerprintKey};

/// Bytes of one.
pub const BASELINE_BYTES: usize = 64 << 20;
const VERSION: u32 = 1;
/// What the fingerprint of shows under which key a baseline was written.
const KEY_MARK: &[u8] = b"";

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// Over [`BASELINE_BYTES`].
    #[error("it has {0} bytes; at most {BASELINE_BYTES} are read")]
    Large(usize),
    /// Not JSON, or another document.
    #[error("it is no baseline: {0}")]
    Malformed(serde_json::Error),
    /// Of a version to come.
    #[error("it has version {0}; this program reads version {VERSION}")]
    Version(u32),
    /// A fingerprint that is none, and where it stands.
    #[error("{0} is not 32 hexadecimal digits")]
    Fingerprint(String),
    /// Made with a key that is not here.
    #[error("it was written with another fingerprint key")]
    Key,
}

/// What is known of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSecret {
    /// The rule that found it.
    pub rule: String,
    /// Why it may stay, in the words of whoever said so.
    pub reason: Option<String>,
}

/// Known secrets, by fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<Fingerprint, KnownSecret>,
    key: Option<Fingerprint>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    findings: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Baseline {
    /// Reads one.
    pub fn parse(text: &[u8]) -> Result<Self, BaselineError> {
        if text.len() > BASELINE_BYTES {
            return Err(BaselineError::Large(text.len()));
        }
        let file: File = serde_json::from_slice(text).map_err(BaselineError::Malformed)?;
        if file.version != VERSION {
            return Err(BaselineError::Version(file.version));
        }
        let mut entries = BTreeMap::new();
        for (at, entry) in file.findings.into_iter().enumerate() {
            let print = fingerprint(&entry.fingerprint, || format!("`fingerprint` of entry {}", at + 1))?;
            entries.insert(print, KnownSecret { rule: entry.rule, reason: entry.reason });
        }
        let key = file.key.map(|text| fingerprint(&text, || "`key`".to_owned())).transpose()?;
        Ok(Self { entries, key })
    }

    /// One that is yet empty, for fingerprints under `key`.
    pub fn new(key: &FingerprintKey) -> Self {
        Self { entries: BTreeMap::new(), key: Some(key.fingerprint(KEY_MARK)) }
    }

    /// Which of `keys` it was written with: the first one if it does not say.
    pub fn key_among(&self, keys: &[&FingerprintKey]) -> Result<usize, BaselineError> {
        let Some(mark) = self.key else { return Ok(0) };
        keys.iter().position(|key| key.fingerprint(KEY_MARK) == mark).ok_or(BaselineError::Key)
    }

    /// What is known of a secret.
    pub fn find(&self, fingerprint: Fingerprint) -> Option<&KnownSecret> {
        self.entries.get(&fingerprint)
    }

    /// Makes a secret known.
    pub fn insert(&mut self, fingerprint: Fingerprint, known: KnownSecret) {
        self.entries.insert(fingerprint, known);
    }

    /// All of them, by fingerprint.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Fingerprint, &KnownSecret)> {
        self.entries.iter().map(|(print, known)| (*print, known))
    }

    /// The document: sorted, one entry a line and more, so that changes to it can be reviewed.
    pub fn to_json(&self) -> String {
        let findings = self.iter().map(|(print, known)| Entry {
            fingerprint: print.to_string(),
            rule: known.rule.clone(),
            reason: known.reason.clone(),
        });
        let file = File {
            version: VERSION,
            key: self.key.map(|mark| mark.to_string()),
            findings: findings.collect(),
        };
        let mut text = serde_json::to_string_pretty(&file).expect("text and numbers can be written as JSON");
        text.push('\n');
        text
    }
}

fn fingerprint(text: &str, place: impl FnOnce() -> String) -> Result<Fingerprint, BaselineError> {
    Fingerprint::parse(text).ok_or_else(|| BaselineError::Fingerprint(place()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> FingerprintKey {
        FingerprintKey::kept(vec![byte; 16]).expect("it is long enough")
    }

    #[test]
    fn what_is_no_baseline_is_refused_with_the_reason() {
        for (text, why) in [
            ("", "no baseline"),
            ("[]", "no baseline"),
            ("{\"version\":1}", "findings"),
            ("{\"version\":2,\"findings\":[]}", "version 2"),
            ("{\"version\":1,\"findings\":[],\"more\":1}", "more"),
            ("{\"version\":1,\"findings\":[{\"fingerprint\":\"x\",\"rule\":\"a\"}]}", "entry 1"),
            ("{\"version\":1,\"key\":\"x\",\"findings\":[]}", "32 hexadecimal"),
        ] {
            let error = Baseline::parse(text.as_bytes()).expect_err("it is none");
            assert!(error.to_string().contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn it_tells_under_which_key_it_was_written() {
        let (old, new) = (key(1), key(2));
        let baseline = Baseline::new(&old);
        assert!(matches!(baseline.key_among(&[&old]), Ok(0)));
        assert!(matches!(baseline.key_among(&[&new, &old]), Ok(1)));
        assert!(matches!(baseline.key_among(&[&new]), Err(BaselineError::Key)));
        let unmarked = Baseline::parse(b"{\"version\":1,\"findings\":[]}").expect("it is one");
        assert!(matches!(unmarked.key_among(&[&new]), Ok(0)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_in_any_order(
            secrets in proptest::collection::vec(("[a-z]{1,20}", "[a-z-]{1,9}", proptest::option::of("[ -~]{0,9}")), 0..9),
        ) {
            let key = key(3);
            let mut baseline = Baseline::new(&key);
            let mut reverse = Baseline::new(&key);
            let mut once = std::collections::BTreeMap::new();
            for (secret, rule, reason) in &secrets {
                once.insert(secret, KnownSecret { rule: rule.clone(), reason: reason.clone() });
            }
            for (secret, known) in &once {
                baseline.insert(key.fingerprint(secret.as_bytes()), known.clone());
            }
            for (secret, known) in once.iter().rev() {
                reverse.insert(key.fingerprint(secret.as_bytes()), known.clone());
            }
            prop_assert_eq!(baseline.to_json(), reverse.to_json());
            prop_assert_eq!(&Baseline::parse(baseline.to_json().as_bytes()).expect("it was written"), &baseline);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(0_u8.., 0..100)) {
            let _ = Baseline::parse(&bytes);
        }
    }
}
