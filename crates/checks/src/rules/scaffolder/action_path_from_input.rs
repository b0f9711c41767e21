use crate::code::{At, CallAt};
use crate::fix::Fix;
use crate::rules::in_code::{is_tainted, source, tainted};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::High, serve: Serve::Inapplicable, check };

const ROOTS: &[&str] = &["ctx.input", "context.input"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for call in cx.code()?.calls("createTemplateAction") {
        let options = call.arg(0);
        let handler = options.and_then(|options| {
            options.get("handler").or_else(|| options.property("handler").map(|(_, at)| at))
        });
        let Some(handler) = handler.and_then(At::function) else { continue };
        if source(handler).contains("resolveSafeChildPath") {
            continue;
        }
        let names = tainted(handler, ROOTS);
        for write in handler.calls().into_iter().filter(is_file_call) {
            let Some(path) = write.arg(0).filter(|path| is_tainted(*path, ROOTS, &names)) else { continue };
            findings
                .at(&path.place(), "an action takes a file's path from its input, unchecked")
                .why("`../` in it leads out of the workspace: to the portal's own files, and to those of other tasks")
                .fix(Fix::manual("use `resolveSafeChildPath(ctx.workspacePath, path)`"))
                .because(Some(&call.place()), "the action is made here");
        }
    }
    Ok(())
}

fn is_file_call(call: &CallAt<'_>) -> bool {
    let callee = call.callee();
    let package = callee.external().map(|(source, _)| source.to_owned()).unwrap_or_default();
    let receiver = call.receiver().map(|receiver| receiver.source().to_owned()).unwrap_or_default();
    let is_fs = matches!(package.as_str(), "fs" | "fs-extra" | "fs/promises")
        || matches!(receiver.as_str(), "fs" | "fse" | "fs.promises" | "fsp");
    is_fs && !matches!(call.name(), Some("existsSync" | "pathExists" | "exists"))
}
