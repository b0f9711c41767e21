use serde_json::Value as Json;

use crate::code::backend::{Backend, Generation};
use crate::fix::{Edit, Fix};
use crate::repo::{Reach, Role, Setting};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Guest, severity: Severity::Medium, serve: Serve::Reports, check };

const PATH: &str = "auth.providers.guest";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    if !may_have_provider(*cx) {
        // Then the block means nothing.
        return Ok(());
    }
    for setting in cx.settings(PATH)? {
        if setting.item.is_null() || setting.is_for_development() || is_taken_back(&setting) {
            continue;
        }
        // The worse rule points at that key.
        let is_forced =
            setting.item.get("dangerouslyAllowOutsideDevelopment").is_some_and(crate::Item::is_true);
        if is_forced {
            continue;
        }
        let is_production = role(&setting) == Some(Role::Production);
        let (severity, fix) = if is_production {
            (
                Severity::High,
                Fix::suggested(
                    "take the provider back: `guest: null`, also against the base file",
                    vec![Edit::set(setting.item, Json::Null)],
                ),
            )
        } else {
            (
                Severity::Medium,
                Fix::manual(
                    "move it to app-config.local.yaml, or set `auth.providers.guest: null` for production",
                ),
            )
        };
        let severity = if setting.is_effective() || is_production { severity } else { severity.less(1) };
        findings
            .at(setting.item.key_place(), "the guest provider is configured for production")
            .severity(severity)
            .why("all that keeps strangers out is that NODE_ENV is `production` in the process, since 1.24; before, nothing")
            .fix(fix)
            .evidence(setting.evidence());
    }
    Ok(())
}

/// Whether a backend adds the guest provider, or may: those of the new system need a module for it.
fn may_have_provider(cx: Context<'_>) -> bool {
    let (Ok(code), Ok(backends)) = (cx.code(), cx.backends()) else { return true };
    let may = |backend: &Backend<'_>| {
        let mut modules = code.under(&backend.folder);
        backend.generation != Generation::New
            || backend.is_open()
            || modules.any(|module| module.text().contains("guest"))
    };
    backends.is_empty() || backends.iter().any(may)
}

fn role(setting: &Setting<'_>) -> Option<Role> {
    let path = &setting.item.place.path;
    setting.project.configs.iter().find(|config| config.path == *path).map(|config| config.role)
}

/// Whether every production that loads the file ends up without a guest provider.
fn is_taken_back(setting: &Setting<'_>) -> bool {
    if !matches!(setting.reach, Reach::Overridden(_)) {
        return false;
    }
    let path = &setting.item.place.path;
    setting
        .project
        .productions
        .iter()
        .filter(|production| production.launch.configs.contains(path))
        .all(|production| production.at(PATH).is_none())
}
