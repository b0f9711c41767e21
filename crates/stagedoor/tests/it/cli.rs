//! Commands: exit codes, places, masked secrets, colour.

use std::net::TcpListener;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::command::{Ended, program, stagedoor};
use crate::world;

const GOOD: &str = "\
app:
  baseUrl: https://portal.example.com
backend:
  baseUrl: https://portal.example.com
  listen: 127.0.0.1:PORT
  database:
    client: better-sqlite3
    connection: { directory: ./data }
  auth:
    externalAccess:
      - type: static
        options:
          token: ${CI_TOKEN}
          subject: ci
";
const TOKEN: (&str, &str) = ("CI_TOKEN", "t0ken-9f8e7d6c5b4a39281706");
/// By itself, so that cases can have a `stagedoor:` of their own.
const SEALING_KEY: (&str, &str) = ("APP_CONFIG_stagedoor_sealingKey", world::SEALING_KEY);

/// A folder with this configuration, for a port that somebody holds.
fn held(config: &str) -> (TempDir, TcpListener) {
    let folder = TempDir::new().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    write(folder.path(), "app-config.yaml", &config.replace("PORT", &port.to_string()));
    (folder, listener)
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("it can be written");
}

fn serve(config: &str) -> Ended {
    let (folder, _port) = held(config);
    stagedoor(folder.path(), &["serve"], &[TOKEN, SEALING_KEY])
}

#[test]
fn a_wrong_configuration_ends_with_2_before_a_port_is_bound_and_says_where() {
    let with = |more: &str| format!("{GOOD}{more}");
    let cases = [
        (with("stagedoor:\n  polcy: { path: x }\n"), "app-config.yaml:16:3:", "did you mean `policy`"),
        (
            with("stagedoor:\n  edge: { limits: { bodyBytes: lots } }\n"),
            "app-config.yaml:16:32:",
            "write a number",
        ),
        (
            with("stagedoor:\n  edge: { allowedSources: [10.0.0.0/99] }\n"),
            "app-config.yaml:16:28:",
            "10.0.0.0/8",
        ),
        (
            GOOD.replace("  listen:", "  trustProxy: true\n  listen:"),
            "app-config.yaml:5:15:",
            "trustedProxies",
        ),
        (GOOD.replace("  listen:", "  trustProxy: 1\n  listen:"), "app-config.yaml:5:15:", "trustedProxies"),
        (
            GOOD.replace("  listen:", "  trustProxy: loopback\n  listen:")
                + "stagedoor:\n  edge: { trustedProxies: [10.0.0.1] }\n",
            "app-config.yaml:5:15:",
            "remove `backend.trustProxy`",
        ),
        (GOOD.replace("https://", "http://"), "app-config.yaml:", "https"),
        (GOOD.replace("${CI_TOKEN}", "${NOT_SET}"), "app-config.yaml:13:18:", "set NOT_SET"),
        (
            GOOD.replace("  auth:\n", "  auth:\n    dangerouslyDisableDefaultAuthPolicy: true\n"),
            "app-config.yaml:10:",
            "dangerouslyDisableDefaultAuthPolicy",
        ),
        (with("stagedoor: [\n"), "app-config.yaml:", "error"),
        (with("a: 1\na: 2\n"), "app-config.yaml:16:1:", "must be unique"),
    ];
    for (config, place, help) in &cases {
        let ended = serve(config);
        assert_eq!(ended.code, 2, "{config}\n{}", ended.stderr);
        assert!(ended.stderr.contains(place), "{place} is not in\n{}", ended.stderr);
        assert!(ended.stderr.contains(help), "{help} is not in\n{}", ended.stderr);
        assert_eq!(ended.stdout, "");
        assert!(!ended.stderr.contains(TOKEN.1), "no secret is shown");
    }
    let ended = serve(GOOD);
    assert_eq!(ended.code, 69, "the same, and right: the port is taken\n{}", ended.stderr);
    assert!(ended.stderr.contains("127.0.0.1:"), "{}", ended.stderr);
    let (folder, _port) = held(GOOD);
    assert_eq!(stagedoor(folder.path(), &["serve", "--config", "none.yaml"], &[TOKEN]).code, 2);
    assert!(!folder.path().join("data").exists(), "nothing was opened");
}

