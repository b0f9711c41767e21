//! A folder of Terraform files.

use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::structure::{Body, Structure};
use indexmap::IndexMap;
use indexmap::map::Entry;

use super::BYTES;
use super::expression::{Evaluator, Names};
use super::origin::source_folder;
use crate::helm::Source;
use crate::repo::Unread;
use crate::{File, Item, Place, Value};

/// Names that portals go by.
const NAMES: &[&str] =
    &["backstage", "developer-hub", "developerhub", "rhdh", "dev-portal", "developer-portal"];

/// A folder of Terraform files.
#[derive(Debug)]
pub struct Module {
    /// The folder.
    pub folder: Arc<str>,
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// Whether the portal runs on it.
    pub is_portal: bool,
    /// Whether it is none of the portal's own, but of the platform beside it.
    pub is_beside: bool,
}

/// A block at the top of a file.
#[derive(Clone, Debug)]
pub struct Block {
    /// `resource`, `data`, `variable`, `locals`, `module`, `provider`, `output`.
    pub block: Arc<str>,
    /// Of what type a resource is; empty for blocks that have none.
    pub kind: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// How people call it: `azurerm_public_ip.portal`.
    pub label: Arc<str>,
    /// What it says. A block inside is a map, and a list of them if there are several.
    pub body: Item,
    /// Where its first line is.
    pub place: Place,
    /// Where its kind is written; its first line for blocks that have none.
    pub kind_place: Place,
}

impl Module {
    pub(super) fn read(folder: &str, files: &[&File], unread: &mut Vec<Unread>) -> Self {
        let mut parsed: Vec<(Arc<Source>, Body)> = Vec::new();
        for file in files {
            // What is no text is told where it was opened; what a portal's template fills in is no Terraform yet.
            let Some(text) = file.text().filter(|text| !text.contains("${{")) else { continue };
            let reason = if text.len() > BYTES {
                format!("it is longer than the {} KiB that are read of Terraform", BYTES >> 10)
            } else {
                match hcl_edit::parser::parse_body(text) {
                    Ok(body) => {
                        parsed.push((Arc::new(Source::new(&file.path, text)), body));
                        continue;
                    }
                    Err(error) => {
                        format!("it is no Terraform: {}, line {}", error.message(), error.location().line())
                    }
                }
            };
            unread.push(Unread::new(&file.path, reason));
        }
        let mut names = Names::default();
        for (source, body) in &parsed {
            names.add(source, body);
        }
        let mut evaluator = Evaluator::new(&names);
        let mut blocks = Vec::new();
        for (source, body) in &parsed {
            for block in body.blocks() {
                let labels: Vec<&str> =
                    block.labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect();
                let (kind, name) = match labels[..] {
                    [kind, name] => (kind, name),
                    [name] => ("", name),
                    _ => ("", ""),
                };
                let at = |span: Option<std::ops::Range<usize>>| {
                    span.map_or_else(|| Place::whole(&source.path), |span| source.place(span.start, span.end))
                };
                let place = at(block.ident.span());
                let kind_place = block.labels.first().map_or_else(|| place.clone(), |label| at(label.span()));
                let value = body_of(&mut evaluator, source, &block.body, 0);
                let label = if kind.is_empty() { name.to_owned() } else { format!("{kind}.{name}") };
                blocks.push(Block {
                    label: Arc::from(label),
                    block: Arc::from(block.ident.as_str()),
                    kind: Arc::from(kind),
                    name: Arc::from(name),
                    body: Item::new(value, place.clone()),
                    place,
                    kind_place,
                });
            }
        }
        for (source, body) in parsed.iter().filter(|(source, _)| source.path.ends_with("terragrunt.hcl")) {
            blocks.extend(terragrunt(&mut evaluator, source, body, folder));
        }
        follow(&mut blocks);
        let is_portal = blocks.iter().any(is_of_a_portal);
        Self { folder: Arc::from(folder), blocks, is_portal, is_beside: false }
    }

    /// The resources of some kinds.
    pub fn resources<'a>(&'a self, kinds: &'a [&'a str]) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.block == "resource" && kinds.contains(&&*block.kind))
    }

    /// The blocks of some sort: `variable`, `data`.
    pub fn all<'a>(&'a self, sort: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.block == sort)
    }
}

impl Block {
    /// How people call it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The value at a path of names, with or without a list around blocks.
    pub fn at(&self, path: &str) -> Option<&Item> {
        path.split('.').try_fold(&self.body, |item, part| match &item.value {
            Value::Seq(items) => items.first()?.get(part),
            _ => item.get(part),
        })
    }
}

