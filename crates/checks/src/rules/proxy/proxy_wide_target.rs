use super::endpoint::{Field, fields, target};
use crate::fix::Fix;
use crate::rules::http::{host, is_loopback};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::High, serve: Serve::Reports, check };

/// Services with one API for everything that a token may do there.
const APIS: &[&str] = &[
    "api.github.com",
    "gitlab.com",
    "api.bitbucket.org",
    "dev.azure.com",
    "api.atlassian.com",
    "api.cloudflare.com",
    "management.azure.com",
    "graph.microsoft.com",
    "www.googleapis.com",
    "slack.com",
    "app.terraform.io",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for field in fields(*cx, "")? {
        let Some(written) = target(field.setting.item) else { continue };
        let Some((severity, what, why)) = written.as_str().and_then(|url| judged(url, &field)) else {
            continue;
        };
        findings
            .at(&written.place, format!("`{}` leads to {what}", field.endpoint))
            .severity(field.setting.severity(severity))
            .why(why)
            .fix(Fix::manual(
                "name in `target` the one path that is needed, with `allowedMethods`, or remove the endpoint",
            ))
            .evidence(field.setting.evidence());
    }
    Ok(())
}

/// Whether it is where `kubectl proxy` listens, whose credentials are often an administrator's.
fn is_kubectl_proxy(url: &str, host: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    is_loopback(host) && authority.ends_with(":8001")
}

fn judged(url: &str, field: &Field<'_>) -> Option<(Severity, String, &'static str)> {
    let host = host(url)?;
    if host == "kubernetes"
        || host.starts_with("kubernetes.default")
        || url.contains("KUBERNETES_SERVICE_HOST")
        || is_kubectl_proxy(url, &host)
    {
        return Some((
            Severity::High,
            "the API of the cluster".to_owned(),
            "no permission of the Kubernetes plugin is asked: the credential that is sent decides, for everybody alike",
        ));
    }
    if matches!(
        host.as_str(),
        "169.254.169.254" | "metadata.google.internal" | "[fd00:ec2::254]" | "100.100.100.200"
    ) {
        return Some((
            Severity::High,
            "the metadata service of the cloud".to_owned(),
            "it gives out the credentials of the machine, to whoever signs in",
        ));
    }
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path).trim_matches('/');
    let is_root =
        path.is_empty() || path.split('/').all(|part| matches!(part, "api" | "v1" | "v2" | "v3" | "v4"));
    (field.lends().is_some() && is_root && APIS.contains(&host.as_str())).then(|| {
        (
            Severity::Medium,
            format!("all of `{host}` with the portal's credential"),
            "everything that the token may do there, in every project, is open to every user of the portal",
        )
    })
}
