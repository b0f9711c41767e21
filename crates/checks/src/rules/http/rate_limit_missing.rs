use std::collections::BTreeSet;

use crate::fix::Fix;
use crate::rules::on_release::{project_of, since};
use crate::{Checklist, Confidence, Context, Findings, Ran, Release, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    // Before, no backend starts with the setting.
    let works = Release::new(1, 52, 0);
    let mut told = BTreeSet::new();
    for production in since(*cx, &works, cx.complete_productions()?)? {
        let limit = production.at("backend.rateLimit");
        if limit.is_some_and(|limit| limit.as_bool() != Some(false)) || production.at("stagedoor").is_some() {
            continue;
        }
        // What is missing in each way to start the application is one thing to mend.
        let project = project_of(*cx, production).map(|project| &project.folder);
        if limit.is_none() && !told.insert(project) {
            continue;
        }
        let place = limit.map_or_else(|| production.near("backend.rateLimit"), |limit| limit.key_place());
        findings
            .at(place, "requests are not limited")
            .confidence(Confidence::Low)
            .why("credentials can be tried, and expensive routes called, without end; a limit in front of the portal does as well")
            .fix(Fix::manual("set `backend.rateLimit` (works since 1.52; from 1.40 to 1.51 a backend with it does not start), or limit at the ingress"))
            .evidence([production.how.clone()]);
    }
    Ok(())
}