#[test]
fn a_wrong_policy_ends_with_2_and_its_place() {
    let policies = [
        ("permit (principal, action == Action::\"catalog.entity.raed\", resource);", "policy/all.cedar"),
        ("permit (principal, action, resource) when { resource.kidn == \"user\" };", "policy/all.cedar"),
        ("permit (principal\n, action, resource", "policy/all.cedar"),
        ("", "policy"),
    ];
    for (policy, place) in policies {
        let (folder, _port) = held(&format!("{GOOD}stagedoor:\n  policy: {{ path: ./policy }}\n"));
        let name = if policy.is_empty() { "policy/empty.txt" } else { "policy/all.cedar" };
        write(folder.path(), name, policy);
        // A check tells the same as a start.
        for command in [&["serve"][..], &["config", "check"]] {
            let ended = stagedoor(folder.path(), command, &[TOKEN, SEALING_KEY]);
            assert_eq!(ended.code, 2, "{policy}\n{}", ended.stderr);
            assert!(ended.stderr.contains(place), "{policy}\n{}", ended.stderr);
            if !policy.is_empty() {
                let after = ended.stderr.split("all.cedar:").nth(1).unwrap_or_default();
                assert!(
                    after.starts_with(|c: char| c.is_ascii_digit()),
                    "it names the line\n{}",
                    ended.stderr
                );
            }
        }
        let checked = stagedoor(folder.path(), &["config", "check", "--json"], &[TOKEN, SEALING_KEY]);
        assert_eq!(checked.code, 2);
        assert!(checked.stdout.contains(place), "{policy}\n{}", checked.stdout);
    }
}

#[test]
fn a_broken_database_is_refused_and_left_alone() {
    let (folder, port) = held(GOOD);
    drop(port);
    let garbage = "this is no database, but it is somebody's\n".repeat(500);
    write(folder.path(), "data/stagedoor.db", &garbage);
    let ended = stagedoor(folder.path(), &["serve"], &[TOKEN, SEALING_KEY]);
    assert_eq!(ended.code, 69, "{}", ended.stderr);
    assert!(ended.stderr.contains("stagedoor.db"), "{}", ended.stderr);
    assert!(ended.stderr.contains("help:"), "it says what to do\n{}", ended.stderr);
    let kept = std::fs::read_to_string(folder.path().join("data/stagedoor.db")).expect("it is there");
    assert_eq!(kept, garbage);
}

