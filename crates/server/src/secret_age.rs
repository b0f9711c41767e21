//! How long the secrets of the configuration have been in use: they are told of, refused, and shown.
//!
//! The store keeps by what a secret is known again (a keyed fingerprint, which tells nothing) and the day it was first
//! seen. A secret that stands somewhere else too is one; a key that gets another value begins anew.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use config::{Config, ConfigErrors, Mode, Problem, SecretAge};
use identity::Sealer;
use model::Timestamp;
use policy::{Durability, LedgerError, Outcome, RequestFacts};
use store::{SeenSecret, Store, StoreError};

use crate::audit::{self, AuditLog};
use crate::gate::{PostureFinding, PostureLine, PostureState};

/// A secret that was seen within this time was in use when the server ended: it may start again with it.
const IN_USE: time::Duration = time::Duration::DAY;
/// What is not seen for so long is forgotten.
const FORGOTTEN: time::Duration = time::Duration::days(400);
/// The rule that the checklist has for it.
const RULE: &str = "stagedoor-secrets-old";

/// How old one secret is.
#[derive(Clone, Debug)]
pub struct Aged {
    /// The key it stands under.
    pub key: String,
    /// Where it is written.
    pub place: config::Place,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// How long that is ago, in whole days.
    pub days: i64,
    /// What becomes of it.
    pub state: AgeState,
    fingerprint: String,
}

/// The secrets of the configuration that is in force.
#[derive(Debug)]
pub(crate) struct Ages {
    list: ArcSwap<Vec<Aged>>,
    limits: SecretAge,
}

impl Ages {
    pub(crate) fn new(ages: Vec<Aged>, limits: SecretAge) -> Self {
        Self { list: ArcSwap::from_pointee(ages), limits }
    }

    /// Notes that they are still in use, and grows them. Called now and then. One that was too old when the configuration
    /// came stays so, and is not noted: nobody gets a day more by reloading it.
    pub(crate) async fn touch(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let held = self.list.load_full();
        let mut ages = Vec::clone(&held);
        for aged in &mut ages {
            let age = now - aged.first_seen;
            let in_use = aged.state != AgeState::Refused;
            (aged.days, aged.state) = (age.whole_days(), state(age, self.limits, in_use));
        }
        let kept = ages.iter().filter(|aged| aged.state != AgeState::Refused).map(Aged::seen);
        store.see_secrets(&kept.collect::<Vec<_>>(), now).await?;
        // What came with a reload in the meantime stays.
        self.list.compare_and_swap(&held, Arc::new(ages));
        Ok(())
    }

    /// Takes those of another configuration.
    pub(crate) fn replace(&self, ages: Vec<Aged>) {
        self.list.store(Arc::new(ages));
    }

    /// The line of the checklist.
    pub(crate) fn line(&self) -> PostureLine {
        line(&self.list.load(), self.limits)
    }

    /// Each key with its age in days.
    pub(crate) fn days(&self) -> Vec<(String, i64)> {
        self.list.load().iter().map(|aged| (aged.key.clone(), aged.days)).collect()
    }
}

impl Aged {
    fn seen(&self) -> SeenSecret {
        SeenSecret {
            fingerprint: self.fingerprint.clone(),
            key: self.key.clone(),
            since: Some(self.first_seen),
        }
    }
}

/// Why ages are not known.
#[derive(Debug, thiserror::Error)]
pub enum AgesError {
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A new secret cannot be recorded.
    #[error(transparent)]
    Record(#[from] LedgerError),
}

/// What becomes of a secret at its age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgeState {
    /// Nothing.
    Young,
    /// It is told of.
    Warned,
    /// It should have been changed; the server runs on, for it was in use when it ended.
    Overdue,
    /// Production does not start with it.
    Refused,
}

impl AgeState {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Young => "young",
            Self::Warned => "change it soon",
            Self::Overdue => "overdue",
            Self::Refused => "too old",
        }
    }
}

/// The ages of all secrets of a configuration, which are noted as seen.
pub(crate) async fn look(
    config: &Config,
    limits: SecretAge,
    (store, sealer): (&Store, &Sealer),
    ledger: &AuditLog,
    now: Timestamp,
) -> Result<Vec<Aged>, AgesError> {
    let ages = ages(config, limits, (store, sealer), now).await?;
    // INVARIANT: the record is durable before the store knows it.
    for new in ages.iter().filter(|aged| aged.first_seen == now) {
        let facts = RequestFacts::new(now, "configuration", "", "");
        let event = &audit::SECRET_CHANGE;
        let recorded = ledger.event(&facts, event, Outcome::Allowed, Durability::Durable, |record| {
            record.resource_ref = Some(new.key.clone());
            record.meta.insert("place".into(), new.place.to_string().into());
        });
        recorded.await?;
    }
    // INVARIANT: what is too old leaves no trace; nobody gets a day more by trying.
    let kept = ages.iter().filter(|aged| aged.state != AgeState::Refused).map(Aged::seen);
    store.see_secrets(&kept.collect::<Vec<_>>(), now).await?;
    store.forget_secrets(now - FORGOTTEN).await?;
    Ok(ages)
}

