use crate::fix::{Edit, Fix};
use crate::kube::Teller;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity, Skip, Value};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let all = cx.given();
    if all.is_empty() {
        return Err(Skip::because("no values for charts here"));
    }
    let mut tell = Teller::new(findings);
    for given in all {
        let mut found: Vec<(&Item, bool)> = Vec::new();
        given.values.walk(&mut |path, item| {
            let is_policy = matches!(
                path.rsplit('.').next().unwrap_or_default(),
                "networkPolicy" | "networkpolicy" | "networkPolicies"
            );
            let flag = item.get("enabled").filter(|flag| matches!(flag.value, Value::Bool(false)));
            found.extend(flag.filter(|_| is_policy).map(|flag| (flag, given.is_of_store(path))));
        });
        if !found.is_empty() && given.leaves_out(&cx.repository().files, "etworkPolic") {
            continue;
        }
        for (flag, is_store) in found {
            let (severity, whose) =
                if is_store { (Severity::High, "the database's") } else { (Severity::Low, "a chart's") };
            let message = format!("{whose} own NetworkPolicy is switched off");
            let Some(report) = tell.elsewhere(flag.key_place(), given.severity(severity), message) else {
                continue;
            };
            report
                .why("every pod of the cluster reaches it, where the chart would admit those that need to")
                .fix(Fix::suggested(
                    "switch it on, and name who may come in the chart's values",
                    vec![Edit::set(flag, true)],
                ));
        }
    }
    Ok(())
}
