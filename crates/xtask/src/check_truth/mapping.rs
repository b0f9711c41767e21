//! Which of our rules means what a reviewer calls by another name: `bench/check/rules.tsv`.

use std::collections::{BTreeMap, BTreeSet};

use super::labels::Labels;
use super::tsv;

/// How far from the row's line a finding may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Near {
    /// So many lines.
    Lines(u32),
    /// Anywhere in the file: the rule reports once a file, or at another part of the same thing.
    File,
}

impl Near {
    /// Whether that is near; a finding about a whole file has no line.
    pub(super) fn has(self, label: u32, finding: u32) -> bool {
        match self {
            Self::File => true,
            Self::Lines(lines) => finding != 0 && label.abs_diff(finding) <= lines,
        }
    }
}

/// What one name means.
#[derive(Debug)]
pub(super) struct Means {
    /// For rows that are problems.
    pub(super) problem: Near,
    /// For rows that are clean.
    pub(super) clean: Near,
    /// Ids of our rules; none where none of ours means it yet, which is a miss.
    pub(super) rules: Vec<String>,
}

/// The table.
#[derive(Debug)]
pub(super) struct Mapping(BTreeMap<String, Means>);

impl Mapping {
    /// The one that is kept in the repository.
    pub(super) fn kept() -> Result<Self, String> {
        let mut means = BTreeMap::new();
        for row in tsv::kept("rules.tsv")? {
            let (id, one) = read(&row).map_err(|problem| format!("rules.tsv: {problem}"))?;
            if means.insert(id.clone(), one).is_some() {
                return Err(format!("rules.tsv: `{id}` is there twice"));
            }
        }
        Ok(Self(means))
    }

    /// What a name means, if it is in the table.
    pub(super) fn of(&self, id: &str) -> Option<&Means> {
        self.0.get(id)
    }

    /// Names without a row, and rows that name no rule of ours.
    pub(super) fn problems(&self, labels: &Labels, known: &BTreeSet<&str>) -> Vec<String> {
        let unmapped = labels.ids().into_iter().filter(|id| !self.0.contains_key(*id));
        let mut problems: Vec<String> =
            unmapped.map(|id| format!("rules.tsv does not say which rule `{id}` means")).collect();
        for (id, means) in &self.0 {
            let unknown = means.rules.iter().filter(|rule| !known.contains(&***rule));
            problems
                .extend(unknown.map(|rule| format!("rules.tsv: `{id}` means `{rule}`, which is no rule")));
        }
        problems
    }
}

fn read(row: &[String]) -> Result<(String, Means), String> {
    let [id, problem, clean, rules] = row else {
        return Err(format!("`{}` has {} fields; four are needed", row.join(" "), row.len()));
    };
    let rules: Vec<String> = match &**rules {
        "-" => Vec::new(),
        rules => rules.split([' ', ',']).filter(|rule| !rule.is_empty()).map(str::to_owned).collect(),
    };
    Ok((id.clone(), Means { problem: near(problem)?, clean: near(clean)?, rules }))
}

fn near(word: &str) -> Result<Near, String> {
    match word {
        "file" => Ok(Near::File),
        lines => lines.parse().map(Near::Lines).map_err(|_| format!("`{lines}` is neither lines nor `file`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_lines_or_the_file() {
        assert!(Near::Lines(2).has(5, 7) && Near::Lines(2).has(5, 3));
        assert!(!Near::Lines(2).has(5, 8));
        assert!(!Near::Lines(2).has(1, 0), "a whole file has no line");
        assert!(Near::File.has(5, 0));
    }

    #[test]
    fn a_row_names_rules() {
        let row: Vec<String> = ["a.b", "3", "file", "one-rule, another"].map(str::to_owned).to_vec();
        let (id, means) = read(&row).expect("it is one");
        assert_eq!((&*id, means.problem, means.clean), ("a.b", Near::Lines(3), Near::File));
        assert_eq!(means.rules, ["one-rule", "another"]);
        for row in [["a", "x", "3", "r"], ["a", "3", "-1", "r"]] {
            assert!(read(&row.map(str::to_owned)).is_err(), "{row:?}");
        }
    }

    #[test]
    fn the_table_names_rules_that_are_there() {
        let known: BTreeSet<&str> = checks::registry().map(|entry| entry.id).collect();
        let mapping = Mapping::kept().expect("it can be read");
        let none = Labels::none();
        assert_eq!(mapping.problems(&none, &known), Vec::<String>::new());
    }
}
