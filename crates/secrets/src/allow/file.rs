//! Leave in a file at the root of what is scanned: by place and rule, or for one secret.

use serde::Deserialize;
use time::Date;
use toml::Spanned;
use untrusted::glob::TextGlob;

use super::{AllowProblem, reason, until};
use crate::fingerprint::Fingerprint;

/// The name of such a file.
pub const ALLOW_FILE: &str = ".stagedoor-secrets.toml";
/// Bytes of one.
const FILE_BYTES: usize = 1 << 20;
/// Entries of one.
const MOST: usize = 1000;
/// Patterns of one entry.
const PATTERNS: usize = 100;

/// Leave for what lies in some places, or for one secret.
#[derive(Debug)]
pub struct Allowance {
    /// Where in the file it stands.
    pub line: usize,
    paths: Vec<TextGlob>,
    what: What,
}

#[derive(Debug)]
enum What {
    Rule(String),
    Any,
    Secret(Fingerprint),
}

/// What one file allows.
#[derive(Debug, Default)]
pub struct AllowFile {
    /// What holds.
    pub allowances: Vec<Allowance>,
    /// What does not.
    pub problems: Vec<AllowProblem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: Vec<Spanned<toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    paths: Vec<String>,
    rule: Option<String>,
    fingerprint: Option<String>,
    reason: String,
    until: toml::Value,
}

impl AllowFile {
    /// Reads one. What cannot be read costs only itself, and allows nothing.
    pub fn parse(text: &str, today: Date) -> Self {
        let mut read = Self::default();
        if text.len() > FILE_BYTES {
            let message = format!("the file has {} bytes; at most {FILE_BYTES} are read", text.len());
            read.problems.push(AllowProblem { line: 1, message });
            return read;
        }
        let file = match toml::from_str::<File>(text) {
            Ok(file) => file,
            Err(error) => {
                let line = line_of(text, error.span().map_or(0, |span| span.start));
                read.problems.push(AllowProblem { line, message: error.message().to_owned() });
                return read;
            }
        };
        for (at, entry) in file.allow.into_iter().enumerate() {
            let line = line_of(text, entry.span().start);
            if at == MOST {
                let message = format!("more than {MOST} entries; the rest is not read");
                read.problems.push(AllowProblem { line, message });
                break;
            }
            match allowance(entry.into_inner(), line, today) {
                Ok(allowance) => read.allowances.push(allowance),
                Err(message) => read.problems.push(AllowProblem { line, message }),
            }
        }
        read
    }

    /// The position of the leave for a finding, if there is one. `path` is relative to the file's
    /// folder, with `/`; `fingerprint` is missing where the key changes with each run.
    #[must_use]
    pub fn allowing(&self, path: &str, rule: &str, fingerprint: Option<Fingerprint>) -> Option<usize> {
        self.allowances.iter().position(|one| {
            let about = match &one.what {
                What::Any => true,
                What::Rule(id) => id == rule,
                What::Secret(secret) => fingerprint == Some(*secret),
            };
            about && (one.paths.is_empty() || one.paths.iter().any(|glob| glob.matches(path)))
        })
    }
}

fn allowance(entry: toml::Value, line: usize, today: Date) -> Result<Allowance, String> {
    let written: Written = entry.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    reason(&written.reason)?;
    match &written.until {
        toml::Value::String(day) => until(day, today)?,
        toml::Value::Datetime(day) => until(&day.to_string(), today)?,
        _ => return Err("`until` is not a day; write it as 2027-01-31".to_owned()),
    };
    let what = match (written.rule, written.fingerprint) {
        (Some(rule), None) if rule == "*" => What::Any,
        (Some(rule), None) => What::Rule(rule),
        (None, Some(text)) => {
            let print = Fingerprint::parse(&text);
            What::Secret(print.ok_or("`fingerprint` is not 32 hexadecimal digits")?)
        }
        _ => return Err("write `rule` or `fingerprint`, and only one of them".to_owned()),
    };
    if written.paths.is_empty() && !matches!(what, What::Secret(_)) {
        return Err("`paths` is missing; say where the rule may find something".to_owned());
    }
    if written.paths.len() > PATTERNS {
        return Err(format!("more than {PATTERNS} patterns in `paths`"));
    }
    let paths = written.paths.iter().map(|pattern| glob(pattern)).collect::<Result<_, _>>()?;
    Ok(Allowance { line, paths, what })
}

