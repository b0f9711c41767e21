//! The baseline: findings that are known and not reported again, wherever their lines have moved to.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::shown::Shown;
use crate::failure::Failure;

/// Bytes of a file.
const BYTES: u64 = 16 << 20;

/// Fingerprints, and what they are of.
pub(crate) struct Baseline(BTreeMap<String, Value>);

impl Baseline {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let refused = |why: String| Failure::Refused {
            message: format!("cannot use the baseline `{}`: {why}", path.display()),
            hint: Some("make one with --write-baseline".to_owned()),
        };
        let metadata = std::fs::metadata(path).map_err(|error| refused(error.to_string()))?;
        if !metadata.is_file() || metadata.len() > BYTES {
            return Err(refused(format!("it is no file of at most {BYTES} bytes")));
        }
        let bytes = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
        let mut document: Map<String, Value> =
            serde_json::from_slice(&bytes).map_err(|_| refused("it is no JSON object".to_owned()))?;
        if document.get("version") != Some(&1.into()) {
            return Err(refused("it is not of version 1".to_owned()));
        }
        match document.remove("findings") {
            Some(Value::Object(findings)) => Ok(Self(findings.into_iter().collect())),
            _ => Err(refused("it has no `findings`".to_owned())),
        }
    }

    pub(crate) fn of(shown: &Shown) -> Self {
        let findings = shown.findings.iter().map(|finding| {
            let known = json!({ "rule": finding.entry.id, "path": finding.spot.path });
            (finding.fingerprint.clone(), known)
        });
        Self(findings.collect())
    }

    /// Takes away what is known, and counts it, and what is known but gone.
    pub(crate) fn apply(&self, shown: &mut Shown) {
        let all = shown.findings.len();
        // What somebody accepted since is not gone.
        let accepted = shown.accepted.iter().map(|(finding, _)| finding);
        let met: HashSet<String> =
            shown.findings.iter().chain(accepted).map(|finding| finding.fingerprint.clone()).collect();
        shown.findings.retain(|finding| !self.0.contains_key(&finding.fingerprint));
        shown.known = all - shown.findings.len();
        shown.vanished = self.0.keys().filter(|print| !met.contains(*print)).count();
    }

    pub(crate) fn text(&self) -> String {
        format!("{:#}\n", json!({ "version": 1, "findings": self.0 }))
    }
}
