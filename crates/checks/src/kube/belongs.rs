//! Which objects are the portal's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::finding::Step;
use crate::helm::Chart;
use crate::kube::{Container, Object, Pod, Source, selectors};
use crate::repo::Files;
use crate::{File, Item};

/// Whose an object is.
#[derive(Clone, Debug)]
pub enum Belongs {
    /// The portal's, because of this.
    Portal(Step),
    /// Something that is rendered together with it, or shares its namespace: its database, a cache.
    Neighbour,
    /// Another program's, which the repository deploys too.
    Beside {
        /// Whether its makers publish it like that: whoever deploys it copied it.
        vendored: bool,
    },
    /// Nothing that the repository deploys: an example, a test's, what a template makes.
    Elsewhere,
}

impl Belongs {
    /// Whether it is the portal's.
    pub fn is_portal(&self) -> bool {
        matches!(self, Self::Portal(_))
    }

    /// Whether it is the portal's, or beside it.
    pub fn is_near(&self) -> bool {
        matches!(self, Self::Portal(_) | Self::Neighbour)
    }

    /// Whether the repository deploys it.
    pub fn is_deployed(&self) -> bool {
        !matches!(self, Self::Elsewhere)
    }

    /// Whether the repository deploys it, and those who keep the repository wrote it.
    pub fn is_own(&self) -> bool {
        self.is_deployed() && !self.is_vendored()
    }

    /// Whether it is a copy of what others publish, and not the portal's.
    pub fn is_vendored(&self) -> bool {
        matches!(self, Self::Beside { vendored: true })
    }
}

/// What is around the objects.
pub(super) struct Around<'a> {
    /// The folders of the applications.
    applications: BTreeSet<&'a str>,
    /// Those of templates that the portal makes things of.
    templates: BTreeSet<&'a str>,
    /// Those of charts that others publish.
    vendored: BTreeSet<&'a str>,
}

impl<'a> Around<'a> {
    pub(super) fn of(files: &'a Files, applications: &'a [&'a str], charts: &'a [Chart]) -> Self {
        let is_template = |file: &&File| {
            let is_yaml = crate::file::is_yaml(file.name());
            is_yaml
                && !file.folder().is_empty()
                && file.text().is_some_and(|text| text.contains("scaffolder.backstage.io/"))
        };
        let templates = files.iter().filter(is_template).map(File::folder);
        let templates = templates.filter(|folder| !applications.contains(folder)).collect();
        let vendored =
            charts.iter().filter(|chart| chart.is_published()).map(|chart| &*chart.folder).collect();
        Self { applications: applications.iter().copied().collect(), templates, vendored }
    }

    /// Whether what lies there is deployed by nobody.
    fn is_aside(&self, unit: &str) -> bool {
        is_aside(unit) || above(unit).any(|folder| self.templates.contains(folder))
    }

    fn is_vendored(&self, unit: &str) -> bool {
        above(unit).any(|folder| self.vendored.contains(folder))
    }

    /// The folder of the application whose folder a unit is in, if it is not among its samples.
    fn home(&self, unit: &str) -> Option<&'a str> {
        let home = above(unit).chain([""]).find_map(|folder| self.applications.get(folder).copied());
        home.filter(|_| !is_aside(unit))
    }
}

/// A path and the folders it is in, without the one that is all of the repository, which a path may be itself.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(outer, _)| outer))
}

/// Whether nothing in a folder is deployed, by its name or that of one it is in.
pub(crate) fn is_aside(folder: &str) -> bool {
    folder.split('/').any(is_aside_part)
}

