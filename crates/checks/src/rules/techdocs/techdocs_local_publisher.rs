use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::TechDocs, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    super::builds::needs_plugin(*cx)?;
    for production in cx.productions()? {
        let Some(kind) = production.at("techdocs.publisher.type") else { continue };
        if kind.literal() != Some("local") {
            continue;
        }
        findings
            .at(&kind.place, "production keeps docs on its own disk")
            .confidence(if production.missing().is_empty() { Confidence::High } else { Confidence::Medium })
            .why("the container needs a disk that it may write, each replica has other docs, and docs that CI builds have no way in")
            .fix(Fix::manual("publish to a private bucket: `awsS3`, `googleGcs` or `azureBlobStorage`"))
            .evidence([production.how.clone()]);
    }
    Ok(())
}
