use super::builds::{builder, elsewhere, runs_in};
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::TechDocs, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    super::builds::needs_plugin(*cx)?;
    for production in cx.productions()? {
        let (Some(builder), Some(runs)) = (builder(production), runs_in(production, "docker")) else {
            continue;
        };
        findings
            .at(&runs.place, "docs are generated in containers that the portal starts")
            .why("that takes a Docker socket in the portal, and whoever has the socket is root on its host")
            .fix(Fix::manual("build docs in CI, with `techdocs.builder: external`"))
            .because(Some(&builder.place), "production builds docs itself")
            .evidence([production.how.clone()]);
    }
    for setting in elsewhere(*cx, "techdocs.generator.runIn", "docker")? {
        findings
            .at(
                &setting.item.place,
                "a file that production does not load generates docs in containers that the portal starts",
            )
            .severity(Severity::Low)
            .confidence(Confidence::Medium)
            .why("that takes a Docker socket in the portal, and whoever has the socket is root on its host")
            .fix(Fix::manual("build docs in CI, with `techdocs.builder: external`"))
            .evidence(setting.evidence());
    }
    Ok(())
}
