use crate::code::FunctionAt;
use crate::fix::Fix;
use crate::rules::in_code::{is_tainted, reached, tainted};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::High, serve: Serve::Inapplicable, check };

const RUNNERS: &[&str] = &[
    "executeShellCommand",
    "runCommand",
    "exec",
    "execSync",
    "spawn",
    "spawnSync",
    "execFile",
    "execFileSync",
    "execa",
    "fork",
];
const ROOTS: &[&str] = &["ctx.input", "input.", "context.input"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    for call in code.calls("createTemplateAction") {
        let Some(handler) = call
            .arg(0)
            .and_then(|options| {
                options.get("handler").or_else(|| options.property("handler").map(|(_, at)| at))
            })
            .and_then(crate::code::At::function)
        else {
            continue;
        };
        let names = tainted(handler, ROOTS);
        for function in reached(handler) {
            // One call says it; what else the action runs is beside it.
            for run in runs(function).into_iter().take(1) {
                let direct = run.args().any(|arg| is_tainted(arg, ROOTS, &names));
                findings
                    .at(&run.place(), "a template action runs a program on the portal's machine")
                    .severity(if direct { Severity::High } else { Severity::Medium })
                    .why(if direct {
                        "what runs is made of what people type into a form, and it has the portal's credentials"
                    } else {
                        "it runs with the portal's files and credentials, for everyone who may run a template"
                    })
                    .fix(Fix::manual("run it elsewhere (a pipeline, a job), with arguments from a list that is known"))
                    .because(Some(&call.place()), "the action is made here");
            }
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

fn runs(function: FunctionAt<'_>) -> Vec<crate::code::CallAt<'_>> {
    let mut calls = function.calls();
    calls.retain(|call| {
        let Some(name) = call.name().filter(|name| RUNNERS.contains(name)) else { return false };
        let callee = call.callee();
        let package = callee.external().map(|(source, _)| source.to_owned()).unwrap_or_default();
        // `regex.exec(..)` runs nothing.
        match name {
            "exec" | "spawn" | "fork" => package == "child_process" || package.contains("execa"),
            _ => true,
        }
    });
    calls
}
