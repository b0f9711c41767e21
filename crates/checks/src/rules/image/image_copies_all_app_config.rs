use std::collections::BTreeSet;

use crate::fix::{Edit, Fix};
use crate::image::{Dockerfile, Instruction, Origin, Purpose, Stage, Word, ignored};
use crate::repo::{Production, Role};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()?.into_iter().filter(|image| image.purpose == Purpose::Backend) {
        let copies = |one: &&Instruction| one.keyword == "COPY" || one.keyword == "ADD";
        for copy in image.instructions().filter(copies) {
            for word in copy.sources() {
                look(cx, image, copy, word, findings)?;
            }
        }
        for copy in handed_on(image).flat_map(|stage| &stage.instructions).filter(copies) {
            for word in copy.sources().iter().filter(|word| is_pattern(&word.text)) {
                look(cx, image, copy, word, findings)?;
            }
        }
    }
    Ok(())
}

/// Stages of which the image gets the folder that they work in.
fn handed_on(image: &Dockerfile) -> impl Iterator<Item = &Stage> {
    let taken = |copy: &Instruction| {
        let at = image.stage_of(copy.flag("from")?)?;
        let stage = image.stages.get(at)?;
        let workdir = workdir(image, stage);
        let takes = copy.sources().iter().any(|word| {
            let folder = word.text.trim_end_matches('.').trim_end_matches('/');
            folder.is_empty() || workdir == folder || workdir.starts_with(&format!("{folder}/"))
        });
        takes.then_some(at)
    };
    let mut stages: Vec<usize> =
        image.instructions().filter(|one| one.keyword == "COPY").filter_map(taken).collect();
    stages.sort_unstable();
    stages.dedup();
    stages.into_iter().filter_map(|at| image.stages.get(at)).filter(|stage| {
        // What the image has as layers was looked at.
        !image.layers().any(|layer| std::ptr::eq(layer, *stage))
    })
}

/// The folder that a stage works in at its end, as far as its file says.
fn workdir<'a>(image: &'a Dockerfile, mut stage: &'a Stage) -> &'a str {
    for _ in 0..image.stages.len() {
        if let Some(word) = stage.of("WORKDIR").next_back().and_then(|one| one.words.first()) {
            return word.text.trim_end_matches('/');
        }
        let Origin::Stage(below) = stage.base.origin else { break };
        let Some(next) = image.stages.get(below) else { break };
        stage = next;
    }
    "/"
}

/// The last part of a path; nothing of `./` and `/app/`.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().filter(|name| *name != ".").unwrap_or_default()
}

fn is_pattern(path: &str) -> bool {
    let name = file_name(path);
    name.starts_with("app-config") && name.contains(['*', '?', '['])
}

fn look(
    cx: &Context<'_>,
    image: &Dockerfile,
    copy: &Instruction,
    word: &Word,
    findings: &mut Findings,
) -> Ran {
    let name = word.text.rsplit('/').next().unwrap_or(&word.text);
    let here = copy.flag("from").is_none();
    let loaded = loaded(cx, image)?;
    if is_pattern(&word.text) {
        let others: Vec<String> = if here {
            matching(cx, image, word).into_iter().filter(|path| !loaded.contains(path)).collect()
        } else {
            Vec::new()
        };
        let (severity, more) = match others.first() {
            Some(first) => (Severity::Medium, format!(", among them {first}, which it does not load")),
            None => (Severity::Low, String::new()),
        };
        let edit = exact(image, &loaded).filter(|_| here && !copy.list);
        let what = "copy the files that production loads, by name";
        findings
            .at(&word.place, format!("{} copies every app-config into the image{more}", word.text))
            .severity(severity)
            .why("a local file with credentials that lies beside them at build time is in the image, too")
            .fix(match edit {
                Some(text) => Fix::suggested(what, vec![Edit::Replace { place: word.place.clone(), text }]),
                None => Fix::manual(what),
            });
    } else if here
        && let Some(role @ (Role::Development | Role::Other)) = Role::of(name)
        && own_loads(cx, image)?
            .is_some_and(|own| !own.iter().any(|path| path.rsplit('/').next() == Some(name)))
    {
        let kind = if role == Role::Development { "is for development" } else { "it does not load" };
        findings
            .at(&word.place, format!("the image has {}, which {kind}", word.text))
            .why("what only other environments need, credentials among it, is readable by whoever gets the image")
            .fix(Fix::manual("copy only the files that production loads"));
    }
    Ok(())
}

/// The files that ways of starting an image load.
fn loaded(cx: &Context<'_>, image: &Dockerfile) -> Result<BTreeSet<String>, crate::Skip> {
    let ours = |production: &&&Production| production.image.as_ref() == Some(&image.path);
    Ok(cx
        .productions()?
        .iter()
        .filter(ours)
        .flat_map(|production| production.launch.configs.iter().map(ToString::to_string))
        .collect())
}

/// The files that an image loads when nobody says otherwise.
fn own_loads(cx: &Context<'_>, image: &Dockerfile) -> Result<Option<Vec<String>>, crate::Skip> {
    let own = cx.productions()?.into_iter().find(|production| {
        production.image.as_ref() == Some(&image.path)
            && production.how.place.as_ref().is_some_and(|place| place.path == image.path)
    });
    Ok(own.map(|own| {
        let missing = own.missing().iter().map(|missing| missing.name.clone());
        own.launch.configs.iter().map(ToString::to_string).chain(missing).collect()
    }))
}

/// The files that a pattern copies, as far as they are in the repository.
fn matching(cx: &Context<'_>, image: &Dockerfile, word: &Word) -> Vec<String> {
    let files = &cx.repository().files;
    let ignored = ignored(image, files);
    let pattern = word.text.trim_start_matches("./");
    let Ok(glob) = globset::GlobBuilder::new(pattern).literal_separator(true).build() else {
        return Vec::new();
    };
    let glob = glob.compile_matcher();
    files
        .under(&image.context)
        .filter_map(|file| {
            let below = file.path.strip_prefix(image.context.as_str())?.trim_start_matches('/');
            (glob.is_match(below) && !ignored.has(below)).then(|| file.path.to_string())
        })
        .collect()
}

/// The files that are loaded, as sources of a `COPY`.
fn exact(image: &Dockerfile, loaded: &BTreeSet<String>) -> Option<String> {
    let names: Vec<&str> = loaded
        .iter()
        .filter_map(|path| Some(path.strip_prefix(image.context.as_str())?.trim_start_matches('/')))
        .filter(|path| {
            !path.contains([' ', '/']) && Role::of(path).is_some_and(|role| role != Role::Development)
        })
        .collect();
    (!names.is_empty()).then(|| names.join(" "))
}
