//! What is typed after `stagedoor secrets`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Bytes of a file beyond which it is passed over, if nothing else is said.
const FILE_BYTES: &str = "10MiB";
/// The most that can be said.
const MOST_BYTES: u64 = 1 << 30;

#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// Files and folders; `-` is standard input. Without any: the working folder.
    #[arg(value_name = "PATH", conflicts_with_all = ["git", "staged"])]
    pub(crate) paths: Vec<PathBuf>,
    /// What the commits of a range added, as `git rev-list` reads it: `main..HEAD`, or `HEAD` for all.
    #[arg(long, value_name = "RANGE", value_parser = range, conflicts_with = "staged", allow_hyphen_values = true)]
    pub(crate) git: Option<String>,
    /// What is staged for the next commit.
    #[arg(long)]
    pub(crate) staged: bool,
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) keys: Keys,
    /// Fingerprints of secrets that are known and not reported again.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the fingerprints of everything that is found to a baseline; none of it is reported.
    #[arg(long, value_name = "FILE", conflicts_with = "staged")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Scan what .gitignore and .ignore leave out, too.
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// Pass over larger files, with a note: bytes, or with KiB or MiB.
    #[arg(long, value_name = "SIZE", default_value = FILE_BYTES, value_parser = size)]
    pub(crate) max_file_size: u64,
}

/// Which rules are looked for.
#[derive(Debug, Args)]
pub(crate) struct Choice {
    /// More rules: our own TOML, or gitleaks'. A rule with the id of another replaces it.
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Vec<PathBuf>,
    /// A configuration file whose `stagedoor.secrets` gives rules and the fingerprint key.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Vec<String>,
    /// Look for these rules alone.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Do not look for these rules.
    #[arg(long, value_name = "ID", value_delimiter = ',', conflicts_with = "only")]
    pub(crate) without: Vec<String>,
}

/// What fingerprints are made with.
#[derive(Debug, Args)]
pub(crate) struct Keys {
    /// A file with the key of fingerprints; else what `STAGEDOOR_SECRETS_KEY` holds, else a new key for each run.
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// A file with the key before this one: a baseline under it still holds.
    #[arg(long, value_name = "FILE")]
    pub(crate) previous_key_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Rules {
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// Print JSON: `{"rules":[{id,name,source}]}`
    #[arg(long)]
    pub(crate) json: bool,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: the line with masks, and a caret.
    Text,
    /// `{"findings":[{rule,path,line,column,masked,fingerprint}]}`
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// A range for `git rev-list`; never an option of it.
fn range(text: &str) -> Result<String, String> {
    if text.starts_with('-') {
        return Err("a range does not start with `-`".to_owned());
    }
    if text.is_empty() || text.len() > 1024 || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("a range is one word, like `main..HEAD`".to_owned());
    }
    Ok(text.to_owned())
}

fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return Err("write bytes, or KiB or MiB behind the number".to_owned()),
    };
    let bytes = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    bytes
        .filter(|bytes| (1..=MOST_BYTES).contains(bytes))
        .ok_or_else(|| "write a whole number, from 1 to 1GiB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_and_bounds() {
        assert_eq!(size("512"), Ok(512));
        assert_eq!(size("10MiB"), Ok(10 << 20));
        assert_eq!(size("4k"), Ok(4096));
        for bad in
            ["", "0", "MiB", "2GiB", "1.5MiB", "-1", "99999999999999999999", "18446744073709551615k", "7x"]
        {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_range_is_one_word_and_no_option() {
        assert!(range("main..HEAD").is_ok() && range("HEAD^!").is_ok());
        for bad in ["", "-p", "--output=x", "a b", "a\n"] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }
}
