use super::{host, is_loopback};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in cx.productions()? {
        // With nothing but the base file, nothing here says what production is like.
        if production.launch.configs.len() < 2 {
            continue;
        }
        let Some(origins) = production.at("backend.cors.origin") else { continue };
        for origin in origins.one_or_many() {
            if !origin.literal().and_then(host).is_some_and(|host| is_loopback(&host)) {
                continue;
            }
            findings
                .at(&origin.place, "production allows an origin on the visitor's own machine")
                .why("a base file's `localhost:3000` stays allowed unless the production file names an origin: lists and text are replaced, not removed")
                .fix(Fix::manual("set `backend.cors.origin` to the portal's own origin in the production file"))
                .evidence([production.how.clone()]);
        }
    }
    Ok(())
}
