use super::{host, is_loopback};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in cx.productions()? {
        // With nothing but the base file, nothing here says what production is like.
        if production.launch.configs.len() < 2 {
            continue;
        }
        let Some(origins) = production.at("backend.cors.origin") else { continue };
        let is_local =
            |origin: &&Item| origin.literal().and_then(host).is_some_and(|host| is_loopback(&host));
        let local: Vec<&Item> = origins.one_or_many().iter().filter(is_local).collect();
        let Some(first) = local.first() else { continue };
        let message = match local.len() {
            1 => "production allows an origin on the visitor's own machine".to_owned(),
            count => format!("production allows {count} origins on the visitor's own machine"),
        };
        findings
            .at(&first.place, message)
            .why("what listens there calls the portal as the visitor; a base file's origin stays allowed unless the production file names its own")
            .fix(Fix::manual("set `backend.cors.origin` to the portal's own origin in the production file"))
            .evidence([production.how.clone()]);
    }
    Ok(())
}
