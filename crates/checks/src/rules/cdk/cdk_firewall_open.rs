use crate::code::CallAt;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Ports that only programs of one's own speak to, or those who run them.
const PORTS: &[&str] =
    &["22", "1433", "3306", "3389", "5432", "6379", "7007", "9229", "11211", "27017", "9200"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (code, module) in super::modules(cx)? {
        for call in code.calls_in(module) {
            let Some(what) = opened(call) else { continue };
            findings
                .at(
                    &call.at.module.place(call.name_span()),
                    format!("the whole internet is let in at {what}"),
                )
                .why("what is meant for the portal alone, or for those who run it, can be tried by anybody")
                .fix(Fix::manual(
                    "let in the portal's own security group, or the network that people come from",
                ));
        }
    }
    Ok(())
}

/// What a call lets everybody reach.
fn opened(call: CallAt<'_>) -> Option<String> {
    let is_any = |at: usize| {
        call.arg(at).is_some_and(|peer| {
            let source = peer.source();
            source.contains(".anyIpv4()") || source.contains(".anyIpv6()") || source.contains("0.0.0.0/0")
        })
    };
    match call.name()? {
        "addIngressRule" | "allowFrom" if is_any(0) => port(call.arg(1)?.source()),
        "allowFromAnyIpv4" => port(call.arg(0)?.source()),
        // Only databases and load balancers have one; that of a load balancer is for everybody.
        "allowDefaultPortFromAnyIpv4" => {
            let whose = call.receiver()?.source().to_ascii_lowercase();
            ["database", "db", "cluster", "rds", "aurora", "redis", "postgres"]
                .iter()
                .any(|word| whose.contains(word))
                .then(|| "the database's port".to_owned())
        }
        _ => None,
    }
}

fn port(source: &str) -> Option<String> {
    if ["Port.allTraffic()", "Port.allTcp()", "Port.tcpRange(0,", "Port.tcpRange(1,"]
        .iter()
        .any(|all| source.contains(all))
    {
        return Some("every port".to_owned());
    }
    let number = source.split_once("Port.tcp(")?.1.split(')').next()?.trim();
    PORTS.contains(&number).then(|| format!("port {number}"))
}
