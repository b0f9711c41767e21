//! Secrets in catalog files. Those planted here are put together when a test runs, so that no file of this
//! repository holds one.

use std::fmt::Debug;
use std::sync::LazyLock;

use time::Duration;

use super::*;

const RULES: &str = r#"
    [[rule]]
    id = "demo-token"
    name = "demo token"
    source = "made up for these tests"
    keywords = ["demo_"]
    pattern = 'demo_[0-9A-Za-z]{32}'
"#;

/// A token that nobody issued.
fn token(number: u64) -> String {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let part = (0..32).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let letters = b"k7RwZ2mXq9LdTfJ4sVbN8hYcP3gQaE6uBvG5jKpS";
        char::from(letters[usize::try_from(state >> 33).expect("31 bits") % letters.len()])
    });
    format!("demo{}{}", '_', part.collect::<String>())
}

/// The built-in rules, and ours.
fn screening() -> Screening {
    static RULES_OF_TESTS: LazyLock<secrets::Rules> =
        LazyLock::new(|| secrets::Rules::builtin_and(secrets::load_rules(RULES).rules));
    let key = FingerprintKey::kept(vec![7; 32]).expect("it is long enough");
    Screening::new(Scanner::new(RULES_OF_TESTS.clone(), key, Arc::new(Noon)))
}

fn with(on_find: OnFind) -> Settings {
    let screening = Screening { on_find, ..screening() };
    Settings { rules: everything(), screening, ..settings() }
}

/// Asserts that nothing of a secret is in what is printed, in either case.
#[track_caller]
fn free_of(secret: &str, printed: &impl Debug) {
    let printed = format!("{printed:?}").to_lowercase();
    let variable = secret.trim_start_matches("demo_").to_lowercase();
    for part in variable.as_bytes().windows(8) {
        let part = std::str::from_utf8(part).expect("ASCII");
        assert!(!printed.contains(part), "`{part}` of a secret is in {printed}");
    }
}

impl World {
    /// Asserts that nothing of a secret is kept, or told.
    #[track_caller]
    fn is_free_of(&self, secret: &str, outcome: &Outcome) {
        free_of(secret, &self.stored.0);
        free_of(secret, outcome);
        free_of(secret, &self.state);
    }

    fn status(&self, entity: &str) -> Vec<Value> {
        let body = self.get(entity).expect("the entity is stored");
        body.pointer("/status/items").and_then(Value::as_array).cloned().unwrap_or_default()
    }
}

fn api(definition: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: pets\nspec:\n  type: openapi\n  lifecycle: production\n  owner: team-a\n  definition: {definition}\n"
    )
}

const FILE: &str = "file:/c/a.yaml";

