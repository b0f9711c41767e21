use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Reports, check };

/// Settings that are a secret of their own.
const OTHERS: &[&str] = &[
    "backend.auth.keys.*.secret",
    "backend.auth.externalAccess.*.options.token",
    "backend.auth.externalAccess.*.options.secret",
    "backend.database.connection.password",
    "auth.providers.*.*.clientSecret",
    "integrations.*.*.token",
];

/// Names of secrets that are made for other things.
const OF_OTHERS: &[&str] =
    &["OAUTH2_PROXY", "CLIENT_SECRET", "POSTGRES", "DATABASE", "GITHUB_TOKEN", "GITLAB_TOKEN", "JWT_"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("auth.session.secret")?.filter(|setting| !setting.is_for_development()) {
        let Some(written) = setting.item.as_str().map(str::trim).filter(|text| text.contains("${")) else {
            continue;
        };
        // In the same file, and in what that is merged with.
        let same = |item: &&Item| item.as_str().map(str::trim) == Some(written);
        let configs = setting.project.configs.iter().map(|config| &config.root);
        let roots = configs.chain(setting.project.productions.iter().map(|production| &production.root));
        let shared = roots
            .flat_map(|root| OTHERS.iter().flat_map(|pattern| root.find(pattern)))
            .find(|(_, item)| same(item));
        let Some((path, other)) = shared else {
            let variable = written.trim_start_matches("${").split(['}', ':']).next().unwrap_or_default();
            if OF_OTHERS.iter().any(|word| variable.contains(word)) {
                findings
                    .at(setting.item.key_place(), format!("the secret of sign-in sessions is `{variable}`, which is named for something else"))
                    .severity(setting.severity(Severity::Low))
                    .confidence(Confidence::Medium)
                    .why("what leaks in one use opens the other, and neither can be changed alone")
                    .fix(Fix::manual("make a secret of its own for it, 32 random bytes or more"))
                    .evidence(setting.evidence());
            }
            continue;
        };
        findings
            .at(setting.item.key_place(), format!("the secret of sign-in sessions is also `{path}`"))
            .severity(setting.severity(Severity::Low))
            .why("what leaks in one use opens the other, and neither can be changed alone")
            .fix(Fix::manual("make a secret of its own for each, 32 random bytes or more"))
            .because(Some(&other.place), "the same variable")
            .evidence(setting.evidence());
    }
    Ok(())
}
