use crate::fix::{Edit, Fix};
use crate::secret_names::{is_credential_header, is_secret};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity, Text};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("**")? {
        let (path, item) = (&setting.path, setting.item);
        let name = path.rsplit('.').next().unwrap_or_default();
        let named = is_secret(name) || (path.contains(".headers.") && is_credential_header(name));
        if !named || !matches!(item.text(), Some(Text::Outside { default: Some(_) })) {
            continue;
        }
        let variable = item.as_str().and_then(|text| text.split_once(":-")).map_or("", |(before, _)| before);
        let severity =
            if setting.is_for_development() { Severity::Low } else { setting.severity(Severity::High) };
        findings
            .at(item.key_place(), format!("`{path}` has a default that everybody can read"))
            .severity(severity)
            .why("when the variable is missing the portal starts with it, and nobody notices")
            .fix(Fix::suggested(
                "remove the default, so that a missing variable shows",
                vec![Edit::set(item, format!("{variable}}}"))],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
