//! What services and machines present, and what that lets them do.

super::topic! {
    default_policy_disabled "default-policy-disabled",
    external_access_audience "external-access-audience",
    external_access_unrestricted "external-access-unrestricted",
    legacy_backend_keys "legacy-backend-keys",
    plugin_key_store "plugin-key-store",
    weak_service_token "weak-service-token",
}
