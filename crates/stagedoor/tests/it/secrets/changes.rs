//! What was no secret yesterday: rules that change, and values that only the configuration calls secret.

use std::path::Path;

use corpus::{BASE62, Rng};
use testkit::{Portal, Setup};

use super::harvest::Harvest;
use super::needles::Needles;
use super::{CONFIG, settled, stopped};
use crate::{wire, world};

/// A portal whose database and catalog are in this folder, which outlives it.
fn kept(home: &Path, config: &str) -> Setup {
    let at = |name: &str| format!("'{}'", home.join(name).display());
    let config = config.replace("./data", &at("data")).replace("./catalog.yaml", &at("catalog.yaml"));
    Setup::new(crate::BINARY).config(&config)
}

const RULES: &str = "\
[[rule]]
id = 'acme-token'
name = 'Acme token'
source = 'made up for this test'
keywords = ['acme_']
pattern = 'acme_[0-9A-Za-z]{40}'
";
const OTHER_RULES: &str = "\
[[rule]]
id = 'other-token'
name = 'token of somebody else'
source = 'made up for this test'
keywords = ['othr_']
pattern = 'othr_[0-9A-Za-z]{40}'
";

fn with_rules() -> String {
    format!("{CONFIG}  secrets: {{ rules: [./rules.toml] }}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_rule_holds_for_what_is_stored_before_it_is_served() {
    let mut rng = Rng::new(67);
    let tokens: Vec<String> = (0..30).map(|_| rng.text(BASE62, 40)).collect();
    let entities = tokens.iter().enumerate().map(|(at, token)| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: part-{at}\n  description: call it with acme_{token}\n  \
             annotations: {{ acme.internal/note: 'acme_{token}' }}\nspec:\n  type: openapi\n  lifecycle: production\n  owner: team-a\n  \
             definition: |\n    openapi: 3.0.3\n    x-note: acme_{token}\n"
        )
    });
    let catalog: String = std::iter::once(world::CATALOG.to_owned()).chain(entities).collect();
    let home = tempfile::TempDir::new().expect("a folder");
    let (file, data) = (home.path().join("catalog.yaml"), home.path().join("data"));
    std::fs::write(&file, catalog).expect("it can be written");
    let needles = Needles::new(tokens.iter().map(|token| ("a token".to_owned(), token.as_str())), "");
    let whole = world::ENTITIES + tokens.len() as u64;
    let path = "/api/catalog/entities/by-name/api/default/part-7";

    let before = kept(home.path(), &with_rules()).file("rules.toml", OTHER_RULES).start().await;
    before.holds(world::TOKEN, whole).await;
    let (_, shown) = before.get(path, world::TOKEN).await;
    assert!(shown.to_string().contains(&tokens[7]), "no rule knows it yet");
    end(before, &data).await;
    let mut stored = Harvest::new(&needles);
    files(&mut stored, &data);
    assert!(stored.has_leaks(), "the files hold them, so that their end can be seen");

    // The catalog cannot be read any more: what is served is what is stored.
    std::fs::write(&file, ": : [").expect("it can be written");
    let after = kept(home.path(), &with_rules()).file("rules.toml", RULES).start().await;
    let mut harvest = Harvest::new(&needles);
    let first = after.client().get(after.url(path)).bearer_auth(world::TOKEN);
    let (status, body) = harvest.ask("the first request", first).await;
    assert!(status == 200 && body.contains("acme_…"), "{status} {body}");
    let user = after.token("ada").await;
    let entities = harvest.entities(&after, &user).await;
    assert!(entities.len() as u64 >= whole, "{} entities", entities.len());
    harvest.routes(&after, &user, &entities).await;
    harvest.belongings(&after, &data);
    end(after, &data).await;
    files(&mut harvest, &data);
    harvest.nothing_leaked();
}

async fn end(portal: Portal, data: &Path) {
    portal.signal("TERM");
    let wal = data.join("stagedoor.db-wal");
    portal.until("it has stopped", async || !wal.exists()).await;
    portal.stop().await;
}

