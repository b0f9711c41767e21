use super::{containers, severity};
use crate::fix::Fix;
use crate::kube::{Teller, written};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for container in containers(cx.manifests()?) {
        let (Some(image), Some(item)) = (container.image(), container.item.get("image")) else { continue };
        if image.digest.is_some() || image.name.is_empty() || image.name.contains('<') {
            continue;
        }
        let (bad, what) = match image.tag.as_deref() {
            None | Some("") => (Severity::Medium, "without a tag".to_owned()),
            Some(tag @ ("latest" | "main" | "master" | "dev" | "edge" | "nightly" | "next")) => {
                (Severity::Medium, format!("by the tag `{tag}`"))
            }
            // A version is what most name; that it can be pushed again is for the registry to prevent.
            Some(_) => continue,
        };
        let object = container.pod.object;
        let message = format!("{} runs `{}` {what}", container.label(), image.name);
        if let Some(report) = tell.at(object, written(item), severity(container, bad), message) {
            report
                .why(
                    "whoever can push to the registry changes what runs, and two pods may run different code",
                )
                .fix(Fix::manual("name a version, and its digest (`image: name:1.2.3@sha256:…`)"));
        }
    }
    Ok(())
}
