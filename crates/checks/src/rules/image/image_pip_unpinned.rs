use crate::fix::Fix;
use crate::image::packages;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        let runs =
            image.stages.iter().flat_map(|stage| &stage.instructions).filter(|one| one.keyword == "RUN");
        for command in runs.flat_map(|run| &run.commands) {
            // What Python comes with is often brought up to date first.
            let upgrades = command.has("--upgrade") || command.has("-U");
            let loose: Vec<_> = packages::of_python(command)
                .into_iter()
                .filter(|word| is_loose(&word.text) && !(upgrades && word.text == "setuptools"))
                .collect();
            let Some(first) = loose.first() else { continue };
            let names = loose.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(", ");
            findings
                .at(&first.place, format!("pip installs {names} without a version"))
                .why("a build takes whatever was published last, also by whoever took over the package")
                .fix(Fix::manual(
                    "write `name==version`, better with `--require-hashes` and a list of requirements",
                ));
        }
    }
    Ok(())
}

/// Whether it is a package's name without an exact version. What installs packages itself is left out.
fn is_loose(word: &str) -> bool {
    let name = word.split(['[', '=', '<', '>', '~', '!', ' ', ';']).next().unwrap_or_default();
    let is_package = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !word.contains(['/', '$'])
        && !matches!(word.rsplit_once('.'), Some((_, "whl")))
        && !word.ends_with(".tar.gz");
    is_package && !word.contains("==") && !matches!(name, "pip" | "wheel" | "uv" | "virtualenv")
}
