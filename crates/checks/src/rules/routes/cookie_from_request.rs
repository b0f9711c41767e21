use crate::code::ast::{ExprKind, Pattern, PatternKind};
use crate::code::flow::{Flow, Sink, Source, flows};
use crate::code::{At, FunctionAt};
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// What of a request its sender writes. Not `secure` and `protocol`, which express works out of trusted proxies.
const OF_CALLER: &[&str] = &["headers", "get", "header", "hostname", "host", "query", "body"];
const SINKS: &[Sink] = &[Sink { package: "*", name: "cookie", arg: Some(2) }];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    for module in code.modules().filter(|module| module.text().contains(".cookie(")) {
        for function in module.functions() {
            let function = FunctionAt { code, module, function };
            let Some(param) = function.function.params.iter().position(is_request) else { continue };
            let sources: Vec<Source> = OF_CALLER.iter().map(|path| Source { param, path }).collect();
            for flow in flows(function, &sources, SINKS) {
                let (Some(option), Some(from)) = (decided(&flow), flow.chain.first()) else { continue };
                findings
                    .at(from, format!("what a caller sends decides the `{option}` of a cookie"))
                    .confidence(Confidence::Medium)
                    .why("a request with another `Origin` or `Host` gets the session's cookie for a wider domain, or one that also travels unencrypted")
                    .fix(Fix::manual("take both from `app.baseUrl` and `backend.baseUrl` in the configuration"))
                    .because(Some(&flow.call.place()), "the cookie is set here");
            }
        }
    }
    Ok(())
}

fn is_request(param: &Pattern) -> bool {
    match &param.kind {
        PatternKind::Name(name) => matches!(name.trim_start_matches('_'), "req" | "request"),
        PatternKind::Default(inner, _) => is_request(inner),
        _ => false,
    }
}

/// The option of a cookie that is not written in the code, of those that say where it is sent.
fn decided(flow: &Flow<'_>) -> Option<&'static str> {
    let options = flow.call.arg(flow.arg)?.value();
    ["domain", "secure"].into_iter().find(|option| {
        options.property(option).is_some_and(|(_, value)| {
            let is_name = matches!(
                value.expr.kind,
                ExprKind::Ident(_)
                    | ExprKind::Member { .. }
                    | ExprKind::Call(_)
                    | ExprKind::Binary { .. }
                    | ExprKind::Template { .. }
            );
            is_name && At::text(value).is_none()
        })
    })
}
