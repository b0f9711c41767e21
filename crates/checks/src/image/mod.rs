//! Dockerfiles: what an image is made of, what it runs, and as whom.

pub(crate) mod base_user;
mod contents;
mod effective;
pub(crate) mod engines;
mod find;
mod ignored;
mod instruction;
pub(crate) mod lifetime;
pub(crate) mod moving;
pub(crate) mod packages;
mod parse;
mod purpose;
mod reference;
pub(crate) mod shell;
mod source;
mod stage;
mod variables;

pub use contents::Contents;
pub(crate) use contents::ignored;
pub(crate) use effective::join;
pub use effective::{Effective, User};
pub use ignored::Ignored;
pub use instruction::Instruction;
pub use parse::HereDoc;
pub use purpose::Purpose;
pub use reference::Reference;
pub use shell::{Command, Word};
pub use stage::{Base, Origin, Stage};

pub(crate) use find::find;
pub(crate) use variables::expand;

use std::sync::Arc;

/// A Dockerfile that has a stage.
#[derive(Debug)]
pub struct Dockerfile {
    /// Its path.
    pub path: Arc<str>,
    /// What its image is for.
    pub purpose: Purpose,
    /// Its stages, in order; at least one.
    pub stages: Vec<Stage>,
    /// Which of them becomes the image: the last one, unless a build names another.
    pub target: usize,
    /// The folder whose files `COPY` sees, as far as it can be told.
    pub context: String,
    /// The instructions before the first `FROM`.
    pub globals: Vec<Instruction>,
}

impl Dockerfile {
    /// The stage that becomes the image.
    pub fn last(&self) -> &Stage {
        &self.stages[self.target.min(self.stages.len() - 1)]
    }

    /// The stages whose layers the image has: the last one, the one it is based on, and so on.
    pub fn layers(&self) -> impl Iterator<Item = &Stage> {
        let mut next = Some(self.target);
        std::iter::from_fn(move || {
            let stage = self.stages.get(next?)?;
            next = match stage.base.origin {
                Origin::Stage(below) => Some(below),
                _ => None,
            };
            Some(stage)
        })
    }

    /// Every instruction of the layers that the image has, those of the first layer first.
    pub fn instructions(&self) -> impl Iterator<Item = &Instruction> {
        let mut stages: Vec<&Stage> = self.layers().collect();
        stages.reverse();
        stages.into_iter().flat_map(|stage| &stage.instructions)
    }

    /// The `FROM` that names the image which the lowest layer is from.
    pub fn base(&self) -> Option<(&Base, &Reference)> {
        let stage = self.layers().last()?;
        match &stage.base.origin {
            Origin::Image(reference) => Some((&stage.base, reference)),
            _ => None,
        }
    }

    /// The same of every image that comes from the file: of the one that is built, and of those that serve and are no
    /// part of another.
    pub fn bases(&self) -> Vec<(&Base, &Reference)> {
        let is_part = |at: usize| {
            self.stages.iter().any(|stage| {
                let copies = stage.instructions.iter().filter_map(|one| one.flag("from"));
                stage.base.origin == Origin::Stage(at)
                    // A template's file may have a stage of one name for each choice.
                    || copies.into_iter().any(|from| {
                        self.stage_of(from) == Some(at)
                            || self.stages[at].name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(from))
                    })
            })
        };
        let others = self.stages.iter().enumerate().filter_map(|(at, stage)| match &stage.base.origin {
            // A template's file may hold one image for each choice.
            Origin::Image(image)
                if at != self.target
                    && (image.is_server() || self.purpose == Purpose::Made)
                    && !is_part(at) =>
            {
                Some((&stage.base, image))
            }
            _ => None,
        });
        let mut all: Vec<_> = self.base().into_iter().collect();
        all.extend(others);
        all
    }

    /// Whether it is started as it is: it says with what, or its base does.
    pub fn is_started(&self) -> bool {
        self.instructions().any(|one| matches!(one.keyword.as_str(), "CMD" | "ENTRYPOINT"))
            || self.base().is_some_and(|(_, image)| image.is_server())
    }

    /// The stage that a name or a number means.
    pub fn stage_of(&self, name: &str) -> Option<usize> {
        let named = |stage: &Stage| stage.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name));
        self.stages.iter().rposition(named).or_else(|| name.parse().ok().filter(|at| *at < self.stages.len()))
    }

    /// Everything that holds when the image runs.
    pub fn effective(&self) -> Effective<'_> {
        effective::of(self)
    }
}
