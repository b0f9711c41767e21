//! How a check ends: exit codes, acceptances, the baseline, fixes.

use super::Repository;

const CONFIG: &str = "app-config.production.yaml";

#[test]
fn the_exit_code_is_by_severity() {
    let repository = Repository::new();
    let code = |arguments: &[&str]| repository.check(arguments).code;
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on", "critical"]), 1);
    assert_eq!(code(&["--fail-on", "never"]), 0);
    assert_eq!(repository.all(&["--rule", "config-secret-literal", "--fail-on", "critical"]).code, 0);
    assert_eq!(code(&["not-there"]), 2);
    assert_eq!(code(&["backstage.json"]), 2);
    assert_eq!(code(&["--baseline", "not-there.json"]), 2);
    assert_eq!(code(&["--fail-on", "everything"]), 64);
    let ended = repository.all(&["explain", "guest-outside-developmnt"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("did you mean guest-outside-development"), "{}", ended.stderr);
    let page = repository.all(&["explain", "guest-outside-development"]);
    assert!(page.code == 0 && page.stdout.contains("Nobody signs in as a guest"), "{}", page.stdout);
}

#[test]
fn a_baseline_holds_when_lines_move() {
    let repository = Repository::new();
    assert_eq!(repository.found(&[]).len(), 3);
    assert_eq!(repository.check(&["--write-baseline", "known.json"]).code, 0);
    assert!(!repository.read("known.json").contains(super::PASSWORD));
    let moved = format!("# one\n# two\n{}", repository.read(CONFIG));
    repository.file(CONFIG, &moved);
    assert!(repository.found(&["--baseline", "known.json"]).is_empty());
    let more = repository
        .read(CONFIG)
        .replace("    connection:\n", "    connection:\n      passphrase: another-one-of-them\n");
    repository.file(CONFIG, &more.replace("    dangerouslyDisableDefaultAuthPolicy: true\n", "    x: 1\n"));
    let document = repository.json(&["--baseline", "known.json"]);
    assert_eq!(document["baseline"]["known"], 2);
    assert_eq!(document["baseline"]["vanished"], 1);
}

#[test]
fn fixes_are_shown_first_then_made_and_then_nothing_is_left_of_them() {
    let repository = Repository::new();
    let before = repository.read(CONFIG);
    let ended = repository.check(&["--diff", "--fix=suggested"]);
    assert!(ended.stdout.contains("-    dangerouslyDisableDefaultAuthPolicy: true"), "{}", ended.stdout);
    assert_eq!((ended.code, repository.read(CONFIG)), (1, before));
    repository.check(&["--fix=suggested"]);
    assert!(!repository.read(CONFIG).contains("dangerously"));
    assert_eq!(repository.found(&[]), ["config-secret-literal"]);
    let after = repository.read(CONFIG);
    repository.check(&["--fix=suggested"]);
    assert_eq!(repository.read(CONFIG), after);
}

#[test]
fn forms_go_to_files_beside_what_is_printed() {
    let repository = Repository::new();
    let ended = repository.check(&["--output", "html=page.html", "--output", "sarif=found.sarif", "--quiet"]);
    assert!(ended.stdout.contains("default-policy-disabled"));
    assert!(repository.read("page.html").starts_with("<!doctype html>"));
    assert!(repository.read("found.sarif").contains("\"2.1.0\""));
    assert!(!repository.read("page.html").contains(super::PASSWORD));
    let ended = repository.check(&["--format", "json", "--output", "found.json", "--quiet"]);
    assert_eq!(ended.stdout, "");
    assert!(repository.read("found.json").starts_with('{'));
}
