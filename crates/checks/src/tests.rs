//! Every rule's page is its test.

use std::collections::{BTreeMap, BTreeSet};

use crate::fix::{self, Kind};
use crate::repo::Files;
use crate::{Entry, Repository, Sample, registry, run};

/// The repository that a sample is, on the current release unless it says another.
fn repository(sample: &Sample) -> Repository {
    of_texts(&texts(sample))
}

fn texts(sample: &Sample) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> =
        sample.files.iter().map(|(path, text, _)| ((*path).to_owned(), text.clone())).collect();
    if !texts.keys().any(|path| path.ends_with("backstage.json")) {
        texts.insert("backstage.json".to_owned(), "{\"version\": \"1.55.0\"}\n".to_owned());
    }
    texts
}

fn of_texts(texts: &BTreeMap<String, String>) -> Repository {
    let files = Files::of_texts(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let repository = Repository::of(files);
    match texts.get("instance.http") {
        Some(text) => repository.with_live(crate::live::transcript(text)),
        None => repository,
    }
}

#[test]
fn pages_are_whole() {
    let mut ids = BTreeSet::new();
    for entry in registry() {
        let page = entry.page();
        assert!(ids.insert(entry.id), "two rules `{}`", entry.id);
        assert!(!page.title.is_empty(), "the page of `{}` has no title", entry.id);
        for section in ["What", "Why", "Releases", "Source", "Bad", "Good", "Fix"] {
            assert!(!page.section(section).is_empty(), "the page of `{}` has no section {section}", entry.id);
        }
        assert!(!page.bad.is_empty() && !page.good.is_empty(), "the page of `{}` has no samples", entry.id);
    }
}

#[test]
fn bad_samples_are_found() {
    let wrong: Vec<String> = registry()
        .flat_map(|entry| entry.page().bad.iter().filter_map(|sample| bad(entry, sample)).collect::<Vec<_>>())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn bad(entry: &Entry, sample: &Sample) -> Option<String> {
    let repository = repository(sample);
    let report = run(&repository, [entry]);
    let names = sample.files.iter().map(|(path, ..)| *path).collect::<Vec<_>>().join(", ");
    if report.findings.is_empty() {
        return Some(format!(
            "`{}` finds nothing in its Bad sample of {names} ({:?})",
            entry.id, report.skipped
        ));
    }
    if let Some(silent) =
        report.findings.iter().find(|finding| finding.why.is_empty() || finding.fix.what.is_empty())
    {
        return Some(format!("`{}` says no why, or no fix, at {}", entry.id, silent.place));
    }
    for (path, _, lines) in &sample.files {
        let Some(lines) = lines else { continue };
        let found: BTreeSet<u32> = report
            .findings
            .iter()
            .filter(|finding| *finding.place.path == **path)
            .map(|finding| finding.place.line)
            .collect();
        if found != lines.iter().copied().collect() {
            return Some(format!(
                "`{}` finds lines {found:?} of {path} in its Bad sample, not {lines:?}",
                entry.id
            ));
        }
    }
    None
}

#[test]
fn good_samples_are_not() {
    let mut wrong = Vec::new();
    for entry in registry() {
        for sample in &entry.page().good {
            let report = run(&repository(sample), [entry]);
            let names = sample.files.iter().map(|(path, ..)| *path).collect::<Vec<_>>().join(", ");
            for finding in &report.findings {
                wrong.push(format!(
                    "`{}` finds `{}` at {} in its Good sample of {names}",
                    entry.id, finding.message, finding.place
                ));
            }
            for skipped in &report.skipped {
                wrong.push(format!(
                    "`{}` does not run in its Good sample of {names}: {}",
                    entry.id, skipped.reason
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fixes_of_bad_samples_mend_them() {
    let wrong: Vec<String> = registry()
        .flat_map(|entry| {
            entry.page().bad.iter().filter_map(|sample| unmended(entry, sample)).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Applies what a program can apply until nothing is left of it, and says what is wrong with that.
fn unmended(entry: &Entry, sample: &Sample) -> Option<String> {
    let mut texts = texts(sample);
    for _ in 0..8 {
        let repository = of_texts(&texts);
        let report = run(&repository, [entry]);
        let fixes: Vec<&fix::Fix> = report.findings.iter().map(|finding| &finding.fix).collect();
        if let Some(fix) = fixes.iter().find(|fix| fix.kind != Kind::Manual && fix.edits.is_empty()) {
            return Some(format!("`{}` calls a fix without edits {:?}: {}", entry.id, fix.kind, fix.what));
        }
        let plan = fix::plan(&repository.files, fixes.iter().copied(), Kind::Suggested);
        if plan.applied.is_empty() {
            let (at, refusal) = plan.refused.first()?;
            return Some(format!(
                "`{}` has a fix that is refused, {}: {}",
                entry.id, refusal.0, fixes[*at].what
            ));
        }
        for (path, (_, after)) in plan.changes {
            texts.insert(path.to_string(), after);
        }
    }
    Some(format!("`{}` is not silenced by its own fixes; files are then {texts:#?}", entry.id))
}
