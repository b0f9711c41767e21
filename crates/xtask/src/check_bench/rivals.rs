//! Other scanners: how each is run offline over the same files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::source::Source;
use crate::secrets::process::{self, Cost};

/// What is known of a scanner.
#[derive(Debug)]
struct Kind {
    name: &'static str,
    /// Its arguments. `{folder}` is the repository, `{report}` where its report goes, `{dockerfiles}` all Dockerfiles,
    /// `{threads}` how many threads it may have.
    words: &'static [&'static str],
    /// Codes of runs that worked, with and without findings.
    codes: &'static [i32],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "betterleaks",
        words: &["fs", "--no-banner", "--silent", "--jobs", "{threads}", "--output", "{report}", "{folder}"],
        codes: &[0, 1],
    },
    Kind {
        name: "checkov",
        words: &["--directory", "{folder}", "--quiet", "--compact", "--skip-download", "--output", "json"],
        codes: &[0, 1],
    },
    Kind {
        name: "gitleaks",
        words: &["dir", "--no-banner", "--report-format", "json", "--report-path", "{report}", "{folder}"],
        codes: &[0, 1],
    },
    Kind { name: "hadolint", words: &["--format", "json", "{dockerfiles}"], codes: &[0, 1] },
    Kind {
        name: "kingfisher",
        words: &[
            "scan",
            "--no-validate",
            "--no-update-check",
            "--git-history",
            "none",
            "--format",
            "json",
            "--jobs",
            "{threads}",
            "--output",
            "{report}",
            "{folder}",
        ],
        codes: &[0, 200],
    },
    Kind {
        name: "semgrep",
        // Rules are files: those of its registry are not fetched.
        words: &[
            "scan",
            "--metrics",
            "off",
            "--disable-version-check",
            "--config",
            "{rules}",
            "--json",
            "{folder}",
        ],
        codes: &[0, 1],
    },
    Kind {
        name: "trivy",
        words: &["config", "--quiet", "--skip-check-update", "--format", "json", "{folder}"],
        codes: &[0],
    },
];

/// A scanner on this machine.
#[derive(Debug)]
pub(super) struct Rival {
    kind: &'static Kind,
    program: PathBuf,
    rules: Option<PathBuf>,
}

impl Rival {
    /// Reads `name=path`, or `name=path,rules` for one that has none of its own.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        let known =
            || format!("--against takes NAME=PATH[,RULES], where NAME is one of {}", names.join(", "));
        let (name, path) = text.split_once('=').ok_or_else(known)?;
        let kind = KINDS.iter().find(|kind| kind.name == name).ok_or_else(known)?;
        let (program, rules) = path.split_once(',').map_or((path, None), |(path, rules)| (path, Some(rules)));
        if kind.words.contains(&"{rules}") != rules.is_some() {
            return Err(format!(
                "{name} {}",
                if rules.is_some() { "has its own rules" } else { "needs rules" }
            ));
        }
        Ok(Self { kind, program: PathBuf::from(program), rules: rules.map(PathBuf::from) })
    }

    pub(super) fn name(&self) -> &'static str {
        self.kind.name
    }

    /// Runs it over the repository; `scratch` takes what it writes.
    pub(super) fn run(&self, source: &Source, scratch: &Path, threads: usize) -> Result<Cost, String> {
        let output = scratch.join(format!("{}.out", self.name()));
        let arguments = self.arguments(source, &scratch.join(format!("{}.json", self.name())), threads);
        let ended = process::run(&self.program, &arguments, threads, &output)?;
        if self.kind.codes.contains(&ended.code) {
            return Ok(ended.cost);
        }
        let last: Vec<&str> = ended.errors.lines().rev().take(5).collect();
        Err(format!("{} ended with {}: {}", self.name(), ended.code, last.join(" / ")))
    }

    fn arguments(&self, source: &Source, report: &Path, threads: usize) -> Vec<OsString> {
        let mut all: Vec<OsString> = Vec::new();
        for word in self.kind.words {
            match *word {
                "{folder}" => all.push((&source.folder).into()),
                "{report}" => all.push(report.into()),
                "{threads}" => all.push(threads.to_string().into()),
                "{rules}" => all.extend(self.rules.iter().map(OsString::from)),
                "{dockerfiles}" => all.extend(source.dockerfiles.iter().map(OsString::from)),
                word => all.push(word.into()),
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_filled_in() {
        let source =
            Source { folder: "/r".into(), dockerfiles: vec!["/r/Dockerfile".into()], files: 1, bytes: 1 };
        let of = |text: &str| {
            let rival = Rival::read(text).expect("one that is known");
            let words = rival.arguments(&source, Path::new("/out"), 2);
            words.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of("hadolint=/h"), "--format json /r/Dockerfile");
        assert!(of("semgrep=/s,/rules.yaml").ends_with("--config /rules.yaml --json /r"));
        assert!(of("kingfisher=/k").ends_with("--jobs 2 --output /out /r"));
        for text in ["semgrep=/s", "hadolint=/h,/rules", "other=/o", "hadolint"] {
            assert!(Rival::read(text).is_err(), "{text}");
        }
    }
}
