//! What docs can do.

mod builds;

super::topic! {
    docs_config_code "docs-config-code",
    techdocs_builder_annotation "techdocs-builder-annotation",
    techdocs_dangerous_keys "techdocs-dangerous-keys",
    techdocs_docker_generator "techdocs-docker-generator",
    techdocs_image_unpinned "techdocs-image-unpinned",
    techdocs_in_process_generator "techdocs-in-process-generator",
    techdocs_local_builder "techdocs-local-builder",
    techdocs_local_publisher "techdocs-local-publisher",
    techdocs_plain_storage "techdocs-plain-storage",
    techdocs_sanitizer_wide "techdocs-sanitizer-wide",
}
