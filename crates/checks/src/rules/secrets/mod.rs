//! Secrets in the repository, and what keeps them out of it.

super::topic! {
    secret_in_file "secret-in-file",
    config_secret_literal "config-secret-literal",
    env_file_secret "env-file-secret",
    gitignore_gap "gitignore-gap",
    secret_in_frontend_schema "secret-in-frontend-schema",
}
