//! `$env`, `$file` and `$include`: objects of one key that stand for something elsewhere.

use std::path::Path;
use std::sync::Arc;

use untrusted::yaml::{self, Entry, Node};

use super::resolve::{Resolver, SourceFile, yaml_problem};
use super::{FILE_BYTES, read_bounded};
use crate::value::{Data, Origin, Value, Via, join};
use crate::{Mode, Place, Problem};

/// How many includes one load may follow.
const INCLUDES: usize = 1_000;

impl Resolver<'_> {
    pub(super) fn adjacent(&mut self, entries: &[Entry], file: &SourceFile, key: &str) {
        let Some(include) = entries.iter().find(|entry| entry.key.starts_with('$')) else { return };
        self.report(
            Problem::error(key, format!("include key {} should not have adjacent keys", include.key))
                .at(Some(&file.place(include.key_span.start)))
                .fix("move the include to a key of its own, or remove the keys beside it"),
        );
    }

    pub(super) fn include(
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
