use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for service in super::services(cx)? {
        // What is built here has a name of its own.
        let Some(image) = service.image().filter(|_| service.item.get("build").is_none()) else { continue };
        let Some(text) = image.literal().filter(|text| !text.contains('@') && !text.contains("{{")) else {
            continue;
        };
        let tag = text.rsplit('/').next().and_then(|name| name.split_once(':')).map(|(_, tag)| tag);
        if !matches!(tag, None | Some("latest" | "")) {
            continue;
        }
        findings
            .at(&image.place, format!("`{text}` is whatever was pushed last"))
            .severity(Severity::Low)
            .why("two machines run different programs, and a tag that is taken over brings somebody else's")
            .fix(Fix::manual("name a version, best with its digest"));
    }
    Ok(())
}
