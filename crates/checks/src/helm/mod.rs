//! Charts: what they make of their values, with the place of every value in a template or in a file of values.
//!
//! A chart is rendered as text, whose pieces know where they come from, and the text is read as YAML. What the
//! language can do beyond what is understood here makes what is not known, never something that looks safe.

mod functions;
mod given;
mod output;
mod published;
mod render;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod values;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use given::{Given, given};
pub(crate) use published::Published;
pub(crate) use text::Source;

use crate::finding::Step;
use crate::kube::{self, Object};
use crate::repo::{Files, Unread};
use crate::{File, Item, Place};
use render::{Defines, Renderer};
use template::Template;
use value::Val;
use values::Values;

/// The longest template.
const BYTES: usize = 512 << 10;
/// How many charts are rendered, and how many templates of each.
const CHARTS: usize = 200;
const TEMPLATES: usize = 300;

/// A chart of the repository.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    /// Its folder.
    pub folder: Arc<str>,
    name: Arc<str>,
    about: Item,
    place: Place,
}

/// The charts of a repository.
pub(crate) fn charts(files: &Files) -> Vec<Chart> {
    files
        .iter()
        .filter(|file| file.name() == "Chart.yaml")
        .map(|file| {
            let folder: Arc<str> = Arc::from(file.folder());
            let place = Place::whole(&file.path);
            let is_template = file.text().is_none_or(|text| text.contains("${{") || text.len() > BYTES);
            let about = file.tree().filter(|_| !is_template).cloned();
            let about = about.unwrap_or_else(|| Item::new(crate::Value::Null, place.clone()));
            let name =
                about.get("name").and_then(Item::as_str).map_or_else(|| Arc::clone(&folder), Arc::from);
            Chart { folder, name, about, place }
        })
        .collect()
}

impl Chart {
    fn file<'a>(&self, files: &'a Files, name: &str) -> Option<&'a File> {
        files.get(&within(&self.folder, name))
    }

    /// Whether something that installs it means it by this name.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        !self.is_skeleton() && (&*self.name == name || self.folder.rsplit('/').next() == Some(name))
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it says where its makers are: who writes a chart for one place has no reason to.
    pub(crate) fn is_published(&self) -> bool {
        ["home", "sources", "icon"].iter().any(|key| {
            self.about.get(key).is_some_and(|item| {
                item.as_str().is_some_and(|text| !text.is_empty()) || !item.items().is_empty()
            })
        })
    }

    /// Whether it is one that a template of the portal makes, whose values are not these.
    fn is_skeleton(&self) -> bool {
        let parts = ["skeleton", "skeletons", "content", "__fixtures__"];
        self.about.as_map().is_none() || self.folder.split('/').any(|part| parts.contains(&part))
    }
}

