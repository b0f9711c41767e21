//! Secrets in the repository, and what keeps them out of it.

use crate::Item;
use crate::secret_names::{is_credential_header, is_placeholder, is_secret};

mod printed;
mod schema;
mod tables;

super::topic! {
    code_default_secret "code-default-secret",
    example_secret "example-secret",
    script_secret_literal "script-secret-literal",
    secret_in_file "secret-in-file",
    seed_file_password "seed-file-password",
    config_secret_literal "config-secret-literal",
    database_file_committed "database-file-committed",
    env_file_secret "env-file-secret",
    credential_logged "credential-logged",
    credential_printed "credential-printed",
    manifest_secret_literal "manifest-secret-literal",
    gitignore_gap "gitignore-gap",
    secret_in_frontend_schema "secret-in-frontend-schema",
    secret_stored_in_clear "secret-stored-in-clear",
    route_answers_secrets "route-answers-secrets",
    secret_unmarked_in_schema "secret-unmarked-in-schema",
}

/// Whether an item of an app-config, at its dot path, is a secret that is written out.
fn is_literal_secret(path: &str, item: &Item) -> bool {
    let Some(value) = item.literal() else { return false };
    let name = path.rsplit('.').next().unwrap_or(path);
    let is_named = is_secret(name)
        || (path.contains(".headers.") && path.starts_with("proxy") && is_credential_header(name))
        // A list of secrets is named in the plural.
        || (name.parse::<usize>().is_ok() && path.rsplit('.').nth(1).is_some_and(|of| of.ends_with("ecrets") || of.ends_with("okens")));
    is_named && !is_placeholder(value) && !is_reference(path, value) && !value.starts_with("ENC[")
}

/// A name or a place of a secret, where the key means that: `serviceAccountToken` does not, `tokenPath` has another name.
fn is_reference(path: &str, value: &str) -> bool {
    value.starts_with('/')
        || value.starts_with("file:")
        || value.starts_with("arn:")
        || path.starts_with("app.")
}
