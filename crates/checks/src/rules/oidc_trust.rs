//! Which workflows a cloud's role trusts.

use crate::Severity;

/// What is too wide in a subject that may take a role, and how bad that is: `repo:acme/portal:*`. Parts in `${..}` are
/// taken for names.
pub(super) fn judge(subject: &str) -> Option<(Severity, String)> {
    let plain = without_parts(subject);
    if plain.trim() == "*" {
        return Some((Severity::High, "any workflow of anybody".to_owned()));
    }
    if let Some(rest) = plain.strip_prefix("repo:") {
        return github(rest);
    }
    if let Some(rest) = plain.strip_prefix("project_path:") {
        let project = rest.split(':').next().unwrap_or_default();
        if project.contains('*') {
            return Some((Severity::High, "every project of a group".to_owned()));
        }
        let is_any = rest.ends_with(":*") || !rest.contains(':');
        return is_any
            .then(|| (Severity::Medium, "every branch and merge request of the project".to_owned()));
    }
    None
}

fn github(rest: &str) -> Option<(Severity, String)> {
    let (repository, context) = rest.split_once(':').unwrap_or((rest, ""));
    let (owner, name) = repository.split_once('/').unwrap_or((repository, "*"));
    if owner.contains('*') {
        return Some((Severity::High, "workflows of repositories of anybody".to_owned()));
    }
    // `repo:acme/*:environment:prod` still is every repository.
    if name.contains('*') && (name == "*" || context.is_empty() || context == "*") {
        return Some((Severity::High, "every repository of the organisation".to_owned()));
    }
    let is_any = matches!(context, "*" | "ref:*" | "ref:refs/*" | "ref:refs/heads/*");
    is_any.then(|| (Severity::Medium, "every branch and every workflow of the repository".to_owned()))
}

/// A text with `name` for `${..}`.
fn without_parts(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        plain.push_str(before);
        plain.push_str("name");
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_that_are_too_wide() {
        let of = |subject: &str| judge(subject).map(|(severity, _)| severity);
        assert_eq!(of("repo:acme/portal:*"), Some(Severity::Medium));
        assert_eq!(of("repo:${var.org}/${var.repo}:*"), Some(Severity::Medium));
        assert_eq!(of("repo:acme/portal:ref:refs/heads/*"), Some(Severity::Medium));
        assert_eq!(of("repo:acme/*"), Some(Severity::High));
        assert_eq!(of("repo:acme/*:*"), Some(Severity::High));
        assert_eq!(of("repo:*"), Some(Severity::High));
        assert_eq!(of("*"), Some(Severity::High));
        assert_eq!(of("repo:acme/portal:ref:refs/heads/main"), None);
        assert_eq!(of("repo:acme/portal:environment:production"), None);
        assert_eq!(of("project_path:acme/portal:ref_type:branch:ref:*"), Some(Severity::Medium));
        assert_eq!(of("project_path:acme/portal:ref_type:branch:ref:main"), None);
        assert_eq!(of("project_path:acme/*:ref_type:branch:ref:main"), Some(Severity::High));
        assert_eq!(of("system:serviceaccount:a:*"), None);
    }
}
