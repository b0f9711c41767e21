use crate::fix::Fix;
use crate::image::moving::{has_no_version, is_moving};
use crate::image::{Base, Dockerfile, Reference};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images_and_made()? {
        for (base, reference) in image.bases() {
            look(image, base, reference, findings);
        }
    }
    Ok(())
}

fn look(image: &Dockerfile, base: &Base, reference: &Reference, findings: &mut Findings) {
    // A variable may hold a digest.
    if reference.digest.is_some() || reference.name.contains('$') {
        return;
    }
    let is_portal = image.purpose.is_portal();
    // Some have the version in their names: `distroless/static-debian12:nonroot`.
    let named = reference.short().contains(|c: char| c.is_ascii_digit());
    let floats = |tag: &str| if named { is_moving(tag) } else { has_no_version(tag) };
    let floating = reference.tag.as_deref().is_none_or(floats);
    let (severity, message) = if floating {
        let severity = Severity::Medium.less(u8::from(!is_portal));
        (severity, format!("the base {} has no version", base.written))
    } else {
        (Severity::Low, format!("the base {} is named by a tag, not by a digest", base.written))
    };
    findings
        .at(&base.place, message)
        .severity(severity)
        .why("a tag can be moved: the next build may run code that nobody here has looked at")
        .fix(Fix::manual("pin the base: `name:tag@sha256:..`, and let a bot keep the digest current"));
}
