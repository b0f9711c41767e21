use crate::fix::Fix;
use crate::kube::{Object, Teller, written};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Medium,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    let projects = cx.deployed()?.objects.iter().filter(|object| object.belongs.is_own());
    for project in projects.filter(|object| &*object.kind == "AppProject" && object.group() == "argoproj.io")
    {
        let (Some(source), true) = (anything(project, "spec.sourceRepos.*"), goes_anywhere(project)) else {
            continue;
        };
        let of_clusters = project
            .root
            .find("spec.clusterResourceWhitelist.*")
            .iter()
            .any(|(_, one)| one.get("kind").and_then(Item::as_str) == Some("*"));
        let severity = if of_clusters { Severity::Medium } else { Severity::Low };
        let what = if of_clusters { "anything, kinds of the whole cluster too," } else { "anything" };
        let message = format!("{} takes {what} from every repository to every namespace", project.label());
        if let Some(report) = tell.at(project, written(source), severity, message) {
            report
                .severity(severity.less(u8::from(project.is_development())))
                .why("whoever may change an Application of it, or push to what one reads, deploys what they like wherever they like")
                .fix(Fix::manual("name the repositories, namespaces and kinds that the project's applications use"));
        }
    }
    Ok(())
}

fn anything<'a>(project: &'a Object, path: &str) -> Option<&'a Item> {
    let all = project.root.find(path);
    all.into_iter().map(|(_, item)| item).find(|item| item.as_str() == Some("*"))
}

/// Whether one of its destinations is every namespace of every cluster, or of the one it runs in.
fn goes_anywhere(project: &Object) -> bool {
    project.root.find("spec.destinations.*").iter().any(|(_, one)| {
        let is = |key: &str, wanted: &[&str]| {
            one.get(key).and_then(Item::as_str).is_some_and(|text| wanted.contains(&text))
        };
        is("namespace", &["*"])
            && (is("server", &["*", "https://kubernetes.default.svc"]) || is("name", &["*", "in-cluster"]))
    })
}
