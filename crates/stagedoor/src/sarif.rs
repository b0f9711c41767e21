//! SARIF 2.1.0: what other programs read findings in. One run of this program, as a JSON document.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What relative places are relative to.
const ROOT: &str = "SRCROOT";
/// What may stand in a path of a URI as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What findings are of.
pub(crate) struct Rule {
    pub(crate) id: String,
    /// For people, in the singular.
    pub(crate) name: String,
    /// A web page about it.
    pub(crate) page: Option<String>,
}

/// One finding.
pub(crate) struct Outcome {
    /// The rule's id.
    pub(crate) rule: String,
    pub(crate) message: String,
    /// With `/`; relative to [`Run::folder`] unless it starts with one.
    pub(crate) path: String,
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    /// By name, what stays the same when the finding does.
    pub(crate) fingerprints: Vec<(&'static str, String)>,
    /// By name, what is known beyond that.
    pub(crate) properties: Vec<(&'static str, String)>,
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
            "level": "error",
            "message": { "text": outcome.message },
            "locations": [{ "physicalLocation": {
                "artifactLocation": location(&outcome.path),
                "region": { "startLine": outcome.line, "startColumn": outcome.column },
            } }],
            "partialFingerprints": map(&outcome.fingerprints),
        });
        if let Some(at) = self.rules.iter().position(|rule| rule.id == outcome.rule) {
            result["ruleIndex"] = at.into();
        }
        if !outcome.properties.is_empty() {
            result["properties"] = map(&outcome.properties);
        }
        result
    }
}

fn map(pairs: &[(&'static str, String)]) -> Value {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect()
}

fn rule(rule: &Rule) -> Value {
    let mut described = json!({
        "id": rule.id,
        "shortDescription": { "text": rule.name },
        "defaultConfiguration": { "level": "error" },
    });
    if let Some(page) = &rule.page {
        described["helpUri"] = page.as_str().into();
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
        let run = Run { folder: Some("/a b/".to_owned()), ..Run::default() };
        let document = run.document();
        assert_eq!(document["runs"][0]["originalUriBaseIds"][ROOT]["uri"], "file:///a%20b/");
    }
}
