//! A configuration that says what it means.

super::topic! {
    config_unreadable "config-unreadable",
    config_unknown_key "config-unknown-key",
    config_misplaced_key "config-misplaced-key",
    config_removed_key "config-removed-key",
    config_default_secret "config-default-secret",
    config_variable_drops "config-variable-drops",
    config_too_new_key "config-too-new-key",
    config_boot_failure_ignored "config-boot-failure-ignored",
    administrator_account "administrator-account",
}
