//! What templates can do, and with whose credentials.

mod origin;

super::topic! {
    action_runs_commands "action-runs-commands",
    action_path_from_input "action-path-from-input",
    command_unpinned_package "command-unpinned-package",
    scaffolder_audit_parameters "scaffolder-audit-parameters",
    scaffolder_default_secrets "scaffolder-default-secrets",
    scaffolder_module_reach "scaffolder-module-reach",
    scaffolder_scm_credentials "scaffolder-scm-credentials",
    scaffolder_task_recovery "scaffolder-task-recovery",
    template_fetches_user_url "template-fetches-user-url",
    template_for_admins_open "template-for-admins-open",
    template_injects_code "template-injects-code",
    template_http_request "template-http-request",
    template_plain_secret "template-plain-secret",
    template_portal_credentials "template-portal-credentials",
    template_registers_user_url "template-registers-user-url",
    template_repository_anywhere "template-repository-anywhere",
    template_secret_shown "template-secret-shown",
}

use crate::catalog_files::{Template, templates};
use crate::rule::Skip;
use crate::{Context, Place};

/// The templates of the repository; at least one.
fn all(cx: Context<'_>) -> Result<Vec<Template<'_>>, Skip> {
    let all: Vec<_> = templates(&cx.repository().files).collect();
    if all.is_empty() { Err(Skip::because("no template here")) } else { Ok(all) }
}

/// Where a parameter is asked for, as a link of evidence.
fn asked<'a>(template: &Template<'a>, name: &str) -> Option<&'a Place> {
    template.parameter(name).next().map(crate::Item::key_place)
}
