//! What is wrong with policy files is said with its place and how to mend it.

use policy::{Engine, PolicyHandle, ReadEntity};

use crate::world::{Memory, engine, facts, load, now, user};

fn mistake(text: &str) -> String {
    load(text).expect_err("a mistake").to_string()
}

/// What is said of each of these policies.
fn mistakes(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("{text}\n{}", mistake(text))).collect::<Vec<_>>().join("\n\n")
}

/// What is said of each of these conditions on reading entities; a condition starts at column 3 of line 2.
fn in_conditions(conditions: &[&str]) -> String {
    let policy = |condition: &str| {
        format!(
            "permit (principal, action == Action::\"catalog.entity.read\", resource) when {{\n  {condition}\n}};"
        )
    };
    let said = |condition: &&str| format!("{condition}\n{}", mistake(&policy(condition)));
    conditions.iter().map(said).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn typos_are_errors_with_their_place() {
    insta::assert_snapshot!(in_conditions(&[
        r#"resource.kin == "api""#,
        r"resource.kind == 7",
        r#"resource.type == "service""#,
        r#"resource.labels.getTag("a") == "b""#,
        r"principal.ownership.containsAny(resource.owners)",
    ]));
    insta::assert_snapshot!(mistakes(&[
        "permit (principal, action == Action::\"catalog.entity.raed\", resource);",
        "permit (principal, action, resource)\npermit",
        "permit (principal == ?principal, action, resource);",
        "permit (principal is User, action, resource) when { principal is Service };",
        "permit (principal, action, resource) when { resource.kind == \"api\" };",
    ]));
}

#[test]
fn texts_that_never_match_are_errors_with_what_to_write() {
    insta::assert_snapshot!(in_conditions(&[
        r#"resource.kind == "Component""#,
        r#"["api", "System"].contains(resource.kind)"#,
        r#"resource.owners.contains("group:default/Team-A")"#,
        r#"resource.owners.containsAny(["team-a"])"#,
        r#"principal in Group::"Group:default/a""#,
        r#"resource == Entity::"shop""#,
    ]));
    // Labels, tags, types and subjects are exactly what the entity says.
    engine(
        r#"permit (principal is Service, action, resource is Entity) when {
             principal.subject == "CI" && resource.tags.contains("Go")
             && resource.labels.hasTag("X") && resource.labels.getTag("X") == "Y"
           };"#,
    );
}

#[test]
fn what_a_list_cannot_be_asked_is_refused_when_loading() {
    insta::assert_snapshot!(in_conditions(&[
        r#"resource.name like "shop-*""#,
        r"resource.owners.isEmpty()",
        r"resource.name == resource.kind",
        r#"["group:default/a"].containsAll(resource.owners)"#,
        r#"resource.owners == ["group:default/a"]"#,
        r#"(if principal is User then resource.kind else "x") == "api""#,
        r#"Entity::"api:default/a".kind == "api""#,
    ]));
    // A single decision can be asked anything.
    engine(
        r#"permit (principal, action == Action::"catalog.entity.delete", resource)
           when { resource.name like "shop-*" };"#,
    );
}

#[test]
fn every_mistake_of_every_file_is_reported() {
    let files = [
        ("b.cedar", "permit (principal, action, resouce);"),
        (
            "a.cedar",
            "@id(\"x\") permit (principal, action, resource);\n@id(\"x\") permit (principal, action, resource);",
        ),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    let errors = Engine::load(files).expect_err("mistakes");
    insta::assert_snapshot!(errors);
}

#[test]
fn policy_files_are_bounded() {
    let text = format!("// {}\npermit (principal, action, resource);", "x".repeat(1024 * 1024));
    assert!(mistake(&text).contains("longer than 1048576 bytes"));
}

/// Conditions that nest `depth` times, each in another way.
fn nested(depth: usize) -> Vec<String> {
    let brackets = [("(", ")"), ("[", "]"), ("{a: ", "}")]
        .map(|(open, close)| format!("{}true{}", open.repeat(depth), close.repeat(depth)));
    let prefixes = [
        "!",
        "-",
        "true && ",
        "false || ",
        "1 + ",
        "if true then true else ",
        "if if ",
        "resource.kind == \"a\" || ",
    ]
    .map(|prefix| format!("{}true", prefix.repeat(depth)));
    let suffixes =
        [".a", ".contains(1)", "[\"a\"]"].map(|suffix| format!("principal{}", suffix.repeat(depth)));
    brackets.into_iter().chain(prefixes).chain(suffixes).collect()
}

#[test]
fn nesting_without_end_is_an_error_not_a_crash() {
    for depth in [18, 35, 198, 598, 50_000] {
        for condition in nested(depth) {
            let text = format!("permit (principal, action, resource is Entity) when {{ {condition} }};");
            if let Err(errors) = load(&text) {
                assert!(errors.iter().next().is_some());
            }
        }
    }
    let long = vec!["resource.kind == \"api\""; 300].join(" || ");
    assert!(in_conditions(&[&long]).contains("p.cedar:2:5226: more than 200 operators in one policy"));
}

#[test]
fn a_bad_replacement_leaves_the_old_policy_in_force() {
    let handle = PolicyHandle::new(engine("permit (principal, action, resource);"));
    let files = |text: &str| vec![("p.cedar".to_owned(), text.to_owned())];
    let sees_all = || {
        let ledger = Memory::default();
        let scope =
            now(handle.current().scope::<ReadEntity>(&user("ada", &[], &[])).settle(&ledger, &facts()));
        scope.expect("a scope").predicate().constant()
    };
    assert_eq!(sees_all(), Some(true));
    assert!(handle.replace(files("permit (principal, action, resource) when { resource.x };")).is_err());
    assert_eq!(sees_all(), Some(true));
    handle.replace(files("")).expect("no policy allows nothing");
    assert_eq!(sees_all(), Some(false));
}
