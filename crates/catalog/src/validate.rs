//! Checking catalog files without a server: everything the portal would refuse, with the place to
//! mend.
//!
//! Files are judged alone. What a placeholder or a Location points to is not read, so nothing is said
//! about it; whether two of the given files claim the same ref is.

mod help;
mod place;
mod placeholder;

use std::collections::{HashMap, HashSet};

use model::entity::{Part, problems, search_rows};
use model::{EntityError, EntityRef};
use serde_json::Value;
use untrusted::yaml::{self, Document, Limits, Mark, Node, Span, YamlError};

/// Most diagnostics of one file.
const MAX_PER_FILE: usize = 1_000;

/// How often a document is judged again because a placeholder would have to hold another type.
const MAX_RETYPED: usize = 8;

/// Something to mend, and where. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's name as it was given.
    pub file: String,
    /// Line of the first character at fault.
    pub line: usize,
    /// Column of the first character at fault.
    pub column: usize,
    /// Line of the character just after the last one at fault.
    pub end_line: usize,
    /// Column of the character just after the last one at fault.
    pub end_column: usize,
    /// Whether the portal would refuse it.
    pub severity: Severity,
    /// The entity at fault, when it has a ref.
    pub entity_ref: Option<EntityRef>,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The portal refuses it.
    Error,
    /// The portal takes it, but it is worth knowing.
    Warning,
}

/// What a check of some files found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Entities without an error, refs that are claimed twice counted once.
    pub entities: usize,
    /// What is to mend, in the order of files and documents.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks one file after another, remembering which refs are taken.
#[derive(Clone, Debug, Default)]
pub struct Checker {
    files: HashSet<String>,
    /// Where each ref was claimed first: file and line.
    claims: HashMap<EntityRef, (String, u32)>,
    diagnostics: Vec<Diagnostic>,
}

/// Checks one file by itself.
pub fn check_file(name: &str, bytes: &[u8]) -> Vec<Diagnostic> {
    let mut checker = Checker::new();
    checker.add(name, bytes);
    checker.finish().diagnostics
}

impl Checker {
    /// A checker that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks a file, and gives the refs of the entities in it that have no error, in order. A file of
    /// the same name is not read twice.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Vec<EntityRef> {
        if !self.files.insert(name.to_owned()) {
            return Vec::new();
        }
        let documents = match yaml::parse_documents(bytes, &Limits::default()) {
            Ok(documents) => documents,
            Err(error) => {
                self.diagnostics.push(unreadable(name, &error));
                return Vec::new();
            }
        };
        let (mut found, mut refs) = (Vec::new(), Vec::new());
        for document in documents {
            if found.len() >= MAX_PER_FILE {
                found.truncate(MAX_PER_FILE);
                found.push(cut_off(name, document.start));
                break;
            }
            match self.check(name, document, &mut refs) {
                Ok(()) => {}
                Err(errors) => found.extend(errors),
            }
        }
        self.diagnostics.append(&mut found);
        refs
    }

    /// What was found in all files.
    pub fn finish(self) -> Checked {
        Checked { entities: self.claims.len(), diagnostics: self.diagnostics }
    }

    fn check(
        &mut self,
        file: &str,
        document: Document,
        refs: &mut Vec<EntityRef>,
    ) -> Result<(), Vec<Diagnostic>> {
        let root = match document.content {
            Ok(None) => return Ok(()),
            Ok(Some(root)) => root,
            Err(error) => return Err(vec![unreadable(file, &error)]),
        };
        let mut json = root.to_json();
        let unread = placeholder::stand_in(&mut json);
        let mut errors = problems(&json);
        for _ in 0..MAX_RETYPED {
            let retyped = errors.iter().filter(|error| placeholder::retype(&mut json, &unread, error));
            if retyped.count() == 0 {
                break;
            }
            errors = problems(&json);
        }
        let wrong: Vec<_> = errors
            .into_iter()
            // Nobody knows yet what a placeholder holds.
            .filter(|error| error.pointer.as_ref().is_none_or(|pointer| !unread.contains(pointer)))
            .map(|error| wrong(file, &root, &json, error))
            .collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let Some(entity_ref) = ref_of(&json) else { return Ok(()) };
        let name = place::find(&root, "/metadata/name", Part::Value);
        let about = |message: String, help: &str| Diagnostic {
            entity_ref: Some(entity_ref.clone()),
            help: Some(help.to_owned()),
            ..diagnostic(file, name, message)
        };
        if let Err(error) = search_rows(&json) {
            return Err(vec![about(error.to_string(), "spell keys that mean the same in the same way")]);
        }
        refs.push(entity_ref.clone());
        if let Some((first, line)) = self.claims.get(&entity_ref) {
            let message = format!("`{entity_ref}` is already taken by the entity at {first}:{line}");
            let help =
                "the one read first keeps the ref; give this one another name or namespace, or remove it";
            return Err(vec![about(message, help)]);
        }
        self.claims.insert(entity_ref, (file.to_owned(), name.start.line));
        Ok(())
    }
}

fn ref_of(document: &Value) -> Option<EntityRef> {
    model::entity::validate_envelope(document).ok()
}

fn wrong(file: &str, root: &Node, document: &Value, error: EntityError) -> Diagnostic {
    let span = place::find(root, error.pointer.as_deref().unwrap_or_default(), error.part);
    let help = help::for_error(&error, document);
    // The page that some messages lead to says no more than the help does.
    let message = match error.message.split_once(" To learn more about catalog file format") {
        Some((message, _)) => message.to_owned(),
        None => error.message,
    };
    Diagnostic { entity_ref: error.entity_ref, help, ..diagnostic(file, span, message) }
}

fn unreadable(file: &str, error: &YamlError) -> Diagnostic {
    let end = Mark { column: error.mark.column.saturating_add(1), ..error.mark };
    let help = help::for_yaml(&error.message).map(str::to_owned);
    Diagnostic { help, ..diagnostic(file, Span { start: error.mark, end }, error.message.clone()) }
}

fn cut_off(file: &str, start: Mark) -> Diagnostic {
    let message = "the rest of this file is not checked: it has too many problems already".to_owned();
    let severity = Severity::Warning;
    Diagnostic { severity, ..diagnostic(file, Span { start, end: start }, message) }
}

fn diagnostic(file: &str, span: Span, message: String) -> Diagnostic {
    Diagnostic {
        file: file.to_owned(),
        line: span.start.line as usize,
        column: span.start.column as usize,
        end_line: span.end.line as usize,
        end_column: span.end.column as usize,
        severity: Severity::Error,
        entity_ref: None,
        message,
        help: None,
    }
}

#[cfg(test)]
mod tests;
