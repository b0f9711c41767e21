use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::TechDocs, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (key, what) in
        [("dangerouslyAllowAdditionalKeys", "keys"), ("dangerouslyAllowAdditionalPlugins", "plugins")]
    {
        for setting in cx.settings(&format!("techdocs.generator.mkdocs.{key}"))? {
            let names: Vec<&str> = setting.item.one_or_many().iter().filter_map(Item::literal).collect();
            if setting.is_for_development() || names.is_empty() {
                continue;
            }
            findings
                .at(setting.item.key_place(), format!("docs may use more of mkdocs: the {what} `{}`", names.join("`, `")))
                .severity(setting.severity(Severity::High))
                .why("the lists are what keeps docs from running code where they are built; each entry takes a piece of that back")
                .fix(Fix::suggested("remove the list", vec![Edit::remove(setting.item)]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
