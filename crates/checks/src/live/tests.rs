use super::*;
use crate::{Repository, registry, run};

/// Answers by path, and keeps what was asked.
struct Portal<F> {
    asked: Vec<Request>,
    guest: Option<String>,
    answer: F,
}

impl<F: FnMut(&Request) -> Result<Answer, String>> Portal<F> {
    fn new(answer: F) -> Self {
        Self { asked: Vec::new(), guest: None, answer }
    }
}

impl<F: FnMut(&Request) -> Result<Answer, String>> Transport for Portal<F> {
    fn send(&mut self, request: &Request) -> Result<Answer, String> {
        self.asked.push(request.clone());
        (self.answer)(request)
    }

    fn take(&mut self, guest: String) {
        self.guest = Some(guest);
    }
}

fn status(status: u16) -> Answer {
    Answer { status, ..Answer::default() }
}

fn body(code: u16, kind: &str, text: &str) -> Answer {
    Answer { headers: vec![("content-type".into(), kind.into())], body: text.into(), ..status(code) }
}

/// What nobody serves is not there, and everything else asks who calls.
fn guarded(request: &Request) -> Answer {
    if request.path() == routes::CONTROL { status(404) } else { status(401) }
}

fn findings(live: Live, rule: &str) -> Vec<String> {
    let entry = registry().find(|entry| entry.id == rule).expect("it is there");
    let report = run(&Repository::default().with_live(live), [entry]);
    report.findings.into_iter().map(|finding| finding.message).collect()
}

fn skipped(live: Live) -> Vec<(&'static str, String)> {
    let entries = registry().filter(|entry| entry.id.starts_with("live-"));
    let report = run(&Repository::default().with_live(live), entries);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    report.skipped.into_iter().map(|skipped| (skipped.rule, skipped.reason)).collect()
}

