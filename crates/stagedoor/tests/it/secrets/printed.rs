//! What the command line prints: no secret of the files that it reads, of its arguments or of its
//! configuration.

use std::path::Path;

use corpus::{Carrier, Rng, generators};
use serde_json::Value;
use tempfile::TempDir;

use super::needles::Needles;
use crate::command::stagedoor;
use crate::world;

/// The next credential of a kind: its text, and its random part.
fn made(rule: &str, rng: &mut Rng) -> (String, String) {
    let generator = generators().iter().find(|generator| generator.rule == rule).expect("there is one");
    let one = generator.make(rng);
    assert!(matches!(one.carrier, Carrier::Alone), "{rule} says what it is");
    let variable = one.variable_text().to_owned();
    (one.text, variable)
}

const CONFIG: &str = "\
app:
  title: Portal SLACK of ours
  baseUrl: https://portal.example.com
  support:
    url: https://help.example.com/?access_token=GITHUB
    items: [{ title: Chat, text: 'ask with NPM, please' }]
backend:
  baseUrl: https://portal.example.com
  listen: 127.0.0.1:7010
  database:
    client: pg
    connection: { host: db.example.com, user: portal, password: OPAQUE1, database: portal }
  auth:
    externalAccess:
      - type: static
        options: { token: OPAQUE2, subject: ci }
proxy:
  endpoints:
    /x: { target: 'https://bob:OPAQUE3@t.example', headers: { X-Team: OPAQUE4 } }
custom:
  DD_API_KEY: HEX32
  plain: value
";

/// What the words in [`CONFIG`] stand for.
fn secrets() -> Vec<(&'static str, String, String)> {
    let mut rng = Rng::new(61);
    let mut all = Vec::new();
    for (word, rule) in [("SLACK", "slack-bot-token"), ("GITHUB", "github-pat"), ("NPM", "npm-token")] {
        let (text, variable) = made(rule, &mut rng);
        all.push((word, text, variable));
    }
    for word in ["OPAQUE1", "OPAQUE2", "OPAQUE3", "OPAQUE4"] {
        let text = rng.text(corpus::BASE62, 40);
        all.push((word, text.clone(), text));
    }
    let hex = rng.text(corpus::HEX, 32);
    all.push(("HEX32", hex.clone(), hex));
    all
}

fn with_secrets(text: &str) -> String {
    secrets().iter().fold(text.to_owned(), |text, (word, secret, _)| text.replace(word, secret))
}

/// Runs a command; both outputs, in which no secret is.
fn printed(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let secrets = secrets();
    let needles = Needles::new(secrets.iter().map(|(word, _, part)| ((*word).to_owned(), part.as_str())), "");
    // What production needs besides, where the configuration is judged.
    let sealing_key = [("APP_CONFIG_stagedoor_sealingKey", world::SEALING_KEY)];
    let variables = if arguments.contains(&"print") { &[][..] } else { &sealing_key };
    let ended = stagedoor(folder, arguments, variables);
    let all = format!("{}{}", ended.stdout, ended.stderr);
    let found = needles.found(all.as_bytes(), "", 1);
    // The masked form is no leak, but never say what was found.
    assert!(found.is_empty(), "{arguments:?} prints {found:?}");
    (ended.code, all.replace(&folder.display().to_string(), "FOLDER"))
}

fn folder(files: &[(&str, String)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), with_secrets(text)).expect("it can be written");
    }
    folder
}

