//! Recordings: one request and what the reference answered.

use std::path::Path;

use serde_json::Value;

/// One request and its answer, as they were recorded.
pub(super) struct Recording {
    /// `catalog/by-query-page1.owner`: folder, name and phase.
    pub(super) name: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) credential: Credential,
    /// But for `Authorization`.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Body>,
    pub(super) status: u16,
    pub(super) answer_headers: Vec<(String, String)>,
    pub(super) answer: Value,
}

/// A body that was sent: JSON as it is, or text that was sent as it stands.
pub(super) enum Body {
    Json(Value),
    Text(String),
}

/// On whose behalf a request was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    Nobody,
    Guest,
    Service,
    LimitedService,
    /// A header that is no credential.
    Header(String),
}

/// The policy that was in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Main,
    Mixed,
    Owner,
}

impl Recording {
    /// Every recording in these folders, by name.
    pub(super) fn all(golden: &Path, folders: &[&str]) -> Vec<Self> {
        let mut found = Vec::new();
        for folder in folders {
            for entry in std::fs::read_dir(golden.join(folder)).expect("the folder of recordings is there") {
                let path = entry.expect("a folder's entry").path();
                let stem = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
                if path.extension().is_some_and(|kind| kind == "json") && !stem.starts_with('_') {
                    let text = std::fs::read_to_string(&path).expect("a recording can be read");
                    let json: Value = serde_json::from_str(&text).expect("a recording is JSON");
                    found.extend(Self::of(format!("{folder}/{stem}"), &json));
                }
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(!found.is_empty(), "no recordings in {}", golden.display());
        found
    }

    /// `None` for files that are not of the form of a request and its answer.
    fn of(name: String, json: &Value) -> Option<Self> {
        let (request, response) = (json.get("request")?, json.get("response")?);
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        // A header that came more than once is a list.
        let texts = |value: &Value| -> Vec<String> {
            let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            list.iter().map(|value| value.as_str().unwrap_or_default().to_owned()).collect()
        };
        let pairs = |value: &Value| -> Vec<(String, String)> {
            let entries = value.as_object().into_iter().flatten();
            entries
                .flat_map(|(key, value)| texts(value).into_iter().map(|text| (key.clone(), text)))
                .collect()
        };
        let mut headers = pairs(&request["headers"]);
        let at = headers.iter().position(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let authorization = at.map(|at| headers.remove(at).1);
        let credential = match (request["auth"].as_str(), authorization) {
            (Some("guest user token"), _) => Credential::Guest,
            (Some("static service token"), _) => Credential::Service,
            (Some(auth), _) if auth.starts_with("static service token restricted") => {
                Credential::LimitedService
            }
            (_, Some(header)) => Credential::Header(header),
            (_, None) => Credential::Nobody,
        };
        Some(Self {
            name,
            method: text(request, "method"),
            path: text(request, "path"),
            query: text(request, "query"),
            credential,
            headers,
            body: match &request["body"] {
                Value::Null => None,
                Value::String(text) => Some(Body::Text(text.clone())),
                json => Some(Body::Json(json.clone())),
            },
            status: u16::try_from(response["status"].as_u64()?).ok()?,
            answer_headers: pairs(&response["headers"]),
            answer: response["body"].clone(),
        })
    }

    /// The policy under which it was recorded; without permissions everything was allowed.
    pub(super) fn phase(&self) -> Phase {
        match self.name.rsplit_once('.').map(|(_, phase)| phase) {
            Some("mixed") => Phase::Mixed,
            Some("owner") => Phase::Owner,
            _ => Phase::Main,
        }
    }

    /// A header of the answer.
    pub(super) fn answer_header(&self, name: &str) -> Option<&str> {
        let found = self.answer_headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether a route that reads entities answered.
    pub(super) fn reads_entities(&self) -> bool {
        let Some(path) = self.path.strip_prefix("/api/catalog/") else { return false };
        let reads = matches!(self.method.as_str(), "GET" | "HEAD" | "POST" | "OPTIONS");
        let ours = ["entities", "entity-facets"];
        let theirs = ["entities/unprocessed"];
        let under = |known: &&str| {
            path == *known || path.strip_prefix(*known).is_some_and(|rest| rest.starts_with('/'))
        };
        reads && ours.iter().any(under) && !theirs.iter().any(under)
    }

    /// Whether it shows how a stranger, or a bearer of nonsense, is refused.
    pub(super) fn refuses_strangers(&self) -> bool {
        self.status == 401
            && self.path.starts_with("/api/")
            && matches!(self.credential, Credential::Nobody | Credential::Header(_))
    }
}
