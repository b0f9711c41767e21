//! What is typed after `stagedoor check`.

use std::path::PathBuf;

use checks::{Confidence, Severity};
use clap::{Args, Subcommand, ValueEnum};

/// What `--help` ends with.
const ENDS: &str = "\
Ends with 0 when no finding is as bad as --fail-on says, 1 when one is (or when --diff would change something), 2 when a
path, a rule, a baseline or a token cannot be used, 64 for a wrong command line, 69 when an instance does not answer or a
file cannot be written.

A comment accepts a finding on its line: `# stagedoor: accept RULE until YYYY-MM-DD: why`.";

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(args_conflicts_with_subcommands = true, after_help = ENDS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Folders of repositories, each checked by itself. Without any: the working folder.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How the result is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write the report to a file; `FORMAT=FILE` writes one more form beside what is printed.
    #[arg(long, value_name = "[FORMAT=]FILE", value_parser = output)]
    pub(crate) output: Vec<Output>,
    /// Findings that are known and not reported again.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all findings to a baseline; none of them is reported.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["diff", "baseline"])]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Apply fixes: the safe ones, or with `--fix=suggested` also those that somebody should look at.
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    pub(crate) fix: Option<Fixes>,
    /// Print what `--fix` would change, as a diff for `patch -p1`, and change nothing.
    #[arg(long, conflicts_with = "output")]
    pub(crate) diff: bool,
    /// End with code 1 when a finding is at least this bad; `never` ends with 0 whatever is found.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Medium)]
    pub(crate) fail_on: FailOn,
    /// Leave out findings that are less sure than this.
    #[arg(long, value_enum, value_name = "CONFIDENCE", default_value_t = Sure::Low)]
    pub(crate) min_confidence: Sure,
    /// Advisories besides those that are compiled in: an export in OSV's JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) advisories: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) live: Live,
    /// Print each rule that was skipped and each file that was not read.
    #[arg(long, short, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Print findings only: no summary.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Print without colour, also on a terminal.
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
}

/// Which rules run.
#[derive(Debug, Default, Args)]
pub(crate) struct Choice {
    /// Run these rules alone.
    #[arg(long = "rule", value_name = "ID", value_delimiter = ',')]
    pub(crate) rules: Vec<String>,
    /// Do not run these rules.
    #[arg(long = "skip-rule", value_name = "ID", value_delimiter = ',')]
    pub(crate) without: Vec<String>,
    /// Run the rules of these lines of the checklist alone, for example `permissions` or `image`.
    #[arg(long = "topic", value_name = "NAME", value_delimiter = ',')]
    pub(crate) topics: Vec<String>,
}

/// A running instance in place of a repository.
#[derive(Debug, Default, Args)]
pub(crate) struct Live {
    /// Ask a running Backstage or Stagedoor what it tells strangers. Sends GET, HEAD and OPTIONS, one at a time and no
    /// more than 200, to this host alone.
    #[arg(id = "live", long = "live", value_name = "URL", conflicts_with_all = ["paths", "fix", "diff", "advisories"])]
    pub(crate) url: Option<String>,
    /// Ask also with the token in the variable TOKEN: what its user reaches.
    #[arg(long, requires = "live")]
    pub(crate) token: bool,
    /// Also send methods other than GET, HEAD and OPTIONS, without asking first.
    #[arg(long, requires = "live")]
    pub(crate) beyond_reading: bool,
    /// A proxy endpoint to ask for, beside those that many have.
    #[arg(long, value_name = "NAME", requires = "live")]
    pub(crate) proxy: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print a rule's page: what it finds, why that matters, since which release, and how to mend it.
    Explain(Explain),
    /// List the rules.
    Rules(Rules),
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The rule's id, as findings name it.
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
}

#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// Print JSON: `{"rules":[{id,title,topic,severity,serve}]}`
    #[arg(long)]
    pub(crate) json: bool,
}

/// How the result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: by line of the checklist, with the source and a caret.
    Text,
    /// For programs: docs/check.schema.json says how.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// `JUnit` XML: a suite for each line of the checklist, a case for each rule.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// A comment on a pull request.
    Markdown,
    /// The checklist as one page that needs nothing else.
    Html,
}

/// Where a form of the report goes: `FILE`, or `FORMAT=FILE` for one more form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// Another form than `--format` says.
    pub(crate) format: Option<Format>,
    pub(crate) file: PathBuf,
}

fn output(text: &str) -> Result<Output, String> {
    let format =
        text.split_once('=').and_then(|(name, file)| Some((Format::from_str(name, false).ok()?, file)));
    let (format, file) = format.map_or((None, text), |(format, file)| (Some(format), file));
    if file.is_empty() {
        return Err("name a file behind the `=`".to_owned());
    }
    Ok(Output { format, file: file.into() })
}

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fixes {
    /// Those that change nothing anybody can want.
    Safe,
    /// Those, and those that are right in most cases.
    Suggested,
}

/// From which severity on a finding makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Low,
    Medium,
    High,
    Critical,
    Never,
}

impl FailOn {
    pub(crate) fn is_met_by(self, severity: Severity) -> bool {
        match self {
            Self::Low => severity >= Severity::Low,
            Self::Medium => severity >= Severity::Medium,
            Self::High => severity >= Severity::High,
            Self::Critical => severity >= Severity::Critical,
            Self::Never => false,
        }
    }
}

/// A confidence, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sure {
    Low,
    Medium,
    High,
}

impl From<Sure> for Confidence {
    fn from(sure: Sure) -> Self {
        match sure {
            Sure::Low => Self::Low,
            Sure::Medium => Self::Medium,
            Sure::High => Self::High,
        }
    }
}
