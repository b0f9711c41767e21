//! Which rights in AWS are too many for a portal.

/// Actions that matter on whatever they may be used: they take another's place, read secrets, or change what is there.
const GRAVE: &[&str] = &[
    "iam:PassRole",
    "kms:Decrypt",
    "lambda:InvokeFunction",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:PutObject",
    "secretsmanager:DeleteSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecret",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:SendCommand",
    "sts:AssumeRole",
];

/// Whether an action must not be allowed on whatever there is.
pub(super) fn is_grave(action: &str) -> bool {
    GRAVE.contains(&action)
}

/// Whether a resource is all of its kind: `*`, `arn:aws:secretsmanager:*:*:secret:*`, `arn:aws:iam::*:role/*`.
pub(super) fn is_any(resource: &str) -> bool {
    resource == "*"
        || resource.starts_with("arn:")
            && ["secret:*", "role/*", "key/*", "function:*", "parameter/*", ":::*", ":::*/*"]
                .iter()
                .any(|end| resource.ends_with(end))
}

/// The name of a policy that AWS keeps, if it allows everything of a service.
pub(super) fn wide_policy(policy: &str) -> Option<&str> {
    let name = policy.rsplit('/').next().unwrap_or(policy);
    (name.ends_with("FullAccess") || is_everything(name)).then_some(name)
}

/// Whether it is one that leads to everything in the account.
pub(super) fn is_everything(name: &str) -> bool {
    matches!(name, "AdministratorAccess" | "PowerUserAccess" | "IAMFullAccess")
}

/// Whether conditions narrow an action down. The name of a session is chosen by who takes a role.
pub(super) fn is_narrowed(action: &str, condition: &str) -> bool {
    !(action == "sts:AssumeRole" && condition.contains("sts:RoleSessionName"))
}
