use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Reports, check };

/// Sign-in attempts of one address in a minute that no person makes, nor an office behind one address.
const MOST: f64 = 600.0;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in super::productions(cx)? {
        let Some(requests) = production.at("stagedoor.edge.rateLimits.auth.requests") else { continue };
        let window =
            production.at("stagedoor.edge.rateLimits.auth.window").map_or(Some(60.0), super::seconds);
        let (Some(count), Some(window)) = (requests.as_number(), window.filter(|window| *window > 0.0))
        else {
            continue;
        };
        let in_a_minute = count * 60.0 / window;
        if in_a_minute <= MOST {
            continue;
        }
        let edits: Vec<Edit> = std::iter::once(requests).map(|item: &Item| Edit::set(item, 30)).collect();
        findings
            .at(
                requests.key_place(),
                format!("one address may try to sign in {in_a_minute:.0} times a minute"),
            )
            .why("codes and tokens can be tried by the thousand")
            .fix(Fix::suggested("go back to 30 requests a minute, or to what one office needs", edits))
            .evidence([production.how.clone()]);
    }
    Ok(())
}
