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

/// Packages that a command installs for all, beside any lock file.
fn global(command: &Command) -> Vec<&Word> {
    let skip = match command.name() {
        "npm" | "pnpm" if command.has("-g") || command.has("--global") => 1,
        "yarn" if command.operands().next().is_some_and(|word| word.text == "global") => 2,
        _ => return Vec::new(),
    };
    let adds = command
        .operands()
        .nth(skip - 1)
        .is_some_and(|word| matches!(word.text.as_str(), "install" | "i" | "add"));
    if adds { command.operands().skip(skip).collect() } else { Vec::new() }
}

fn is_loose(word: &str) -> bool {
    let version = word.get(1..).and_then(|rest| rest.split_once('@')).map(|(_, version)| version);
    let is_package =
        !word.starts_with(['.', '/', '>', '2']) && !word.contains(['$', ':']) && !word.contains(".tgz");
    is_package && version.is_none_or(|version| !version.starts_with(|c: char| c.is_ascii_digit()))
}