/// What Terragrunt calls, as a call of a module.
fn terragrunt(
    evaluator: &mut Evaluator<'_>,
    source: &Arc<Source>,
    body: &Body,
    folder: &str,
) -> Option<Block> {
    let inputs = body.get_attribute("inputs").map(|inputs| evaluator.value(source, &inputs.value));
    let terraform = body.blocks().find(|block| block.ident.as_str() == "terraform");
    let span = terraform.and_then(|block| block.ident.span());
    let place = span.map_or_else(|| Place::whole(&source.path), |span| source.place(span.start, span.end));
    let mut map = match inputs.map(|inputs| inputs.value) {
        Some(Value::Map(map)) => map,
        _ => IndexMap::new(),
    };
    if let Some(Value::Map(said)) = terraform.map(|block| body_of(evaluator, source, &block.body, 0))
        && let Some(item) = said.get("source")
    {
        map.insert(Arc::from("source"), item.clone());
    }
    let name: Arc<str> = Arc::from(folder.rsplit('/').next().unwrap_or(folder));
    (!map.is_empty()).then(|| Block {
        block: Arc::from("module"),
        kind: Arc::from(""),
        label: Arc::clone(&name),
        name,
        body: Item::new(Value::Map(map), place.clone()),
        kind_place: place.clone(),
        place,
    })
}

/// What a body says, as a map.
fn body_of(evaluator: &mut Evaluator<'_>, source: &Arc<Source>, body: &Body, depth: usize) -> Value {
    let mut map: IndexMap<Arc<str>, Item> = IndexMap::new();
    if depth > 40 {
        return Value::Unknown(Arc::from("..."));
    }
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                let mut item = evaluator.value(source, &attribute.value);
                let span = attribute.key.span().unwrap_or_default();
                item.key = Some(source.place(span.start, span.end));
                map.insert(Arc::from(attribute.key.as_str()), item);
            }
            Structure::Block(block) => {
                let dynamic = block.ident.as_str() == "dynamic";
                let name = match block.labels.first() {
                    Some(label) if dynamic => label.as_str(),
                    _ => block.ident.as_str(),
                };
                let content = block.body.blocks().find(|inner| dynamic && inner.ident.as_str() == "content");
                let inner = content.map_or(&block.body, |content| &content.body);
                let value = body_of(evaluator, source, inner, depth + 1);
                let span = block.ident.span().unwrap_or_default();
                let place = source.place(span.start, span.end);
                let mut item = Item::new(value, place.clone());
                item.key = Some(place);
                match map.entry(Arc::from(name)) {
                    Entry::Vacant(free) => {
                        free.insert(item);
                    }
                    Entry::Occupied(mut taken) => {
                        let present = taken.get_mut();
                        if let Value::Seq(items) = &mut present.value {
                            items.push(item);
                        } else {
                            let key = present.key.clone();
                            let place = present.place.clone();
                            let first = std::mem::replace(present, Item::new(Value::Null, place));
                            present.value = Value::Seq(vec![first, item]);
                            present.key = key;
                        }
                    }
                }
            }
        }
    }
    Value::Map(map)
}

/// Puts what other resources say of themselves where they are referred to: `kubernetes_role.a.metadata[0].name`.
fn follow(blocks: &mut [Block]) {
    let known = blocks.to_vec();
    for block in blocks {
        let mut stack = vec![&mut block.body];
        while let Some(item) = stack.pop() {
            if let Value::Unknown(code) = &item.value
                && let Some(found) = referred(&known, code)
            {
                item.value = found;
            }
            match &mut item.value {
                Value::Map(map) => stack.extend(map.values_mut()),
                Value::Seq(items) => stack.extend(items.iter_mut()),
                _ => {}
            }
        }
    }
}

fn referred(blocks: &[Block], code: &str) -> Option<Value> {
    let mut parts = code.split('.').map(|part| part.split('[').next().unwrap_or(part));
    let (kind, name) = (parts.next()?, parts.next()?);
    let block = blocks
        .iter()
        .find(|block| &*block.block == "resource" && &*block.kind == kind && &*block.name == name)?;
    let path: Vec<&str> = parts.collect();
    let found = block.at(&path.join("."))?;
    matches!(found.value, Value::String(_)).then(|| found.value.clone())
}

/// Whether a text names a portal.
pub(crate) fn names_a_portal(text: &str) -> bool {
    let text = text.to_ascii_lowercase().replace('_', "-");
    NAMES.iter().any(|name| text.contains(name))
}

fn is_of_a_portal(block: &Block) -> bool {
    // Of a name that is put together, the part that is written.
    let says = |path: &str| {
        block.at(path).is_some_and(|item| match &item.value {
            Value::String(text) => names_a_portal(text),
            Value::Unknown(code) => code.starts_with('"') && names_a_portal(code),
            _ => false,
        })
    };
    match &*block.block {
        "resource" | "module" => {
            names_a_portal(&block.name)
                || [
                    "name",
                    "display_name",
                    "identifier",
                    "chart",
                    "db_name",
                    "family",
                    "image",
                    "metadata.name",
                ]
                .iter()
                .any(|path| says(path))
        }
        _ => false,
    }
}

/// Counts the modules as the portal's that its own modules use.
pub(super) fn adopt(modules: &mut [Module]) {
    // As often as modules may use one another.
    for _ in 0..8 {
        let mut used: Vec<String> = Vec::new();
        for module in modules.iter().filter(|module| module.is_portal) {
            used.extend(module.all("module").filter_map(|block| source_folder(&module.folder, block)));
        }
        let mut changed = false;
        for module in modules.iter_mut().filter(|module| !module.is_portal) {
            if used.iter().any(|folder| *folder == *module.folder) {
                module.is_portal = true;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
}

pub(super) fn joined(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
