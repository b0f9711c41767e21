use crate::fix::Fix;
use crate::image::{Dockerfile, ignored};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        let copies = image.instructions().filter(|one| matches!(one.keyword.as_str(), "COPY" | "ADD"));
        for copy in copies.filter(|one| one.flag("from").is_none()) {
            let Some(word) =
                copy.sources().iter().find(|word| matches!(word.text.as_str(), "." | "./" | "/" | "*"))
            else {
                continue;
            };
            let shipped = shipped(cx, image);
            if shipped.is_empty() {
                continue;
            }
            findings
                .at(
                    &word.place,
                    format!(
                        "{} copies the whole folder into the image: {}",
                        copy.keyword,
                        shipped.join(", ")
                    ),
                )
                .why("the history and local files hold what was meant for nobody who gets the image")
                .fix(Fix::manual(
                    "copy the bundle and the configurations by name, and leave the rest out in .dockerignore",
                ));
        }
    }
    Ok(())
}

/// What such a copy takes along that no image should have: the history always, unless it is left out; local files
/// as soon as they are there.
fn shipped(cx: &Context<'_>, image: &Dockerfile) -> Vec<String> {
    let ignored = ignored(image, &cx.repository().files);
    [".git", "app-config.local.yaml", ".env"]
        .into_iter()
        .filter(|name| !ignored.has(name))
        .map(str::to_owned)
        .collect()
}
