//! A Backstage backend beside the portal: its plugins take our tokens, and we take theirs.

use serde_json::{Value, json};
use testkit::{Backend, Frontend, Setup, free_port};

use super::{Needs, Visitor, World, token};

/// Lets people read the catalog, and of programs only the one that these tests ask by themselves.
const POLICY: &str = "\
@id(\"people-read\")
permit (principal is User, action == Action::\"catalog.entity.read\", resource);
@id(\"ci-reads\")
permit (principal is Service, action == Action::\"catalog.entity.read\", resource)
when { principal.subject == \"ci\" };
";

/// The portal, a backend that finds it by `discovery.endpoints`, and a person who is signed in.
struct Neighbours {
    world: World,
    backend: Backend,
    visitor: Visitor,
    token: String,
    _frontend: Frontend,
}

impl Neighbours {
    async fn start() -> Option<Self> {
        let frontend = Frontend::start().await?;
        let setup = Setup::new(crate::BINARY).file("policy/people.cedar", POLICY);
        let (portal, backend) = (setup.port(), free_port());
        // Nothing is called before somebody shows a token, so it need not be there yet.
        let more = format!(
            "discovery:\n  endpoints: [{{ target: 'http://127.0.0.1:{backend}/api/{{{{pluginId}}}}', plugins: [peer] }}]\n\
             stagedoor: {{ policy: {{ path: ./policy }} }}\n"
        );
        let needs = Needs { origin: Some(frontend.origin()), more: &more, ..Needs::default() };
        let world = World::on(setup, needs).await?;
        let backend = Backend::start(backend, portal).await?;
        let visitor = Visitor::at(&frontend, &world, "").await?;
        let token = token(&visitor.signs_in("alice").await);
        Some(Self { world, backend, visitor, token, _frontend: frontend })
    }

    /// Asks the backend's plugin as the person.
    async fn asks(&self, path: &str) -> (u16, Value) {
        self.backend.ask(path, &[("Authorization", &format!("Bearer {}", self.token))]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_backend_knows_who_shows_our_tokens() {
    let Some(all) = Neighbours::start().await else { return };
    let alice = json!({
        "type": "user",
        "userEntityRef": "user:default/alice",
        "ownershipEntityRefs": ["user:default/alice", "group:default/team-a"],
    });
    // It asks us what she owns, with her own token.
    assert_eq!(all.asks("/who").await, (200, alice.clone()));
    assert_eq!(all.backend.ask("/who", &[]).await.0, 401);
    let forged = format!("Bearer {}A", all.token);
    assert_eq!(all.backend.ask("/who", &[("Authorization", &forged)]).await.0, 401);

    // The limited token, which comes by the cookie, opens what is for pages and nothing else.
    let bearer = json!({ "Authorization": format!("Bearer {}", all.token) });
    let set = all.visitor.asks("GET", "/api/catalog/.backstage/auth/v1/cookie", bearer).await;
    assert_eq!(set.0, 200, "{}", set.1);
    let limited = all.visitor.browser.cookie(&all.world.portal.url("/"), "backstage-auth").await;
    let cookie = format!("backstage-auth={}", limited.expect("a cookie was set"));
    assert_eq!(all.backend.ask("/page", &[("Cookie", &cookie)]).await, (200, alice));
    assert_eq!(all.backend.ask("/who", &[("Cookie", &cookie)]).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_plugins_ask_us_for_their_callers_and_for_themselves() {
    let Some(all) = Neighbours::start().await else { return };
    let path = "/catalog?path=/entities/by-name/user/default/bob";
    let (status, answer) = all.asks(path).await;
    assert_eq!((status, &answer["status"]), (200, &json!(200)), "{answer:#}");
    assert_eq!(answer["body"]["metadata"]["name"], "bob");
    // Of whom it was, and through whom, there is a record.
    let of_alice_by_the_plugin = |record: &Value| {
        record["action"] == "catalog.entity.read"
            && record["actorId"] == "user:default/alice"
            && record["meta"]["onBehalfOfBy"] == "plugin:peer"
    };
    let is_recorded = async || all.world.portal.audit().iter().any(of_alice_by_the_plugin);
    all.world.portal.until("the plugin's read is recorded", is_recorded).await;

    // In its own name it is a program, which this policy lets read nothing.
    let (status, alone) = all.backend.ask("/alone?path=/entities/by-name/user/default/bob", &[]).await;
    assert_eq!((status, &alone["status"]), (200, &json!(404)), "{alone:#}");
    let listed = all.backend.ask("/alone?path=/entities/by-query", &[]).await.1;
    assert_eq!((&listed["status"], &listed["body"]["totalItems"]), (&json!(200), &json!(0)), "{listed:#}");

    // Its tokens are for the plugin that they name, and not to be changed.
    let of_plugin = answer["token"].as_str().expect("the token that it showed");
    assert_eq!(all.world.reads(of_plugin).await, 200);
    assert_eq!(all.world.portal.get("/api/auth/v1/userinfo", of_plugin).await.0, 401);
    assert_eq!(all.world.reads(&format!("{of_plugin}A")).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_sign_in_ends_what_plugins_may_ask_for_it() {
    let Some(all) = Neighbours::start().await else { return };
    let path = "/catalog?path=/entities/by-name/user/default/bob";
    let (_, answer) = all.asks(path).await;
    let of_plugin = answer["token"].as_str().expect("the token that it showed").to_owned();
    assert_eq!(all.world.reads(&of_plugin).await, 200);
    let scripted = json!({ "X-Requested-With": "XMLHttpRequest" });
    let (status, _) = all.visitor.asks("POST", "/api/auth/oidc/logout?env=development", scripted).await;
    assert_eq!(status, 200);
    assert_eq!(all.world.reads(&of_plugin).await, 401);
    let (_, answer) = all.asks(path).await;
    assert_eq!(answer["status"], 401, "a new one for the same person is worth no more: {answer:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_discovery_does_not_name_is_nobody() {
    let frontend = Frontend::start().await;
    let Some(frontend) = frontend else { return };
    let needs = Needs { origin: Some(frontend.origin()), ..Needs::default() };
    let Some(world) = World::start(needs).await else { return };
    let Some(backend) = Backend::start(free_port(), world.portal.port()).await else { return };
    let alone = backend.ask("/alone?path=/entities/by-query", &[]).await.1;
    assert_eq!(alone["status"], 401, "{alone:#}");
}
