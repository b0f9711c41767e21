//! The stages of a Dockerfile.

use std::sync::Arc;

use crate::Place;
use crate::image::instruction::Instruction;
use crate::image::reference::Reference;
use crate::image::variables::{Variables, expand};

/// From one `FROM` to the next.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What other stages call it.
    pub name: Option<Arc<str>>,
    /// The `FROM`.
    pub from: Instruction,
    /// What it starts from.
    pub base: Base,
    /// What comes after `FROM`.
    pub instructions: Vec<Instruction>,
}

/// What a stage starts from.
#[derive(Clone, Debug)]
pub struct Base {
    /// The name's place.
    pub place: Place,
    /// The name as written.
    pub written: String,
    /// What it means.
    pub origin: Origin,
}

/// What the name of a base means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An earlier stage, by its number from 0.
    Stage(usize),
    /// Nothing.
    Scratch,
    /// An image. Variables without a default are still in it.
    Image(Reference),
}

impl Stage {
    /// The instructions of a keyword, in order.
    pub fn of<'a>(&'a self, keyword: &'a str) -> impl DoubleEndedIterator<Item = &'a Instruction> {
        self.instructions.iter().filter(move |instruction| instruction.keyword == keyword)
    }
}

/// Instructions before the first `FROM`, and the stages.
pub(super) fn split(instructions: Vec<Instruction>) -> (Vec<Instruction>, Vec<Stage>) {
    let mut globals = Vec::new();
    let mut stages: Vec<Stage> = Vec::new();
    for instruction in instructions {
        if instruction.keyword == "FROM" {
            let known = arguments(&globals);
            stages.extend(stage(instruction, &stages, &known));
        } else if let Some(stage) = stages.last_mut() {
            stage.instructions.push(instruction);
        } else {
            globals.push(instruction);
        }
    }
    (globals, stages)
}

/// What `ARG`s say by default.
pub(super) fn arguments(globals: &[Instruction]) -> Variables {
    let mut known = Variables::new();
    for arg in globals.iter().filter(|instruction| instruction.keyword == "ARG") {
        for (name, value, _) in arg.pairs() {
            let value = value.map(|value| expand(value, |name| known.get(name).cloned().flatten()));
            known.insert(name.to_owned(), value);
        }
    }
    known
}

fn stage(from: Instruction, before: &[Stage], known: &Variables) -> Option<Stage> {
    let image = from.words.first()?;
    let name = match &from.words[..] {
        [_, word, name, ..] if word.text.eq_ignore_ascii_case("as") => Some(Arc::from(name.text.as_str())),
        _ => None,
    };
    let filled = expand(&image.text, |name| known.get(name).cloned().flatten());
    let earlier = before
        .iter()
        .rposition(|stage| stage.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&filled)));
    let origin = match earlier {
        Some(at) => Origin::Stage(at),
        None if filled == "scratch" => Origin::Scratch,
        None => Origin::Image(Reference::parse(&filled)),
    };
    let base = Base { place: image.place.clone(), written: image.text.clone(), origin };
    Some(Stage { name, base, from, instructions: Vec::new() })
}
