//! The one-time link, the session it opens, and what neither may be used for.

use serde_json::json;
use testkit::Portal;

use crate::wire::{self, Answer};
use crate::world;

const LINK: &str = "/sign-in/link";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn company() -> Portal {
    let portal = world::company("").start().await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    portal
}

fn link_token(portal: &Portal) -> String {
    portal.link().split_once("token=").expect("the link holds a token").1.to_owned()
}

fn origin(portal: &Portal) -> String {
    format!("http://127.0.0.1:{}", portal.port())
}

fn redeem(portal: &Portal, token: &str, user: &str) -> Answer {
    let body = format!("token={token}&user={}", user.replace(':', "%3A").replace('/', "%2F"));
    wire::post(portal.port(), LINK, &[FORM, ("Origin", &origin(portal))], &body)
}

fn redeem_json(portal: &Portal, headers: &[(&str, &str)], token: &str) -> Answer {
    wire::post(portal.port(), LINK, headers, &json!({ "token": token, "user": "ada" }).to_string())
}

/// Signs in by the form and gives the cookie, `name=value`.
fn page_session(portal: &Portal) -> String {
    let answer = redeem(portal, &link_token(portal), "user:default/ada");
    assert_eq!((answer.status, answer.header("Location").as_str()), (303, "/catalog"), "{answer:?}");
    answer.header("Set-Cookie").split(';').next().expect("a cookie").to_owned()
}

fn get(portal: &Portal, path: &str, headers: &[(&str, &str)]) -> Answer {
    wire::request(portal.port(), &format!("GET {path}"), headers)
}

