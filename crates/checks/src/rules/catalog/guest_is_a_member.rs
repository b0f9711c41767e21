use crate::catalog_files::entities;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Guest, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut any = false;
    for user in entities(&cx.repository().files).filter(|entity| entity.kind.eq_ignore_ascii_case("user")) {
        any = true;
        // Guests sign in as the one of these namespaces, unless the configuration says another.
        let namespace = user.item.at("metadata.namespace").and_then(Item::as_str).unwrap_or("default");
        let is_signed_in = matches!(namespace, "default" | "development")
            || cx.settings("auth.providers.guest.userEntityRef").is_ok_and(|mut settings| {
                settings.any(|setting| {
                    setting.item.as_str().is_some_and(|name| name.contains(&format!("{namespace}/guest")))
                })
            });
        if !user.name().eq_ignore_ascii_case("guest") || !is_signed_in {
            continue;
        }
        for group in user.item.at("spec.memberOf").map(Item::one_or_many).unwrap_or_default() {
            let Some(reference) = group.as_str() else { continue };
            let name = reference.rsplit(['/', ':']).next().unwrap_or(reference);
            if name.to_ascii_lowercase().starts_with("guest") {
                continue;
            }
            findings
                .at(&group.place, format!("the user `guest` is a member of `{name}`"))
                .why("whoever signs in as a guest owns what the group owns, and passes every policy that asks for it")
                .fix(Fix::manual("make guests members of a group of their own, or remove the user"));
        }
    }
    if any { Ok(()) } else { Err(Skip::because("no user entity here")) }
}
