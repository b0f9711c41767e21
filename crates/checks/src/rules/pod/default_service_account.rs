use super::may_have_more;
use crate::fix::Edit;
use crate::kube::{Pod, Teller, written};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    let manifests = cx.manifests()?;
    // A default account that is told to hand out no token does no harm.
    let is_mute = manifests.of_kinds(&["ServiceAccount"]).any(|account| {
        &*account.name == "default" && is_off(account.root.get("automountServiceAccountToken"))
    });
    for pod in manifests.pods().into_iter().filter(|pod| pod.object.belongs.is_portal()) {
        if is_mute || !is_default(pod) || may_have_more(pod.spec) || pod.is_hook() {
            continue;
        }
        let automount = pod.spec.get("automountServiceAccountToken");
        if is_off(automount) {
            continue;
        }
        let object = pod.object;
        let place = pod.account().map_or(pod.place(), written);
        let message =
            format!("{} runs as the default service account, whose token is mounted", object.label());
        if let Some(report) = tell.at(object, place, Severity::Medium, message) {
            let edit = match automount {
                Some(flag) => Edit::set(flag, false),
                None => Edit::add(pod.spec, "automountServiceAccountToken", false),
            };
            report
                .why("what any pod of the namespace is granted by way of the default account, the portal has")
                .fix(object.fix(
                    "mount no token, or give the portal an account of its own with what its plugins read",
                    vec![edit],
                ));
        }
    }
    Ok(())
}

/// Whether it surely runs as the default account.
fn is_default(pod: Pod<'_>) -> bool {
    pod.account().is_none_or(|account| account.is_null() || matches!(account.as_str(), Some("default" | "")))
}

/// Whether it says, or may say, that no token is mounted.
fn is_off(flag: Option<&Item>) -> bool {
    flag.is_some_and(|flag| flag.is_unknown() || flag.as_bool() == Some(false))
}
