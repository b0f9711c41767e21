use super::builds::{builder, elsewhere, runs_in};
use crate::fix::Fix;
use crate::rules::on_release::release;
use crate::{Checklist, Confidence, Context, Findings, Ran, Release, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::TechDocs, severity: Severity::Medium, serve: Serve::Reports, check };

/// What lets docs run code in the backend, and the release that ends it.
const GAPS: &[(Release, &str)] = &[
    (Release::new(1, 46, 5), "the `hooks` key runs Python from the docs (CVE-2026-25153)"),
    (Release::new(1, 48, 4), "a gap in the list of keys runs code from the docs (CVE-2026-29186)"),
    (Release::new(1, 49, 6), "plugins and theme keys run code from the docs (CVE-2026-106505 and its like)"),
    (Release::new(1, 55, 0), "which mkdocs plugins may run is not bounded before 1.55"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    super::builds::needs_plugin(*cx)?;
    for project in cx.projects()? {
        let release = release(project);
        let gap = release.as_ref().and_then(|release| GAPS.iter().find(|(fixed, _)| release < fixed));
        for production in &project.productions {
            let (Some(builder), Some(runs)) = (builder(production), runs_in(production, "local")) else {
                continue;
            };
            let is_code = gap.is_some_and(|(fixed, _)| *fixed < Release::new(1, 55, 0));
            findings
                .at(&runs.place, "mkdocs runs in the portal's own container")
                .severity(if is_code { Severity::High } else { Severity::Medium })
                .why(match gap {
                    Some((_, what)) => format!("{what}, with everything that the backend may do"),
                    None => {
                        "what docs make mkdocs do, it does with everything that the backend may do".to_owned()
                    }
                })
                .fix(Fix::manual("build docs in CI, with `techdocs.builder: external`"))
                .because(Some(&builder.place), "production builds docs itself")
                .evidence([production.how.clone()]);
        }
    }
    for setting in elsewhere(*cx, "techdocs.generator.runIn", "local")? {
        findings
            .at(
                &setting.item.place,
                "a file that production does not load runs mkdocs in the portal's own container",
            )
            .severity(Severity::Low)
            .confidence(Confidence::Medium)
            .why("what docs make mkdocs do, it does with everything that the backend may do")
            .fix(Fix::manual("build docs in CI, with `techdocs.builder: external`"))
            .evidence(setting.evidence());
    }
    Ok(())
}
