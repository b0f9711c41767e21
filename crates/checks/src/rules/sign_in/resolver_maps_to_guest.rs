use super::resolvers;
use crate::code::{Code, Def};
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::High, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.repository().code();
    for resolver in resolvers::all(cx)? {
        let name = resolver.name;
        // The guest provider has its own rules.
        if !name.to_ascii_lowercase().contains("guest") || resolver.provider == "guest" {
            continue;
        }
        let defined = defined(code, name);
        findings
            .at(&resolver.setting.item.place, format!("`{name}` signs everyone of `{}` in as the same guest", resolver.provider))
            .severity(resolver.setting.severity(Severity::High))
            .confidence(if defined.is_some() { Confidence::High } else { Confidence::Medium })
            .why("whoever has an account there is let in, and nobody can be told from anybody in permissions and in the audit log")
            .fix(Fix::manual("match people with the catalog, as `emailMatchingUserEntityProfileEmail` does"))
            .because(defined.as_ref(), "the resolver is told by its name, or made here")
            .evidence(resolver.setting.evidence());
    }
    Ok(())
}

/// Where a resolver of this name is made, if its code issues tokens.
fn defined(code: &Code, name: &str) -> Option<Place> {
    code.calls("createSignInResolverFactory").into_iter().find_map(|call| {
        let before = call.at.module.text().get(..call.at.span().start as usize)?.trim_end();
        let named = before.strip_suffix(['=', ':'])?.trim_end().ends_with(name);
        let is_own = !matches!(call.callee(), Def::Function(_));
        (named && is_own && call.at.source().contains("issueToken(")).then(|| call.place())
    })
}
