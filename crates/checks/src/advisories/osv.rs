//! Advisories of an OSV export.

use serde::Deserialize;

use super::condition::Condition;
use super::{Advisories, Advisory, Affected, Source};
use crate::Severity;
use crate::packages::Range;

/// Why an export cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum OsvError {
    /// It is too large.
    #[error("it has more than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    /// It is not what OSV writes.
    #[error("it is not OSV: {0}")]
    Json(#[from] serde_json::Error),
    /// It has no advisory about npm packages.
    #[error("it has no advisory about npm packages")]
    Empty,
}

const MAX_BYTES: usize = 256 << 20;
const MAX_RECORDS: usize = 1 << 18;
const MAX_RANGES: usize = 1 << 12;
const MAX_TEXT: usize = 300;

#[derive(Deserialize)]
struct Record {
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    summary: String,
    withdrawn: Option<String>,
    #[serde(default)]
    severity: Vec<Score>,
    #[serde(default)]
    affected: Vec<AffectedPackage>,
    #[serde(default)]
    database_specific: serde_json::Value,
}

#[derive(Deserialize)]
struct Score {
    #[serde(default)]
    score: String,
}

#[derive(Deserialize)]
struct AffectedPackage {
    package: Option<Package>,
    #[serde(default)]
    ranges: Vec<Ranges>,
    #[serde(default)]
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct Ranges {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize, Default)]
struct Event {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
}

/// What an export may be: a record, a list of them, or what the API answers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Record(Box<Record>),
    List(Vec<Record>),
    Answer { vulns: Vec<Record> },
}

/// Reads an OSV export: a record, a list of records, or one after the other (JSON lines). Records about other
/// ecosystems, and withdrawn ones, are left out.
///
/// # Errors
/// It is too large, is not OSV, or has nothing about npm packages.
pub fn parse_osv(bytes: &[u8]) -> Result<Advisories, OsvError> {
    if bytes.len() > MAX_BYTES {
        return Err(OsvError::TooLarge);
    }
    let mut list = Vec::new();
    for document in serde_json::Deserializer::from_slice(bytes).into_iter::<Document>() {
        let records = match document? {
            Document::Record(record) => vec![*record],
            Document::List(records) | Document::Answer { vulns: records } => records,
        };
        if list.len() + records.len() > MAX_RECORDS {
            return Err(OsvError::TooLarge);
        }
        list.extend(records.into_iter().filter_map(advisory));
    }
    if list.is_empty() { Err(OsvError::Empty) } else { Ok(Advisories { list }) }
}

fn advisory(record: Record) -> Option<Advisory> {
    let affected: Vec<Affected> = record.affected.into_iter().filter_map(affected).collect();
    if record.withdrawn.is_some() || affected.is_empty() {
        return None;
    }
    let mut ids = record.aliases;
    ids.insert(0, record.id);
    let id = ids.iter().position(|id| id.starts_with("CVE-")).unwrap_or(0);
    let id = ids.remove(id);
    let rated = record.database_specific.get("severity").and_then(serde_json::Value::as_str).and_then(rated);
    let scored = || record.severity.iter().find_map(|score| scored(&score.score));
    let summary = record.summary.lines().next().unwrap_or_default().trim().trim_end_matches('.');
    let summary: String = summary.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect();
    Some(Advisory {
        id,
        aliases: ids,
        severity: rated.or_else(scored).unwrap_or(Severity::Medium),
        affected,
        fixed: Vec::new(),
        when: Condition::default(),
        needs: Condition::default(),
        source: Source::Osv,
        summary: if summary.is_empty() { "see the advisory".to_owned() } else { summary },
    })
}

fn affected(affected: AffectedPackage) -> Option<Affected> {
    let package = affected.package.filter(|package| package.ecosystem == "npm")?;
    let mut ranges = Vec::new();
    for of in affected.ranges.iter().filter(|of| matches!(of.kind.as_str(), "SEMVER" | "ECOSYSTEM")) {
        let mut from: Option<&str> = None;
        for event in &of.events {
            if let Some(introduced) = &event.introduced {
                from = Some(if introduced == "0" { "0.0.0" } else { introduced });
            }
            let to = event.fixed.as_ref().map(|fixed| format!("<{fixed}"));
            let to = to.or_else(|| event.last_affected.as_ref().map(|last| format!("<={last}")));
            if let (Some(to), Some(start)) = (to, from) {
                ranges.extend(Range::parse(&format!(">={start} {to}")));
                from = None;
            }
        }
        ranges.extend(from.and_then(|from| Range::parse(&format!(">={from}"))));
    }
    if ranges.is_empty() {
        ranges.extend(affected.versions.iter().take(MAX_RANGES).filter_map(|version| Range::parse(version)));
    }
    ranges.truncate(MAX_RANGES);
    (!ranges.is_empty()).then_some(Affected { package: package.name, ranges })
}

fn rated(text: &str) -> Option<Severity> {
    Some(match text.to_ascii_lowercase().as_str() {
        "critical" => Severity::Critical,
        "high" => Severity::High,
        "moderate" | "medium" => Severity::Medium,
        "low" => Severity::Low,
        _ => return None,
    })
}

/// By a score that is a number; vectors are not computed.
fn scored(text: &str) -> Option<Severity> {
    let score: f64 = text.trim().parse().ok()?;
    Some(match score {
        score if score >= 9.0 => Severity::Critical,
        score if score >= 7.0 => Severity::High,
        score if score >= 4.0 => Severity::Medium,
        _ => Severity::Low,
    })
}
