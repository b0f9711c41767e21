use crate::code::ast::{ExprKind, PatternKind, StmtKind};
use crate::code::{At, Module};
use crate::fix::Fix;
use crate::rule::Skip;
use crate::rules::in_code::is_for_development;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Critical, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let builders = code.calls("createServiceBuilder");
    if builders.is_empty() {
        return Err(Skip::because("no backend of the old system here"));
    }
    for builder in builders {
        let module = builder.at.module;
        if is_for_development(&module.path) {
            continue;
        }
        let lower = module.text().to_ascii_lowercase();
        let asks = [
            "authmiddleware",
            "auth_middleware",
            "createauth",
            "requireauth",
            "authenticate",
            "verifytoken",
            "jwtverify",
        ];
        if asks.iter().any(|word| lower.contains(word)) {
            continue;
        }
        let place = router(module, &|expr| At { code, module, expr }).unwrap_or_else(|| builder.place());
        findings
            .at(&place, "this backend of the old system asks nobody who calls")
            .why("catalog, scaffolder, proxy and cluster routes are open to whoever reaches the portal; sign-in only decides what the pages show")
            .fix(Fix::manual("migrate to the new backend system (1.24 and later), which refuses strangers by default"))
            .because(Some(&builder.place()), "the service is built here");
    }
    Ok(())
}

/// Where the router of all plugins is made: `const apiRouter = Router()`.
fn router<'a>(module: &'a Module, at: &dyn Fn(&'a crate::code::ast::Expr) -> At<'a>) -> Option<Place> {
    for function in module.functions() {
        for stmt in &function.body {
            let StmtKind::Var(all) = &stmt.kind else { continue };
            for declarator in all {
                let PatternKind::Name(name) = &declarator.pattern.kind else { continue };
                let Some(value) = &declarator.value else { continue };
                let makes = matches!(&value.kind, ExprKind::Call(call) if at(&call.callee).source().ends_with("Router"));
                if makes && name.to_ascii_lowercase().contains("router") {
                    return Some(module.place(stmt.span));
                }
            }
        }
    }
    None
}
