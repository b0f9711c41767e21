//! How production is started: what images run, and what those who run images say instead.

mod containers;
mod of_image;
mod procfile;
mod program;
mod scripts;
mod start;
#[cfg(test)]
mod tests;

pub(crate) use start::Start;

use std::sync::Arc;

use rayon::prelude::*;

use crate::Place;
use crate::image::{Contents, Dockerfile, Purpose};
use crate::repo::Files;
use crate::repo::app_config::Generated;

use containers::Container;
use of_image::Changed;
use program::World;

/// A way in which production is started.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// Where it says so; none where it is only what people usually do.
    pub place: Option<Place>,
    /// The configurations it loads, in order; of those inside manifests, the manifest.
    pub configs: Vec<Arc<str>>,
    /// What it names, and is not here: mounted where it runs, or fetched from a URL.
    pub missing: Vec<Missing>,
}

/// A configuration that is loaded, and cannot be read here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// As written.
    pub name: String,
    /// Where it is named.
    pub place: Place,
    /// Whether it is a URL.
    pub remote: bool,
}

/// Everything that starts something, found once for all applications of a repository.
pub(crate) struct Launches<'a> {
    files: &'a Files,
    images: Vec<(&'a Dockerfile, Arc<Contents>)>,
    containers: Vec<Container>,
    folders: &'a [&'a str],
}

impl<'a> Launches<'a> {
    pub(crate) fn find(
        files: &'a Files,
        images: &'a [Dockerfile],
        folders: &'a [&'a str],
        generated: &Generated,
    ) -> Self {
        let images = images
            .par_iter()
            .filter(|image| image.purpose == Purpose::Backend)
            .map(|image| (image, Arc::new(Contents::of(image, files))))
            .collect();
        let mut containers = containers::find(files, generated);
        containers.extend(procfile::find(files));
        Self { files, images, containers, folders }
    }

    /// Whether something belongs to the application in a folder: it is the nearest one above, or the only one.
    fn belongs(&self, path: &str, folder: &str) -> bool {
        if let [_] = self.folders {
            return true;
        }
        let above = |own: &&&str| {
            own.is_empty() || path.strip_prefix(**own).is_some_and(|rest| rest.starts_with('/'))
        };
        let nearest = self.folders.iter().filter(above).max_by_key(|own| own.len());
        nearest.or(self.folders.first()).is_some_and(|nearest| *nearest == folder)
    }

    /// Whether an image is that of the application in a folder.
    fn is_image_of(&self, image: &Dockerfile, folder: &str) -> bool {
        self.belongs(&image.path, folder)
            || (self.folders.contains(&image.context.as_str()) && image.context == folder)
    }

    /// What starts the application in a folder, as far as it is written somewhere; what is for development is left
    /// out.
    pub(crate) fn of(&self, folder: &str) -> Vec<Start> {
        let images: Vec<_> =
            self.images.iter().filter(|(image, _)| self.is_image_of(image, folder)).collect();
        let mut starts: Vec<Start> = images
            .iter()
            .filter_map(|(image, contents)| {
                of_image::start(image, contents, folder, self.files, &Changed::default())
            })
            .collect();
        for container in
            self.containers.iter().filter(|one| !one.development && self.belongs(&one.path, folder))
        {
            let named = container.dockerfile.as_deref();
            let image = images
                .iter()
                .find(|(image, _)| {
                    named.is_some_and(|named| image.path.ends_with(named.trim_start_matches("./")))
                })
                .or(images.first());
            starts.extend(self.contained(container, image.copied(), folder));
        }
        if starts.is_empty() {
            starts.extend(scripts::start(self.files, folder));
        }
        starts
    }

    fn contained(
        &self,
        container: &Container,
        image: Option<&(&'a Dockerfile, Arc<Contents>)>,
        folder: &str,
    ) -> Option<Start> {
        let who = container.path.to_string();
        if let Some((image, contents)) = image {
            let changed = Changed {
                command: container.command.clone(),
                arguments: container.arguments.clone(),
                env: container.env.clone(),
                place: Some(container.place.clone()),
            };
            return of_image::start(image, contents, folder, self.files, &changed)
                .map(|start| Start { who, ..start });
        }
        let variables =
            |name: &str| container.env.get(name).and_then(crate::Item::literal).map(str::to_owned);
        let world = World {
            files: self.files,
            folder,
            contents: None,
            workdir: "/app",
            ours: false,
            variables: &variables,
        };
        let mut commands = container.command.clone().unwrap_or_default();
        let arguments = container.arguments.clone().unwrap_or_default();
        match commands.first_mut() {
            Some(first) => first.words.extend(arguments.iter().cloned()),
            None => commands.push(crate::image::Command { words: arguments.clone(), piped: false }),
        }
        let found = world.search(&commands, &arguments)?;
        Some(Start {
            place: container.place.clone(),
            who,
            configs: found.configs,
            env: container.env.clone(),
            workdir: "/app".to_owned(),
            image: None,
        })
    }
}
