use super::super::tests::{bad, dev, dev_bad, good, refused};
use super::*;
use crate::{Environment, Mode, Request, Settings};

#[test]
fn nothing_written_masks_with_the_built_in_rules() {
    let secrets = good("").0.secrets;
    assert_eq!(secrets.on_ingest, OnIngest::Mask);
    assert!(secrets.rules.is_empty() && secrets.fingerprint_key.is_none() && secrets.allow.is_empty());
    for (word, wanted) in [("quarantine", OnIngest::Quarantine), ("reject", OnIngest::Reject)] {
        assert_eq!(
            good(&format!("stagedoor: {{ secrets: {{ onIngest: {word} }} }}")).0.secrets.on_ingest,
            wanted
        );
    }
    refused(&[("stagedoor: { secrets: { onIngest: ignore } }", "`ignore` is not known here")]);
}

#[test]
fn the_fingerprint_key_is_long_enough_and_never_shown() {
    let key = "k".repeat(16);
    let settings = good(&format!("stagedoor: {{ secrets: {{ fingerprintKey: {key} }} }}")).0;
    assert!(settings.secrets.fingerprint_key.as_ref().is_some_and(|found| *found.expose() == key));
    assert!(!format!("{settings:?}").contains(&key));
    let said = bad("stagedoor: { secrets: { fingerprintKey: fifteen-letters } }");
    assert!(said.contains("15 bytes; it needs 16") && !said.contains("fifteen"), "{said}");
}

#[test]
fn an_allowance_has_a_rule_a_reason_and_an_end() {
    let allow = |text: &str| format!("stagedoor: {{ secrets: {{ allow: [ {{ {text} }} ] }} }}");
    let found =
        good(&allow("rule: jwt, entity: 'API:default/Orders', reason: an example, until: 2027-01-31"));
    let [allowance] = &found.0.secrets.allow[..] else { panic!("one entry: {found:?}") };
    assert_eq!((allowance.rule.as_str(), allowance.reason.as_str()), ("jwt", "an example"));
    assert_eq!(allowance.entity.as_ref().map(EntityRef::as_str), Some("api:default/orders"));
    assert_eq!(allowance.until.unix_timestamp(), 1_801_440_000, "the first of February");
    assert!(good(&allow("rule: jwt, reason: x, until: '2027-12-31'")).0.secrets.allow[0].entity.is_none());
    refused(&[
        (&allow("rule: jwt, until: 2027-01-31"), "reason"),
        (&allow("rule: jwt, reason: x"), "until"),
        (&allow("reason: x, until: 2027-01-31"), "rule"),
        (&allow("rule: jwt, reason: x, until: 2027-02-30"), "is no day"),
        (&allow("rule: jwt, reason: x, until: never"), "is no day"),
        (&allow("rule: jwt, reason: x, until: 2027-01-31, entity: a b"), "is no entity ref"),
        (&allow("rule: jwt, reason: x, until: 2027-01-31, entity: null"), "is empty"),
        (&allow("rule: jwt, reason: x, until: 2027-01-31, entities: [a]"), "unknown key"),
    ]);
    let (settings, warnings) = dev(&allow("rule: jwt, reason: x, until: 2027-01-31, entity: '${NOPE}'"));
    assert!(settings.secrets.allow.is_empty(), "it would hold for every entity");
    assert!(warnings.contains("allowance is left out"), "{warnings}");
}

#[test]
fn files_of_rules_are_read_beside_the_file_that_names_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &[u8]| {
        std::fs::create_dir_all(folder.path().join("conf")).expect("a folder");
        std::fs::write(folder.path().join(name), text).expect("it is written");
    };
    write("conf/app-config.yaml", b"stagedoor: { secrets: { rules: [ours.toml, ../shop.toml] } }\n");
    let load = || {
        let request = Request {
            files: vec!["conf/app-config.yaml".to_owned()],
            root: folder.path().to_owned(),
            environment: Environment::default(),
            mode: Mode::Development,
        };
        Settings::from_config(&Config::load(&request).expect("a configuration"), Mode::Development)
    };
    write("conf/ours.toml", b"a");
    let said = load().expect_err("a file is missing").to_string();
    assert!(said.contains("shop.toml") && said.contains("conf/app-config.yaml:1:"), "{said}");
    write("shop.toml", b"b");
    let (settings, _) = load().expect("settings");
    let texts: Vec<&str> = settings.secrets.rules.iter().map(|file| &*file.text).collect();
    assert_eq!(texts, ["a", "b"]);
    write("shop.toml", b"\xff");
    assert!(load().expect_err("no text").to_string().contains("no UTF-8"));
    std::fs::remove_file(folder.path().join("shop.toml")).expect("it was there");
    std::fs::create_dir(folder.path().join("shop.toml")).expect("a folder in its place");
    assert!(load().expect_err("a folder").to_string().contains("is a directory"));
}

#[test]
fn a_lost_file_of_rules_is_refused() {
    assert!(
        dev_bad("stagedoor: { secrets: { rules: ['${NOPE}'] } }")
            .contains("its rules would not be looked for")
    );
    refused(&[("stagedoor: { secrets: { rules: one.toml } }", "got string, wanted array")]);
}

#[test]
fn secrets_get_old_within_bounds() {
    let days = |days: u64| Duration::from_hours(24 * days);
    let age = |text: &str| format!("stagedoor: {{ secrets: {{ age: {{ {text} }} }} }}");
    let usual = SecretAge { warn: days(75), refuse: days(90), restart: days(14) };
    assert_eq!(good("").0.secrets.age, usual);
    let (settings, warnings) = good(&age("warn: 20d, refuse: P30D, restart: { days: 0 }"));
    assert_eq!(settings.secrets.age, SecretAge { warn: days(20), refuse: days(30), restart: days(0) });
    assert_eq!(warnings, "");
    // What is over 90 days is the checklist's to refuse, unless somebody answers for it.
    assert_eq!(good(&age("refuse: 120d")).0.secrets.age, SecretAge { refuse: days(120), ..usual });
    refused(&[
        (&age("refuse: 60d"), "refused before anybody is warned"),
        (&age("refuse: 400d"), "must be from 1d to 365d"),
        (&age("warn: 1h"), "must be from 1d to 365d"),
        (&age("restart: 15d"), "must be from 0ms to 14d"),
        (&age("refuse: never"), "Failed to read duration"),
        (&age("refused: 60d"), "did you mean `refuse`"),
    ]);
}
