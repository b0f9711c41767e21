use crate::fix::Fix;
use crate::kube::{Container, Object, Pod, Source, Teller};
use crate::secret_names::is_secret;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    let own = cx.deployed()?.objects.iter().filter(|object| object.belongs.is_own());
    for map in own.filter(|object| &*object.kind == "ConfigMap") {
        in_config_map(map, &mut tell);
    }
    for container in cx.deployed()?.deployed_pods().into_iter().flat_map(Pod::containers) {
        for variable in container.item.get("env").map(Item::items).unwrap_or_default() {
            let Some(name) = variable.get("name") else { continue };
            let Some(text) = name.as_str().filter(|text| is_secret(text)) else { continue };
            if !variable.get("value").is_some_and(|value| is_filled_in(container, name, value)) {
                continue;
            }
            let object = container.pod.object;
            let message = format!("`{text}` of {} is filled in as plain text", container.label());
            let severity = super::severity(container, Severity::High);
            if let Some(report) = tell.at(object, &name.place, severity, message) {
                report
                    .why("who may read workloads, releases or their history reads the secret; Secrets are kept apart for that")
                    .fix(Fix::manual("put it into a Secret and use `valueFrom.secretKeyRef`"));
            }
        }
    }
    Ok(())
}

/// Secrets among what is no secret: a whole environment file, and entries that are named like secrets.
fn in_config_map(map: &Object, tell: &mut Teller<'_>) {
    for (name, value) in map.root.get("data").into_iter().flat_map(Item::entries) {
        let text = value.as_str().unwrap_or_default();
        let is_file = &**name == ".env" || name.starts_with(".env.") || name.ends_with(".env");
        // Passwords that are written out are found as such.
        let is_filled_in =
            value.is_unknown() || text.contains("${") || value.place.path != map.root.place.path;
        let what = if is_file && text.contains(['=', '<', '$']) && is_of_secrets(text) {
            "an environment file, secrets included"
        } else if is_secret(name) && is_filled_in && !text.starts_with('/') {
            "a secret as plain text"
        } else {
            continue;
        };
        let message = format!("{} holds {what}: `{name}`", map.label());
        if let Some(report) = tell.at(map, value.key_place(), Severity::High, message) {
            report
                .why("who may read ConfigMaps, which is nearly everybody, reads it; Secrets are kept apart for that")
                .fix(Fix::manual("put it into a Secret, best one that an operator fills, and use `envFrom.secretRef`"));
        }
    }
}

/// Whether the text of an environment file sets secrets, or is still to be filled in.
fn is_of_secrets(text: &str) -> bool {
    text.trim_start().starts_with('<')
        || text.lines().any(|line| {
            let setting = line.trim().trim_start_matches("export ").split_once('=');
            setting.is_some_and(|(name, value)| {
                is_secret(name) && !value.trim_matches(['"', '\'', ' ']).is_empty()
            })
        })
}

/// Whether a value is put there when the manifest is made. What is written out in it is found as a secret.
fn is_filled_in(container: Container<'_>, name: &Item, value: &Item) -> bool {
    let text = value.as_str().unwrap_or_default();
    if text.starts_with("$(") {
        return false;
    }
    match container.pod.object.source {
        Source::Plain | Source::Kustomize => text.contains("${"),
        Source::Helm => value.is_unknown() || value.place.path != name.place.path,
        Source::Terraform => value.is_unknown() || !text.is_empty(),
    }
}
