use crate::fix::Fix;
use crate::image::lifetime;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images()? {
        let Some((base, reference)) = image.base() else { continue };
        let Some(ended) = lifetime::ended(reference, cx.repository().today.0) else { continue };
        findings
            .at(
                &base.place,
                format!(
                    "the base {} is {}, which got its last fixes on {}",
                    base.written, ended.what, ended.on
                ),
            )
            .why("advisories that were published since are not mended in it, and will not be")
            .fix(Fix::manual("move to a base that is maintained: Node.js 24 on Debian 13, for example"));
    }
    Ok(())
}
