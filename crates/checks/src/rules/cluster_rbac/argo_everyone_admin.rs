use crate::fix::Fix;
use crate::kube::Teller;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::High,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let manifests = cx.deployed_or_given()?;
    let mut tell = Teller::new(findings);
    let maps =
        manifests.objects.iter().filter(|object| object.belongs.is_own() && &*object.kind == "ConfigMap");
    for map in maps.filter(|map| map.name.starts_with("argocd-") && map.name.ends_with("-cm")) {
        for (key, value) in map.root.get("data").into_iter().flat_map(Item::entries) {
            let Some((severity, what)) = judge(key, value) else { continue };
            // The cluster's deployer is as good as the cluster, whoever's it is.
            if let Some(report) = tell.at(map, value.key_place(), severity, what) {
                report.severity(severity.less(u8::from(map.is_development()))).why(WHY).fix(Fix::manual(FIX));
            }
        }
    }
    for given in cx.given() {
        let mut found = Vec::new();
        given.values.walk(&mut |path, item| {
            // Keys of these maps hold dots, as do the paths that lead to them.
            let key = ["policy.default", "users.anonymous.enabled"].into_iter().find(|key| {
                path.strip_suffix(key).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            });
            found.extend(key.and_then(|key| judge(key, item)).map(|(severity, what)| (item, severity, what)));
        });
        for (item, severity, what) in found {
            if let Some(report) = tell.elsewhere(item.key_place(), severity, what) {
                report.why(WHY).fix(Fix::manual(FIX));
            }
        }
    }
    Ok(())
}

const WHY: &str = "what deploys to the cluster can deploy anything: who may use it has the cluster, the portal and its secrets";
const FIX: &str = "leave `policy.default` empty or `role:readonly`, leave anonymous users off, and name groups in `policy.csv`";

/// What a setting of Argo CD opens, and how bad that is.
fn judge(key: &str, value: &Item) -> Option<(Severity, &'static str)> {
    let is_on = value.as_bool() == Some(true) || value.as_str() == Some("true");
    match key {
        "policy.default" if value.as_str() == Some("role:admin") => {
            Some((Severity::High, "everybody who signs in to Argo CD is its administrator"))
        }
        "users.anonymous.enabled" if is_on => {
            Some((Severity::High, "Argo CD answers strangers: anonymous users are on"))
        }
        _ => None,
    }
}
