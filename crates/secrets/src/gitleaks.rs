//! Rules in the form that gitleaks and its kin read: a TOML file with `[[rules]]`.
//!
//! Source: <https://github.com/gitleaks/gitleaks#configuration>. Expressions are Go's, which differ in
//! little; a bare `{` is taken for itself, as Go takes it. Whatever else cannot be used is told by rule.

use serde::Deserialize;

use crate::filter::{Allow, Filter, Target};
use crate::load::{FILE_BYTES, FILE_RULES, Loaded, RuleProblem};
use crate::pattern::{Pattern, Pick};
use crate::rule::{Beside, Examples, Rank, Rule, Shape};

const WHOLE: &str = "the whole file";

#[derive(Deserialize)]
struct WrittenRule {
    #[serde(default)]
    description: String,
    regex: Option<String>,
    #[serde(default, rename = "secretGroup")]
    secret_group: usize,
    #[serde(default)]
    entropy: f64,
    #[serde(default)]
    keywords: Vec<String>,
    path: Option<String>,
    #[serde(default)]
    allowlist: Option<WrittenAllow>,
    #[serde(default)]
    allowlists: Vec<WrittenAllow>,
    #[serde(default)]
    required: Vec<toml::Table>,
}

#[derive(Clone, Deserialize)]
struct WrittenAllow {
    #[serde(default)]
    condition: Option<String>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    regexes: Vec<String>,
    #[serde(default, rename = "regexTarget")]
    regex_target: Option<String>,
    #[serde(default)]
    stopwords: Vec<String>,
    #[serde(default)]
    commits: Vec<String>,
    #[serde(default, rename = "targetRules")]
    target_rules: Vec<String>,
}

/// Whether a text is written in this form, rather than in ours.
pub(crate) fn is_one(table: &toml::Table) -> bool {
    table.contains_key("rules") || table.contains_key("allowlist") || table.contains_key("allowlists")
}

/// Reads a file of such rules.
pub(crate) fn import(text: &str) -> Loaded {
    let mut loaded = Loaded::default();
    let mut tell = |rule: &str, message: String| {
        loaded.problems.push(RuleProblem { rule: rule.to_owned(), message });
    };
    if text.len() > FILE_BYTES {
        tell(WHOLE, format!("{} bytes; at most {FILE_BYTES} are read", text.len()));
        return loaded;
    }
    let table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => {
            tell(WHOLE, error.to_string());
            return loaded;
        }
    };
    if let Some(toml::Value::Table(extend)) = table.get("extend") {
        for key in extend.keys().filter(|key| *key != "useDefault") {
            tell("extend", format!("`{key}` is not followed: name the other file beside this one"));
        }
    }
    let global = global_allows(&table, &mut tell);
    let rules = table.get("rules").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    if rules.len() > FILE_RULES {
        tell(WHOLE, format!("{} rules; the first {FILE_RULES} are read", rules.len()));
    }
    let mut read = Vec::new();
    for (at, value) in rules.iter().take(FILE_RULES).enumerate() {
        let id = value.get("id").and_then(toml::Value::as_str);
        let id = id.map_or_else(|| format!("rule {}", at + 1), str::to_owned);
        let written = value.clone().try_into::<WrittenRule>().map_err(|error| error.message().to_owned());
        match written.and_then(|written| rule(&id, written, &global, &mut tell)) {
            Ok(rule) => read.push(rule),
            Err(message) => tell(&id, message),
        }
    }
    loaded.rules = read;
    loaded
}

fn global_allows(table: &toml::Table, tell: &mut impl FnMut(&str, String)) -> Vec<WrittenAllow> {
    let mut values: Vec<&toml::Value> = table.get("allowlist").into_iter().collect();
    values.extend(table.get("allowlists").and_then(toml::Value::as_array).into_iter().flatten());
    let mut lists = Vec::new();
    for value in values {
        match value.clone().try_into::<WrittenAllow>() {
            Ok(list) => lists.push(list),
            Err(error) => tell("allowlist", error.message().to_owned()),
        }
    }
    // Told once here, and not again for each rule.
    for list in &lists {
        if let Err(message) = allow(list, "allowlist", tell) {
            tell("allowlist", message);
        }
    }
    lists
}

