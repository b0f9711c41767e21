use super::schema;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::secret_names::is_secret;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let Some(keys) = schema::keys(&cx.repository().files) else {
        return Err(Skip::because("no configuration schema of a plugin here"));
    };
    for key in keys.iter().filter(|key| is_secret(key.name()) && key.is_text) {
        let is_visible =
            [&key.visibility, &key.deep].into_iter().any(|seen| seen.as_deref() == Some("frontend"));
        if is_visible && key.visibility.as_deref() != Some("secret") {
            findings
                .at(&key.place, format!("`{}` is sent to the browser", key.name()))
                .why("what a schema marks as frontend is written into index.html, which strangers can load")
                .fix(Fix::manual(
                    "mark it `@visibility secret`, and let the backend use it for the frontend",
                ));
        }
    }
    Ok(())
}
