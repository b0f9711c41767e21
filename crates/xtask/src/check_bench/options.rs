//! What is asked for on the command line.

use std::path::PathBuf;

use super::rivals::Rival;

const USAGE: &str = "usage: cargo xtask bench check [--source DIR]... [--files N] [--against NAME=PATH]... \
    [--ours PATH] [--runs N] [--threads N] [--folder DIR]";

/// The benchmark's options.
#[derive(Debug)]
pub(super) struct Options {
    /// Folders of real repositories; without any, one is made.
    pub(super) sources: Vec<PathBuf>,
    pub(super) files: usize,
    pub(super) rivals: Vec<Rival>,
    /// Our binary, if it need not be built.
    pub(super) ours: Option<PathBuf>,
    pub(super) runs: usize,
    pub(super) threads: usize,
    /// Where the repository is laid.
    pub(super) folder: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sources: Vec::new(),
            files: 10_000,
            rivals: Vec::new(),
            ours: None,
            runs: 5,
            threads: 2,
            // Outside every repository, so that no scanner finds it ignored by one.
            folder: std::env::temp_dir().join("stagedoor-bench-check"),
        }
    }
}

impl Options {
    /// Reads the words after `bench check`.
    pub(super) fn read(words: &[&str]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(|| format!("{word} needs a value\n{USAGE}"))?;
            let count = || match value.parse::<usize>() {
                Ok(number) if number > 0 => Ok(number),
                _ => Err(format!("{word} takes a number")),
            };
            match *word {
                "--source" => options.sources.push(PathBuf::from(value)),
                "--files" => options.files = count()?,
                "--against" => options.rivals.push(Rival::read(value)?),
                "--ours" => options.ours = Some(PathBuf::from(value)),
                "--runs" => options.runs = count()?,
                "--threads" => options.threads = count()?,
                "--folder" => options.folder = PathBuf::from(value),
                _ => return Err(format!("{word} is not known\n{USAGE}")),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_what_is_not_known_is_said() {
        let options = Options::read(&["--source", "/a", "--files", "20", "--against", "checkov=/b"]);
        let options = options.expect("these are options");
        assert_eq!((options.sources.len(), options.files, options.rivals.len()), (1, 20, 1));
        for words in
            [&["--files", "x"][..], &["--what", "x"], &["--runs"], &["--runs", "0"], &["--against", "me"]]
        {
            assert!(Options::read(words).is_err(), "{words:?}");
        }
    }
}