fn rule(
    id: &str,
    written: WrittenRule,
    global: &[WrittenAllow],
    tell: &mut impl FnMut(&str, String),
) -> Result<Rule, String> {
    if !written.required.is_empty() {
        return Err("`required` (a rule that needs another one nearby) is not supported".to_owned());
    }
    let Some(regex) = &written.regex else {
        return Err("there is no `regex`: rules for file names alone find no secret to mask".to_owned());
    };
    let pick = if written.secret_group == 0 { Pick::FirstGroup } else { Pick::Group(written.secret_group) };
    let pattern = Pattern::parse(&escape_braces(regex), pick)?;
    let keywords: Vec<String> = written.keywords.iter().map(|keyword| keyword.to_ascii_lowercase()).collect();
    // The filter looks for three bytes at least; a rule with a shorter keyword is tried everywhere.
    let keywords = if keywords.iter().any(|keyword| keyword.len() < 3) { Vec::new() } else { keywords };
    let mut filter = Filter::default();
    if let Some(path) = &written.path {
        filter.path = Some(Pattern::parse(&escape_braces(path), Pick::Whole)?);
    }
    for list in written.allowlist.iter().chain(&written.allowlists) {
        filter.allow.push(allow(list, id, tell)?);
    }
    let of_all = global
        .iter()
        .filter(|list| list.target_rules.is_empty() || list.target_rules.iter().any(|r| r == id));
    filter.allow.extend(of_all.filter_map(|list| allow(list, id, &mut |_, _| {}).ok()));
    // A keyword that stands in the expression stands near the match; any other may be anywhere.
    let lower = regex.to_ascii_lowercase();
    let near = !keywords.is_empty() && keywords.iter().all(|keyword| lower.contains(keyword.as_str()));
    Ok(Rule {
        id: id.into(),
        name: if written.description.is_empty() { id.into() } else { written.description.into() },
        source: "a rule of the user's".into(),
        shape: Shape::Around {
            keywords: keywords.into_iter().map(|keyword| keyword.into_bytes().into()).collect(),
            pattern,
            near,
            filter,
        },
        left: Beside::Anything,
        right: Beside::Anything,
        entropy: written.entropy,
        check: None,
        rank: Rank::Named,
        examples: Examples::default(),
    })
}

