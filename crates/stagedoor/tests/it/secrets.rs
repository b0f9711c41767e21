//! Nothing leaks: a secret put anywhere into the portal, or into what it reads, comes out of it nowhere.

mod changes;
mod harvest;
mod needles;
mod planting;
mod printed;
mod requests;

use std::sync::Arc;
use std::time::Duration;

use secrets::{FingerprintKey, Rules, Scanner};
use serde_json::Value;
use testkit::{Portal, Setup};

use crate::world;
use harvest::Harvest;
use needles::Needles;
use planting::Garden;
use requests::Callers;

/// The company, its catalog in files of all kinds, its database in a file, its log as talkative as can be.
const CONFIG: &str = "\
backend:
  database:
    connection: { directory: ./data }
  auth:
    externalAccess:
      - type: static
        options: { token: ci-0123456789abcdef0123456789abcdef, subject: ci }
catalog:
  rules:
    - allow: [User, Group, Component, API, Template, Location, Resource, System, Domain]
  locations:
    - { type: file, target: ./catalog.yaml }
    - { type: file, target: ./all.yaml }
stagedoor:
  log: { level: trace }
";
const ALL: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: { name: all }
spec: { type: file, targets: [./catalog/*.yaml] }
";

fn scanner() -> Scanner {
    let key = FingerprintKey::kept(b"a key for tests only".to_vec()).expect("it is long enough");
    Scanner::new(Rules::builtin(), key, Arc::new(model::SystemClock))
}

/// A portal that reads the garden; `more` is YAML below `stagedoor`.
fn portal(garden: &Garden, more: &str) -> Setup {
    let setup = Setup::new(crate::BINARY).config(&format!("{CONFIG}{more}"));
    let setup = setup.file("catalog.yaml", world::CATALOG).file("all.yaml", ALL);
    garden.files.iter().fold(setup, |setup, (path, text)| setup.file(path, text))
}

/// Waits until the catalog is read: no more entities come.
async fn settled(portal: &Portal, least: u64) {
    portal.holds(world::TOKEN, least).await;
    let mut before = (0, Value::Null);
    portal
        .until("the catalog is read", async || {
            tokio::time::sleep(Duration::from_millis(700)).await;
            let after = portal.get("/api/catalog/entities/by-query?limit=0", world::TOKEN).await;
            let same = after == before;
            before = after;
            same
        })
        .await;
}

/// Stops it; its files stay, and nothing writes them any more.
async fn stopped(portal: &Portal) {
    portal.signal("TERM");
    let wal = portal.folder().join("data/stagedoor.db-wal");
    let gone = || std::net::TcpStream::connect(("127.0.0.1", portal.port())).is_err() && !wal.exists();
    portal.until("it has stopped", async || gone()).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_planted_anywhere_in_the_catalog_come_out_nowhere() {
    let garden = Garden::grow(&scanner(), 41, 1, |_| true);
    assert!(garden.secrets.len() >= 300, "{} secrets", garden.secrets.len());
    assert_eq!(garden.barren, [""; 0], "every kind is planted");
    let labels = garden.secrets.iter().map(|secret| (secret.label.clone(), secret.variable.as_str()));
    let needles = Needles::new(labels, &garden.fixed);
    let mut harvest = Harvest::new(&needles);

    let metrics = format!("http://127.0.0.1:{}/metrics", testkit::free_port());
    let listen = metrics.trim_start_matches("http://").trim_end_matches("/metrics");
    let portal = portal(&garden, &format!("  metrics: {{ listen: '{listen}' }}\n")).start().await;
    // Some are refused, for what is planted in refs and names; most are there, masked.
    settled(&portal, garden.good * 9 / 10).await;
    let user = portal.token("ada").await;
    let entities = harvest.entities(&portal, &user).await;
    let is_masked = |entity: &&Value| ["***", "…"].iter().any(|mask| entity.to_string().contains(mask));
    let masked = entities.iter().filter(is_masked).count() as u64;
    assert!(masked >= garden.good * 8 / 10, "{masked} of {} entities hold a mask", entities.len());
    harvest.routes(&portal, &user, &entities).await;
    let (status, _) = harvest.ask("metrics", portal.client().get(metrics)).await;
    assert_eq!(status, 200);
    let fragments = garden.secrets.iter().filter_map(|secret| secret.variable.get(..needles::RUN - 1));
    let plain = fragments.filter(|start| start.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let fragments: Vec<String> = plain.step_by(8).map(str::to_owned).collect();
    harvest.searches(&portal, &user, &fragments).await;
    let files = portal.folder().join("data");
    harvest.belongings(&portal, &files);
    stopped(&portal).await;
    harvest.belongings(&portal, &files);
    assert!(harvest.bytes > 10_000_000, "only {} bytes were looked at", harvest.bytes);
    harvest.nothing_leaked();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_caller_sends_is_kept_and_told_masked() {
    let callers = Callers::come(&scanner(), 43, 80);
    assert!(callers.secrets.len() >= 40, "{} secrets", callers.secrets.len());
    assert_eq!(callers.places(), requests::all_places(), "every place of a request is tried");
    let labels = callers.secrets.iter().map(|secret| (secret.label.clone(), secret.variable.as_str()));
    let needles = Needles::new(labels, "");
    let mut harvest = Harvest::new(&needles);
    let portal = portal(&Garden::default(), "").start().await;
    settled(&portal, world::ENTITIES).await;
    callers.call(&portal, &mut harvest);
    stopped(&portal).await;
    harvest.belongings(&portal, &portal.folder().join("data"));
    harvest.nothing_leaked();
}

/// The tests of what becomes of a whole version need fewer secrets: the places are the same.
fn bed(seed: u64) -> Garden {
    let mut turn = 0;
    Garden::grow(&scanner(), seed, 1, |_| {
        turn += 1;
        turn % 6 == 0
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_or_is_refused_leaks_nothing_either() {
    for (on_ingest, seed) in [("quarantine", 47), ("reject", 53)] {
        let garden = bed(seed);
        assert!(garden.secrets.len() > 50, "{} secrets", garden.secrets.len());
        let labels = garden.secrets.iter().map(|secret| (secret.label.clone(), secret.variable.as_str()));
        let needles = Needles::new(labels, &garden.fixed);
        let mut harvest = Harvest::new(&needles);
        let portal = portal(&garden, &format!("  secrets: {{ onIngest: {on_ingest} }}\n")).start().await;
        settled(&portal, world::ENTITIES).await;
        // Ada owns most of them: in quarantine she sees what others do not.
        let user = portal.token("ada").await;
        let entities = harvest.entities(&portal, &user).await;
        harvest.routes(&portal, &user, &entities).await;
        let owned: Vec<Value> = (0..garden.secrets.len())
            .flat_map(|at| ["component", "api"].map(|kind| (kind, at)))
            .map(|(kind, at)| serde_json::json!({ "kind": kind, "metadata": { "name": format!("part-{at}") } }))
            .collect();
        let seen = harvest.named(&portal, &user, &owned).await;
        assert_eq!(seen > 0, on_ingest == "quarantine", "{seen} versions are shown to their owner");
        let files = portal.folder().join("data");
        harvest.belongings(&portal, &files);
        stopped(&portal).await;
        harvest.belongings(&portal, &files);
        harvest.nothing_leaked();
    }
}
