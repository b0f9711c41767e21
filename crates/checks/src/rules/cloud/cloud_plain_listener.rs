use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

/// What serves a portal over plain HTTP as well, unless a flag says this.
const FLAGS: &[(&str, &str, bool)] = &[
    ("azurerm_app_service", "https_only", true),
    ("azurerm_linux_web_app", "https_only", true),
    ("azurerm_windows_web_app", "https_only", true),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for listener in super::resources(cx, &["aws_lb_listener", "aws_alb_listener"])? {
        let actions = listener.at("default_action").map(Item::one_or_many).unwrap_or_default();
        let forwards = |action: &Item| {
            action.get("type").and_then(Item::as_str).is_some_and(|kind| kind.starts_with("forward"))
        };
        for protocol in super::decided(cx, listener, "protocol") {
            if protocol.as_str() == Some("HTTP") && actions.iter().any(forwards) {
                report(findings, protocol.key_place(), listener.label(), Severity::High)
                    .fix(Fix::manual("listen with HTTPS, and let the plain listener only redirect"));
            }
        }
    }
    for balancer in super::published(cx, "terraform-aws-modules/alb/aws")? {
        let named =
            balancer.at("listeners").into_iter().flat_map(Item::entries).map(|(_, listener)| listener);
        let listed = balancer.at("http_tcp_listeners").map(Item::one_or_many).unwrap_or_default();
        for listener in named.chain(listed) {
            let protocol = listener.get("protocol").filter(|item| item.as_str() == Some("HTTP"));
            let forwards = ["forward", "weighted_forward", "target_group_index"]
                .iter()
                .any(|key| listener.get(key).is_some());
            let redirects = listener.get("redirect").is_some() || listener.get("action_type").is_some();
            if let (Some(protocol), true, false) = (protocol, forwards, redirects) {
                report(findings, protocol.key_place(), balancer.label(), Severity::High)
                    .fix(Fix::manual("listen with HTTPS, and let the plain listener only redirect"));
            }
        }
    }
    for (kind, flag, safe) in FLAGS {
        for app in super::resources(cx, &[kind])? {
            for place in super::flagged(cx, app, flag, !safe, false) {
                report(findings, place, app.label(), Severity::Medium)
                    .fix(Fix::manual(format!("set `{flag} = {safe}`")));
            }
        }
    }
    for app in super::resources(cx, &["azurerm_container_app"])? {
        for item in super::decided(cx, app, "ingress.allow_insecure_connections") {
            if item.is_true() {
                report(findings, item.key_place(), app.label(), Severity::Medium).fix(Fix::manual(
                    "leave `allow_insecure_connections` away: plain requests are redirected then",
                ));
            }
        }
    }
    for distribution in super::resources(cx, &["aws_cloudfront_distribution"])? {
        for path in ["default_cache_behavior", "ordered_cache_behavior"] {
            for behaviour in distribution.at(path).map(Item::one_or_many).unwrap_or_default() {
                let policy = behaviour.get("viewer_protocol_policy");
                if let Some(item) = policy.filter(|item| item.as_str() == Some("allow-all")) {
                    report(findings, item.key_place(), distribution.label(), Severity::Medium)
                        .fix(Fix::manual("set it to `redirect-to-https`"));
                }
            }
        }
    }
    google(cx, findings)
}

/// Proxies of Google's that take plain HTTP, where no map of addresses redirects.
fn google(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for module in cx.infrastructure()? {
        let redirects = module
            .resources(&["google_compute_url_map", "google_compute_region_url_map"])
            .any(|map| map.at("default_url_redirect").is_some());
        let proxies = ["google_compute_target_http_proxy", "google_compute_region_target_http_proxy"];
        for proxy in module.resources(&proxies).filter(|_| !redirects) {
            report(findings, &proxy.kind_place, proxy.label(), Severity::High).fix(Fix::manual(
                "use a proxy for HTTPS, and a map of addresses that redirects plain requests",
            ));
        }
    }
    Ok(())
}

fn report<'f>(
    findings: &'f mut Findings,
    place: &Place,
    label: &str,
    severity: Severity,
) -> crate::finding::Report<'f> {
    findings
        .at(place, format!("`{label}` serves the portal without TLS"))
        .severity(severity)
        .why("tokens and cookies can be read and changed on the way")
}
