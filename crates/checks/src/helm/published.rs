//! What the portal's published chart makes of values, as far as these say it.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::finding::Step;
use crate::kube::{self, Object};
use crate::repo::Files;
use crate::{File, Item, Place, Value};

/// Values for the published chart.
pub(crate) struct Published<'a> {
    /// The values.
    pub values: &'a Item,
    /// What is installed together.
    pub unit: &'a Arc<str>,
    /// Where it is said to be installed.
    pub place: &'a Place,
}

/// What is installed with the published chart: by Flux, by Argo CD, and with values that lie somewhere.
pub(super) fn installed(files: &Files, charts: &[super::Chart]) -> Vec<Object> {
    let mut all = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".yaml") || file.path.ends_with(".yml")) {
        let Some(text) = file.text() else { continue };
        if !text.contains("backstage") || text.contains("${{") || text.contains("{{") {
            continue;
        }
        let unit: Arc<str> = Arc::from(file.folder());
        for root in file.trees() {
            let kind = root.get("kind").and_then(Item::as_str).unwrap_or_default();
            let values = match kind {
                "HelmRelease" => of_flux(root),
                "Application" => of_argo(root),
                // What lies in a chart is for that: its own values, and those it is tested with.
                "" if is_values(file, root)
                    && !charts.iter().any(|chart| {
                        let rest = file.folder().strip_prefix(&*chart.folder);
                        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    }) =>
                {
                    Some(root)
                }
                _ => None,
            };
            if let Some(values) = values {
                let unit = if kind.is_empty() { &file.path } else { &unit };
                all.extend(Published { values, unit, place: &values.place }.objects());
            }
        }
    }
    all
}

fn of_flux(root: &Item) -> Option<&Item> {
    let text = |path: &str| root.at(path).and_then(Item::as_str).unwrap_or_default();
    (text("spec.chart.spec.chart") == "backstage").then(|| root.at("spec.values")).flatten()
}

fn of_argo(root: &Item) -> Option<&Item> {
    let sources =
        root.at("spec.source").into_iter().chain(root.at("spec.sources").into_iter().flat_map(Item::items));
    sources.into_iter().find_map(|source| {
        let text = |key: &str| source.get(key).and_then(Item::as_str).unwrap_or_default();
        Published::is(text("repoURL"), text("chart")).then(|| source.at("helm.valuesObject")).flatten()
    })
}

/// Whether a file is of values for the published chart.
fn is_values(file: &File, root: &Item) -> bool {
    let named = file.name().contains("values");
    let has = |path: &str| root.at(path).is_some();
    let chart = has("backstage.image") || has("backstage.appConfig") || has("backstage.extraEnvVars");
    named && chart && !has("backstage.enabled") && !has("apiVersion")
}

