use crate::code::CallAt;
use crate::fix::Fix;
use crate::rules::in_code::{around, source};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Calls that look a person up in the catalog, and fail for who is not in it. `signInWithCatalogUser` is none of them: it
/// issues a token itself, and a token that is issued beside it is for those whom it refused.
const LOOKUPS: &[&str] = &["findCatalogUser", "getEntityByRef", "getEntities(", "queryEntities"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for call in cx.code()?.calls("issueToken") {
        let Some(resolver) =
            around(&call).into_iter().rev().find(|function| !function.function.params.is_empty())
        else {
            continue;
        };
        let text = source(resolver);
        if LOOKUPS.iter().any(|lookup| text.contains(lookup)) {
            continue;
        }
        let guest = claim(&call).is_some_and(|sub| sub.contains("guest"));
        let message = if guest {
            "a sign-in resolver makes everyone the same guest"
        } else {
            "a sign-in resolver issues a token without a look into the catalog"
        };
        findings
            .at(&call.place(), message)
            .why("whoever the identity provider lets in gets a session, whether the company knows them or not")
            .fix(Fix::manual("use `ctx.signInWithCatalogUser(..)`, or look the person up first and refuse who is not there"));
    }
    Ok(())
}

/// The text of `claims.sub`, where the code says it.
fn claim(call: &CallAt<'_>) -> Option<String> {
    call.arg(0)?.get("claims")?.get("sub")?.text()
}
