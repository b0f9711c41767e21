use std::collections::BTreeSet;

use crate::fix::Fix;
use crate::kube::{Source, Teller};
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Inapplicable, check };

const KINDS: &[&str] = &[
    "NetworkPolicy",
    "CiliumNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "GlobalNetworkPolicy",
    "AdminNetworkPolicy",
    "AuthorizationPolicy",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let manifests = cx.manifests()?;
    // One anywhere may be meant for the portal's namespace.
    if manifests.objects.iter().any(|object| KINDS.contains(&object.kind.as_ref())) {
        return Ok(());
    }
    let mut tell = Teller::new(findings);
    let mut units: BTreeSet<&str> = BTreeSet::new();
    for pod in manifests.pods().into_iter().filter(|pod| pod.object.belongs.is_portal()) {
        let object = pod.object;
        // Terraform seldom holds all that a namespace has.
        if object.source == Source::Terraform || object.is_development() || pod.is_hook() {
            continue;
        }
        let place = object.root.get("kind").map_or(&object.root.place, Item::key_place);
        if !units.insert(&object.unit) {
            continue;
        }
        let message = format!("no NetworkPolicy is sent with {}", object.label());
        if let Some(report) = tell.at(object, place, Severity::Low, message) {
            report
                .confidence(Confidence::Medium)
                .why("every pod of the cluster reaches the portal past the ingress, and the portal reaches everything")
                .fix(Fix::manual(
                    "add one that admits the ingress controller, and lets out what the portal calls: database, DNS, SCM hosts, API servers",
                ));
        }
    }
    Ok(())
}
