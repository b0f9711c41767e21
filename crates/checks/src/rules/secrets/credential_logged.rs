use super::printed;
use crate::code::ast::{ExprKind, Stmt, StmtKind};
use crate::code::{At, CallAt, Code, Def, Module, Walk as _};
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

const LEVELS: &[&str] =
    &["log", "info", "warn", "error", "debug", "trace", "verbose", "silly", "http", "fatal", "dir"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    for module in code.modules().filter(|module| may_log(module)) {
        let in_browser = cx.repository().packages.iter().any(|package| {
            package.role().is_some_and(|role| role.starts_with("frontend"))
                && module.path.strip_prefix(&*package.folder).is_some_and(|rest| rest.starts_with('/'))
        });
        for call in code.calls_in(module).into_iter().filter(|call| is_log(*call)) {
            let severity = match call.name() {
                _ if in_browser => Severity::Low,
                Some("debug" | "trace" | "verbose" | "silly") => Severity::Medium,
                _ => Severity::High,
            };
            if let Some(found) = call.args().find_map(printed::credential) {
                findings
                    .at(&found.at.place(), format!("{} is printed", found.what))
                    .severity(severity)
                    .why("whoever may read the logs, or where they are collected, can act with it")
                    .fix(Fix::manual("remove the line, or print only whether there is one"))
                    .because(Some(&call.place()), "this prints it");
            } else if let Some((error, sent)) = error_of_client(code, module, call) {
                findings
                    .at(&error.place(), "an error of axios is printed whole, with the request that failed")
                    .severity(severity.less(1))
                    .confidence(Confidence::Medium)
                    .why("the console shows all that is in it: `config.headers` holds the credential that was sent")
                    .fix(Fix::manual("print `error.message`, or `error.response?.status`"))
                    .because(Some(&sent.place()), "this request carries a credential");
            }
        }
    }
    Ok(())
}

fn may_log(module: &Module) -> bool {
    let text = module.text();
    ["console.", "ogger.", "log."].into_iter().any(|word| text.contains(word))
}

/// `console.log(..)`, `logger.info(..)`, `this.log.warn(..)`.
fn is_log(call: CallAt<'_>) -> bool {
    let (Some(name), Some(receiver)) = (call.name(), call.receiver()) else { return false };
    let of = match &receiver.expr.kind {
        ExprKind::Ident(name) | ExprKind::Member { name, .. } => name.to_ascii_lowercase(),
        _ => return false,
    };
    LEVELS.contains(&name) && (of == "console" || of == "log" || of.ends_with("logger"))
}

/// A caught error that the console prints whole, of a request that carries a credential.
fn error_of_client<'a>(code: &'a Code, module: &'a Module, call: CallAt<'a>) -> Option<(At<'a>, CallAt<'a>)> {
    let is_console = call.receiver().is_some_and(|receiver| receiver.source() == "console");
    if !is_console || !module.text().contains("axios") {
        return None;
    }
    let error = call.args().find(|arg| {
        matches!(arg.expr.kind, ExprKind::Ident(_)) && matches!(arg.resolve(), Def::Param { .. })
    })?;
    let sent = tried(module, error)?.into_iter().find_map(|expr| {
        let ExprKind::Call(inner) = &expr.kind else { return None };
        let request = CallAt { at: At { code, module, expr }, call: inner };
        let is_axios = match request.callee() {
            Def::External { source, .. } => &*source == "axios",
            _ => false,
        };
        let lower = request.at.source().to_ascii_lowercase();
        let carries = ["authorization", "token", "apikey", "api-key", "password", "secret"];
        (is_axios && carries.into_iter().any(|word| lower.contains(word))).then_some(request)
    })?;
    Some((error, sent))
}

/// What is tried where a name stands for the error that is caught: all of its expressions.
fn tried<'a>(module: &'a Module, error: At<'a>) -> Option<Vec<&'a crate::code::ast::Expr>> {
    let Def::Param { declared, .. } = error.resolve() else { return None };
    let mut all = Vec::new();
    let mut stmts: Vec<&Stmt> = module.body.iter().collect();
    for function in module.functions() {
        stmts.extend(&function.body);
    }
    while let Some(stmt) = stmts.pop() {
        stmts.extend(stmt.parts().into_iter().flatten());
        let StmtKind::Try(tried) = &stmt.kind else { continue };
        let handler = tried.handler.as_deref().unwrap_or_default();
        let (Some(last), Some(first)) = (tried.block.last(), handler.first()) else { continue };
        if last.span.end <= declared.start && declared.end <= first.span.start {
            tried.block.walk(&mut |expr| all.push(expr));
            return Some(all);
        }
    }
    None
}
