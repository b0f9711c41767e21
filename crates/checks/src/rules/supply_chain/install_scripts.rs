use crate::fix::Fix;
use crate::packages::Locked;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Only for one system, in everybody's lock file, and optional: it tells nothing about a project.
const COMMON: &[&str] = &["fsevents"];

const WHY: &str = "an install script runs on every developer's machine and in every build, with what those have; it is the usual way in for a package that was taken over";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut judged = false;
    for file in cx.repository().files.iter().filter(|file| file.name() == ".yarnrc.yml") {
        let Some(root) = file.tree() else { continue };
        judged = true;
        if let Some(flag) = root.get("enableScripts").filter(|flag| flag.is_true()) {
            findings
                .at(flag.key_place(), "install scripts of all packages run")
                .why(WHY)
                .fix(Fix::manual("set `enableScripts: false`, and name those that need to build in `dependenciesMeta` with `built: true`"));
        }
    }
    for file in cx.repository().files.iter().filter(|file| file.name() == ".npmrc") {
        // Yarn 2 and later have a file of their own and do not read this one.
        let beside = if file.folder().is_empty() { String::new() } else { format!("{}/", file.folder()) };
        let Some(yarn) = cx.repository().files.get(&format!("{beside}.yarnrc.yml")) else { continue };
        let is_off = yarn.tree().is_some_and(|root| root.get("enableScripts").is_some());
        let Some(at) = file.text().and_then(|text| text.find("ignore-scripts=true")).filter(|_| !is_off)
        else {
            continue;
        };
        judged = true;
        findings
            .at(
                &file.place(at, at + "ignore-scripts=true".len()),
                "Yarn does not read this: install scripts of all packages run",
            )
            .confidence(Confidence::Medium)
            .why(WHY)
            .fix(Fix::manual("set `enableScripts: false` in .yarnrc.yml"))
            .because(None, "there is a .yarnrc.yml beside it; since Yarn 4.14 none run by default");
    }
    // What a template holds is installed elsewhere.
    let is_of_template = |path: &str| {
        path.split('/')
            .any(|part| matches!(part, "skeleton" | "skeletons" | "content" | "templates" | "fixtures"))
    };
    for lock in cx.packages()?.locks().iter().filter(|lock| !is_of_template(lock.folder())) {
        let known = lock.entries.iter().any(|entry| entry.has_install_script.is_some());
        let mut named: Vec<&str> =
            lock.entries.iter().filter(|entry| runs(entry)).map(|entry| &*entry.name).collect();
        judged |= known;
        named.sort_unstable();
        named.dedup();
        let first = lock.entries.iter().find(|entry| runs(entry));
        let Some(first) = first.filter(|_| !scripts_are_off(*cx, lock.folder())) else { continue };
        let shown = named.iter().take(8).copied().collect::<Vec<_>>().join(", ");
        let more = if named.len() > 8 { format!(" and {} others", named.len() - 8) } else { String::new() };
        findings
            .at(
                &first.place,
                match named.len() {
                    1 => format!("{shown} runs a script when it is installed"),
                    count => format!("{count} packages run a script when they are installed: {shown}{more}"),
                },
            )
            .confidence(Confidence::Medium)
            .why(WHY)
            .fix(Fix::manual("set `ignore-scripts=true` in .npmrc, and rebuild by name those that need it"));
    }
    if judged {
        Ok(())
    } else {
        Err(Skip::because("no lock file or .yarnrc.yml here says anything about install scripts"))
    }
}

fn runs(entry: &Locked) -> bool {
    entry.has_install_script == Some(true) && !COMMON.contains(&&*entry.name)
}

/// Whether npm is told to run none.
fn scripts_are_off(cx: Context<'_>, folder: &str) -> bool {
    let slash = if folder.is_empty() { "" } else { "/" };
    let file = cx.repository().files.get(&format!("{folder}{slash}.npmrc"));
    let text = file.and_then(crate::File::text).unwrap_or_default();
    text.lines().any(|line| line.split_whitespace().collect::<String>() == "ignore-scripts=true")
}
