use serde_json::json;

use super::{confined, lacks, may_have_more, severity};
use crate::fix::Edit;
use crate::kube::{Container, Teller, written};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// As good as root on the node, or a way into other pods.
const DANGEROUS: &[&str] = &[
    "ALL",
    "SYS_ADMIN",
    "SYS_PTRACE",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "NET_ADMIN",
    "NET_RAW",
    "DAC_READ_SEARCH",
    "DAC_OVERRIDE",
    "BPF",
    "SETUID",
    "SETGID",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for (container, context) in confined(cx)? {
        added(container, context, &mut tell);
        kept(container, context, &mut tell);
    }
    Ok(())
}

fn name(item: &Item) -> Option<&str> {
    item.as_str().map(|name| name.strip_prefix("CAP_").unwrap_or(name))
}

fn added(container: Container<'_>, context: &Item, tell: &mut Teller<'_>) {
    let object = container.pod.object;
    for item in context.at("capabilities.add").map(Item::items).unwrap_or_default() {
        let Some(name) = name(item).filter(|name| DANGEROUS.contains(name)) else { continue };
        let message = format!("{} is given the capability {name}", container.label());
        if let Some(report) = tell.at(object, &item.place, severity(container, Severity::High), message) {
            report
                .why("a portal needs no capability; this one reaches beyond the container")
                .fix(object.fix("take it away", vec![Edit::remove(item)]));
        }
    }
}

fn kept(container: Container<'_>, context: &Item, tell: &mut Teller<'_>) {
    let object = container.pod.object;
    let capabilities = context.get("capabilities").filter(|item| !item.is_null());
    let (place, edit) = match capabilities {
        None if lacks(context, "capabilities") => {
            (written(context), Edit::add(context, "capabilities", json!({ "drop": ["ALL"] })))
        }
        Some(map) if !may_have_more(map) => match map.get("drop").filter(|item| !item.is_null()) {
            None => (written(map), Edit::add(map, "drop", json!(["ALL"]))),
            Some(drop) => {
                let enough = drop.items().iter().any(|item| item.is_unknown() || name(item) == Some("ALL"));
                if drop.is_unknown() || enough || drop.as_str() == Some("ALL") {
                    return;
                }
                (written(drop), Edit::set(drop, json!(["ALL"])))
            }
        },
        _ => return,
    };
    let message = format!("{} keeps capabilities that it does not need", container.label());
    if let Some(report) = tell.at(object, place, severity(container, Severity::Medium), message) {
        report
            .why("the runtime's default set holds raw sockets, changing owners and others that Node.js never uses")
            .fix(object.fix("drop all of them", vec![edit]));
    }
}
