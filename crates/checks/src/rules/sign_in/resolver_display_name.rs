use crate::fix::Fix;
use crate::rules::in_code::{around, source};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Critical, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let issuing = code.calls("issueToken").into_iter().chain(code.calls("signInWithCatalogUser"));
    for call in issuing.chain(code.calls("findCatalogUser")) {
        let Some(resolver) =
            around(&call).into_iter().rev().find(|function| !function.function.params.is_empty())
        else {
            continue;
        };
        let text = source(resolver);
        // As a name of an entity, not as what is shown.
        let Some(at) = [
            "name: info.profile.displayName",
            "name: profile.displayName",
            "entityRef: profile.displayName",
            "name: displayName",
        ]
        .iter()
        .find_map(|used| text.find(used)) else {
            continue;
        };
        let start = resolver.function.span.start as usize + at;
        let place = crate::Place::bytes(&call.at.module.path, call.at.module.text(), start, start + 4);
        findings
            .at(&place, "who somebody is comes from the name they show")
            .why("people may often change their display name at the identity provider: whoever writes another's name is that person")
            .fix(Fix::manual("resolve by a verified e-mail, or by an id that nobody chooses"));
    }
    Ok(())
}
