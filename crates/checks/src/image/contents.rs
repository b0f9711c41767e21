//! Which of a repository's files an image has, and where.

use std::collections::BTreeMap;
use std::sync::Arc;

use globset::GlobBuilder;

use crate::image::effective::join;
use crate::image::ignored::Ignored;
use crate::image::instruction::Instruction;
use crate::image::stage::Origin;
use crate::image::variables::expand;
use crate::image::{Dockerfile, Stage};
use crate::repo::Files;

/// Files of the repository by their path in the image. What only a build makes is not among them.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    files: BTreeMap<String, Arc<str>>,
}

/// The most files of an image.
const FILES: usize = 50_000;
/// Stages that copy from stages are followed this deep.
const DEPTH: usize = 16;

impl Contents {
    /// What an image has of the repository.
    pub fn of(dockerfile: &Dockerfile, files: &Files) -> Self {
        let ignored = ignored(dockerfile, files);
        let context: Vec<(&str, &Arc<str>)> = files
            .under(&dockerfile.context)
            .filter_map(|file| Some((relative(&file.path, &dockerfile.context)?, &file.path)))
            .filter(|(path, _)| !ignored.has(path))
            .take(FILES)
            .collect();
        of_stage(dockerfile, dockerfile.target, &context, DEPTH).0
    }

    /// The repository's file at a path of the image.
    pub fn get(&self, path: &str) -> Option<&Arc<str>> {
        self.files.get(path)
    }

    /// Files by their path in the image.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }
}

/// What a build of a Dockerfile does not see.
pub(crate) fn ignored(dockerfile: &Dockerfile, files: &Files) -> Ignored {
    let in_context = |name: &str| match dockerfile.context.as_str() {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    };
    let own = files.get(&format!("{}.dockerignore", dockerfile.path));
    let file = own.or_else(|| files.get(&in_context(".dockerignore")));
    file.and_then(crate::File::text).map(Ignored::parse).unwrap_or_default()
}

fn relative<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// Files and the working folder at the end of a stage.
fn of_stage(
    dockerfile: &Dockerfile,
    at: usize,
    context: &[(&str, &Arc<str>)],
    depth: usize,
) -> (Contents, String) {
    let (Some(stage), Some(depth)) = (dockerfile.stages.get(at), depth.checked_sub(1)) else {
        return (Contents::default(), "/".to_owned());
    };
    let (mut contents, mut folder) = match stage.base.origin {
        Origin::Stage(below) if below < at => of_stage(dockerfile, below, context, depth),
        _ => (Contents::default(), "/".to_owned()),
    };
    let values = values(stage);
    for instruction in &stage.instructions {
        let fill = |text: &str| expand(text, |name| values.get(name).cloned());
        match instruction.keyword.as_str() {
            "WORKDIR" => {
                if let Some(word) = instruction.words.first() {
                    folder = join(&folder, &fill(&word.text));
                }
            }
            "COPY" | "ADD" => match instruction.flag("from") {
                None => copy(
                    instruction,
                    &folder,
                    &fill,
                    &context.iter().map(|(path, file)| (*path, *file)),
                    &mut contents,
                ),
                Some(name) => {
                    let Some(from) = dockerfile.stage_of(name).filter(|from| *from < at) else { continue };
                    let (other, _) = of_stage(dockerfile, from, context, depth);
                    let of_other =
                        other.files.iter().map(|(path, file)| (path.trim_start_matches('/'), file));
                    copy(instruction, &folder, &fill, &of_other, &mut contents);
                }
            },
            _ => {}
        }
    }
    (contents, folder)
}

/// Variables of a stage, whatever their order: paths are seldom built of more.
fn values(stage: &Stage) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for instruction in stage.instructions.iter().filter(|one| matches!(one.keyword.as_str(), "ARG" | "ENV")) {
        for (name, value, _) in instruction.pairs() {
            if let Some(value) = value {
                values.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    values
}

fn copy<'a>(
    instruction: &Instruction,
    folder: &str,
    fill: &impl Fn(&str) -> String,
    all: &(impl Iterator<Item = (&'a str, &'a Arc<str>)> + Clone),
    contents: &mut Contents,
) {
    let Some(destination) = instruction.destination().map(|word| fill(&word.text)) else { return };
    let sources = instruction.sources();
    let parents = instruction.flag_word("parents").is_some();
    let into = destination.ends_with('/')
        || matches!(destination.as_str(), "." | "..")
        || sources.len() > 1
        || parents;
    let target = join(folder, &destination);
    let inside = |path: &str| join(&target, path);
    for source in sources {
        let source = join("/", &fill(&source.text));
        let source = source.trim_start_matches('/');
        let Some(matches) =
            GlobBuilder::new(source).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
        else {
            continue;
        };
        for (path, file) in all.clone() {
            if contents.files.len() >= FILES {
                return;
            }
            // The files of a folder go without its name, a file goes with it.
            let below = if source.is_empty() {
                Some(path)
            } else {
                let cut = path.match_indices('/').map(|(at, _)| at).find(|at| matches.is_match(&path[..*at]));
                cut.map(|at| &path[at + 1..])
            };
            let to = match below {
                _ if parents && (below.is_some() || matches.is_match(path)) => inside(path),
                Some(below) => inside(below),
                None if !matches.is_match(path) => continue,
                None if into => inside(path.rsplit('/').next().unwrap_or(path)),
                None => target.clone(),
            };
            contents.files.insert(to, Arc::clone(file));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_followed_through_stages() {
        let text = "FROM node AS build\nWORKDIR /src\nCOPY . .\nFROM node\nWORKDIR /app\n\
                    COPY --from=build /src/docker/run.sh /usr/bin/start\nCOPY app-config*.yaml ./\nCOPY config conf\n\
                    COPY a.yaml b.yaml\n";
        let files = Files::of_texts([
            ("Dockerfile", text),
            (".dockerignore", "*.local.yaml\n"),
            ("app-config.yaml", ""),
            ("app-config.local.yaml", ""),
            ("app-config.production.yaml", ""),
            ("docker/run.sh", ""),
            ("config/deep/x.yaml", ""),
            ("a.yaml", ""),
        ]);
        let image = crate::image::find(&files, &[]).pop().expect("a Dockerfile");
        let contents = Contents::of(&image, &files);
        let found: Vec<(&str, &str)> = contents.iter().map(|(path, file)| (path, &**file)).collect();
        assert_eq!(
            found,
            [
                ("/app/app-config.production.yaml", "app-config.production.yaml"),
                ("/app/app-config.yaml", "app-config.yaml"),
                ("/app/b.yaml", "a.yaml"),
                ("/app/conf/deep/x.yaml", "config/deep/x.yaml"),
                ("/usr/bin/start", "docker/run.sh"),
            ]
        );
    }
}
