//! `--fix` and `--diff`.

use std::process::ExitCode;

use checks::accept::Acceptances;
use checks::fix::{self, Kind};
use checks::{Entry, Place};

use super::arguments::{Arguments, Fixes};
use super::inspect::{Target, read};
use super::quoting::Quoting;
use super::text::count;
use crate::failure::{FOUND, Failure};
use crate::output::{self, plain};

/// Rounds after which fixes are no longer looked for: one may make room for another.
const ROUNDS: usize = 8;

/// Applies fixes until none is left, or shows what the first round would change.
pub(crate) fn run(
    targets: &[Target],
    rules: &[&'static Entry],
    arguments: &Arguments,
) -> Result<ExitCode, Failure> {
    let most = match arguments.fix {
        Some(Fixes::Suggested) => Kind::Suggested,
        Some(Fixes::Safe) | None => Kind::Safe,
    };
    let mut is_changed = false;
    for target in targets {
        for round in 0..ROUNDS {
            let repository = read(target);
            let mut report = checks::run(&repository, rules.iter().copied());
            report.accept(&Acceptances::of(&repository), &repository);
            let fixes: Vec<&fix::Fix> = report
                .findings
                .iter()
                .filter(|finding| finding.confidence >= arguments.min_confidence.into())
                .map(|finding| &finding.fix)
                .collect();
            let plan = fix::plan(&repository.files, fixes.iter().copied(), most);
            if round == 0 {
                for (at, refusal) in &plan.refused {
                    let what = fixes.get(*at).map_or("", |fix| &fix.what);
                    output::error_line(&format!(
                        "{}: not done: {}: {}",
                        output::warn("note"),
                        plain(what),
                        refusal.0
                    ));
                }
            }
            if plan.changes.is_empty() {
                break;
            }
            is_changed = true;
            if arguments.diff {
                let mut quoting = Quoting::new(&repository);
                let places: Vec<Place> = plan.changes.keys().map(Place::whole).collect();
                output::line(quoting.text(&plan.diff(), &places).trim_end());
                break;
            }
            for (path, (before, after)) in &plan.changes {
                fix::write(&target.folder, path, before, after).map_err(|error| Failure::Unavailable {
                    message: format!("cannot write `{}`", plain(path)),
                    causes: vec![error.to_string()],
                    hint: Some("what was changed before stays changed; run the command again".to_owned()),
                })?;
            }
            output::error_line(&format!(
                "{}: {} applied in {}",
                output::hint("fixed"),
                count(plan.applied.len(), "fix", "fixes"),
                count(plan.changes.len(), "file", "files"),
            ));
        }
    }
    Ok(if is_changed { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}
