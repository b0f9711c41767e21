use super::{all, asked};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for template in all(*cx)? {
        for step in template.steps().filter(|step| step.action == "http:backstage:request") {
            let Some(path) = step.item.at("input.path") else { continue };
            // What stands behind the question mark does not choose the route.
            let route = path.as_str().unwrap_or_default().split('?').next().unwrap_or_default();
            let names = template.free_in(route);
            let Some(first) = names.first() else { continue };
            let method = step.item.at("input.method").and_then(Item::literal).unwrap_or("GET");
            let writes = !method.eq_ignore_ascii_case("get");
            findings
                .at(&path.place, format!("whoever runs the template chooses which route is called, by `{}`", names.join("`, `")))
                .severity(if writes { Severity::High } else { Severity::Medium })
                .why("`..` and `/` in the value lead to other routes of the portal and of its proxies, with the credentials that the step sends")
                .fix(Fix::manual("offer a choice (`enum`), or check the value with a `pattern` that allows one path segment"))
                .because(asked(&template, first), "the user types it");
        }
    }
    Ok(())
}