fn within(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A template of a chart that can be read.
struct Parsed {
    source: Rc<Source>,
    template: Template,
    makes_objects: bool,
}

/// What charts make, and what of them could not be read.
pub(crate) fn objects(files: &Files, charts: &[Chart]) -> (Vec<Object>, Vec<Unread>) {
    let (mut all, mut unread) = (Vec::new(), broken(files, charts));
    let own = charts.iter().filter(|chart| !chart.is_skeleton() && outer(charts, chart).is_none());
    for (at, chart) in own.enumerate() {
        if at >= CHARTS {
            unread
                .push(Unread::new(&chart.place.path, "the repository has more charts than are read of one"));
            continue;
        }
        let family = Family::of(files, charts, chart);
        all.extend(family.all());
        unread.extend(family.unread.into_inner());
    }
    unread.dedup();
    all.extend(published::installed(files, charts));
    (all, unread)
}

/// Charts whose own description or values are no YAML.
fn broken(files: &Files, charts: &[Chart]) -> Vec<Unread> {
    let names = ["Chart.yaml", "values.yaml", "values.yml"];
    let own = charts.iter().flat_map(|chart| names.iter().filter_map(|name| chart.file(files, name)));
    own.filter(|file| {
        let is_meant =
            file.text().is_some_and(|text| !text.contains("${{") && !text.contains("{{ cookiecutter"));
        let is_broken = file.documents().as_ref().map_or(true, |all| all.iter().any(Result::is_err));
        is_meant && is_broken
    })
    .map(|file| Unread::new(&file.path, "it is no YAML, so that its chart is not read"))
    .collect()
}

/// What a chart makes of its own values and some more.
pub(crate) fn release(
    files: &Files,
    charts: &[Chart],
    chart: &Chart,
    over: &Item,
    unit: &Arc<str>,
) -> Vec<Object> {
    let family = Family::of(files, charts, chart);
    let mut sets = values::sets(files, chart);
    let Some(mut set) = (!sets.is_empty()).then(|| sets.swap_remove(0)) else { return Vec::new() };
    let first = family.objects(&set, &chart.folder);
    merge(&mut set.root, over);
    set.over = Some(Arc::clone(&over.place.path));
    changed(&first, family.objects(&set, unit))
}

/// Puts values over others.
pub(crate) fn merge(under: &mut Item, over: &Item) {
    values::merge(under, over, value::DEPTH);
}

/// What other values do not change was there already.
fn changed(first: &[Object], objects: Vec<Object>) -> Vec<Object> {
    let is_there = |object: &Object| {
        first.iter().any(|other| {
            other.kind == object.kind && other.name == object.name && is_same(&other.root, &object.root)
        })
    };
    objects.into_iter().filter(|object| !is_there(object)).collect()
}

/// A chart and those inside it.
struct Family<'a> {
    files: &'a Files,
    chart: &'a Chart,
    own: Vec<Parsed>,
    inner: Vec<(&'a Chart, Vec<Parsed>)>,
    unread: RefCell<BTreeSet<Unread>>,
}

impl<'a> Family<'a> {
    fn of(files: &'a Files, charts: &'a [Chart], chart: &'a Chart) -> Self {
        let inner = charts
            .iter()
            .filter(|inner| outer(charts, inner).is_some_and(|outer| outer.folder == chart.folder));
        let mut unread = BTreeSet::new();
        let inner = inner.map(|inner| (inner, parsed(files, inner, &mut unread))).collect();
        let own = parsed(files, chart, &mut unread);
        Self { files, chart, own, inner, unread: RefCell::new(unread) }
    }

    /// What it makes of each of its sets of values.
    fn all(&self) -> Vec<Object> {
        let mut all: Vec<Object> = Vec::new();
        let mut first: Vec<Object> = Vec::new();
        for set in values::sets(self.files, self.chart) {
            match &set.over {
                None => {
                    first = self.objects(&set, &self.chart.folder);
                    all.extend(first.iter().cloned());
                }
                Some(over) => all.extend(changed(&first, self.objects(&set, over))),
            }
        }
        all
    }

    fn objects(&self, set: &Values, unit: &Arc<str>) -> Vec<Object> {
        let mut defines: Defines<'_> = BTreeMap::new();
        for parsed in self.inner.iter().flat_map(|(_, parsed)| parsed).chain(&self.own) {
            for (name, nodes) in &parsed.template.defines {
                defines.insert(name.as_str(), (Rc::clone(&parsed.source), nodes.as_slice()));
            }
        }
        let how = how(self.chart, set);
        let mut all = Vec::new();
        for parsed in self.own.iter().filter(|parsed| parsed.makes_objects) {
            let root = values::root(self.chart, &self.chart.name, &parsed.source.path, set.root.clone());
            self.render(&defines, parsed, root, unit, &how, &mut all);
        }
        for (inner, templates) in &self.inner {
            if values::is_off(self.chart, &set.root, &inner.name) {
                continue;
            }
            let Some(base) = values::sets(self.files, inner).into_iter().next() else { continue };
            let merged = values::for_inner(&base.root, &set.root, &inner.name);
            for parsed in templates.iter().filter(|parsed| parsed.makes_objects) {
                let root = values::root(inner, &self.chart.name, &parsed.source.path, merged.clone());
                self.render(&defines, parsed, root, unit, &how, &mut all);
            }
        }
        all.extend(self.published(set, unit));
        all
    }

    fn render(
        &self,
        defines: &Defines<'_>,
        parsed: &Parsed,
        root: Item,
        unit: &Arc<str>,
        how: &Step,
        all: &mut Vec<Object>,
    ) {
        let root = Val::Data(Rc::new(root));
        let mut renderer = Renderer::new(defines);
        let unread = |reason: &str| {
            self.unread.borrow_mut().insert(Unread::new(&parsed.source.path, reason));
        };
        let Some(written) = renderer.render(&parsed.source, &parsed.template.nodes, &root) else {
            unread("it makes too much, or calls itself too often, to be rendered");
            return;
        };
        let (documents, is_whole) = output::documents(&written);
        if !is_whole {
            unread("what it makes of the values here is no YAML");
        }
        for document in documents {
            for mut object in kube::objects(&document.root, kube::Source::Helm, unit) {
                object.condition.clone_from(&document.condition);
                object.how = Some(how.clone());
                all.push(object);
            }
        }
    }

    /// What the portal's published chart makes, if it is one that this depends on.
    fn published(&self, set: &Values, unit: &Arc<str>) -> Vec<Object> {
        let dependencies = self.chart.about.get("dependencies").map(Item::items).unwrap_or_default();
        let ours = dependencies.iter().filter(|dependency| {
            let text = |key: &str| dependency.get(key).and_then(Item::as_str).unwrap_or_default();
            Published::is(text("repository"), text("name"))
        });
        ours.filter_map(|dependency| {
            let name = dependency.get("alias").or_else(|| dependency.get("name"))?.as_str()?;
            let values = set.root.get(name).filter(|_| !values::is_off(self.chart, &set.root, name))?;
            Some(Published { values, unit, place: &dependency.place }.objects())
        })
        .flatten()
        .collect()
    }
}

/// The chart that another lies in.
fn outer<'a>(charts: &'a [Chart], chart: &Chart) -> Option<&'a Chart> {
    let inside = chart.folder.strip_prefix("charts/").map(|rest| ("", rest));
    let (folder, inner) = chart.folder.rsplit_once("/charts/").or(inside)?;
    (!inner.contains('/')).then(|| charts.iter().find(|chart| &*chart.folder == folder)).flatten()
}

