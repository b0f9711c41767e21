use super::ways_in;
use crate::fix::Edit;
use crate::kube::{Teller, written};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Annotations that switch the way from plain HTTP to TLS on or off.
const REDIRECTS: &[&str] = &[
    "nginx.ingress.kubernetes.io/ssl-redirect",
    "ingress.kubernetes.io/ssl-redirect",
    "haproxy.org/ssl-redirect",
    "haproxy-ingress.github.io/ssl-redirect",
    "appgw.ingress.kubernetes.io/ssl-redirect",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for way in ways_in(cx)? {
        let tls = way.root.at("spec.tls");
        // What has no TLS at all is found as that.
        if !tls.is_some_and(|tls| tls.as_map().is_some_and(|map| !map.is_empty()) || !tls.items().is_empty())
        {
            continue;
        }
        let off = |name: &&str| way.annotation(name).filter(|item| item.as_bool() == Some(false));
        let policy = tls.and_then(|tls| tls.get("insecureEdgeTerminationPolicy"));
        let found: Option<(&Item, Edit, String)> = if let Some(item) = REDIRECTS.iter().find_map(off) {
            Some((item, Edit::set(item, "true"), "does not send plain HTTP to TLS".to_owned()))
        } else {
            policy
                .filter(|policy| policy.as_str() == Some("Allow"))
                .map(|item| (item, Edit::set(item, "Redirect"), "also serves plain HTTP".to_owned()))
        };
        let Some((item, edit, what)) = found else { continue };
        let message = format!("{} {what}", way.label());
        if let Some(report) = tell.at(way, written(item), Severity::Medium, message) {
            report
                .why(
                    "who follows an old link signs in, and stays, where everybody on the network reads along",
                )
                .fix(way.fix("redirect to TLS", vec![edit]));
        }
    }
    Ok(())
}
