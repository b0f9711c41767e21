use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Reports, check };

const HOUR: f64 = 3_600.0;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in super::productions(cx)? {
        for (key, most, words) in [("lifetime", 24.0, "a day"), ("idleTimeout", 12.0, "half a day")] {
            let Some(item) = production.at(&format!("stagedoor.session.{key}")) else { continue };
            if super::seconds(item).is_none_or(|seconds| seconds <= most * HOUR) {
                continue;
            }
            findings
                .at(item.key_place(), format!("`stagedoor.session.{key}` is longer than {words}"))
                .why("a browser that is left open, or a cookie that is taken, stays good that long")
                .fix(Fix::suggested(
                    "leave the default: 8 hours, or one hour without a request",
                    vec![Edit::remove(item)],
                ))
                .evidence([production.how.clone()]);
        }
    }
    Ok(())
}
