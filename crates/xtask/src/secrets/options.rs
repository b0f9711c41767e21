//! What is asked for on the command line.

use std::path::PathBuf;

use super::rivals::Rival;

pub(super) const USAGE: &str = "usage: cargo xtask bench secrets [speed] [quality] [worst] [catalog] \
    [--source DIR]... [--without NAME]... [--bytes N] [--against NAME=PATH]... [--ours PATH] [--runs N] \
    [--threads N] [--seed N] [--plants N] [--folder DIR] [--report FILE]";

/// One of the questions that the benchmark answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Speed,
    Quality,
    Worst,
    Catalog,
}

impl Part {
    const ALL: [(&'static str, Self); 4] = [
        ("speed", Self::Speed),
        ("quality", Self::Quality),
        ("worst", Self::Worst),
        ("catalog", Self::Catalog),
    ];
}

/// The benchmark's options.
#[derive(Debug)]
pub(super) struct Options {
    /// Empty for all.
    pub(super) parts: Vec<Part>,
    /// Folders with real source.
    pub(super) sources: Vec<PathBuf>,
    /// Packages that are left out, by what their names contain.
    pub(super) without: Vec<String>,
    /// Bytes of real source to take.
    pub(super) bytes: u64,
    pub(super) rivals: Vec<Rival>,
    /// Our binary, if it need not be built.
    pub(super) ours: Option<PathBuf>,
    pub(super) runs: usize,
    pub(super) threads: usize,
    pub(super) seed: u64,
    /// Secrets planted for each generator.
    pub(super) plants: usize,
    /// Where the corpus is laid.
    pub(super) folder: PathBuf,
    /// Where what was missed and what was false is written.
    pub(super) report: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            parts: Vec::new(),
            sources: Vec::new(),
            without: Vec::new(),
            bytes: 1_000_000_000,
            rivals: Vec::new(),
            ours: None,
            runs: 3,
            threads: 2,
            seed: 4,
            plants: 20,
            // Outside every repository, so that no scanner finds the corpus ignored by one.
            folder: std::env::temp_dir().join("stagedoor-bench-scanner"),
            report: None,
        }
    }
}

impl Options {
    /// Reads the words after `bench secrets`.
    pub(super) fn read(words: &[&str]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if let Some((_, part)) = Part::ALL.iter().find(|(name, _)| name == word) {
                options.parts.push(*part);
                continue;
            }
            let value =
                words.next().ok_or_else(|| format!("{word} is no part, or needs a value\n{USAGE}"))?;
            let number = || value.parse::<u64>().map_err(|_| format!("{word} takes a number"));
            let count = || number().map(|number| usize::try_from(number).unwrap_or(usize::MAX).max(1));
            match *word {
                "--source" => options.sources.push(PathBuf::from(value)),
                "--without" => options.without.push((*value).to_owned()),
                "--bytes" => options.bytes = number()?,
                "--against" => options.rivals.push(Rival::read(value)?),
                "--ours" => options.ours = Some(PathBuf::from(value)),
                "--runs" => options.runs = count()?,
                "--threads" => options.threads = count()?,
                "--seed" => options.seed = number()?,
                "--plants" => options.plants = count()?,
                "--folder" => options.folder = PathBuf::from(value),
                "--report" => options.report = Some(PathBuf::from(value)),
                _ => return Err(format!("{word} is not known\n{USAGE}")),
            }
        }
        if options.sources.is_empty() {
            let home = std::env::home_dir().ok_or("no home folder; name the source with --source")?;
            options.sources.push(home.join(".cargo/registry/src"));
        }
        Ok(options)
    }

    /// Whether a part was asked for.
    pub(super) fn has(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read() {
        let options = Options::read(&["quality", "--seed", "9", "--source", "/a", "--source", "/b"]);
        let options = options.expect("these are options");
        assert!(options.has(Part::Quality) && !options.has(Part::Speed));
        assert_eq!((options.seed, options.sources.len()), (9, 2));
        assert!(Options::read(&[]).expect("nothing is needed").has(Part::Worst));
    }

    #[test]
    fn what_is_not_known_is_said() {
        for words in [&["--seed", "x"][..], &["--what", "x"], &["--seed"], &["fast"], &["--against", "me"]] {
            assert!(Options::read(words).is_err(), "{words:?}");
        }
    }
}
