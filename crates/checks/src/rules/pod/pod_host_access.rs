use super::meant_for_nodes;
use crate::fix::{Edit, Fix};
use crate::kube::{Teller, written};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    let manifests = cx.deployed()?;
    let volumes = manifests.objects.iter().filter(|object| object.belongs.is_own());
    for volume in volumes.filter(|object| &*object.kind == "PersistentVolume") {
        let Some(path) = volume.root.at("spec.hostPath") else { continue };
        let message = format!("{} is a folder of one node", volume.label());
        if let Some(report) = tell.at(volume, path.key_place(), Severity::Medium, message) {
            report
                .severity(Severity::Low)
                .why("whoever gets onto the node reads the database's files, and a pod on another node finds an empty one")
                .fix(Fix::manual("claim a volume of a storage class that the cluster has a driver for"));
        }
    }
    for pod in manifests.deployed_pods().into_iter().filter(|pod| !meant_for_nodes(*pod)) {
        let object = pod.object;
        for (key, what) in
            [("hostNetwork", "network"), ("hostPID", "processes"), ("hostIPC", "shared memory")]
        {
            let Some(flag) = pod.spec.get(key).filter(|flag| flag.is_true()) else { continue };
            let message = format!("the pod of {} shares the node's {what}", object.label());
            if let Some(report) = tell.at(object, written(flag), Severity::High, message) {
                report
                    .why("it reaches what listens and runs on the node, past every NetworkPolicy")
                    .fix(object.fix("take it away", vec![Edit::remove(flag)]));
            }
        }
        for (_, port) in pod.spec.find("containers.*.ports.*.hostPort") {
            let Some(number) = port.as_number().filter(|number| *number > 0.0) else { continue };
            let message = format!("the pod of {} opens port {number} of its node", object.label());
            if let Some(report) = tell.at(object, written(port), Severity::Medium, message) {
                report
                    .why("who reaches the node reaches it, past the ingress and its TLS")
                    .fix(object.fix("take it away, and reach it by a Service", vec![Edit::remove(port)]));
            }
        }
        for volume in pod.spec.get("volumes").map(Item::items).unwrap_or_default() {
            let Some(path) = volume.at("hostPath.path") else { continue };
            let Some(text) = path.as_str() else { continue };
            let (severity, why, what) = judge(text);
            let message = format!("the pod of {} mounts `{text}` of the node", object.label());
            if let Some(report) = tell.at(object, written(path), severity, message) {
                report.why(why).fix(Fix::manual(what));
            }
        }
    }
    Ok(())
}

/// How bad a mounted path of the node is, why, and what to do.
fn judge(path: &str) -> (Severity, &'static str, &'static str) {
    if path.to_ascii_lowercase().ends_with(".sock") {
        let why = "who can speak to the container runtime starts what it likes as root of the node";
        return (Severity::High, why, "build docs and images in CI (`techdocs.builder: external`)");
    }
    let system = ["/etc", "/root", "/home", "/proc", "/sys", "/dev", "/boot", "/run", "/usr"];
    let is_system = path == "/"
        || system.iter().any(|folder| path == *folder || path.starts_with(&format!("{folder}/")))
        || path.starts_with("/var/run")
        || path.starts_with("/var/lib/kubelet")
        || path.starts_with("/var/lib/docker");
    let why = "files of the node outlive the pod and are shared with whatever else mounts them";
    let severity = if is_system { Severity::High } else { Severity::Medium };
    (severity, why, "use a persistent volume, an `emptyDir` or a ConfigMap")
}
