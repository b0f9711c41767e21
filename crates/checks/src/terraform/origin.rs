//! Where values of variables come from: callers of a module, files of values, defaults.

use std::collections::BTreeMap;
use std::sync::Arc;

use hcl_edit::Span;

use super::expression::{Evaluator, Names};
use super::{BYTES, Block, Module, Terraform};
use crate::helm::Source;
use crate::repo::{Files, Unread};
use crate::{File, Item};

/// How many calls of modules lie between a value and its use.
const DEPTH: usize = 12;
/// How many places one value may come from.
const PLACES: usize = 64;
/// How many files of values are read.
const FILES: usize = 200;

/// A file of values for variables: `prod.tfvars`.
#[derive(Debug)]
pub struct Values {
    /// The folder of the module that they are for.
    pub folder: Arc<str>,
    /// By name.
    pub values: BTreeMap<Arc<str>, Item>,
}

/// Where the blocks are that say what variables are.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// Of a module, by its folder: the blocks that call it.
    callers: BTreeMap<Arc<str>, Vec<(usize, usize)>>,
    /// Of a folder.
    variables: BTreeMap<Arc<str>, Variables>,
}

/// A module, and by their names the blocks of its variables.
#[derive(Debug, Default)]
struct Variables {
    module: usize,
    blocks: BTreeMap<Arc<str>, usize>,
}

impl Origins {
    pub(super) fn of(modules: &[Module]) -> Self {
        let mut found = Self::default();
        for (at, module) in modules.iter().enumerate() {
            let mut blocks = BTreeMap::new();
            for (block_at, block) in module.blocks.iter().enumerate() {
                match &*block.block {
                    "variable" => {
                        blocks.insert(Arc::clone(&block.name), block_at);
                    }
                    "module" => {
                        let Some(folder) = source_folder(&module.folder, block) else { continue };
                        found.callers.entry(Arc::from(folder)).or_default().push((at, block_at));
                    }
                    _ => {}
                }
            }
            found.variables.insert(Arc::clone(&module.folder), Variables { module: at, blocks });
        }
        found
    }
}

/// The folder of a module that is here.
pub(super) fn source_folder(folder: &str, block: &Block) -> Option<String> {
    let source = block.at("source")?.as_str().filter(|source| source.starts_with('.'))?;
    Some(super::module::joined(folder, source))
}

/// The files of values, with the modules that they are for: that of their folder, or of one above it.
pub(super) fn values(files: &Files, modules: &[Module], unread: &mut Vec<Unread>) -> Vec<Values> {
    let folders: std::collections::BTreeSet<&str> = modules.iter().map(|module| &*module.folder).collect();
    let mut all = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".tfvars") && !super::is_aside(file.folder()))
    {
        let mut folder = file.folder();
        while !folders.contains(folder) && !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        if !folders.contains(folder) {
            continue;
        }
        if all.len() >= FILES {
            let reason = "the repository has more files of values than are read of one";
            unread.push(Unread::new(&file.path, reason));
            continue;
        }
        match read(file) {
            Ok(values) => all.push(Values { folder: Arc::from(folder), values }),
            Err(reason) => unread.push(Unread::new(&file.path, reason)),
        }
    }
    all
}

fn read(file: &File) -> Result<BTreeMap<Arc<str>, Item>, String> {
    let Some(text) = file.text().filter(|text| !text.contains("${{")) else { return Ok(BTreeMap::new()) };
    if text.len() > BYTES {
        return Err(format!("it is longer than the {} KiB that are read of Terraform", BYTES >> 10));
    }
    let body = hcl_edit::parser::parse_body(text).map_err(|error| {
        format!("it holds no values of Terraform: {}, line {}", error.message(), error.location().line())
    })?;
    let source = Arc::new(Source::new(&file.path, text));
    let names = Names::default();
    let mut evaluator = Evaluator::new(&names);
    let values = body.attributes().map(|attribute| {
        let mut item = evaluator.value(&source, &attribute.value);
        let span = attribute.key.span().unwrap_or_default();
        item.key = Some(source.place(span.start, span.end));
        (Arc::from(attribute.key.as_str()), item)
    });
    Ok(values.collect())
}

