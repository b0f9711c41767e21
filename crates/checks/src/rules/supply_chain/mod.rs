//! What is installed: versions that are pinned, current and without known advisories; and what builds it.

mod backend;
mod plugin_name;

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
}
