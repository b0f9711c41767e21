use crate::fix::{Edit, Fix};
use crate::repo::{Reach, Role};
use crate::rules::http::{host, is_loopback};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for key in ["auth.providers.*.callbackUrl", "auth.providers.*.*.callbackUrl"] {
        for setting in cx.settings(key)? {
            let Some(url) = setting.item.as_str().map(str::trim) else { continue };
            if !url.to_ascii_lowercase().starts_with("http://") || setting.is_for_development() {
                continue;
            }
            let is_local = host(url).is_some_and(|host| is_loopback(&host));
            // A base file's localhost is for development, and so is the block of that name.
            let of_development = setting.path.split('.').nth(3) == Some("development");
            let role = setting
                .project
                .configs
                .iter()
                .find(|config| config.path == setting.item.place.path)
                .map(|config| config.role);
            if is_local
                && (of_development
                    || role == Some(Role::Base)
                    || !matches!(setting.reach, Reach::Production(_)))
            {
                continue;
            }
            findings
                .at(setting.item.key_place(), "a provider answers to a plain HTTP address")
                .severity(setting.severity(Severity::Medium))
                .why("the code that becomes a session passes in the clear, and the cookie of the sign-in is made for that address, without its Secure flag")
                .fix(Fix::suggested("write https", vec![Edit::set(setting.item, url.replacen("http://", "https://", 1))]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
