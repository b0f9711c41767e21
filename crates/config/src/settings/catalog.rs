//! `catalog`: what may be taken in, from where, and how often.

use std::time::Duration;

use super::findings::{Findings, shown};
use crate::mask::mask_urls;
use crate::{Config, Place, ValueRef};

/// The catalog's part of the configuration.
#[derive(Clone, Debug)]
pub struct CatalogSettings {
    /// `catalog.rules`; `None` means the reference's default (Component, API, Location).
    pub rules: Option<Vec<Rule>>,
    /// `catalog.locations`, in order.
    pub locations: Vec<ConfiguredLocation>,
    /// `catalog.processingInterval`; `None` when it is `false`. 120 s unless given.
    pub processing_interval: Option<Duration>,
    /// `catalog.orphanStrategy`.
    pub orphan_strategy: OrphanStrategy,
    /// `catalog.readonly`: locations cannot be changed through the API.
    pub readonly: bool,
}

/// One entry of `catalog.rules`. Rules only ever add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is allowed.
    pub allow: Vec<Allow>,
    /// From where; `None` is anywhere, an empty list nowhere.
    pub locations: Option<Vec<RuleLocation>>,
}

/// An allowed kind; both compare without case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The kind.
    pub kind: String,
    /// `spec.type`, if only that one is allowed.
    pub spec_type: Option<String>,
}

/// A place a rule holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLocation {
    /// Location type: `file`, `url`, …
    pub kind: String,
    /// Which targets.
    pub target: RuleTarget,
}

/// Which targets of a location type a rule holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleTarget {
    /// Every target.
    Any,
    /// This target, with case.
    Exact(String),
    /// Targets that match this glob, without case, dots included.
    Pattern(String),
}

/// One entry of `catalog.locations`.
#[derive(Clone, Debug)]
pub struct ConfiguredLocation {
    /// Location type: `file`, `url`, …
    pub kind: String,
    /// As written; a file's path is relative to the working directory.
    pub target: String,
    /// Rules for exactly this location, beside the global ones.
    pub rules: Option<Vec<Vec<Allow>>>,
    /// Where it was written.
    pub place: Place,
}

/// What becomes of entities that nothing refers to any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrphanStrategy {
    /// They stay, marked.
    Keep,
    /// They go.
    #[default]
    Delete,
}

/// How often the reference processes an entity again, at the middle of its range.
const INTERVAL: Duration = Duration::from_mins(2);

/// Reads `catalog`.
pub(super) fn catalog(config: &Config, findings: &mut Findings) -> CatalogSettings {
    let value = config.at("catalog");
    let orphans = value.at("orphanStrategy");
    let orphan_strategy = match findings.take(orphans.string()) {
        None | Some("delete") => OrphanStrategy::Delete,
        Some("keep") => OrphanStrategy::Keep,
        Some(other) => {
            findings.push(
                orphans
                    .problem(format!("`{other}` is no orphan strategy", other = shown(other)))
                    .fix("write `keep` or `delete`"),
            );
            OrphanStrategy::Delete
        }
    };
    CatalogSettings {
        rules: findings
            .take(value.at("rules").items())
            .map(|rules| rules.iter().filter_map(|rule| global_rule(rule, findings)).collect()),
        locations: findings
            .take(value.at("locations").items())
            .unwrap_or_default()
            .iter()
            .filter_map(|location| configured_location(location, findings))
            .collect(),
        processing_interval: interval(&value.at("processingInterval"), findings),
        orphan_strategy,
        readonly: findings.take(value.at("readonly").boolean()).unwrap_or_default(),
    }
}

fn interval(value: &ValueRef<'_>, findings: &mut Findings) -> Option<Duration> {
    if value.literal_bool() == Some(false) {
        return None;
    }
    let interval = findings.take(value.duration());
    if interval == Some(Duration::ZERO) {
        findings.push(
            value
                .problem("the processing interval is zero")
                .fix("write `{ minutes: 2 }`, or `false` to stop"),
        );
    }
    Some(interval.unwrap_or(INTERVAL))
}

fn global_rule(rule: &ValueRef<'_>, findings: &mut Findings) -> Option<Rule> {
    if findings.has_losses(rule, "rule") {
        return None;
    }
    let locations = rule.at("locations");
    findings.not_blank(std::slice::from_ref(&locations));
    let allow = allow(&rule.at("allow"), findings);
    let locations = match findings.take(locations.items()) {
        None => None,
        Some(items) => {
            Some(items.iter().map(|item| rule_location(item, findings)).collect::<Option<Vec<_>>>()?)
        }
    };
    Some(Rule { allow: allow?, locations })
}

fn rule_location(value: &ValueRef<'_>, findings: &mut Findings) -> Option<RuleLocation> {
    findings.not_blank(&[value.at("exact"), value.at("pattern")]);
    let kind = findings.keep(value.at("type").required_string())?.to_owned();
    let exact = findings.take(value.at("exact").string()).map(str::to_owned);
    let pattern = findings.take(value.at("pattern").string()).map(str::to_owned);
    let target = match (exact, pattern) {
        (Some(_), Some(_)) => {
            findings.push(
                value
                    .problem("A catalog rule location cannot have both exact and pattern values")
                    .fix("remove one, or write two locations"),
            );
            return None;
        }
        (Some(exact), None) => RuleTarget::Exact(exact),
        (None, Some(pattern)) => RuleTarget::Pattern(pattern),
        (None, None) => RuleTarget::Any,
    };
    Some(RuleLocation { kind, target })
}

fn allow(value: &ValueRef<'_>, findings: &mut Findings) -> Option<Vec<Allow>> {
    let Some(items) = findings.keep(value.items())? else {
        findings.push(value.missing().fix("write for example `allow: [Component, API]`"));
        return None;
    };
    items
        .iter()
        .map(|item| {
            if item.is_object() {
                let kind = findings.keep(item.at("kind").required_string())?.to_owned();
                let spec_type = spec_type(item, findings);
                return Some(Allow { kind, spec_type });
            }
            let kind = findings.keep(item.required_string())?.to_owned();
            Some(Allow { kind, spec_type: None })
        })
        .collect()
}

/// The key is `spec.type`, with its dot.
fn spec_type(item: &ValueRef<'_>, findings: &mut Findings) -> Option<String> {
    let entries = findings.keep(item.all_entries())?;
    let (_, value) = entries.into_iter().find(|(name, _)| *name == "spec.type")?;
    findings.not_blank(std::slice::from_ref(&value));
    findings.take(value.string()).map(str::to_owned)
}

fn configured_location(value: &ValueRef<'_>, findings: &mut Findings) -> Option<ConfiguredLocation> {
    if findings.has_losses(value, "location") {
        return None;
    }
    let (kind, target) = (value.at("type"), value.at("target"));
    let kind = findings.keep(kind.required_string())?;
    let text = findings.keep(target.required_string())?;
    if let Err(error) = model::LocationRef::new(kind, text) {
        findings.push(
            target
                .problem(mask_urls(&error.to_string()))
                .fix("write `type: file` or `type: url`, and a target"),
        );
        return None;
    }
    let rules = findings
        .take(value.at("rules").items())
        .map(|rules| rules.iter().filter_map(|rule| allow(&rule.at("allow"), findings)).collect());
    Some(ConfiguredLocation {
        kind: kind.to_owned(),
        target: text.to_owned(),
        rules,
        place: value.near_place().clone(),
    })
}

#[cfg(test)]
mod tests;
