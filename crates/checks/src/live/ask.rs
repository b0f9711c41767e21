//! What is asked, and in which order.

use super::{Answer, Exchange, Live, Purpose, Request, Transport};

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
const BURST: usize = 40;

/// Routes of core and common plugins that answer with data.
pub(crate) const ROUTES: &[&str] = &[
    "/api/catalog/entities?limit=1",
    "/api/catalog/entities/by-query?limit=1",
    "/api/catalog/entity-facets?facet=kind",
    "/api/catalog/locations",
    "/api/catalog/unprocessed/entities/failed",
    "/api/scaffolder/v2/tasks",
    "/api/scaffolder/v2/actions",
    "/api/scaffolder/v2/integrations",
    "/api/techdocs/metadata/techdocs/default/component/none",
    "/api/search/query?term=",
    "/api/kubernetes/clusters",
    "/api/kubernetes/resources/workloads/query",
    "/api/devtools/info",
    "/api/devtools/config",
    "/api/devtools/external-dependencies",
    "/api/notifications/status",
    "/api/user-settings/buckets/none/keys/none",
    "/api/permission/policies",
    "/api/permission/roles",
    "/api/rbac/policies",
    "/api/catalog/.backstage/scheduler/v1/tasks",
    "/api/search/.backstage/scheduler/v1/tasks",
    "/api/scaffolder/.backstage/actions/v1/actions",
    "/api/catalog/.backstage/actions/v1/actions",
    "/api/mcp-actions/v1",
    "/api/argocd/find/name/none",
    "/api/jenkins/v1/entity/default/component/none/projects",
    "/api/sonarqube/instanceUrl",
    "/api/todo/v1/todos",
    "/api/tech-insights/checks",
    "/api/entity-feedback/ratings",
    "/api/explore/tools",
    "/api/linguist/entity-languages",
    "/api/lighthouse/v1/websites",
    "/api/cost-insights/",
    "/api/announcements/announcements",
    "/api/orchestrator/v2/workflows/overview",
    "/metrics",
];

/// Names that proxy endpoints often have.
const PROXIES: &[&str] = &[
    "grafana/api",
    "argocd/api",
    "prometheus/api",
    "pagerduty",
    "jenkins/api",
    "sonarqube",
    "jira/api",
    "confluence",
    "circleci/api",
    "gitlab",
    "github",
    "azure-devops",
    "datadog",
    "dynatrace",
    "newrelic/apm/api",
    "sentry/api",
    "opsgenie/api",
    "rollbar/api",
    "splunk",
    "vault",
    "lighthouse",
    "elasticsearch",
    "kiali",
    "servicenow",
    "quay/api",
    "jfrog-artifactory",
    "nexus-repository-manager",
    "developer-hub",
];

/// Other spellings of a path that somebody signed in is needed for.
const TRICKS: &[&str] = &[
    "/api/catalog/../catalog/entities?limit=1",
    "/api/catalog/%2e%2e/catalog/entities?limit=1",
    "/api/catalog/..%2fcatalog/entities?limit=1",
    "/api//catalog/entities?limit=1",
    "//api/catalog/entities?limit=1",
    "/api/catalog//entities?limit=1",
    "/API/catalog/entities?limit=1",
    "/api/Catalog/entities?limit=1",
    "/api/catalog/Entities?limit=1",
    "/api/catalog/entities/?limit=1",
    "/api/catalog/./entities?limit=1",
    "/api/catalog/entities;a=b?limit=1",
    "/api/catalog/entities%20?limit=1",
    "/api/catalog/%65ntities?limit=1",
    "/api/catalog%2fentities?limit=1",
    "/api/catalog/entities%00?limit=1",
    "/api/catalog/entities.json?limit=1",
    "/health/../api/catalog/entities?limit=1",
    "/api/app/../catalog/entities?limit=1",
    "/api/techdocs/static/docs/default/component/none/..%2f..%2f..%2f..%2fapp-config.yaml",
    "/api/techdocs/static/docs/default/component/none/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%2f..%2f..%2fapp-config.yaml",
    "/static/../../../../etc/passwd",
];

