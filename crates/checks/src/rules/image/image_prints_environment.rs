use crate::fix::{Edit, Fix};
use crate::image::{Command, Instruction};
use crate::secret_names::is_secret;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        let all = image.stages.iter().flat_map(|stage| &stage.instructions);
        for run in all.filter(|one| one.keyword == "RUN") {
            for command in &run.commands {
                let Some(how) = printed(command, run) else { continue };
                let Some(word) = command.words.first() else { continue };
                let what = "do not print the environment while building";
                let fix = if run.commands.len() == 1 {
                    Fix::suggested(what, vec![Edit::RemoveLines { place: run.place.clone() }])
                } else {
                    Fix::manual(what)
                };
                findings
                    .at(&word.place, format!("{how} prints the environment into the build's log"))
                    .why("build arguments and secrets of the build stand in a log that more people read than should")
                    .fix(fix);
            }
        }
    }
    Ok(())
}

/// What a command does that prints the environment.
fn printed(command: &Command, run: &Instruction) -> Option<String> {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let goes_on = |words: &[&str]| words.iter().any(|word| word.contains('>'));
    match &words[..] {
        ["printenv" | "env" | "set"] | ["export", "-p"] | ["declare", "-x"] => Some(words.join(" ")),
        ["printenv", name] if is_secret(name) => Some(format!("printenv {name}")),
        ["echo", rest @ ..] if !goes_on(rest) => {
            let name = rest.iter().flat_map(|word| variables(word)).find(|name| is_secret(name))?;
            Some(format!("echo of ${name}"))
        }
        ["cat", path, ..] if path.starts_with("/run/secrets/") && !goes_on(&words) => {
            Some(format!("cat {path}"))
        }
        ["set", options, ..] if options.starts_with('-') && options.contains('x') && uses_secret(run) => {
            Some("set -x, with a secret in use,".to_owned())
        }
        _ => None,
    }
}

fn uses_secret(run: &Instruction) -> bool {
    run.flags.iter().any(|flag| flag.text.starts_with("--mount=type=secret"))
        || run
            .commands
            .iter()
            .flat_map(|command| &command.words)
            .any(|word| variables(&word.text).any(is_secret))
}

/// The names after `$`.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).map(|rest| {
        let rest = rest.trim_start_matches('{');
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}
