use crate::fix::Fix;
use crate::image::{Command, Dockerfile, packages};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        let mut production = false;
        let berry = has_yarnrc(cx, image);
        for one in image.instructions() {
            production |= one.keyword == "ENV"
                && one
                    .pairs()
                    .iter()
                    .any(|(name, value, _)| *name == "NODE_ENV" && *value == Some("production"));
            for command in one.commands.iter().filter(|_| one.keyword == "RUN") {
                let Some(manager) = packages::of_project(command) else { continue };
                // What runs in the image is the bundle: focusing afterwards takes the rest away again.
                let focused = image.instructions().flat_map(|one| &one.commands).any(focuses);
                let by_env = production && !(manager == "yarn" && berry);
                if leaves_out(command) || by_env || focused {
                    continue;
                }
                let Some(word) = command.program().first() else { continue };
                findings
                    .at(&word.place, format!("{manager} installs what is only for development into the image that runs"))
                    .why("build tools and test servers are there for an intruder, and for every scanner's report")
                    .fix(Fix::manual("install for production (`--production`, `--omit=dev`, `yarn workspaces focus --production`), or copy from a build stage"));
            }
        }
    }
    Ok(())
}

fn leaves_out(command: &Command) -> bool {
    command.program().iter().any(|word| {
        matches!(
            word.text.as_str(),
            "--production" | "--prod" | "-P" | "--omit=dev" | "--only=production" | "--production=true"
        )
    }) || command.assignments().any(|(name, value)| name == "NODE_ENV" && value == "production")
}

fn focuses(command: &Command) -> bool {
    matches!(command.name(), "yarn" | "npm" | "pnpm")
        && (command.has("focus") || command.has("prune"))
        && command.words.iter().any(|word| word.text.contains("prod") || word.text == "--omit=dev")
}

fn has_yarnrc(cx: &Context<'_>, image: &Dockerfile) -> bool {
    let path = match image.context.as_str() {
        "" => ".yarnrc.yml".to_owned(),
        folder => format!("{folder}/.yarnrc.yml"),
    };
    cx.repository().files.get(&path).is_some()
}
