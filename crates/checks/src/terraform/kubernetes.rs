//! The Kubernetes objects among the resources.

use std::sync::Arc;

use super::{Block, Terraform, release};
use crate::helm::Chart;
use crate::kube::{Object, Source, objects as of_document};
use crate::repo::Files;
use crate::{Item, Value};

/// Resources that are objects, without `_v1` and the like: of what kind.
const KINDS: &[(&str, &str, &str)] = &[
    ("kubernetes_deployment", "apps/v1", "Deployment"),
    ("kubernetes_stateful_set", "apps/v1", "StatefulSet"),
    ("kubernetes_daemonset", "apps/v1", "DaemonSet"),
    ("kubernetes_pod", "v1", "Pod"),
    ("kubernetes_job", "batch/v1", "Job"),
    ("kubernetes_cron_job", "batch/v1", "CronJob"),
    ("kubernetes_service", "v1", "Service"),
    ("kubernetes_ingress", "networking.k8s.io/v1", "Ingress"),
    ("kubernetes_network_policy", "networking.k8s.io/v1", "NetworkPolicy"),
    ("kubernetes_role", "rbac.authorization.k8s.io/v1", "Role"),
    ("kubernetes_cluster_role", "rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("kubernetes_role_binding", "rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("kubernetes_cluster_role_binding", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("kubernetes_service_account", "v1", "ServiceAccount"),
    ("kubernetes_secret", "v1", "Secret"),
    ("kubernetes_config_map", "v1", "ConfigMap"),
    ("kubernetes_namespace", "v1", "Namespace"),
];

/// Fields whose keys are people's own.
const OWN_KEYS: &[&str] =
    &["labels", "annotations", "data", "string_data", "match_labels", "node_selector", "limits", "requests"];

/// Blocks that are items of a list, and the list.
const LISTS: &[(&str, &str)] = &[
    ("container", "containers"),
    ("init_container", "initContainers"),
    ("env", "env"),
    ("env_from", "envFrom"),
    ("volume", "volumes"),
    ("volume_mount", "volumeMounts"),
    ("image_pull_secrets", "imagePullSecrets"),
    ("toleration", "tolerations"),
    ("rule", "rules"),
    ("subject", "subjects"),
    ("tls", "tls"),
    ("path", "paths"),
];

/// The objects that modules make.
pub(crate) fn objects(terraform: &Terraform, files: &Files, charts: &[Chart]) -> Vec<Object> {
    let mut all = Vec::new();
    for module in &terraform.modules {
        for block in module.all("resource") {
            match &*block.kind {
                "kubernetes_manifest" => {
                    let manifest = block.at("manifest");
                    all.extend(
                        manifest
                            .into_iter()
                            .flat_map(|root| of_document(root, Source::Terraform, &module.folder)),
                    );
                }
                "kubectl_manifest" => {
                    let Some(body) = block.at("yaml_body") else { continue };
                    // `yamlencode` of it, or YAML.
                    if body.as_map().is_some() {
                        all.extend(of_document(body, Source::Terraform, &module.folder));
                    }
                    for root in release::documents(files, body) {
                        all.extend(of_document(&root, Source::Terraform, &module.folder));
                    }
                }
                "helm_release" => all.extend(release::objects(files, charts, block, &module.folder)),
                _ => all.extend(
                    object(block).and_then(|root| Object::of(&root, Source::Terraform, &module.folder)),
                ),
            }
        }
    }
    all
}

fn object(block: &Block) -> Option<Item> {
    let plain =
        block.kind.rsplit_once("_v").filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()));
    let kind = plain.map_or(&*block.kind, |(kind, _)| kind);
    let (_, version, kind) = KINDS.iter().find(|(name, ..)| *name == kind)?;
    let mut root = converted(&block.body, "");
    let text = |text: &str| {
        let mut item = Item::new(Value::String(Arc::from(text)), block.kind_place.clone());
        item.key = Some(block.kind_place.clone());
        item
    };
    let Value::Map(map) = &mut root.value else { return None };
    for own in ["count", "forEach", "dependsOn", "provider", "lifecycle", "timeouts"] {
        map.shift_remove(own);
    }
    // The provider encodes what is written plainly.
    if *kind == "Secret"
        && let Some(data) = map.shift_remove("data")
    {
        map.insert(Arc::from("stringData"), data);
    }
    map.insert(Arc::from("apiVersion"), text(version));
    map.insert(Arc::from("kind"), text(kind));
    Some(root)
}

/// The same in the words of the cluster.
fn converted(item: &Item, parent: &str) -> Item {
    let value = match &item.value {
        Value::Map(map) => Value::Map(
            map.iter()
                .map(|(key, value)| {
                    if OWN_KEYS.contains(&&**key)
                        || (&**key == "selector"
                            && value.as_map().is_some_and(|map| !map.contains_key("match_labels")))
                    {
                        return (Arc::from(camel(key)), value.clone());
                    }
                    let mut below = converted(value, key);
                    let is_block = matches!(&value.value, Value::Map(_))
                        || value.items().iter().any(|item| item.as_map().is_some());
                    let list = LISTS.iter().find(|(name, _)| *name == &**key).map(|(_, list)| *list);
                    // A port is a block of a container and of a Service, and something else elsewhere.
                    let list = list.or((&**key == "port" && parent != "service").then_some("ports"));
                    match list {
                        Some(list) if is_block => {
                            if !matches!(below.value, Value::Seq(_)) {
                                let mut all = Item::new(Value::Null, below.place.clone());
                                all.key.clone_from(&below.key);
                                all.value = Value::Seq(vec![below]);
                                below = all;
                            }
                            (Arc::from(list), below)
                        }
                        _ => (Arc::from(camel(key)), below),
                    }
                })
                .collect(),
        ),
        Value::Seq(items) => Value::Seq(items.iter().map(|item| converted(item, parent)).collect()),
        other => other.clone(),
    };
    Item { value, place: item.place.clone(), key: item.key.clone(), overrode: Vec::new() }
}

fn camel(name: &str) -> String {
    match name {
        "cluster_ip" => return "clusterIP".to_owned(),
        "external_ips" => return "externalIPs".to_owned(),
        "host_ipc" => return "hostIPC".to_owned(),
        "host_pid" => return "hostPID".to_owned(),
        "load_balancer_ip" => return "loadBalancerIP".to_owned(),
        _ => {}
    }
    let mut parts = name.split('_');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut chars = part.chars();
        all.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        all.push_str(chars.as_str());
    }
    all
}
