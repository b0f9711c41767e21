//! The table that is compiled in.

use super::condition::Condition;
use super::{Advisories, Advisory, Affected, Source};
use crate::packages::Range;
use crate::{Release, Severity};

/// Reads the table; a line that is none is left out, which a test refuses.
pub(super) fn parse(text: &str) -> Advisories {
    Advisories { list: text.lines().filter(|line| !line.starts_with('#')).filter_map(line).collect() }
}

pub(super) fn line(line: &str) -> Option<Advisory> {
    let fields: Vec<&str> = line.split('\t').collect();
    let &[id, other, severity, affected, fixed, when, needs, source, summary] = &fields[..] else {
        return None;
    };
    let affected: Vec<Affected> = affected.split("; ").map(affected_of).collect::<Option<_>>()?;
    let fixed = fixed.split(", ").filter(|release| !release.is_empty());
    Some(Advisory {
        id: id.to_owned(),
        aliases: Some(other.to_owned()).filter(|other| !other.is_empty()).into_iter().collect(),
        severity: severity_of(severity)?,
        affected,
        fixed: fixed.map(Release::parse).collect::<Option<_>>()?,
        when: Condition::parse(when),
        needs: Condition::parse(needs),
        source: match source {
            "advisory" => Source::Advisory,
            "page" => Source::Page,
            "secondary" => Source::Secondary,
            _ => return None,
        },
        summary: summary.to_owned(),
    })
}

fn affected_of(text: &str) -> Option<Affected> {
    let (package, ranges) = text.split_once(' ')?;
    let package = if package == "release" { String::new() } else { package.to_owned() };
    Some(Affected { package, ranges: vec![Range::parse(ranges)?] })
}

fn severity_of(text: &str) -> Option<Severity> {
    Some(match text {
        "critical" => Severity::Critical,
        "high" => Severity::High,
        "medium" => Severity::Medium,
        "low" => Severity::Low,
        _ => return None,
    })
}
