use crate::fix::{Edit, Fix};
use crate::image::{Command, Dockerfile, packages};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        if says_so_elsewhere(cx, image) {
            continue;
        }
        let runs =
            image.stages.iter().flat_map(|stage| &stage.instructions).filter(|one| one.keyword == "RUN");
        for command in runs.flat_map(|run| &run.commands) {
            let Some(manager) = packages::of_project(command).filter(|_| !is_locked(command)) else {
                continue;
            };
            let Some(last) = command.program().iter().take(2).rfind(|word| !word.text.starts_with('-'))
            else {
                continue;
            };
            let Some(first) = command.program().first() else { continue };
            let what = match manager {
                "npm" => "run `npm ci`",
                "pnpm" => "add `--frozen-lockfile`",
                _ if is_berry(cx, image) => "add `--immutable`",
                _ => "add `--frozen-lockfile`",
            };
            let text = match manager {
                "npm" => "ci".to_owned(),
                "yarn" if is_berry(cx, image) => format!("{} --immutable", last.text),
                _ => format!("{} --frozen-lockfile", last.text),
            };
            let bare = manager == "npm" && last.text == "npm";
            let fix = if bare {
                Fix::manual(what)
            } else {
                Fix::suggested(what, vec![Edit::Replace { place: last.place.clone(), text }])
            };
            findings
                .at(&first.place, format!("{manager} installs without holding to the lock file"))
                .why("where package.json and the lock file differ, the build takes versions that nobody has reviewed")
                .fix(fix);
        }
    }
    Ok(())
}

fn is_locked(command: &Command) -> bool {
    let words = command.program();
    command.operands().any(|word| matches!(word.text.as_str(), "ci" | "clean-install"))
        || words.iter().any(|word| {
            let flag = word.text.split('=').next().unwrap_or_default();
            matches!(flag, "--immutable" | "--frozen-lockfile" | "--pure-lockfile" | "--offline" | "--mode")
                && !word.text.ends_with("=false")
        })
}

/// Whether a setting makes installs hold to the lock file: Yarn's own, the environment's, or that of CI systems.
fn says_so_elsewhere(cx: &Context<'_>, image: &Dockerfile) -> bool {
    let in_env =
        image.stages.iter().flat_map(|stage| &stage.instructions).filter(|one| one.keyword == "ENV").any(
            |env| {
                env.pairs().iter().any(|(name, value, _)| {
                    matches!(*name, "YARN_ENABLE_IMMUTABLE_INSTALLS" | "CI")
                        && value.is_some_and(|value| value != "false" && value != "0")
                })
            },
        );
    in_env
        || yarnrc(cx, image)
            .and_then(|tree| tree.get("enableImmutableInstalls"))
            .is_some_and(crate::Item::is_true)
}

fn is_berry(cx: &Context<'_>, image: &Dockerfile) -> bool {
    yarnrc(cx, image).is_some()
}

fn yarnrc<'a>(cx: &Context<'a>, image: &Dockerfile) -> Option<&'a crate::Item> {
    let path = match image.context.as_str() {
        "" => ".yarnrc.yml".to_owned(),
        folder => format!("{folder}/.yarnrc.yml"),
    };
    cx.repository().files.get(&path)?.tree()
}
