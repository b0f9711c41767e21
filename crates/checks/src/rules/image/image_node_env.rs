use crate::fix::{Edit, Fix};
use crate::repo::{NodeEnv, Production};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    cx.images()?;
    let productions = cx.productions()?;
    for production in &productions {
        let Some(path) = &production.image else { continue };
        let guest = production.at("auth.providers.guest");
        let severity = if guest.is_some() { Severity::High } else { Severity::Medium };
        match &production.node_env {
            NodeEnv::Set(item) if item.literal().is_some_and(|value| value != "production") => {
                let value = item.literal().unwrap_or_default();
                let what = "set NODE_ENV to production";
                let fix = Fix::manual(what);
                let report = findings
                    .at(&item.place, format!("the image runs with NODE_ENV={value}"))
                    .severity(severity)
                    .why("only in development do guests sign in, stack traces go to callers, and broken providers pass")
                    .fix(fix)
                    .evidence([production.how.clone()]);
                if let Some(guest) = guest {
                    report.because(Some(guest.key_place()), "a guest provider is configured");
                }
            }
            NodeEnv::Unset if !set_by_others(&productions, production) => {
                let Some(place) = production.how.place.as_ref().filter(|place| place.path == *path) else {
                    continue;
                };
                let line = "ENV NODE_ENV=production".to_owned();
                let edit = Edit::InsertBefore { place: place.clone(), text: line };
                let report = findings
                    .at(place, "the image runs without NODE_ENV=production")
                    .severity(severity)
                    .why("who may sign in as a guest, and what errors tell, is left to the environment it is started in")
                    .fix(Fix::suggested("set NODE_ENV to production in the image", vec![edit]))
                    .evidence([production.how.clone()]);
                if let Some(guest) = guest {
                    report.because(Some(guest.key_place()), "a guest provider is configured");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether everybody who runs the image says it instead.
fn set_by_others(all: &[&Production], own: &Production) -> bool {
    all.iter().any(|other| other.image == own.image && other.node_env.is_production())
}
