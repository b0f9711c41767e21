use super::super::tests::{dev, good, refused};
use super::*;

#[test]
fn defaults() {
    let catalog = good("catalog:\n").0.catalog;
    assert_eq!((catalog.rules, catalog.locations.len()), (None, 0));
    assert_eq!(catalog.processing_interval, Some(Duration::from_mins(2)));
    assert_eq!((catalog.orphan_strategy, catalog.readonly), (OrphanStrategy::Delete, false));
}

#[test]
fn rules_in_their_forms() {
    let catalog = good(
        "catalog:\n  readonly: 'yes'\n  orphanStrategy: keep\n  processingInterval: false\n  rules:\n\
         \x20   - allow: [Component, { kind: Template, 'spec.type': service }]\n\
         \x20   - { allow: [User], locations: [{ type: url, exact: 'https://h/a' }, { type: gitlab, pattern: '**' }, { type: file }] }\n\
         \x20   - { allow: [Group], locations: [] }\n",
    )
    .0
    .catalog;
    assert!(catalog.readonly && catalog.processing_interval.is_none());
    assert_eq!(catalog.orphan_strategy, OrphanStrategy::Keep);
    let allow = |kind: &str, spec_type: Option<&str>| Allow {
        kind: kind.to_owned(),
        spec_type: spec_type.map(str::to_owned),
    };
    let at = |kind: &str, target| RuleLocation { kind: kind.to_owned(), target };
    assert_eq!(
        catalog.rules,
        Some(vec![
            Rule {
                allow: vec![allow("Component", None), allow("Template", Some("service"))],
                locations: None
            },
            Rule {
                allow: vec![allow("User", None)],
                locations: Some(vec![
                    at("url", RuleTarget::Exact("https://h/a".to_owned())),
                    at("gitlab", RuleTarget::Pattern("**".to_owned())),
                    at("file", RuleTarget::Any),
                ]),
            },
            Rule { allow: vec![allow("Group", None)], locations: Some(Vec::new()) },
        ])
    );
}

#[test]
fn locations_know_their_place() {
    let catalog = good(
        "catalog:\n  locations:\n    - type: file\n      target: ./a/*.yaml\n    - type: url\n      target: https://h/a\n      \
         rules: [{ allow: [User] }, { allow: [Group] }]\n",
    )
    .0
    .catalog;
    let [file, url] = catalog.locations.as_slice() else { panic!("{:?}", catalog.locations) };
    assert_eq!(
        (file.kind.as_str(), file.target.as_str(), file.rules.is_none()),
        ("file", "./a/*.yaml", true)
    );
    assert_eq!(file.place.to_string(), "app-config.yaml:3:7");
    assert_eq!(url.rules.as_ref().map(Vec::len), Some(2));
}

#[test]
fn wrong_catalogs_are_refused() {
    refused(&[
        (
            "catalog: { rules: [{ allow: [A], locations: [{ type: url, exact: a, pattern: b }] }] }",
            "cannot have both exact and pattern",
        ),
        (
            "catalog: { rules: [{ allow: [A], locations: [{ exact: a }] }] }",
            "Missing required config value at 'catalog.rules[0].locations[0].type'",
        ),
        ("catalog: { rules: [{ allow: [A], locations: null }] }", "would lift the limit"),
        ("catalog: { rules: [{ allow: [{ kind: A, 'spec.type': null }] }] }", "would lift the limit"),
        ("catalog: { rules: [{}] }", "Missing required config value at 'catalog.rules[0].allow'"),
        ("catalog: { rules: [{ allow: Component }] }", "got string, wanted array"),
        (
            "catalog: { rules: [{ allow: [{}] }] }",
            "Missing required config value at 'catalog.rules[0].allow[0].kind'",
        ),
        ("catalog: { rules: {} }", "wanted array"),
        (
            "catalog: { locations: [{ type: url }] }",
            "Missing required config value at 'catalog.locations[0].target'",
        ),
        ("catalog: { locations: [{ type: https, target: //h }] }", "please prefix it with 'url:'"),
        ("catalog: { locations: [{ type: url, target: 'javascript:x' }] }", "javascript: URL"),
        ("catalog: { processingInterval: 5 }", "got number, wanted duration"),
        ("catalog: { processingInterval: true }", "got boolean, wanted duration"),
        ("catalog: { processingInterval: { seconds: 0 } }", "is zero"),
        ("catalog: { orphanStrategy: lose }", "`lose` is no orphan strategy"),
        ("catalog: { readonly: perhaps }", "to a boolean"),
    ]);
}

#[test]
fn dropped_parts_leave_the_rule_or_location_out() {
    let (settings, warnings) =
        dev("catalog: { rules: [{ allow: [A], locations: ['${NOPE}'] }, { allow: [B] }], \
         locations: [{ type: url, target: '${NOPE}' }, { type: file, target: a.yaml }] }");
    assert_eq!(settings.catalog.rules.map(|rules| rules.len()), Some(1));
    assert_eq!(settings.catalog.locations.len(), 1);
    assert!(
        warnings.contains("this rule is left out") && warnings.contains("this location is left out"),
        "{warnings}"
    );
}
