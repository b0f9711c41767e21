//! Our own pages: the way in, who is refused, a provider that is down, sessions.

use testkit::{Browser, Down, Script};

use super::{HELP, Needs, World, at_the_provider};

const OIDC: &str = ".providers a[href^='/sign-in/with/oidc']";
const GITHUB: &str = ".providers a[href^='/sign-in/with/github']";

async fn text(browser: &Browser, selector: &str) -> String {
    browser.text(&format!("return document.querySelector({selector:?}).innerText")).await
}

/// Signs in by the provider, from our page's button to the catalog.
async fn sign_in(world: &World, browser: &Browser, account: &str) {
    browser.open(&world.portal.url("/sign-in")).await;
    browser.click(OIDC).await;
    at_the_provider(browser, account).await;
    browser.until("location.pathname === '/catalog'").await;
}

/// Opens the list; whether it shows it or the door.
async fn is_in(world: &World, browser: &Browser) -> bool {
    browser.open(&world.portal.url("/catalog")).await;
    text(browser, "h1").await != "Sign in"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_and_is_where_she_wanted_to_be() {
    for script in [Script::On, Script::Off] {
        let Some(browser) = Browser::start(script).await else { return };
        let Some(world) = World::start(Needs::default()).await else { return };
        browser.open(&world.portal.url("/catalog?kind=group")).await;
        assert_eq!(text(&browser, "h1").await, "Sign in");
        let _ = browser.complaints().await;
        browser.click(OIDC).await;
        at_the_provider(&browser, "alice").await;
        browser.until("location.pathname === '/catalog'").await;
        assert_eq!(browser.path().await, "/catalog?kind=group");
        assert_eq!(text(&browser, ".who").await, "alice");
        assert_eq!(browser.text("return document.cookie").await, "", "no script can read the session");
        world.recorded("stagedoor.sign-in", "allowed", "user:default/alice").await;
        // Out again, and the provider's own session does not bring anybody back in by itself.
        browser.click(".out button").await;
        browser.until("location.pathname === '/sign-in'").await;
        assert!(!is_in(&world, &browser).await);
        world.recorded("stagedoor.sign-out", "allowed", "user:default/alice").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn github_s_people_are_known_by_their_number() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let Some(world) = World::start(Needs::default()).await else { return };
    browser.open(&world.portal.url("/sign-in")).await;
    browser.click(GITHUB).await;
    // It has alice's address, and another number.
    browser.click("#eve-gh").await;
    browser.until("document.querySelector('main .note')").await;
    assert!(!is_in(&world, &browser).await);
    world.recorded("stagedoor.sign-in", "denied", "notInCatalog").await;
    browser.open(&world.portal.url("/sign-in")).await;
    browser.click(GITHUB).await;
    browser.click("#alice-gh").await;
    browser.until("location.pathname === '/catalog'").await;
    assert_eq!(text(&browser, ".who").await, "alice");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_github_has_not_verified_is_nobody_s() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let by_address = Needs { resolver: Some("emailMatchingUserEntityProfileEmail"), ..Needs::default() };
    let Some(world) = World::start(by_address).await else { return };
    for (account, is_let_in) in [("eve-gh", false), ("alice-gh", true)] {
        browser.open(&world.portal.url("/sign-in")).await;
        browser.click(GITHUB).await;
        browser.click(&format!("#{account}")).await;
        browser.until("document.querySelector('main .note') || location.pathname === '/catalog'").await;
        assert_eq!(is_in(&world, &browser).await, is_let_in, "{account}");
    }
    world.recorded("stagedoor.sign-in", "denied", "noVerifiedEmail").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_is_told_whom_to_ask_and_not_why() {
    let mut told = Vec::new();
    for (account, reason) in [("nobody", "notInCatalog"), ("eve", "noVerifiedEmail")] {
        let Some(browser) = Browser::start(Script::On).await else { return };
        let Some(world) = World::start(Needs::default()).await else { return };
        browser.open(&world.portal.url("/sign-in")).await;
        browser.click(OIDC).await;
        at_the_provider(&browser, account).await;
        browser.until("document.querySelector('main .note')").await;
        told.push(text(&browser, "main .note").await);
        world.recorded("stagedoor.sign-in", "denied", reason).await;
        assert!(!is_in(&world, &browser).await);
        let let_in = |record: &serde_json::Value| {
            record["action"] == "stagedoor.sign-in" && record["outcome"] == "allowed"
        };
        assert!(!world.portal.audit().iter().any(let_in));
    }
    assert!(told[0].contains("unable to resolve user identity") && told[0].ends_with(HELP), "{told:?}");
    assert_eq!(told[0], told[1], "nobody learns who is in the catalog");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_provider_is_down_others_let_people_in_and_sessions_go_on() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let Some(world) = World::start(Needs::default()).await else { return };
    world.oidc.down(Down::All).await;
    browser.open(&world.portal.url("/sign-in")).await;
    browser.click(OIDC).await;
    browser.until("document.querySelector('main .note')").await;
    assert!(text(&browser, "main .note").await.contains("cannot be reached"));
    // A popup is told in words that the frontend reads.
    let popup = crate::wire::request(world.portal.port(), "GET /api/auth/oidc/start?env=development", &[]);
    assert_eq!(popup.status, 200);
    assert!(
        popup.body.contains("ServiceUnavailableError") && popup.body.contains("postMessage"),
        "{}",
        popup.body
    );
    browser.click(GITHUB).await;
    browser.click("#alice-gh").await;
    browser.until("location.pathname === '/catalog'").await;

    // Back, it lets people in; gone again, those who are in stay.
    world.oidc.down(Down::Nobody).await;
    let Some(other) = Browser::start(Script::On).await else { return };
    // What failed is not asked again at once.
    world
        .portal
        .until("the provider is asked again", async || {
            other.open(&world.portal.url("/sign-in/with/oidc")).await;
            other.text("return document.title").await == "Company sign-in"
        })
        .await;
    at_the_provider(&other, "bob").await;
    other.until("location.pathname === '/catalog'").await;
    world.oidc.down(Down::All).await;
    assert!(is_in(&world, &other).await);

    // It can fail half-way, too.
    world.oidc.down(Down::Nobody).await;
    let Some(third) = Browser::start(Script::On).await else { return };
    third.open(&world.portal.url("/sign-in")).await;
    third.click(OIDC).await;
    third.until("document.querySelector('#account')").await;
    world.oidc.down(Down::Tokens).await;
    at_the_provider(&third, "bob").await;
    third.until("document.querySelector('main .note')").await;
    assert!(text(&third, "main .note").await.contains("cannot be reached"));
    assert_eq!(third.run("return document.querySelectorAll('.providers a').length").await, 2);
    world.recorded("stagedoor.sign-in", "denied", "providerUnavailable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_may_change_its_key() {
    let Some(world) = World::start(Needs::default()).await else { return };
    for account in ["alice", "bob"] {
        let Some(browser) = Browser::start(Script::On).await else { return };
        sign_in(&world, &browser, account).await;
        assert_eq!(text(&browser, ".who").await, account);
        world.oidc.rotate().await;
    }
    let asked = world.oidc.asked().await;
    assert!(asked.iter().filter(|line| line.starts_with("GET /jwks")).count() >= 2, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_and_ends_one_s_own_sessions() {
    let Some(world) = World::start(Needs::default()).await else { return };
    let mut browsers = Vec::new();
    for account in ["alice", "alice", "alice", "bob"] {
        let Some(browser) = Browser::start(Script::On).await else { return };
        sign_in(&world, &browser, account).await;
        browsers.push(browser);
    }
    let [mine, second, third, bob] = &browsers[..] else { panic!("four browsers") };
    mine.open(&world.portal.url("/sessions")).await;
    let rows = "return document.querySelectorAll('.sessions tbody tr').length";
    assert_eq!(mine.run(rows).await, 3, "her own and nobody else's");
    assert!(text(mine, ".sessions tbody tr").await.contains("this session"));
    // The newest of the others is the third one's.
    mine.click(".sessions tbody tr:nth-child(2) button").await;
    mine.until("document.querySelector('main [role=status]')").await;
    assert_eq!(mine.run(rows).await, 2);
    let in_now = [is_in(&world, second).await, is_in(&world, third).await];
    assert_eq!(in_now.iter().filter(|is_in| **is_in).count(), 1, "one is out: {in_now:?}");
    // The button below the table ends all others.
    mine.open(&world.portal.url("/sessions")).await;
    mine.click("form[action='/sessions/end-all'] button").await;
    mine.until("location.search === '?ended'").await;
    assert_eq!(mine.run(rows).await, 1);
    for (browser, expected) in [(mine, true), (second, false), (third, false), (bob, true)] {
        assert_eq!(is_in(&world, browser).await, expected);
    }
    world.recorded("stagedoor.session.end", "allowed", "user:default/alice").await;
}
