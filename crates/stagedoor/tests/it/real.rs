//! Real catalogs of real organisations: what is served is what the reference's own validators accept,
//! as far as the configured locations lead to it. Each exception is in a table, with its reason.

mod reach;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use testkit::{Portal, Setup};

use reach::{Reach, Why};

/// Entities that the validators accept and that are not served, and why. Which entities these are is
/// worked out from the files as well, and must be the same.
const NOT_SERVED: &[(&str, Why)] = &[
    // Their definitions are read from hosts that cannot be reached where tests run.
    ("api:default/argocd", Why::ReadsElsewhere),
    ("api:default/demo-graphql", Why::ReadsElsewhere),
    ("api:default/dex", Why::ReadsElsewhere),
    ("api:default/github-webhooks-consumer", Why::ReadsElsewhere),
    ("api:default/grafana", Why::ReadsElsewhere),
    ("api:default/grafana-public", Why::ReadsElsewhere),
    ("api:default/mco-grafana", Why::ReadsElsewhere),
    ("api:default/nexus-repo-manager3", Why::ReadsElsewhere),
    ("api:default/observatorium", Why::ReadsElsewhere),
    ("api:default/spotify", Why::ReadsElsewhere),
    ("api:default/vault", Why::ReadsElsewhere),
    ("api:default/wayback-archive", Why::ReadsElsewhere),
    ("api:default/wayback-search", Why::ReadsElsewhere),
    // The example catalog has these files and lists them nowhere.
    ("airesource:default/company-ai-tools", Why::NoLocation),
    ("api:default/config-schema", Why::NoLocation),
    ("api:default/petstore31", Why::NoLocation),
    ("component:alternative/different-namespace", Why::NoLocation),
    ("component:default/demo-service", Why::NoLocation),
    ("component:default/dream11-svc", Why::NoLocation),
    ("component:default/samdi-api", Why::NoLocation),
    ("group:default/team-e", Why::NoLocation),
    ("location:default/example-environments", Why::NoLocation),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_example_catalog_is_served() {
    served("backstage-catalog/", 150).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogs_of_many_organisations_are_served() {
    served("", 600).await;
}

/// Serves the catalog of a folder, started there with the configuration it has, and compares.
async fn served(folder: &str, at_least: usize) {
    let Some(real) = crate::reference("real") else { return };
    let expected = std::fs::read(real.join("expected.json")).expect("the validators' results are there");
    let expected: Value = serde_json::from_slice(&expected).expect("they are JSON");
    let reach = Reach::of(&real, folder, &expected);

    let setup = Setup::new(crate::BINARY).working_directory(real.join(folder));
    let port = setup.port().to_string();
    let setup = setup.arguments(&["--config", "app-config.yaml"]);
    let portal = setup.variable("APP_CONFIG_backend_listen_port", &port).start().await;
    let token = portal.token("user:default/guest").await;
    let wanted: BTreeSet<&str> = reach.accepted.keys().map(String::as_str).collect();
    assert!(wanted.len() >= at_least, "only {} entities are reached", wanted.len());
    portal.holds(&token, (wanted.len() + reach.locations) as u64).await;
    let entities = entities(&portal, &token).await;

    let found: BTreeSet<&str> = entities.keys().map(String::as_str).collect();
    let generated = |name: &&&str| name.starts_with("location:default/generated-");
    let more: Vec<_> = found.difference(&wanted).filter(|name| !generated(name)).collect();
    let fewer: Vec<_> = wanted.difference(&found).collect();
    assert!(more.is_empty() && fewer.is_empty(), "served as well: {more:#?}\nnot served: {fewer:#?}");
    assert_eq!(found.iter().filter(generated).count(), reach.locations);
    // The example catalog has no kinds of others; the organisations have many.
    assert_eq!(reach.refused.is_empty(), !folder.is_empty());
    explained(folder, &expected, &reach);
    of_the_first_file(&real, &reach, &entities);
    told(&reach, &entities);
}

/// Everything that is served, by ref.
async fn entities(portal: &Portal, token: &str) -> BTreeMap<String, Value> {
    let (status, body) = portal.get("/api/catalog/entities", token).await;
    assert_eq!(status, 200);
    let list = body.as_array().expect("a list").iter();
    list.map(|entity| {
        let text = |value: &Value| value.as_str().expect("every entity says it").to_lowercase();
        let metadata = &entity["metadata"];
        let name =
            format!("{}:{}/{}", text(&entity["kind"]), text(&metadata["namespace"]), text(&metadata["name"]));
        (name, entity.clone())
    })
    .collect()
}

/// The table above names exactly the accepted entities that are not served, each for its reason.
fn explained(folder: &str, expected: &Value, reach: &Reach) {
    let mut missing = BTreeMap::new();
    for (file, judged) in expected["files"].as_object().expect("a map of files") {
        let in_folder = file.starts_with(folder);
        for name in reach::known(judged).filter(|name| in_folder && !reach.accepted.contains_key(*name)) {
            let why = if reach.files.contains(file) { Why::ReadsElsewhere } else { Why::NoLocation };
            missing.insert(name, why);
        }
    }
    let in_folder = |name: &&str| missing.contains_key(name);
    let table: BTreeMap<_, _> = NOT_SERVED.iter().copied().filter(|(name, _)| in_folder(name)).collect();
    assert_eq!(table, missing);
    assert!(!folder.is_empty() || table.len() == NOT_SERVED.len(), "the table explains what is not so");
}

/// Where several files define an entity, the one that is reached first keeps it.
fn of_the_first_file(real: &std::path::Path, reach: &Reach, entities: &BTreeMap<String, Value>) {
    for (name, files) in &reach.accepted {
        let from = entities[name]["metadata"]["annotations"]["backstage.io/managed-by-location"].as_str();
        let from = from.expect("every entity says where it is from");
        let is = |file: &String| from == format!("file:{}", real.join(file).display());
        assert!(files.iter().any(is), "{name} is from {from}, not from one of {files:?}");
        // Configured locations are read in their order.
        let first = files.iter().map(|file| reach.order(file)).min();
        let ours = files.iter().find(|file| is(file)).map(|file| reach.order(file));
        assert_eq!(ours, first, "{name} is from {from}, though {files:?} define it");
    }
}

/// What could not be read is told of where it was asked for, and what was refused is told of too.
fn told(reach: &Reach, entities: &BTreeMap<String, Value>) {
    let items = |name: &str| -> Vec<&str> {
        let items = entities[name]["status"]["items"].as_array().into_iter().flatten();
        items.filter_map(|item| item["message"].as_str()).collect()
    };
    for (name, targets) in &reach.elsewhere {
        let told = items(name).len();
        assert!(told >= targets.len(), "{name} leads to {targets:?}, and only {told} problems are told of");
    }
    for name in &reach.refused {
        assert!(!entities.contains_key(name) || reach.accepted.contains_key(name), "{name} is served");
    }
}
