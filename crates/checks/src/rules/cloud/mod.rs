//! Infrastructure in Terraform: databases, networks, roles, logs.

use crate::terraform::{Block, Module};
use crate::{Context, Item, Skip};

super::topic! {
    terraform_database_public "terraform-database-public",
    terraform_firewall_open "terraform-firewall-open",
    terraform_database_unencrypted "terraform-database-unencrypted",
    terraform_storage_public "terraform-storage-public",
    terraform_wide_actions "terraform-wide-actions",
    terraform_short_log_retention "terraform-short-log-retention",
    terraform_default_secret "terraform-default-secret",
    terraform_plain_listener "terraform-plain-listener",
    terraform_public_address "terraform-public-address",
    manifest_database_superuser "manifest-database-superuser",
}

/// The resources of some kinds that the portal runs on.
fn resources<'a>(cx: &Context<'a>, kinds: &[&str]) -> Result<Vec<&'a Block>, Skip> {
    let modules = cx.terraform()?.of_portal();
    let is_one = |block: &&Block| &*block.block == "resource" && kinds.contains(&&*block.kind);
    Ok(modules.flat_map(|module: &Module| module.blocks.iter()).filter(is_one).collect())
}

/// Whether an address is that of everybody.
fn is_everybody(item: &Item) -> bool {
    item.as_str()
        .is_some_and(|text| matches!(text.trim(), "0.0.0.0/0" | "::/0" | "*" | "Internet" | "Any" | "any"))
}
