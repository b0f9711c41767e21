use super::told;
use crate::fix::Fix;
use crate::live::{Credential, Purpose};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Critical, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in live.answered(Purpose::Route) {
        if request.credential != Credential::None || !answer.is_data() {
            continue;
        }
        let is_metrics = request.target.starts_with("/metrics");
        let (severity, what) = if is_metrics {
            (Severity::Medium, "metrics are served to strangers".to_owned())
        } else {
            (
                Severity::Critical,
                format!(
                    "`{}` answers strangers with data",
                    request.target.split('?').next().unwrap_or_default()
                ),
            )
        };
        findings
            .at(&request.place(), what)
            .severity(severity)
            .why("whoever reaches the portal reads it without signing in; the default policy of releases since 1.24 refuses that")
            .fix(Fix::manual(if is_metrics {
                "serve metrics on a listener of their own"
            } else {
                "remove `dangerouslyDisableDefaultAuthPolicy` and the plugin's open auth policy; leave the old backend system"
            }))
            .evidence(told(live, request, answer));
    }
    Ok(())
}
