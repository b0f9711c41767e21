//! Secrets in the catalog: who sees what of a version in quarantine, and what becomes of stored entities
//! when rules change. The secrets are put together when a test runs.

use std::path::Path;

use serde_json::Value;
use testkit::{Portal, Setup};

use crate::world;

const RULES: &str = r#"
[[rule]]
id = "demo-token"
name = "demo token"
source = "made up for these tests"
keywords = ["demo_"]
pattern = 'demo_[0-9A-Za-z]{32}'
"#;

/// A token that nobody issued.
fn token() -> String {
    format!("demo{}{}", '_', "k7RwZ2mXq9LdTfJ4sVbN8hYcP3gQaE6u")
}

/// The company, its shop described like this.
fn catalog(description: &str) -> String {
    let described = format!("metadata: {{ name: shop, description: '{description}' }}");
    world::CATALOG.replace("metadata: { name: shop }", &described)
}

fn path(name: &str) -> String {
    format!("/api/catalog/entities/by-name/component/default/{name}")
}

async fn description(portal: &Portal, token: &str) -> String {
    let (_, body) = portal.get(&path("shop"), token).await;
    body["metadata"]["description"].as_str().unwrap_or_default().to_owned()
}

fn statuses(body: &Value) -> Vec<&str> {
    let items = body.pointer("/status/items").and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item["error"]["name"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_in_quarantine_is_shown_masked_and_to_its_owners_alone() {
    let more = "  processingInterval: { seconds: 1 }\nstagedoor: { secrets: { onIngest: quarantine, rules: [demo.toml] } }\n";
    let portal =
        world::company(more).file("demo.toml", RULES).file("catalog.yaml", &catalog("first")).start().await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    let ada = portal.token("user:default/ada").await;
    assert_eq!(description(&portal, &ada).await, "first");

    let fresh = "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: fresh, description: 'KEY' }\nspec: { type: service, lifecycle: production, owner: team-a }\n";
    let file = portal.folder().join("catalog.yaml");
    let text = catalog(&format!("second {}", token())) + &fresh.replace("KEY", &token());
    std::fs::write(&file, text).expect("it can be written");
    portal.until("the version is in quarantine", async || description(&portal, &ada).await != "first").await;

    let masked = format!("demo_…{}", &token()[token().len() - 4..]);
    let (_, owned) = portal.get(&path("shop"), &ada).await;
    assert_eq!(owned["metadata"]["description"], format!("second {masked}"));
    let (_, others) = portal.get(&path("shop"), world::TOKEN).await;
    assert_eq!(others["metadata"]["description"], "first");
    for body in [&owned, &others] {
        assert_eq!(statuses(body), ["SecretQuarantinedError"], "{body}");
        assert_eq!(body["metadata"]["uid"], others["metadata"]["uid"]);
        assert_eq!(body["relations"], others["relations"]);
    }
    assert_ne!(owned["metadata"]["etag"], others["metadata"]["etag"]);
    let by_uid =
        format!("/api/catalog/entities/by-uid/{}", others["metadata"]["uid"].as_str().expect("a uid"));
    assert_eq!(portal.get(&by_uid, &ada).await.1, owned);
    // Lists know the clean version alone, whoever asks.
    let (_, found) = portal.get("/api/catalog/entities/by-query?filter=metadata.name=shop", &ada).await;
    assert_eq!(found["items"][0]["metadata"]["description"], "first");

    // One that never was clean is there for its owners only.
    let (status, body) = portal.get(&path("fresh"), &ada).await;
    assert_eq!((status, &body["metadata"]["description"]), (200, &Value::from(masked)));
    let (status, hidden) = portal.get(&path("fresh"), world::TOKEN).await;
    let (_, missing) = portal.get(&path("none"), world::TOKEN).await;
    assert_eq!((status, &hidden["error"]["name"]), (404, &missing["error"]["name"]));
    let (_, found) = portal.get("/api/catalog/entities/by-query?filter=metadata.name=fresh", &ada).await;
    assert_eq!(found["totalItems"], 0);

    std::fs::write(&file, catalog("third")).expect("it can be written");
    portal.until("it is mended", async || description(&portal, world::TOKEN).await == "third").await;
    portal.until("for its owners too", async || description(&portal, &ada).await == "third").await;
    assert_eq!(portal.get(&path("fresh"), &ada).await.0, 404);
    let printed = portal.lines().join("\n") + &portal.stderr();
    assert!(!printed.contains(&token()), "{printed}");
}

/// A portal over this folder's database and catalog, in the folder of its own.
fn over(data: &Path, rules: &str) -> Setup {
    let data = data.display();
    let database = format!(
        "backend:\n  database: {{ client: better-sqlite3, connection: {{ directory: '{data}' }} }}\n"
    );
    let config = world::CONFIG
        .replacen("backend:\n", &database, 1)
        .replace("./catalog.yaml", &format!("{data}/catalog.yaml"));
    Setup::new(crate::BINARY)
        .config(&format!("{config}stagedoor: {{ secrets: {{ rules: [{rules}] }} }}\n"))
        .file("demo.toml", RULES)
        .file("none.toml", &RULES.replace("demo_", "none_").replace("demo-", "none-"))
}

/// How many files of a database hold the token.
fn holding(data: &Path) -> usize {
    let token = token();
    let files =
        std::fs::read_dir(data).expect("the folder is there").map(|file| file.expect("a file").path());
    files
        .filter(|file| {
            file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("stagedoor.db"))
        })
        .filter(|file| {
            let bytes = std::fs::read(file).expect("it is read");
            bytes.windows(token.len()).any(|part| part == token.as_bytes())
        })
        .count()
}

/// The catalog of [`over`]: one secret in a description, one in a place that is not rewritten.
fn write_catalog(data: &Path) {
    let owned = "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: KEY }\nspec: { type: service, lifecycle: production, owner: team-a }\n";
    let text = catalog(&format!("a {}", token())) + &owned.replace("KEY", &token());
    std::fs::write(data.join("catalog.yaml"), text).expect("it can be written");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_rules_clean_what_is_stored_before_it_is_served() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let data = data.path();
    write_catalog(data);
    let portal = over(data, "none.toml").start().await;
    portal.holds(world::TOKEN, world::ENTITIES + 1).await;
    assert_eq!(description(&portal, world::TOKEN).await, format!("a {}", token()), "no rule knows it yet");
    portal.stop().await;
    assert!(holding(data) > 0, "the test can see it");

    // What cannot be read stays as it was: only what is stored is left to look at.
    std::fs::remove_file(data.join("catalog.yaml")).expect("it is there");
    let portal = over(data, "demo.toml").start().await;
    let (_, shop) = portal.get(&path("shop"), world::TOKEN).await;
    let masked = format!("a demo_…{}", &token()[token().len() - 4..]);
    assert_eq!(shop["metadata"]["description"], masked);
    assert_eq!(statuses(&shop), ["SecretMaskedWarning"]);
    assert_eq!(portal.get(&path(&token()), world::TOKEN).await.0, 404, "its ref held it");
    assert_eq!(holding(data), 0, "while it serves");
    let (_, lines) = portal.stop().await;
    assert!(!lines.join("\n").contains(&token()));
    assert_eq!(holding(data), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_change_while_it_serves_clean_what_is_stored() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let data = data.path();
    write_catalog(data);
    let portal = over(data, "none.toml").start().await;
    portal.holds(world::TOKEN, world::ENTITIES + 1).await;
    std::fs::remove_file(data.join("catalog.yaml")).expect("it is there");
    std::fs::write(portal.folder().join("none.toml"), RULES).expect("it can be written");
    let masked = format!("a demo_…{}", &token()[token().len() - 4..]);
    portal.until("it is masked", async || description(&portal, world::TOKEN).await == masked).await;
    portal.until("it is gone from the files", async || holding(data) == 0).await;
    assert_eq!(portal.get(&path(&token()), world::TOKEN).await.0, 404, "its ref held it");
}
