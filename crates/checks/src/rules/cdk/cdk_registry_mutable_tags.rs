use super::{is_made_of, options};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (code, module) in super::modules(cx)? {
        for call in code.calls_in(module) {
            if call.name() != Some("Repository") || !is_made_of(call, "ecr") {
                continue;
            }
            let place = call.at.module.place(call.name_span());
            match options(call) {
                Some(options) => match options.property("imageTagMutability") {
                    Some((_, mutability)) if mutability.source().ends_with("TagMutability.MUTABLE") => {
                        report(findings, &mutability.place());
                    }
                    Some(_) => {}
                    None => report(findings, &place),
                },
                // No options at all; those of elsewhere are not known.
                None if call.arg(2).is_none() && call.arg(1).is_some() => report(findings, &place),
                None => {}
            }
        }
    }
    Ok(())
}

fn report(findings: &mut Findings, place: &Place) {
    findings
        .at(place, "tags of the registry can be moved to other images")
        .why("who may push replaces what runs under a version that was tested and reviewed, and nobody sees it")
        .fix(Fix::manual("set `imageTagMutability: TagMutability.IMMUTABLE`, and push a new tag for every build"));
}
