use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for vault in
        super::resources(cx, &["azurerm_key_vault", "azurerm_key_vault_managed_hardware_security_module"])?
    {
        let public = super::decided(cx, vault, "public_network_access_enabled");
        if public.iter().any(|item| item.as_bool() == Some(false) || item.is_unknown()) {
            continue;
        }
        let action = super::decided(cx, vault, "network_acls.default_action");
        let allows = |item: &&Item| item.as_str().is_some_and(|text| text.eq_ignore_ascii_case("allow"));
        let place: Option<&Place> = match action.iter().copied().find(allows) {
            Some(item) => Some(item.key_place()),
            // What is open unless said is told where somebody said so.
            None if action.is_empty() => {
                public.iter().find(|item| item.is_true()).map(|item| item.key_place())
            }
            None => None,
        };
        if let Some(place) = place {
            findings
                .at(place, format!("`{}` answers every network", vault.label()))
                .why("a token that leaks is enough to read the portal's secrets from anywhere")
                .fix(Fix::manual(
                    "set `default_action = \"Deny\"` and name the networks, or use a private endpoint",
                ));
        }
    }
    Ok(())
}