fn form_token(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"form_token\" value=\"").expect("the page holds a form token");
    rest.split('"').next().expect("it ends").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_at_a_link_spends_nothing_and_using_it_does() {
    let portal = company().await;
    let token = link_token(&portal);
    let path = format!("{LINK}?token={token}");
    for _ in 0..10 {
        let page = get(&portal, &path, &[]);
        assert_eq!(page.status, 200);
        assert!(page.body.contains("user:default/ada"), "a live link offers users");
        assert_eq!(wire::request(portal.port(), &format!("HEAD {path}"), &[]).status, 200);
    }
    assert_eq!(redeem(&portal, &token, "user:default/nobody").status, 401, "a typing mistake spends nothing");
    let tries: Vec<_> = (0..50)
        .map(|_| {
            let (port, token) = (portal.port(), token.clone());
            std::thread::spawn(move || {
                let body = json!({ "token": token, "user": "ada" }).to_string();
                wire::post(port, LINK, &[JSON], &body).status
            })
        })
        .collect();
    let statuses: Vec<u16> = tries.into_iter().map(|attempt| attempt.join().expect("a status")).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 49, "{statuses:?}");
    // One sign-in, one record of one.
    let signed_in = |outcome: &str| {
        let records = portal.audit();
        records.iter().filter(|r| r["action"] == "stagedoor.sign-in" && r["outcome"] == outcome).count()
    };
    portal.until("the sign-in is recorded", async || signed_in("allowed") == 1).await;
    portal.until("the others are recorded", async || signed_in("denied") >= 1).await;
    let page = get(&portal, &path, &[]);
    assert_eq!(page.status, 401);
    assert!(!page.body.contains("user:default"), "a spent link shows nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_link_opens_nothing_and_shows_nobody() {
    let portal = company().await;
    let good = link_token(&portal);
    let mut near = good.clone();
    near.replace_range(near.len() - 1.., if good.ends_with('A') { "B" } else { "A" });
    for token in
        ["", "x", "null", &near, &good[1..], &good.to_uppercase(), &"x".repeat(5_000), "%00", "' OR 1=1--"]
    {
        let encoded = token.replace('%', "%25").replace(' ', "%20").replace('\'', "%27");
        let page = get(&portal, &format!("{LINK}?token={encoded}"), &[]);
        assert_eq!(page.status, 401, "{token}");
        assert!(!page.body.contains("user:default"), "{token}");
        assert_eq!(redeem(&portal, &encoded, "ada").status, 401, "{token}");
        assert_eq!(redeem_json(&portal, &[JSON], token).status, 401, "{token}");
    }
    for user in ["", "group:default/team-a", "component:default/shop", "user:other/ada", "../ada"] {
        assert_eq!(redeem(&portal, &good, user).status, 401, "{user}");
    }
    assert_eq!(redeem_json(&portal, &[JSON], &good).status, 200, "none of these spent it");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_cannot_redeem_a_link() {
    let portal = company().await;
    let token = link_token(&portal);
    let ours = origin(&portal);
    let body = format!("token={token}&user=ada");
    let other_port = format!("http://127.0.0.1:{}", portal.port().wrapping_add(1));
    for foreign in ["https://evil.example", "null", "", "http://127.0.0.1", &other_port, "file://"] {
        let answer = wire::post(portal.port(), LINK, &[FORM, ("Origin", foreign)], &body);
        assert_eq!(answer.status, 403, "{foreign}");
    }
    assert_eq!(wire::post(portal.port(), LINK, &[FORM], &body).status, 403, "without an origin");
    let twice = [FORM, ("Origin", ours.as_str()), ("Origin", "https://evil.example")];
    assert_eq!(wire::post(portal.port(), LINK, &twice, &body).status, 403);
    // JSON under a type that a page may send anywhere is no JSON.
    for kind in [
        "text/plain",
        "text/plain; charset=application/json",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
    ] {
        let headers = [("Content-Type", kind), ("Origin", ours.as_str())];
        let answer = redeem_json(&portal, &headers, &token);
        assert!(matches!(answer.status, 400 | 401 | 403), "{kind}: {}", answer.status);
        let answer = redeem_json(&portal, &[("Content-Type", kind)], &token);
        assert!(matches!(answer.status, 400 | 401 | 403), "{kind}: {}", answer.status);
    }
    assert_eq!(redeem_json(&portal, &[JSON, ("Origin", "https://evil.example")], &token).status, 403);
    assert_eq!(
        redeem_json(&portal, &[JSON, ("Origin", &ours)], &token).status,
        200,
        "none of these spent it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_for_pages_alone() {
    let portal = company().await;
    let answer = redeem(&portal, &link_token(&portal), "ada");
    let set = answer.header("Set-Cookie");
    let parts: Vec<&str> = set.split("; ").collect();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(parts.contains(&attribute), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let cookie = parts[0].to_owned();
    let value = cookie.split_once('=').expect("a value").1.to_owned();
    let with = |headers: &[(&str, &str)], path: &str| get(&portal, path, headers).status;
    assert_eq!(with(&[("Cookie", &cookie)], "/catalog"), 200);
    for api in ["/api/catalog/entities", "/api/catalog/entities/by-name/user/default/ada", "/api/nowhere"] {
        assert_eq!(with(&[("Cookie", &cookie)], api), 401, "{api}");
    }
    // Nor is its value a bearer token.
    let as_bearer = format!("Bearer {value}");
    assert_eq!(with(&[("Authorization", &as_bearer)], "/api/catalog/entities"), 401);
    assert_eq!(with(&[("Authorization", &as_bearer)], "/catalog"), 401);
    // An Authorization header is judged alone.
    for bad in ["Bearer nonsense", "Bearer ", "Basic YTpi", "bearer", "\u{e9}"] {
        assert_eq!(with(&[("Cookie", &cookie), ("Authorization", bad)], "/catalog"), 401, "{bad}");
    }
    let good = format!("Bearer {}", world::TOKEN);
    assert_eq!(with(&[("Authorization", &good), ("Authorization", &good)], "/api/catalog/entities"), 401);
    // A cookie planted beside ours makes neither count.
    let name = cookie.split_once('=').expect("a name").0.to_owned();
    assert_eq!(with(&[("Cookie", &format!("{cookie}; {name}=x"))], "/catalog"), 401);
    assert_eq!(with(&[("Cookie", &format!("{name}=x")), ("Cookie", &cookie)], "/catalog"), 401);
    assert_eq!(with(&[("Cookie", &format!("a=b; {cookie}; c"))], "/catalog"), 200);
    let token = answer.header("Location") + &answer.body;
    assert!(!token.contains(&value), "the session is in the cookie and nowhere else");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_needs_our_origin_and_the_form_s_token_and_signing_out_is_at_once() {
    let portal = company().await;
    let cookie = page_session(&portal);
    let page = get(&portal, "/catalog", &[("Cookie", &cookie)]);
    let token = form_token(&page.body);
    let ours = origin(&portal);
    let out = |headers: &[(&str, &str)], body: &str| {
        let mut all = vec![FORM, ("Cookie", cookie.as_str())];
        all.extend_from_slice(headers);
        wire::post(portal.port(), "/sign-out", &all, body).status
    };
    let good = format!("form_token={token}");
    assert_eq!(out(&[("Origin", &ours)], ""), 403);
    assert_eq!(out(&[("Origin", &ours)], "form_token="), 403);
    assert_eq!(out(&[("Origin", &ours)], &format!("form_token={}", "A".repeat(token.len()))), 403);
    assert_eq!(out(&[], &good), 403);
    assert_eq!(out(&[("Origin", "null")], &good), 403);
    assert_eq!(out(&[("Origin", "https://evil.example")], &good), 403);
    assert_eq!(get(&portal, "/sign-out", &[("Cookie", &cookie)]).status, 404, "a link cannot sign out");
    assert_eq!(get(&portal, "/catalog", &[("Cookie", &cookie)]).status, 200);
    // A page that fails knows who looks: the bar, and its form, stay.
    let missing = get(&portal, "/nowhere", &[("Cookie", &cookie)]);
    assert_eq!((missing.status, form_token(&missing.body)), (404, token.clone()));
    assert_eq!(out(&[("Origin", &ours)], &good), 303);
    for _ in 0..3 {
        assert_eq!(get(&portal, "/catalog", &[("Cookie", &cookie)]).status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_signs_out_too() {
    let portal = company().await;
    let token = portal.token("ada").await;
    assert_eq!(portal.get("/api/catalog/entities", &token).await.0, 200);
    let authorization = format!("Bearer {token}");
    let out = |headers: &[(&str, &str)]| {
        let mut all = vec![("Authorization", authorization.as_str())];
        all.extend_from_slice(headers);
        wire::post(portal.port(), "/sign-out", &all, "").status
    };
    assert_eq!(out(&[("Origin", "https://evil.example")]), 403);
    assert_eq!(portal.get("/api/catalog/entities", &token).await.0, 200);
    assert_eq!(out(&[]), 303);
    assert_eq!(portal.get("/api/catalog/entities", &token).await.0, 401);
    // A cookie is not made of it.
    assert_eq!(get(&portal, "/catalog", &[("Cookie", &format!("stagedoor-session={token}"))]).status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_the_catalog_is_out() {
    let portal = world::company("  processingInterval: { seconds: 1 }\n").start().await;
    let token = portal.token("ada").await;
    assert_eq!(portal.get("/api/catalog/entities", &token).await.0, 200);
    let file = portal.folder().join("catalog.yaml");
    std::fs::write(&file, world::CATALOG.replace("name: ada", "name: eve")).expect("it can be written");
    portal.until("ada is out", async || portal.get("/api/catalog/entities", &token).await.0 == 401).await;
    assert_eq!(portal.get("/api/catalog/entities", world::TOKEN).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_written_nowhere() {
    let config = "stagedoor:\n  log: { level: trace }\n  edge:\n    rateLimits: { auth: { requests: 6, window: 1h } }\n";
    let portal = world::company(config).start().await;
    let link = link_token(&portal);
    let path = format!("{LINK}?token={link}");
    get(&portal, &path, &[]);
    get(&portal, &path, &[("Host", "evil.example")]);
    wire::request(portal.port(), &format!("TRACE {path}"), &[]);
    let session = portal.token("ada").await;
    portal.get(&format!("/api/catalog/entities?token={session}"), &session).await;
    portal.get(&format!("/api/nowhere?access_token={session}"), &session).await;
    for _ in 0..8 {
        get(&portal, &path, &[]);
    }
    let (status, lines) = {
        let stderr = portal.stderr();
        for secret in [&link, &session, world::TOKEN] {
            assert!(!stderr.contains(secret), "the log holds a token");
        }
        portal.stop().await
    };
    assert!(status.success());
    let holding = |secret: &str| lines.iter().filter(|line| line.contains(secret)).count();
    assert_eq!(holding(&link), 1, "the link is printed once, for the person at the terminal");
    assert_eq!((holding(&session), holding(world::TOKEN)), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn under_https_the_cookie_is_bound_to_the_host() {
    // Development behind TLS of its own: the one place where there is a link and https.
    let portal = world::company("")
        .config(&world::CONFIG.replace("backend:\n", "backend:\n  baseUrl: https://localhost:7007\n"))
        .start()
        .await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    let answer = redeem(&portal, &link_token(&portal), "ada");
    let set = answer.header("Set-Cookie");
    assert!(set.starts_with("__Host-") && set.contains("; Secure") && set.contains("Path=/;"), "{set}");
    assert!(!set.contains("Domain"), "{set}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_comes_in_by_choice_and_every_page_says_so() {
    let portal =
        crate::world::company("auth: { providers: { guest: { userEntityRef: 'user:default/ada' } } }\n")
            .start()
            .await;
    portal.holds(crate::world::TOKEN, crate::world::ENTITIES).await;
    let sent = [("Sec-Fetch-Site", "cross-site")];
    let refused = crate::wire::request(portal.port(), "GET /sign-in/with/guest", &sent);
    assert_eq!(
        (refused.status, refused.header("Set-Cookie").as_str()),
        (401, ""),
        "another site's page signs nobody in"
    );
    let came = crate::wire::request(portal.port(), "GET /sign-in/with/guest?back=//evil.example", &[]);
    assert_eq!((came.status, came.header("Location").as_str()), (303, "/catalog"));
    let cookie = came.header("Set-Cookie");
    let cookie = cookie.split(';').next().expect("a cookie");
    let page = crate::wire::request(portal.port(), "GET /catalog", &[("Cookie", cookie)]);
    assert!(page.status == 200 && page.body.contains("comes in as a guest"), "{}", page.body);
}