fn glob(pattern: &str) -> Result<TextGlob, String> {
    if pattern.starts_with(['!', '#', '/']) || pattern.is_empty() {
        return Err(format!("`{pattern}` in `paths`: write a path from this file's folder, like `docs/**`"));
    }
    let plain = pattern.trim_start_matches("./");
    TextGlob::parse(plain).map_err(|error| format!("in `paths`: {error}"))
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    memchr::memchr_iter(b'\n', before).count() + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::today;
    use super::*;
    use crate::fingerprint::FingerprintKey;

    const TEXT: &str = r#"
[[allow]]
paths = ["tests/**/*.yaml", "docs/a.md"]
rule = "github-pat"
reason = "made for tests"
until = 2027-01-31

[[allow]]
paths = ["fixtures/**"]
rule = "*"
reason = "generated"
until = "2027-01-31"
"#;

    #[test]
    fn leave_is_by_place_and_rule() {
        let file = AllowFile::parse(TEXT, today());
        assert_eq!(file.problems, []);
        assert_eq!(file.allowances.iter().map(|one| one.line).collect::<Vec<_>>(), [2, 8]);
        assert_eq!(file.allowing("tests/a/b/.c.yaml", "github-pat", None), Some(0));
        assert_eq!(file.allowing("docs/a.md", "github-pat", None), Some(0));
        assert_eq!(file.allowing("docs/a.md", "gitlab-pat", None), None);
        assert_eq!(file.allowing("fixtures/.env", "gitlab-pat", None), Some(1));
        assert_eq!(file.allowing("src/fixtures/x", "gitlab-pat", None), None);
    }

    #[test]
    fn leave_for_one_secret_follows_it() {
        let key = FingerprintKey::kept(vec![7; 16]).expect("it is long enough");
        let (print, other) = (key.fingerprint(b"one"), key.fingerprint(b"other"));
        let text =
            format!("[[allow]]\nfingerprint = \"{print}\"\nreason = \"a fixture\"\nuntil = 2027-01-31\n");
        let file = AllowFile::parse(&text, today());
        assert_eq!(file.allowing("anywhere", "x", Some(print)), Some(0));
        assert_eq!(file.allowing("anywhere", "x", Some(other)), None);
        assert_eq!(file.allowing("anywhere", "x", None), None);
    }

    #[test]
    fn what_is_not_whole_allows_nothing_and_says_where() {
        for (change, with, why) in [
            ("rule = \"github-pat\"", "", "only one of them"),
            ("rule = \"github-pat\"", "rule = \"a\"\nfingerprint = \"b\"", "only one of them"),
            ("rule = \"github-pat\"", "fingerprint = \"b\"", "32 hexadecimal"),
            ("paths = [\"tests/**/*.yaml\", \"docs/a.md\"]", "", "`paths` is missing"),
            ("docs/a.md", "!docs/a.md", "from this file's folder"),
            ("docs/a.md", "@(a)", "not supported"),
            ("\"made for tests\"", "\"\"", "empty"),
            ("reason = \"made for tests\"", "", "reason"),
            ("until = 2027-01-31", "", "until"),
            ("until = 2027-01-31", "until = 7", "not a day"),
            ("until = 2027-01-31", "until = 2027-01-31T00:00:00Z", "not a day"),
            ("until = 2027-01-31", "until = 2026-01-31", "ended"),
            ("rule = \"github-pat\"", "rules = \"github-pat\"", "rules"),
        ] {
            let file = AllowFile::parse(&TEXT.replacen(change, with, 1), today());
            assert_eq!(file.allowances.len(), 1, "{change} -> {with}");
            assert_eq!(file.problems.len(), 1, "{change} -> {with}");
            assert_eq!(file.problems[0].line, 2, "{}", file.problems[0]);
            assert!(file.problems[0].message.contains(why), "{}", file.problems[0]);
        }
        for whole in ["[[allow", "allow = 1", "[[alow]]\n"] {
            let file = AllowFile::parse(whole, today());
            assert_eq!((file.allowances.len(), file.problems.len()), (0, 1), "{whole}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,200}", at in 0_usize..220) {
            AllowFile::parse(&text, today());
            let mut spliced = TEXT.to_owned();
            let at = at.min(spliced.len());
            spliced.insert_str(at, &text);
            let file = AllowFile::parse(&spliced, today());
            prop_assert!(file.allowing("src/main.rs", "zzz", None).is_none() || text.contains("allow"));
        }
    }
}
