use super::providers;
use crate::fix::Fix;
use crate::repo::{Production, Project};
use crate::rules::on_release;
use crate::{Checklist, Confidence, Context, Findings, Ran, Release, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Reports, check };

/// What code that brings its own resolvers says.
const CUSTOM: [&str; 4] = ["signInResolver", "authProvidersExtensionPoint", "providerFactories", "signIn:"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for project in cx.projects()? {
        // Before 1.1 a provider without a resolver let everybody in, which other rules tell of so old a release.
        let is_ancient = on_release::release(project).is_some_and(|release| release < Release::new(1, 1, 0));
        if has_own_resolvers(cx, project) || is_ancient {
            continue;
        }
        for production in &project.productions {
            look(production, findings);
        }
    }
    Ok(())
}

fn look(production: &Production, findings: &mut Findings) {
    let providers = providers::of(production);
    // Guest has a resolver of its own, and others may be there for their access tokens only.
    if providers.iter().any(|provider| provider.id == "guest" || resolves(provider.item)) {
        return;
    }
    for provider in providers.iter().filter(|provider| !is_empty(provider.item)) {
        findings
            .at(provider.item.key_place(), format!("nobody can sign in: `{}` has no sign-in resolver", provider.id))
            .confidence(Confidence::Medium)
            .why("without `signIn.resolvers` a provider gives access tokens, but no Backstage identity, in the backend system since 1.24")
            .fix(Fix::manual("add `signIn.resolvers` with a resolver that finds users in the catalog"))
            .evidence([production.how.clone()]);
    }
}

fn resolves(provider: &crate::Item) -> bool {
    let under = ["signIn.resolvers", "*.signIn.resolvers"];
    under.iter().any(|path| provider.find(path).iter().any(|(_, item)| !item.is_null()))
}

fn is_empty(provider: &crate::Item) -> bool {
    provider.entries().next().is_none()
}

fn has_own_resolvers(cx: &Context<'_>, project: &Project) -> bool {
    cx.repository().files.under(&project.folder).any(|file| {
        let is_code = [".ts", ".tsx", ".js"].iter().any(|end| file.path.ends_with(end));
        is_code && file.text().is_some_and(|text| CUSTOM.iter().any(|word| text.contains(word)))
    })
}
