use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for service in super::resources(cx, &["aws_ecs_service"])? {
        let Some(item) = service.at("enable_execute_command").filter(|item| item.is_true()) else { continue };
        let what = "switch it off outside of an emergency";
        let is_literal = item.as_str().is_none() && item.place.line == item.key_place().line;
        let edit = Edit::Replace { place: item.place.clone(), text: "false".to_owned() };
        findings
            .at(item.key_place(), format!("a shell can be opened in the tasks of `{}`", service.label()))
            .why("who may do so in the account reads every secret that the portal has")
            .fix(if is_literal { Fix::suggested(what, vec![edit]) } else { Fix::manual(what) });
    }
    Ok(())
}