#[test]
fn asking_is_reading_and_bounded() {
    let mut portal = Portal::new(|request: &Request| {
        Ok(match request.path() {
            "/api/kubernetes/clusters" if request.credential == Credential::Token => body(
                200,
                "application/json",
                r#"{"items":[{"name":"a"},{"name":"b/c"},{"name":"d"},{"name":"e"}]}"#,
            ),
            "/api/auth/guest/refresh" => {
                body(200, "application/json", r#"{"backstageIdentity":{"token":"g.u.est"}}"#)
            }
            "/" => body(200, "text/html", r#"<script src="/static/main.1.js"></script>"#),
            _ => guarded(request),
        })
    });
    let options = Options { token: true, ..Options::default() };
    let live = ask("https://a/", &mut portal, &options).expect("answers");
    assert_eq!(live.base, "https://a");
    assert_eq!(live.cut_short, None);
    assert!(portal.asked.iter().all(|request| matches!(request.method, "GET" | "HEAD" | "OPTIONS")));
    assert!(portal.asked.len() < 200, "{}", portal.asked.len());
    assert_eq!(portal.guest.as_deref(), Some("g.u.est"));
    for purpose in Purpose::ALL.iter().filter(|purpose| **purpose != Purpose::Method) {
        assert!(live.answered(*purpose).count() > 0, "{purpose:?} was not asked");
    }
    let clusters: Vec<_> = live
        .answered(Purpose::Cluster)
        .filter_map(|(request, _)| request.header("Backstage-Kubernetes-Cluster"))
        .collect();
    assert_eq!(clusters, ["a", "d"], "a name that is no word is not sent");
}

#[test]
fn many_proxies_do_not_make_it_endless() {
    let mut portal = Portal::new(|request: &Request| Ok(guarded(request)));
    let proxies = (0..500).map(|number| format!("p{number}")).collect();
    let live = ask("https://a", &mut portal, &Options { proxies, ..Options::default() }).expect("answers");
    assert_eq!(portal.asked.len(), 200);
    assert!(live.cut_short.is_some_and(|reason| reason.contains("200 requests")));
}

#[test]
fn a_refusal_of_many_attempts_ends_them() {
    let mut portal = Portal::new(|request: &Request| {
        Ok(if request.path().ends_with("/refresh") && request.path().contains("github") {
            status(429)
        } else {
            guarded(request)
        })
    });
    let live = ask("https://a", &mut portal, &Options::default()).expect("answers");
    assert_eq!(live.answered(Purpose::Burst).count(), 1);
    assert!(findings(live, "live-no-rate-limit").is_empty());
}

#[test]
fn a_portal_that_stops_answering_is_left_alone_and_nothing_passes() {
    let mut count = 0;
    let mut portal = Portal::new(|_: &Request| {
        count += 1;
        if count == 1 { Ok(status(302)) } else { Err("no answer within 15 seconds".to_owned()) }
    });
    let live = ask("https://a", &mut portal, &Options { beyond_reading: true, ..Options::default() })
        .expect("answers");
    assert_eq!(portal.asked.len(), 4);
    assert!(live.cut_short.is_some());
    let unanswered = live.unanswered().count();
    let skipped = skipped(live);
    assert_eq!(unanswered, 3);
    // Those that look at whatever was answered had the first page.
    let looked = ["live-cookie", "live-plain-http", "live-software-disclosed"];
    for entry in registry().filter(|entry| entry.id.starts_with("live-") && !looked.contains(&entry.id)) {
        assert!(skipped.iter().any(|(id, _)| *id == entry.id), "`{}` passes: {skipped:?}", entry.id);
    }
}

#[test]
fn one_that_refuses_all_requests_is_left_alone() {
    let mut portal =
        Portal::new(|request: &Request| Ok(status(if request.target == "/" { 200 } else { 429 })));
    let live = ask("https://a", &mut portal, &Options::default()).expect("answers");
    assert_eq!(portal.asked.len(), 6);
    assert!(findings(live, "live-route-open").is_empty());
}

#[test]
fn what_is_no_portal_is_asked_little_and_told() {
    let mut portal = Portal::new(|_: &Request| Ok(body(200, "text/html", "<h1>It works!</h1>")));
    let live = ask("https://a", &mut portal, &Options::default()).expect("answers");
    assert!(portal.asked.len() < 50, "{}", portal.asked.len());
    assert!(live.unasked.iter().any(|unasked| unasked.reason.contains("is this the address of a portal?")));
    assert!(findings(live, "live-guest-sign-in").is_empty());
}

#[test]
fn what_answers_every_path_alike_is_not_open() {
    let mut portal = Portal::new(|_: &Request| Ok(body(200, "application/json", "{}")));
    let live =
        ask("https://a", &mut portal, &Options { token: true, ..Options::default() }).expect("answers");
    for rule in ["live-route-open", "live-proxy-open", "live-path-trick", "live-user-reaches"] {
        assert_eq!(findings(live.clone(), rule), Vec::<String>::new(), "{rule}");
    }
}

#[test]
fn a_secret_in_the_first_page_is_told_without_it() {
    let secret = ["glp", "at-", "x7Jq2ZkR9vLm4TnBw8Yd"].concat();
    let page = format!(
        "<script type=\"backstage.io/config\">\n[{{\"context\":\"a\",\"data\":{{\"x\":{{\"token\":\"{secret}\"}}}}}}]\n</script>"
    );
    let mut portal = Portal::new(|request: &Request| {
        Ok(if request.target == "/" { body(200, "text/html", &page) } else { guarded(request) })
    });
    let live = ask("https://a", &mut portal, &Options::default()).expect("answers");
    let found = findings(live, "live-config-disclosed");
    assert!(found.iter().any(|message| message.contains("a secret: GitLab")), "{found:?}");
    assert!(!found.concat().contains(&secret));
}

#[test]
fn hosts_and_loopback_are_told_from_addresses() {
    for (base, host, is_loopback) in [
        ("http://localhost:7007", "localhost", true),
        ("http://127.0.0.1:7007/x", "127.0.0.1", true),
        ("http://[::1]:7007", "[::1]", true),
        ("https://portal.example.com/a", "portal.example.com", false),
        ("http://127.example.com", "127.example.com", false),
        ("http://[2001:db8::1]", "[2001:db8::1]", false),
    ] {
        let live = Live { base: base.to_owned(), ..Live::default() };
        assert_eq!((live.host(), live.is_loopback()), (host, is_loopback), "{base}");
        assert_eq!(live.is_plain(), base.starts_with("http:") && !is_loopback, "{base}");
    }
}

#[test]
fn curl_lines_hold_no_token_and_quote_what_they_must() {
    let request = Request::get("/a/../b?c='d'").with("Origin", "null").by(Credential::Token);
    assert_eq!(
        request.curl("https://a"),
        r#"curl -sSi --path-as-is -H "Authorization: Bearer $TOKEN" -H 'Origin: null' 'https://a/a/../b?c='\''d'\'''"#
    );
    assert!(Request::get("/%2E%2e/x").curl("https://a").contains("--path-as-is"));
    let upgrade = Request::get("/s").with("Upgrade", "websocket").curl("https://a");
    assert!(upgrade.contains("--http1.1 --max-time 5"), "{upgrade}");
    let guest = Request::get("/x").by(Credential::Guest).curl("https://a");
    assert!(guest.starts_with("GUEST=$(curl -sS -H 'X-Requested-With: XMLHttpRequest'"), "{guest}");
    assert!(guest.ends_with("curl -sSi -H \"Authorization: Bearer $GUEST\" 'https://a/x'"), "{guest}");
}