const STRANGE_ORIGIN: &str = "https://stagedoor-check.invalid";

struct Asking<'t> {
    transport: &'t mut dyn Transport,
    live: Live,
}

impl Asking<'_> {
    fn send(&mut self, purpose: Purpose, request: Request) -> Option<Answer> {
        if self.live.exchanges.len() >= MOST {
            return None;
        }
        let answer = self.transport.send(&request);
        let kept = answer.as_ref().ok().cloned();
        self.live.exchanges.push(Exchange { purpose, request, answer });
        kept
    }
}

/// Asks an instance. The error is that of the first request: nothing else is asked of a host that does not answer.
pub fn ask(base: &str, transport: &mut dyn Transport, options: &Options) -> Result<Live, String> {
    let live = Live { base: base.trim_end_matches('/').to_owned(), ..Live::default() };
    let mut asking = Asking { transport, live };
    let index = asking.transport.send(&Request::get("/"))?;
    asking.live.exchanges.push(Exchange {
        purpose: Purpose::Index,
        request: Request::get("/"),
        answer: Ok(index.clone()),
    });
    let mut protected = false;
    for route in ROUTES {
        let answer = asking.send(Purpose::Route, Request::get(*route));
        protected |= answer.is_some_and(|answer| matches!(answer.status, 401 | 403));
    }
    if options.token {
        for route in ROUTES {
            asking.send(Purpose::Route, Request::get(*route).with_token());
        }
    }
    asking.send(
        Purpose::Guest,
        Request::get("/api/auth/guest/refresh").with("X-Requested-With", "XMLHttpRequest"),
    );
    for origin in [STRANGE_ORIGIN, "null"] {
        asking.send(Purpose::Origin, Request::get("/api/catalog/entities?limit=1").with("Origin", origin));
        let preflight = Request::get("/api/catalog/entities").method("OPTIONS").with("Origin", origin);
        asking.send(Purpose::Origin, preflight.with("Access-Control-Request-Method", "GET"));
    }
    if protected {
        for trick in TRICKS {
            asking.send(Purpose::Trick, Request::get(*trick));
        }
    } else {
        asking.live.unasked.push("other spellings of paths: no route asked who calls".to_owned());
    }
    for name in PROXIES.iter().copied().chain(options.proxies.iter().map(String::as_str)) {
        asking.send(Purpose::Proxy, Request::get(format!("/api/proxy/{}", name.trim_matches('/'))));
    }
    asking.send(Purpose::Metadata, Request::get("/.well-known/oauth-authorization-server"));
    asking.send(Purpose::Metadata, Request::get("/api/auth/.well-known/openid-configuration"));
    asking.send(Purpose::Metadata, Request::get("/.backstage/health/v1/readiness"));
    let upgrade = Request::get("/api/signals")
        .with("Connection", "Upgrade")
        .with("Upgrade", "websocket")
        .with("Sec-WebSocket-Version", "13")
        .with("Sec-WebSocket-Key", "c3RhZ2Vkb29yLWNoZWNrIQ==");
    // The reference does not answer the first one after its start.
    if asking.send(Purpose::Signals, upgrade.clone()).is_none() {
        asking.send(Purpose::Signals, upgrade);
    }
    if options.beyond_reading {
        asking.send(Purpose::Method, Request::get("/api/catalog/entities").method("TRACE"));
    } else {
        asking.live.unasked.push("methods beyond GET, HEAD and OPTIONS: not allowed".to_owned());
    }
    // Last: it may get this address refused.
    for _ in 0..BURST {
        let attempt =
            Request::get("/api/auth/github/refresh?optional").with("X-Requested-With", "XMLHttpRequest");
        let Some(answer) = asking.send(Purpose::Burst, attempt) else { break };
        if answer.status == 429 {
            break;
        }
    }
    Ok(asking.live)
}