fn files(harvest: &mut Harvest<'_>, data: &Path) {
    for entry in std::fs::read_dir(data).expect("the folder is there") {
        harvest.file(&entry.expect("an entry").path());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_configuration_calls_secret_is_known_wherever_it_comes() {
    let mut rng = Rng::new(71);
    let names = ["session", "header", "token", "key", "database", "reloaded token", "reloaded password"];
    let values: Vec<String> = names.iter().map(|_| rng.text(BASE62, 30)).collect();
    let [session, header, token, key, database, fresh, password] = &values[..] else {
        panic!("there are seven")
    };
    let config = format!(
        "{CONFIG}  secrets: {{ fingerprintKey: {key} }}\n\
         auth:\n  session: {{ secret: {session} }}\n\
         proxy:\n  endpoints:\n    /x: {{ target: 'https://x.example', headers: {{ X-Team: {header} }} }}\n"
    );
    let config = config.replace(
        "  auth:\n    externalAccess:\n",
        &format!(
            "  auth:\n    externalAccess:\n      - type: static\n        options: {{ token: {token}, subject: other }}\n"
        ),
    );
    let config = config.replace(
        "  database:\n",
        &format!("  database:\n    plugin: {{ search: {{ connection: {{ password: {database} }} }} }}\n"),
    );
    let told = values[..5].join(" and ");
    let catalog =
        world::CATALOG.replace("name: shop }", &format!("name: shop, description: 'not {told}' }}"));
    let setup = Setup::new(crate::BINARY).config(&config).file("catalog.yaml", &catalog);
    let portal = setup.start().await;
    settled(&portal, world::ENTITIES).await;

    let labels = names.iter().map(|name| (*name).to_owned()).zip(values.iter().map(String::as_str));
    let needles = Needles::new(labels, "");
    let mut harvest = Harvest::new(&needles);
    let user = portal.token("ada").await;
    let entities = harvest.entities(&portal, &user).await;
    let shop =
        entities.iter().find(|entity| entity["metadata"]["name"] == "shop").expect("the shop is there");
    let description = shop["metadata"]["description"].as_str().expect("a text");
    assert!(description.starts_with("not ") && description.contains(" and "), "{description}");
    harvest.routes(&portal, &user, &entities).await;
    for value in &values[..5] {
        for (line, agent) in [
            (format!("GET /api/catalog/entities/by-name/api/default/{value}"), "x"),
            (format!("GET /catalog?q={value}"), "x"),
            (format!("GET /api/catalog/entities?limit={value}"), value.as_str()),
        ] {
            let authorization = format!("Bearer {}", world::TOKEN);
            let headers = [("Authorization", authorization.as_str()), ("User-Agent", agent)];
            let answer = wire::request(portal.port(), &line, &headers);
            harvest.know(&answer.header("x-request-id"));
            harvest.take("an answer to one who knows it", answer.whole().as_bytes());
        }
    }
    // A configuration that is refused is told in the log, and quotes what it does not know.
    let local = portal.folder().join("app-config.local.yaml");
    let wrong = config.replace("subject: other", &format!("subject: other, token: {fresh}"));
    for (at, wrong) in [
        wrong,
        config.replace("type: static\n        options: { token: ci", &format!("type: {fresh}\n        options: {{ token: {fresh}, x: ci")),
        config.replace("connection: { directory: ./data }", &format!("connection: {{ password: {password}, directory: ./data, host: {password} }}\n    client: {password}")),
        config.replace("log: {", &format!("metrics: {{ token: {fresh}, listen: '{fresh}' }}\n  log: {{")),
    ]
    .iter()
    .enumerate()
    {
        assert_ne!(wrong, &config, "{at}");
        std::fs::write(&local, wrong).expect("it can be written");
        portal.signal("HUP");
        let refused = || {
            let records = portal.audit();
            let is_one = |record: &&serde_json::Value| {
                record["action"] == "stagedoor.reload"
                    && record["resourceRef"] == "configuration"
                    && record["outcome"] == "denied"
            };
            records.iter().filter(is_one).count()
        };
        portal.until("it is refused", async || refused() > at).await;
    }
    let files = portal.folder().join("data");
    harvest.belongings(&portal, &files);
    stopped(&portal).await;
    harvest.belongings(&portal, &files);
    harvest.nothing_leaked();
}
