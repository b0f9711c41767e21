use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::ServiceCredentials, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.auth.pluginKeyStore")?.filter(|setting| !setting.is_for_development())
    {
        let Some(kind) = setting.item.get("type").filter(|kind| kind.literal() == Some("static")) else {
            continue;
        };
        findings
            .at(&kind.place, "plugins sign their calls with a key from a file")
            .severity(setting.severity(Severity::Low))
            .why("it is never rotated: who reads the file once calls every plugin as any other")
            .fix(Fix::suggested(
                "keep keys in the database, where each plugin has its own and they rotate hourly",
                vec![Edit::remove(setting.item)],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
