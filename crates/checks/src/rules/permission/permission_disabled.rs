use crate::fix::{Edit, Fix};
use crate::repo::Reach;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("permission.enabled")? {
        // A file that production does not load, or overrides, decides nothing there.
        let decides = match setting.reach {
            Reach::Production(_) => true,
            // Replaced by the same: both have to be mended.
            Reach::Overridden(production) => {
                production.at("permission.enabled").and_then(Item::as_bool) == Some(false)
            }
            Reach::NotLoaded(_) => false,
        };
        if setting.item.as_bool() != Some(false) || !decides {
            continue;
        }
        findings
            .at(setting.item.key_place(), "the permission framework is switched off")
            .why("plugins then ask nobody: every signed-in user may delete entities, run templates and read what the backend can read")
            .fix(Fix::suggested("set `permission.enabled: true`, and install a policy that denies by default", vec![Edit::set(setting.item, true)]))
            .evidence(setting.evidence());
    }
    Ok(())
}
