use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in super::productions(cx)? {
        let sources = production.at("stagedoor.edge.allowedSources");
        let is_bounded = sources.is_some_and(|sources| !sources.items().is_empty() || sources.is_unknown());
        let listen = production.at("backend.listen");
        let host = listen.and_then(|listen| listen.get("host").unwrap_or(listen).as_str());
        let is_local = host.is_some_and(|host| {
            host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")
        });
        // What is not here may bound it.
        if is_bounded || is_local || !production.missing().is_empty() {
            continue;
        }
        findings
            .at(production.near("stagedoor.edge.allowedSources"), "clients of any address are let in")
            .confidence(Confidence::Medium)
            .why("a firewall in front may say who reaches the portal; this door says nothing of it")
            .fix(Fix::manual("set `stagedoor.edge.allowedSources` to the networks that people work from"))
            .evidence([production.how.clone()]);
    }
    Ok(())
}
