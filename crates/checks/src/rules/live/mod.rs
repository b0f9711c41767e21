//! What a running instance tells strangers, and one who is signed in.

use crate::live::{Answer, Live, Request};

super::topic! {
    live_route_open "live-route-open",
    live_guest_sign_in "live-guest-sign-in",
    live_proxy_open "live-proxy-open",
    live_path_trick "live-path-trick",
    live_cors "live-cors",
    live_csp "live-csp",
    live_headers "live-headers",
    live_cookie "live-cookie",
    live_plain_http "live-plain-http",
    live_trace "live-trace",
    live_no_rate_limit "live-no-rate-limit",
    live_config_disclosed "live-config-disclosed",
    live_software_disclosed "live-software-disclosed",
    live_signals_stranger "live-signals-stranger",
    live_dynamic_clients "live-dynamic-clients",
    live_user_reaches "live-user-reaches",
}

/// What was sent and what came back, as a link of evidence.
fn told(live: &Live, request: &Request, answer: &Answer) -> [crate::Step; 2] {
    let step = |text: String| crate::Step { place: None, text };
    [step(format!("answered {}", answer.status)), step(request.curl(&live.base))]
}
