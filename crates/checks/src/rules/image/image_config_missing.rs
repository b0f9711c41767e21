use crate::fix::Fix;
use crate::image::{Dockerfile, Purpose, base_user};
use crate::repo::Role;
use crate::{Checklist, Confidence, Context, File, Findings, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let images = cx.images()?;
    // Where not even the base file is, the application is made elsewhere, before the build.
    if !cx.repository().files.iter().any(|file| Role::of(file.name()) == Some(Role::Base)) {
        return Err(Skip::because("no app-config.yaml here"));
    }
    for image in images.into_iter().filter(|image| image.purpose == Purpose::Backend) {
        // What is not known here may have anything.
        if !image.base().is_some_and(|(_, base)| base_user::is_known(base)) {
            continue;
        }
        let effective = image.effective();
        for start in [effective.entrypoint, effective.cmd].into_iter().flatten() {
            let named = start.words.windows(2).filter(|pair| pair[0].text == "--config").map(|pair| &pair[1]);
            for word in named {
                let name = word.text.rsplit('/').next().unwrap_or(&word.text);
                if word.text.contains(['$', ':']) || Role::of(name).is_none() || may_write(image) {
                    continue;
                }
                let files = &cx.repository().files;
                let is_here = files.iter().any(|file| file.name() == name);
                if (is_here && may_copy(image, name)) || files.iter().any(|file| may_mount(file, name)) {
                    continue;
                }
                findings
                    .at(&word.place, format!("the image starts with {}, which is not in it", word.text))
                    .confidence(Confidence::Medium)
                    .why("nothing here copies or mounts it: the backend stops at once, or somebody puts in a file that nobody reviews")
                    .fix(Fix::manual(format!("commit {name} and copy it into the image by name, or take it out of the command")));
            }
        }
    }
    Ok(())
}

/// Whether the layers may take a file of this name from the repository.
fn may_copy(image: &Dockerfile, name: &str) -> bool {
    image
        .instructions()
        .filter(|one| matches!(one.keyword.as_str(), "COPY" | "ADD"))
        .any(|one| one.sources().iter().any(|word| may_carry(&word.text, name)))
}

/// Whether some step of the build may write a configuration, or fetch what is not in the repository.
fn may_write(image: &Dockerfile) -> bool {
    let says = |text: &str| text.contains("app-config") || text.contains("clone");
    image.stages.iter().flat_map(|stage| &stage.instructions).any(|one| match one.keyword.as_str() {
        "COPY" | "ADD" => {
            let of_others = one.flag("from").is_some_and(|from| image.stage_of(from).is_none());
            !one.here_docs.is_empty() || of_others
        }
        "RUN" => one.commands.iter().flat_map(|command| &command.words).any(|word| says(&word.text)),
        "VOLUME" => true,
        _ => false,
    })
}

/// Whether a source of a `COPY` may hold it: not a bundle, a package or some other file.
fn may_carry(source: &str, name: &str) -> bool {
    let path = source.trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or(path);
    if source.contains("://") || source.contains('$') {
        return true;
    }
    if last.contains(['*', '?', '[']) {
        return globset::Glob::new(last).is_ok_and(|glob| glob.compile_matcher().is_match(name));
    }
    if last == name {
        return true;
    }
    let inside = path.split('/').any(|part| {
        matches!(part, "packages" | "plugins" | "dist" | "node_modules" | ".yarn" | "patches" | "examples")
    });
    let is_file = last.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && !end.is_empty());
    !inside && !is_file
}

/// Whether a file other than a Dockerfile or a document may mount it, or write it before the build.
fn may_mount(file: &File, name: &str) -> bool {
    let own = file.name();
    let is_aside = Role::of(own).is_some() || own.contains("ockerfile") || own.ends_with("ignore");
    let describes =
        [".yaml", ".yml", ".tf", ".json", ".sh", ".toml", ".ts", ".js", ".mk", "Makefile", ".bicep", ".tpl"]
            .iter()
            .any(|end| own.ends_with(end));
    !is_aside
        && describes
        && file.text().is_some_and(|text| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some())
}
