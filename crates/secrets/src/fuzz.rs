//! Bodies of fuzz targets: plain functions that take any bytes and assert what must always hold.
//!
//! `fuzz/` runs them under cargo-fuzz; the test below runs them over mutated seeds on every build.

use std::sync::{Arc, LazyLock};

use model::{Clock, Timestamp};

use crate::{Finding, FingerprintKey, Rules, Scanner, load_rules};

/// A clock that stands, so that a failure can be run again.
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| {
    let key = FingerprintKey::kept(vec![1; 32]).expect("the key is long enough");
    Scanner::new(Rules::builtin(), key, Arc::new(Stopped))
});

/// Names that files are scanned under.
const NAMES: [&str; 6] = ["app-config.yaml", "a.json", "catalog-info.yaml", ".env", "README.md", "yarn.lock"];

fn check(findings: &[Finding], text: &[u8]) {
    for finding in findings {
        assert!(finding.span.start < finding.span.end && finding.span.end <= text.len(), "{finding:?}");
        assert!(finding.line >= 1 && finding.column >= 1);
        let masked = finding.masked.as_str();
        let secret = &text[finding.span.clone()];
        assert!(secret.len() < 8 || memchr::memmem::find(masked.as_bytes(), secret).is_none(), "{finding:?}");
    }
    assert!(findings.iter().map(|finding| finding.span.start).is_sorted());
}

/// Text: findings lie within it and in order; a stream shows what the whole shows, wherever it is cut; a
/// mask hides no new secret.
pub fn text(data: &[u8]) {
    let findings = SCANNER.scan(data);
    check(&findings, data);
    let whole = SCANNER.redact_bytes(data);
    assert_eq!(findings.is_empty(), matches!(whole, std::borrow::Cow::Borrowed(_)));
    let chunk = data.first().map_or(1, |byte| usize::from(*byte) + 1);
    let mut redactor = SCANNER.redactor();
    let mut shown: Vec<u8> = data.chunks(chunk).flat_map(|chunk| redactor.push(chunk)).collect();
    shown.extend(redactor.finish());
    assert_eq!(String::from_utf8_lossy(&shown), String::from_utf8_lossy(&whole));
}

/// Files: whatever their names say they are.
pub fn file(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let findings = SCANNER.scan_file(name, rest);
    check(&findings, rest);
    let masked = SCANNER.redact_file(name, rest);
    assert_eq!(
        findings.is_empty(),
        matches!(masked, std::borrow::Cow::Borrowed(_)) || name == "yarn.lock" && findings.is_empty()
    );
}

/// Trees: what nobody suspects holds nothing; only strings and keys change.
pub fn tree(data: &[u8]) {
    let Ok(mut tree) = serde_json::from_slice::<serde_json::Value>(data) else { return };
    let before = tree.clone();
    let suspected = SCANNER.suspects(tree.to_string().as_bytes());
    let findings = SCANNER.redact_tree(&mut tree);
    assert!(suspected || findings.is_empty(), "{findings:?}");
    assert_eq!(findings.is_empty(), tree == before);
    for finding in &findings {
        assert!(before.pointer(&finding.pointer).is_some(), "{}", finding.pointer);
    }
}

/// Rules of somebody else: read or told about, and what is read can be searched with.
pub fn rules(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let loaded = load_rules(text);
    for problem in &loaded.problems {
        assert!(!problem.rule.is_empty() && !problem.message.is_empty());
    }
    let rules = Rules::of(loaded.rules);
    let scanner = Scanner::new(rules, SCANNER.key().clone(), Arc::new(Stopped));
    check(&scanner.scan(data), data);
}

#[cfg(test)]
mod tests;
