//! What a repository gives to a catalog: entities, templates among them, and sources of TechDocs.

mod docs;
mod entity;
mod template;

pub(crate) use docs::docs;
pub(crate) use entity::{Entity, entities};
pub(crate) use template::{Step, Template, templates, used};