#[test]
fn a_secret_is_masked_where_it_stands_and_the_owner_is_told() {
    let secret = token(1);
    let text = component("a", &format!("  extra:\n    curl: -H 'X-Auth {secret}' https://h\n"));
    let mut world = World::new(with(OnFind::Mask)).with(&[(FILE, &documents(&[text, component("b", "")]))]);
    let outcome = world.refresh(FILE);
    world.is_free_of(&secret, &outcome);
    let body = world.get("component:a").expect("it is there");
    let masked = format!("demo_…{}", &secret[secret.len() - 4..]);
    assert_eq!(body["spec"]["extra"]["curl"], format!("-H 'X-Auth {masked}' https://h"));
    let status = world.status("component:a");
    assert_eq!(status.len(), 1, "{status:?}");
    assert_eq!(
        (status[0]["level"].as_str(), &status[0]["error"]["name"]),
        (Some("warning"), &"SecretMaskedWarning".into())
    );
    let said = status[0]["message"].as_str().expect("text");
    for part in ["demo-token", &masked, "`/spec/extra/curl`", "mend it at /c/a.yaml:10:11", "Revoke it"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    assert!(world.status("component:b").is_empty(), "its neighbour has nothing to do with it");
    assert_eq!(world.relations("component:a"), ["ownedBy group:default/team-a"]);

    let again = world.refresh(FILE);
    assert!(again.change.is_empty(), "what stays as it is writes nothing: {again:?}");
    assert_eq!(again.report.problems.len(), 1, "and is still told");
    world.restart();
    assert!(world.refresh(FILE).change.is_empty());
    world.write(FILE, &component("a", ""));
    world.refresh(FILE);
    assert!(world.status("component:a").is_empty(), "once it is mended, nothing is told");
}

#[test]
fn a_secret_deep_in_a_definition_is_told_with_its_line() {
    let secret = token(2);
    let definition = format!(
        "|\n    openapi: 3.0.0\n    info:\n      title: Pets\n      x-key: {secret}\n    paths: {{}}"
    );
    let mut world = World::new(with(OnFind::Mask)).with(&[(FILE, &api(&definition))]);
    let outcome = world.refresh(FILE);
    world.is_free_of(&secret, &outcome);
    let definition = world.get("api:pets").expect("it is there")["spec"]["definition"].clone();
    let definition = definition.as_str().expect("text");
    assert!(
        definition.starts_with("openapi: 3.0.0\ninfo:\n") && definition.ends_with("paths: {}\n"),
        "{definition}"
    );
    let said = world.problems("api:pets");
    assert!(said[0].contains("line 4 of `/spec/definition`"), "{said:?}");
}

#[test]
fn a_rejected_version_leaves_the_last_clean_one() {
    let secret = token(3);
    let mut world = World::new(with(OnFind::Reject)).with(&[(FILE, &component("a", "  extra: clean\n"))]);
    world.refresh(FILE);
    world.write(FILE, &documents(&[component("a", &format!("  extra: {secret}\n")), component("b", "")]));
    let outcome = world.refresh(FILE);
    world.is_free_of(&secret, &outcome);
    assert_eq!(world.get("component:a").expect("it is there")["spec"]["extra"], "clean");
    assert!(world.has("component:b"));
    let status = world.status("component:a");
    assert_eq!(
        (status[0]["level"].as_str(), &status[0]["error"]["name"]),
        (Some("error"), &"SecretRefusedError".into())
    );
    assert!(status[0]["message"].as_str().is_some_and(|said| said.contains("`/spec/extra`")), "{status:?}");
    assert_eq!(outcome.report.quarantined, []);
}

#[test]
fn a_quarantined_version_is_handed_out_masked_and_the_last_clean_one_stays() {
    let secret = token(4);
    let mut world = World::new(with(OnFind::Quarantine)).with(&[(FILE, &component("a", "  extra: clean\n"))]);
    assert_eq!(world.refresh(FILE).report.quarantined, []);
    world.write(FILE, &component("a", &format!("  extra: new {secret}\n")));
    let outcome = world.refresh(FILE);
    world.is_free_of(&secret, &outcome);
    assert_eq!(world.get("component:a").expect("it is there")["spec"]["extra"], "clean");
    assert_eq!(world.status("component:a")[0]["error"]["name"], "SecretQuarantinedError");
    let [version] = &outcome.report.quarantined[..] else { panic!("one version: {outcome:?}") };
    assert_eq!(version.entity.as_str(), "component:default/a");
    let body: Value = serde_json::from_str(&version.body).expect("JSON");
    assert!(body["spec"]["extra"].as_str().is_some_and(|text| text.starts_with("new demo_…")), "{body}");
    assert_eq!(body["relations"][0]["targetRef"], "group:default/team-a");
    assert_eq!(body["status"]["items"][0]["error"]["name"], "SecretQuarantinedError");

    // With no clean version nothing is served, and it is told where the file is named.
    let mut world = World::new(with(OnFind::Quarantine))
        .with(&[(FILE, &component("a", &format!("  extra: {secret}\n")))]);
    let outcome = world.refresh(FILE);
    world.is_free_of(&secret, &outcome);
    assert!(!world.has("component:a"));
    assert_eq!(outcome.report.quarantined.len(), 1);
    assert_eq!(world.status(&root_ref(FILE))[0]["error"]["name"], "SecretQuarantinedError");
}

#[test]
fn a_version_in_quarantine_is_not_handed_out_for_a_ref_that_another_place_has() {
    let secret = token(4);
    let mut world = World::new(with(OnFind::Quarantine)).with(&[
        ("file:/c/b.yaml", &component("a", "")),
        (FILE, &component("a", &format!("  extra: {secret}\n"))),
    ]);
    world.refresh("file:/c/b.yaml");
    assert_eq!(world.refresh(FILE).report.quarantined, []);
}

/// A component with `line` in place of the one that begins alike.
fn component_with(line: &str, text: &str) -> String {
    let lines: Vec<String> =
        text.lines()
            .map(|old| {
                if old.split(':').next() == line.split(':').next() { line.to_owned() } else { old.to_owned() }
            })
            .collect();
    lines.join("\n") + "\n"
}

#[test]
fn nothing_is_rewritten_in_refs_and_locations() {
    let secret = token(5);
    let annotated = |key: &str| {
        component("a", "")
            .replace("spec:", &format!("  annotations:\n    {key}: url:https://h/{secret}/\nspec:"))
    };
    let plain = component("a", "");
    let versions = [
        component_with(&format!("  name: {secret}"), &plain),
        component_with(&format!("  owner: {secret}"), &plain),
        component("a", &format!("  system: {secret}\n")),
        component("a", &format!("  dependsOn: ['component:b', 'component:{secret}']\n")),
        component("a", &format!("  providesApis: ['{secret}']\n")),
        plain.replace("spec:", &format!("  namespace: {secret}\nspec:")),
        component("a", &format!("  map:\n    {secret}: value\n")),
        plain.replace("spec:", &format!("  labels:\n    {secret}: value\nspec:")),
        plain.replace("spec:", &format!("  annotations:\n    {secret}: value\nspec:")),
        annotated("backstage.io/view-url"),
        annotated("backstage.io/edit-url"),
        annotated("backstage.io/source-location"),
        annotated("backstage.io/techdocs-ref"),
        location("a", &[&format!("https://h/{secret}/a.yaml")]),
        location("a", &[&format!("https://bob:{secret}@h/a.yaml")]),
        // A password that no rule knows.
        location("a", &["https://bob:pass@h/a.yaml"]),
    ];
    for on_find in [OnFind::Mask, OnFind::Quarantine, OnFind::Reject] {
        for version in &versions {
            let mut world = World::new(with(on_find)).with(&[(FILE, version)]);
            let outcome = world.refresh(FILE);
            world.is_free_of(&secret, &outcome);
            assert_eq!(world.refs(), [""; 0], "{version}");
            assert_eq!(outcome.report.quarantined, [], "{version}");
            let said = world.problems(&root_ref(FILE));
            assert_eq!(said.len(), 1, "{version}: {said:?}");
            assert!(said[0].starts_with("SecretRefusedError: "), "{said:?}");
            assert!(said[0].contains("mend it at /c/a.yaml:"), "{said:?}");
            assert!(!format!("{:?}", world.stored.0).contains("bob:pass@"), "{version}");
        }
    }
}

#[test]
fn what_placeholders_name_is_screened_too() {
    let secret = token(6);
    let text = api("\n    $text: ./api.txt") + "  more:\n    $json: ./more.json\n";
    let mut world = World::new(with(OnFind::Mask)).with(&[
        (FILE, &text),
        ("file:/c/api.txt", &format!("openapi: 3\n# {secret}\n")),
        ("file:/c/more.json", &format!(r#"{{"x": ["{secret}"]}}"#)),
    ]);
    let outcome = world.refresh(FILE);
    world.is_free_of(&secret, &outcome);
    assert_eq!(world.status("api:pets").len(), 2);
    // What cannot be filled in tells no secret either.
    for (name, text) in [
        ("file:/c/more.json", format!("{{\"x\": {secret}")),
        (FILE, api(&format!("\n    $text: ./{secret}.txt"))),
        (FILE, api(&format!("\n    $text: https://h/?key={secret}"))),
    ] {
        world.write(name, &text);
        let outcome = world.refresh(FILE);
        assert!(!outcome.report.problems.is_empty());
        world.is_free_of(&secret, &outcome);
    }
}

#[test]
fn what_is_told_of_broken_documents_holds_no_secret() {
    let secret = token(7);
    let label =
        |value: &str| component("a", "").replace("spec:", &format!("  labels:\n    x: '{value}'\nspec:"));
    for text in [
        format!("kind: [{secret}\nb: {{"),
        format!("{secret}: {{\n"),
        format!("\"{secret}"),
        component_with(&format!("  name: '{secret}!'"), &component("a", "")),
        component("a", "").replace("kind: Component", &format!("kind: '{secret} {secret}'")),
        component("a", "").replace("backstage.io/v1alpha1", &secret),
        component("a", "").replace("backstage.io/v1alpha1", &format!("{secret}/v1")),
        label(&format!("{secret} and more")),
        component("a", "").replace("  type: service", &format!("  type: ['{secret}']")),
        component("a", "").replace("  lifecycle: production\n", &format!("  extra: {secret}\n")),
        component_with(&format!("  owner: '{secret}:x:y/z/'"), &component("a", "")),
        component("a", &format!("  Extra: {secret}\n  extra: {secret}\n")),
        component("a", &format!("  {secret}: 1\n  {}: 1\n", secret.to_uppercase())),
        location("l", &[&format!("./{secret}.yaml")]),
    ] {
        for good in [true, false] {
            let mut world = World::new(with(OnFind::Mask));
            if good {
                world.write(FILE, &component("a", ""));
                world.refresh(FILE);
            }
            world.write(FILE, &text);
            let outcome = world.refresh(FILE);
            assert!(!outcome.report.problems.is_empty(), "{text}");
            world.is_free_of(&secret, &outcome);
            // A document that names another entity says nothing about this one.
            let stays = good && !text.contains("kind: Location");
            assert_eq!(world.has("component:a"), stays, "{text}: the last good version stays");
        }
    }
}

#[test]
fn an_error_beside_a_secret_is_told_all_the_same() {
    let text = component("a", &format!("  extra: {}\n", token(8))).replace("  lifecycle: production\n", "");
    let mut world = World::new(with(OnFind::Mask)).with(&[(FILE, &text)]);
    world.refresh(FILE);
    let said = world.problems(&root_ref(FILE));
    assert!(said[0].contains("must have required property 'lifecycle'"), "{said:?}");
}

#[test]
fn files_are_named_without_their_secrets() {
    let secret = token(9);
    let root = format!("file:/c/{secret}/a.yaml");
    let mut world = World::new(with(OnFind::Mask)).with(&[(&root, &component("a", ""))]);
    let outcome = world.refresh(&root);
    world.is_free_of(&secret, &outcome);
    assert_eq!(world.refs(), [""; 0]);
    // The same for one that a pattern names, and for URLs of the configuration with credentials.
    let outcome = world.refresh("file:/c/*/a.yaml");
    world.is_free_of(&secret, &outcome);
    assert_eq!(world.refs(), [""; 0]);
    for root in [format!("url:https://bob:{secret}@h/a.yaml"), format!("url:https://h/a.yaml?token={secret}")]
    {
        world.write(&root, &component("a", ""));
        let outcome = world.refresh(&root);
        world.is_free_of(&secret, &outcome);
        assert_eq!(world.refs(), [""; 0], "it is not read");
        assert_eq!(outcome.report.files, 0);
        let said = &outcome.report.problems[0].item.message;
        assert!(said.contains("put the credential under `integrations`"), "{said}");
        assert!(world.refresh(&root).change.is_empty());
        let kept = world.retire(&[&root]);
        assert!(kept.upserts.is_empty(), "{kept:?}");
        assert!(world.state.roots().count() == 1, "it is known by its masked name");
    }
}

#[test]
fn what_is_allowed_stays_until_it_is_allowed_no_more() {
    let (one, other) = (token(10), token(11));
    let text = documents(&[
        component("a", &format!("  extra: {one}\n")),
        component("b", &format!("  extra: {other}\n")),
    ]);
    let until = Noon.now() + Duration::DAY;
    let entity = Some("component:default/a".parse().expect("a ref"));
    let allow = vec![AllowedFinding { rule: "demo-token".to_owned(), entity, until }];
    let allowing = Settings { screening: Screening { allow, ..screening() }, ..with(OnFind::Mask) };
    let mut world = World::new(allowing).with(&[(FILE, &text)]);
    let outcome = world.refresh(FILE);
    free_of(&other, &world.stored.0);
    assert_eq!(world.get("component:a").expect("it is there")["spec"]["extra"], *one);
    assert_eq!(outcome.report.problems.len(), 1, "only the other is told of");
    assert!(world.ingest.as_of(until - Duration::SECOND).is_none());
    let later = world.ingest.as_of(until).expect("it has ended");
    assert_ne!(later.screening_version(), world.ingest.screening_version());
    world.ingest = later;
    let outcome = world.refresh(FILE);
    world.is_free_of(&one, &outcome);
}

#[test]
fn an_allowed_secret_beside_another_stays_masked() {
    let (allowed, secret) = (
        token(12),
        format!(
            "-----BEGIN {0}-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END {0}-----",
            "PRIVATE KEY"
        ),
    );
    let allow = vec![AllowedFinding {
        rule: "demo-token".to_owned(),
        entity: None,
        until: Noon.now() + Duration::DAY,
    }];
    let screening = Screening { allow, ..screening() };
    let mut tree = serde_json::json!({ "x": allowed, "y": format!("{allowed}\n{secret}") });
    let found = screening.mask(None, &mut tree);
    assert_eq!(tree["x"], *allowed);
    let both = tree["y"].as_str().expect("text");
    assert!(!both.contains("MIIE") && !both.contains(&allowed), "{both}");
    assert_eq!(found.len(), 2);
}

#[test]
fn new_rules_read_unchanged_files_again() {
    let secret = token(13);
    let mut world = World::open().with(&[(FILE, &component("a", &format!("  extra: {secret}\n")))]);
    world.refresh(FILE);
    assert_eq!(world.refresh(FILE).report.unchanged_files, 1, "no rule knows it yet");
    world.ingest = Ingest::new(with(OnFind::Mask));
    let outcome = world.refresh(FILE);
    world.is_free_of(&secret, &outcome);
    assert_eq!(world.status("component:a").len(), 1);
    world.ingest = Ingest::new(with(OnFind::Reject));
    assert_eq!(world.refresh(FILE).report.unchanged_files, 0);
    assert_eq!(world.status("component:a")[0]["error"]["name"], "SecretRefusedError");
}

/// Screens what is stored again, as the server does when rules change.
fn rescan(world: &mut World) -> Change {
    let mut change = Change::default();
    let mut withdrawn = Vec::new();
    for (name, entity) in &world.stored.0 {
        if !world.ingest.suspects(&entity.body) {
            assert_eq!(world.ingest.rescan(entity), Rescanned::Clean, "{name}");
            continue;
        }
        match world.ingest.rescan(entity) {
            Rescanned::Clean => {}
            Rescanned::Masked(clean) => change.upserts.push(*clean),
            Rescanned::Withdrawn => withdrawn.push(name.clone()),
        }
    }
    world.apply(&change);
    let mut plan = world.ingest.withdraw(&withdrawn, &world.state);
    let (more, _) = world.carry_out(&mut plan, usize::MAX);
    change.upserts.extend(more.upserts);
    change.deletes.extend(more.deletes);
    change
}

#[test]
fn what_is_stored_is_cleaned_under_new_rules() {
    let (one, two, three) = (token(14), token(15), token(16));
    let text = documents(&[
        component("a", &format!("  extra: {one}\n  dependsOn: ['component:{two}', 'component:c']\n")),
        component("b", &format!("  extra: {one}\n")),
        component("c", ""),
        component(&two, ""),
        api(&format!("|\n    x: {three}")),
    ]);
    let mut world = World::open().with(&[(FILE, &text)]);
    world.refresh(FILE);
    assert_eq!(world.refs().len(), 5);
    world.ingest = Ingest::new(with(OnFind::Mask));
    let change = rescan(&mut world);
    for secret in [&one, &two, &three] {
        free_of(secret, &world.stored.0);
    }
    assert_eq!(world.refs(), ["api:default/pets", "component:default/b", "component:default/c"]);
    assert!(change.deletes.len() == 2, "{change:?}");
    assert_eq!(
        world.relations("component:c"),
        ["ownedBy group:default/team-a"],
        "nothing leads to what is gone"
    );
    assert_eq!(world.status("component:b")[0]["error"]["name"], "SecretMaskedWarning");
    assert!(rescan(&mut world).is_empty(), "doing it again finds nothing");

    // It is what reading the file gives; only the place is told better.
    let bare = |world: &World, entity: &str| {
        let mut body = world.get(entity).expect("it is there");
        body["status"].take();
        body["metadata"]["etag"].take();
        body
    };
    let before = [bare(&world, "component:b"), bare(&world, "api:pets")];
    let hash = world.stored.0[&"component:b".parse().expect("a ref")].source_hash.clone();
    world.restart();
    let outcome = world.refresh(FILE);
    assert_eq!([bare(&world, "component:b"), bare(&world, "api:pets")], before);
    assert_eq!(world.stored.0[&"component:b".parse().expect("a ref")].source_hash, hash);
    world.is_free_of(&one, &outcome);
}

#[test]
fn a_location_that_holds_a_secret_is_withdrawn_with_what_it_leads_to() {
    let secret = token(17);
    let target = format!("./{secret}.yaml");
    let mut world = World::open().with(&[
        (FILE, &location("top", &[&target])),
        (&format!("file:/c/{secret}.yaml"), &component("a", "")),
    ]);
    world.refresh(FILE);
    assert_eq!(world.refs(), ["component:default/a", "location:default/top"]);
    world.ingest = Ingest::new(with(OnFind::Mask));
    rescan(&mut world);
    free_of(&secret, &world.stored.0);
    assert_eq!(world.refs(), [""; 0]);
}

#[test]
fn a_stored_location_with_a_password_is_withdrawn_although_no_rule_knows_it() {
    let mut world = World::open().with(&[(FILE, &location("top", &["https://bob@h/a.yaml"]))]);
    world.refresh(FILE);
    let mut stored = world.stored.0[&"location:top".parse().expect("a ref")].clone();
    assert_eq!(world.ingest.rescan(&stored), Rescanned::Clean, "a name is no password");
    stored.body = stored.body.replace("bob@", "bob:pass@").into();
    assert!(world.ingest.suspects(&stored.body));
    assert_eq!(world.ingest.rescan(&stored), Rescanned::Withdrawn);
}

#[test]
fn messages_of_stored_problems_are_cleaned() {
    let secret = token(18);
    let mut world = World::open().with(&[(FILE, &component("a", ""))]);
    world.refresh(FILE);
    let bad =
        component("a", "").replace("  lifecycle: production\n", &format!("  lifecycle: ['{secret}']\n"));
    world
        .write(FILE, &bad.replace("  type: service", &format!("  dependsOn: ['{secret}']\n  type: service")));
    world.refresh(FILE);
    let mut entity = world.stored.0[&"component:a".parse().expect("a ref")].clone();
    entity.problems[0].message = format!("got `{secret}`");
    world.ingest = Ingest::new(with(OnFind::Mask));
    let Rescanned::Masked(clean) = world.ingest.rescan(&entity) else { panic!("it is masked") };
    free_of(&secret, &clean);
    assert!(clean.problems[0].message.starts_with("got `demo_…"));
}
