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

/// Starts of actions that only look.
const READS: &[&str] = &[
    "BatchCheck",
    "BatchDescribe",
    "BatchGet",
    "Check",
    "Decode",
    "Describe",
    "Discover",
    "Download",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Preview",
    "Query",
    "Read",
    "Retrieve",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Test",
    "Validate",
    "View",
];
/// Services whose actions know no resource, or that only send measures and logs.
const NO_RESOURCE: &[&str] = &[
    "appmesh",
    "aws-marketplace",
    "ce",
    "cloudwatch",
    "comprehend",
    "ec2messages",
    "health",
    "logs",
    "polly",
    "pricing",
    "rekognition",
    "ssmmessages",
    "sts",
    "support",
    "tag",
    "textract",
    "translate",
    "xray",
];
/// Actions that are only ever allowed on everything.
const ON_ALL: &[&str] = &[
    "ec2:AssignPrivateIpAddresses",
    "ec2:AttachNetworkInterface",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
    "kms:CreateKey",
    "route53:CreateHostedZone",
    "ssm:UpdateInstanceInformation",
];

/// Whether an action changes something of which resources could be named.
pub(super) fn is_writing(action: &str) -> bool {
    let Some((service, verb)) = action.split_once(':') else { return false };
    verb.starts_with(|c: char| c.is_ascii_uppercase())
        && !NO_RESOURCE.contains(&service)
        && !ON_ALL.contains(&action)
        && !READS.iter().any(|start| verb.starts_with(start))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_is_told_from_what_looks() {
        for action in ["eks:AssociateAccessPolicy", "s3:Put*", "aidevops:SendMessage", "ecr:PutImage"] {
            assert!(is_writing(action), "{action}");
        }
        let none = [
            "ecr:GetAuthorizationToken",
            "ec2:Describe*",
            "logs:PutLogEvents",
            "s3:*",
            "*",
            "xray:PutTraceSegments",
        ];
        for action in none {
            assert!(!is_writing(action), "{action}");
        }
    }
}