fn allow(list: &WrittenAllow, id: &str, tell: &mut impl FnMut(&str, String)) -> Result<Allow, String> {
    if !list.commits.is_empty() {
        tell(id, "`commits` of an allow-list is not used: text has no commit".to_owned());
    }
    let patterns = |texts: &[String]| {
        texts
            .iter()
            .map(|text| {
                Pattern::parse(&escape_braces(text), Pick::Whole).map_err(|why| format!("`{text}`: {why}"))
            })
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(Allow {
        paths: patterns(&list.paths)?,
        regexes: patterns(&list.regexes)?,
        target: match list.regex_target.as_deref() {
            None | Some("" | "secret") => Target::Secret,
            Some("match") => Target::Match,
            Some("line") => Target::Line,
            Some(other) => return Err(format!("`{other}` is not `secret`, `match` or `line`")),
        },
        stopwords: list.stopwords.iter().map(|word| word.to_ascii_lowercase()).collect(),
        all: match list.condition.as_deref().map(str::to_ascii_uppercase).as_deref() {
            None | Some("" | "OR" | "||") => false,
            Some("AND" | "&&") => true,
            Some(other) => return Err(format!("`{other}` is not `AND` or `OR`")),
        },
    })
}

/// Escapes braces that start no repetition: Go takes them for themselves, here they are an error.
fn escape_braces(regex: &str) -> String {
    let bytes = regex.as_bytes();
    let mut out = String::with_capacity(regex.len() + 8);
    let mut escaped = false;
    let mut class = 0_usize;
    for (at, character) in regex.char_indices() {
        if escaped {
            escaped = false;
        } else {
            match character {
                '\\' => escaped = true,
                '[' => class += 1,
                ']' => class = class.saturating_sub(1),
                '{' if class == 0 && !repeats(&bytes[at + 1..]) && !named(bytes, at) => out.push('\\'),
                '}' if class == 0 && !closes(&bytes[..at]) => out.push('\\'),
                _ => {}
            }
        }
        out.push(character);
    }
    out
}

/// `{3}`, `{3,}`, `{3,5}`.
fn repeats(rest: &[u8]) -> bool {
    let end = rest.iter().position(|byte| *byte == b'}').unwrap_or(0);
    let inside = &rest[..end];
    inside.first().is_some_and(u8::is_ascii_digit)
        && inside.iter().all(|byte| byte.is_ascii_digit() || *byte == b',')
        && memchr::memchr_iter(b',', inside).count() <= 1
}

/// The brace of `\p{Greek}`, `\x{10FFFF}`.
fn named(bytes: &[u8], at: usize) -> bool {
    at >= 2 && bytes[at - 2] == b'\\' && matches!(bytes[at - 1], b'p' | b'P' | b'x')
}

fn closes(before: &[u8]) -> bool {
    let Some(open) = before.iter().rposition(|byte| *byte == b'{') else { return false };
    let mut with_close = before[open + 1..].to_vec();
    with_close.push(b'}');
    (open == 0 || before[open - 1] != b'\\') && repeats(&with_close) || named(before, open)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::scanner_with;

    #[test]
    fn braces_that_repeat_nothing_are_taken_for_themselves() {
        for (go, ours) in [
            (r"a{3}", r"a{3}"),
            (r"a{3,}b{2,5}", r"a{3,}b{2,5}"),
            (r"{{token}}", r"\{\{token\}\}"),
            (r"\{x\}", r"\{x\}"),
            (r"[{}]", r"[{}]"),
            (r"\x{41}", r"\x{41}"),
            (r"${?", r"$\{?"),
        ] {
            assert_eq!(escape_braces(go), ours);
            Pattern::parse(ours, Pick::Whole).expect("it compiles");
        }
    }

    #[test]
    fn rules_allow_lists_groups_and_paths_are_read_and_the_rest_is_told() {
        let text = r#"
            title = "ours"
            [extend]
            useDefault = true
            [[allowlists]]
            regexes = ['ZZZ']
            [[rules]]
            id = "acme"
            description = "Acme key"
            regex = '''(?i)acme[_-]?key\s*=\s*['"]?(acme_[a-z0-9]{8})'''
            keywords = ["acme"]
            entropy = 2.0
            [[rules.allowlists]]
            stopwords = ["test"]
            [[rules]]
            id = "unclosed"
            regex = '(('
            [[rules]]
            id = "composite"
            regex = 'x'
            [[rules.required]]
            id = "acme"
            [[rules]]
            id = "big"
            regex = '(?:[\s\S]{1000}){1000}'
            keywords = ["big"]
            [[rules]]
            id = "short"
            regex = '\b(Q~[a-z0-9]{9})\b'
            keywords = ["q~"]
            [[rules]]
            id = "path-only"
            path = '\.p12$'
        "#;
        let loaded = import(text);
        let told: Vec<&str> = loaded.problems.iter().map(|problem| &*problem.rule).collect();
        assert_eq!(told, ["unclosed", "composite", "big", "path-only"]);
        let scanner = scanner_with(loaded.rules);
        let found =
            |text: &str| scanner.scan(text.as_bytes()).iter().map(|f| f.rule.to_string()).collect::<Vec<_>>();
        assert_eq!(found("ACME_KEY = 'acme_k3x9q2m7'"), ["acme"]);
        assert_eq!(scanner.redact("ACME_KEY = 'acme_k3x9q2m7'"), "ACME_KEY = '***'");
        assert_eq!(found("a Q~k3x9q2m7z b"), ["short"]);
        assert!(found("ACME_KEY = 'acme_test92m7'").is_empty());
        assert!(found("ACME_KEY = 'acme_aaaaaaaa'").is_empty());
    }
}
