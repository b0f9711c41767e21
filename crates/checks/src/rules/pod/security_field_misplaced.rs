use crate::kube::{Pod, Teller};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Fields that only the security context of a container has.
const OF_CONTAINERS: &[&str] =
    &["allowPrivilegeEscalation", "capabilities", "privileged", "readOnlyRootFilesystem", "procMount"];
/// Fields that only the security context of a pod has.
const OF_PODS: &[&str] = &["fsGroup", "fsGroupChangePolicy", "supplementalGroups", "sysctls"];
/// Fields that both have, and nothing else.
const OF_BOTH: &[&str] = &["runAsNonRoot", "runAsUser", "runAsGroup", "seccompProfile"];
/// Fields of a container that confine nothing, but are missed where they are not.
const BESIDE: &[&str] = &["volumeMounts", "env", "envFrom", "livenessProbe", "readinessProbe", "ports"];
/// Fields of a pod that say what it shares, or mounts.
const SHARED: &[&str] = &["automountServiceAccountToken", "serviceAccountName", "volumes"];

struct Misplaced<'a> {
    name: &'static str,
    item: &'a Item,
    /// What has no such field.
    wrong: &'static str,
    /// Where it belongs.
    right: &'static str,
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for pod in cx.manifests()?.pods() {
        let mut found: Vec<Misplaced<'_>> = Vec::new();
        if let Some(context) = pod.spec.get("securityContext") {
            add(&mut found, context, &[OF_CONTAINERS, BESIDE], "a pod's security context", "the container's");
        }
        add(&mut found, pod.spec, &[OF_CONTAINERS, OF_PODS, OF_BOTH], "a pod", "a security context");
        add(&mut found, pod.spec, &[BESIDE], "a pod", "its container");
        above(pod, &mut found);
        for container in pod.containers() {
            if let Some(context) = container.context() {
                add(&mut found, context, &[OF_PODS, SHARED], "a container's security context", "the pod's");
            }
            add(
                &mut found,
                container.item,
                &[OF_CONTAINERS, OF_BOTH],
                "a container",
                "its `securityContext`",
            );
            add(&mut found, container.item, &[SHARED], "a container", "the pod");
        }
        for Misplaced { name, item, wrong, right } in found {
            let message = format!("`{name}` is no field of {wrong}");
            if let Some(report) = tell.at(pod.object, item.key_place(), Severity::Medium, message) {
                report
                    .why("the cluster drops it or refuses the manifest, and what it should do is not done")
                    .fix(crate::fix::Fix::manual(format!("move it to {right}")));
            }
        }
    }
    Ok(())
}

fn add<'a>(
    found: &mut Vec<Misplaced<'a>>,
    map: &'a Item,
    fields: &[&[&'static str]],
    wrong: &'static str,
    right: &'static str,
) {
    for name in fields.iter().copied().flatten() {
        found.extend(map.get(name).map(|item| Misplaced { name, item, wrong, right }));
    }
}

/// A security context one level too high: beside `template`.
fn above<'a>(pod: Pod<'a>, found: &mut Vec<Misplaced<'a>>) {
    let spec = pod.object.root.get("spec").filter(|spec| spec.get("template").is_some());
    if let Some(context) = spec.and_then(|spec| spec.get("securityContext")) {
        let (name, wrong, right) = ("securityContext", "what makes the pod", "`template.spec`");
        found.push(Misplaced { name, item: context, wrong, right });
    }
}
