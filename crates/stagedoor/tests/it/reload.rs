//! Reading again while requests are served, and stopping without breaking one.

use std::io::Write as _;
use std::path::Path;

use testkit::Portal;

use crate::{wire, world};

const EVERYTHING: &str = "permit (principal, action == Action::\"catalog.entity.read\", resource);\n";
const NO_USERS: &str = "permit (principal, action == Action::\"catalog.entity.read\", resource) unless { resource.kind == \"user\" };\n";
const POLICY: &str = "stagedoor:\n  policy: { path: ./policy }\n";

fn write(path: &Path, text: &str) {
    // As careful tools do it: another file in the old one's place.
    let fresh = path.with_extension("fresh");
    std::fs::write(&fresh, text).expect("it can be written");
    std::fs::rename(&fresh, path).expect("it can be moved");
}

async fn reads_ada(portal: &Portal) -> u16 {
    portal.get("/api/catalog/entities/by-name/user/default/ada", world::TOKEN).await.0
}

fn reloads(portal: &Portal, what: &str, outcome: &str) -> usize {
    let records = portal.audit();
    let of = |record: &&serde_json::Value| {
        record["action"] == "stagedoor.reload"
            && record["resourceRef"] == what
            && record["outcome"] == outcome
    };
    records.iter().filter(of).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tightened_policy_is_in_force_without_a_restart_and_a_broken_one_is_not() {
    let portal = world::company(POLICY).file("policy/all.cedar", EVERYTHING).start().await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    let file = portal.folder().join("policy/all.cedar");
    assert_eq!(reads_ada(&portal).await, 200);
    write(&file, NO_USERS);
    portal.until("users are hidden", async || reads_ada(&portal).await == 404).await;
    portal.until("it is recorded", async || reloads(&portal, "policy", "allowed") >= 1).await;
    // Broken, in two ways: the one before stays.
    let broken = [
        "permit (principal, action, resource",
        "permit (principal, action == Action::\"catalog.entity.raed\", resource);",
    ];
    for (at, broken) in broken.iter().enumerate() {
        write(&file, broken);
        portal.signal("HUP");
        portal.until("it is refused", async || reloads(&portal, "policy", "denied") > at).await;
        assert_eq!(reads_ada(&portal).await, 404, "{broken}");
    }
    assert!(portal.stderr().contains("the old policy stays"), "{}", portal.stderr());
    // A file more in the folder counts, too.
    write(&file, EVERYTHING);
    portal.until("users are back", async || reads_ada(&portal).await == 200).await;
    write(
        &portal.folder().join("policy/users.cedar"),
        "forbid (principal, action == Action::\"catalog.entity.read\", resource) when { resource.kind == \"user\" };\n",
    );
    portal.until("users are hidden again", async || reads_ada(&portal).await == 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_sources_and_locations_change_with_the_configuration() {
    let portal = world::company("").start().await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    let local = portal.folder().join("app-config.local.yaml");
    let fresh_token = "another-0123456789abcdef0123456789";
    let changed = world::CONFIG.replace(world::TOKEN, fresh_token)
        + "    - type: file\n      target: ./more.yaml\n      rules: [{ allow: [Group] }]\nstagedoor:\n  edge:\n    allowedSources:\n      - paths: [/access]\n        sources: [10.0.0.0/8]\n";
    let more = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: team-b }\nspec: { type: team, children: [] }\n";
    std::fs::write(portal.folder().join("more.yaml"), more).expect("it can be written");
    write(&local, &changed);
    portal
        .until("the old token is out", async || {
            portal.get("/api/catalog/entities", world::TOKEN).await.0 == 401
        })
        .await;
    portal
        .until("the new location is read", async || {
            portal.get("/api/catalog/entities/by-name/group/default/team-b", fresh_token).await.0 == 200
        })
        .await;
    assert_eq!(wire::request(portal.port(), "GET /access", &[]).status, 403);
    // A broken configuration changes nothing and says where it is wrong.
    write(&local, &changed.replace("stagedoor:\n", "stagedoor:\n  egde: 1\n"));
    portal.until("it is refused", async || reloads(&portal, "configuration", "denied") >= 1).await;
    assert_eq!(portal.get("/api/catalog/entities", fresh_token).await.0, 200);
    assert!(portal.stderr().contains("app-config.local.yaml:"), "{}", portal.stderr());
    // What takes a restart is said to.
    write(&local, &format!("{changed}  session: {{ lifetime: 2h }}\n"));
    portal.until("it is told", async || portal.stderr().contains("session.lifetime")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_appear_are_noticed() {
    let setup = world::company("");
    // Everything is in the first file; the second is not there yet.
    let both = ["app-config.yaml", "app-config.local.yaml"]
        .map(|name| std::fs::read_to_string(setup.folder().join(name)).expect("it is there"));
    let merged = both[0].clone() + &both[1].replace("backend:\n  auth:", "x:\n  auth:");
    std::fs::remove_file(setup.folder().join("app-config.local.yaml")).expect("it is there");
    let portal = setup.file("app-config.yaml", &merged).start().await;
    let status = || async { portal.get("/api/catalog/entities", world::TOKEN).await.0 };
    assert_eq!(status().await, 401);
    let access = both[1].split("catalog:").next().expect("the first part").to_owned();
    std::fs::write(portal.folder().join("app-config.local.yaml"), &access).expect("it can be written");
    portal.until("the new file is read", async || status().await == 200).await;
    // A file that it includes is watched from then on.
    let including = access.replace(world::TOKEN, "{ $file: ./token.txt }");
    std::fs::write(portal.folder().join("token.txt"), "first-0123456789abcdef0123456789")
        .expect("it can be written");
    write(&portal.folder().join("app-config.local.yaml"), &including);
    portal
        .until("the included token counts", async || {
            portal.get("/api/catalog/entities", "first-0123456789abcdef0123456789").await.0 == 200
        })
        .await;
    write(&portal.folder().join("token.txt"), "second-0123456789abcdef0123456789");
    portal
        .until("the changed token counts", async || {
            portal.get("/api/catalog/entities", "second-0123456789abcdef0123456789").await.0 == 200
        })
        .await;
    assert_eq!(portal.get("/api/catalog/entities", "first-0123456789abcdef0123456789").await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_lets_running_requests_finish_and_takes_no_new_ones() {
    let portal = world::company("").start().await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    let port = portal.port();
    let mut slow = wire::connect(port);
    let head = format!(
        "POST /api/catalog/entities/by-refs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nContent-Type: \
         application/json\r\nContent-Length: 17\r\n\r\n{{",
        world::TOKEN
    );
    slow.write_all(head.as_bytes()).expect("it is taken");
    let mut probe = wire::connect(port);
    probe.write_all(b"GET /.backstage/health/v1/readiness HTTP/1.1\r\nHost: x\r\n").expect("it is taken");
    // Time for both to be read as far as they go.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    portal.signal("TERM");
    portal
        .until("new ones are refused", async || std::net::TcpStream::connect(("127.0.0.1", port)).is_err())
        .await;
    probe.write_all(b"\r\n").expect("it is taken");
    let unready = wire::answer(&mut probe).expect("an answer");
    assert_eq!(unready.status, 503);
    assert!(unready.body.contains("Backend is shutting down"), "{unready:?}");
    slow.write_all(b"\"entityRefs\":[]}").expect("it is taken");
    assert_eq!(wire::answer(&mut slow).expect("an answer").status, 200);
    let (status, lines) = portal.stop().await;
    assert!(status.success(), "{status}");
    let recorded = lines.iter().any(|line| line.contains("by-refs") && line.contains("isAuditEvent"));
    assert!(recorded, "the last request's record is out");
}
