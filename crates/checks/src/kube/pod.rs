//! Pods, whatever makes them.

use crate::Item;
use crate::kube::{Container, Object};

/// The specification of a pod.
#[derive(Clone, Copy, Debug)]
pub struct Pod<'a> {
    /// What makes it.
    pub object: &'a Object,
    /// Its `metadata`, if it has one.
    pub metadata: Option<&'a Item>,
    /// Its `spec`.
    pub spec: &'a Item,
}

impl<'a> Pod<'a> {
    /// The pod that an object makes.
    pub fn of(object: &'a Object) -> Option<Self> {
        let holder = match (object.group(), object.kind.as_ref()) {
            ("", "Pod") => &object.root,
            ("", "PodTemplate") => object.root.get("template")?,
            ("batch", "CronJob") => object.root.at("spec.jobTemplate.spec.template")?,
            ("serving.knative.dev", "Service" | "Configuration")
            | (
                _,
                "Deployment"
                | "StatefulSet"
                | "DaemonSet"
                | "ReplicaSet"
                | "Job"
                | "ReplicationController"
                | "DeploymentConfig"
                | "Rollout",
            ) => object.root.at("spec.template")?,
            _ => return None,
        };
        let spec = holder.get("spec")?;
        spec.as_map()?;
        Some(Self { object, metadata: holder.get("metadata"), spec })
    }

    /// All its containers, those that run first too.
    pub fn containers(self) -> Vec<Container<'a>> {
        let of = |key: &str, init: bool| {
            let items = self.spec.get(key).map(Item::items).unwrap_or_default();
            items.iter().filter(|item| item.as_map().is_some()).map(move |item| Container {
                pod: self,
                item,
                init,
            })
        };
        of("containers", false).chain(of("initContainers", true)).collect()
    }

    /// Whether it is not the portal's, and there are to be none of it: `replicas: 0`. A portal without any is one that an
    /// overlay or a person starts.
    pub fn is_parked(self) -> bool {
        let replicas = self.object.root.at("spec.replicas").and_then(Item::as_number);
        !self.object.belongs.is_portal() && replicas == Some(0.0)
    }

    /// The account it runs as.
    pub fn account(self) -> Option<&'a Item> {
        self.spec.get("serviceAccountName").or_else(|| self.spec.get("serviceAccount"))
    }

    /// A field of its security context, if that is known.
    pub fn security(self, field: &str) -> Option<&'a Item> {
        self.spec.get("securityContext")?.get(field)
    }

    /// Whether its security context is not known.
    pub fn has_unknown_security(self) -> bool {
        self.spec.get("securityContext").is_some_and(has_unknown)
    }

    /// Where to point for something that the pod lacks: where its specification begins.
    pub fn place(self) -> &'a crate::Place {
        self.spec.key_place()
    }

    /// Whether it runs once when a chart is installed, or is a chart's test.
    pub fn is_hook(self) -> bool {
        self.hook().is_some()
    }

    /// Whether it is a chart's test, which only runs when somebody asks for it.
    pub fn is_test(self) -> bool {
        self.hook().and_then(Item::as_str).is_some_and(|hook| hook.contains("test"))
    }

    fn hook(self) -> Option<&'a Item> {
        let of = |item: &'a Item| item.get("annotations")?.get("helm.sh/hook");
        self.metadata.and_then(of).or_else(|| self.object.root.get("metadata").and_then(of))
    }
}

/// Whether a map is unknown, or has entries that are.
pub(crate) fn has_unknown(item: &Item) -> bool {
    item.is_unknown() || item.entries().any(|(key, value)| &**key == "?" || value.is_unknown())
}
