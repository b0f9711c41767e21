use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::High, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("auth.providers.*")?.filter(|setting| !setting.is_for_development()) {
        let item = setting.item;
        let provider = setting.path.rsplit('.').next().unwrap_or_default();
        let has = |key: &str| {
            let path = format!("{}.{key}", setting.path);
            is_set(item.get(key))
                || cx.productions().is_ok_and(|all| all.iter().any(|one| is_set(one.at(&path))))
        };
        let (confidence, message, fix) = match provider {
            "oauth2Proxy" => (
                Confidence::Medium,
                "`oauth2Proxy` believes the headers of a request without checking them",
                "admit requests from the proxy only (a NetworkPolicy, or one pod), or use a provider that verifies, such as OIDC",
            ),
            "azureEasyAuth" => (
                Confidence::Medium,
                "`azureEasyAuth` reads a token's claims without checking its signature",
                "make sure that the backend is reachable through App Service authentication only, or use the Microsoft provider",
            ),
            "awsalb" | "aws-alb" if !has("signer") => (
                Confidence::High,
                "`awsalb` takes a header signed by any load balancer of the region",
                "set `signer` to the ARN of your load balancer",
            ),
            "awsalb" | "aws-alb" if !has("issuer") => (
                Confidence::High,
                "`awsalb` does not look at who issued the identity",
                "set `issuer` to your identity provider",
            ),
            _ => continue,
        };
        if item.is_null() {
            continue;
        }
        findings
            .at(item.key_place(), message)
            .severity(setting.severity(Severity::High))
            .confidence(confidence)
            .why("who reaches the backend around the proxy signs in as whom the header names")
            .fix(Fix::manual(fix))
            .evidence(setting.evidence());
    }
    Ok(())
}

fn is_set(item: Option<&Item>) -> bool {
    item.is_some_and(|item| !item.is_null())
}
