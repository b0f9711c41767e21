use crate::code::{CallAt, package_of};
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, File, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Modules whose actions reach further than templates should: what they do for whoever writes, or starts, a template.
const MODULES: &[(&str, Severity, &str)] = &[
    (
        "@roadiehq/scaffolder-backend-module-http-request",
        Severity::Medium,
        "calls any route of the portal, and of its proxies, with the task's token",
    ),
    (
        "@backstage/plugin-scaffolder-backend-module-yeoman",
        Severity::High,
        "runs Yeoman generators, which are programs, in the backend",
    ),
    (
        "@backstage/plugin-scaffolder-backend-module-cookiecutter",
        Severity::Medium,
        "runs cookiecutter with the hooks of the template, in the backend or in a container that it starts",
    ),
    (
        "@backstage/plugin-scaffolder-backend-module-rails",
        Severity::Medium,
        "runs Rails with a template that is Ruby code, in the backend or in a container that it starts",
    ),
];

/// Words in the names of other modules, and what their actions do.
const WORDS: &[(&[&str], Severity, &str)] = &[
    (
        &["shell", "script", "scripts", "bash", "exec", "command", "commands", "terminal"],
        Severity::High,
        "runs commands in the backend",
    ),
    (
        &["copier", "odo", "dotnet", "maven", "cookiecutter", "yeoman"],
        Severity::Medium,
        "runs a program in the backend, on what the template brings",
    ),
    (
        &["kubernetes", "k8s", "kube", "kubectl"],
        Severity::Medium,
        "changes a cluster with the credentials of the portal, not of who starts the template",
    ),
];

/// What a module of the scaffolder does that reaches far, by its name.
fn reach(name: &str) -> Option<(Severity, &'static str)> {
    let known =
        MODULES.iter().find(|(known, ..)| *known == name).map(|(_, severity, what)| (*severity, *what));
    let by_word = || {
        let (_, own) = name.split_once("scaffolder")?;
        let has = |words: &[&str]| own.split(['-', '/', '_']).any(|part| words.contains(&part));
        let (_, severity, what) = WORDS.iter().find(|(words, ..)| has(words))?;
        Some((*severity, *what))
    };
    known.or_else(by_word)
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let files = &cx.repository().files;
    let mut any = false;
    for package in files.iter().filter(|file| file.name() == "package.json") {
        let Some(dependencies) = package.tree().and_then(|tree| tree.get("dependencies")) else { continue };
        any = true;
        for (name, dependency) in dependencies.entries() {
            let name = &**name;
            let Some((severity, what)) = reach(name) else { continue };
            let imports =
                |file: &&File| is_source(file) && file.text().is_some_and(|text| text.contains(name));
            let Some(import) = files.under(package.folder()).find(imports) else { continue };
            // Where it is loaded is where it can be taken out; the dependency alone does nothing.
            let loaded = made(*cx, &import.path, name)
                .or_else(|| import.place_of(name))
                .unwrap_or_else(|| dependency.key_place().clone());
            findings
                .at(&loaded, format!("`{name}` gives templates an action that {what}"))
                .severity(severity)
                .confidence(Confidence::Medium)
                .why("every template can use it, and what users type goes into it")
                .fix(Fix::manual(
                    "write an action that does the one thing, or bound this one with a policy on `scaffolder.action.execute`",
                ))
                .because(Some(dependency.key_place()), "it is a dependency here");
        }
    }
    if any { Ok(()) } else { Err(Skip::because("no package.json with dependencies here")) }
}

/// Where code of the old backend makes an action of a module: `createHttpBackstageAction({ config })`.
fn made(cx: Context<'_>, path: &str, name: &str) -> Option<Place> {
    let code = cx.code().ok()?;
    let calls = code.calls_in(code.module(path)?);
    let of_module =
        |call: &CallAt<'_>| call.callee().external().is_some_and(|(source, _)| package_of(source) == name);
    calls.into_iter().find(|call| of_module(call)).map(CallAt::place)
}

fn is_source(file: &File) -> bool {
    [".ts", ".tsx", ".js", ".mjs", ".cjs"].iter().any(|end| file.name().ends_with(end))
}
