use crate::fix::Fix;
use crate::image::packages;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Packages that compile. Python alone is not among them: docs are built with it.
const TOOLS: [&str; 17] = [
    "build-essential",
    "build-base",
    "g++",
    "gcc",
    "gcc-c++",
    "clang",
    "cmake",
    "make",
    "automake",
    "autoconf",
    "libtool",
    "node-gyp",
    "python3-dev",
    "python-dev",
    "python-dev-is-python3",
    "golang",
    "rustc",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        for run in image.instructions().filter(|one| one.keyword == "RUN") {
            if run.commands.iter().any(packages::removes) {
                continue;
            }
            let tools: Vec<_> = run
                .commands
                .iter()
                .flat_map(packages::of_system)
                .filter(|word| TOOLS.contains(&word.text.split('=').next().unwrap_or_default()))
                .collect();
            let Some(first) = tools.first() else { continue };
            let names = tools.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(", ");
            findings
                .at(&first.place, format!("the image that runs has build tools: {names}"))
                .why("a compiler beside the backend turns a file that somebody may write into a program")
                .fix(Fix::manual(
                    "compile native modules in a build stage, and copy node_modules from there",
                ));
        }
    }
    Ok(())
}