#[test]
fn the_printed_configuration_holds_no_secret_and_explains_itself() {
    let (folder, _port) = held(GOOD);
    write(folder.path(), "app-config.local.yaml", "backend:\n  listen: 127.0.0.1:7010\n");
    for arguments in [
        &["config", "print"][..],
        &["config", "print", "--json"],
        &["config", "print", "--explain", "backend.auth"],
    ] {
        let ended = stagedoor(folder.path(), arguments, &[TOKEN]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(!(ended.stdout.clone() + &ended.stderr).contains(TOKEN.1), "{arguments:?}\n{}", ended.stdout);
    }
    let printed = stagedoor(folder.path(), &["config", "print", "--json"], &[TOKEN]);
    let printed: Value = serde_json::from_str(&printed.stdout).expect("JSON");
    assert_eq!(printed["backend"]["listen"], "127.0.0.1:7010");
    assert_eq!(printed["backend"]["auth"]["externalAccess"][0]["options"]["token"], "<secret>");
    let explained = stagedoor(folder.path(), &["config", "print", "--explain", "backend.listen"], &[TOKEN]);
    assert!(explained.stdout.contains("app-config.local.yaml:2:"), "{}", explained.stdout);
    assert!(explained.stdout.contains("app-config.yaml:5:"), "{}", explained.stdout);
    assert_eq!(stagedoor(folder.path(), &["config", "print", "--explain", "no.such.key"], &[TOKEN]).code, 1);
    let check = stagedoor(folder.path(), &["config", "check", "--json"], &[]);
    let check_json: Value = serde_json::from_str(&check.stdout).expect("JSON");
    assert_eq!(check.code, 2);
    let problem =
        check_json["problems"].as_array().and_then(|all| all.iter().find(|one| one["severity"] == "error"));
    let problem = problem.expect("the variable is not set");
    assert_eq!((problem["line"].as_u64(), problem["column"].as_u64()), (Some(13), Some(18)), "{problem}");
}

#[test]
fn catalog_files_are_checked_with_a_caret() {
    let folder = TempDir::new().expect("a folder");
    write(
        folder.path(),
        "good.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: a }\nspec: { type: team, children: [] }\n",
    );
    write(
        folder.path(),
        "bad/two.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: b }\nspec: { type: team, children: [] }\n---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: 'not a name'\nspec: { type: team, children: [] }\n---\n: : :\n  - [\n",
    );
    let good = stagedoor(folder.path(), &["catalog", "validate", "good.yaml"], &[]);
    assert_eq!((good.code, good.stdout.as_str()), (0, "1 files, 1 entities, 0 errors\n"), "{}", good.stderr);
    let bad = stagedoor(folder.path(), &["catalog", "validate", "."], &[]);
    assert_eq!(bad.code, 1);
    assert!(bad.stdout.contains("bad/two.yaml:9:9: error:"), "{}", bad.stdout);
    let lines: Vec<&str> = bad.stdout.lines().collect();
    let shown =
        lines.iter().position(|line| line.contains("| ") && line.contains("'not a name'")).expect("the line");
    let (line, caret) = (lines[shown], lines[shown + 1]);
    assert_eq!(caret.find('^'), line.find("'not a name'"), "{line}\n{caret}");
    let json = stagedoor(folder.path(), &["catalog", "validate", "--json", "."], &[]);
    let json_value: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!((json.code, json_value["files"].as_u64()), (1, Some(2)));
    let found = json_value["diagnostics"].as_array().expect("a list");
    assert!(
        found.iter().any(|one| one["line"] == 9 && one["column"] == 9 && one["severity"] == "error"),
        "{found:#?}"
    );
    let missing = stagedoor(folder.path(), &["catalog", "validate", "missing.yaml"], &[]);
    assert_eq!(missing.code, 69);
    assert!(missing.stderr.contains("missing.yaml"), "{}", missing.stderr);
}

#[test]
fn routes_are_printed_for_people_and_programs() {
    let folder = TempDir::new().expect("a folder");
    let json = stagedoor(folder.path(), &["routes", "--json"], &[]);
    let table: Value = serde_json::from_str(&json.stdout).expect("JSON");
    let rows = table["routes"].as_array().expect("a list");
    for row in rows {
        for key in ["method", "path", "guard", "reason"] {
            assert!(row[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {row}");
        }
        let path = row["path"].as_str().expect("a path");
        let closed = path.starts_with("/api") && !crate::stranger::may_be_open(path);
        assert!(!closed || row["guard"] != "public", "{row}");
    }
    assert!(rows.iter().any(|row| row["path"] == "/metrics"), "the metrics listener is listed");
    let text = stagedoor(folder.path(), &["routes"], &[]).stdout;
    assert_eq!(text.lines().count(), rows.len() + 1);
}

#[test]
fn mistakes_on_the_command_line_end_with_64_and_help_with_0() {
    let folder = TempDir::new().expect("a folder");
    for arguments in [
        &[][..],
        &["nonsense"],
        &["serve", "--nonsense"],
        &["catalog", "validate"],
        &["config"],
        &["demo", "--port", "x"],
    ] {
        let ended = stagedoor(folder.path(), arguments, &[]);
        assert_eq!(ended.code, 64, "{arguments:?}\n{}", ended.stderr);
        assert!(!ended.stderr.is_empty() && ended.stdout.is_empty());
    }
    for arguments in [&["--help"][..], &["serve", "--help"], &["--version"], &["config", "print", "--help"]] {
        let ended = stagedoor(folder.path(), arguments, &[]);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{arguments:?}");
        assert!(!ended.stdout.is_empty());
    }
    let help = stagedoor(folder.path(), &["--help"], &[]).stdout;
    for command in ["serve", "demo", "routes", "config", "catalog", "secrets"] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
}

#[test]
fn colour_is_for_terminals() {
    let folder = TempDir::new().expect("a folder");
    let piped = stagedoor(folder.path(), &["routes"], &[("TERM", "xterm-256color")]);
    assert!(!piped.stdout.contains('\u{1b}') && !piped.stderr.contains('\u{1b}'));
    // `script` gives the command a terminal of its own.
    let on_terminal = |variables: &[(&str, &str)]| {
        let mut script = program("script", folder.path(), variables);
        let line = format!("{} routes", crate::BINARY);
        script.args(["-qec", &line, "/dev/null"]).output().ok().map(Ended::from)
    };
    let Some(shown) = on_terminal(&[("TERM", "xterm-256color")]) else {
        testkit::skipped("there is no program `script`");
        return;
    };
    assert!(shown.stdout.contains("\u{1b}["), "{}", shown.stdout);
    let quiet = on_terminal(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]).expect("as before");
    assert!(!quiet.stdout.contains('\u{1b}'), "{}", quiet.stdout);
}
