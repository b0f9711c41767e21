//! What a running instance tells strangers, and one who is signed in.

use crate::live::{Answer, FirstPage, Live, Purpose, Request};
use crate::rule::Skip;

super::topic! {
    live_route_open "live-route-open",
    live_guest_sign_in "live-guest-sign-in",
    live_sign_in_origin "live-sign-in-origin",
    live_permission_disabled "live-permission-disabled",
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
    live_source_map "live-source-map",
    live_software_disclosed "live-software-disclosed",
    live_signals_stranger "live-signals-stranger",
    live_dynamic_clients "live-dynamic-clients",
    live_user_reaches "live-user-reaches",
    live_cluster_reached "live-cluster-reached",
}

/// What was sent and what came back, as a link of evidence.
fn told(live: &Live, request: &Request, answer: &Answer) -> [crate::Step; 2] {
    [step(format!("answered {}", answer.status)), step(request.curl(&live.base))]
}

fn step(text: String) -> crate::Step {
    crate::Step { place: None, text }
}

/// What was answered to requests for a purpose. That nothing was is no sign that all is well.
fn answers(live: &Live, purpose: Purpose) -> Result<Vec<(&Request, &Answer)>, Skip> {
    let given: Vec<_> = live.answered(purpose).filter(|(_, answer)| !answer.is_away()).collect();
    if !given.is_empty() {
        return Ok(given);
    }
    if let Some(unasked) = live.unasked.iter().find(|unasked| unasked.purpose == purpose) {
        return Err(Skip::because(unasked.reason.as_str()));
    }
    let last = live.exchanges.iter().rev().find(|exchange| exchange.purpose == purpose);
    Err(Skip::because(match last.map(|exchange| (&exchange.request, &exchange.answer)) {
        None => "nothing was asked that would tell".to_owned(),
        Some((request, Ok(answer))) => format!("`{}` was answered {}", request.path(), answer.status),
        Some((request, Err(error))) => format!("`{}` was not answered: {error}", request.path()),
    }))
}

/// The first page, unless it is elsewhere.
fn index(live: &Live) -> Result<(&Request, &Answer), Skip> {
    let (request, answer) = answers(live, Purpose::Index)?[0];
    if (300..400).contains(&answer.status) {
        let to: String = answer.header("location").unwrap_or("another address").chars().take(120).collect();
        return Err(Skip::because(format!("the first page moves to `{to}`, which was not asked")));
    }
    Ok((request, answer))
}

/// The configuration in the first page.
fn configuration(live: &Live) -> Result<(&Request, &Answer, FirstPage), Skip> {
    let (request, answer) = index(live)?;
    let page = FirstPage::of(answer);
    if page.has_config() {
        Ok((request, answer, page))
    } else {
        Err(Skip::because("the first page holds no configuration"))
    }
}
