use super::endpoint::fields;
use crate::fix::Fix;
use crate::rules::http::host;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for field in fields(*cx, "credentials")? {
        if field.setting.item.literal() != Some("forward") {
            continue;
        }
        let to = field.target().and_then(Item::literal).and_then(host);
        let to = to.map_or_else(|| "the upstream".to_owned(), |host| format!("`{host}`"));
        findings
            .at(&field.setting.item.place, format!("`{}` hands the caller's token to {to}", field.endpoint))
            .severity(field.setting.severity(Severity::Medium))
            .why("it is the user's Backstage token: whoever runs or reads the upstream calls the portal with it, as that user")
            .fix(Fix::manual("use `credentials: require`, and give the upstream a credential of its own, unless it verifies Backstage tokens itself"))
            .evidence(field.setting.evidence());
    }
    Ok(())
}
