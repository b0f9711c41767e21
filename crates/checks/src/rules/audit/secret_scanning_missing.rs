use crate::file::is_yaml;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, File, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// What scanners for secrets are called, where pipelines name them.
const SCANNERS: &[&str] = &[
    "gitleaks",
    "trufflehog",
    "detect-secrets",
    "stagedoor secrets",
    "kingfisher",
    "ggshield",
    "gitguardian",
    "git-secrets",
    "talisman",
    "betterleaks",
    "secretlint",
    "noseyparker",
    "credsweeper",
    "ripsecrets",
    "whispers",
    "trivy",
    "checkov",
    "horusec",
    "megalinter",
    "super-linter",
    "secret-detection",
    "secret_detection",
    "sonarqube",
    "snyk",
    "semgrep",
    "detect-private-key",
    "credscan",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let pipelines: Vec<&File> = cx.repository().files.iter().filter(|file| is_pipeline(&file.path)).collect();
    // What templates and samples hold becomes a pipeline elsewhere.
    let Some(first) = pipelines.iter().find(|file| !is_of_template(&file.path)) else {
        return Err(Skip::because("no CI pipeline or pre-commit configuration here"));
    };
    let scans = pipelines.iter().any(|file| {
        let text = file.text().unwrap_or_default().to_ascii_lowercase();
        SCANNERS.iter().any(|scanner| text.contains(scanner))
    });
    if !scans {
        findings
            .at(&Place::whole(&first.path), "no pipeline looks for secrets")
            .confidence(Confidence::Low)
            .why("catalog files and docs are where people leave credentials, and the portal publishes them; the host's own push protection is not seen here")
            .fix(Fix::manual("run `stagedoor secrets scan` in CI, and in pre-commit"));
    }
    Ok(())
}

fn is_of_template(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.split('/').any(|part| {
        ["skeleton", "template", "templates", "content", "examples", "samples"].contains(&part)
            || part.starts_with("template-")
            || part.ends_with("-template")
    })
}

fn is_pipeline(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    let is_yaml = is_yaml(&lower);
    (lower.contains(".github/workflows/")
        && is_yaml
        && !lower.contains("skeleton")
        && !lower.contains("template"))
        || matches!(
            name,
            ".gitlab-ci.yml"
                | ".gitlab-ci.yaml"
                | "azure-pipelines.yml"
                | "azure-pipelines.yaml"
                | "bitbucket-pipelines.yml"
                | "jenkinsfile"
                | ".travis.yml"
                | ".drone.yml"
                | ".pre-commit-config.yaml"
                | "lefthook.yml"
                | "cloudbuild.yaml"
        )
        || lower.ends_with(".circleci/config.yml")
        || lower.starts_with(".husky/")
        || lower.starts_with(".tekton/")
}
