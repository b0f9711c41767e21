use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let committed = committed(cx, findings);
    let modules = match cx.infrastructure() {
        Ok(modules) => modules,
        Err(_) if committed => return Ok(()),
        Err(Skip(reason)) => return Err(Skip(reason)),
    };
    for terraform in modules.into_iter().flat_map(|module| module.all("terraform")) {
        let Some(backend) = terraform.at("backend") else { continue };
        if let Some(item) = backend.get("encrypt").filter(|item| item.as_bool() == Some(false)) {
            findings
                .at(item.key_place(), "the state is not encrypted where it is kept")
                .severity(Severity::Low)
                .why("the state has every password and key that Terraform has made")
                .fix(Fix::manual("set `encrypt = true`"));
        }
        let plain = |item: &&Item| item.as_str().is_some_and(|text| text.starts_with("http://"));
        if let Some(item) = backend.get("address").filter(plain) {
            findings
                .at(item.key_place(), "the state is fetched and written as plain text")
                .why("the state has every password and key that Terraform has made, and who changes it on the way changes what is deployed")
                .fix(Fix::manual("use https"));
        }
    }
    Ok(())
}

/// States that lie in the repository. Whether there are any.
fn committed(cx: &Context<'_>, findings: &mut Findings) -> bool {
    let mut found = false;
    for file in cx.repository().files.iter() {
        let is_named = file.name().ends_with(".tfstate") || file.name().ends_with(".tfstate.backup");
        let Some(text) = file.text().filter(|_| is_named) else { continue };
        // One of nothing holds nothing.
        let has_resources = text.contains("\"terraform_version\"") && text.contains("\"instances\"");
        if has_resources {
            found = true;
            findings
                .at(&Place::whole(&file.path), "a state of Terraform is in the repository")
                .why("it has every password and key that Terraform has made, in clear; history keeps them")
                .fix(Fix::manual(
                    "keep the state in a backend that is locked and encrypted, and change what was in it",
                ));
        }
    }
    found
}
