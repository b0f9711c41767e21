//! The HTTP surface: origins, headers, addresses, limits.

pub(super) mod variable;

super::topic! {
    cors_wildcard "cors-wildcard",
    cors_localhost "cors-localhost",
    cors_temporary_origin "cors-temporary-origin",
    csp_off "csp-off",
    csp_unsafe_script "csp-unsafe-script",
    csp_wide_source "csp-wide-source",
    csp_connect_src_wide "csp-connect-src-wide",
    csp_no_upgrade "csp-no-upgrade",
    csp_frame_ancestors "csp-frame-ancestors",
    plain_http_base_url "plain-http-base-url",
    https_self_signed "https-self-signed",
    listen_all_interfaces "listen-all-interfaces",
    trust_proxy_all "trust-proxy-all",
    rate_limit_missing "rate-limit-missing",
    referrer_policy_weak "referrer-policy-weak",
    discovery_plain_http "discovery-plain-http",
    service_plain_http "service-plain-http",
    service_tls_not_verified "service-tls-not-verified",
    frontend_no_csp "frontend-no-csp",
    html_from_data "html-from-data",
}

/// The host of a URL's text, lower case, without a port.
pub(super) fn host(url: &str) -> Option<String> {
    let rest = url.trim().split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host =
        if host.starts_with('[') { host.split_inclusive(']').next()? } else { host.split(':').next()? };
    Some(host.to_ascii_lowercase())
}

/// Whether a host is the machine itself.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.starts_with("127.")
        || host == "[::1]"
        || host == "0.0.0.0"
}
