//! How access ends: with the catalog's user, with a stolen token, with a click; and that it ends everywhere.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Browser, Frontend, Script};
use tokio::time::Instant;

use super::{CATALOG, Needs, Visitor, World, at_the_provider, token};
use crate::wire;

/// Longest that a change of the catalog may take to count, at the interval that these tests set.
const SOON: Duration = Duration::from_secs(5);

async fn visit() -> Option<(World, Visitor, Frontend)> {
    let frontend = Frontend::start().await?;
    let world = World::start(Needs { origin: Some(frontend.origin()), ..Needs::default() }).await?;
    let visitor = Visitor::at(&frontend, &world, "").await?;
    Some((world, visitor, frontend))
}

impl World {
    /// Has the cookie of a limited token set in the visitor's browser; its value.
    async fn limited(&self, visitor: &Visitor, token: &str) -> String {
        let bearer = json!({ "Authorization": format!("Bearer {token}") });
        let path = "/api/catalog/.backstage/auth/v1/cookie";
        let (status, body) = visitor.asks("GET", path, bearer).await;
        assert_eq!(status, 200, "{body:#}");
        let cookie = visitor.browser.cookie(&self.portal.url("/"), "backstage-auth").await;
        cookie.expect("a cookie was set")
    }

    /// Status of a request with the cookie of a limited token alone.
    fn by_limited(&self, limited: &str) -> u16 {
        let cookie = format!("backstage-auth={limited}");
        wire::request(self.portal.port(), "GET /api/auth/v1/userinfo", &[("Cookie", &cookie)]).status
    }

    /// Presents a refresh token as a thief would: status.
    fn presents(&self, refresh_token: &str) -> u16 {
        let headers = [
            ("X-Requested-With", "XMLHttpRequest"),
            ("Cookie", &*format!("oidc-refresh-token={refresh_token}")),
        ];
        wire::request(self.portal.port(), "GET /api/auth/oidc/refresh?env=development", &headers).status
    }

    async fn refresh_token(&self, visitor: &Visitor) -> String {
        let url = self.portal.url("/api/auth/oidc/refresh");
        visitor.browser.cookie(&url, "oidc-refresh-token").await.expect("a refresh token")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_taken_out_of_the_catalog_is_out_everywhere() {
    let Some((world, visitor, _frontend)) = visit().await else { return };
    let session = visitor.signs_in("alice").await;
    let limited = world.limited(&visitor, &token(&session)).await;
    let Some(page) = Browser::start(Script::On).await else { return };
    page.open(&world.portal.url("/sign-in/with/oidc")).await;
    at_the_provider(&page, "alice").await;
    page.until("location.pathname === '/catalog'").await;
    let cookie = page.cookie(&world.portal.url("/catalog"), "stagedoor-session").await.expect("a session");
    let shows = || {
        let cookie = format!("stagedoor-session={cookie}");
        wire::request(world.portal.port(), "GET /catalog", &[("Cookie", &cookie)]).status
    };
    assert_eq!((world.reads(&token(&session)).await, world.by_limited(&limited), shows()), (200, 200, 200));

    let without = CATALOG.replace("name: alice", "name: carol");
    std::fs::write(world.portal.folder().join("catalog.yaml"), without).expect("it can be written");
    let changed = Instant::now();
    while (world.reads(&token(&session)).await, world.by_limited(&limited), shows()) != (401, 401, 401) {
        assert!(changed.elapsed() < SOON, "still in after {SOON:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (status, _) = visitor.refreshes().await;
    assert_eq!(status, 401);
    world.recorded("stagedoor.sign-out", "allowed", "notInCatalog").await;
    // Whoever comes back into the catalog signs in anew.
    std::fs::write(world.portal.folder().join("catalog.yaml"), CATALOG).expect("it can be written");
    let known = "/api/catalog/entities/by-name/user/default/alice";
    let is_back = async || world.portal.get(known, crate::world::TOKEN).await.0 == 200;
    world.portal.until("alice is back", is_back).await;
    assert_eq!(visitor.refreshes().await.0, 401);
    assert_eq!(world.reads(&token(&session)).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_a_group_owns_nothing_of_it_any_more() {
    let Some((world, visitor, _frontend)) = visit().await else { return };
    let session = token(&visitor.signs_in("alice").await);
    let owns = async || world.portal.get("/api/auth/v1/userinfo", &session).await.1["claims"]["ent"].clone();
    assert_eq!(owns().await, json!(["user:default/alice", "group:default/team-a"]));
    let without = CATALOG.replace("memberOf: [team-a]", "memberOf: []");
    std::fs::write(world.portal.folder().join("catalog.yaml"), without).expect("it can be written");
    let changed = Instant::now();
    while owns().await != json!(["user:default/alice"]) {
        assert!(changed.elapsed() < SOON, "still in the group after {SOON:?}: {}", owns().await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_two_have_ends_the_sign_in_of_both() {
    let Some((world, visitor, _frontend)) = visit().await else { return };
    let session = visitor.signs_in("alice").await;
    let stolen = world.refresh_token(&visitor).await;
    let (status, renewed) = visitor.refreshes().await;
    assert_eq!(status, 200, "{renewed:#}");
    assert_ne!(stolen, world.refresh_token(&visitor).await);
    // At the same moment it is another tab.
    assert_eq!(world.presents(&stolen), 200);
    assert_eq!(world.reads(&token(&renewed)).await, 200);
    // The owner got what took its place, and shows that.
    let (status, renewed) = visitor.refreshes().await;
    assert_eq!(status, 200, "{renewed:#}");
    let next = world.refresh_token(&visitor).await;
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(world.presents(&stolen), 401);
    for token in [token(&session), token(&renewed)] {
        assert_eq!(world.reads(&token).await, 401);
    }
    assert_eq!(visitor.refreshes().await.0, 401, "nor does the owner's go on");
    assert_eq!(world.presents(&next), 401);
    world.recorded("stagedoor.sign-out", "allowed", "refreshTokenReused").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_everywhere_ends_what_other_devices_have() {
    let Some((world, visitor, _frontend)) = visit().await else { return };
    let session = visitor.signs_in("alice").await;
    let limited = world.limited(&visitor, &token(&session)).await;
    let Some(page) = Browser::start(Script::On).await else { return };
    page.open(&world.portal.url("/sign-in/with/oidc")).await;
    at_the_provider(&page, "alice").await;
    page.until("location.pathname === '/catalog'").await;
    page.open(&world.portal.url("/sessions")).await;
    assert_eq!(page.run("return document.querySelectorAll('.sessions tbody tr').length").await, 2);
    page.click("form[action='/sessions/end-all'] button").await;
    page.until("location.search === '?ended'").await;
    assert_eq!((world.reads(&token(&session)).await, world.by_limited(&limited)), (401, 401));
    assert_eq!(visitor.refreshes().await.0, 401);
    assert_eq!(visitor.session("oidc").await["error"], Value::Null);
    page.open(&world.portal.url("/catalog")).await;
    assert_eq!(page.text("return document.querySelector('.who').innerText").await, "alice", "this one stays");
}
