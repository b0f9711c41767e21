//! `CloudFormation`, and what SAM makes it of: templates in YAML or JSON, in the words of Terraform.
//!
//! A template becomes a [`Module`]: its parameters are variables, its resources those that Terraform's provider calls
//! otherwise, so that a rule about databases or roles is one rule. Functions of parameters with a default stand for
//! it; what else is only known when a stack is made is unknown.

mod intrinsic;
mod resource;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

use memchr::memmem;

use crate::repo::{Files, Unread};
use crate::terraform::{Block, Module, names_a_portal};
use crate::{File, Item, Place, Value};
use intrinsic::Evaluator;

/// The longest template, as `CloudFormation` takes it from a bucket, and how many are read.
const BYTES: usize = 1 << 20;
const TEMPLATES: usize = 500;

/// The templates of a repository. What a portal's templates make of one is not part of it.
pub(crate) fn find(files: &Files, unread: &mut Vec<Unread>) -> Vec<Module> {
    let own = files.iter().filter(|file| is_named_so(file) && !crate::terraform::is_aside(file.folder()));
    let mut found = Vec::new();
    for file in own {
        match template(file) {
            Ok(Some(_)) if found.len() >= TEMPLATES => {
                unread.push(Unread::new(
                    &file.path,
                    "the repository has more templates of CloudFormation than are read of one",
                ));
            }
            Ok(module) => found.extend(module),
            Err(reason) => unread.push(Unread::new(&file.path, reason)),
        }
    }
    found
}

fn is_named_so(file: &File) -> bool {
    let known = ["yaml", "yml", "json", "template"];
    file.name().rsplit_once('.').is_some_and(|(_, kind)| known.contains(&kind))
}

/// The module that a file is; none if it is no template.
fn template(file: &File) -> Result<Option<Module>, String> {
    let Some(text) = file.text() else { return Ok(None) };
    // Most files are none, and told so without being parsed.
    let has = |needle: &str| memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    if !has("AWS::") || !has("Resources") || has("${{") {
        return Ok(None);
    }
    // Only a file that says so is missed if it cannot be read; others may speak of such templates.
    let says_so = has("AWSTemplateFormatVersion") || has("AWS::Serverless-");
    if text.len() > BYTES {
        let reason = format!("it is longer than the {} KiB that are read of a template", BYTES >> 10);
        return if says_so { Err(reason) } else { Ok(None) };
    }
    let Some(root) = file.tree() else {
        return if says_so { Err("it is no template that can be read".to_owned()) } else { Ok(None) };
    };
    let Some(resources) = root.get("Resources").and_then(Item::as_map) else { return Ok(None) };
    let evaluator = Evaluator::new(text, root);
    let mut blocks: Vec<Block> =
        root.get("Parameters").into_iter().flat_map(Item::entries).map(variable).collect();
    for (name, written) in resources {
        let Some(kind) = written.get("Type").and_then(Item::as_str).filter(|kind| kind.contains("::")) else {
            continue;
        };
        let nothing = Item::new(Value::Null, written.place.clone());
        let properties = evaluator.value(written.get("Properties").unwrap_or(&nothing));
        let (kind, body) = resource::of(kind, &properties);
        blocks.push(block("resource", &kind, name, body, written));
    }
    let is_portal = names_a_portal(text);
    Ok(Some(Module { folder: Arc::from(file.folder()), blocks, is_portal, is_beside: false }))
}

/// A parameter as a variable.
fn variable((name, written): (&Arc<str>, &Item)) -> Block {
    let text = |key: &str| written.get(key).and_then(Item::as_str);
    let mut body = indexmap::IndexMap::new();
    // The default of a parameter that is looked up is where it is looked up.
    let is_looked_up = text("Type").is_some_and(|kind| kind.starts_with("AWS::SSM::"));
    for (from, to) in
        [("Default", "default"), ("NoEcho", "sensitive"), ("Type", "type"), ("Description", "description")]
    {
        if let Some(item) = written.get(from).filter(|_| from != "Default" || !is_looked_up) {
            body.insert(Arc::from(to), item.clone());
        }
    }
    block("variable", "", name, Value::Map(body), written)
}

fn block(sort: &str, kind: &str, name: &Arc<str>, body: Value, written: &Item) -> Block {
    let place = written.key_place().clone();
    let kind_place = written.get("Type").map_or_else(|| place.clone(), |kind| Place::clone(&kind.place));
    Block {
        block: Arc::from(sort),
        kind: Arc::from(kind),
        name: Arc::clone(name),
        label: Arc::clone(name),
        body: Item::new(body, place.clone()),
        place,
        kind_place,
    }
}
