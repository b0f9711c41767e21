//! In which order it is asked, and when the asking ends.

use serde_json::Value as Json;

use super::page::{FirstPage, is_word};
use super::routes::{
    CATALOG, CLUSTER, CONTROL, GUEST, IMMEDIATE, PROVIDERS, PROXIES, PROXY_CONTROL, ROUTES, TRICKS,
};
use super::{Answer, Credential, Exchange, Live, Purpose, Request, Transport, Unasked};

/// How far the asking goes.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether there is a token to ask with.
    pub token: bool,
    /// Whether requests other than GET, HEAD and OPTIONS may be sent.
    pub beyond_reading: bool,
    /// Names of proxy endpoints, beyond those that many have.
    pub proxies: Vec<String>,
}

/// Most requests of one run.
const MOST: usize = 200;
/// Sign-in attempts within a run: more than any person makes in the time they take.
const BURST: usize = 25;
/// Requests in a row without an answer after which no more are sent.
const SILENT: usize = 3;
/// Requests in a row that were refused as too many, after which no more are sent.
const TOO_MANY: usize = 5;

/// An origin that nobody can have named.
const STRANGE: &str = "https://stagedoor-check.invalid";

struct Asking<'t> {
    transport: &'t mut dyn Transport,
    live: Live,
    silent: usize,
    refused: usize,
    /// Why no more is asked.
    over: Option<String>,
}

impl Asking<'_> {
    fn send(&mut self, purpose: Purpose, request: Request) -> Option<Answer> {
        if self.over.is_some() {
            return None;
        }
        if self.live.exchanges.len() >= MOST {
            self.over = Some(format!("{MOST} requests were sent, and no more are"));
            return None;
        }
        let answer = self.transport.send(&request);
        let kept = answer.as_ref().ok().cloned();
        self.silent = if kept.is_some() { 0 } else { self.silent + 1 };
        let is_refused = kept.as_ref().is_some_and(|answer| answer.status == 429);
        self.refused = if is_refused { self.refused + 1 } else { 0 };
        if let Err(error) = &answer
            && self.silent >= SILENT
        {
            self.over = Some(format!("it stopped answering: {error}"));
        }
        if self.refused >= TOO_MANY {
            self.over = Some("it refuses more requests from here (429)".to_owned());
        }
        self.live.exchanges.push(Exchange { purpose, request, answer });
        kept
    }

    fn skip(&mut self, purposes: &[Purpose], reason: &str) {
        let unasked = purposes.iter().map(|purpose| Unasked { purpose: *purpose, reason: reason.to_owned() });
        self.live.unasked.extend(unasked);
    }
}

/// Asks an instance. The error is that of the first request: nothing else is asked of a host that does not answer.
pub fn ask(base: &str, transport: &mut dyn Transport, options: &Options) -> Result<Live, String> {
    let live = Live { base: base.trim_end_matches('/').to_owned(), ..Live::default() };
    let mut asking = Asking { transport, live, silent: 0, refused: 0, over: None };
    let first = asking.send(Purpose::Index, Request::get("/"));
    let Some(first) = first else {
        return Err(match asking.live.exchanges.pop() {
            Some(Exchange { answer: Err(error), .. }) => error,
            _ => "nothing was sent".to_owned(),
        });
    };
    let page = FirstPage::of(&first);
    asking.send(Purpose::Control, Request::get(CONTROL));
    let is_known = strangers(&mut asking) || page.is_known;
    if is_known {
        everything(&mut asking, &page, options);
    } else if asking.over.is_none() {
        let reason = "nothing here answers as Backstage or Stagedoor do: is this the address of a portal?";
        asking.skip(Purpose::LATER, reason);
    }
    origins(&mut asking);
    if options.beyond_reading {
        asking.send(Purpose::Method, Request::get("/api/catalog/entities").method("TRACE"));
    } else {
        asking.skip(&[Purpose::Method], "methods beyond GET, HEAD and OPTIONS were not allowed to be sent");
    }
    if is_known {
        // Last: it may get this address refused.
        attempts(&mut asking, &page);
    }
    if let Some(reason) = asking.over.take() {
        let met =
            |purpose: &Purpose| asking.live.exchanges.iter().any(|exchange| exchange.purpose == *purpose);
        let told = |purpose: &Purpose| asking.live.unasked.iter().any(|unasked| unasked.purpose == *purpose);
        let rest: Vec<Purpose> =
            Purpose::ALL.iter().copied().filter(|purpose| !met(purpose) && !told(purpose)).collect();
        asking.skip(&rest, &reason);
        asking.live.cut_short = Some(reason);
    }
    Ok(asking.live)
}

/// What strangers are answered. Whether it is a portal at all, or stands behind something that asks who calls.
fn strangers(asking: &mut Asking<'_>) -> bool {
    for route in ROUTES {
        asking.send(Purpose::Route, Request::get(*route));
    }
    let live = &asking.live;
    live.answered(Purpose::Route)
        .any(|(_, answer)| answer.is_refusal() || answer.error().is_some() || live.is_data(answer))
}

