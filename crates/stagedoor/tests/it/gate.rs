//! The production checklist at the door of `serve`: what is insecure does not start, what somebody answers for does and
//! is recorded, a reload keeps the old configuration, and the posture page shows it all.

use testkit::Portal;

use crate::command::stagedoor;
use crate::{wire, world};

/// What is insecure: below the common configuration; the rule; the line of app-config.local.yaml it is told at.
const INSECURE: &[(&str, &str)] = &[
    (
        "kubernetes:\n  clusterLocatorMethods:\n  - type: config\n    clusters:\n    - { name: a, url: 'https://a.example', authProvider: \
         serviceAccount, skipTLSVerify: true }\n",
        "kubernetes-skip-tls-verify",
    ),
    ("stagedoor:\n  edge: { trustedProxies: [3.0.0.0/8] }\n", "stagedoor-trusted-proxies"),
    (
        "proxy:\n  endpoints:\n    /x: { target: 'https://x.example', secure: false }\n",
        "proxy-tls-not-verified",
    ),
];

fn count_of_lines() -> usize {
    world::CONFIG.lines().count()
}

#[test]
fn what_is_insecure_does_not_start_in_production() {
    for (config, rule) in INSECURE {
        let (status, stdout, stderr) = world::production(config).refused();
        assert_eq!(status.code(), Some(2), "{rule}: {stderr}");
        assert_eq!(stdout, "", "nothing was served");
        let told =
            stderr.lines().find(|line| line.contains(rule)).unwrap_or_else(|| panic!("{rule}: {stderr}"));
        let line = told.strip_prefix("app-config.local.yaml:").and_then(|rest| rest.split(':').next());
        let line: usize = line.and_then(|line| line.parse().ok()).expect("it says the line");
        assert!(line > count_of_lines(), "{told}");
        assert!(
            stderr.contains("help: ") && stderr.contains(&format!("stagedoor check explain {rule}")),
            "{stderr}"
        );
    }
}

