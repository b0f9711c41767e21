use crate::fix::Fix;
use crate::terraform::Module;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity, Step};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Providers that are part of Terraform itself.
const BUILT_IN: &[&str] = &["terraform"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for module in cx.infrastructure()? {
        let lock = if module.folder.is_empty() {
            ".terraform.lock.hcl".to_owned()
        } else {
            format!("{}/.terraform.lock.hcl", module.folder)
        };
        // A module that others use takes what those take.
        let is_part =
            cx.repository().terraform.is_called(&module.folder) && module.all("provider").next().is_none();
        if !is_part && cx.repository().files.get(&lock).is_none() {
            judge(module, findings);
        }
    }
    Ok(())
}

fn judge(module: &Module, findings: &mut Findings) {
    let mut loose: Vec<(&Place, String)> = Vec::new();
    let mut is_said = false;
    for terraform in module.all("terraform") {
        for (name, wanted) in terraform.at("required_providers").into_iter().flat_map(Item::entries) {
            is_said = true;
            // Before 0.13 the version alone is written.
            let version = if wanted.as_map().is_some() { wanted.get("version") } else { Some(wanted) };
            match version.map(|version| (version, version.as_str().map(str::trim))) {
                None if wanted.is_unknown() => {}
                None => loose.push((wanted.key_place(), format!("`{name}` has no version"))),
                Some((version, Some(range))) if is_open(range) => {
                    loose.push((version.key_place(), format!("`{name}` may be of any version `{range}`")));
                }
                Some(_) => {}
            }
        }
    }
    // What has no version at all is said first.
    loose.sort_by_key(|(_, text)| !text.ends_with("no version"));
    if let Some((place, first)) = loose.first() {
        let steps =
            loose.iter().map(|(place, text)| Step { place: Some(Place::clone(place)), text: text.clone() });
        report(
            findings,
            place,
            format!("the provider {first}, and no lock file says which"),
            steps.skip(1).collect(),
        );
        return;
    }
    let mut providers = module
        .all("provider")
        .filter(|provider| !BUILT_IN.contains(&&*provider.name) && provider.at("version").is_none());
    if let (false, Some(provider)) = (is_said, providers.next()) {
        let place = module.all("terraform").next().map_or(&provider.place, |terraform| &terraform.place);
        let message = format!("nothing says which version of the provider `{}` is meant", provider.name);
        report(findings, place, message, Vec::new());
    }
}

/// Whether the next major version is allowed as well.
fn is_open(range: &str) -> bool {
    range.split(',').all(|part| part.trim().starts_with('>') || part.trim().starts_with("!="))
}

fn report(findings: &mut Findings, place: &Place, message: String, evidence: Vec<Step>) {
    findings
        .at(place, message)
        .why("the next `terraform init` takes the newest, a program that runs with the rights of whoever deploys")
        .fix(Fix::manual("name a version that has an upper end (`~> 5.60`), and commit `.terraform.lock.hcl`"))
        .evidence(evidence);
}