/// Whether a folder of this name holds nothing that is deployed.
fn is_aside_part(part: &str) -> bool {
    let words = ["template", "skeleton", "scaffold", "example", "sample", "fixture", "cookiecutter"];
    let names = [
        "docs",
        "doc",
        "test",
        "tests",
        "testing",
        "testdata",
        "test-data",
        "test_data",
        "mocks",
        "__mocks__",
        "catalog",
        "content",
        "plugins",
        "node_modules",
        "e2e",
    ];
    let part = part.to_ascii_lowercase();
    names.contains(&part.as_str()) || words.iter().any(|word| part.contains(word))
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

/// Whether a name is one that portals go by.
pub(crate) fn is_name(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    NAMES.iter().any(|name| lower.contains(name))
}

/// Decides for every object.
pub(super) fn decide(objects: &mut [Object], around: &Around<'_>) {
    let mut units: Units = BTreeMap::new();
    for (at, object) in objects.iter().enumerate() {
        units.entry(Arc::clone(&object.unit)).or_default().push(at);
    }
    let own: Vec<Option<Step>> = objects.iter().map(of_itself).collect();
    let is_known = objects
        .iter()
        .zip(&own)
        .any(|(object, own)| own.is_some() && is_long_running(object) && !around.is_aside(&object.unit));
    let mut portals: BTreeSet<Arc<str>> = BTreeSet::new();
    for (unit, members) in &units {
        let says = members.iter().any(|at| own[*at].is_some());
        // The one workload beside an application, in a folder of the application's, is the application; unless that is
        // all of the repository, and another is known to be it.
        let alone = lone(members, objects).is_some_and(|one| !runs_other(one))
            && around.home(unit).is_some_and(|home| !is_known || !home.is_empty());
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
    let rest = units.iter().filter(|(unit, _)| !portals.contains(*unit) && !families.contains(*unit));
    let rest: Vec<_> = rest.filter(|(unit, _)| !around.is_aside(unit)).collect();
    beside(objects, &rest, &portals, around);
}

/// Objects by what they are sent together as.
type Units = BTreeMap<Arc<str>, Vec<usize>>;

/// Decides for what is in no unit of the portal's.
fn beside(
    objects: &mut [Object],
    units: &[(&Arc<str>, &Vec<usize>)],
    portals: &BTreeSet<Arc<str>>,
    around: &Around<'_>,
) {
    let of_portal = objects.iter().filter(|object| object.belongs.is_portal() && Pod::of(object).is_some());
    let namespaces: BTreeSet<Arc<str>> = of_portal
        .filter_map(|object| object.namespace.clone())
        .filter(|name| !matches!(&**name, "" | "default" | "kube-system"))
        .collect();
    for (unit, members) in units {
        let below = above(unit).skip(1).any(|folder| portals.contains(folder));
        let lone_other = around.home(unit).is_some() && lone(members, objects).is_some_and(runs_other);
        let published = Published::of(members.iter().map(|at| &objects[*at]));
        let in_vendored = around.is_vendored(unit);
        for at in *members {
            let object = &objects[*at];
            let vendored = in_vendored || published.has(object);
            let shares = object.namespace.as_ref().is_some_and(|name| namespaces.contains(name));
            let is_neighbour = below || lone_other || shares || is_name(&object.name);
            objects[*at].belongs =
                if is_neighbour { Belongs::Neighbour } else { Belongs::Beside { vendored } };
        }
    }
}

/// The only workload of a unit.
fn lone<'a>(members: &[usize], objects: &'a [Object]) -> Option<&'a Object> {
    let mut workloads = members.iter().map(|at| &objects[*at]).filter(|object| is_long_running(object));
    workloads.next().filter(|_| workloads.next().is_none())
}

/// What of a unit others publish.
enum Published {
    /// These files, each with all that it takes to run: what lies beside them is somebody else's.
    Files(BTreeSet<Arc<str>>),
    /// All of it, which is one thing in several files.
    Whole,
}

impl Published {
    fn of<'a>(members: impl Iterator<Item = &'a Object> + Clone) -> Self {
        let shown: Vec<&Object> = members.clone().filter(|object| is_published(object)).collect();
        let files: BTreeSet<Arc<str>> =
            shown.iter().map(|object| Arc::clone(&object.root.place.path)).collect();
        let run: BTreeSet<&str> =
            members.filter(|object| is_long_running(object)).map(|object| &*object.root.place.path).collect();
        let is_plain = shown.iter().all(|object| object.source == Source::Plain);
        if is_plain && files.iter().all(|file| run.contains(&**file)) {
            Self::Files(files)
        } else {
            Self::Whole
        }
    }

    fn has(&self, object: &Object) -> bool {
        match self {
            Self::Files(files) => files.contains(&object.root.place.path),
            Self::Whole => true,
        }
    }
}

/// Whether an object shows that its manifest is one that others publish: a kind of their own, or what a chart made.
fn is_published(object: &Object) -> bool {
    let of_chart = object.source != Source::Helm
        && object.root.at("metadata.labels").is_some_and(|labels| labels.get("helm.sh/chart").is_some());
    &*object.kind == "CustomResourceDefinition" || of_chart
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
        if let Some(step) = pod.containers().into_iter().find_map(of_container) {
            return Some(step);
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

/// What a container says that only a portal's does: variables that only Backstage reads, the port that only it listens on.
fn of_container(container: Container<'_>) -> Option<Step> {
    let step =
        |item: &Item, text: &str| Some(Step { place: Some(item.place.clone()), text: text.to_owned() });
    for variable in container.item.get("env").map(Item::items).unwrap_or_default() {
        let name = variable.get("name");
        if let Some(name) =
            name.filter(|name| name.as_str().is_some_and(|text| text.starts_with("APP_CONFIG_")))
        {
            return step(name, "it is told an app-config's settings");
        }
    }
    let ports = container.item.get("ports").map(Item::items).unwrap_or_default();
    let port = ports
        .iter()
        .find_map(|port| port.get("containerPort").filter(|at| at.as_number() == Some(7007.0)))?;
    step(port, "it listens where a Backstage backend does")
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

/// Folders of plain manifests that have no workload of their own and lie beside, above or below a portal's.
fn families(units: &Units, objects: &[Object], portals: &BTreeSet<Arc<str>>) -> BTreeSet<Arc<str>> {
    let parent = |unit: &str| unit.rsplit_once('/').map(|(parent, _)| parent.to_owned());
    let parents: BTreeSet<String> = portals.iter().filter_map(|portal| parent(portal)).collect();
    let outer: BTreeSet<&str> = portals.iter().flat_map(|portal| above(portal).skip(1)).collect();
    units
        .iter()
        .filter(|(_, members)| {
            members.iter().all(|at| objects[*at].source == Source::Plain && Pod::of(&objects[*at]).is_none())
        })
        .filter(|(unit, _)| {
            parent(unit).is_some_and(|own| parents.contains(&own))
                || above(unit).skip(1).any(|folder| portals.contains(folder))
                || outer.contains(&***unit)
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
