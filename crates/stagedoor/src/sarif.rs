//! SARIF 2.1.0: what other programs read findings in. One run of this program, as a JSON document.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What relative places are relative to.
const ROOT: &str = "SRCROOT";
/// What may stand in a path of a URI as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What may not stand in a URI that is one already.
const URI: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// How bad something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Level {
    #[default]
    Error,
    Warning,
    Note,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What findings are of.
#[derive(Default)]
pub(crate) struct Rule {
    pub(crate) id: String,
    /// For people, in the singular.
    pub(crate) name: String,
    /// A web page about it.
    pub(crate) page: Option<String>,
    /// What it is about, as Markdown.
    pub(crate) help: Option<String>,
    pub(crate) level: Level,
    /// By name, what is known beyond that.
    pub(crate) properties: Vec<(&'static str, Value)>,
}

/// One finding.
#[derive(Default)]
pub(crate) struct Outcome {
    /// The rule's id.
    pub(crate) rule: String,
    pub(crate) level: Level,
    /// How much it matters, to 100.
    pub(crate) rank: Option<u8>,
    pub(crate) message: String,
    /// With `/`; relative to [`Run::folder`] unless it starts with one. Or an http or https URL.
    pub(crate) path: String,
    /// From 1; 0 for a whole file.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    /// What makes it true, from the cause on.
    pub(crate) chain: Vec<Link>,
    /// What would mend it.
    pub(crate) fix: Option<Fix>,
    /// Why it is let be: where that is written, and the reason.
    pub(crate) suppression: Option<(Suppression, String)>,
    /// By name, what stays the same when the finding does.
    pub(crate) fingerprints: Vec<(&'static str, String)>,
    /// By name, what is known beyond that.
    pub(crate) properties: Vec<(&'static str, String)>,
}

/// A place that a finding leans on.
pub(crate) struct Link {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) message: String,
}

/// A change that mends a finding: whole lines, from and up to (without) these numbers.
pub(crate) struct Fix {
    pub(crate) description: String,
    pub(crate) changes: Vec<Change>,
}

/// Lines that are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) path: String,
    /// The first line, from 1.
    pub(crate) first: usize,
    /// The line after the last.
    pub(crate) end: usize,
    pub(crate) text: String,
}

/// Where it is written that a finding is let be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suppression {
    /// Beside it.
    InSource,
    /// Elsewhere.
    External,
}

/// Something about the run that is no finding.
pub(crate) struct Notification {
    pub(crate) message: String,
}

/// One run.
#[derive(Default)]
pub(crate) struct Run {
    /// The rules of the outcomes.
    pub(crate) rules: Vec<Rule>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) notifications: Vec<Notification>,
    /// The absolute folder that places are relative to.
    pub(crate) folder: Option<String>,
}