#[test]
fn settings_of_the_server_itself_are_judged_too() {
    for (config, told) in [
        ("backend:\n  database: { client: better-sqlite3, connection: ':memory:' }\n", "database-in-memory"),
        ("backend:\n  cors: { origin: '*', credentials: true }\n", "backend.cors.origin"),
        (
            "backend:\n  auth: { dangerouslyDisableDefaultAuthPolicy: true }\n",
            "dangerouslyDisableDefaultAuthPolicy",
        ),
        (
            "auth: { providers: { guest: { dangerouslyAllowOutsideDevelopment: true } } }\n",
            "auth.providers.guest.dangerouslyAllowOutsideDevelopment",
        ),
    ] {
        let (status, stdout, stderr) = world::production("").file("app-config.local.yaml", config).refused();
        assert_eq!((status.code(), stdout.as_str()), (Some(2), ""), "{stderr}");
        assert!(stderr.contains(told) && stderr.contains("app-config.local.yaml:"), "{stderr}");
    }
    // A value from a variable is no way around it.
    let (status, _, stderr) = world::production("stagedoor:\n  edge: { trustedProxies: ['${RANGE}'] }\n")
        .variable("RANGE", "3.0.0.0/8")
        .refused();
    assert_eq!(status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("stagedoor-trusted-proxies"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn development_starts_with_it_and_says_so_on_the_page() {
    let policy = "stagedoor:\n  policy: { path: ./policy }\n";
    let reads = "permit (principal, action in [Action::\"catalog.entity.read\", Action::\"stagedoor.self.read\"], resource);\n";
    let posture = "permit (principal == User::\"user:default/ada\", action == Action::\"stagedoor.posture.read\", resource);\n";
    let insecure = INSECURE[0].0;
    for (cedar, status) in [(format!("{reads}{posture}"), 200), (reads.to_owned(), 403)] {
        let portal =
            world::company(&format!("{insecure}{policy}")).file("policy/all.cedar", &cedar).start().await;
        portal.holds(world::TOKEN, world::ENTITIES).await;
        not_for_strangers(&portal);
        let page = page(&portal);
        assert_eq!(page.status, status, "{}", page.body);
        assert_eq!(page.body.contains("kubernetes-skip-tls-verify"), status == 200);
        assert_eq!(page.body.contains("class=\"checklist\""), status == 200);
    }
}

/// Whoever has no session is asked to sign in, whatever else is sent along, and is told nothing of the checklist.
fn not_for_strangers(portal: &Portal) {
    let nonsense: [&[(&str, &str)]; 4] = [
        &[],
        &[("Authorization", "Bearer nonsense")],
        &[("Cookie", "stagedoor-session=nonsense")],
        &[("Accept", "application/json")],
    ];
    for headers in nonsense {
        for target in ["GET /posture", "HEAD /posture", "GET /posture/", "GET //posture", "GET /POSTURE"] {
            let answer = wire::request(portal.port(), target, headers);
            let is_refused = matches!(answer.status, 400 | 401 | 404);
            assert!(is_refused, "{target} {headers:?}: {}", answer.status);
            for told in ["kubernetes-skip-tls-verify", "checklist", "Clusters are spoken to"] {
                assert!(!answer.whole().contains(told), "{target} {headers:?}: {}", answer.whole());
            }
        }
    }
    let plain = wire::request(portal.port(), "GET /posture", &[]);
    assert_eq!(plain.status, 401, "{}", plain.whole());
    assert!(plain.body.contains("<h1>Sign in</h1>"), "{}", plain.body);
}

/// `/posture` as ada sees it.
fn page(portal: &Portal) -> wire::Answer {
    let token = portal.link().split_once("token=").expect("the link holds a token").1.to_owned();
    let body = format!("token={token}&user=user%3Adefault%2Fada");
    let origin = format!("http://127.0.0.1:{}", portal.port());
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let answer = wire::post(portal.port(), "/sign-in/link", &[form, ("Origin", &origin)], &body);
    let cookie = answer.header("Set-Cookie").split(';').next().expect("a cookie").to_owned();
    wire::request(portal.port(), "GET /posture", &[("Cookie", &cookie)])
}

fn accept(until: &str, reason: &str) -> String {
    format!(
        "stagedoor:\n  accept:\n  - {{ rule: kubernetes-skip-tls-verify, where: kubernetes, until: '{until}', reason: '{reason}' }}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_accepted_starts_is_logged_and_recorded_first() {
    let insecure = INSECURE[0].0;
    let good = accept(&soon(), "the pilot ends in spring");
    let portal = world::production(&format!("{insecure}{good}")).start().await;
    let records = portal.audit();
    let accepted = records.iter().position(|record| record["action"] == "stagedoor.accept");
    let record = &records[accepted.expect("it is recorded")];
    assert_eq!(record["resourceRef"], "kubernetes-skip-tls-verify", "{record}");
    assert!(record.to_string().contains("the pilot ends in spring"), "{record}");
    assert!(portal.stderr().contains("the pilot ends in spring"), "{}", portal.stderr());
    for bad in [accept("2020-01-31", "over"), accept(&soon(), ""), accept("2099-01-31", "for ever")] {
        let (status, _, stderr) = world::production(&format!("{insecure}{bad}")).refused();
        assert_eq!(status.code(), Some(2), "{bad}\n{stderr}");
        assert!(stderr.contains("kubernetes-skip-tls-verify"), "{stderr}");
    }
}

/// A day that is near, whenever this runs.
#[expect(
    clippy::disallowed_methods,
    reason = "acceptances are compared with the day on which the server runs"
)]
fn soon() -> String {
    let day = time::OffsetDateTime::now_utc().date() + time::Duration::days(30);
    day.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_to_something_insecure_keeps_what_is_in_force() {
    let portal = world::production("").start().await;
    let ask = || {
        let authorization = format!("Bearer {}", world::TOKEN);
        let headers = [("Host", world::HOST), ("Authorization", authorization.as_str())];
        wire::request(portal.port(), "GET /api/catalog/entities?limit=1", &headers).status
    };
    assert_eq!(ask(), 200);
    let worse = world::CONFIG.replace(world::TOKEN, "another-0123456789abcdef0123456789") + INSECURE[0].0;
    std::fs::write(portal.folder().join("app-config.local.yaml"), worse).expect("it can be written");
    portal.signal("HUP");
    let denied = |record: &serde_json::Value| {
        record["action"] == "stagedoor.reload"
            && record["resourceRef"] == "configuration"
            && record["outcome"] == "denied"
    };
    portal.until("it is refused", async || portal.audit().iter().any(denied)).await;
    assert_eq!(ask(), 200, "the old token is in force");
    assert!(portal.stderr().contains("kubernetes-skip-tls-verify"), "{}", portal.stderr());
}

#[test]
fn a_check_of_the_configuration_says_the_same() {
    let setup = world::production(INSECURE[0].0);
    let ended = stagedoor(setup.folder(), &["config", "check"], &[]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("kubernetes-skip-tls-verify"), "{}", ended.stderr);
}
