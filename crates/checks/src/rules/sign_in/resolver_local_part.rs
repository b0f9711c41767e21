use super::resolvers;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for resolver in resolvers::all(cx)? {
        if resolver.name != "emailLocalPartMatchingUserEntityName" || resolver.has_domains() {
            continue;
        }
        let item = resolver.setting.item;
        // A chart's values name it.
        let place =
            item.get("resolver").map(|name| &name.place).filter(|place| place.path != item.place.path);
        findings
            .at(
                place.unwrap_or(&item.place),
                format!("`{}` maps the local part of any e-mail domain to a user", resolver.provider),
            )
            .severity(resolver.setting.severity(Severity::High))
            .why("anna@elsewhere.example signs in as the catalog's user `anna`: nothing looks at the domain")
            .fix(mended(item))
            .evidence(resolver.setting.evidence());
    }
    Ok(())
}

fn mended(item: &Item) -> Fix {
    match (item.get("resolver"), item.get("allowedDomains")) {
        (Some(name), None) => Fix::suggested(
            "match the whole address, or name your domains in `allowedDomains`",
            vec![Edit::set(name, "emailMatchingUserEntityProfileEmail")],
        ),
        _ => Fix::manual("name the domains whose addresses are yours in `allowedDomains`"),
    }
}
