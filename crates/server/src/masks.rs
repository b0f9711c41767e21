//! What masks secrets in everything that leaves: one scanner, replaced when the configuration is read
//! again.

use std::borrow::Cow;
use std::sync::Arc;

use arc_swap::ArcSwap;
use config::{Config, ConfigErrors, Problem, Settings};
use model::{Entropy, SystemClock};
use secrets::{FingerprintKey, Rules, Scanner};

/// The scanner in force. Cheap to clone; every clone sees a replacement.
#[derive(Clone)]
pub struct Masks {
    current: Arc<ArcSwap<Scanner>>,
}

impl Masks {
    /// Masks with this scanner.
    pub fn new(scanner: Scanner) -> Self {
        Self { current: Arc::new(ArcSwap::from_pointee(scanner)) }
    }

    /// The scanner in force.
    pub fn scanner(&self) -> Scanner {
        (**self.current.load()).clone()
    }

    /// Puts another scanner in force, for what leaves from now on.
    pub(crate) fn replace(&self, scanner: Scanner) {
        self.current.store(Arc::new(scanner));
    }

    /// The text, masked.
    pub(crate) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.current.load().redact(text)
    }

    /// The bytes, masked.
    pub(crate) fn bytes<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        self.current.load().redact_bytes(bytes)
    }

    /// Masks a text in place; most are left alone.
    pub(crate) fn mask(&self, text: &mut String) {
        if let Cow::Owned(masked) = self.text(text) {
            *text = masked;
        }
    }
}

impl std::fmt::Debug for Masks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Masks")
    }
}

/// The scanner that the settings ask for: the built-in rules and those of the named files, the values
/// that are secret in the configuration itself, and the fingerprint key. Without a key the one of
/// `before` goes on, or a random one is made: fingerprints then mean nothing in another run.
pub(crate) fn scanner(
    config: &Config,
    settings: &Settings,
    entropy: &dyn Entropy,
    before: Option<&Scanner>,
) -> Result<(Scanner, Vec<Problem>), ConfigErrors> {
    let mut problems = Vec::new();
    let mut more = Vec::new();
    for file in &settings.secrets.rules {
        let loaded = secrets::load_rules(&file.text);
        let none = loaded.rules.is_empty();
        for problem in &loaded.problems {
            let message = format!("{}: {problem}", file.path.display());
            let told = if none {
                Problem::error("stagedoor.secrets.rules", message)
                    .fix("give it at least one rule that can be used, or do not name the file")
            } else {
                Problem::warning("stagedoor.secrets.rules", message)
                    .fix("mend the rule; the other rules of the file are used")
            };
            problems.push(told.at(Some(&file.place)));
        }
        more.extend(loaded.rules);
    }
    if problems.iter().any(|problem| problem.severity == config::Severity::Error) {
        return Err(ConfigErrors(problems));
    }
    let key = match (&settings.secrets.fingerprint_key, before) {
        (Some(key), _) => FingerprintKey::kept(key.expose().clone().into_bytes()).map_err(|error| {
            ConfigErrors(vec![Problem::error("stagedoor.secrets.fingerprintKey", error.to_string())])
        })?,
        (None, Some(before)) if !before.key().is_lasting() => before.key().clone(),
        (None, _) => FingerprintKey::passing(entropy),
    };
    let scanner = Scanner::new(Rules::builtin_and(more), key, Arc::new(SystemClock));
    Ok((scanner.knowing(config.secret_values()), problems))
}

#[cfg(test)]
pub(crate) fn for_tests() -> Masks {
    let key = FingerprintKey::kept(vec![7; 32]).expect("it is long enough");
    Masks::new(Scanner::new(Rules::builtin(), key, Arc::new(SystemClock)))
}
