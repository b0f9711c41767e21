use super::containers;
use crate::fix::Fix;
use crate::kube::{Container, Source, Teller};
use crate::secret_names::is_secret;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for container in containers(cx.manifests()?) {
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
