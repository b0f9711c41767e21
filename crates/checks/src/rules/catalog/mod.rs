//! What the catalog reads, and what it admits.

mod admitted;

super::topic! {
    catalog_default_processors_off "catalog-default-processors-off",
    catalog_example_data "catalog-example-data",
    catalog_ldap_insecure "catalog-ldap-insecure",
    catalog_readonly_deletes "catalog-readonly-deletes",
    catalog_rules_people "catalog-rules-people",
    catalog_rules_template "catalog-rules-template",
    catalog_rules_unknown_kind "catalog-rules-unknown-kind",
    catalog_whole_directory "catalog-whole-directory",
    catalog_wildcard_discovery "catalog-wildcard-discovery",
    entity_cluster_tls "entity-cluster-tls",
    entity_script_link "entity-script-link",
    guest_is_a_member "guest-is-a-member",
    reading_private_host "reading-private-host",
    reading_shared_host "reading-shared-host",
    reading_wildcard_host "reading-wildcard-host",
}
