//! The auth client of Backstage's frontend packages, unmodified, on an origin of its own.

use serde_json::{Value, json};
use testkit::Frontend;

use super::{HELP, Needs, Visitor, World, token};

async fn visit(more: &str) -> Option<(World, Visitor, Frontend)> {
    let frontend = Frontend::start().await?;
    let world = World::start(Needs { origin: Some(frontend.origin()), ..Needs::default() }).await?;
    let visitor = Visitor::at(&frontend, &world, more).await?;
    Some((world, visitor, frontend))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_signs_in_by_its_popup_and_renews_by_itself() {
    let Some((world, visitor, frontend)) = visit("").await else { return };
    assert_eq!(visitor.session("oidc").await, json!({}), "nobody is signed in yet");
    let session = visitor.signs_in("alice").await;
    let identity = &session["identity"]["identity"];
    assert_eq!(identity["userEntityRef"], "user:default/alice", "{session:#}");
    assert_eq!(identity["ownershipEntityRefs"], json!(["user:default/alice", "group:default/team-a"]));
    assert_eq!(session["profile"], json!({ "email": "alice@example.com", "displayName": "Alice" }));
    assert_eq!(world.reads(&token(&session)).await, 200);

    // The popup said whom it answers, and then answered, from the portal's origin.
    let told = visitor.browser.run("return window.told").await;
    assert_eq!(told.as_array().map(Vec::len), Some(2), "{told:#}");
    let portal = world.portal.url("");
    let config = json!({ "from": portal, "type": "config_info", "targetOrigin": frontend.origin() });
    assert_eq!(told[0], config);
    assert_eq!((&told[1]["from"], &told[1]["type"]), (&json!(portal), &json!("authorization_response")));
    let given = &told[1]["response"]["providerInfo"];
    assert!(given["accessToken"].is_string() && given["idToken"].is_string(), "{given:#}");
    assert_eq!(visitor.browser.text("return document.cookie").await, "", "no script reads the refresh token");

    // Loaded anew, the page has nothing but the cookie, and the client comes back in by it.
    visitor.browser.open(&frontend.page(&portal, "")).await;
    visitor.browser.until("window.loaded").await;
    let renewed = visitor.session("oidc").await;
    assert_eq!(renewed["identity"]["identity"]["userEntityRef"], "user:default/alice");
    assert_eq!(world.reads(&token(&renewed)).await, 200);
    world.recorded("stagedoor.token-refresh", "allowed", "user:default/alice").await;
    // A page that cannot set the header is not renewed.
    let (status, _) = visitor.asks("GET", "/api/auth/oidc/refresh?env=development", json!({})).await;
    assert_eq!(status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_signs_in_without_a_popup_where_that_is_enabled() {
    let Some((world, visitor, _frontend)) = visit("&redirect").await else { return };
    let browser = &visitor.browser;
    let here = browser.text("return location.href").await;
    browser.click("#oidc").await;
    super::at_the_provider(browser, "alice").await;
    browser.until("window.loaded").await;
    assert_eq!(browser.text("return location.href").await, here);
    let session = visitor.session("oidc").await;
    assert_eq!(session["identity"]["identity"]["userEntityRef"], "user:default/alice", "{session:#}");
    assert_eq!(world.reads(&token(&session)).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_popup_who_is_refused_is_told_in_the_address() {
    let Some((world, visitor, _frontend)) = visit("&redirect").await else { return };
    visitor.browser.click("#oidc").await;
    super::at_the_provider(&visitor.browser, "nobody").await;
    visitor.browser.until("window.loaded").await;
    let error = visitor.browser.text("return new URLSearchParams(location.search).get('error')").await;
    assert!(error.contains("unable to resolve user identity") && error.ends_with(HELP), "{error}");
    assert_eq!(visitor.session("oidc").await, json!({}));
    world.recorded("stagedoor.sign-in", "denied", "notInCatalog").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_is_told_that_a_person_is_refused() {
    let Some((world, visitor, _frontend)) = visit("").await else { return };
    let result = visitor.signs_in("nobody").await;
    let message = result["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("unable to resolve user identity") && message.ends_with(HELP), "{result:#}");
    assert_eq!(visitor.session("oidc").await, json!({}), "and no cookie was set");
    world.recorded("stagedoor.sign-in", "denied", "notInCatalog").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_an_origin_that_is_not_allowed_gets_nobody_s_session() {
    let Some(frontend) = Frontend::start().await else { return };
    let Some(world) = World::start(Needs::default()).await else { return };
    let Some(visitor) = Visitor::at(&frontend, &world, "").await else { return };
    let browser = &visitor.browser;
    // The browser keeps what the portal answers from it, so that the client does not come far.
    browser.click("#oidc").await;
    browser.until("window.result").await;
    assert_eq!(browser.text("return window.result.error.name").await, "AuthConnectionError");
    // Nor does the portal send anybody to a provider for it.
    let origin = frontend.origin();
    let start = format!("/api/auth/oidc/start?env=development&flow=popup&origin={origin}");
    browser.open(&world.portal.url(&start)).await;
    let refused = browser.text("return document.body.innerText").await;
    assert!(refused.contains(&format!("Origin '{origin}' is not allowed")), "{refused}");
    // Whoever is signed in stays out of its reach.
    browser.open(&world.portal.url("/sign-in/with/oidc")).await;
    super::at_the_provider(browser, "alice").await;
    browser.until("location.pathname === '/catalog'").await;
    browser.open(&frontend.page(&world.portal.url(""), "")).await;
    browser.until("window.loaded").await;
    let read = "return fetch(new URLSearchParams(location.search).get('backend') + '/catalog', { credentials: 'include' }).then(() => 'read', () => 'kept')";
    assert_eq!(browser.text(read).await, "kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_sign_in_here_and_at_the_provider() {
    let Some((world, visitor, frontend)) = visit("").await else { return };
    let session = visitor.signs_in("alice").await;
    visitor.browser.click("#out").await;
    // The client stays where it is.
    visitor.browser.until("window.result === 'out'").await;
    assert_eq!(visitor.browser.text("return location.origin").await, frontend.origin());
    assert_eq!(visitor.session("oidc").await, json!({}));
    assert_eq!(world.reads(&token(&session)).await, 401);
    let asked = world.oidc.asked().await;
    assert!(asked.contains(&"POST /token/revocation 200".to_owned()), "{asked:?}");
    world.recorded("stagedoor.sign-out", "allowed", "user:default/alice").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_signs_in_by_github_and_out_again() {
    let Some((world, visitor, _frontend)) = visit("").await else { return };
    visitor.browser.click("#github").await;
    visitor.enters_popup().await;
    visitor.browser.click("#alice-gh").await;
    let session = visitor.result().await;
    assert_eq!(session["identity"]["identity"]["userEntityRef"], "user:default/alice", "{session:#}");
    assert_eq!(world.github.good_tokens(), 1);
    let scripted = json!({ "X-Requested-With": "XMLHttpRequest" });
    let refresh = "/api/auth/github/refresh?optional&env=development";
    let (status, renewed) = visitor.asks("GET", refresh, scripted.clone()).await;
    assert_eq!(status, 200, "{renewed:#}");
    assert!(renewed["providerInfo"]["accessToken"].is_string(), "{renewed:#}");
    let (status, _) = visitor.asks("POST", "/api/auth/github/logout?env=development", scripted).await;
    assert_eq!(status, 200);
    for session in [&session, &renewed] {
        assert_eq!(world.reads(&token(session)).await, 401);
    }
    assert_eq!(world.github.good_tokens(), 0, "GitHub's token is ended there");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_provider_is_down_what_is_signed_in_goes_on() {
    let Some((world, visitor, _frontend)) = visit("").await else { return };
    let session = visitor.signs_in("alice").await;
    world.oidc.down(testkit::Down::All).await;
    for _ in 0..2 {
        let (status, renewed) = visitor.refreshes().await;
        assert_eq!(status, 200, "{renewed:#}");
        assert_eq!(world.reads(&token(&renewed)).await, 200);
    }
    assert_eq!(world.reads(&token(&session)).await, 200);
    // And is asked about again when it is back, by the provider's token that is still good.
    world.oidc.down(testkit::Down::Nobody).await;
    let renewals = async || {
        let asked = world.oidc.asked().await;
        asked.iter().filter(|line| *line == "POST /token 200").count()
    };
    let before = renewals().await;
    let (status, _) = visitor.refreshes().await;
    assert_eq!((status, renewals().await), (200, before + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_renews_a_session_may_be_signed_with_a_new_key() {
    let Some((world, visitor, _frontend)) = visit("").await else { return };
    visitor.signs_in("alice").await;
    world.oidc.rotate().await;
    let (status, renewed) = visitor.refreshes().await;
    assert_eq!(status, 200, "{renewed:#}");
    // It came of the provider's answer and not of what was kept.
    assert!(renewed["providerInfo"]["idToken"].is_string(), "{renewed:#}");
    assert_eq!(world.reads(&token(&renewed)).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_provider_knows_by_another_address_now_is_asked_to_sign_in_again() {
    let Some((world, visitor, _frontend)) = visit("").await else { return };
    for changed in [
        json!({ "email": "bob@example.com" }),
        json!({ "email": "alice@example.com", "email_verified": false }),
        json!({ "email": "nobody@example.com", "email_verified": true }),
    ] {
        let as_before = json!({ "email": "alice@example.com", "email_verified": true });
        world.oidc.account("alice", as_before).await;
        // The provider's own session is there from the second time on, and there is no form.
        visitor.browser.run("window.result = undefined").await;
        visitor.browser.click("#oidc").await;
        let session = signed_in(&visitor).await;
        world.oidc.account("alice", changed.clone()).await;
        let (status, body) = visitor.refreshes().await;
        assert_eq!(status, 401, "{changed}: {body:#}");
        assert_eq!(world.reads(&token(&session)).await, 401, "{changed}");
        visitor.browser.run("location.reload()").await;
        visitor.browser.until("window.loaded && !window.result").await;
    }
}

/// Goes through the popup, with or without the provider's form.
async fn signed_in(visitor: &Visitor) -> Value {
    let is_done = "window.result || document.querySelector('#account')";
    for _ in 0..500 {
        for window in visitor.browser.windows().await {
            // It may have closed since.
            if visitor.browser.try_enter(&window).await && visitor.browser.holds(is_done).await {
                if window != visitor.window {
                    super::at_the_provider(&visitor.browser, "alice").await;
                }
                return visitor.result().await;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("neither a form nor a session");
}
