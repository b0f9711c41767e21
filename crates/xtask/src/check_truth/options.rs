//! What is asked for on the command line.

use std::path::PathBuf;

const USAGE: &str = "usage: cargo xtask check-truth --repos DIR --truth FILE [--beyond FILE] [--json FILE]";

/// Where everything lies.
#[derive(Debug)]
pub(super) struct Options {
    /// The repositories, as `<owner>/<name>`.
    pub(super) repos: PathBuf,
    /// What a reviewer said of them.
    pub(super) truth: PathBuf,
    /// Verdicts on findings beyond the labels, besides those that are kept in the repository.
    pub(super) beyond: Option<PathBuf>,
    /// Where the outcome of every row and finding is written.
    pub(super) json: Option<PathBuf>,
}

impl Options {
    /// Reads the words after `check-truth`.
    pub(super) fn read(words: &[&str]) -> Result<Self, String> {
        let (mut repos, mut truth, mut beyond, mut json) = (None, None, None, None);
        for pair in words.chunks(2) {
            match *pair {
                ["--repos", path] => repos = Some(PathBuf::from(path)),
                ["--truth", path] => truth = Some(PathBuf::from(path)),
                ["--beyond", path] => beyond = Some(PathBuf::from(path)),
                ["--json", path] => json = Some(PathBuf::from(path)),
                _ => return Err(USAGE.to_owned()),
            }
        }
        match (repos, truth) {
            (Some(repos), Some(truth)) => Ok(Self { repos, truth, beyond, json }),
            _ => Err(USAGE.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_places_are_needed() {
        assert!(Options::read(&["--repos", "a", "--truth", "b"]).is_ok());
        for words in
            [&[][..], &["--repos", "a"], &["--truth", "b"], &["--repos", "a", "--truth"], &["--x", "y"]]
        {
            assert_eq!(Options::read(words).err().as_deref(), Some(USAGE), "{words:?}");
        }
    }
}
