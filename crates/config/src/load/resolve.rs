//! Substitution and includes: from a YAML node to a value that knows its place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use untrusted::yaml::{self, Entry, Node, YamlError};

use super::substitute::substitute;
use crate::value::{Data, Loss, Origin, Value, Via, join};
use crate::{Environment, Mode, Place, Problem};

/// How deep values may lie within one another, includes counted in.
const DEPTH: usize = 100;
/// How many values one load may produce: includes of includes multiply.
const VALUES: usize = 500_000;
/// How many problems are kept; a broken file can be wrong in every line.
const PROBLEMS: usize = 200;

/// The file a node was read from.
#[derive(Clone)]
pub(super) struct SourceFile {
    /// As shown to people.
    pub(super) source: Arc<str>,
    /// As opened.
    pub(super) path: PathBuf,
    /// The includes that led here.
    pub(super) via: Vec<Via>,
}

impl SourceFile {
    pub(super) fn place(&self, mark: yaml::Mark) -> Place {
        Place { source: Arc::clone(&self.source), line: mark.line, column: mark.column }
    }

    pub(super) fn sibling(&self, name: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(name)
    }

    /// How a file named in this one is shown: relative to what this one was called.
    pub(super) fn sibling_shown(&self, name: &str) -> String {
        Path::new(&*self.source).parent().unwrap_or(Path::new("")).join(name).display().to_string()
    }
}

pub(super) struct Resolver<'a> {
    pub(super) environment: &'a Environment,
    pub(super) mode: Mode,
    pub(super) problems: Vec<Problem>,
    pub(super) files: Vec<PathBuf>,
    /// Includes being followed, to notice circles.
    pub(super) open: Vec<(PathBuf, String)>,
    pub(super) includes: usize,
    values: usize,
}

pub(super) fn yaml_problem(source: &Arc<str>, error: &YamlError) -> Problem {
    let place = Place { source: Arc::clone(source), line: error.mark.line, column: error.mark.column };
    Problem::error("", error.message.clone()).at(Some(&place)).fix("correct the YAML at this place")
}

impl<'a> Resolver<'a> {
    pub(super) fn new(environment: &'a Environment, mode: Mode) -> Self {
        Self {
            environment,
            mode,
            problems: Vec::new(),
            files: Vec::new(),
            open: Vec::new(),
            includes: 0,
            values: 0,
        }
    }

    pub(super) fn report(&mut self, problem: Problem) {
        if self.problems.len() < PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// The value of a node; `None` when it is dropped.
    pub(super) fn resolve(
        &mut self,
        node: &Node,
        file: &SourceFile,
        key: &str,
        depth: usize,
    ) -> Option<Value> {
        let place = file.place(node.span.start);
        self.values += 1;
        if depth > DEPTH || self.values > VALUES {
            if self.values <= VALUES || self.values == VALUES + 1 {
                let what = if depth > DEPTH { "lies too deep" } else { "is one value too many" };
                self.report(
                    Problem::error(key, format!("this value {what} (limits: {DEPTH} deep, {VALUES} values)"))
                        .at(Some(&place))
                        .fix("look for an include that includes too much"),
                );
            }
            return None;
        }
        let origin = Origin { place, via: file.via.clone() };
        match &node.value {
            yaml::Value::Null => Some(Value::new(Data::Null, origin)),
            yaml::Value::Bool(flag) => Some(Value::new(Data::Bool(*flag), origin)),
            yaml::Value::Number(number) => Some(Value::new(Data::Number(number.clone()), origin)),
            yaml::Value::String(text) => self.string(text, origin, key),
            yaml::Value::Seq(items) => Some(self.seq(items, file, origin, key, depth)),
            yaml::Value::Map(entries) => match entries.iter().find(|entry| entry.key.starts_with('$')) {
                Some(_) if entries.len() > 1 => {
                    self.adjacent(entries, file, key);
                    None
                }
                Some(include) => self.include(include, file, origin, key, depth),
                None => Some(self.map(entries, file, origin, key, depth)),
            },
        }
    }

    pub(super) fn string(&mut self, text: &str, mut origin: Origin, key: &str) -> Option<Value> {
        let Some(found) = substitute(text, self.environment) else {
            return Some(Value::new(Data::String(text.to_owned()), origin));
        };
        for name in &found.unset {
            self.unset(name, &origin.place, key, &format!("${{{name}:-}}"));
        }
        origin.via.extend(found.used.into_iter().map(|name| Via::Variable { name }));
        found.text.map(|text| Value::new(Data::String(text), origin))
    }

    /// The reference drops the key without a word. That can widen what is allowed, so production
    /// wants the variable, and development says what it dropped.
    pub(super) fn unset(&mut self, name: &str, place: &Place, key: &str, optional: &str) {
        let problem = match self.mode {
            Mode::Production => {
                Problem::error(key, format!("environment variable `{name}` is not set")).fix(format!(
                    "set {name}, give it a default with ${{{name}:-default}}, or write {optional} if the \
                     key may be left out"
                ))
            }
            Mode::Development => Problem::warning(
                key,
                format!("environment variable `{name}` is not set, so `{key}` is left out"),
            )
            .fix(format!("set {name}; in production this is an error")),
        };
        self.report(problem.at(Some(place)));
    }

    fn seq(&mut self, items: &[Node], file: &SourceFile, origin: Origin, key: &str, depth: usize) -> Value {
        let (mut kept, mut losses) = (Vec::new(), Vec::new());
        for (index, item) in items.iter().enumerate() {
            let key = format!("{key}[{index}]");
            match self.resolve(item, file, &key, depth + 1) {
                Some(value) => kept.push(value),
                None => losses.push(Loss { name: String::new(), key, place: file.place(item.span.start) }),
            }
        }
        Value { losses, ..Value::new(Data::Seq(kept), origin) }
    }

    fn map(
        &mut self,
        entries: &[Entry],
        file: &SourceFile,
        origin: Origin,
        key: &str,
        depth: usize,
    ) -> Value {
        let (mut kept, mut losses) = (IndexMap::new(), Vec::new());
        for entry in entries {
            let key = join(key, &entry.key);
            match self.resolve(&entry.value, file, &key, depth + 1) {
                Some(mut value) => {
                    value.key_place = Some(file.place(entry.key_span.start));
                    kept.insert(entry.key.clone(), value);
                }
                None => losses.push(Loss {
                    name: entry.key.clone(),
                    key,
                    place: file.place(entry.value.span.start),
                }),
            }
        }
        Value { losses, ..Value::new(Data::Map(kept), origin) }
    }
}
