//! What the image is made of, and how it runs.

super::topic! {
    image_base_end_of_life "image-base-end-of-life",
    image_base_unpinned "image-base-unpinned",
    image_build_tools "image-build-tools",
    image_config_missing "image-config-missing",
    image_copies_all_app_config "image-copies-all-app-config",
    image_copies_context "image-copies-context",
    image_copies_examples "image-copies-examples",
    image_debug_port "image-debug-port",
    image_dev_dependencies "image-dev-dependencies",
    image_escalation_tools "image-escalation-tools",
    image_loads_base_config_only "image-loads-base-config-only",
    image_node_env "image-node-env",
    image_npm_unpinned "image-npm-unpinned",
    image_pip_unpinned "image-pip-unpinned",
    image_prints_environment "image-prints-environment",
    image_runs_as_root "image-runs-as-root",
    image_secret_in_layer "image-secret-in-layer",
    image_unlocked_install "image-unlocked-install",
    image_unverified_download "image-unverified-download",
    image_world_writable "image-world-writable",
}
