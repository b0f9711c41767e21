//! What masks secrets in all that is printed: one scanner for the process, made when it is first
//! needed, and replaced when a configuration was read.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use config::{Config, SecretsSettings};
use model::SystemClock;
use secrets::{Copies, FingerprintKey, Rules, Scanner};
use serde_json::Value;

/// Bytes of a file that are looked at for what a message quotes of it.
const QUOTED_BYTES: u64 = 4 << 20;

static SCANNER: RwLock<Option<Scanner>> = RwLock::new(None);

/// The last file that a message quoted: messages about one come together.
static QUOTED: Mutex<Option<(String, Copies)>> = Mutex::new(None);

fn scanner() -> Scanner {
    if let Some(scanner) = &*SCANNER.read().unwrap_or_else(PoisonError::into_inner) {
        return scanner.clone();
    }
    let mut made = SCANNER.write().unwrap_or_else(PoisonError::into_inner);
    made.get_or_insert_with(|| with(Rules::builtin())).clone()
}

fn with(rules: Rules) -> Scanner {
    // What is printed has masks and no fingerprints of this scanner.
    let key = FingerprintKey::passing(&server::SystemEntropy::default());
    Scanner::new(rules, key, Arc::new(SystemClock))
}

/// Masks with this scanner from now on.
pub(crate) fn replace(scanner: Scanner) {
    *SCANNER.write().unwrap_or_else(PoisonError::into_inner) = Some(scanner);
}

/// Masks with the rules that a configuration names, and what it says is secret.
pub(crate) fn know(config: &Config) {
    let files = SecretsSettings::from_config(config).map(|(settings, _)| settings.rules).unwrap_or_default();
    let rules = files.iter().flat_map(|file| secrets::load_rules(&file.text).rules).collect();
    replace(with(Rules::builtin_and(rules)).knowing(config.secret_values()));
}

/// The text, masked. Colours go where a mask comes.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    if !text.contains('\u{1b}') {
        return scanner().redact(text);
    }
    let plain = anstream::adapter::strip_str(text).to_string();
    match scanner().redact(&plain) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(masked) => Cow::Owned(masked),
    }
}

/// The tree, its strings and keys masked.
pub(crate) fn tree(tree: &mut Value) {
    scanner().redact_tree(tree);
}

/// What must not be shown of a text by whatever quotes it.
pub(crate) fn copies(name: &str, bytes: &[u8]) -> Copies {
    scanner().copies(name, bytes)
}

/// A message about a file, without what it quotes of the file's secrets.
pub(crate) fn about(file: &str, message: &str) -> String {
    quoting(file, || read(Path::new(file)), message)
}

/// A message about a text, or a piece of it, without what it quotes of the text's secrets.
pub(crate) fn about_text(name: &str, bytes: &[u8], message: &str) -> String {
    quoting(name, || Some(bytes.into()), message)
}

fn quoting<'b>(name: &str, bytes: impl FnOnce() -> Option<Cow<'b, [u8]>>, message: &str) -> String {
    let mut last = QUOTED.lock().unwrap_or_else(PoisonError::into_inner);
    if last.as_ref().is_none_or(|(known, _)| known != name) {
        *last = bytes().map(|bytes| (name.to_owned(), scanner().copies(name, &bytes)));
    }
    let masked = match &*last {
        Some((_, copies)) => copies.mask(message),
        None => Cow::Borrowed(message),
    };
    text(&masked).into_owned()
}

fn read(path: &Path) -> Option<Cow<'static, [u8]>> {
    let file = File::open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(QUOTED_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes.into())
}
