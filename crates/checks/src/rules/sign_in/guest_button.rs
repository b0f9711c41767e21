use crate::code::At;
use crate::code::Module;
use crate::code::ast::{Element, ExprKind, Span};
use crate::code::backend::Generation;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Guest, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let backends = cx.backends().unwrap_or_default();
    let of_old_system = backends.iter().any(|backend| backend.generation == Generation::Old);
    let mut looked = false;
    for module in code.mentioning("SignInPage").filter(|module| !is_aside(&module.path)) {
        let mut offered = Vec::new();
        module.walk(&mut |expr| {
            if let ExprKind::Element(element) = &expr.kind
                && &*element.name == "SignInPage"
            {
                looked = true;
                offered.extend(guest(code, module, element));
            }
        });
        for (span, place) in offered {
            // What is only offered in one case has been thought about.
            if module.guards(span).iter().any(|guard| guard.test.is_some()) {
                continue;
            }
            let (severity, why) = if of_old_system {
                (
                    Severity::High,
                    "the backend of the old system asks nobody who they are: who clicks it is in",
                )
            } else {
                (
                    Severity::Medium,
                    "whether strangers come in hangs on one key of the configuration, and people learn to enter without a name",
                )
            };
            findings
                .at(&place, "the sign-in page lets people enter as a guest")
                .severity(severity)
                .why(why)
                .fix(Fix::manual("offer it only where `NODE_ENV` is `development`, or take it away"));
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("no sign-in page in code here")) }
}

/// Where a sign-in page offers guests: `providers={['guest', ..]}`, `provider="guest"`.
fn guest(code: &crate::code::Code, module: &Module, element: &Element) -> Option<(Span, Place)> {
    element.props.iter().find_map(|prop| {
        if !matches!(prop.key.as_deref(), Some("providers" | "provider")) {
            return None;
        }
        let value = At { code, module, expr: &prop.value }.value();
        let all = match &value.expr.kind {
            ExprKind::Array(items) => items.iter().collect(),
            _ => vec![value.expr],
        };
        let guest = all
            .into_iter()
            .find(|item| matches!(&item.kind, ExprKind::String(text) if &**text == "guest"))?;
        Some((guest.span, value.module.place(guest.span))).filter(|_| value.module.path == module.path)
    })
}

/// Whether code is of tests, or what a plugin's author looks at it with.
fn is_aside(path: &str) -> bool {
    path.contains(".test.") || path.contains("/dev/") || path.contains("/e2e-tests/") || path.contains("__")
}
