use super::builds::{builder, elsewhere};
use crate::fix::{Edit, Fix};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::TechDocs, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    super::builds::needs_plugin(*cx)?;
    for production in cx.productions()? {
        let Some(builder) = builder(production) else { continue };
        findings
            .at(&builder.place, "production builds docs itself")
            .confidence(if production.missing().is_empty() { Confidence::High } else { Confidence::Medium })
            .why("whoever may push docs of any component hands input to mkdocs beside the portal's secrets; the list of what it may load was got around five times in ten months")
            .fix(Fix::suggested(
                "build docs in CI, and set `techdocs.builder: external`",
                vec![Edit::set(builder, "external")],
            ))
            .evidence([production.how.clone()]);
    }
    for setting in elsewhere(*cx, "techdocs.builder", "local")? {
        findings
            .at(&setting.item.place, "a file that production does not load builds docs in the portal")
            .severity(Severity::Low)
            .confidence(Confidence::Medium)
            .why("whoever starts a portal with it hands what docs hold to mkdocs beside the portal's secrets")
            .fix(Fix::manual("build docs in CI, with `techdocs.builder: external`"))
            .evidence(setting.evidence());
    }
    Ok(())
}
