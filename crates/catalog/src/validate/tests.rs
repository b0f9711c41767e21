use super::*;
use proptest::prelude::*;

/// `line:column-end message / help`, the end being on the same line or else left out.
fn shown(found: &[Diagnostic]) -> Vec<String> {
    let line = |found: &Diagnostic| {
        let end = if found.end_line == found.line { found.end_column.to_string() } else { "…".to_owned() };
        let help = found.help.as_deref().unwrap_or("-");
        format!("{}:{}-{end} {} / {help}", found.line, found.column, found.message)
    };
    found.iter().map(line).collect()
}

fn check(text: &str) -> Vec<String> {
    shown(&check_file("f.yaml", text.as_bytes()))
}

#[test]
fn every_document_is_judged_and_every_problem_has_its_place() {
    let text = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: bad name
  labels: {\"a b\": c}
  tags: [ok, Not Ok]
spec: {}
---
{a: 1, a: 2}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop}
spec:
  type: 5
  lifecycle:
  providesApis: orders
";
    assert_eq!(
        check(text),
        [
            "4:9-17 \"metadata.name\" is not valid; expected a string that is sequences of [a-zA-Z0-9] separated \
             by any of [-_.], at most 63 characters in total but found \"bad name\". / for example `bad-name`",
            "5:12-17 \"labels.a b\" is not valid; expected a valid prefix and/or suffix but found \"a b\". / -",
            "6:14-20 \"tags.1\" is not valid; expected a string that is sequences of [a-z0-9+#] separated by [-], \
             at most 63 characters in total but found \"Not Ok\". / for example `not-ok`",
            "9:8-9 Map keys must be unique / remove one of them; between two entities put a line `---`",
            "14:1-5 /spec must have required property 'owner' - missingProperty: owner / add `owner:` below `spec`",
            "15:9-10 /spec/type must be string - type: string / put it in quotes: \"5\"",
            "16:3-12 /spec/lifecycle must be string - type: string / give it a value, or remove the field",
            "17:17-23 /spec/providesApis must be array - type: array / write it as a list, one line `- …` for each item",
        ]
    );
}

fn system(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {{name: {name}}}\nspec: {{owner: a}}\n"
    )
}

#[test]
fn a_ref_taken_twice_is_told_with_its_first_place() {
    let mut checker = Checker::new();
    assert_eq!(checker.add("a.yaml", system("One").as_bytes()).len(), 1);
    checker.add("b.yaml", format!("{}---\n{}", system("two"), system("one")).as_bytes());
    // The same file again, by overlapping arguments, is no conflict.
    checker.add("a.yaml", system("One").as_bytes());
    let result = checker.finish();
    assert_eq!(result.entities, 2);
    let [found] = result.diagnostics.as_slice() else { panic!("{:?}", result.diagnostics) };
    assert_eq!((found.file.as_str(), found.line, found.column), ("b.yaml", 8, 18));
    assert_eq!(found.message, "`system:default/one` is already taken by the entity at a.yaml:3");
}

#[test]
fn placeholders_are_not_judged_by_what_they_may_hold() {
    let api = |definition: &str, more: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{name: a{more}}}\n\
             spec: {{type: openapi, lifecycle: x, owner: b, definition: {definition}}}\n"
        )
    };
    assert_eq!(check(&api("{$text: ./a.txt}", "")), [""; 0]);
    assert_eq!(check(&api("{$text: ./a.txt}", ", tags: {$yaml: ./tags.yaml}")), [""; 0]);
    let template = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: a}\n\
                    spec: {type: b, parameters: [{$yaml: p.yaml}], steps: [{$yaml: s.yaml}], owner: {$yaml: o.yaml}}\n";
    assert_eq!(check(template), [""; 0]);
    assert_eq!(check(&api("x", ", tags: {$text: ./tags.txt}")).len(), 1, "a text is no list");
    for not_one in ["{$text: 5}", "{$other: ./a.txt}", "{$text: ./a.txt, b: 1}"] {
        assert_eq!(check(&api(not_one, "")).len(), 1, "{not_one}");
    }
}

#[test]
fn each_mistake_gets_the_advice_that_mends_it() {
    let entity = |api_version: &str, kind: &str, name: &str, rest: &str| {
        format!("apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n{rest}")
    };
    let core = "backstage.io/v1alpha1";
    for (text, place, advice) in [
        (
            "- a\n".to_owned(),
            "1:1",
            "a document of a catalog file is a map with apiVersion, kind and metadata",
        ),
        ("kind: System\nmetadata: {name: a}\n".to_owned(), "1:1", "add `apiVersion:` to the document"),
        (entity(core, "system", "a", "spec: {owner: a}"), "2:7", "write it `System`: case counts here"),
        (
            entity(core, "Template", "a", "spec: {}"),
            "2:7",
            "kind Template goes with `apiVersion: scaffolder.backstage.io/v1beta3`",
        ),
        (
            entity("example.com/v1", "Gadget", "a", "spec: {}"),
            "2:7",
            "kinds that are known: API, AiResource, Component, Domain, Group, Location, Resource, System, Template, User",
        ),
        (entity(core, "System", "${{ values.name }}", ""), "4:9", SKELETON),
        (
            entity(core, "System", "a", "owner: a\nspec: {owner: a}"),
            "5:1",
            "only apiVersion, kind, metadata and spec may stand here; move it below one of them",
        ),
        (
            entity(core, "System", "a", "spec: {owner: \":x\"}"),
            "5:15",
            "write a ref as [<kind>:][<namespace>/]<name>, for example component:shop",
        ),
        (
            entity(core, "User", "a", "spec:\n  memberOf:\n"),
            "6:3",
            "write `[]` for an empty list, or remove the field",
        ),
        (
            entity(core, "System", &"x".repeat(70), "spec: {owner: a}"),
            "4:9",
            "it has 70 characters; 63 are allowed",
        ),
        ("a: 1\nb: 2\na: 3\n".to_owned(), "3:1", "remove one of them; between two entities put a line `---`"),
        (
            entity(core, "System", "a", "spec: {owner: a, Text: 1, text: 2}"),
            "4:9",
            "spell keys that mean the same in the same way",
        ),
    ] {
        let found = check(&text);
        let [line] = found.as_slice() else { panic!("{text}\n{found:?}") };
        assert!(line.starts_with(&format!("{place}-")) && line.ends_with(&format!(" / {advice}")), "{line}");
    }
}

const SKELETON: &str =
    "this looks like part of a template: it is an entity only after the template has run, so leave it out";

#[test]
fn a_file_full_of_mistakes_ends_the_list_early() {
    let found = check_file("f.yaml", "- a\n---\n".repeat(5_000).as_bytes());
    assert_eq!(found.len(), MAX_PER_FILE + 1);
    assert_eq!(found.last().map(|last| last.severity), Some(Severity::Warning));
}

#[test]
fn what_is_no_text_is_one_error() {
    let found = check_file("f.yaml", b"a: \xff\n");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].line, found[0].column), (1, 4));
}

proptest! {
    #[test]
    fn any_bytes_are_answered_with_places_inside_the_file(text in "([a-z:{}$ -]{0,8}\n){0,8}|.{0,60}") {
        for found in check_file("f.yaml", text.as_bytes()) {
            prop_assert!(found.line >= 1 && found.column >= 1);
            prop_assert!(found.line <= text.lines().count() + 1, "{:?} in {:?}", found, text);
        }
    }
}
