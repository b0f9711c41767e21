use super::scopes;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for pattern in ["auth.providers.*.*.additionalScopes", "auth.providers.*.*.scope"] {
        for setting in cx.settings(pattern)? {
            let provider = setting.path.split('.').nth(2).unwrap_or_default();
            let is_list = !setting.item.items().is_empty();
            for item in setting.item.one_or_many() {
                let mut words = item.literal().unwrap_or_default().split([' ', ',']);
                let Some((scope, what)) =
                    words.find_map(|word| Some((word, scopes::excess(provider, word)?)))
                else {
                    continue;
                };
                let fix = if is_list {
                    Fix::suggested("ask for it where it is used, not at sign-in", vec![Edit::remove(item)])
                } else {
                    Fix::manual(format!("take `{scope}` out, and ask for it where it is used"))
                };
                findings
                    .at(&item.place, format!("sign-in with `{provider}` asks for `{scope}`"))
                    .severity(if setting.is_for_development() {
                        Severity::Low
                    } else {
                        setting.severity(Severity::Medium)
                    })
                    .why(format!(
                        "every session holds a token that can {what}, in the browser and in a cookie"
                    ))
                    .fix(fix)
                    .evidence(setting.evidence());
            }
        }
    }
    Ok(())
}
