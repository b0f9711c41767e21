use std::collections::BTreeSet;

use super::may_have_more;
use crate::fix::Edit;
use crate::kube::{Grant, Teller};
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let manifests = cx.manifests()?;
    if uses_own_cluster(cx)? {
        return Ok(());
    }
    let grants = manifests.grants();
    let granted: BTreeSet<&str> = grants.iter().flat_map(subjects).collect();
    let mut tell = Teller::new(findings);
    for account in manifests.of_kinds(&["ServiceAccount"]) {
        let automount = account.root.get("automountServiceAccountToken");
        let may_be_off = automount.is_some_and(|flag| flag.is_unknown() || flag.as_bool() == Some(false));
        if may_be_off || may_have_more(&account.root) || granted.contains(&*account.name) {
            continue;
        }
        let is_used = manifests.pods().into_iter().any(|pod| {
            let mounts = pod.spec.get("automountServiceAccountToken");
            pod.object.belongs.is_portal()
                && pod.object.unit == account.unit
                && pod.account().and_then(Item::as_str) == Some(&*account.name)
                && !mounts.is_some_and(|flag| flag.is_unknown() || flag.as_bool() == Some(false))
        });
        let Some(kind) = account.root.get("kind").filter(|_| is_used) else { continue };
        let message = format!("the token of {} is mounted, and nothing here uses it", account.label());
        if let Some(report) = tell.at(account, kind.key_place(), Severity::Low, message) {
            let edit = match automount {
                Some(flag) => Edit::set(flag, false),
                None => Edit::add(&account.root, "automountServiceAccountToken", false),
            };
            report
                .why("no configured cluster signs in with it; who reads a file of the pod speaks to the API server")
                .fix(account.fix("set `automountServiceAccountToken: false`", vec![edit]));
        }
    }
    Ok(())
}

fn subjects<'a>(grant: &Grant<'a>) -> Vec<&'a str> {
    let subjects = grant.binding.and_then(|binding| binding.root.get("subjects")).map(Item::items);
    let names = subjects.unwrap_or_default().iter().filter_map(|subject| subject.get("name"));
    names.filter_map(Item::as_str).collect()
}

/// Whether some configuration speaks to a cluster as the pod's account, or may do so.
fn uses_own_cluster(cx: &Context<'_>) -> Result<bool, Skip> {
    let mut uses = false;
    for production in cx.productions()? {
        uses |= !production.missing().is_empty();
        production.root.walk(&mut |path, item| {
            let text = item.as_str().unwrap_or_default();
            uses |= text.contains("/var/run/secrets/kubernetes.io")
                || (path.ends_with("authProvider") && text == "serviceAccount")
                || (path.starts_with("kubernetes") && item.is_unknown());
        });
    }
    Ok(uses)
}
