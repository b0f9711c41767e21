//! Signing in with those we work together with: an identity provider, GitHub's double, the auth client of Backstage's
//! frontend and a Backstage backend; in a real browser.

mod backend;
mod endings;
mod frontend;
mod pages;

use serde_json::{Value, json};
use testkit::{Browser, Frontend, GitHub, Oidc, Portal, Script, Setup};

use crate::world::TOKEN;

/// Alice and Bob of the catalog. Alice's account at GitHub has the number 7.
const CATALOG: &str = "\
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: alice, annotations: { github.com/user-id: U_7 } }
spec: { profile: { email: alice@example.com }, memberOf: [team-a] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: bob }
spec: { profile: { email: bob@example.com }, memberOf: [] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-a }
spec: { type: team, children: [] }
";

/// What a person is told who is refused, beside the reference's words.
const HELP: &str = "Ask platform@example.com.";

/// A portal, and who vouches for people there.
struct World {
    portal: Portal,
    oidc: Oidc,
    github: GitHub,
}

/// What a test needs beside them.
#[derive(Default)]
struct Needs<'a> {
    /// A frontend on this origin.
    origin: Option<&'a str>,
    /// GitHub's people are found by this resolver, or else by their number.
    resolver: Option<&'a str>,
    /// More of the configuration: whole top-level keys.
    more: &'a str,
}

impl World {
    /// `None` where the peers are not installed.
    async fn start(needs: Needs<'_>) -> Option<Self> {
        Self::on(Setup::new(crate::BINARY), needs).await
    }

    async fn on(setup: Setup, needs: Needs<'_>) -> Option<Self> {
        let oidc = Oidc::start(setup.port()).await?;
        let github = GitHub::start(setup.port());
        github.account("alice-gh", 7, "alice@example.com", true);
        github.account("eve-gh", 8, "alice@example.com", false);
        let origin = needs.origin.unwrap_or("http://127.0.0.1:1");
        let by = needs.resolver.unwrap_or("userIdMatchingUserEntityAnnotation");
        let config = format!(
            "backend:\n  cors: {{ origin: ['{origin}'], credentials: true }}\n  auth:\n    externalAccess:\n      \
             - {{ type: static, options: {{ token: {TOKEN}, subject: ci }} }}\n\
             enableExperimentalRedirectFlow: true\n\
             auth:\n  experimentalExtraAllowedOrigins: ['{origin}']\n  providers:\n    oidc: {{ development: {} }}\n    \
             github: {{ development: {} }}\n\
             catalog:\n  processingInterval: {{ seconds: 1 }}\n  locations:\n    \
             - {{ type: file, target: ./catalog.yaml, rules: [{{ allow: [User, Group] }}] }}\n{}",
            oidc.settings(),
            github.settings(by),
            needs.more,
        );
        let help = format!("stagedoor: {{ signIn: {{ help: '{HELP}' }} }}\n");
        let config = if needs.more.contains("stagedoor:") { config } else { config + &help };
        let portal = setup.config(&config).file("catalog.yaml", CATALOG).start().await;
        portal.holds(TOKEN, 4).await;
        Some(Self { portal, oidc, github })
    }

    /// Waits for a record of this action and outcome that says this.
    async fn recorded(&self, action: &str, outcome: &str, what: &str) {
        let is_it = |record: &Value| {
            record["action"] == action && record["outcome"] == outcome && record.to_string().contains(what)
        };
        let records = || async { self.portal.audit().iter().any(is_it) };
        self.portal.until(&format!("{action} {outcome} {what} is recorded"), records).await;
    }

    /// Status of a read of the catalog with a token.
    async fn reads(&self, token: &str) -> u16 {
        self.portal.get("/api/catalog/entities?limit=1", token).await.0
    }
}

/// Signs in at the provider's own page, where the browser is.
async fn at_the_provider(browser: &Browser, account: &str) {
    browser.until("document.querySelector('#account')").await;
    browser.write("#account", account).await;
    browser.click("#go").await;
}

/// A browser that is at the page of a Backstage frontend.
struct Visitor {
    browser: Browser,
    /// The page's own window.
    window: String,
}

impl Visitor {
    /// At a frontend's page; `more` is added to its query. `None` where there is no browser.
    async fn at(frontend: &Frontend, world: &World, more: &str) -> Option<Self> {
        let browser = Browser::start(Script::On).await?;
        browser.open(&frontend.page(&world.portal.url(""), more)).await;
        browser.until("window.loaded").await;
        let window = browser.windows().await.remove(0);
        Some(Self { browser, window })
    }

    /// Signs in by the client's popup; what came of it.
    async fn signs_in(&self, account: &str) -> Value {
        self.browser.click("#oidc").await;
        self.enters_popup().await;
        at_the_provider(&self.browser, account).await;
        self.result().await
    }

    async fn enters_popup(&self) {
        let windows = self.browser.windows_are(2).await;
        let popup = windows.iter().find(|window| **window != self.window).expect("one is another");
        self.browser.enter(popup).await;
    }

    /// What the client says once the popup has closed by itself.
    async fn result(&self) -> Value {
        self.browser.windows_are(1).await;
        self.browser.enter(&self.window).await;
        self.browser.until("window.result").await;
        self.browser.run("return window.result").await
    }

    /// The session that the client finds without asking anybody to sign in.
    async fn session(&self, way: &str) -> Value {
        self.browser.run(&format!("return window.session('{way}', {{ optional: true }})")).await
    }

    /// Asks the portal from the page, with the page's credentials: status and body.
    async fn asks(&self, method: &str, path: &str, headers: Value) -> (u64, Value) {
        let init = json!({ "method": method, "headers": headers });
        let mut answer = self.browser.run(&format!("return window.ask({}, {init})", json!(path))).await;
        (answer["status"].as_u64().expect("a status"), answer["body"].take())
    }

    /// Renews the session as the client does.
    async fn refreshes(&self) -> (u64, Value) {
        let path = "/api/auth/oidc/refresh?optional&env=development";
        self.asks("GET", path, json!({ "X-Requested-With": "XMLHttpRequest" })).await
    }
}

/// The user token of a session.
fn token(session: &Value) -> String {
    let token = session.pointer("/identity/token").or_else(|| session.pointer("/backstageIdentity/token"));
    token.and_then(Value::as_str).unwrap_or_else(|| panic!("a user token: {session:#}")).to_owned()
}
