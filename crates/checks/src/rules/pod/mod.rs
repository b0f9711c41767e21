//! What confines a pod.

use crate::kube::{Container, Manifests, Pod, Teller, written};
use crate::rule::Skip;
use crate::{Context, Item, Place, Severity};

super::topic! {
    workflow_script_parameters "workflow-script-parameters",
    container_no_security_context "container-no-security-context",
    pod_no_security_context "pod-no-security-context",
    container_may_run_as_root "container-may-run-as-root",
    container_root_writable "container-root-writable",
    container_may_escalate "container-may-escalate",
    container_capabilities "container-capabilities",
    container_privileged "container-privileged",
    container_no_seccomp "container-no-seccomp",
    security_field_misplaced "security-field-misplaced",
    pod_host_access "pod-host-access",
    namespace_admits_privileged "namespace-admits-privileged",
    default_service_account "default-service-account",
    service_account_token_unused "service-account-token-unused",
    container_no_limits "container-no-limits",
    container_image_unpinned "container-image-unpinned",
    image_unmaintained "image-unmaintained",
    template_workload_unconfined "template-workload-unconfined",
    template_image_unpinned "template-image-unpinned",
    container_no_probes "container-no-probes",
    secret_plain_env "secret-plain-env",
}

/// The security context of a container.
enum Confinement<'a> {
    /// It has none, or an empty one: where to write it.
    Absent(&'a Place),
    /// Something that is only known when it runs may be in it.
    Unknown,
    /// What it says.
    Says(&'a Item),
}

fn confinement(container: Container<'_>) -> Confinement<'_> {
    match container.context() {
        None if may_have_more(container.item) => Confinement::Unknown,
        None => Confinement::Absent(container.place()),
        Some(context) if context.is_unknown() => Confinement::Unknown,
        Some(context) if is_empty(context) => Confinement::Absent(written(context)),
        Some(context) => Confinement::Says(context),
    }
}

/// Whether a map has entries of which not even the names are known.
fn may_have_more(map: &Item) -> bool {
    map.is_unknown() || map.get("?").is_some()
}

fn is_empty(item: &Item) -> bool {
    item.is_null() || item.as_map().is_some_and(indexmap::IndexMap::is_empty)
}

/// Whether a map surely has no such field.
fn lacks(map: &Item, field: &str) -> bool {
    !may_have_more(map) && map.get(field).is_none_or(Item::is_null)
}

/// The containers of pods, those that other pods have beside the portal's too.
fn containers(manifests: &Manifests) -> Vec<Container<'_>> {
    manifests.pods().into_iter().flat_map(crate::kube::Pod::containers).collect()
}

/// The containers of everything that the repository deploys. Of what has nothing to do with the portal the first container
/// of each pod stands for all, and what runs once is left out.
fn deployed(manifests: &Manifests) -> Vec<Container<'_>> {
    let runs_once = |pod: &Pod<'_>| matches!(&*pod.object.kind, "Job" | "Pod") || pod.is_hook();
    let pods = manifests.deployed_pods().into_iter();
    pods.filter(|pod| pod.object.belongs.is_near() || !runs_once(pod))
        .flat_map(|pod| {
            let count = if pod.object.belongs.is_near() { usize::MAX } else { 1 };
            pod.containers().into_iter().take(count)
        })
        .collect()
}

/// Whether a pod that has nothing to do with the portal is there for the nodes: collectors of logs, drivers of storage.
fn meant_for_nodes(pod: Pod<'_>) -> bool {
    !pod.object.belongs.is_near() && &*pod.object.kind == "DaemonSet"
}

/// Containers with a security context that says something: those of which details are asked.
fn confined<'a>(cx: &Context<'a>) -> Result<Vec<(Container<'a>, &'a Item)>, Skip> {
    let says = |container: Container<'a>| match confinement(container) {
        Confinement::Says(context) => Some((container, context)),
        _ => None,
    };
    Ok(containers(cx.manifests()?).into_iter().filter_map(says).collect())
}

/// How bad something is in a container that is this bad in one that keeps running.
fn severity(container: Container<'_>, running: Severity) -> Severity {
    running.less(u8::from(container.init) + u8::from(container.pod.is_hook()))
}

/// Adds a field to security contexts.
struct Field<'a> {
    tell: Teller<'a>,
    name: &'static str,
    value: serde_json::Value,
    severity: Severity,
    why: &'static str,
}

impl Field<'_> {
    /// Reports that the field has a value that it should not have, or is missing.
    fn report(&mut self, container: Container<'_>, context: &Item, message: String) {
        use crate::fix::Edit;
        let object = container.pod.object;
        let present = context.get(self.name).filter(|item| !item.is_null());
        let place = present.map_or_else(|| written(context), written);
        let edit = match present {
            Some(item) => Edit::set(item, self.value.clone()),
            None => Edit::add(context, self.name, self.value.clone()),
        };
        if let Some(report) = self.tell.at(object, place, severity(container, self.severity), message) {
            // Where the image writes has to be known first.
            let (what, edits) = match self.name {
                "readOnlyRootFilesystem" => (
                    "set `readOnlyRootFilesystem: true`, with an `emptyDir` at /tmp and where else it writes"
                        .to_owned(),
                    vec![],
                ),
                name => (format!("set `{name}: {}`", self.value), vec![edit]),
            };
            report.why(self.why).fix(object.fix(what, edits));
        }
    }
}
