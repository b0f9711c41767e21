//! From files and environment to one tree of values.

mod env_source;
mod include;
mod read;
mod resolve;
mod substitute;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use untrusted::yaml;

use env_source::env_source;
pub(crate) use read::{FILE_BYTES, read_bounded};
use resolve::{Resolver, SourceFile};

use crate::merge::merge;
use crate::value::{Data, Origin, Value};
use crate::{Environment, Mode, Place, Problem};

/// What to load.
#[derive(Clone, Debug)]
pub struct Request {
    /// The values of `--config`, in order; empty loads Backstage's default files.
    pub files: Vec<String>,
    /// The working directory: relative files are looked for here.
    pub root: PathBuf,
    /// Variables for substitution, `APP_CONFIG_*`, `BACKSTAGE_ENV`, `LOG_LEVEL`.
    pub environment: Environment,
    /// In production an unset variable is an error.
    pub mode: Mode,
}

/// The merged tree and what was noticed on the way.
pub(crate) struct Loaded {
    pub(crate) root: Value,
    pub(crate) problems: Vec<Problem>,
    /// Every file that was read.
    pub(crate) files: Vec<PathBuf>,
}

/// Loads every source; problems are collected, not returned early.
pub(crate) fn load(request: &Request) -> Loaded {
    let mut resolver = Resolver::new(&request.environment, request.mode);
    let mut sources = Vec::new();
    for (shown, path) in file_list(request, &mut resolver.problems) {
        sources.extend(load_file(&mut resolver, &shown, &path));
    }
    finish(resolver, sources, &request.environment)
}

/// Loads one text in place of files; includes are relative to `root`.
pub(crate) fn load_text(request: &Request, source: &str, text: &[u8]) -> Loaded {
    let mut resolver = Resolver::new(&request.environment, request.mode);
    let value = parse_source(&mut resolver, source, &request.root.join(source), text);
    finish(resolver, value.into_iter().collect(), &request.environment)
}

fn finish(resolver: Resolver<'_>, mut sources: Vec<Value>, environment: &Environment) -> Loaded {
    let (mut problems, files) = (resolver.problems, resolver.files);
    sources.extend(env_source(environment, &mut problems));
    let empty = Value::new(
        Data::Map(IndexMap::new()),
        Origin { place: Place::whole("configuration"), via: Vec::new() },
    );
    let root = sources.into_iter().reduce(merge).unwrap_or(empty);
    Loaded { root, problems, files }
}

/// The files to read, as shown and as opened.
fn file_list(request: &Request, problems: &mut Vec<Problem>) -> Vec<(String, PathBuf)> {
    let root = &request.root;
    if !request.files.is_empty() {
        let mut files = Vec::new();
        for file in &request.files {
            if is_url(file) {
                problems.push(
                    Problem::error("", format!("configuration is not read from URLs: `{}`", mask_url(file)))
                        .fix("download the file and pass its path to --config"),
                );
            } else {
                files.push((file.clone(), root.join(file)));
            }
        }
        return files;
    }
    let base = "app-config.yaml";
    if !root.join(base).is_file() {
        problems.push(
            Problem::error("", format!("no `{base}` in {}", root.display()))
                .fix("pass the files with --config, or start where app-config.yaml is"),
        );
    }
    let names: Vec<&str> = request
        .environment
        .value("BACKSTAGE_ENV")
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let mut wanted = vec![base.to_owned()];
    wanted.extend(names.iter().map(|name| format!("app-config.{name}.yaml")));
    wanted.push("app-config.local.yaml".to_owned());
    wanted.extend(names.iter().map(|name| format!("app-config.{name}.local.yaml")));
    wanted
        .into_iter()
        .map(|name| (name.clone(), root.join(name)))
        .filter(|(_, path)| path.is_file())
        .collect()
}

fn load_file(resolver: &mut Resolver<'_>, shown: &str, path: &Path) -> Option<Value> {
    let limit = u64::try_from(yaml::Limits::default().bytes).unwrap_or(u64::MAX);
    match read_bounded(path, limit) {
        Ok(bytes) => {
            resolver.files.push(path.to_owned());
            parse_source(resolver, shown, path, &bytes)
        }
        Err(error) => {
            resolver.problems.push(
                Problem::error("", format!("`{shown}` cannot be read: {error}"))
                    .at(Some(&Place::whole(shown)))
                    .fix("check the path and its permissions"),
            );
            None
        }
    }
}

fn parse_source(resolver: &mut Resolver<'_>, shown: &str, path: &Path, bytes: &[u8]) -> Option<Value> {
    let source: Arc<str> = Arc::from(shown);
    let node = match yaml::parse_one(bytes, &yaml::Limits::default()) {
        Ok(node) => node?,
        Err(error) => {
            resolver.problems.push(resolve::yaml_problem(&source, &error));
            return None;
        }
    };
    let file = SourceFile { source, path: path.to_owned(), via: Vec::new() };
    let value = resolver.resolve(&node, &file, "", 0)?;
    match value.data {
        Data::Map(_) => Some(value),
        Data::Null => None,
        _ => {
            let got = value.type_name();
            resolver.problems.push(
                Problem::error("", format!("a configuration file holds keys and values, got {got}"))
                    .at(Some(&value.origin.place))
                    .fix("write `key: value` lines"),
            );
            None
        }
    }
}

fn is_url(text: &str) -> bool {
    // A one-letter scheme would be a Windows drive.
    url::Url::parse(text).is_ok_and(|url| url.scheme().len() > 1 && text.contains("://"))
}

fn mask_url(text: &str) -> String {
    model::SafeUrl::parse(text).map_or_else(|_| "a URL".to_owned(), |url| url.to_string())
}

#[cfg(test)]
mod tests;
