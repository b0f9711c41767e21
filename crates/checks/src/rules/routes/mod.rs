//! What answers without asking who calls.

mod asking;
mod caller;
mod handlers;

super::topic! {
    legacy_backend_open "legacy-backend-open",
    noop_token_manager "noop-token-manager",
    open_auth_policy "open-auth-policy",
    raw_root_router "raw-root-router",
    replaced_guard "replaced-guard",
    route_changes_without_permission "route-changes-without-permission",
    route_reads_without_permission "route-reads-without-permission",
    route_answers_config "route-answers-config",
    stored_address_called "stored-address-called",
    request_reaches_system "request-reaches-system",
    root_router_without_headers "root-router-without-headers",
    cookie_from_request "cookie-from-request",
    devtools_ungated "devtools-ungated",
    unverified_event_topics "unverified-event-topics",
}
