//! `stagedoor.secrets`: what is looked for beyond the built-in rules, and what becomes of what is found
//! in the catalog.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::{EntityRef, RefContext, Secret, Timestamp};
use time::{Date, Month, Time};

use super::findings::{Findings, shown};
use super::table::Table;
use crate::load::read_bounded;
use crate::{Config, ConfigErrors, Place, Problem, ValueRef};

/// Most files with rules.
const FILES: usize = 100;
/// Bytes of one file with rules.
const FILE_BYTES: u64 = 4 << 20;
/// Most entries of `allow`.
const ALLOWANCES: usize = 1_000;
/// Least bytes of a fingerprint key.
const KEY_BYTES: usize = 16;

/// `stagedoor.secrets`.
#[derive(Clone, Debug)]
pub struct SecretsSettings {
    /// What becomes of a catalog entity that holds a secret.
    pub on_ingest: OnIngest,
    /// Files with more rules, in order, as they were when the configuration was read.
    pub rules: Vec<RuleFile>,
    /// The key of fingerprints; of at least 16 bytes.
    pub fingerprint_key: Option<Secret<String>>,
    /// Findings in catalog entities that are no secrets, expired ones included.
    pub allow: Vec<SecretAllowance>,
    /// How old the secrets of the configuration may get.
    pub age: SecretAge,
}

/// `stagedoor.secrets.age`: how long after it was first seen a secret of the configuration is told of, and refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretAge {
    /// A warning, from then on; not after `refuse`.
    pub warn: Duration,
    /// Production does not start with it. More than 90 days take an acceptance, which the checklist asks for.
    pub refuse: Duration,
    /// For so much longer it starts again with one that was in use already.
    pub restart: Duration,
}

/// What becomes of a catalog entity that holds a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnIngest {
    /// A mask takes the place of the value.
    #[default]
    Mask,
    /// The last clean version stays; its owners alone see the new one, masked.
    Quarantine,
    /// The new version is refused.
    Reject,
}

/// A file with rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub text: Arc<str>,
    /// Where it is named.
    pub place: Place,
}

/// A finding that is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretAllowance {
    /// The rule's id.
    pub rule: String,
    /// The entity it is found in; `None` for any.
    pub entity: Option<EntityRef>,
    /// Why it is no secret.
    pub reason: String,
    /// The first instant at which this counts no more.
    pub until: Timestamp,
    /// Where it was written.
    pub place: Place,
}

impl SecretsSettings {
    /// Takes these settings alone from a configuration, for who needs no server: nothing else of it is
    /// judged. Without an error the warnings are returned, those of loading first.
    pub fn from_config(config: &Config) -> Result<(Self, Vec<Problem>), ConfigErrors> {
        let mut findings = Findings { problems: config.warnings().to_vec() };
        let settings = secrets(config, &Table::new(config), &mut findings);
        if findings.any_error() {
            Err(ConfigErrors(findings.problems))
        } else {
            Ok((settings, findings.problems))
        }
    }
}

/// Reads `stagedoor.secrets`.
pub(super) fn secrets(config: &Config, table: &Table, findings: &mut Findings) -> SecretsSettings {
    let on_ingest = match table.word("secrets.onIngest", findings) {
        Some("quarantine") => OnIngest::Quarantine,
        Some("reject") => OnIngest::Reject,
        _ => OnIngest::Mask,
    };
    SecretsSettings {
        on_ingest,
        rules: rules(config, table, findings),
        fingerprint_key: fingerprint_key(table, findings),
        allow: allow(table, findings),
        age: age(config, table, findings),
    }
}

fn age(config: &Config, table: &Table, findings: &mut Findings) -> SecretAge {
    let mut of = |key| table.duration(key, findings);
    let age = SecretAge {
        warn: of("secrets.age.warn"),
        refuse: of("secrets.age.refuse"),
        restart: of("secrets.age.restart"),
    };
    if age.warn > age.refuse {
        findings.push(
            config
                .at("stagedoor.secrets.age")
                .problem("secrets would be refused before anybody is warned")
                .fix("let `stagedoor.secrets.age.warn` be at most `refuse`"),
        );
    }
    age
}

