use std::fs;

use crate::{Config, Environment, Mode, Request};

fn load(files: &[(&str, &str)], variables: &[(&str, &str)]) -> (tempfile::TempDir, Config) {
    let root = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(root.path().join(name), text).expect("a file");
    }
    let environment: Environment = variables.iter().copied().collect();
    let request =
        Request { files: Vec::new(), root: root.path().to_owned(), environment, mode: Mode::Production };
    let config = Config::load(&request).expect("a config");
    (root, config)
}

fn story(config: &Config, key: &str) -> String {
    config.explain(key).expect("a value").to_string()
}

#[test]
fn tells_where_from_and_what_it_overrode() {
    let (root, config) = load(
        &[
            (
                "app-config.yaml",
                "app: { title: Base }\nbackend:\n  database: { $include: db.yaml#pg }\n  auth:\n    keys: [{secret: old-secret}]\n",
            ),
            (
                "db.yaml",
                "pg:\n  client: pg\n  connection: { host: '${HOST}', password: { $file: pw.txt } }\n",
            ),
            ("pw.txt", "hunter2\n"),
            ("app-config.local.yaml", "app:\n  title: Local\nbackend:\n  auth: null\n"),
        ],
        &[("APP_CONFIG_app_title", "From the environment"), ("HOST", "db.example")],
    );
    let all = ["app.title", "backend.database.connection", "backend.auth", "app"]
        .map(|key| story(&config, key))
        .join("\n")
        .replace(&root.path().display().to_string(), "ROOT");
    insta::assert_snapshot!(all);
    assert!(!all.contains("hunter2") && !all.contains("old-secret"));
}

#[test]
fn odd_keys_and_indices_can_be_asked_for() {
    let (_root, config) =
        load(&[("app-config.yaml", "proxy:\n  /a.b: { list: [[x], {y: 1}] }\na: { b: 1 }\na.b: 2\n")], &[]);
    assert!(story(&config, "proxy./a.b.list[0][0]").starts_with("proxy./a.b.list[0][0]: \"x\"\n"));
    assert!(story(&config, "proxy./a.b.list[1].y").contains("app-config.yaml:2:27"));
    // The longest key that fits wins.
    assert!(story(&config, "a.b").starts_with("a.b: 2\n"));
    for missing in ["nope", "a.", "proxy./a.b.list[2]", "proxy./a.b.list[x]", "a.b.c", "proxy./a.b.lis"] {
        assert_eq!(config.explain(missing), None, "{missing}");
    }
}
