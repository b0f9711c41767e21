//! Substitution and includes: from a YAML node to a value that knows its place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use untrusted::yaml::{self, Entry, Node, YamlError};

use super::substitute::substitute;
use super::{FILE_BYTES, read_bounded};
use crate::value::{Data, Loss, Origin, Value, Via, join};
use crate::{Environment, Mode, Place, Problem};

/// How deep values may lie within one another, includes counted in.
const DEPTH: usize = 100;
/// How many includes one load may follow.
const INCLUDES: usize = 1_000;
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
    fn place(&self, mark: yaml::Mark) -> Place {
        Place { source: Arc::clone(&self.source), line: mark.line, column: mark.column }
    }

    fn sibling(&self, name: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(name)
    }

    /// How a file named in this one is shown: relative to what this one was called.
    fn sibling_shown(&self, name: &str) -> String {
        Path::new(&*self.source).parent().unwrap_or(Path::new("")).join(name).display().to_string()
    }
}

pub(super) struct Resolver<'a> {
    environment: &'a Environment,
    mode: Mode,
    pub(super) problems: Vec<Problem>,
    pub(super) files: Vec<PathBuf>,
    /// Includes being followed, to notice circles.
    open: Vec<(PathBuf, String)>,
    includes: usize,
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

    fn report(&mut self, problem: Problem) {
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

    fn string(&mut self, text: &str, mut origin: Origin, key: &str) -> Option<Value> {
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
    fn unset(&mut self, name: &str, place: &Place, key: &str, optional: &str) {
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
                None => losses.push(Loss { key, place: file.place(item.span.start) }),
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
                None => losses.push(Loss { key, place: file.place(entry.value.span.start) }),
            }
        }
        Value { losses, ..Value::new(Data::Map(kept), origin) }
    }

    fn adjacent(&mut self, entries: &[Entry], file: &SourceFile, key: &str) {
        let Some(include) = entries.iter().find(|entry| entry.key.starts_with('$')) else { return };
        self.report(
            Problem::error(key, format!("include key {} should not have adjacent keys", include.key))
                .at(Some(&file.place(include.key_span.start)))
                .fix("move the include to a key of its own, or remove the keys beside it"),
        );
    }

    fn include(
        &mut self,
        entry: &Entry,
        file: &SourceFile,
        origin: Origin,
        key: &str,
        depth: usize,
    ) -> Option<Value> {
        let place = file.place(entry.value.span.start);
        if !matches!(entry.key.as_str(), "$env" | "$file" | "$include") {
            self.report(
                Problem::error(key, format!("unknown include {}", entry.key))
                    .at(Some(&file.place(entry.key_span.start)))
                    .fix("the includes are $env, $file and $include"),
            );
            return None;
        }
        let Some(text) = entry.value.as_str() else {
            self.report(
                Problem::error(key, format!("{} include value is not a string", entry.key))
                    .at(Some(&place))
                    .fix("write the name as text"),
            );
            return None;
        };
        let argument = self.string(text, Origin { place: place.clone(), via: Vec::new() }, key)?;
        let Data::String(argument) = argument.data else { return None };
        match entry.key.as_str() {
            "$env" => self.env(&argument, origin, key),
            "$file" => self.file(&argument, file, origin, key, &place),
            _ => self.nested(&argument, file, key, depth, &place),
        }
    }

    fn env(&mut self, name: &str, mut origin: Origin, key: &str) -> Option<Value> {
        let Some(value) = self.environment.value(name) else {
            self.unset(name, &origin.place, key, &format!("${{{name}:-}}"));
            return None;
        };
        origin.via.push(Via::Variable { name: name.to_owned() });
        Some(Value::new(Data::String(value.trim().to_owned()), origin))
    }

    /// Counts one more file; a load that goes on for ever must end.
    fn may_open(&mut self, key: &str, place: &Place) -> bool {
        self.includes += 1;
        if self.includes == INCLUDES + 1 {
            self.report(
                Problem::error(key, format!("more than {INCLUDES} includes"))
                    .at(Some(place))
                    .fix("look for an include that includes too much"),
            );
        }
        self.includes <= INCLUDES
    }

    fn file(
        &mut self,
        name: &str,
        file: &SourceFile,
        mut origin: Origin,
        key: &str,
        place: &Place,
    ) -> Option<Value> {
        if !self.may_open(key, place) {
            return None;
        }
        let path = file.sibling(name);
        let text = read_bounded(&path, FILE_BYTES).and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidData, "is not UTF-8 text"))
        });
        match text {
            Ok(text) => {
                self.files.push(path.clone());
                origin.via.push(Via::File { path });
                Some(Value::new(Data::String(text.trim_end().to_owned()), origin))
            }
            Err(error) => {
                self.report(unreadable(key, &file.sibling_shown(name), &error).at(Some(place)));
                None
            }
        }
    }

    fn nested(
        &mut self,
        argument: &str,
        file: &SourceFile,
        key: &str,
        depth: usize,
        place: &Place,
    ) -> Option<Value> {
        if !self.may_open(key, place) {
            return None;
        }
        let (name, pointer) = argument.split_once('#').unwrap_or((argument, ""));
        let known =
            Path::new(name).extension().is_some_and(|end| end == "json" || end == "yaml" || end == "yml");
        if !known {
            self.report(
                Problem::error(key, format!("no configuration parser available for included file {name}"))
                    .at(Some(place))
                    .fix("include .json, .yaml or .yml; a text file is included by $file"),
            );
            return None;
        }
        let path = file.sibling(name);
        let shown: Arc<str> = Arc::from(file.sibling_shown(name));
        let limit = u64::try_from(yaml::Limits::default().bytes).unwrap_or(u64::MAX);
        let bytes = match read_bounded(&path, limit) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.report(unreadable(key, &shown, &error).at(Some(place)));
                return None;
            }
        };
        self.files.push(path.clone());
        let mark = (std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone()), pointer.to_owned());
        if self.open.contains(&mark) {
            self.report(
                Problem::error(key, format!("include of `{argument}` goes round in a circle"))
                    .at(Some(place))
                    .fix("remove one of the includes"),
            );
            return None;
        }
        let root = match yaml::parse_one(&bytes, &yaml::Limits::default()) {
            Ok(root) => root,
            Err(error) => {
                self.report(Problem { key: key.to_owned(), ..yaml_problem(&shown, &error) });
                return None;
            }
        };
        let mut via = file.via.clone();
        via.push(Via::Include { path: shown.to_string(), at: place.clone() });
        let inner = SourceFile { source: shown, path, via };
        let node = self.pointed(root.as_ref(), pointer, &inner, key, place)?;
        self.open.push(mark);
        let value = self.resolve(node, &inner, key, depth + 1);
        self.open.pop();
        value
    }

    /// The part of an included file after `#`.
    fn pointed<'n>(
        &mut self,
        root: Option<&'n Node>,
        pointer: &str,
        inner: &SourceFile,
        key: &str,
        place: &Place,
    ) -> Option<&'n Node> {
        let Some(mut node) = root else {
            self.missing_part(pointer, inner, key, place);
            return None;
        };
        if pointer.is_empty() {
            return Some(node);
        }
        let mut walked = String::new();
        for part in pointer.split('.') {
            if node.as_map().is_none() {
                let what =
                    if walked.is_empty() { "the root".to_owned() } else { format!("value at '{walked}'") };
                let text = format!("{what} in included file {} is not an object", inner.source);
                self.report(
                    Problem::error(key, text).at(Some(place)).fix("correct the part after #, or the file"),
                );
                return None;
            }
            walked = join(&walked, part);
            let Some(next) = node.get(part) else {
                self.missing_part(pointer, inner, key, place);
                return None;
            };
            node = next;
        }
        Some(node)
    }

    /// As an unset variable: the reference drops the key.
    fn missing_part(&mut self, pointer: &str, inner: &SourceFile, key: &str, place: &Place) {
        let what = if pointer.is_empty() { "nothing".to_owned() } else { format!("no value at '{pointer}'") };
        let message = format!("included file {} holds {what}", inner.source);
        let problem = match self.mode {
            Mode::Production => Problem::error(key, message).fix("correct the part after #, or the file"),
            Mode::Development => Problem::warning(key, format!("{message}, so `{key}` is left out"))
                .fix("in production this is an error"),
        };
        self.report(problem.at(Some(place)));
    }
}

fn unreadable(key: &str, shown: &str, error: &std::io::Error) -> Problem {
    Problem::error(key, format!("included file `{shown}` cannot be read: {error}"))
        .fix("paths of includes are relative to the file that holds them; check the path and its permissions")
}
