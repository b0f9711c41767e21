use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        let Some((base, reference)) = image.base() else { continue };
        // A variable may hold a digest.
        if reference.digest.is_some() || reference.name.contains('$') {
            continue;
        }
        let floating = reference.tag.as_deref().is_none_or(|tag| tag == "latest");
        let (severity, message) = if floating {
            (Severity::Medium, format!("the base {} has no version", base.written))
        } else {
            (Severity::Low, format!("the base {} is named by a tag, not by a digest", base.written))
        };
        findings
            .at(&base.place, message)
            .severity(severity)
            .why("a tag can be moved: the next build may run code that nobody here has looked at")
            .fix(Fix::manual("pin the base: `name:tag@sha256:..`, and let a bot keep the digest current"));
    }
    Ok(())
}
