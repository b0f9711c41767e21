//! Which objects are the portal's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::Item;
use crate::finding::Step;
use crate::kube::{Object, Pod, Source, selectors};

/// Whose an object is.
#[derive(Clone, Debug)]
pub enum Belongs {
    /// The portal's, because of this.
    Portal(Step),
    /// Something that is rendered together with it: its database, a cache.
    Neighbour,
    /// Something else's.
    Elsewhere,
}

impl Belongs {
    /// Whether it is the portal's.
    pub fn is_portal(&self) -> bool {
        matches!(self, Self::Portal(_))
    }

    /// Whether it is the portal's, or beside it.
    pub fn is_near(&self) -> bool {
        !matches!(self, Self::Elsewhere)
    }
}

/// Names that portals go by.
const NAMES: &[&str] =
    &["backstage", "developer-hub", "developerhub", "rhdh", "dev-portal", "developer-portal"];

/// Images that are no portal, whatever they are called.
const OTHERS: &[&str] = &[
    "postgres",
    "postgresql",
    "redis",
    "valkey",
    "memcached",
    "nginx",
    "oauth2-proxy",
    "busybox",
    "curl",
    "keycloak",
    "elasticsearch",
    "opensearch",
    "mysql",
    "minio",
    "grafana",
    "prometheus",
    "alertmanager",
];

fn is_name(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    NAMES.iter().any(|name| lower.contains(name))
}

/// Decides for every object. `folders` are those of the applications.
pub(super) fn decide(objects: &mut [Object], folders: &[&str]) {
    let mut units: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
    for (at, object) in objects.iter().enumerate() {
        units.entry(Arc::clone(&object.unit)).or_default().push(at);
    }
    let own: Vec<Option<Step>> = objects.iter().map(of_itself).collect();
    let mut portals: BTreeSet<Arc<str>> = BTreeSet::new();
    for (unit, members) in &units {
        let says = members.iter().any(|at| own[*at].is_some());
        // The one workload beside an application, in a folder of the application's, is the application.
        let workloads = members.iter().filter(|at| is_long_running(&objects[**at])).count();
        let alone = workloads == 1 && is_at_home(unit, folders);
        if says || alone {
            portals.insert(Arc::clone(unit));
        }
    }
    let families = families(&units, objects, &portals);
    for (unit, members) in &units {
        let is_portal = portals.contains(unit);
        if !is_portal && !families.contains(unit) {
            continue;
        }
        let runs = members.iter().any(|at| own[*at].is_some() && Pod::of(&objects[*at]).is_some());
        let portal_pods: Vec<usize> = members
            .iter()
            .copied()
            .filter(|at| Pod::of(&objects[*at]).is_some())
            .filter(|at| {
                own[*at].is_some() || (!runs && is_long_running(&objects[*at]) && !runs_other(&objects[*at]))
            })
            .collect();
        let services: Vec<usize> =
            members.iter().copied().filter(|at| &*objects[*at].kind == "Service").collect();
        let foreign: BTreeSet<usize> = services
            .iter()
            .copied()
            .filter(|at| selects_only_others(objects, members, *at, &portal_pods))
            .collect();
        let foreign_names: BTreeSet<Arc<str>> =
            foreign.iter().map(|at| Arc::clone(&objects[*at].name)).collect();
        for at in members {
            let object = &objects[*at];
            let is_pod = Pod::of(object).is_some();
            let backends = selectors::backends(object);
            let to_others = !backends.is_empty()
                && backends.iter().all(|name| foreign_names.contains(*name) || is_other(name));
            let neighbour =
                if is_pod { !portal_pods.contains(at) } else { foreign.contains(at) || to_others };
            let step = own[*at].clone().unwrap_or_else(|| Step {
                place: None,
                text: format!("it is sent together with the portal's objects ({unit})"),
            });
            objects[*at].belongs = if neighbour { Belongs::Neighbour } else { Belongs::Portal(step) };
        }
    }
}

