use crate::code::At;
use crate::fix::Fix;
use crate::kube::{Teller, written};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Low,
    serve: Serve::Inapplicable,
    check,
};

/// Generators that make an application of what others push.
const OF_OTHERS: &[&str] = &["scmProvider", "pullRequest", "git", "matrix", "merge"];

const WHY: &str = "that project may deploy anything of any repository to any namespace and cluster: whoever may push there, or change the source, may do so too";
const FIX: &str = "make an AppProject that names the repositories, namespaces and kinds it needs";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let in_code = in_code(cx, findings);
    let manifests = match cx.manifests() {
        Ok(manifests) => manifests,
        Err(_) if in_code => return Ok(()),
        Err(skip) => return Err(skip),
    };
    // The project of that name may be narrowed.
    let is_narrowed = manifests.objects.iter().any(|object| {
        &*object.kind == "AppProject"
            && &*object.name == "default"
            && !object
                .root
                .at("spec.sourceRepos")
                .is_some_and(|repos| repos.items().iter().any(|one| one.as_str() == Some("*")))
    });
    if is_narrowed {
        return Ok(());
    }
    let mut tell = Teller::new(findings);
    for object in manifests
        .of_kinds(&["Application", "ApplicationSet"])
        .filter(|object| object.group() == "argoproj.io")
    {
        let is_set = &*object.kind == "ApplicationSet";
        let path = if is_set { "spec.template.spec.project" } else { "spec.project" };
        let Some(project) = object.root.at(path).filter(|project| project.as_str() == Some("default")) else {
            continue;
        };
        let generators = object.root.at("spec.generators").map(Item::items).unwrap_or_default();
        let of_others =
            is_set && generators.iter().any(|one| OF_OTHERS.iter().any(|kind| one.get(kind).is_some()));
        let severity = if of_others { Severity::Medium } else { Severity::Low };
        let message = format!("{} is of Argo CD's project `default`", object.label());
        if let Some(report) = tell.at(object, written(project), severity, message) {
            report.severity(severity.less(u8::from(object.is_development()))).why(WHY).fix(Fix::manual(FIX));
        }
    }
    Ok(())
}

/// Applications that code makes: `{ project: 'default', source: .., destination: .. }`. Whether there are any.
fn in_code(cx: &Context<'_>, findings: &mut Findings) -> bool {
    let Ok(code) = cx.code() else { return false };
    let mut looked = false;
    for module in code.modules().filter(|module| module.text().contains("argoproj.io")) {
        module.walk(&mut |expr| {
            let at = At { code, module, expr };
            let Some((_, project)) = at.property("project") else { return };
            let is_application = at.property("destination").is_some()
                && ["source", "sources"].iter().any(|key| at.property(key).is_some());
            looked |= is_application;
            if is_application && project.text().as_deref() == Some("default") {
                findings
                    .at(&project.place(), "an application is of Argo CD's project `default`")
                    .why(WHY)
                    .fix(Fix::manual(FIX));
            }
        });
    }
    looked
}
