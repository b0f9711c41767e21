//! What is installed: versions that are pinned, current and without known advisories; and what builds it.

mod backend;
mod mounted;
mod plugin_name;
mod workflow;

super::topic! {
    dependency_ranges "dependency-ranges",
    release_outdated "release-outdated",
    deprecated_package "deprecated-package",
    missing_package "missing-package",
    third_party_backend_plugin "third-party-backend-plugin",
    lock_missing "lock-missing",
    lock_drifted "lock-drifted",
    locks_of_several_managers "locks-of-several-managers",
    git_or_archive_dependency "git-or-archive-dependency",
    releases_mixed "releases-mixed",
    published_advisory "published-advisory",
    install_scripts "install-scripts",
    node_end_of_life "node-end-of-life",
    registry_insecure "registry-insecure",
    package_git_sources_open "package-git-sources-open",
    package_age_gate_off "package-age-gate-off",
    tls_verification_off "tls-verification-off",
    tls_check_skipped "tls-check-skipped",
    manifest_tls_not_verified "manifest-tls-not-verified",
    script_unverified_download "script-unverified-download",
    manifest_from_moving_address "manifest-from-moving-address",
    action_not_pinned "action-not-pinned",
    workflow_untrusted_checkout "workflow-untrusted-checkout",
    workflow_permissions_wide "workflow-permissions-wide",
    workflow_script_injection "workflow-script-injection",
    workflow_unpinned_command "workflow-unpinned-command",
    workflow_all_secrets "workflow-all-secrets",
    workflow_pushes_unreviewed "workflow-pushes-unreviewed",
    workflow_merges_by_itself "workflow-merges-by-itself",
    workflow_target_writes "workflow-target-writes",
}
