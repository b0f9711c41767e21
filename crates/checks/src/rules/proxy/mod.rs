//! What the portal calls for others.

mod endpoint;

super::topic! {
    backend_calls_plain_http "backend-calls-plain-http",
    proxy_credentials_any_method "proxy-credentials-any-method",
    proxy_credentials_forward "proxy-credentials-forward",
    proxy_credentials_for_strangers "proxy-credentials-for-strangers",
    proxy_forwards_credential_headers "proxy-forwards-credential-headers",
    proxy_open "proxy-open",
    proxy_plain_http "proxy-plain-http",
    proxy_tls_not_verified "proxy-tls-not-verified",
    proxy_wide_target "proxy-wide-target",
}
