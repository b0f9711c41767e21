use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::ClusterTls, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("kubernetes.clusterLocatorMethods.*.clusters.*.url")? {
        let Some(url) =
            setting.item.as_str().filter(|url| url.trim().to_ascii_lowercase().starts_with("http://"))
        else {
            continue;
        };
        let host = url.trim()["http://".len()..].split(['/', ':']).next().unwrap_or_default().to_owned();
        if matches!(host.as_str(), "localhost" | "127.0.0.1") {
            continue;
        }
        findings
            .at(&setting.item.place, format!("the cluster at `{host}` is spoken to over plain HTTP"))
            .severity(setting.severity(Severity::High))
            .why("the token of the plugin's service account passes in the clear")
            .fix(Fix::manual("use the API server's https address"))
            .evidence(setting.evidence());
    }
    Ok(())
}