impl Run {
    /// The document.
    pub(crate) fn document(&self) -> Value {
        let results: Vec<Value> = self.outcomes.iter().map(|outcome| self.result(outcome)).collect();
        let notifications: Vec<Value> = self.notifications.iter().map(notification).collect();
        let mut run = json!({
            "tool": { "driver": {
                "name": "stagedoor",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": self.rules.iter().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        });
        if let Some(folder) = &self.folder {
            let folder = folder.trim_end_matches('/');
            run["originalUriBaseIds"] = json!({ ROOT: { "uri": format!("file://{}/", encoded(folder)) } });
        }
        json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] })
    }

    fn result(&self, outcome: &Outcome) -> Value {
        let mut result = json!({
            "ruleId": outcome.rule,
            "level": outcome.level.word(),
            "message": { "text": outcome.message },
            "locations": [{ "physicalLocation": place(&outcome.path, outcome.line, outcome.column) }],
            "partialFingerprints": map(&outcome.fingerprints),
        });
        if let Some(at) = self.rules.iter().position(|rule| rule.id == outcome.rule) {
            result["ruleIndex"] = at.into();
        }
        if let Some(rank) = outcome.rank {
            result["rank"] = rank.into();
        }
        if !outcome.chain.is_empty() {
            let links: Vec<Value> = outcome.chain.iter().map(link).collect();
            let flow: Vec<Value> = links.iter().map(|link| json!({ "location": link })).collect();
            result["codeFlows"] = json!([{ "threadFlows": [{ "locations": flow }] }]);
            result["relatedLocations"] = links.into();
        }
        if let Some(fix) = &outcome.fix {
            result["fixes"] = json!([described(fix)]);
        }
        if let Some((kind, reason)) = &outcome.suppression {
            let kind = match kind {
                Suppression::InSource => "inSource",
                Suppression::External => "external",
            };
            result["suppressions"] = json!([{ "kind": kind, "justification": reason }]);
        }
        if !outcome.properties.is_empty() {
            result["properties"] = map(&outcome.properties);
        }
        result
    }
}

fn place(path: &str, line: usize, column: usize) -> Value {
    let mut place = json!({ "artifactLocation": location(path) });
    // Readers want a line; that of a whole file is its first.
    place["region"] = json!({ "startLine": line.max(1) });
    if line > 0 {
        place["region"]["startColumn"] = column.max(1).into();
    }
    place
}

fn link(link: &Link) -> Value {
    json!({
        "physicalLocation": place(&link.path, link.line, link.column),
        "message": { "text": link.message },
    })
}

fn described(fix: &Fix) -> Value {
    let changes = fix.changes.iter().map(|change| {
        let region = json!({
            "startLine": change.first, "startColumn": 1, "endLine": change.end, "endColumn": 1,
        });
        json!({
            "artifactLocation": location(&change.path),
            "replacements": [{ "deletedRegion": region, "insertedContent": { "text": change.text } }],
        })
    });
    json!({ "description": { "text": fix.description }, "artifactChanges": changes.collect::<Vec<_>>() })
}

fn map(pairs: &[(&'static str, String)]) -> Value {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect()
}

fn rule(rule: &Rule) -> Value {
    let mut described = json!({
        "id": rule.id,
        "shortDescription": { "text": rule.name },
        "fullDescription": { "text": rule.help.as_deref().unwrap_or(&rule.name).split("\n\n").next() },
        "defaultConfiguration": { "level": rule.level.word() },
    });
    if let Some(page) = &rule.page {
        described["helpUri"] = page.as_str().into();
    }
    if let Some(help) = &rule.help {
        described["help"] = json!({ "text": help, "markdown": help });
    }
    if !rule.properties.is_empty() {
        let properties = rule.properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        described["properties"] = properties.collect();
    }
    described
}

fn notification(notification: &Notification) -> Value {
    json!({ "level": "note", "message": { "text": notification.message } })
}

fn location(path: &str) -> Value {
    if path.starts_with('/') {
        return json!({ "uri": format!("file://{}", encoded(path)) });
    }
    if path.starts_with("http://") || path.starts_with("https://") {
        return json!({ "uri": utf8_percent_encode(path, URI).to_string() });
    }
    json!({ "uri": encoded(path), "uriBaseId": ROOT })
}

fn encoded(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_uris() {
        assert_eq!(location("a b/ü#?.yaml")["uri"], "a%20b/%C3%BC%23%3F.yaml");
        assert_eq!(location("a:b")["uri"], "a%3Ab", "no scheme can come of a name");
        assert_eq!(location("/tmp/x"), json!({ "uri": "file:///tmp/x" }));
        assert_eq!(location("https://a/b//%2e?c=d e"), json!({ "uri": "https://a/b//%2e?c=d%20e" }));
        let run = Run { folder: Some("/a b/".to_owned()), ..Run::default() };
        let document = run.document();
        assert_eq!(document["runs"][0]["originalUriBaseIds"][ROOT]["uri"], "file:///a%20b/");
    }
}
