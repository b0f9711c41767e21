//! Reads repositories, runs the rules, and tells what came of it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::PoisonError;

use checks::accept::Acceptances;
use checks::advisories::Advisories;
use checks::{Confidence, Entry, Repository};
use model::{Clock as _, SystemClock};

use super::arguments::Arguments;
use super::baseline::Baseline;
use super::shown::{Instance, Root, Showing, Shown, ShownProject, ShownRelease, Skipped};
use super::{advisories, choose, fix, live, out};
use crate::failure::{FOUND, Failure};
use crate::progress;

/// A folder to check.
pub(crate) struct Target {
    /// As it was typed.
    pub(crate) typed: String,
    pub(crate) folder: PathBuf,
    /// Comes before paths of its findings: empty, or ends with `/`.
    prefix: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let rules = choose::rules(&arguments.choice, arguments.live.url.is_some())?;
    let instance = live::ask(&arguments.live)?;
    let targets = if instance.is_some() { Vec::new() } else { targets(&arguments.paths)? };
    if arguments.diff || arguments.fix.is_some() {
        let ended = fix::run(&targets, &rules, arguments)?;
        if arguments.diff {
            return Ok(ended);
        }
    }
    let advisories = arguments.advisories.as_deref().map(advisories::read).transpose()?;
    let known = arguments.baseline.as_deref().map(Baseline::read).transpose()?;
    let least = arguments.min_confidence.into();
    let mut shown = match &instance {
        None => check(&targets, &rules, least, advisories.as_ref()),
        Some(instance) => answered(instance, &rules, least),
    };
    if let Some(path) = &arguments.write_baseline {
        let all = Baseline::of(&shown);
        out::file(path, &all.text())?;
        all.apply(&mut shown);
    } else if let Some(known) = &known {
        known.apply(&mut shown);
    }
    out::write(&shown, arguments)?;
    let fails = shown.findings.iter().any(|finding| arguments.fail_on.is_met_by(finding.severity));
    Ok(if fails { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

/// The folders that were named. One that is not there is a mistake, and then nothing is checked.
fn targets(paths: &[PathBuf]) -> Result<Vec<Target>, Failure> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    paths
        .iter()
        .map(|path| {
            let typed = path.display().to_string();
            let refused = |why: &str| Failure::Refused {
                message: format!("cannot check `{typed}`: {why}"),
                hint: Some("name folders of repositories; nothing was checked".to_owned()),
            };
            let folder = path.canonicalize().map_err(|error| refused(&error.to_string()))?;
            if !folder.is_dir() {
                return Err(refused("it is no folder, and files mean little without those around them"));
            }
            std::fs::read_dir(&folder).map_err(|error| refused(&error.to_string()))?;
            let prefix = if paths.len() > 1 { prefix(path) } else { String::new() };
            Ok(Target { typed, folder, prefix })
        })
        .collect()
}

fn prefix(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let text = text.trim_start_matches("./").trim_end_matches('/');
    if text.is_empty() || text == "." { String::new() } else { format!("{text}/") }
}

fn check(
    targets: &[Target],
    rules: &[&'static Entry],
    least: Confidence,
    advisories: Option<&Advisories>,
) -> Shown {
    let mut shown = Shown { rules: rules.to_vec(), ..Shown::default() };
    let doing = Mutex::new(String::new());
    let tell = |what: String| *doing.lock().unwrap_or_else(PoisonError::into_inner) = what;
    let line = || doing.lock().unwrap_or_else(PoisonError::into_inner).clone();
    progress::during(line, || {
        for (at, target) in targets.iter().enumerate() {
            tell(format!("reading {}", target.typed));
            let mut repository = read(target);
            if let Some(advisories) = advisories {
                repository = repository.with_advisories(advisories);
            }
            let (files, rules) = (repository.files.iter().count(), rules.len());
            tell(format!("running {rules} rules over {files} files of {}", target.typed));
            add(&mut shown, target, &repository, least);
            if at + 1 == targets.len() {
                // The program ends: to take a repository's trees apart would be a fifth of the time.
                std::mem::forget(repository);
            }
        }
    });
    shown
}

/// What an instance answered.
fn answered(instance: &Repository, rules: &[&'static Entry], least: Confidence) -> Shown {
    let mut shown = Shown { rules: rules.to_vec(), ..Shown::default() };
    let base = instance.live.as_ref().map_or_else(String::new, |live| live.base.clone());
    let target = Target { typed: base.clone(), folder: PathBuf::from(&base), prefix: String::new() };
    add(&mut shown, &target, instance, least);
    let mut showing = Showing::new(instance, "");
    if let Some(live) = &instance.live {
        let unanswered: Vec<(String, String)> = live.unanswered().collect();
        let answers = live.exchanges.len() - unanswered.len();
        shown.instance = Some(Instance { base: base.clone(), answers });
        let unread = unanswered.iter().map(|(what, why)| (showing.path(what), showing.line(why)));
        shown.unread.extend(unread);
    }
    shown
}

/// A folder, as it is today.
pub(crate) fn read(target: &Target) -> Repository {
    Repository::read(&target.folder).on(SystemClock.now().date())
}

fn add(shown: &mut Shown, target: &Target, repository: &Repository, least: Confidence) {
    let mut report = checks::run(repository, shown.rules.iter().copied());
    report.accept(&Acceptances::of(repository), repository);
    let mut showing = Showing::new(repository, &target.prefix);
    showing.prepare(&report.findings);
    for finding in report.findings.iter().filter(|finding| finding.confidence >= least) {
        let entry = shown.rules.iter().copied().find(|entry| entry.id == finding.rule);
        let entry = entry.expect("only rules that were asked for report");
        shown.findings.push(showing.finding(entry, finding));
    }
    for (finding, acceptance) in &report.accepted {
        let entry = shown.rules.iter().copied().find(|entry| entry.id == finding.rule);
        let entry = entry.expect("only rules that were asked for report");
        shown.accepted.push((showing.finding(entry, finding), showing.acceptance(acceptance)));
    }
    shown.skipped.extend(report.skipped.iter().map(|skipped| {
        let reason = showing.line(&skipped.reason);
        let place = target.prefix.trim_end_matches('/');
        let reason = if place.is_empty() { reason } else { format!("{reason} (in {place})") };
        Skipped { rule: skipped.rule, reason }
    }));
    for id in report.ran {
        if !shown.ran.contains(&id) {
            shown.ran.push(id);
        }
    }
    let unread = repository.unread();
    shown
        .unread
        .extend(unread.into_iter().map(|file| (showing.path(&file.path), showing.line(&file.reason))));
    shown.projects.extend(repository.projects.iter().map(|project| ShownProject {
        folder: showing.path(if project.folder.is_empty() { "." } else { &project.folder }),
        productions: project.productions.iter().map(|one| showing.line(&one.how.text)).collect(),
        release: project.release.as_ref().map(|found| ShownRelease {
            release: showing.line(&found.release.to_string()),
            how: showing.line(&found.how.text),
            certain: found.certain,
        }),
    }));
    shown.roots.push(Root {
        name: showing.line(&target.folder.file_name().unwrap_or_default().to_string_lossy()),
        folder: target.folder.clone(),
        files: repository.files.iter().count(),
    });
}
