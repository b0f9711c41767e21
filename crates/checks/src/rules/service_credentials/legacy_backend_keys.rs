use crate::fix::{Edit, Fix};
use crate::rules::on_release::release;
use crate::tree::Text;
use crate::{Checklist, Context, Findings, Ran, Release, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::ServiceCredentials,
    severity: Severity::Medium,
    serve: Serve::Refuses,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.auth.keys.*")?.filter(|setting| !setting.is_for_development()) {
        let Some(secret) = setting.item.get("secret") else { continue };
        let literal = match secret.text() {
            Some(Text::Literal(_)) => true,
            Some(Text::Outside { default }) => default.is_some(),
            None => false,
        };
        // Before 1.24 plugins have no other way to know each other: there only the upgrade mends it.
        let is_needed = release(setting.project).is_some_and(|release| release < Release::new(1, 24, 0));
        findings
            .at(&setting.item.place, "`backend.auth.keys` makes a shared secret a credential for everything")
            .severity(setting.severity(match (literal, is_needed) {
                (true, _) => Severity::High,
                (false, false) => Severity::Medium,
                (false, true) => Severity::Low,
            }))
            .why(if is_needed {
                "all plugins share it: whoever has it calls each of them as any other, and only the upgrade takes it away"
            } else {
                "since 1.24 plugins do not use it: it only admits whoever holds it, without limits, and its tokens need not expire"
            })
            .fix(if is_needed {
                Fix::manual("take it from a secret store; upgrade to 1.24 or later, where plugins have keys of their own, and remove the entry")
            } else {
                Fix::suggested("remove the entry; since 1.24 plugins have keys of their own", vec![Edit::remove(setting.item)])
            })
            .evidence(setting.evidence());
    }
    Ok(())
}