fn how(chart: &Chart, set: &Values) -> Step {
    let with = set
        .over
        .as_ref()
        .map_or_else(|| "its own values".to_owned(), |over| format!("`{over}` over its own values"));
    Step { place: Some(chart.place.clone()), text: format!("the chart `{}` makes it of {with}", chart.name) }
}

fn parsed(files: &Files, chart: &Chart, unread: &mut BTreeSet<Unread>) -> Vec<Parsed> {
    let folder = within(&chart.folder, "templates");
    let mut all = Vec::new();
    for (at, file) in files.under(&folder).enumerate() {
        let is_yaml = file.path.ends_with(".yaml") || file.path.ends_with(".yml");
        if !is_yaml && !file.path.ends_with(".tpl") {
            continue;
        }
        let Some(text) = file.text() else { continue };
        let template = if text.len() <= BYTES && at < TEMPLATES { Template::parse(text) } else { None };
        let Some(template) = template else {
            unread.insert(Unread::new(
                &file.path,
                "it is no template of a chart, or too long or too deep to be read",
            ));
            continue;
        };
        let makes_objects = is_yaml && !file.name().starts_with('_');
        all.push(Parsed { source: Rc::new(Source::new(&file.path, text)), template, makes_objects });
    }
    all
}

/// Whether two trees say the same.
fn is_same(a: &Item, b: &Item) -> bool {
    use crate::Value;
    match (&a.value, &b.value) {
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_same(a, b)))
        }
        (Value::Seq(a), Value::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::String(a), Value::String(b)) | (Value::Unknown(a), Value::Unknown(b)) => a == b,
        _ => false,
    }
}
