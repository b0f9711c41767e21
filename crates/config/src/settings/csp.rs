//! `backend.csp`: the Content-Security-Policy of API answers.

use std::fmt;

use super::findings::{Findings, shown};
use crate::{Config, ValueRef};

/// One directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CspDirective {
    /// Name in kebab-case.
    pub name: String,
    /// Sources; may be empty.
    pub sources: Vec<String>,
}

impl fmt::Display for CspDirective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for source in &self.sources {
            write!(f, " {source}")?;
        }
        Ok(())
    }
}

/// The reference's default, without its `'unsafe-eval'`.
const DEFAULT: &[(&str, &[&str])] = &[
    ("default-src", &["'self'"]),
    ("base-uri", &["'self'"]),
    ("font-src", &["'self'", "https:", "data:"]),
    ("frame-ancestors", &["'self'"]),
    ("img-src", &["'self'", "data:"]),
    ("object-src", &["'none'"]),
    ("script-src", &["'self'"]),
    ("script-src-attr", &["'none'"]),
    ("style-src", &["'self'", "https:", "'unsafe-inline'"]),
    ("upgrade-insecure-requests", &[]),
];

/// Directives that decide what runs or who frames us: no wide source, no removal.
const GUARDED: &[&str] = &[
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "object-src",
    "base-uri",
    "frame-ancestors",
    "worker-src",
];

/// Sources that let in more than anybody can name.
fn is_wide(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    source.starts_with('*') && !source.starts_with("*.")
        || ["http:", "https:", "ws:", "wss:", "data:", "blob:", "filesystem:"].contains(&source.as_str())
        || ["http://*", "https://*"].contains(&source.as_str())
}

fn is_unsafe(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    ["'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'"].contains(&source.as_str())
}

/// Reads `backend.csp`: the default with directives replaced, added or removed.
pub(super) fn csp(config: &Config, findings: &mut Findings) -> Vec<CspDirective> {
    let mut policy: Vec<CspDirective> = DEFAULT
        .iter()
        .map(|(name, sources)| CspDirective {
            name: (*name).to_owned(),
            sources: sources.iter().map(|source| (*source).to_owned()).collect(),
        })
        .collect();
    let value = config.at("backend.csp");
    if value.literal_bool() == Some(false) {
        findings.push(
            value
                .problem("the Content-Security-Policy cannot be switched off")
                .fix("remove `backend.csp`, or name the directives to change"),
        );
        return policy;
    }
    for (name, value) in findings.keep(value.entries()).unwrap_or_default() {
        let name = kebab(name);
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
            findings.push(
                value
                    .problem(format!("`{name}` is no directive", name = shown(&name)))
                    .fix("write a directive's name, as `img-src`"),
            );
            continue;
        }
        let slot = policy.iter().position(|directive| directive.name == name);
        if value.literal_bool() == Some(false) {
            if GUARDED.contains(&name.as_str()) {
                findings.push(
                    value
                        .problem(format!("`{name}` cannot be removed", name = shown(&name)))
                        .fix("remove the line to keep the default"),
                );
            } else if let Some(slot) = slot {
                policy.remove(slot);
            }
            continue;
        }
        let Some(sources) = sources(&name, &value, findings) else { continue };
        match slot.and_then(|slot| policy.get_mut(slot)) {
            Some(directive) => directive.sources = sources,
            None => policy.push(CspDirective { name, sources }),
        }
    }
    policy
}

fn sources(name: &str, value: &ValueRef<'_>, findings: &mut Findings) -> Option<Vec<String>> {
    if value.literal_bool() == Some(true) {
        return Some(Vec::new());
    }
    let mut kept = Vec::new();
    let mut narrowed = Vec::new();
    for source in findings.take(value.string_or_strings())? {
        if source.contains(|c: char| c.is_whitespace() || c.is_control() || ";,".contains(c) || !c.is_ascii())
        {
            findings.push(
                value.problem("a source holds one word, without `;` or `,`").fix("write one source per line"),
            );
        } else if GUARDED.contains(&name) && (is_wide(source) || is_unsafe(source)) {
            findings.push(
                value
                    .problem(format!(
                        "`{source}` in `{name}` is refused: it lets injected content run",
                        name = shown(name),
                        source = shown(source)
                    ))
                    .fix("name the origins that are needed, or remove the directive to keep the default"),
            );
        } else if name == "connect-src" && is_wide(source) {
            narrowed.push(format!("`{source}`", source = shown(source)));
        } else {
            kept.push(source.to_owned());
        }
    }
    if !narrowed.is_empty() {
        findings.push(
            value
                .warning(format!(
                    "{} left out of `connect-src`: pages could send data anywhere",
                    narrowed.join(" and ")
                ))
                .fix("name the origins that pages may call"),
        );
        if kept.is_empty() {
            kept.push("'self'".to_owned());
        }
    }
    Some(kept)
}

/// `scriptSrc` and `script-src` are the same directive.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Reads `backend.referrer.policy`: the whole header.
pub(super) fn referrer_policy(config: &Config, findings: &mut Findings) -> String {
    const KNOWN: &[&str] = &[
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
    ];
    let value = config.at("backend.referrer.policy");
    let policies = findings.take(value.string_or_strings()).unwrap_or_default();
    for policy in policies.iter().filter(|policy| !KNOWN.contains(policy)) {
        let why = if *policy == "unsafe-url" { "sends whole addresses to everybody" } else { "is unknown" };
        findings.push(
            value
                .problem(format!("referrer policy `{policy}` {why}", policy = shown(policy)))
                .fix(format!("write one of {}", KNOWN.join(", "))),
        );
    }
    if policies.is_empty() { "no-referrer".to_owned() } else { policies.join(",") }
}

#[cfg(test)]
mod tests;