fn rules(config: &Config, table: &Table, findings: &mut Findings) -> Vec<RuleFile> {
    let value = table.at("secrets.rules");
    let lost = config.at("stagedoor.secrets").losses();
    if let Some(loss) = lost.iter().find(|loss| loss.key.starts_with(value.key())) {
        findings.push(
            value
                .problem(format!("`{}` has no value, so its rules would not be looked for", loss.key))
                .at(Some(&loss.place))
                .fix("set the variable it needs"),
        );
    }
    let files = findings.take(value.items()).unwrap_or_default();
    if files.len() > FILES {
        findings.push(
            value
                .problem(format!("{} files with rules; at most {FILES} are read", files.len()))
                .fix("put several families of rules into one file"),
        );
        return Vec::new();
    }
    files.iter().filter_map(|file| rule_file(config.base(), file, findings)).collect()
}

fn rule_file(base: &Path, value: &ValueRef<'_>, findings: &mut Findings) -> Option<RuleFile> {
    let written = findings.keep(value.required_string())?;
    let place = value.near_place().clone();
    // A variable has no folder of its own; what it names counts from the working directory.
    let beside = if place.line == 0 { Path::new("") } else { Path::new(&*place.source) };
    let path = base.join(beside.parent().unwrap_or(Path::new(""))).join(written);
    let text = read_bounded(&path, FILE_BYTES).and_then(|bytes| {
        String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "is no UTF-8 text"))
    });
    match text {
        Ok(text) => Some(RuleFile { path, text: text.into(), place }),
        Err(error) => {
            findings.push(
                value
                    .problem(format!("rules cannot be read from `{}`: {error}", path.display()))
                    .fix("name a readable TOML file of at most 4 MiB, relative to the folder of this file"),
            );
            None
        }
    }
}

fn fingerprint_key(table: &Table, findings: &mut Findings) -> Option<Secret<String>> {
    let value = table.at("secrets.fingerprintKey");
    let key = findings.take(value.string())?;
    if key.len() < KEY_BYTES {
        findings.push(
            value
                .problem(format!("the fingerprint key has {} bytes; it needs {KEY_BYTES}", key.len()))
                .fix("make one with `openssl rand -base64 32`"),
        );
    }
    Some(Secret::new(key.to_owned()))
}

fn allow(table: &Table, findings: &mut Findings) -> Vec<SecretAllowance> {
    let value = table.at("secrets.allow");
    let entries = findings.take(value.items()).unwrap_or_default();
    if entries.len() > ALLOWANCES {
        findings.push(
            value
                .problem(format!("{} entries; at most {ALLOWANCES} are read", entries.len()))
                .fix("mend the entities, or turn the rule off by a file of `stagedoor.secrets.rules`"),
        );
        return Vec::new();
    }
    entries.iter().filter_map(|entry| allowance(entry, findings)).collect()
}

fn allowance(entry: &ValueRef<'_>, findings: &mut Findings) -> Option<SecretAllowance> {
    if findings.has_losses(entry, "allowance") {
        return None;
    }
    let entity = entry.at("entity");
    // An allowance whose entity is empty would hold for every one.
    findings.not_blank(std::slice::from_ref(&entity));
    let rule = findings.keep(entry.at("rule").required_string());
    let reason = findings.keep(entry.at("reason").required_string());
    let until = entry.at("until");
    let day = findings.keep(until.required_string()).and_then(|text| {
        let day = day_after(text);
        if day.is_none() {
            findings.push(
                until
                    .problem(format!("`{}` is no day", shown(text)))
                    .fix("write the last day on which it counts, as `2027-01-31`"),
            );
        }
        day
    });
    let entity = match findings.keep(entity.string())? {
        None => None,
        Some(text) => match EntityRef::parse(text, RefContext::default()) {
            Ok(found) => Some(found),
            Err(error) => {
                findings.push(
                    entity
                        .problem(format!("`{}` is no entity ref: {error}", shown(text)))
                        .fix("write `kind:namespace/name`"),
                );
                return None;
            }
        },
    };
    Some(SecretAllowance {
        rule: rule?.to_owned(),
        entity,
        reason: reason?.to_owned(),
        until: day?,
        place: entry.near_place().clone(),
    })
}

/// The start (UTC) of the day after the one written `2027-01-31`.
fn day_after(text: &str) -> Option<Timestamp> {
    let mut parts = text.trim().splitn(3, '-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse::<u16>().ok() } else { None }
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()?;
    Some(date.next_day()?.with_time(Time::MIDNIGHT).assume_utc())
}

#[cfg(test)]
mod tests;