impl Terraform {
    /// Whether a module here uses that of a folder.
    pub(crate) fn is_called(&self, folder: &str) -> bool {
        self.origins.callers.contains_key(folder)
    }

    /// What a value is, and where that is written: it itself, or, for one that is a variable, what callers of the module
    /// and files of values set it to, else its default. The value itself where nothing says what it is.
    pub(crate) fn origins<'a>(&'a self, files: &Files, item: &'a Item) -> Vec<&'a Item> {
        let mut found = Vec::new();
        self.follow(files, item, 0, &mut found);
        found
    }

    fn follow<'a>(&'a self, files: &Files, item: &'a Item, depth: usize, found: &mut Vec<&'a Item>) {
        if found.len() >= PLACES {
            return;
        }
        let Some((name, path)) = variable(files, item).filter(|_| depth < DEPTH) else {
            found.push(item);
            return;
        };
        let folder = item.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let below = |item: &'a Item| if path.is_empty() { Some(item) } else { item.at(path) };
        let before = found.len();
        let mut is_default = true;
        for (module, block) in self.origins.callers.get(folder).into_iter().flatten() {
            let Some(block) = self.modules.get(*module).and_then(|module| module.blocks.get(*block)) else {
                continue;
            };
            match block.body.get(name) {
                Some(argument) => {
                    is_default = false;
                    // A part of an object that is not set may have a default that is not read.
                    if let Some(argument) = below(argument) {
                        self.follow(files, argument, depth + 1, found);
                    }
                }
                None => is_default = true,
            }
        }
        for values in self.values.iter().filter(|values| &*values.folder == folder) {
            if let Some(value) = values.values.get(name) {
                is_default = false;
                found.extend(below(value));
            }
        }
        let default = || {
            let variables = self.origins.variables.get(folder)?;
            let block = self.modules.get(variables.module)?.blocks.get(*variables.blocks.get(name)?)?;
            below(block.body.get("default")?)
        };
        if is_default && let Some(default) = default() {
            found.push(default);
        }
        if found.len() == before {
            found.push(item);
        }
    }
}

/// The variable that a value is written as, and the part of it. What only stands in for one that is not set is left out.
fn variable<'a>(files: &'a Files, item: &Item) -> Option<(&'a str, &'a str)> {
    if item.place.path.rsplit_once('.').is_none_or(|(_, kind)| kind != "tf") {
        return None;
    }
    let text = files.get(&item.place.path)?.text()?.get(item.place.start..item.place.end)?.trim();
    let text = text.strip_prefix("\"${").and_then(|text| text.strip_suffix("}\"")).unwrap_or(text);
    named(text)
        .or_else(|| {
            // `coalesce(var.a, 1)`, `toset(var.a)`
            let (function, arguments) = text.split_once('(')?;
            let is_kept = [
                "coalesce",
                "distinct",
                "nonsensitive",
                "sensitive",
                "tobool",
                "tolist",
                "toset",
                "tostring",
                "try",
            ];
            let first = is_kept.contains(&function.trim()).then(|| arguments.split([',', ')']).next())??;
            named(first.trim())
        })
        .or_else(|| {
            // `var.a == null ? 1 : var.a`
            let (condition, branches) = text.split_once('?')?;
            let (then, other) = branches.split_once(" : ")?;
            [then, other].into_iter().find_map(|branch| {
                let found = named(branch.trim())?;
                condition.contains(&format!("var.{}", found.0)).then_some(found)
            })
        })
}

/// `var.name` or `var.name.part`.
fn named(code: &str) -> Option<(&str, &str)> {
    let named = code.strip_prefix("var.")?;
    let is_plain = named.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    is_plain.then(|| named.split_once('.').unwrap_or((named, "")))
}
