//! Infrastructure in Terraform and `CloudFormation`: databases, networks, tasks, roles, logs.

use std::borrow::Cow;

use crate::terraform::{Block, Module, documents};
use crate::{Context, Item, Place, Skip};

super::topic! {
    cloud_database_public "cloud-database-public",
    cloud_firewall_open "cloud-firewall-open",
    cloud_database_unencrypted "cloud-database-unencrypted",
    cloud_database_end_of_life "cloud-database-end-of-life",
    cloud_storage_public "cloud-storage-public",
    cloud_wide_actions "cloud-wide-actions",
    cloud_short_log_retention "cloud-short-log-retention",
    cloud_default_secret "cloud-default-secret",
    cloud_secret_shown "cloud-secret-shown",
    cloud_secret_plain_env "cloud-secret-plain-env",
    cloud_plain_listener "cloud-plain-listener",
    cloud_public_address "cloud-public-address",
    cloud_public_load_balancer "cloud-public-load-balancer",
    cloud_shell_into_tasks "cloud-shell-into-tasks",
    cloud_vault_deletable "cloud-vault-deletable",
    cloud_implicit_grant "cloud-implicit-grant",
    cloud_sign_in_address "cloud-sign-in-address",
    cloud_cluster_endpoint_open "cloud-cluster-endpoint-open",
    cloud_registry_mutable_tags "cloud-registry-mutable-tags",
    cloud_registry_admin "cloud-registry-admin",
    cloud_owner_role "cloud-owner-role",
    cloud_vault_public "cloud-vault-public",
    cloud_database_deletable "cloud-database-deletable",
    cloud_database_administrator "cloud-database-administrator",
    cloud_trust_any_branch "cloud-trust-any-branch",
    cloud_egress_open "cloud-egress-open",
    cloud_dashboard_public "cloud-dashboard-public",
    cloud_image_latest "cloud-image-latest",
    cloud_static_key "cloud-static-key",
    cloud_command_opens "cloud-command-opens",
    cloud_instance_metadata "cloud-instance-metadata",
    terraform_state_exposed "terraform-state-exposed",
    github_secret_everywhere "github-secret-everywhere",
    terraform_module_unpinned "terraform-module-unpinned",
    terraform_provider_unpinned "terraform-provider-unpinned",
    manifest_database_superuser "manifest-database-superuser",
}

/// What serves web applications in Azure.
const WEB_APPS: &[&str] = &["azurerm_app_service", "azurerm_linux_web_app", "azurerm_windows_web_app"];

/// The resources of some kinds that the portal runs on.
fn resources<'a>(cx: &Context<'a>, kinds: &[&str]) -> Result<Vec<&'a Block>, Skip> {
    let is_one = |block: &&Block| &*block.block == "resource" && kinds.contains(&&*block.kind);
    Ok(cx.infrastructure()?.into_iter().flat_map(|module| module.blocks.iter()).filter(is_one).collect())
}

/// Whether an address is that of everybody.
fn is_everybody(item: &Item) -> bool {
    item.as_str()
        .is_some_and(|text| matches!(text.trim(), "0.0.0.0/0" | "::/0" | "*" | "Internet" | "Any" | "any"))
}

/// Whether a variable only makes something be done again when it changes: `build_token`, "change to force a rebuild".
fn is_trigger(variable: &Block) -> bool {
    let about = variable.at("description").and_then(Item::as_str).unwrap_or_default().to_ascii_lowercase();
    let is_told = ["force", "trigger", "rebuild", "redeploy"].iter().any(|word| about.contains(word));
    is_told && variable.name.to_ascii_lowercase().ends_with("token")
}

/// A document of IAM, which may be written as the JSON that it becomes.
fn policy<'a>(cx: &Context<'_>, item: &'a Item) -> Cow<'a, Item> {
    let written = || documents(&cx.repository().files, item).into_iter().next();
    match &item.value {
        crate::Value::Map(_) => Cow::Borrowed(item),
        _ => written().map_or(Cow::Borrowed(item), Cow::Owned),
    }
}

/// Whether a text is written where it is used; else it is the default of a variable.
fn is_written(cx: &Context<'_>, item: &Item) -> bool {
    let text = cx.repository().files.get(&item.place.path).and_then(crate::File::text);
    let written = text.and_then(|text| text.get(item.place.start..item.place.end));
    written.is_some_and(|written| Some(written.trim().trim_matches(['"', '\''])) == item.as_str())
}

/// The modules that come from a registry under a name: `terraform-aws-modules/eks/aws`.
fn published<'a>(cx: &Context<'a>, name: &str) -> Result<Vec<&'a Block>, Skip> {
    let is_one = |block: &&Block| {
        let source = block.at("source").and_then(Item::as_str).unwrap_or_default();
        // Terragrunt writes the registry in front, and the version behind.
        let source = source.strip_prefix("tfr:///").unwrap_or(source);
        source
            .split("//")
            .next()
            .and_then(|source| source.split('?').next())
            .is_some_and(|source| source.ends_with(name))
    };
    Ok(cx
        .infrastructure()?
        .into_iter()
        .flat_map(|module: &Module| module.all("module"))
        .filter(is_one)
        .collect())
}

/// The calls of modules that are not here: of them, arguments that say by their names what they do.
fn elsewhere<'a>(cx: &Context<'a>) -> Result<Vec<&'a Block>, Skip> {
    let is_one = |block: &&Block| {
        block.at("source").and_then(Item::as_str).is_some_and(|source| !source.starts_with(['.', '/']))
    };
    Ok(cx
        .infrastructure()?
        .into_iter()
        .flat_map(|module: &Module| module.all("module"))
        .filter(is_one)
        .collect())
}

/// What a setting is, behind variables; nothing where it is not set.
fn decided<'a>(cx: &Context<'a>, block: &'a Block, path: &str) -> Vec<&'a Item> {
    block.at(path).map(|item| cx.origins(item)).unwrap_or_default()
}

/// Where a flag is this: where it is written, or the block, where it is so unless said. Nowhere if that is not known.
fn flagged<'a>(
    cx: &Context<'a>,
    block: &'a Block,
    path: &str,
    wanted: bool,
    by_default: bool,
) -> Vec<&'a Place> {
    let all = decided(cx, block, path);
    if all.iter().all(|item| item.is_null()) {
        let is_so = wanted == by_default && block.at("?").is_none();
        return if is_so { vec![&block.kind_place] } else { Vec::new() };
    }
    all.into_iter().filter(|item| item.as_bool() == Some(wanted)).map(Item::key_place).collect()
}

/// Whom a list of addresses lets in.
enum Reach<'a> {
    /// There is none.
    Unsaid,
    /// Everybody, as is written here.
    Everybody(&'a Item),
    /// Some.
    Some,
    /// That is not known.
    Unknown,
}

/// Whom the list lets in. `of_none`: whether an empty one is as good as none.
fn reach<'a>(cx: &Context<'a>, list: Option<&'a Item>, of_none: bool) -> Reach<'a> {
    let Some(list) = list else { return Reach::Unsaid };
    let mut found = Reach::Unsaid;
    for origin in cx.origins(list) {
        if origin.is_unknown() {
            return Reach::Unknown;
        }
        if of_none && matches!(&origin.value, crate::Value::Seq(items) if items.is_empty()) {
            return Reach::Everybody(origin);
        }
        for item in origin.one_or_many().iter().flat_map(|item| cx.origins(item)) {
            if is_everybody(item) {
                return Reach::Everybody(item);
            }
            if item.is_unknown() {
                return Reach::Unknown;
            }
            if !item.is_null() {
                found = Reach::Some;
            }
        }
    }
    found
}
