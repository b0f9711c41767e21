use crate::fix::Fix;
use crate::image::{Command, Instruction};
use crate::rules::scripts::{self, Home};
use crate::secret_names::{is_placeholder, is_secret};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        for stage in &image.stages {
            let stays = image.layers().any(|layer| std::ptr::eq(layer, stage));
            for one in &stage.instructions {
                match one.keyword.as_str() {
                    "ENV" | "ARG" => variable(one, stays, findings),
                    "COPY" | "ADD" if stays && one.flag("from").is_none() => copied(one, findings),
                    _ => {}
                }
            }
        }
    }
    filled(*cx, findings)
}

/// Scripts that put secrets in the place of an app-config's variables, and build an image of the result.
fn filled(cx: Context<'_>, findings: &mut Findings) -> Ran {
    for script in scripts::with(cx, &["envsubst"])? {
        let fills = |command: &&Command| {
            let mut words = command.words.iter().filter(|word| word.text.contains("app-config"));
            command.name() == "envsubst" && words.next().is_some()
        };
        let Some(fill) = script.commands.iter().find(fills) else { continue };
        let Some(word) = fill.program().first() else { continue };
        let builds = |command: &Command| {
            let says = command.words.iter().any(|word| word.text.contains(" build "));
            says || (["docker", "podman", "buildah"].contains(&command.name())
                && command.operands().any(|word| matches!(word.text.as_str(), "build" | "bud")))
        };
        let in_image = script.home == Home::Image || word.place.path.contains(".s2i/");
        if !in_image && !script.commands.iter().any(builds) {
            continue;
        }
        findings
            .at(&word.place, "an app-config is filled with the environment before the image is built of it")
            .confidence(Confidence::Medium)
            .why("the secrets that its variables stand for are in a layer then, for whoever can pull the image")
            .fix(Fix::manual("leave the variables in the file: Backstage reads them when it starts"));
    }
    Ok(())
}

fn variable(one: &Instruction, stays: bool, findings: &mut Findings) {
    for (name, value, word) in one.pairs() {
        if !is_secret(name) || one.keyword == "ENV" && value.is_none_or(str::is_empty) {
            continue;
        }
        let value = value.unwrap_or_default();
        let literal = !value.contains('$') && !is_placeholder(value);
        // An argument without a value that no step of its stage can see does no harm.
        let severity = match (one.keyword.as_str(), stays, literal) {
            ("ENV", true, _) | (_, _, true) => Severity::High,
            ("ARG", true, false) => Severity::Medium,
            _ => Severity::Low,
        };
        if one.keyword == "ENV" && !literal && is_placeholder(value) && !value.contains('$') {
            continue;
        }
        let how = match (one.keyword.as_str(), literal) {
            ("ENV", _) => "is kept in the image's settings",
            (_, true) => "has its value in the Dockerfile",
            _ => "is kept in the image's history",
        };
        findings
            .at(&word.place, format!("{} {name} {how}", one.keyword))
            .severity(severity)
            .why("whoever can pull the image, or its build cache, reads it with `docker history` or `docker inspect`")
            .fix(Fix::manual(
                "use `RUN --mount=type=secret` for what a build needs, and the runtime's environment for what runs",
            ));
    }
}

/// Files that hold credentials by their names.
fn copied(one: &Instruction, findings: &mut Findings) {
    for word in one.sources().iter().filter(|word| is_credential_file(&word.text)) {
        findings
            .at(&word.place, format!("{} puts {} into a layer", one.keyword, word.text))
            .why(
                "a later step that removes the file leaves it in the layer below, for whoever gets the image",
            )
            .fix(Fix::manual("mount it while it runs, or with `RUN --mount=type=secret` while it is built"));
    }
}

fn is_credential_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let key = [".pem", ".key", ".p12", ".pfx", ".jks"].iter().any(|end| name.ends_with(end));
    let public = ["pub", "ca", "cert", "certs", "crt", "chain", "root", "bundle", "truststore"]
        .iter()
        .any(|word| name.split(['.', '-', '_']).any(|part| part == *word));
    (key && !public)
        || name == ".npmrc"
        || name == ".netrc"
        || name == ".env"
        || (name.starts_with(".env.") && !name.contains("example") && !name.contains("sample"))
        || name.starts_with("id_rsa")
        || name.starts_with("id_ed25519")
        || (name.contains("credentials")
            && matches!(name.rsplit_once('.'), Some((_, "json" | "yaml" | "yml"))))
}
