use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Keys of identities that are good until somebody deletes them.
const KINDS: &[&str] = &["aws_iam_access_key", "google_service_account_key"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for key in super::resources(cx, KINDS)? {
        findings
            .at(&key.kind_place, format!("`{}` is a key that never ends", key.label()))
            .why("it lies in the state and wherever it is handed to, and who reads it once may use it until somebody notices")
            .fix(Fix::manual("let what runs take a role instead: a task's or pod's identity, or OpenID Connect of the pipeline"));
    }
    Ok(())
}
