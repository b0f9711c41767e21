//! A Backstage application in a repository.

use std::collections::BTreeSet;

use crate::image::Dockerfile;
use crate::packages::{Found, is_under};
use crate::repo::app_config::{self, AppConfig, Generated, Role};
use crate::repo::files::Files;
use crate::repo::launch::Launches;
use crate::repo::production::{self, Production};
use crate::repo::setting::{self, Setting};

/// One application.
#[derive(Debug)]
pub struct Project {
    /// Its folder; empty for the repository's root.
    pub folder: String,
    /// Its app-config files, by path.
    pub configs: Vec<AppConfig>,
    /// What production runs with, one for each way of starting it.
    pub productions: Vec<Production>,
    /// The Backstage release that it is of, if that can be told.
    pub release: Option<Found>,
}

impl Project {
    /// A server's own.
    pub(crate) fn of_production(production: Production) -> Self {
        Self { folder: String::new(), configs: Vec::new(), productions: vec![production], release: None }
    }

    /// Every place of its configurations that a pattern leads to.
    pub fn settings<'a>(&'a self, pattern: &str) -> Vec<Setting<'a>> {
        setting::find(self, pattern)
    }
}

/// The folders of the applications: those with a backstage.json or an app-config, unless they are only a place in
/// which another one keeps its files.
pub(crate) fn folders(files: &Files) -> Vec<String> {
    let marked: BTreeSet<&str> =
        files.iter().filter(|file| is_marker(file)).map(crate::File::folder).collect();
    let mut found: BTreeSet<&str> = marked;
    let roots: Vec<&str> = files.iter().filter_map(root_of_backend).collect();
    for root in roots {
        if nearest(&found, root).is_none() {
            found.insert(root);
        }
    }
    let bases = app_config::files(files).filter(|path| Role::of(name_of(path)) == Some(Role::Base));
    for folder in bases.map(|path| folder_of(path)) {
        let package = join(folder, "package.json");
        let own = files.get(&package).is_some() && !folder.contains("packages/");
        if own || nearest(&found, folder).is_none() {
            found.insert(folder);
        }
    }
    // Configurations without a base, where there is nothing above: an application that is elsewhere.
    for folder in app_config::files(files).map(|path| folder_of(path)) {
        if nearest(&found, folder).is_none() {
            found.insert(folder);
        }
    }
    if found.is_empty() {
        found.extend(app_config::inside_manifests(files).first().map(|_| ""));
    }
    found.into_iter().map(str::to_owned).collect()
}

/// The folder of the workspace that a backend's package is of; none for what templates make and tests read.
fn root_of_backend(file: &crate::File) -> Option<&str> {
    let root = match file.path.strip_suffix("packages/backend/package.json")? {
        "" => "",
        root => root.strip_suffix('/')?,
    };
    let aside = |part: &str| {
        matches!(
            part,
            "skeleton"
                | "content"
                | "template"
                | "templates"
                | "examples"
                | "fixtures"
                | "__fixtures__"
                | "node_modules"
        )
    };
    let is_backend = file.text().is_some_and(|text| text.contains("\"@backstage/plugin-"));
    (is_backend && !root.split('/').any(aside)).then_some(root)
}

/// Whether a file is what marks an application: a backstage.json that says a version. Dashboards have that name too, and
/// a number for a version.
fn is_marker(file: &crate::File) -> bool {
    let version = |file: &crate::File| file.tree()?.get("version")?.as_str().map(|_| ());
    file.name() == "backstage.json" && version(file).is_some()
}

/// The applications of a repository.
pub(crate) fn find(files: &Files, folders: &[&str], images: &[Dockerfile]) -> Vec<Project> {
    let generated = Generated::find(files);
    let launches = Launches::find(files, images, folders, &generated);
    let known: BTreeSet<&str> = folders.iter().copied().collect();
    let mut inside: Vec<Option<AppConfig>> =
        app_config::inside_manifests(files).into_iter().map(Some).collect();
    let owner = |path: &str| nearest(&known, folder_of(path)).or_else(|| folders.first().copied());
    folders
        .iter()
        .map(|folder| {
            let named: BTreeSet<&str> =
                app_config::files(files).map(|path| &**path).chain(generated.paths()).collect();
            let own = named.into_iter().filter(|path| owner(path) == Some(*folder));
            let mut configs: Vec<AppConfig> = own
                .filter_map(|path| app_config::read(path, folder, files))
                .map(|config| app_config::mounted(config, &generated))
                .collect();
            configs.extend(
                inside
                    .iter_mut()
                    .filter(|config| {
                        config.as_ref().is_some_and(|config| owner(&config.path) == Some(*folder))
                    })
                    .filter_map(Option::take),
            );
            // What only holds the packages of an application below it is started as that.
            let holds_another =
                configs.is_empty() && folders.iter().any(|other| other != folder && is_under(other, folder));
            let productions =
                if holds_another { Vec::new() } else { production::of(folder, &configs, &launches) };
            Project { folder: (*folder).to_owned(), configs, productions, release: None }
        })
        .collect()
}

/// The innermost of some folders that has a folder in it.
fn nearest<'a>(folders: &BTreeSet<&'a str>, folder: &str) -> Option<&'a str> {
    folders.iter().filter(|own| is_under(folder, own)).max_by_key(|own| own.len()).copied()
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