fn everything(asking: &mut Asking<'_>, page: &FirstPage, options: &Options) {
    if options.token {
        with_token(asking);
    } else {
        asking.skip(&[Purpose::Cluster], "no token was given to ask with");
    }
    if let Some(token) = asking.send(Purpose::Guest, Request::guest()).as_ref().and_then(token) {
        asking.transport.take(token);
        for route in GUEST {
            asking.send(Purpose::GuestRoute, Request::get(*route).by(Credential::Guest));
        }
    }
    let catalog = asking.live.answered(Purpose::Route).find(|(request, _)| request.target == CATALOG);
    if catalog.is_some_and(|(_, answer)| answer.is_refusal()) {
        for trick in TRICKS {
            asking.send(Purpose::Trick, Request::get(*trick));
        }
    } else {
        asking.skip(&[Purpose::Trick], "the plain path of the catalog asks nobody who calls");
    }
    asking.send(Purpose::Proxy, Request::get(PROXY_CONTROL));
    for name in PROXIES.iter().copied().chain(options.proxies.iter().map(String::as_str)) {
        asking.send(Purpose::Proxy, Request::get(format!("/api/proxy/{}", name.trim_matches('/'))));
    }
    asking.send(Purpose::Metadata, Request::get("/.well-known/oauth-authorization-server"));
    asking.send(Purpose::Metadata, Request::get("/api/auth/.well-known/openid-configuration"));
    asking.send(Purpose::Health, Request::get("/.backstage/health/v1/readiness"));
    signals(asking);
    match &page.script {
        Some(script) => {
            asking.send(Purpose::SourceMap, Request::get(format!("{script}.map")).method("HEAD"));
        }
        None => asking.skip(&[Purpose::SourceMap], "the first page names no script of this host"),
    }
    starts(asking, page);
}

/// What the token's user is answered, but where no plugin is.
fn with_token(asking: &mut Asking<'_>) {
    let missing: Vec<String> = asking
        .live
        .answered(Purpose::Route)
        .filter(|(_, answer)| answer.status == 404 && !asking.live.says_more(answer))
        .map(|(request, _)| request.target.clone())
        .collect();
    let mut clusters = None;
    for route in ROUTES.iter().filter(|route| !missing.iter().any(|target| target == *route)) {
        let answer = asking.send(Purpose::Route, Request::get(*route).by(Credential::Token));
        if *route == "/api/kubernetes/clusters" {
            clusters = answer.as_ref().filter(|answer| answer.is_success()).and_then(Answer::json);
        }
    }
    let items = clusters.as_ref().and_then(|body| body.get("items")).and_then(Json::as_array);
    let names = items.into_iter().flatten().filter_map(|item| item.get("name")?.as_str());
    let names: Vec<String> = names.filter(|name| is_word(name)).take(2).map(str::to_owned).collect();
    if names.is_empty() {
        asking.skip(&[Purpose::Cluster], "the token's user is told of no cluster");
    }
    for name in names {
        let request = Request::get(CLUSTER).by(Credential::Token);
        asking.send(Purpose::Cluster, request.with("Backstage-Kubernetes-Cluster", name));
    }
}

/// The token in what a guest is handed.
fn token(answer: &Answer) -> Option<String> {
    let identity = answer.json().filter(|_| answer.is_success())?;
    let token = identity.pointer("/backstageIdentity/token")?.as_str()?;
    let is_sendable = token.len() <= 8192 && token.bytes().all(|byte| byte.is_ascii_graphic());
    (is_sendable && !token.is_empty()).then(|| token.to_owned())
}

fn signals(asking: &mut Asking<'_>) {
    let upgrade = Request::get("/api/signals")
        .with("Connection", "Upgrade")
        .with("Upgrade", "websocket")
        .with("Sec-WebSocket-Version", "13")
        .with("Sec-WebSocket-Key", "c3RhZ2Vkb29yLWNoZWNrIQ==");
    // The reference does not answer the first one after its start.
    if asking.send(Purpose::Signals, upgrade.clone()).is_none() {
        asking.send(Purpose::Signals, upgrade);
    }
}

/// Sign-in for an origin that nobody can have named, and one without: its cookies.
fn starts(asking: &mut Asking<'_>, page: &FirstPage) {
    let named: Vec<&str> =
        page.providers().into_iter().filter(|name| !IMMEDIATE.contains(name)).take(PROVIDERS.len()).collect();
    if page.has_config() && named.is_empty() {
        asking.skip(&[Purpose::SignIn], "the first page names no provider that people are sent to");
        return;
    }
    let providers = if named.is_empty() { PROVIDERS } else { &named };
    let environment = page.environment();
    for name in providers {
        let start = format!("/api/auth/{name}/start?env={environment}");
        let strange = format!("{start}&origin=https%3A%2F%2Fstagedoor-check.invalid");
        asking.send(Purpose::SignIn, Request::get(strange));
        asking.send(Purpose::Start, Request::get(start));
    }
}

/// Origins that no portal means to name, and those that a pattern may let through by mistake.
fn origins(asking: &mut Asking<'_>) {
    let get = |origin: &str| Request::get(CATALOG).with("Origin", origin);
    let strange = asking.send(Purpose::Origin, get(STRANGE));
    asking.send(Purpose::Origin, get("null"));
    let preflight = Request::get("/api/catalog/entities").method("OPTIONS").with("Origin", STRANGE);
    asking.send(Purpose::Origin, preflight.with("Access-Control-Request-Method", "GET"));
    if strange.is_some_and(|answer| answer.header("access-control-allow-origin").is_some()) {
        return;
    }
    let host = asking.live.host().to_owned();
    for origin in
        [format!("https://{host}.stagedoor-check.invalid"), format!("https://stagedoor-check{host}")]
    {
        if !host.is_empty() && !host.starts_with('[') {
            asking.send(Purpose::Origin, get(&origin));
        }
    }
}

fn attempts(asking: &mut Asking<'_>, page: &FirstPage) {
    let providers = page.providers();
    let name = providers.into_iter().find(|name| *name != "guest").unwrap_or("github");
    let target = format!("/api/auth/{name}/refresh?optional&env={}", page.environment());
    for _ in 0..BURST {
        let attempt = Request::get(target.as_str()).with("X-Requested-With", "XMLHttpRequest");
        let Some(answer) = asking.send(Purpose::Burst, attempt) else { break };
        if answer.status == 429 || !asking.live.says_more(&answer) {
            break;
        }
    }
}
