use crate::fix::Fix;
use crate::repo::Role;
use crate::{Checklist, Confidence, Context, File, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in cx.productions()? {
        // Without an image it is some machine's disk, which stays.
        let Some(image) = production.image.as_deref() else { continue };
        let Some(database) = production.at("backend.database") else { continue };
        if !database.get("client").and_then(Item::as_str).is_some_and(|client| client.contains("sqlite")) {
            continue;
        }
        let Some(connection) = database.get("connection") else { continue };
        let written = ["directory", "filename"].iter().find_map(|key| connection.get(key));
        let Some(written) = written.or_else(|| connection.literal().map(|_| connection)) else { continue };
        let Some(folder) = written.literal().map(str::trim).filter(|text| !text.contains(":memory:")) else {
            continue;
        };
        if cx.repository().files.iter().any(|file| may_keep(file, folder)) {
            continue;
        }
        findings
            .at(&written.place, format!("production keeps its data in `{folder}`, on the container's own disk"))
            .confidence(Confidence::Medium)
            .why("nothing here puts a volume there: with each new container signing keys, sessions, task history and registered locations are gone")
            .fix(Fix::manual("use PostgreSQL, or for one replica mount a volume there"))
            .because(Some(&written.place), format!("the image of `{image}` has no volume there"))
            .evidence([production.how.clone()]);
    }
    Ok(())
}

/// Whether a file may put a volume over a folder: it declares one, or it names the folder or what that is in.
fn may_keep(file: &File, folder: &str) -> bool {
    if Role::of(file.name()).is_some() || has_end(file.name(), &["md"]) {
        return false;
    }
    let Some(text) = file.text() else { return false };
    let is_image = file.name().contains("Dockerfile") || file.name().contains("Containerfile");
    let describes = has_end(file.name(), &["yaml", "yml", "tf", "toml", "json", "sh", "bicep"]);
    if is_image {
        return text.lines().any(|line| line.trim_start().to_ascii_uppercase().starts_with("VOLUME"));
    }
    if !describes {
        return false;
    }
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    let parent = folder.rsplit_once('/').map(|(parent, _)| parent).filter(|parent| parent.len() > 4);
    let mounts = |line: &str| {
        let path = |part: &str| line.contains(&format!("/{}", part.trim_start_matches('/')));
        ["mount", "volume", "target", "destination", "- ", "-v "].iter().any(|word| line.contains(word))
            && (path(folder) || parent.is_some_and(path))
    };
    text.lines().any(|line| mounts(&line.to_ascii_lowercase()))
}

fn has_end(name: &str, ends: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, end)| ends.contains(&end))
}
