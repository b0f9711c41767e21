//! Findings of one place that say the same: the one that says more is kept.

use crate::Finding;

/// Rules, each with those beside whose findings it need not say its own.
const SAID: &[(&str, &[&str])] = &[
    ("logs-not-json", &["image-node-env"]),
    ("config-unknown-key", &["config-misplaced-key"]),
    ("catalog-wildcard-discovery", &["config-misplaced-key"]),
    ("third-party-backend-plugin", &["scaffolder-module-reach"]),
    ("manifest-secret-literal", &["config-secret-literal"]),
    ("rbac-more-than-needed", &["rbac-reads-secrets", "rbac-writes", "rbac-wildcard", "rbac-pod-access"]),
    (
        "secret-in-file",
        &[
            "cloud-default-secret",
            "compose-default-password",
            "config-secret-literal",
            "env-file-secret",
            "manifest-secret-literal",
            "secret-plain-env",
        ],
    ),
];

/// Bytes between two findings of one line that are about the same thing: a whole file may be one line.
const NEAR: usize = 200;

/// Removes what is said by another finding of the same line, and is no worse. They are in order.
pub(crate) fn remove(findings: &mut Vec<Finding>) {
    let mut kept = vec![true; findings.len()];
    let mut from = 0;
    for line in findings.chunk_by(|a, b| (&a.place.path, a.place.line) == (&b.place.path, b.place.line)) {
        for (at, finding) in line.iter().enumerate() {
            let Some((_, by)) = SAID.iter().find(|(rule, _)| *rule == finding.rule) else { continue };
            let near = |other: &&Finding| other.place.start.abs_diff(finding.place.start) <= NEAR;
            // They are by their place: only what is near has to be looked at.
            let before = line[..at].iter().rev().take_while(near);
            let behind = line[at + 1..].iter().take_while(near);
            let is_said = before
                .chain(behind)
                .any(|other| by.contains(&other.rule) && other.severity >= finding.severity);
            if let Some(kept) = kept.get_mut(from + at) {
                *kept = !is_said;
            }
        }
        from += line.len();
    }
    let mut kept = kept.into_iter();
    findings.retain(|_| kept.next().unwrap_or(true));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::remove;
    use crate::{Findings, Place, Severity};

    #[test]
    fn what_another_finding_of_the_place_says_is_removed() {
        let place = |line, start| Place { path: Arc::from("a"), line, column: 1, start, end: start + 1 };
        let mut all = Vec::new();
        for (rule, severity, line, start) in [
            ("logs-not-json", Severity::Low, 1, 0),
            ("image-node-env", Severity::Medium, 1, 5),
            ("logs-not-json", Severity::Low, 2, 10),
            ("secret-in-file", Severity::High, 3, 20),
            ("manifest-secret-literal", Severity::Low, 3, 21),
            ("manifest-secret-literal", Severity::High, 4, 30),
            ("secret-in-file", Severity::High, 4, 900),
        ] {
            let mut findings = Findings::new(rule, severity);
            findings.at(&place(line, start), "x");
            all.extend(findings.into_vec());
        }
        remove(&mut all);
        let left: Vec<_> = all.iter().map(|finding| (finding.rule, finding.place.line)).collect();
        let secrets = ["secret-in-file", "manifest-secret-literal"];
        assert_eq!(
            left,
            [
                ("image-node-env", 1),
                ("logs-not-json", 2),
                (secrets[0], 3),
                (secrets[1], 3),
                (secrets[1], 4),
                (secrets[0], 4)
            ]
        );
    }
}
