//! Shell scripts, wherever they are written: files, Dockerfiles, workflows and pipelines, compose files, the scripts of
//! a package.json.

use crate::image::{Command, Purpose, shell};
use crate::repo::is_for_development;
use crate::rule::Skip;
use crate::{Context, File, Item};

/// What a script is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// The image of a portal.
    Image,
    /// A pipeline.
    Pipeline,
    /// A compose file.
    Compose,
    /// Something that people run.
    Tool,
}

/// A script.
pub(super) struct Script {
    pub(super) home: Home,
    pub(super) commands: Vec<Command>,
    /// Whether it is for people who work on the application.
    pub(super) is_local: bool,
}

/// Keys whose texts are scripts, in files of pipelines and of compose.
const KEYS: &[&str] =
    &["run", "script", "before_script", "after_script", "bash", "command", "entrypoint", "test"];
/// The most bytes of a file in which scripts are looked for.
const BYTES: usize = 1 << 20;

/// The scripts of a repository that hold one of some words. Those that templates of the portal make are left out.
pub(super) fn with(cx: Context<'_>, words: &[&str]) -> Result<Vec<Script>, Skip> {
    let mut found = Vec::new();
    let mut looked = false;
    for image in &cx.repository().images {
        looked = true;
        let home = if image.purpose.is_portal() { Home::Image } else { Home::Tool };
        let is_local = image.purpose == Purpose::Development || is_local(&image.path);
        for one in
            image.stages.iter().flat_map(|stage| &stage.instructions).filter(|one| !one.commands.is_empty())
        {
            found.push(Script { home, commands: one.commands.clone(), is_local });
        }
    }
    for file in cx.repository().files.iter() {
        let Some(home) = home_of(file) else { continue };
        let Some(text) = file.text().filter(|text| text.len() <= BYTES) else { continue };
        looked = true;
        if !words.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()) {
            continue;
        }
        let is_local = is_local(&file.path);
        if crate::file::is_yaml(file.name()) || file.name() == "package.json" {
            let own = of_tree(file, text);
            found.extend(own.into_iter().map(|commands| Script { home, commands, is_local }));
        } else {
            found.push(Script { home, commands: shell::of_text(&file.path, text), is_local });
        }
    }
    if looked {
        Ok(found)
    } else {
        Err(Skip::because("no script, Dockerfile, workflow or compose file here"))
    }
}

fn is_local(path: &str) -> bool {
    is_for_development(path) || path.contains("devcontainer")
}

/// What the scripts of a file are part of; none if it is no file that holds some.
fn home_of(file: &File) -> Option<Home> {
    let aside = |part: &str| {
        matches!(
            part,
            "skeleton" | "skeletons" | "content" | "templates" | "template" | "node_modules" | ".yarn"
        )
    };
    let (name, folder) = (file.name(), file.folder());
    if folder.split('/').any(aside) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    if crate::file::is_yaml(name) {
        return if is_pipeline(file) {
            Some(Home::Pipeline)
        } else if lower.contains("compose") {
            Some(Home::Compose)
        } else {
            None
        };
    }
    // The scripts of source-to-image have no end in their names.
    let is_script =
        [".sh", ".bash", ".zsh"].iter().any(|end| lower.ends_with(end)) || folder.ends_with(".s2i/bin");
    (is_script || name == "package.json").then_some(Home::Tool)
}

/// Whether a file is a pipeline of one of the services that run them.
pub(super) fn is_pipeline(file: &File) -> bool {
    let (name, folder) = (file.name().to_ascii_lowercase(), file.folder());
    crate::file::is_yaml(file.name())
        && (folder == ".github/workflows"
            || folder.starts_with(".github/actions")
            || folder == ".gitlab/ci"
            || folder == ".circleci"
            || ["gitlab-ci", "azure-pipelines", "bitbucket-pipelines", "cloudbuild", "buildspec"]
                .iter()
                .any(|service| name.contains(service)))
}

/// The scripts of a YAML file or a package.json.
fn of_tree(file: &File, text: &str) -> Vec<Vec<Command>> {
    let mut slices = Vec::new();
    let mut found = Vec::new();
    let is_package = file.name() == "package.json";
    for tree in file.trees() {
        let tree = if is_package { tree.get("scripts") } else { Some(tree) };
        let Some(tree) = tree else { continue };
        tree.walk(&mut |path, item| {
            let mut parts = path.rsplit('.');
            let key = parts.next().unwrap_or(path);
            // `script:` of GitLab is a list; `command: [a, b]` of compose is one command.
            let listed = key.parse::<usize>().is_ok().then(|| parts.next()).flatten();
            let is_list_of_scripts = listed
                .is_some_and(|key| matches!(key, "script" | "before_script" | "after_script" | "commands"));
            if is_package || KEYS.contains(&key) || is_list_of_scripts {
                if let Some(words) = words_of(item, text) {
                    found.push(shell::of_list(words));
                } else if item.as_str().is_some() {
                    match literal_block(item, text) {
                        Some(slice) => slices.push(slice),
                        None => found.push(shell::of_item(item)),
                    }
                }
            }
        });
        block_words(tree, text, &mut slices);
    }
    found.extend(shell::of_slices(&file.path, text, &slices));
    found
}

/// Scripts that are the last word of `command: [sh, -c, |]`: every literal block in a list of words.
fn block_words(tree: &Item, text: &str, slices: &mut Vec<(usize, usize)>) {
    tree.walk(&mut |path, item| {
        let key = path.rsplit('.').next().unwrap_or(path);
        if matches!(key, "command" | "entrypoint" | "test") {
            slices.extend(item.items().iter().filter_map(|word| literal_block(word, text)));
        }
    });
}

/// The words of a list, without those that are scripts in several lines.
fn words_of(item: &Item, file: &str) -> Option<Vec<crate::image::Word>> {
    let items = item.items();
    (!items.is_empty()).then(|| {
        let word = |item: &Item| {
            let text = item.as_str()?.to_owned();
            Some(crate::image::Word { expands: text.contains('$'), text, place: item.place.clone() })
        };
        items.iter().filter(|item| literal_block(item, file).is_none()).filter_map(word).collect()
    })
}

/// Where the text of a literal block (`|`) is in its file, so that its commands have lines of their own.
fn literal_block(item: &Item, text: &str) -> Option<(usize, usize)> {
    let place = &item.place;
    item.as_str()?;
    // The place is that of the text, without the indicator before it.
    let before = text.get(..place.start)?.trim_end();
    let line = before.rsplit('\n').next().unwrap_or(before);
    let is_block =
        line.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+')).ends_with('|');
    (is_block && before.len() < place.start).then_some((place.start, place.end))
}