/// What an object itself says.
fn of_itself(object: &Object) -> Option<Step> {
    let at = |item: &Item, text: String| Some(Step { place: Some(item.place.clone()), text });
    if let Some(pod) = Pod::of(object) {
        for container in pod.containers() {
            if let Some(image) = container.item.get("image")
                && let Some(text) = image.as_str()
                && text.split(['/', ':', '@']).any(is_name)
                && !is_other(text)
            {
                return at(image, "the image is a portal's".to_owned());
            }
            let words = ["command", "args"].into_iter().filter_map(|key| container.item.get(key));
            for word in words.flat_map(Item::items) {
                if word
                    .as_str()
                    .is_some_and(|text| text.contains("packages/backend") || text.contains("app-config"))
                {
                    return at(word, "it runs a Backstage backend".to_owned());
                }
            }
        }
        if runs_other(object) {
            return None;
        }
    }
    if let Some(name) = object.root.at("metadata.name").filter(|name| name.as_str().is_some_and(is_name)) {
        let kind_is_other = is_other(name.as_str().unwrap_or_default());
        if !kind_is_other {
            return at(name, "its name is a portal's".to_owned());
        }
    }
    let labels = object.root.at("metadata.labels").into_iter().flat_map(Item::entries);
    for (key, value) in labels {
        let names = matches!(
            &**key,
            "app"
                | "app.kubernetes.io/name"
                | "app.kubernetes.io/part-of"
                | "k8s-app"
                | "backstage.io/kubernetes-id"
        );
        if names && value.as_str().is_some_and(|text| is_name(text) && !is_other(text)) {
            return at(value, "its labels are a portal's".to_owned());
        }
    }
    None
}

/// Whether a name is that of another program: `backstage-postgresql`.
fn is_other(text: &str) -> bool {
    let last = text.split('@').next().unwrap_or(text).rsplit('/').next().unwrap_or(text);
    let name = last.split(':').next().unwrap_or(last);
    OTHERS.iter().any(|other| {
        name == *other || name.ends_with(&format!("-{other}")) || name.starts_with(&format!("{other}-"))
    }) || name.ends_with("-db")
}

fn runs_other(object: &Object) -> bool {
    Pod::of(object).is_some_and(|pod| {
        let containers = pod.containers();
        let mut running = containers.iter().filter(|container| !container.init).peekable();
        running.peek().is_some()
            && running
                .all(|container| container.item.get("image").and_then(Item::as_str).is_some_and(is_other))
    })
}

fn is_long_running(object: &Object) -> bool {
    let kind = object.kind.as_ref();
    Pod::of(object).is_some() && !matches!(kind, "Job" | "CronJob" | "Pod" | "DaemonSet")
}

/// Whether a unit is in the folder of an application, and not among its samples.
fn is_at_home(unit: &str, folders: &[&str]) -> bool {
    let aside = unit.split('/').any(|part| {
        matches!(
            part,
            "examples"
                | "example"
                | "docs"
                | "test"
                | "tests"
                | "fixtures"
                | "__fixtures__"
                | "templates"
                | "template"
                | "skeleton"
                | "skeletons"
                | "catalog"
                | "content"
                | "plugins"
                | "node_modules"
                | "samples"
        )
    });
    !aside
        && folders.iter().any(|folder| {
            folder.is_empty()
                || unit == *folder
                || unit.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        })
}

/// Folders of plain manifests that have no workload of their own and lie beside, above or below a portal's.
fn families(
    units: &BTreeMap<Arc<str>, Vec<usize>>,
    objects: &[Object],
    portals: &BTreeSet<Arc<str>>,
) -> BTreeSet<Arc<str>> {
    let parent = |unit: &str| unit.rsplit_once('/').map(|(parent, _)| parent.to_owned());
    units
        .iter()
        .filter(|(_, members)| {
            members.iter().all(|at| objects[*at].source == Source::Plain && Pod::of(&objects[*at]).is_none())
        })
        .filter(|(unit, _)| {
            portals.iter().any(|portal| {
                let beside = parent(unit).is_some_and(|own| parent(portal) == Some(own));
                let below = |a: &str, b: &str| {
                    a.strip_prefix(b).is_some_and(|rest| !b.is_empty() && rest.starts_with('/'))
                };
                beside || below(unit, portal) || below(portal, unit)
            })
        })
        .map(|(unit, _)| Arc::clone(unit))
        .collect()
}

/// Whether a Service sends to pods that are here, none of them the portal's.
fn selects_only_others(objects: &[Object], members: &[usize], service: usize, portal: &[usize]) -> bool {
    let selected: Vec<usize> = members
        .iter()
        .copied()
        .filter(|at| {
            Pod::of(&objects[*at]).is_some_and(|pod| selectors::service_selects(&objects[service], pod))
        })
        .collect();
    let named_other = is_other(&objects[service].name);
    if selected.is_empty() { named_other } else { selected.iter().all(|at| !portal.contains(at)) }
}
