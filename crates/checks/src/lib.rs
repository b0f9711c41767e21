//! The production checklist, executed: rules over a Backstage repository or over the configuration that a
//! server is about to start with.
//!
//! [`Repository`] is what a repository means (which configurations production loads, which backend, which
//! release, which manifests); a [`Rule`] looks at it through a [`Context`] and reports [`Finding`]s; [`run`] runs
//! the rules of [`registry`]. What is read was written by others: every reader is bounded, and what could not be
//! read makes rules say *skipped, because*, never *passed*.

pub mod accept;
pub mod advisories;
mod catalog_files;
mod checklist;
mod cloudformation;
pub mod code;
mod context;
mod covered;
mod file;
mod finding;
pub mod fix;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
mod helm;
pub mod image;
pub mod kube;
mod leaks;
pub mod live;
pub mod packages;
mod page;
mod place;
mod release;
pub mod repo;
mod report;
mod rule;
mod rules;
mod secret_names;
pub mod terraform;
#[cfg(test)]
mod tests;
mod tree;
mod unread;

pub use checklist::Checklist;
pub use context::Context;
pub use file::{Content, Documents, File};
pub use finding::{Confidence, Finding, Findings, Severity, Step};
pub use leaks::Leak;
pub use page::{Page, Sample};
pub use place::Place;
pub use release::Release;
pub use repo::Repository;
pub use report::{Report, SkippedRule, run};
pub use rule::{Entry, Ran, Rule, Serve, Skip};
pub use rules::registry;
pub use tree::{Item, Text, Value};
