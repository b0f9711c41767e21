use super::patterns;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Agents, severity: Severity::Medium, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for name in ["clientIdMetadataDocuments", "experimentalClientIdMetadataDocuments"] {
        for setting in cx.settings(&format!("auth.{name}.enabled"))? {
            if !setting.item.is_true() || setting.is_for_development() {
                continue;
            }
            let clients = patterns::beside(&setting, "allowedClientIdPatterns");
            let redirects = patterns::beside(&setting, "allowedRedirectUriPatterns");
            let wide = [clients, redirects].into_iter().flatten().find_map(patterns::wide);
            let (severity, message) = match (wide, clients) {
                (Some(wide), _) => {
                    (Severity::High, format!("OAuth clients are admitted by the pattern `{wide}`"))
                }
                (None, None) => {
                    (Severity::Medium, "OAuth clients are admitted by the default patterns".to_owned())
                }
                // Those that are listed were chosen.
                (None, Some(_)) => continue,
            };
            findings
                .at(setting.item.key_place(), message)
                .severity(setting.severity(severity))
                .why("whoever publishes such a document is a client that users can give their token to; before 1.51 the default admits every URL")
                .fix(Fix::suggested(
                    "switch it off, or list the client ids you know in `allowedClientIdPatterns`",
                    vec![Edit::set(setting.item, false)],
                ))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
