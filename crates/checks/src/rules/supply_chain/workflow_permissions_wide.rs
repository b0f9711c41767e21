use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

use super::workflow::{self, Workflow};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Rights to write, and words of steps that need them.
const NEEDS: &[(&str, &[&str])] = &[
    (
        "contents",
        &[
            "release",
            "git push",
            "git tag",
            "git commit",
            "git config",
            "git-auto-commit",
            "create-pull-request",
            "changeset",
            "gh-pages",
            "gh-deploy",
            "mkdocs",
            "gh ",
            "api.github.com",
            "octokit",
            "github-script",
            "semantic",
            "npm version",
            "yarn version",
            "lerna",
            "chart",
        ],
    ),
    (
        "packages",
        &[
            "docker", "ghcr.io", "npm", "publish", "registry", "yarn", "helm", "oras", "push", "package",
            "skopeo", "podman",
        ],
    ),
    (
        "id-token",
        &[
            "aws",
            "azure",
            "google",
            "gcp",
            "gcloud",
            "cosign",
            "sigstore",
            "attest",
            "provenance",
            "vault",
            "oidc",
            "id_token",
            "ID_TOKEN",
            "slsa",
            "pypi",
            "codecov",
            "pages",
            "npm publish",
            "az ",
            "terraform",
            "pulumi",
            "doppler",
            "infisical",
            "release",
            "jfrog",
            "snyk",
            "sts",
            "akeyless",
            "chainguard",
        ],
    ),
];

/// Actions of which it is known that they need no right to write but those of [`NEEDS`].
const PLAIN: &[&str] = &[
    "actions/",
    "docker/",
    "github/codeql-action",
    "aquasecurity/",
    "hashicorp/setup-",
    "pnpm/action-setup",
    "azure/setup-",
    "azure/login",
    "aws-actions/",
    "google-github-actions/",
    "helm/kind-action",
    "anchore/scan-action",
    "gitleaks/",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for workflow in workflow::all(*cx)? {
        let own = workflow.root.get("permissions");
        let of_jobs = workflow.jobs().filter_map(|job| job.get("permissions"));
        for permissions in own.into_iter().chain(of_jobs) {
            if permissions.as_str() != Some("write-all") {
                continue;
            }
            findings
                .at(&permissions.place, "the workflow's token may write everything in this repository")
                .why("every action that it runs, and every package's install script, can push code, releases and images")
                .fix(Fix::manual("name the permissions that each job needs, beginning with `contents: read`"));
        }
        unused(&workflow, findings);
    }
    Ok(())
}

/// Rights of the whole workflow, or of a job, that nothing there seems to need.
fn unused(workflow: &Workflow<'_>, findings: &mut Findings) {
    let inheriting: Vec<&Item> = workflow.jobs().filter(|job| job.get("permissions").is_none()).collect();
    let of_jobs = workflow.jobs().filter_map(|job| Some((job.get("permissions")?, vec![job])));
    let all = workflow.root.get("permissions").map(|own| (own, inheriting)).into_iter().chain(of_jobs);
    for (permissions, jobs) in all {
        // What another file does is not seen here.
        if jobs.is_empty() || jobs.iter().any(|job| calls_others(job)) {
            continue;
        }
        let texts: Vec<&str> = jobs.iter().flat_map(|job| texts(job)).collect();
        for (right, words) in NEEDS {
            let Some(given) = permissions.get(right).filter(|given| given.as_str() == Some("write")) else {
                continue;
            };
            if texts.iter().any(|text| words.iter().any(|word| text.contains(word))) {
                continue;
            }
            findings
                .at(given.key_place(), format!("`{right}: write` is given to jobs that do nothing with it"))
                .severity(Severity::Low)
                .confidence(Confidence::Medium)
                .why("every action that runs there, and every package's install script, has the right too")
                .fix(Fix::manual(format!(
                    "take `{right}: write` away, or give it to the one job that needs it"
                )));
        }
    }
}

/// Whether a job runs steps that are written elsewhere, by actions that are not known.
fn calls_others(job: &Item) -> bool {
    let is_unknown = |step: &Item| {
        let uses = step.get("uses").and_then(Item::as_str).unwrap_or("actions/");
        !PLAIN.iter().any(|known| uses.to_ascii_lowercase().starts_with(known))
    };
    job.get("uses").is_some() || job.get("steps").is_none_or(|steps| steps.items().iter().any(is_unknown))
}

/// What a job's steps say they do.
fn texts(job: &Item) -> Vec<&str> {
    let mut found = Vec::new();
    job.walk(&mut |path, item| {
        if !path.starts_with("permissions") {
            found.extend(item.as_str());
        }
    });
    found
}
