//! One object.

use std::sync::Arc;

use crate::finding::Step;
use crate::kube::Belongs;
use crate::{Confidence, Item, Severity, Value};

/// A Kubernetes object, as it would be sent to a cluster.
#[derive(Clone, Debug)]
pub struct Object {
    /// `apps/v1`.
    pub api_version: Arc<str>,
    /// `Deployment`.
    pub kind: Arc<str>,
    /// Empty where it is only known when it is rendered.
    pub name: Arc<str>,
    /// None where it does not say.
    pub namespace: Option<Arc<str>>,
    /// All of it.
    pub root: Item,
    /// What it is written in.
    pub source: Source,
    /// What is rendered and sent together: a kustomization, a chart with values, a folder.
    pub unit: Arc<str>,
    /// How it comes to be, where that is more than one file.
    pub how: Option<Step>,
    /// What decides whether it is there, where that is not known.
    pub condition: Option<Arc<str>>,
    /// Whose it is.
    pub belongs: Belongs,
}

/// What an object is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A manifest.
    Plain,
    /// A kustomization.
    Kustomize,
    /// A chart.
    Helm,
    /// A Terraform resource.
    Terraform,
}

impl Object {
    /// An object, if the tree is one that a cluster knows.
    pub(crate) fn of(root: &Item, source: Source, unit: &Arc<str>) -> Option<Self> {
        let kind: Arc<str> = Arc::from(root.get("kind")?.as_str()?);
        let version = root.get("apiVersion")?;
        // Helpers of charts ask the cluster which version it has.
        let usual = || usual_version(&kind).filter(|_| version.is_unknown());
        let api_version: Arc<str> = Arc::from(version.as_str().or_else(usual)?);
        if !is_cluster_object(&api_version, &kind) {
            return None;
        }
        let text = |path: &str| root.at(path).and_then(Item::as_str).map(Arc::from);
        Some(Self {
            name: text("metadata.name").unwrap_or_default(),
            namespace: text("metadata.namespace"),
            root: root.clone(),
            source,
            unit: Arc::clone(unit),
            how: None,
            condition: None,
            belongs: Belongs::Elsewhere,
            api_version,
            kind,
        })
    }

    /// The group of its API version: `apps`; empty for the core.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// An annotation.
    pub fn annotation(&self, name: &str) -> Option<&Item> {
        self.root.at("metadata.annotations")?.get(name)
    }

    /// Annotations; none where it has none or they are not known.
    pub fn annotations(&self) -> impl Iterator<Item = (&Arc<str>, &Item)> {
        self.root.at("metadata.annotations").into_iter().flat_map(Item::entries)
    }

    /// Whether its annotations are not all known.
    pub fn has_unknown_annotations(&self) -> bool {
        self.root
            .at("metadata.annotations")
            .is_some_and(|item| item.is_unknown() || item.entries().any(|(key, _)| &**key == "?"))
    }

    /// Where to point for something that is missing of all of it: its specification, else its kind.
    pub fn spec_place(&self) -> &crate::Place {
        let at = self.root.get("spec").or_else(|| self.root.get("kind")).unwrap_or(&self.root);
        at.key_place()
    }

    /// `Deployment backstage`.
    pub fn label(&self) -> String {
        if self.name.is_empty() { self.kind.to_string() } else { format!("{} `{}`", self.kind, self.name) }
    }

    /// Whether only developers run it.
    pub fn is_development(&self) -> bool {
        let mut words = self.unit.split(['/', '-', '_', '.']);
        words.any(|word| {
            matches!(
                word,
                "dev"
                    | "development"
                    | "local"
                    | "test"
                    | "tests"
                    | "ci"
                    | "e2e"
                    | "minikube"
                    | "kind"
                    | "k3d"
            )
        })
    }

    /// How bad something is here that is this bad in a portal's production: less beside it, and less in development.
    pub fn severity(&self, of_portal: Severity) -> Severity {
        of_portal.less(u8::from(!self.belongs.is_portal()) + u8::from(self.is_development()))
    }

    /// How sure something is that is read from it.
    pub fn confidence(&self) -> Confidence {
        match (&self.condition, &self.belongs) {
            (None, Belongs::Portal(_)) => Confidence::High,
            _ => Confidence::Medium,
        }
    }

    /// What makes a finding in it true.
    pub fn evidence(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if let Belongs::Portal(why) = &self.belongs {
            steps.push(why.clone());
        }
        steps.extend(self.how.clone());
        if let Some(condition) = &self.condition {
            steps.push(Step { place: None, text: format!("if `{condition}`, which is not known here") });
        }
        steps
    }
}

/// The version that clusters have of a kind of Kubernetes itself.
fn usual_version(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => "apps/v1",
        "Job" | "CronJob" => "batch/v1",
        "Ingress" | "IngressClass" | "NetworkPolicy" => "networking.k8s.io/v1",
        "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => "rbac.authorization.k8s.io/v1",
        "Pod" | "Service" | "ServiceAccount" | "Secret" | "ConfigMap" | "PersistentVolume" => "v1",
        _ => return None,
    })
}

/// Whether it is something that is sent to a cluster, not a tool's configuration or a portal's own entity.
fn is_cluster_object(api_version: &str, kind: &str) -> bool {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let foreign = group.contains("backstage.io")
        || matches!(
            group,
            "kustomize.config.k8s.io" | "kind.x-k8s.io" | "skaffold" | "score.dev" | "minikube.k8s.io"
        )
        || matches!(kind, "Config" | "Cluster" if matches!(api_version, "v1"));
    let is_version = |text: &str| {
        text.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let version = api_version.rsplit('/').next().unwrap_or(api_version);
    // One operator writes its kind in small letters.
    let is_kind = kind.starts_with(|c: char| c.is_ascii_uppercase()) || group == "acid.zalan.do";
    !foreign && is_version(version) && is_kind
}

/// The objects of a document: itself, or the items of a list.
pub(crate) fn objects(root: &Item, source: Source, unit: &Arc<str>) -> Vec<Object> {
    let is_list = root.get("kind").and_then(Item::as_str).is_some_and(|kind| kind.ends_with("List"));
    match root.get("items").map(|items| &items.value) {
        Some(Value::Seq(items)) if is_list => {
            items.iter().filter_map(|item| Object::of(item, source, unit)).collect()
        }
        _ => Object::of(root, source, unit).into_iter().collect(),
    }
}
