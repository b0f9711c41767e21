use crate::fix::{Edit, Fix};
use crate::secret_names::{is_credential_header, is_secret};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity, Text};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("*")? {
        let mut found: Vec<(String, &Item)> = Vec::new();
        setting.item.walk(&mut |path, item| {
            let path =
                if path.is_empty() { setting.path.clone() } else { format!("{}.{path}", setting.path) };
            let name = path.rsplit('.').next().unwrap_or_default();
            let named = is_secret(name) || (path.contains(".headers.") && is_credential_header(name));
            if named && matches!(item.text(), Some(Text::Outside { default: Some(_) })) {
                found.push((path, item));
            }
        });
        for (path, item) in found {
            let variable =
                item.as_str().and_then(|text| text.split_once(":-")).map_or("", |(before, _)| before);
            findings
                .at(item.key_place(), format!("`{path}` has a default that everybody can read"))
                .severity(setting.severity(Severity::High))
                .why("when the variable is missing the portal starts with it, and nobody notices")
                .fix(Fix::suggested(
                    "remove the default, so that a missing variable shows",
                    vec![Edit::set(item, format!("{variable}}}"))],
                ))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
