//! Values that charts are given, wherever they are written: files of values, and what Argo CD and Flux hand over.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Chart;
use crate::file::is_yaml;
use crate::image::engines::Engine;
use crate::kube::{self, Object};
use crate::repo::{Files, is_for_development};
use crate::{File, Item, Repository, Severity};

/// Values for one chart.
#[derive(Debug)]
pub(crate) struct Given<'a> {
    pub(crate) values: Cow<'a, Item>,
    /// The names of what they are for, and of where they are.
    about: String,
    /// How much less bad things are in them than in the portal's production.
    less: u8,
    is_of_portal: bool,
    /// The folder of the chart, if that is here.
    chart: Option<Arc<str>>,
}

impl Given<'_> {
    /// Whether the chart is here and none of its templates speaks of a value.
    pub(crate) fn leaves_out(&self, files: &Files, name: &str) -> bool {
        self.chart.as_ref().is_some_and(|folder| {
            let folder =
                if folder.is_empty() { "templates".to_owned() } else { format!("{folder}/templates") };
            !files.under(&folder).any(|file| file.text().is_some_and(|text| text.contains(name)))
        })
    }

    /// How bad something is in them that is this bad in the portal's production.
    pub(crate) fn severity(&self, of_portal: Severity) -> Severity {
        of_portal.less(self.less)
    }

    /// Whether they are for a chart of the portal's.
    pub(crate) fn is_of_portal(&self) -> bool {
        self.is_of_portal
    }

    /// Whether they are, or what lies on a path in them is, for a database or a cache.
    pub(crate) fn is_of_store(&self, path: &str) -> bool {
        let beside = ["dashboard", "exporter", "admin", "commander", "kibana", "insight"];
        if beside.iter().any(|word| self.about.contains(word) || path.contains(word)) {
            return false;
        }
        [self.about.as_str(), path].iter().any(|text| {
            text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| Engine::of_word(word).is_some())
        })
    }
}

/// All values for charts. Those of charts that others publish are as these have them.
pub(crate) fn given(repository: &Repository) -> Vec<Given<'_>> {
    let files = &repository.files;
    let objects = &repository.manifests.objects;
    let charts = super::charts(files);
    let by_folder: BTreeMap<&str, &Chart> = charts.iter().map(|chart| (&*chart.folder, chart)).collect();
    let units = objects.iter().filter(|object| object.belongs.is_portal()).map(|object| &*object.unit);
    let units: BTreeSet<&str> = units.collect();
    let mut all = Vec::new();
    for file in files.iter().filter(|file| is_values(file)) {
        let chart = by_folder.get(file.folder()).copied();
        let is_portal = units.contains(file.folder())
            || units.contains(&*file.path)
            || kube::is_portal_name(&file.path)
            || chart.is_some_and(|chart| kube::is_portal_name(chart.name()));
        if above(file.folder()).any(|folder| by_folder.get(folder).is_some_and(|chart| chart.is_published()))
            && !is_portal
        {
            continue;
        }
        let Some(tree) = file.tree().filter(|tree| is_map_of_values(tree)) else { continue };
        all.push(Given {
            values: Cow::Borrowed(tree),
            about: format!("{} {}", file.path, chart.map_or("", |chart| chart.name())),
            less: u8::from(!is_portal) + u8::from(is_for_development(&file.path)),
            is_of_portal: is_portal,
            chart: chart.map(|chart| Arc::clone(&chart.folder)),
        });
    }
    for object in objects.iter().filter(|object| object.belongs.is_own()) {
        all.extend(of_object(object));
    }
    for file in files.iter().filter(|file| is_yaml(file.name()) && !kube::is_aside(file.folder())) {
        if !file.text().is_some_and(|text| text.contains("argoproj.io") && text.contains("values:")) {
            continue;
        }
        for tree in file.trees() {
            let texts = crate::repo::helm_texts(file, tree).into_iter();
            let about = |path: &str| tree.at(path).and_then(Item::as_str).unwrap_or_default();
            let about = format!("{} {}", about("metadata.name"), about("spec.source.chart"));
            let is_of_portal = kube::is_portal_name(&about);
            let less = u8::from(!is_of_portal) + u8::from(is_for_development(&file.path));
            let given = |values| Given {
                values: Cow::Owned(values),
                about: about.clone(),
                less,
                is_of_portal,
                chart: None,
            };
            all.extend(texts.map(given));
        }
    }
    all
}

/// A folder and those it is in.
fn above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| folder.rsplit_once('/').map(|(outer, _)| outer))
}

fn is_values(file: &File) -> bool {
    let is_given = |text: &str| !text.contains("${{");
    is_yaml(file.name())
        && file.name().to_ascii_lowercase().contains("values")
        && !kube::is_aside(file.folder())
        && file.folder().rsplit('/').next() != Some("ci")
        && file.text().is_some_and(is_given)
}

fn is_map_of_values(tree: &Item) -> bool {
    tree.as_map().is_some() && !(tree.get("apiVersion").is_some() && tree.get("kind").is_some())
}

/// What an object of Argo CD or Flux hands to a chart as a map.
fn of_object(object: &Object) -> Vec<Given<'_>> {
    let at = |path: &str| object.root.at(path);
    let mut found: Vec<&Item> = Vec::new();
    match &*object.kind {
        "HelmRelease" => found.extend(at("spec.values")),
        "Application" | "ApplicationSet" => {
            for spec in [at("spec"), at("spec.template.spec")].into_iter().flatten() {
                let sources = spec.get("sources").map(Item::items).unwrap_or_default();
                let sources = spec.get("source").into_iter().chain(sources);
                found.extend(sources.filter_map(|source| source.at("helm.valuesObject")));
            }
        }
        _ => {}
    }
    let text = |path: &str| at(path).and_then(Item::as_str).unwrap_or_default();
    let names =
        [&*object.name, text("spec.source.chart"), text("spec.chart.spec.chart"), text("spec.source.path")];
    let about = names.join(" ");
    let less = u8::from(!object.belongs.is_portal()) + u8::from(object.is_development());
    let is_of_portal = object.belongs.is_portal();
    let given = |values| Given {
        values: Cow::Borrowed(values),
        about: about.clone(),
        less,
        is_of_portal,
        chart: None,
    };
    found.into_iter().filter(|values| values.as_map().is_some()).map(given).collect()
}
