//! Findings that somebody has accepted, for a reason and until a day: in a comment beside them, or in
//! `stagedoor.accept` of an app-config.

mod inline;
mod scope;
mod written;

use time::Date;

use crate::finding::Finding;
use crate::{Place, Report, Repository, registry};
use scope::Scope;

/// The most of them that a repository may have; what comes after is not read.
const MOST: usize = 10_000;
/// Days ahead that one may hold.
const DAYS: i64 = 366;
/// What the ids of the rules about acceptances begin with; they cannot be accepted themselves.
const OWN: &str = "acceptance-";

/// One acceptance that can be used.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The id of the rule.
    pub rule: String,
    /// Why it is right that the finding stays.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Date,
    /// Where it is written.
    pub place: Place,
    /// Whether that is beside the finding.
    pub is_inline: bool,
    scope: Scope,
}

/// All acceptances of a repository, on its day.
#[derive(Debug, Default)]
pub struct Acceptances {
    /// Those that hold.
    pub valid: Vec<Acceptance>,
    /// Those whose day is over; they accept nothing.
    pub expired: Vec<Acceptance>,
    /// What was meant as one and is none, and why, as a phrase.
    pub invalid: Vec<(Place, String)>,
}

/// One as it is written.
struct Draft<'a> {
    rule: &'a str,
    reason: &'a str,
    until: &'a str,
    place: Place,
    scope: Result<Scope, String>,
    is_inline: bool,
}

impl Acceptances {
    /// Reads those of a repository, or of the configuration of a server.
    pub fn of(repository: &Repository) -> Self {
        let mut all = Self::default();
        inline::read(repository, &mut all);
        written::read(repository, &mut all);
        all
    }

    /// What accepts a finding.
    pub fn accepting(&self, finding: &Finding, repository: &Repository) -> Option<&Acceptance> {
        self.valid.iter().find(|one| one.accepts(finding, repository))
    }

    fn add(&mut self, draft: Draft<'_>, today: Date) {
        if self.valid.len() + self.expired.len() + self.invalid.len() >= MOST {
            return;
        }
        let place = draft.place.clone();
        match judged(draft, today) {
            Ok(one) if one.until < today => self.expired.push(one),
            Ok(one) => self.valid.push(one),
            Err(why) => self.invalid.push((place, why)),
        }
    }
}

impl Acceptance {
    pub(crate) fn accepts(&self, finding: &Finding, repository: &Repository) -> bool {
        self.rule == finding.rule && self.scope.holds(finding, repository)
    }
}

fn judged(draft: Draft<'_>, today: Date) -> Result<Acceptance, String> {
    let rule = draft.rule.trim();
    if rule.starts_with(OWN) {
        return Err("acceptances are not accepted".to_owned());
    }
    if !registry().any(|entry| entry.id == rule) {
        return Err("there is no rule of this name".to_owned());
    }
    let reason = draft.reason.trim();
    if !reason.chars().any(char::is_alphabetic) {
        return Err("it gives no reason".to_owned());
    }
    let day = time::macros::format_description!("[year]-[month]-[day]");
    let until = Date::parse(draft.until.trim(), day)
        .map_err(|_| "it does not say until which day it holds, like 2027-01-31".to_owned())?;
    if until > today.saturating_add(time::Duration::days(DAYS)) {
        return Err("it holds for more than a year".to_owned());
    }
    Ok(Acceptance {
        rule: rule.to_owned(),
        reason: reason.to_owned(),
        until,
        place: draft.place,
        is_inline: draft.is_inline,
        scope: draft.scope?,
    })
}

impl Report {
    /// Moves what is accepted from the findings to [`Report::accepted`].
    pub fn accept(&mut self, acceptances: &Acceptances, repository: &Repository) {
        for finding in std::mem::take(&mut self.findings) {
            match acceptances.accepting(&finding, repository) {
                Some(one) => self.accepted.push((finding, one.clone())),
                None => self.findings.push(finding),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Files;

    const CONFIG: &str = "auth:\n  providers:\n    guest:\n      dangerouslyAllowOutsideDevelopment: true\n";

    fn of(accept: &str) -> (Report, Acceptances) {
        let config = format!("{CONFIG}{accept}");
        let repository = Repository::of(Files::of_texts([("app-config.yaml", config.as_str())]));
        let entry = registry().find(|entry| entry.id == "guest-outside-development");
        let mut report = crate::run(&repository, entry);
        let acceptances = Acceptances::of(&repository);
        report.accept(&acceptances, &repository);
        (report, acceptances)
    }

    fn entry(place: &str, until: &str, reason: &str) -> String {
        format!(
            "stagedoor:\n  accept:\n    - rule: guest-outside-development\n      where: {place}\n      until: {until}\n      reason: {reason}\n"
        )
    }

    #[test]
    fn places_are_globs_lines_and_keys() {
        for place in [
            "app-config.yaml",
            "'*.yaml'",
            "'**'",
            "app-config.yaml:4",
            "auth.providers.guest",
            "auth.providers",
        ] {
            let (report, acceptances) = of(&entry(place, "2027-01-31", "a demo"));
            assert_eq!((report.findings.len(), report.accepted.len()), (0, 1), "{place}: {acceptances:?}");
        }
        for place in ["deploy/**", "app-config.yaml:3", "backend", "app-config.yml", "auth.provider"] {
            let (report, acceptances) = of(&entry(place, "2027-01-31", "a demo"));
            assert_eq!((report.findings.len(), acceptances.valid.len()), (1, 1), "{place}");
        }
    }

    #[test]
    fn what_has_expired_or_lacks_something_accepts_nothing() {
        for (until, reason) in [
            ("2026-11-23", "a demo"),
            ("2028-01-31", "a demo"),
            ("soon", "a demo"),
            ("2027-01-31", "''"),
            ("2027-02-30", "a demo"),
        ] {
            let (report, acceptances) = of(&entry("'**'", until, reason));
            assert_eq!((report.findings.len(), acceptances.valid.len()), (1, 0), "{until} {reason}");
            assert_eq!(acceptances.expired.len() + acceptances.invalid.len(), 1);
        }
        assert!(of("stagedoor:\n  accept: yes\n").1.invalid.len() == 1);
        let today = of(&entry("'**'", "2026-11-24", "its last day"));
        assert_eq!(today.0.accepted.len(), 1);
    }
}
