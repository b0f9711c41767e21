//! The Dockerfiles of a repository.

use globset::GlobBuilder;

use crate::image::{Dockerfile, Instruction, parse, purpose, stage};
use crate::repo::Files;
use crate::{File, Item};

/// All of them, by path. `folders` are those of the applications.
pub(crate) fn find(files: &Files, folders: &[&str]) -> Vec<Dockerfile> {
    let mut found: Vec<Dockerfile> = files
        .iter()
        .filter(|file| is_dockerfile(file.name()))
        .filter_map(|file| read(file, files, folders))
        .collect();
    if !found.is_empty() {
        name_targets(files, &mut found);
    }
    found
}

fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is = |name: &str| matches!(name, "dockerfile" | "containerfile");
    let text = [
        "md",
        "txt",
        "dockerignore",
        "ts",
        "js",
        "json",
        "yaml",
        "yml",
        "sh",
        "hbs",
        "njk",
        "j2",
        // What was kept of one when it was changed.
        "org",
        "orig",
        "original",
        "bak",
        "backup",
        "old",
        "save",
        "placeholder",
        "disabled",
    ];
    if is(&lower) {
        return true;
    }
    let first = lower.split(['.', '-', '_']).next().unwrap_or_default();
    let last = lower.rsplit('.').next().unwrap_or_default();
    !text.contains(&last) && (is(last) || is(first))
}

fn read(file: &File, files: &Files, folders: &[&str]) -> Option<Dockerfile> {
    let (globals, stages) = stage::split(parse::instructions(&file.path, file.text()?));
    let purpose = purpose::of(&file.path, &stages, folders);
    let target = stages.len().checked_sub(1)?;
    let mut dockerfile =
        Dockerfile { path: file.path.clone(), purpose, stages, target, context: String::new(), globals };
    dockerfile.context = context(&dockerfile, file.folder(), files, folders);
    Some(dockerfile)
}

/// The folder that a build most likely starts from: the one in which most of what is copied exists.
fn context(dockerfile: &Dockerfile, own: &str, files: &Files, folders: &[&str]) -> String {
    let project = folders
        .iter()
        .filter(|folder| folder.is_empty() || own == **folder || own.starts_with(&format!("{folder}/")))
        .max_by_key(|folder| folder.len());
    let mut candidates: Vec<&str> = project.into_iter().copied().collect();
    let mut parent = own;
    loop {
        candidates.push(parent);
        match parent.rsplit_once('/') {
            Some((above, _)) => parent = above,
            None if parent.is_empty() => break,
            None => parent = "",
        }
    }
    let sources: Vec<&str> = dockerfile
        .stages
        .iter()
        .flat_map(|stage| &stage.instructions)
        .filter(|one| matches!(one.keyword.as_str(), "COPY" | "ADD") && one.flag("from").is_none())
        .flat_map(Instruction::sources)
        .map(|word| word.text.trim_start_matches("./").trim_matches('/'))
        .filter(|source| !source.is_empty() && *source != "." && !source.contains("://"))
        .take(50)
        .collect();
    let score = |folder: &str| sources.iter().filter(|source| exists(folder, source, files)).count();
    let mut best = candidates.first().map_or((0, own), |folder| (score(folder), *folder));
    for folder in candidates.into_iter().skip(1) {
        let score = score(folder);
        if score > best.0 {
            best = (score, folder);
        }
    }
    best.1.to_owned()
}

fn exists(folder: &str, source: &str, files: &Files) -> bool {
    let path = if folder.is_empty() { source.to_owned() } else { format!("{folder}/{source}") };
    if !source.contains(['*', '?', '[']) {
        return files.get(&path).is_some() || files.under(&path).next().is_some();
    }
    let Ok(glob) = GlobBuilder::new(&path).literal_separator(true).build() else { return false };
    let glob = glob.compile_matcher();
    let parent = path
        .split(['*', '?', '['])
        .next()
        .and_then(|start| start.rsplit_once('/'))
        .map_or("", |(above, _)| above);
    files.under(parent).take(2000).any(|file| glob.is_match(&*file.path))
}

/// Stages that the repository's own builds name, where they agree: `docker build --target X -f DOCKERFILE` and the
/// like in workflows, `build.target` in compose files that are not for development.
fn name_targets(files: &Files, found: &mut [Dockerfile]) {
    let several: Vec<usize> =
        found.iter().enumerate().filter(|(_, image)| image.stages.len() > 1).map(|(at, _)| at).collect();
    if several.is_empty() {
        return;
    }
    let mut named: Vec<(usize, usize)> = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with(".github/workflows/")) {
        for tree in file.trees() {
            tree.walk(&mut |_, item| named.extend(build_step(item, found, &several)));
        }
    }
    for at in several {
        let mut targets: Vec<usize> =
            named.iter().filter(|(of, _)| *of == at).map(|(_, target)| *target).collect();
        targets.sort_unstable();
        targets.dedup();
        if let ([target], Some(image)) = (&targets[..], found.get_mut(at)) {
            image.target = *target;
        }
    }
}

/// What `with: {file, target}` of a build action means: Dockerfile and stage.
fn build_step(item: &Item, found: &[Dockerfile], several: &[usize]) -> Option<(usize, usize)> {
    let target = item.get("target")?.as_str()?;
    let file = item.get("file").and_then(Item::as_str);
    let context = item.get("context").and_then(Item::as_str);
    if file.is_none() && context.is_none() {
        return None;
    }
    let wanted = file.unwrap_or("Dockerfile").trim_start_matches("./");
    let at = several.iter().copied().find(|at| {
        let path = &*found[*at].path;
        path == wanted || path.strip_suffix(wanted).is_some_and(|before| before.ends_with('/'))
    })?;
    found[at].stage_of(target).map(|stage| (at, stage))
}