impl Published<'_> {
    /// Whether a chart of a repository is the published one.
    pub(crate) fn is(repository: &str, chart: &str) -> bool {
        let whole = format!("{}/{chart}", repository.trim_end_matches('/'));
        whole.ends_with("backstage.github.io/charts/backstage")
            || whole.ends_with("ghcr.io/backstage/charts/backstage")
            || (repository.is_empty() && chart == "backstage/backstage")
            || (repository == "@backstage" && chart == "backstage")
    }

    /// The Deployment and, where the values ask for them, the Service and the Ingress.
    pub(crate) fn objects(&self) -> Vec<Object> {
        let mut roots = vec![self.deployment(), self.service()];
        roots.extend(self.ingress());
        roots
            .iter()
            .filter_map(|root| Object::of(root, kube::Source::Helm, self.unit))
            .map(|mut object| {
                let text = "the published chart makes it of these values".to_owned();
                object.how = Some(Step { place: Some(self.place.clone()), text });
                object
            })
            .collect()
    }

    fn at(&self, path: &str) -> Option<&Item> {
        self.values.at(path)
    }

    fn deployment(&self) -> Item {
        let near = self.at("backstage").unwrap_or(self.values);
        let of = |key: &str| near.get(key).cloned();
        let unknown = |text: &str| Some(Item::new(Value::Unknown(Arc::from(text)), near.place.clone()));
        let list = |item: Item| {
            let mut all = Item::new(Value::Null, near.place.clone());
            all.key.clone_from(&near.key);
            all.value = Value::Seq(vec![item]);
            all
        };
        // The chart has probes of its own, in its later versions.
        let container = map(
            near,
            [
                ("name", Some(text_of(near, "backstage-backend"))),
                ("image", self.image()),
                ("command", of("command")),
                ("args", of("args")),
                ("securityContext", of("containerSecurityContext")),
                ("resources", of("resources")),
                ("env", of("extraEnvVars")),
                ("livenessProbe", unknown("the chart's")),
                ("readinessProbe", unknown("the chart's")),
                ("volumeMounts", of("extraVolumeMounts")),
            ],
        );
        let account = self.at("serviceAccount.name").cloned().or_else(|| unknown("the chart's"));
        let spec = map(
            near,
            [
                ("serviceAccountName", account),
                (
                    "automountServiceAccountToken",
                    self.at("serviceAccount.automountServiceAccountToken").cloned(),
                ),
                ("securityContext", of("podSecurityContext")),
                ("containers", Some(list(container))),
                ("initContainers", of("initContainers")),
                ("volumes", of("extraVolumes")),
            ],
        );
        let template = map(near, [("metadata", Some(labels(near))), ("spec", Some(spec))]);
        let spec = map(near, [("replicas", of("replicas")), ("template", Some(template))]);
        head("apps/v1", "Deployment", near, spec)
    }

    fn image(&self) -> Option<Item> {
        let image = self.at("backstage.image")?;
        let text = |key: &str| image.get(key).and_then(Item::as_str);
        let near = image.get("tag").or_else(|| image.get("repository")).unwrap_or(image);
        if image.entries().any(|(_, item)| item.is_unknown()) {
            return Some(Item { value: Value::Unknown(Arc::from("image")), ..near.clone() });
        }
        let registry = text("registry").unwrap_or("ghcr.io");
        let repository = text("repository").unwrap_or("backstage/backstage");
        let name =
            if registry.is_empty() { repository.to_owned() } else { format!("{registry}/{repository}") };
        let written = match text("digest").filter(|digest| !digest.is_empty()) {
            Some(digest) => format!("{name}@{digest}"),
            None => format!("{name}:{}", text("tag").unwrap_or("latest")),
        };
        Some(text_of(near, &written))
    }

    fn service(&self) -> Item {
        let near = self.at("service").unwrap_or(self.values);
        let selector = map(near, [("app.kubernetes.io/name", Some(text_of(near, "backstage")))]);
        let of = |key: &str| self.at("service").and_then(|service| service.get(key)).cloned();
        let spec = map(
            near,
            [
                ("type", of("type")),
                ("loadBalancerSourceRanges", of("loadBalancerSourceRanges")),
                ("selector", Some(selector)),
            ],
        );
        let mut root = head("v1", "Service", near, spec);
        annotate(&mut root, of("annotations"));
        root
    }

    fn ingress(&self) -> Option<Item> {
        let near = self.at("ingress").filter(|ingress| ingress.get("enabled").is_some_and(Item::is_true))?;
        let of = |key: &str| near.get(key).cloned();
        let tls =
            near.get("tls").filter(|tls| tls.get("enabled").is_none_or(Item::is_true) && !tls.is_null());
        let seq = |item: Item| {
            let mut all = Item::new(Value::Null, item.place.clone());
            all.key.clone_from(&item.key);
            all.value = Value::Seq(vec![item]);
            all
        };
        let host = near.get("host").unwrap_or(near);
        let rule = map(host, [("host", of("host"))]);
        let spec = map(
            near,
            [
                ("ingressClassName", of("className")),
                ("tls", tls.cloned().map(seq)),
                ("rules", Some(seq(rule))),
            ],
        );
        let mut root = head("networking.k8s.io/v1", "Ingress", near, spec);
        annotate(&mut root, of("annotations"));
        Some(root)
    }
}

fn map<'b>(place: &Item, entries: impl IntoIterator<Item = (&'b str, Option<Item>)>) -> Item {
    let entries = entries.into_iter().filter_map(|(key, item)| Some((Arc::from(key), item?)));
    let mut all = Item::new(Value::Map(entries.collect::<IndexMap<_, _>>()), place.place.clone());
    all.key.clone_from(&place.key);
    all
}

fn text_of(near: &Item, text: &str) -> Item {
    let mut item = Item::new(Value::String(Arc::from(text)), near.place.clone());
    item.key = Some(near.key_place().clone());
    item
}

fn annotate(root: &mut Item, annotations: Option<Item>) {
    if let Value::Map(map) = &mut root.value
        && let Some(Item { value: Value::Map(metadata), .. }) = map.get_mut("metadata")
        && let Some(annotations) = annotations
    {
        metadata.insert(Arc::from("annotations"), annotations);
    }
}

fn head(version: &str, kind: &str, near: &Item, spec: Item) -> Item {
    let text = |text: &str| Some(text_of(near, text));
    let labels = map(near, [("app.kubernetes.io/name", text("backstage"))]);
    let metadata = map(near, [("name", text("backstage")), ("labels", Some(labels))]);
    map(
        near,
        [
            ("apiVersion", text(version)),
            ("kind", text(kind)),
            ("metadata", Some(metadata)),
            ("spec", Some(spec)),
        ],
    )
}

fn labels(near: &Item) -> Item {
    let labels = map(near, [("app.kubernetes.io/name", Some(text_of(near, "backstage")))]);
    map(near, [("labels", Some(labels))])
}