/// The ages of all secrets of a configuration. Nothing is noted.
pub(crate) async fn ages(
    config: &Config,
    limits: SecretAge,
    (store, sealer): (&Store, &Sealer),
    now: Timestamp,
) -> Result<Vec<Aged>, StoreError> {
    let secrets = config::static_secrets(config);
    let known = store.secret_ages().await?;
    let mut ages = Vec::with_capacity(secrets.len());
    for secret in secrets {
        let fingerprints = sealer.fingerprints(secret.value.expose());
        // Under whichever key of ours it was first seen, and wherever it stood.
        let before = || known.iter().filter(|known| fingerprints.contains(&known.fingerprint));
        let first_seen = before().map(|known| known.first_seen).min().unwrap_or(now);
        let in_use = before().any(|known| now - known.last_seen < IN_USE);
        let Some(fingerprint) = fingerprints.into_iter().next() else { continue };
        ages.push(Aged {
            key: secret.key,
            place: secret.place,
            first_seen,
            days: (now - first_seen).whole_days(),
            state: state(now - first_seen, limits, in_use),
            fingerprint,
        });
    }
    Ok(ages)
}

fn state(age: time::Duration, limits: SecretAge, in_use: bool) -> AgeState {
    let after = |limit: Duration| age >= time::Duration::try_from(limit).unwrap_or(time::Duration::MAX);
    if after(limits.refuse.saturating_add(limits.restart)) || (after(limits.refuse) && !in_use) {
        AgeState::Refused
    } else if after(limits.refuse) {
        AgeState::Overdue
    } else if after(limits.warn) {
        AgeState::Warned
    } else {
        AgeState::Young
    }
}

/// What stops a start in production: errors that say where and what to do. What does not stop it comes back, to be told.
pub(crate) fn judged(ages: &[Aged], limits: SecretAge, mode: Mode) -> Result<Vec<Problem>, ConfigErrors> {
    let problems: Vec<Problem> = ages.iter().filter_map(|aged| problem(aged, limits, mode)).collect();
    let stops = problems.iter().any(|problem| problem.severity == config::Severity::Error);
    if stops { Err(ConfigErrors(problems)) } else { Ok(problems) }
}

fn problem(aged: &Aged, limits: SecretAge, mode: Mode) -> Option<Problem> {
    let stops = aged.state == AgeState::Refused && mode == Mode::Production;
    let text = match aged.state {
        AgeState::Young => return None,
        AgeState::Warned => format!(
            "this secret has been in use for {} days; from {} on the server does not start with it",
            aged.days,
            days(limits.refuse)
        ),
        AgeState::Overdue => format!(
            "this secret has been in use for {} days, and {} is the most: the server starts with it for {} more days, \
             since it was in use when it ended",
            aged.days,
            days(limits.refuse),
            days(limits.refuse + limits.restart) - aged.days
        ),
        AgeState::Refused => {
            format!(
                "this secret has been in use for {} days, and {} is the most",
                aged.days,
                days(limits.refuse)
            )
        }
    };
    let problem = if stops { Problem::error(&aged.key, text) } else { Problem::warning(&aged.key, text) };
    Some(problem.at(Some(&aged.place)).fix(
        "make another one, with `stagedoor secrets new` where it is ours to make, and put it where this one is; where two \
         may be valid at once, let both be until everybody has the new one",
    ))
}

fn days(limit: Duration) -> i64 {
    i64::try_from(limit.as_secs() / 86_400).unwrap_or(i64::MAX)
}

/// The line of the checklist.
fn line(ages: &[Aged], limits: SecretAge) -> PostureLine {
    let findings: Vec<PostureFinding> = ages
        .iter()
        .filter_map(|aged| {
            let problem = problem(aged, limits, Mode::Production)?;
            Some(PostureFinding {
                rule: RULE.to_owned(),
                severity: if aged.state == AgeState::Warned { "low" } else { "critical" },
                message: format!("`{}`: {}", aged.key, problem.message),
                place: aged.place.to_string(),
                why: "The longer a secret is in use, the more people and machines have had it.".to_owned(),
                fix: problem.fix.unwrap_or_default(),
                evidence: vec![format!("first seen on {}", aged.first_seen.date())],
                accepted: None,
            })
        })
        .collect();
    let fails = ages.iter().any(|aged| aged.state >= AgeState::Overdue);
    PostureLine {
        title: format!("No secret of the configuration is in use for more than {} days", days(limits.refuse)),
        state: if fails { PostureState::Fail } else { PostureState::Pass },
        findings,
        unknown: Vec::new(),
        looked: ages.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);
    const LIMITS: SecretAge = SecretAge {
        warn: Duration::from_hours(24 * 75),
        refuse: Duration::from_hours(24 * 90),
        restart: Duration::from_hours(24 * 14),
    };

    fn at(days: u32, in_use: bool) -> AgeState {
        state(time::Duration::try_from(DAY * days).expect("days"), LIMITS, in_use)
    }

    #[test]
    fn a_secret_is_warned_of_then_refused_and_one_in_use_has_two_weeks_more() {
        assert_eq!([at(0, false), at(74, false)], [AgeState::Young; 2]);
        assert_eq!([at(75, false), at(89, true)], [AgeState::Warned; 2]);
        assert_eq!([at(90, false), at(91, false), at(1000, false)], [AgeState::Refused; 3]);
        assert_eq!([at(90, true), at(103, true)], [AgeState::Overdue; 2]);
        assert_eq!(at(104, true), AgeState::Refused, "not for ever");
    }
}
