//! What an image is for.

use crate::image::instruction::Instruction;
use crate::image::stage::{Origin, Stage};

/// What an image is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It runs the backend of a Backstage application.
    Backend,
    /// It serves the frontend of one.
    Frontend,
    /// It is for people who work on the application: a dev container, a test runner.
    Development,
    /// It is beside the portal: a proxy before it, a service of the same platform, a tool.
    Beside,
    /// It is part of what a template of the portal makes: what is wrong in it is wrong in every service made so.
    Made,
    /// It is for something else: what a test reads, an example.
    Other,
}

impl Purpose {
    /// Whether production may run it as part of the portal.
    pub fn is_portal(self) -> bool {
        matches!(self, Self::Backend | Self::Frontend)
    }
}

/// By path and text. `folders` are those of the applications.
pub(super) fn of(path: &str, stages: &[Stage], folders: &[&str]) -> Purpose {
    let lower = path.to_ascii_lowercase();
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    if folder.split('/').any(|part| part == "node_modules") {
        return Purpose::Other;
    }
    let for_work = |part: &str| {
        matches!(
            part,
            "dev" | "develop" | "development" | "local" | "test" | "tests" | "e2e" | "ci" | "devcontainer"
        )
    };
    let in_skeleton = folder
        .split('/')
        .any(|part| matches!(part, "skeleton" | "skeletons" | "content" | "templates" | "template"));
    if in_skeleton {
        let is_for_work = name.split(['.', '-', '_']).any(for_work) || folder.contains(".devcontainer");
        return if is_for_work { Purpose::Other } else { Purpose::Made };
    }
    if folder.split('/').any(|part| part == ".devcontainer" || part == ".github")
        || name.split(['.', '-', '_']).any(for_work)
    {
        return Purpose::Development;
    }
    let mentions =
        |needle: &str| stages.iter().flat_map(|stage| &stage.instructions).any(|one| says(one, needle));
    let based = |needle: &str| {
        stages.iter().any(|stage| match &stage.base.origin {
            Origin::Image(image) => image.name.contains(needle),
            _ => false,
        })
    };
    if mentions("packages/backend") || based("backstage/backstage") || based("rhdh/") || based("janus-idp/") {
        return Purpose::Backend;
    }
    if mentions("packages/app") {
        return Purpose::Frontend;
    }
    if mentions("app-config") || mentions("backstage-cli") {
        return Purpose::Backend;
    }
    let original = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let at_home = folders.iter().any(|own| {
        *own == original
            || takes(stages, original, own)
            || original
                .strip_prefix(own)
                .is_some_and(|rest| rest.trim_start_matches('/') == "packages/backend")
    });
    let aside = |part: &str| for_work(part) || ASIDE.contains(&part);
    match () {
        () if at_home => Purpose::Backend,
        () if folder.split(['/', '.', '-', '_']).any(aside) => Purpose::Other,
        () => Purpose::Beside,
    }
}

/// Whether an image is made of the application in a folder below its own: `COPY app/package.json ./`.
fn takes(stages: &[Stage], from: &str, own: &str) -> bool {
    let slash = if from.is_empty() { "" } else { "/" };
    let copies = |one: &&Instruction| one.keyword == "COPY" && one.flag("from").is_none();
    let sources = stages.iter().flat_map(|stage| &stage.instructions).filter(copies);
    !own.is_empty()
        && sources.flat_map(Instruction::sources).any(|word| {
            let source = word.text.trim_start_matches("./").trim_end_matches(['*', '/']);
            let path = format!("{from}{slash}{source}");
            path == own || path.strip_suffix("/package.json") == Some(own)
        })
}

/// Folders of Dockerfiles that nobody builds to run them.
const ASIDE: &[&str] =
    &["fixture", "fixtures", "example", "examples", "sample", "samples", "docs", "archive", "testdata"];

fn says(instruction: &Instruction, needle: &str) -> bool {
    let in_commands = instruction.commands.iter().flat_map(|command| &command.words);
    instruction.words.iter().chain(in_commands).any(|word| word.text.contains(needle))
}
