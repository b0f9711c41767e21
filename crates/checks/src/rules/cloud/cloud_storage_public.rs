use crate::fix::Fix;
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::TechDocs, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut report = |item: &Item, block: &Block, text: &str| {
        findings
            .at(item.key_place(), format!("`{}` {text}", block.label()))
            .why("built documentation, and all else that is stored there, is read without the portal being asked")
            .fix(Fix::manual("let only the portal's own identity read it"));
    };
    let text =
        |block: &'_ Block, path: &str| block.at(path).and_then(Item::as_str).map(str::to_ascii_lowercase);
    let mut buckets = super::resources(cx, &["aws_s3_bucket", "aws_s3_bucket_acl"])?;
    buckets.extend(super::elsewhere(cx)?);
    for bucket in buckets {
        if let (Some(acl), Some(item)) = (text(bucket, "acl"), bucket.at("acl"))
            && (acl.starts_with("public-read")
                || matches!(
                    acl.as_str(),
                    "authenticated-read" | "publicread" | "publicreadwrite" | "authenticatedread"
                ))
        {
            report(item, bucket, &format!("is readable by everybody (`{acl}`)"));
        }
    }
    let mut blocks = super::resources(cx, &["aws_s3_bucket_public_access_block", "aws_s3_bucket"])?;
    blocks.extend(super::elsewhere(cx)?);
    for block in blocks {
        for key in
            ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
        {
            if let Some(item) = block.at(key).filter(|item| item.as_bool() == Some(false)) {
                report(item, block, &format!("switches `{key}` off"));
            }
        }
    }
    for bucket in super::resources(cx, &["aws_s3_bucket_policy"])? {
        let Some(policy) = bucket.at("policy") else { continue };
        let policy = super::policy(cx, policy);
        for statement in policy.get("Statement").map(Item::one_or_many).unwrap_or_default() {
            let allows = statement.get("Effect").and_then(Item::as_str) == Some("Allow");
            let principal = statement.get("Principal");
            let principal = principal.and_then(|principal| principal.get("AWS")).or(principal);
            let everybody = principal
                .filter(|principal| principal.one_or_many().iter().any(|one| one.as_str() == Some("*")));
            if let (true, Some(principal), None) = (allows, everybody, statement.get("Condition")) {
                report(principal, bucket, "lets everybody in");
            }
        }
    }
    for account in super::resources(cx, &["azurerm_storage_account"])? {
        let keys = ["allow_nested_items_to_be_public", "allow_blob_public_access"];
        if let Some(item) = keys.iter().find_map(|key| account.at(key)).filter(|item| item.is_true()) {
            report(item, account, "allows containers that everybody can read");
        }
    }
    for container in super::resources(cx, &["azurerm_storage_container"])? {
        if let (Some(access), Some(item)) =
            (text(container, "container_access_type"), container.at("container_access_type"))
            && matches!(access.as_str(), "blob" | "container")
        {
            report(item, container, "is readable by everybody");
        }
    }
    for member in
        super::resources(cx, &["google_storage_bucket_iam_member", "google_storage_bucket_iam_binding"])?
    {
        let members =
            ["member", "members"].iter().filter_map(|key| member.at(key)).flat_map(Item::one_or_many);
        for item in members.filter(|item| matches!(item.as_str(), Some("allUsers" | "allAuthenticatedUsers")))
        {
            report(item, member, "gives everybody a role on the bucket");
        }
    }
    Ok(())
}
