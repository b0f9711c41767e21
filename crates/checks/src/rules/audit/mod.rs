//! What is recorded, and what keeps secrets from being published.

super::topic! {
    audit_reads_hidden "audit-reads-hidden",
    audit_level_unknown "audit-level-unknown",
    log_level_debug "log-level-debug",
    log_level_hides_audit "log-level-hides-audit",
    logs_not_json "logs-not-json",
    tracing_captures_payload "tracing-captures-payload",
    secret_scanning_missing "secret-scanning-missing",
}
