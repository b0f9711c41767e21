use crate::fix::Fix;
use crate::image::{Command, Word};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        let runs =
            image.stages.iter().flat_map(|stage| &stage.instructions).filter(|one| one.keyword == "RUN");
        for command in runs.flat_map(|run| &run.commands) {
            for word in global(command).into_iter().filter(|word| is_loose(&word.text)) {
                findings
                    .at(&word.place, format!("{} installs {} without a version", command.name(), word.text))
                    .why("a build takes whatever was published last, with its install scripts, and runs it")
                    .fix(Fix::manual("write `name@version`, or make it a dependency of the application"));
            }
        }
    }
    Ok(())
}

/// Packages that a command installs beside any lock file.
fn global(command: &Command) -> Vec<&Word> {
    let words = operands(command);
    let first = words.first().map_or("", |word| word.text.as_str());
    let skip = match command.name() {
        "npm" | "pnpm" if command.has("-g") || command.has("--global") => 1,
        "yarn" if first == "global" => 2,
        // Beside the lock file all the same: what is added while the image is built is in no commit.
        "yarn" | "yarnpkg" | "pnpm" if first == "add" => 1,
        _ => return Vec::new(),
    };
    let adds = words.get(skip - 1).is_some_and(|word| matches!(word.text.as_str(), "install" | "i" | "add"));
    if adds { words.into_iter().skip(skip).collect() } else { Vec::new() }
}

/// What is no option, nor the folder that one names.
fn operands(command: &Command) -> Vec<&Word> {
    let mut found = Vec::new();
    let mut words = command.program().iter().skip(1);
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "--cwd" | "--prefix" | "-C" | "--dir" | "--registry" | "--cache-folder" | "--network-timeout" => {
                words.next();
            }
            text if text.starts_with('-') => {}
            _ => found.push(word),
        }
    }
    found
}

fn is_loose(word: &str) -> bool {
    let version = word.get(1..).and_then(|rest| rest.split_once('@')).map(|(_, version)| version);
    let is_package =
        !word.starts_with(['.', '/', '>', '2']) && !word.contains(['$', ':']) && !word.contains(".tgz");
    is_package && version.is_none_or(|version| !version.starts_with(|c: char| c.is_ascii_digit()))
}
