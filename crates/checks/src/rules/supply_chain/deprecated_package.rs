use crate::fix::Fix;
use crate::packages::{Dependency, Kind, Package, Packages};
use crate::repo::Project;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

use super::backend;

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// A package that is not published any more, and what came in its place.
struct Gone {
    name: &'static str,
    severity: Severity,
    instead: &'static str,
}

const GONE: &[Gone] = &[
    Gone {
        name: "@backstage/backend-common",
        severity: Severity::Medium,
        instead: "move to the new backend system: `@backstage/backend-defaults` and `@backstage/backend-plugin-api`",
    },
    Gone {
        name: "@backstage/backend-tasks",
        severity: Severity::Low,
        instead: "use `coreServices.scheduler` of `@backstage/backend-plugin-api`",
    },
    Gone {
        name: "@backstage/techdocs-common",
        severity: Severity::Medium,
        instead: "use `@backstage/plugin-techdocs-node`",
    },
];

/// Plugins that went to the community's repository in 2024, and have no fixes under Backstage's name since.
const MOVED: &[&str] = &[
    "adr",
    "adr-backend",
    "airbrake",
    "airbrake-backend",
    "allure",
    "apache-airflow",
    "azure-devops",
    "azure-devops-backend",
    "azure-sites",
    "azure-sites-backend",
    "badges",
    "badges-backend",
    "bazaar",
    "bazaar-backend",
    "bitrise",
    "circleci",
    "cloudbuild",
    "code-climate",
    "code-coverage",
    "code-coverage-backend",
    "codescene",
    "cost-insights",
    "dynatrace",
    "entity-feedback",
    "entity-feedback-backend",
    "entity-validation",
    "explore",
    "explore-backend",
    "firehydrant",
    "fossa",
    "gcalendar",
    "gcp-projects",
    "git-release-manager",
    "github-actions",
    "github-deployments",
    "github-issues",
    "github-pull-requests-board",
    "gitops-profiles",
    "gocd",
    "graphiql",
    "graphql-voyager",
    "ilert",
    "jenkins",
    "jenkins-backend",
    "kafka",
    "kafka-backend",
    "lighthouse",
    "lighthouse-backend",
    "linguist",
    "linguist-backend",
    "newrelic",
    "newrelic-dashboard",
    "nomad",
    "nomad-backend",
    "octopus-deploy",
    "opencost",
    "periskop",
    "periskop-backend",
    "playlist",
    "playlist-backend",
    "puppetdb",
    "rollbar",
    "rollbar-backend",
    "sentry",
    "shortcuts",
    "sonarqube",
    "sonarqube-backend",
    "splunk-on-call",
    "stack-overflow",
    "stackstorm",
    "tech-insights",
    "tech-insights-backend",
    "tech-radar",
    "todo",
    "todo-backend",
    "vault",
    "vault-backend",
    "xcmetrics",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages()?;
    for project in cx.projects()? {
        for gone in GONE {
            let named = named(packages, project, |dependency| dependency.package() == gone.name);
            let Some(((_, first), others)) = named.split_first() else { continue };
            let others = others.iter().map(|(package, dependency)| (&package.path, &dependency.place));
            let mut report = findings
                .at(&first.place, format!("{} is deprecated, and is not published any more", gone.name))
                .severity(gone.severity)
                .why("no fix will be made for what is found in it, and it ties the backend to interfaces that are gone")
                .fix(Fix::manual(gone.instead));
            for (path, place) in others.take(8) {
                report = report.because(Some(place), format!("{path} depends on it too"));
            }
        }
        moved(packages, project, findings);
    }
    Ok(())
}

fn moved(packages: &Packages, project: &Project, findings: &mut Findings) {
    let is_moved = |dependency: &Dependency| {
        let name = dependency.package().strip_prefix("@backstage/plugin-");
        name.is_some_and(|name| MOVED.contains(&name)) && !packages.is_own(dependency.package())
    };
    let named = named(packages, project, is_moved);
    let mut packages: Vec<&str> = named.iter().map(|(_, dependency)| dependency.package()).collect();
    packages.sort_unstable();
    packages.dedup();
    let Some((_, first)) = named.first() else { return };
    let place: &Place = &first.place;
    let message = match packages.len() {
        1 => format!("{} moved to another publisher, and has no fixes under this name", first.package()),
        count => format!(
            "{count} plugins moved to another publisher, and have no fixes under these packages: {}",
            packages.join(", ")
        ),
    };
    findings
        .at(place, message)
        .severity(Severity::Low)
        .why("since 2024 the community's plugins are published as @backstage-community/plugin-.., and only there")
        .fix(Fix::manual("depend on `@backstage-community/plugin-..` of the same name, where it is still maintained"));
}

/// What the packages of a project depend on, backends first.
fn named<'a>(
    packages: &'a Packages,
    project: &'a Project,
    is: impl Fn(&Dependency) -> bool,
) -> Vec<(&'a Package, &'a Dependency)> {
    backend::first(packages, project)
        .into_iter()
        .flat_map(|package| package.dependencies.iter().map(move |dependency| (package, dependency)))
        .filter(|(_, dependency)| !matches!(dependency.kind, Kind::Peer | Kind::Resolution) && is(dependency))
        .collect()
}
