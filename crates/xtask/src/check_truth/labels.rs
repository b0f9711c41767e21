//! What a reviewer said of real repositories, one row a line of theirs.

use std::collections::BTreeSet;
use std::path::Path;

use checks::Severity;

use super::tsv;

/// One row.
#[derive(Debug)]
pub(super) struct Label {
    /// `<owner>/<name>`.
    pub(super) repository: String,
    pub(super) file: String,
    pub(super) line: u32,
    /// The reviewer's name for it.
    pub(super) id: String,
    /// How bad it is, or none where there is nothing wrong.
    pub(super) severity: Option<Severity>,
    /// What stands on that line.
    pub(super) evidence: String,
    note: String,
}

impl Label {
    /// Whether it is of a fixture for development or of CI, by what the reviewer noted and where it is.
    pub(super) fn is_aside(&self) -> bool {
        let aside = ["ci", "dev", "development", "local", "sample"];
        let words = self.note.split(|c: char| !c.is_alphanumeric());
        self.file.starts_with('.') || words.into_iter().any(|word| aside.contains(&&*word.to_lowercase()))
    }

    /// Where it is, for people.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// All rows.
#[derive(Debug)]
pub(super) struct Labels(Vec<Label>);

impl Labels {
    /// Reads a file of them.
    pub(super) fn of(path: &Path) -> Result<Self, String> {
        let rows = tsv::read(path)?;
        let rows = (1..).zip(&rows).skip(1);
        rows.map(|(number, row)| label(row).map_err(|problem| format!("row {number}: {problem}")))
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|problem| format!("{}: {problem}", path.display()))
    }

    /// The repositories, by name.
    pub(super) fn repositories(&self) -> BTreeSet<&str> {
        self.0.iter().map(|label| &*label.repository).collect()
    }

    /// The rows of one.
    pub(super) fn of_repository(&self, repository: &str) -> Vec<&Label> {
        self.0.iter().filter(|label| label.repository == repository).collect()
    }

    /// No rows.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    /// The reviewer's names, by name.
    pub(super) fn ids(&self) -> BTreeSet<&str> {
        self.0.iter().map(|label| &*label.id).collect()
    }
}

fn label(row: &[String]) -> Result<Label, String> {
    let [repository, _, file, line, id, severity, expect, evidence, rest @ ..] = row else {
        return Err(format!("{} fields; nine are needed", row.len()));
    };
    let severity = match (&**expect, &**severity) {
        ("clean", _) => None,
        ("problem", "low") => Some(Severity::Low),
        ("problem", "medium") => Some(Severity::Medium),
        ("problem", "high") => Some(Severity::High),
        ("problem", "critical") => Some(Severity::Critical),
        (expect, severity) => return Err(format!("`{expect}` of severity `{severity}`")),
    };
    Ok(Label {
        repository: repository.clone(),
        file: file.clone(),
        line: line.parse().map_err(|_| format!("`{line}` is no line"))?,
        id: id.clone(),
        severity,
        evidence: evidence.clone(),
        note: rest.join(" "),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn read(row: &str) -> Result<Label, String> {
        label(&row.split('\t').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_row_is_read() {
        let label =
            read("a/b\tc0\tx.yaml\t3\tauth.guest\thigh\tproblem\tguest:\tlocal compose").expect("it is one");
        assert_eq!((label.line, label.severity), (3, Some(Severity::High)));
        assert!(label.is_aside());
        assert_eq!(label.place(), "x.yaml:3");
    }

    #[test]
    fn what_is_aside_is_known_by_words_and_by_folders() {
        let label = |file: &str, note: &str| {
            read(&format!("a/b\tc\t{file}\t1\tx\tlow\tproblem\te\t{note}")).expect("it is one").is_aside()
        };
        assert!(label(".github/workflows/a.yaml", ""));
        assert!(label("x", "weak secrets (dev)"));
        assert!(!label("x", "localhost and devices"));
    }

    #[test]
    fn what_is_no_row_is_said() {
        for row in ["a", "a\tb\tc\tx\tid\tlow\tproblem\te", "a\tb\tc\t1\tid\tnone\tproblem\te"] {
            assert!(read(row).is_err(), "{row}");
        }
    }
}
