use crate::fix::Fix;
use crate::image::lifetime;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for image in cx.images_and_beside()? {
        let ended = |reference| lifetime::ended(reference, cx.repository().today.0);
        for (base, ended) in
            image.bases().into_iter().filter_map(|(base, reference)| Some((base, ended(reference)?)))
        {
            findings
                .at(
                    &base.place,
                    format!(
                        "the base {} is {}, which got its last fixes on {}",
                        base.written, ended.what, ended.on
                    ),
                )
                .severity(Severity::Medium.less(u8::from(!image.purpose.is_portal())))
                .why("advisories that were published since are not mended in it, and will not be")
                .fix(Fix::manual("move to a base that is maintained: Node.js 24 on Debian 13, for example"));
        }
    }
    Ok(())
}
