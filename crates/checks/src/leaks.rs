//! Secrets in the files of a repository, found by the rules of `secrets`.

use std::sync::Arc;

use model::{Clock, Timestamp};
use rayon::prelude::*;
use secrets::{ALLOW_FILE, AllowFile, FingerprintKey, InlineAllowances, Rules, Scanner};
use time::Date;

use crate::repo::Files;
use crate::{File, Place};

/// A secret in a file.
#[derive(Clone, Debug)]
pub struct Leak {
    /// The id of the rule of `secrets`.
    pub rule: Arc<str>,
    /// What it is, in the singular, for people: `GitHub personal access token`.
    pub name: String,
    /// Where.
    pub place: Place,
}

/// Files that programs write, in which what looks like a secret is a hash.
const WRITTEN: &[&str] =
    &["yarn.lock", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lock", "go.sum"];

/// Programs of others that are kept in the repository, and files that programs write.
fn is_of_others(file: &File) -> bool {
    WRITTEN.contains(&file.name())
        || file.path.split('/').any(|part| part == ".yarn")
        || file.name().ends_with(".min.js")
}

/// Midnight of a day.
#[derive(Debug)]
struct Day(Date);

impl Clock for Day {
    fn now(&self) -> Timestamp {
        self.0.midnight().assume_utc()
    }
}

/// What is in all files, but for what their own marks and `.stagedoor-secrets.toml` give leave for on that day. By path
/// and line.
pub(crate) fn find(files: &Files, today: Date) -> Vec<Leak> {
    // Fingerprints are not used here, so that their key need not be secret.
    let key = FingerprintKey::kept(vec![0; secrets::KEY_BYTES]).expect("the key is as long as it must be");
    let scanner = Scanner::new(Rules::builtin(), key, Arc::new(Day(today)));
    let allowed = files.get(ALLOW_FILE).and_then(File::text).map(|text| AllowFile::parse(text, today));
    let all: Vec<&File> = files.iter().filter(|file| file.text().is_some() && !is_of_others(file)).collect();
    all.par_iter().flat_map_iter(|file| in_file(file, &scanner, allowed.as_ref(), today)).collect()
}

/// What secrets are in a text, by name.
pub(crate) fn in_text(name: &str, text: &str, today: Date) -> Vec<String> {
    let path: Arc<str> = name.into();
    let files = Files::of_texts([(&*path, text)]);
    let mut names: Vec<String> = find(&files, today).into_iter().map(|leak| leak.name).collect();
    names.sort();
    names.dedup();
    names
}

/// What is encrypted for somebody (a sealed secret of Kubernetes, a value of sops), and keys that vendors mean to be in
/// browsers: Datadog's client tokens for real user monitoring.
fn is_public(text: &str, at: usize) -> bool {
    let value = text.get(at..).unwrap_or_default();
    let sealed =
        value.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte)).count();
    if value.starts_with("ENC[") || (value.starts_with("Ag") && sealed > 400) {
        return true;
    }
    let digits = value.strip_prefix("pub").unwrap_or_default();
    digits.len() >= 32 && digits.bytes().take(32).all(|byte| byte.is_ascii_hexdigit())
}

fn in_file(file: &File, scanner: &Scanner, allowed: Option<&AllowFile>, today: Date) -> Vec<Leak> {
    let Some(text) = file.text() else { return Vec::new() };
    let found = scanner.scan_file(&file.path, text.as_bytes());
    if found.is_empty() {
        return Vec::new();
    }
    let marks = InlineAllowances::read(text.as_bytes(), today);
    found
        .into_iter()
        .filter(|finding| !is_public(text, finding.span.start))
        .filter(|finding| marks.allowing(finding.line, &finding.rule).is_none())
        .filter(|finding| {
            allowed.is_none_or(|file_of| file_of.allowing(&file.path, &finding.rule, None).is_none())
        })
        .map(|finding| Leak {
            name: scanner
                .rules()
                .find(&finding.rule)
                .map_or_else(|| finding.rule.to_string(), |rule| rule.name().to_owned()),
            place: file.place(finding.span.start, finding.span.end),
            rule: finding.rule,
        })
        .collect()
}
