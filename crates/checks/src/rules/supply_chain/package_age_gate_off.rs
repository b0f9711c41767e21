use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut judged = false;
    for file in cx.repository().files.iter().filter(|file| file.name() == ".yarnrc.yml") {
        let Some(root) = file.tree() else { continue };
        judged = true;
        let Some(gate) = root.get("npmMinimalAgeGate") else { continue };
        let is_off = match gate.as_str() {
            Some(text) => text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic()) == "0",
            None => gate.as_number() == Some(0.0),
        };
        if !is_off {
            continue;
        }
        findings
            .at(gate.key_place(), "versions that were published a minute ago are installed")
            .why("packages that were taken over are mostly found within days; a gate of some days keeps them out")
            .fix(Fix::suggested("take the line out, or set some days", vec![Edit::remove(gate)]));
    }
    if judged { Ok(()) } else { Err(Skip::because("no .yarnrc.yml here")) }
}