#[test]
fn the_configuration_is_shown_without_any() {
    let folder = folder(&[("app-config.yaml", CONFIG.to_owned())]);
    let (code, yaml) = printed(folder.path(), &["config", "print"]);
    assert_eq!(code, 0, "{yaml}");
    insta::assert_snapshot!("configuration", yaml);
    let (_, json) = printed(folder.path(), &["config", "print", "--json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["custom"]["plain"], "value");
    let keys = ["app", "app.title", "app.support", "backend", "proxy", "custom", "custom.DD_API_KEY"];
    let explained = keys.map(|key| printed(folder.path(), &["config", "print", "--explain", key]).1);
    insta::assert_snapshot!("explained", explained.join("\n"));
    for key in keys {
        printed(folder.path(), &["config", "print", "--json", "--explain", key]);
    }
}

#[test]
fn a_refused_configuration_is_told_without_any() {
    let wrong = |from: &str, to: &str| CONFIG.replacen(from, to, 1);
    let cases = [
        wrong("listen: 127.0.0.1:7010", "listen: SLACK"),
        wrong("listen: 127.0.0.1:7010", "listen: { host: OPAQUE1, port: HEX32 }"),
        wrong("client: pg", "client: NPM"),
        wrong("password: OPAQUE1", "port: OPAQUE1, password: OPAQUE1"),
        wrong("host: db.example.com", "host: OPAQUE1"),
        wrong("connection: { host", "connection: 'postgres://portal:OPAQUE1@db:port/x' # { host"),
        wrong("subject: ci", "subject: OPAQUE2"),
        wrong("subject: ci", "subject: ci, accessRestrictions: [{ plugin: OPAQUE2 }]"),
        wrong("type: static", "type: OPAQUE2"),
        wrong("baseUrl: https://portal.example.com\n  listen", "baseUrl: https://u:OPAQUE3@portal\n  listen"),
        wrong("custom:", "stagedoor: { log: { level: GITHUB }, edge: { allowedSources: [HEX32] } }\ncustom:"),
        wrong("custom:", "stagedoor: { secrets: { rules: [OPAQUE4], fingerprintKey: short } }\ncustom:"),
        wrong("custom:", "stagedoor: { policy: { path: ./SLACK } }\ncustom:"),
        wrong(
            "custom:",
            "integrations: { github: [{ host: 'https://u:OPAQUE3@x', token: OPAQUE4 }] }\ncustom:",
        ),
        wrong("custom:", "auth: { session: { secret: [OPAQUE4] } }\ncustom:"),
        wrong("custom:", "SLACK: { GITHUB: { $include: NPM } }\ncustom:"),
        wrong("DD_API_KEY: HEX32", "DD_API_KEY: \"HEX32\" HEX32"),
        wrong("DD_API_KEY: HEX32", "DD_API_KEY: HEX32\n  DD_API_KEY: HEX32"),
        wrong("DD_API_KEY: HEX32", "? HEX32\n  : [ OPAQUE1"),
        wrong("DD_API_KEY: HEX32", "DD_API_KEY: \"\\q HEX32\""),
        wrong("DD_API_KEY: HEX32", "DD_API_KEY: *HEX32"),
    ];
    let mut told = String::new();
    for case in &cases {
        let folder = folder(&[("app-config.yaml", case.clone())]);
        for command in
            [&["serve"][..], &["config", "check"], &["config", "check", "--json"], &["config", "print"]]
        {
            // Those that are good start no server: the database is not there.
            let (_, printed) = printed(folder.path(), command);
            if command[0] == "config" && command.len() == 2 && command[1] == "check" {
                told.extend([printed.as_str(), "\n"]);
            }
        }
    }
    insta::assert_snapshot!("refused", told);
}

#[test]
fn a_start_that_fails_and_a_mistake_in_the_arguments_are_told_without_any() {
    let folder = folder(&[("app-config.yaml", CONFIG.to_owned())]);
    for database in ["127.0.0.1, port: 1", "OPAQUE1.invalid"] {
        let config = with_secrets(&CONFIG.replace("db.example.com", database));
        std::fs::write(folder.path().join("app-config.yaml"), config).expect("it can be written");
        printed(folder.path(), &["serve"]);
    }
    for (word, secret, _) in secrets().iter().filter(|(word, ..)| ["SLACK", "GITHUB", "NPM"].contains(word)) {
        for arguments in [
            &["serve", secret][..],
            &["serve", "--config", secret],
            &[&format!("--token={secret}")],
            &["config", "print", "--explain", secret],
            &["catalog", "validate", secret],
            &["demo", "--port", secret],
        ] {
            let (code, _) = printed(folder.path(), arguments);
            assert_ne!(code, 0, "{word}");
        }
    }
}

#[test]
fn catalog_files_are_judged_without_showing_any() {
    let entity = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: part\nspec: { type: service, lifecycle: production, owner: team-a }\n";
    let with = |from: &str, to: &str| entity.replacen(from, to, 1);
    let key = "-----BEGIN PRIVATE KEY-----\n      MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n      HEX32HEX32\n      -----END PRIVATE KEY-----\n";
    let cases = [
        with("name: part", "name: 'the SLACK of it'"),
        with("kind: Component", "kind: GITHUB"),
        with("name: part", "name: part\n  DD_API_KEY: [HEX32]\n  tags: ['DD_API_KEY=HEX32']"),
        with("name: part", "name: part\n  annotations:\n    DD_API_KEY: HEX32\n    a b: HEX32"),
        with("type: service", "type: [NPM]"),
        with("name: part", &format!("name: part\n  annotations:\n    key: |\n      {key}    : :")),
        with("spec:", "SLACK: 1\nSLACK: 2\nspec:"),
    ];
    let mut told = String::new();
    for case in cases {
        let folder = folder(&[("a.yaml", case)]);
        let (code, text) = printed(folder.path(), &["catalog", "validate", "a.yaml"]);
        assert_eq!(code, 1, "{text}");
        told += &text;
        let (_, json) = printed(folder.path(), &["catalog", "validate", "--json", "a.yaml"]);
        serde_json::from_str::<Value>(&json).expect("JSON");
    }
    insta::assert_snapshot!("catalog", told);
}
