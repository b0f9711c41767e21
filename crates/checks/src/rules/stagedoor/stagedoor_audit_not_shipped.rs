use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in super::productions(cx)? {
        let Some(stdout) = production.at("stagedoor.audit.stdout") else { continue };
        if stdout.as_bool() != Some(false) {
            continue;
        }
        findings
            .at(stdout.key_place(), "audit records are kept in the database alone")
            .why("who gets hold of the database holds the only copy of what they did")
            .fix(Fix::safe(
                "write records to standard output as well, for a collector to ship",
                vec![Edit::set(stdout, true)],
            ))
            .evidence([production.how.clone()]);
    }
    Ok(())
}
