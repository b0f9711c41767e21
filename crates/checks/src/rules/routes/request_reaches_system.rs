use std::collections::HashSet;

use crate::code::{CallAt, Def, FunctionAt};
use crate::fix::Fix;
use crate::rules::in_code::{is_tainted, tainted};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Plugins, severity: Severity::High, serve: Serve::Inapplicable, check };

const ROOTS: &[&str] =
    &["req.body", "req.params", "req.query", "request.body", "request.params", "request.query"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    for module in code.modules().filter(|module| module.path.split('/').any(|part| part.contains("backend")))
    {
        if !["req.", "request."].iter().any(|word| module.text().contains(word)) {
            continue;
        }
        for function in module.functions() {
            // A handler: what it takes first is the request.
            let function = FunctionAt { code, module, function };
            let first = function.function.params.first().map(|param| module.source(param.span));
            if !first.is_some_and(|name| name.starts_with("req")) {
                continue;
            }
            let names = tainted(function, ROOTS);
            let mut told: HashSet<(&str, &str)> = HashSet::new();
            for call in function.calls() {
                let Some((what, severity)) = sink(&call) else { continue };
                let Some(arg) = call.args().take(2).find(|arg| is_tainted(*arg, ROOTS, &names)) else {
                    continue;
                };
                if call.at.module.text().contains("resolveSafeChildPath") && what.contains("file") {
                    continue;
                }
                // The same value in the same handler is the same thing to mend.
                if !told.insert((what, arg.source())) {
                    continue;
                }
                findings
                    .at(&call.place(), format!("what a caller sends decides {what}"))
                    .severity(severity)
                    .why("the portal does it with its own rights and from its own place in the network")
                    .fix(Fix::manual("take a name out of a list that is known, or check the value against one; use resolveSafeChildPath for files"))
                    .because(Some(&arg.place()), "this comes from the request");
            }
        }
    }
    Ok(())
}

/// What a call does that a caller should not decide.
fn sink(call: &CallAt<'_>) -> Option<(&'static str, Severity)> {
    let name = call.name()?;
    let callee = call.callee();
    let package = callee.external().map(|(source, _)| source.to_owned());
    let package = package.as_deref().unwrap_or_default();
    let receiver = call.receiver().map(|receiver| receiver.source().to_owned()).unwrap_or_default();
    let is_fs = matches!(package, "fs" | "fs-extra" | "fs/promises" | "graceful-fs")
        || matches!(receiver.as_str(), "fs" | "fse" | "fs.promises" | "fsp");
    if is_fs
        && [
            "read",
            "write",
            "append",
            "createRead",
            "createWrite",
            "unlink",
            "rm",
            "copy",
            "move",
            "rename",
            "output",
            "readdir",
            "lstat",
            "stat",
            "remove",
            "open",
        ]
        .iter()
        .any(|verb| name.starts_with(verb))
    {
        return Some(("which file is touched", Severity::Critical));
    }
    if package == "child_process"
        || matches!(
            name,
            "execSync" | "spawnSync" | "executeShellCommand" | "execa" | "execFile" | "execFileSync"
        )
    {
        return Some(("what is run", Severity::Critical));
    }
    let is_fetch = matches!(callee, Def::Global(ref global) if &**global == "fetch")
        || matches!(package, "node-fetch" | "cross-fetch" | "axios" | "got" | "undici")
            && matches!(name, "fetch" | "get" | "post" | "request" | "default" | "axios" | "got");
    if is_fetch {
        return Some(("which address is called", Severity::Medium));
    }
    let lower = name.to_ascii_lowercase();
    if lower.contains("secret")
        && ["get", "read", "fetch", "describe"].iter().any(|verb| lower.starts_with(verb))
    {
        return Some(("which secret is read", Severity::Critical));
    }
    if matches!(
        name,
        "GetObjectCommand" | "PutObjectCommand" | "DeleteObjectCommand" | "getObject" | "putObject"
    ) {
        return Some(("which stored object is touched", Severity::High));
    }
    (name == "readUrl" || name == "readTree").then_some(("which address is read", Severity::High))
}
