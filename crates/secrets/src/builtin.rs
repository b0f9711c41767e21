//! The rules in the binary: one line a family, in the order of their names.

/// Every file of rules, by family.
pub(crate) const FAMILIES: &[(&str, &str)] = &[
    ("atlassian", include_str!("../rules/atlassian.toml")),
    ("azure_devops", include_str!("../rules/azure_devops.toml")),
    ("bitbucket", include_str!("../rules/bitbucket.toml")),
    ("buildkite", include_str!("../rules/buildkite.toml")),
    ("ci", include_str!("../rules/ci.toml")),
    ("circleci", include_str!("../rules/circleci.toml")),
    ("design_content", include_str!("../rules/design_content.toml")),
    ("errors", include_str!("../rules/errors.toml")),
    ("gitea_sourcegraph", include_str!("../rules/gitea_sourcegraph.toml")),
    ("github", include_str!("../rules/github.toml")),
    ("gitlab", include_str!("../rules/gitlab.toml")),
    ("jenkins", include_str!("../rules/jenkins.toml")),
    ("jfrog", include_str!("../rules/jfrog.toml")),
    ("launchdarkly", include_str!("../rules/launchdarkly.toml")),
    ("npm", include_str!("../rules/npm.toml")),
    ("private_keys", include_str!("../rules/private_keys.toml")),
    ("pypi", include_str!("../rules/pypi.toml")),
    ("registries", include_str!("../rules/registries.toml")),
    ("sentry", include_str!("../rules/sentry.toml")),
    ("snyk", include_str!("../rules/snyk.toml")),
    ("sonarqube", include_str!("../rules/sonarqube.toml")),
    ("sonatype_cloudsmith", include_str!("../rules/sonatype_cloudsmith.toml")),
    ("trackers", include_str!("../rules/trackers.toml")),
];
