//! Who comes in.

mod duration;
mod providers;
mod realm;
mod resolvers;
mod scopes;

super::topic! {
    resolver_unknown "resolver-unknown",
    guest_button "guest-button",
    guest_module_installed "guest-module-installed",
    resolver_issues_token "resolver-issues-token",
    resolver_display_name "resolver-display-name",
    token_decoded_not_verified "token-decoded-not-verified",
    environment_development "environment-development",
    environment_without_provider "environment-without-provider",
    extra_allowed_origins "extra-allowed-origins",
    forged_identity_headers "forged-identity-headers",
    guest_configured "guest-configured",
    guest_outside_development "guest-outside-development",
    key_store "key-store",
    keycloak_master_realm "keycloak-master-realm",
    long_lived_token "long-lived-token",
    oidc_prompt "oidc-prompt",
    ownership_claim "ownership-claim",
    redirect_flow "redirect-flow",
    refresh_without_catalog "refresh-without-catalog",
    resolver_chosen_name "resolver-chosen-name",
    resolver_domains_ignored "resolver-domains-ignored",
    local_part_in_code "local-part-in-code",
    resolver_maps_to_guest "resolver-maps-to-guest",
    resolver_local_part "resolver-local-part",
    resolver_without_catalog "resolver-without-catalog",
    session_secret "session-secret",
    session_secret_shared "session-secret-shared",
    callback_plain_http "callback-plain-http",
    sign_in_scopes "sign-in-scopes",
    sign_in_without_resolver "sign-in-without-resolver",
    realm_weak "realm-weak",
    realm_secret "realm-secret",
}
