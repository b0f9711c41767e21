//! Infrastructure in Terraform and `CloudFormation`: databases, networks, tasks, roles, logs.

use crate::terraform::Block;
use crate::{Context, Item, Skip};

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
    terraform_module_unpinned "terraform-module-unpinned",
    manifest_database_superuser "manifest-database-superuser",
}

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

/// Whether a text is written where it is used; else it is the default of a variable.
fn is_written(cx: &Context<'_>, item: &Item) -> bool {
    let text = cx.repository().files.get(&item.place.path).and_then(crate::File::text);
    let written = text.and_then(|text| text.get(item.place.start..item.place.end));
    written.is_some_and(|written| Some(written.trim().trim_matches(['"', '\''])) == item.as_str())
}
