use std::collections::BTreeSet;

use crate::code::ast::{Expr, ExprKind};
use crate::code::flow::{Flow, Sink, Source, called, flows};
use crate::code::{CallAt, Def, FunctionAt, Walk as _, package_of};
use crate::fix::Fix;
use crate::rules::in_code::reached;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::High, serve: Serve::Inapplicable, check };

const INPUT: &[Source] = &[Source { param: 0, path: "input" }];

/// Packages whose every function runs programs.
const PACKAGES: &[&str] = &[
    "child_process",
    "execa",
    "cross-spawn",
    "zx",
    "node-pty",
    "@npmcli/promise-spawn",
    "spawn-please",
    "yeoman-environment",
];
/// Functions of other packages that do.
const RUNNERS: &[&str] = &[
    "executeShellCommand",
    "runCommand",
    "runShellCommand",
    "execSync",
    "spawnSync",
    "execFile",
    "execFileSync",
    "execa",
    "execaCommand",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let mut seen = BTreeSet::new();
    for action in cx.actions()? {
        let Some(handler) = action.handler else { continue };
        let fed = flows(handler, INPUT, SINKS);
        for function in reached(handler) {
            // One place says it; what else the function runs is beside it.
            let Some(place) = runs(function).into_iter().next() else { continue };
            if !seen.insert(place.clone()) {
                continue;
            }
            let is_fed = fed.iter().any(|flow| is_in(function, flow));
            findings
                .at(&place, "a template action runs a program on the portal's machine")
                .severity(if is_fed { Severity::High } else { Severity::Medium })
                .why(if is_fed {
                    "what runs is made of what people type into a form, and it has the portal's credentials"
                } else {
                    "it runs with the portal's files and credentials, for everyone who may run a template"
                })
                .fix(Fix::manual(
                    "run it elsewhere (a pipeline, a job), with arguments from a list that is known",
                ))
                .because(Some(&action.call.place()), "the action is made here");
        }
    }
    for name in ["createRunYeomanAction", "createShellAction", "createExecAction"] {
        for call in code.calls(name) {
            findings
                .at(&call.place(), "a template action runs programs that templates name")
                .why("whoever writes a template, or fills in its form, chooses what is downloaded and run beside the portal")
                .fix(Fix::manual("remove the action"));
        }
    }
    Ok(())
}

const SINKS: &[Sink] = &[
    Sink { package: "child_process", name: "*", arg: None },
    Sink { package: "execa", name: "*", arg: None },
    Sink { package: "cross-spawn", name: "*", arg: None },
    Sink { package: "shelljs", name: "*", arg: None },
    Sink { package: "yeoman-environment", name: "*", arg: None },
    Sink { package: "@backstage/plugin-scaffolder-node", name: "executeShellCommand", arg: None },
    Sink { package: "@backstage/plugin-scaffolder-backend", name: "executeShellCommand", arg: None },
    Sink { package: "@backstage/plugin-scaffolder-backend", name: "runCommand", arg: None },
    Sink { package: "@backstage/backend-common", name: "runCommand", arg: None },
    Sink { package: "*", name: "run", arg: None },
];

fn is_in(function: FunctionAt<'_>, flow: &Flow<'_>) -> bool {
    function.module.path == flow.call.at.module.path && function.function.span.holds(flow.call.at.span())
}

/// Where a function runs programs.
fn runs(function: FunctionAt<'_>) -> Vec<Place> {
    let mut found: Vec<Place> =
        function.calls().iter().filter(|call| is_run(call)).map(|call| call.place()).collect();
    // A command as a template: zx`..`.
    function.function.walk(&mut |expr: &Expr| {
        if let ExprKind::Template { tag: Some(tag), .. } = &expr.kind
            && tag_runs(function, tag)
        {
            found.push(function.module.place(expr.span));
        }
    });
    found
}

fn is_run(call: &CallAt<'_>) -> bool {
    match called(*call) {
        Def::External { source, name } => {
            let name = name.rsplit('.').next().unwrap_or(&name);
            match package_of(&source) {
                "shelljs" => matches!(name, "exec" | "default" | "cmd"),
                package if PACKAGES.contains(&package) => name != "promisify",
                _ => RUNNERS.contains(&name),
            }
        }
        // What a package made: `execa.create()`, `yeoman.createEnv()`.
        Def::Member { object, .. } => match *object {
            Def::Value(made) => made.call().is_some_and(|inner| {
                matches!(inner.callee(), Def::External { source, .. } if PACKAGES.contains(&package_of(&source)))
            }),
            _ => call.name().is_some_and(|name| RUNNERS.contains(&name)),
        },
        Def::Param { .. } | Def::Unknown => call.name().is_some_and(|name| RUNNERS.contains(&name)),
        _ => false,
    }
}

fn tag_runs<'a>(function: FunctionAt<'a>, tag: &'a Expr) -> bool {
    // `$`, and `$({ cwd })`.
    let tag = match &tag.kind {
        ExprKind::Call(call) => &call.callee,
        _ => tag,
    };
    let def = function.at(tag).resolve();
    def.external().is_some_and(|(source, _)| matches!(package_of(source), "zx" | "execa" | "bun" | "dax-sh"))
}
