//! What people said of findings that no label is of, each looked at: `bench/check/beyond.tsv`.

use std::path::Path;

use checks::Finding;

use super::tsv;

/// What a finding beyond the labels is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The reviewer could have said it.
    Right,
    /// It is not so, or is no fault.
    Wrong,
}

#[derive(Debug)]
struct Row {
    repository: String,
    file: String,
    line: u32,
    rule: String,
    verdict: Verdict,
}

/// All verdicts.
#[derive(Debug)]
pub(super) struct Verdicts(Vec<Row>);

impl Verdicts {
    /// Those that are kept in the repository, and those of another file.
    pub(super) fn of_files(other: Option<&Path>) -> Result<Self, String> {
        let mut rows = tsv::kept("beyond.tsv")?;
        if let Some(path) = other {
            rows.extend(tsv::read(path)?);
        }
        let rows: Result<_, String> = rows.iter().map(|row| read(row)).collect();
        rows.map(Self).map_err(|problem| format!("verdicts: {problem}"))
    }

    /// No verdicts.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    /// The verdict on a finding.
    pub(super) fn of(&self, repository: &str, finding: &Finding) -> Option<Verdict> {
        let place = &finding.place;
        let same = |row: &&Row| {
            row.repository == repository
                && row.file == *place.path
                && row.line == place.line
                && row.rule == finding.rule
        };
        self.0.iter().find(same).map(|row| row.verdict)
    }
}

fn read(row: &[String]) -> Result<Row, String> {
    let [repository, file, line, rule, verdict, why] = row else {
        return Err(format!("`{}` has {} fields; six are needed", row.join(" "), row.len()));
    };
    let verdict = match &**verdict {
        "right" => Verdict::Right,
        "wrong" => Verdict::Wrong,
        other => return Err(format!("the verdict `{other}` is neither right nor wrong")),
    };
    if why.trim().is_empty() {
        return Err(format!("{repository} {file}:{line} does not say why"));
    }
    Ok(Row {
        repository: repository.clone(),
        file: file.clone(),
        line: line.parse().map_err(|_| format!("`{line}` is no line"))?,
        rule: rule.clone(),
        verdict,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Result<Row, String> {
        read(&text.split('\t').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_verdict_says_why() {
        assert_eq!(row("a/b\tx\t0\tr\tright\tseen").expect("it is one").verdict, Verdict::Right);
        for text in ["a/b\tx\t0\tr\tright\t ", "a/b\tx\t0\tr\tperhaps\twhy", "a/b\tx\tn\tr\twrong\twhy", "a"]
        {
            assert!(row(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_verdicts_that_are_kept_can_be_read() {
        let verdicts = Verdicts::of_files(None);
        assert!(verdicts.is_ok(), "{verdicts:?}");
    }
}
