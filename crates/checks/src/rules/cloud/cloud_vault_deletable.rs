use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for vault in super::resources(cx, &["azurerm_key_vault"])? {
        let flag = vault.at("purge_protection_enabled");
        if flag.is_some_and(|flag| flag.as_bool() != Some(false)) || vault.at("?").is_some() {
            continue;
        }
        let what = "set `purge_protection_enabled = true`; it cannot be taken back";
        findings
            .at(
                flag.map_or(&vault.kind_place, crate::Item::key_place),
                format!("what `{}` keeps can be purged before its retention ends", vault.label()),
            )
            .why("who gets an account that may delete takes the portal's secrets and keys away for good, as do mistakes")
            .fix(match flag {
                Some(flag) if super::is_written(cx, flag) => Fix::suggested(what, vec![Edit::set(flag, true)]),
                _ => Fix::manual(what),
            });
    }
    for secret in super::resources(cx, &["aws_secretsmanager_secret"])? {
        let window = secret.at("recovery_window_in_days");
        let Some(window) = window.filter(|days| days.as_number().is_some_and(|days| days < 1.0)) else {
            continue;
        };
        findings
            .at(window.key_place(), format!("`{}` is gone at once when it is deleted", secret.label()))
            .why("one wrong command, or an account that may delete, takes the secret away for good")
            .fix(Fix::manual("leave `recovery_window_in_days` away, which means 30 days"));
    }
    Ok(())
}
