//! Which files are read, and what is said of the others.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::{Tree, notes, places, private_key, token};
use crate::command::program;

#[test]
fn hidden_files_count_and_ignored_ones_do_not_unless_asked_for() {
    let tree = Tree::new();
    for (at, name) in
        [".env", ".github/w.yml", "ignored/x", "kept/ignored.txt", ".git/config"].iter().enumerate()
    {
        tree.file(name, format!("x {}\n", token(at)));
    }
    tree.file(".gitignore", "ignored/\n").file("kept/.ignore", "ignored.txt\n");
    assert_eq!(tree.places(&[]), [".env:1:3 github-pat", ".github/w.yml:1:3 github-pat"]);
    let all = tree.places(&["--no-ignore"]);
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(!all.iter().any(|place| place.starts_with(".git/")), "{all:?}");
    // What is named itself is scanned, ignored or not.
    assert_eq!(tree.places(&["ignored/x"]), ["ignored/x:1:3 github-pat"]);
    assert_eq!(tree.places(&["ignored"]), ["ignored/x:1:3 github-pat"]);
}

#[test]
fn no_link_leads_out_and_one_that_leads_inside_is_not_scanned_twice() {
    let outside = Tree::new();
    outside.file("secret", token(0)).file("folder/secret", token(0));
    let tree = Tree::new();
    tree.file("real/file", format!("{}\n", token(1)));
    let link = |to: &std::path::Path, name: &str| symlink(to, tree.path().join(name)).expect("a link");
    link(&outside.path().join("secret"), "to-file");
    link(&outside.path().join("folder"), "to-folder");
    link(std::path::Path::new("real"), "a-folder-inside");
    link(std::path::Path::new("real/file"), "a-file-inside");
    link(std::path::Path::new("nowhere"), "broken");
    link(std::path::Path::new("."), "circle");
    let found = tree.json(&[]);
    assert_eq!(places(&found), ["real/file:1:1 github-pat"]);
    assert_eq!(notes(&found), ["link-outside to-file", "link-outside to-folder", "link-broken broken"]);
    // The user's own word is followed; twice the same is once.
    assert_eq!(tree.places(&["to-file"]), ["to-file:1:1 github-pat"]);
    assert_eq!(tree.places(&["real", "a-file-inside", "real/file", "."]).len(), 1);
}

#[test]
fn what_is_no_text_is_not_scanned_and_what_cannot_be_is_said() {
    let tree = Tree::new();
    let secret = token(0);
    tree.file("binary", [b"\0".as_slice(), secret.as_bytes()].concat());
    let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    tree.file("wide.txt", [b"\xFF\xFE".as_slice(), &wide].concat());
    tree.file("not-utf8.txt", [b"\xE4\xFF ".as_slice(), token(1).as_bytes()].concat());
    tree.file("large", "x\n".repeat(600) + &secret);
    tree.file("locked", token(2));
    let locked = std::fs::Permissions::from_mode(0o0);
    std::fs::set_permissions(tree.path().join("locked"), locked).expect("rights can be changed");
    let made = program("mkfifo", tree.path(), &[]).arg("pipe").status().is_ok_and(|status| status.success());
    let found = tree.json(&["--max-file-size", "1KiB"]);
    let mut expected = vec!["not-utf8.txt:1:4 github-pat", "wide.txt:1:1 github-pat"];
    let mut said = vec!["large large"];
    // Nothing is locked for root.
    if std::fs::read(tree.path().join("locked")).is_ok() {
        expected.insert(0, "locked:1:1 github-pat");
    } else {
        said.push("unreadable locked");
    }
    if made {
        said.push("special pipe");
    }
    assert_eq!(places(&found), expected);
    assert_eq!(notes(&found), said);
    assert_eq!(found["summary"]["binaries"], 1);
    let text = tree.scan(&["--max-file-size", "1KiB"]);
    assert!(text.stderr.contains("large: larger than --max-file-size and not scanned"), "{}", text.stderr);
    assert!(text.stdout.contains("1 binary file not scanned"), "{}", text.stdout);
}

#[test]
fn standard_input_is_read_whole_or_not_at_all() {
    let tree = Tree::new();
    let text = format!("a\nb {}\n", token(0));
    let found = tree.scan_with(&["-", "--format", "json"], &[], Some(text.as_bytes()));
    let document = serde_json::from_str(&found.stdout).expect("JSON");
    assert_eq!((found.code, places(&document)), (1, vec!["<stdin>:2:3 github-pat".to_owned()]));
    assert_eq!(tree.scan_with(&["-"], &[], Some(b"nothing")).code, 0);
    let long = "x\n".repeat(2048);
    let refused = tree.scan_with(&["-", "--max-file-size", "1KiB"], &[], Some(long.as_bytes()));
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("--max-file-size"), "{}", refused.stderr);
}

#[test]
fn a_path_that_is_not_there_stops_before_anything_is_scanned() {
    let tree = Tree::new();
    tree.file("here", token(0));
    let ended = tree.scan(&["here", "missing"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains("missing") && ended.stderr.contains("help:"), "{}", ended.stderr);
}

#[test]
fn mistakes_on_the_command_line_end_with_64() {
    let tree = Tree::new();
    for arguments in [
        &["--format", "xml"][..],
        &["--git", "-p"],
        &["--git=--output=x"],
        &["--git", "HEAD", "--staged"],
        &["--git", "HEAD", "."],
        &["--staged", "."],
        &["--max-file-size", "0"],
        &["--only", "a", "--without", "b"],
        &["--staged", "--write-baseline", "x"],
        &["--nonsense"],
    ] {
        let ended = tree.scan(arguments);
        assert_eq!(ended.code, 64, "{arguments:?}\n{}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
}

#[test]
fn names_are_shown_without_secrets_and_without_commands() {
    let tree = Tree::new();
    tree.file(&format!("a {}.txt", token(0)), format!("{}\n", token(1)));
    tree.file("::add-mask::\u{1b}[2J\n::error::x", format!("{}\n", private_key()));
    for format in ["text", "json", "sarif", "github"] {
        let ended = tree.scan(&["--format", format]);
        assert_eq!(ended.code, 1);
        assert!(!ended.stdout.contains('\u{1b}'), "{}", ended.stdout);
        let commands = ended.stdout.lines().filter(|line| line.starts_with("::"));
        assert_eq!(commands.count(), if format == "github" { 2 } else { 0 }, "{}", ended.stdout);
    }
}

#[test]
fn long_lines_are_cut_around_the_secret() {
    let tree = Tree::new();
    let filling = "lorem ipsum ".repeat(20_000);
    tree.file("min.js", format!("{filling}'{}' {filling}", token(0)));
    let ended = tree.scan(&[]);
    let longest = ended.stdout.lines().map(|line| line.chars().count()).max();
    assert!(longest.is_some_and(|longest| longest < 200), "{}", ended.stdout);
    assert!(ended.stdout.contains("min.js:1:240002"), "{}", ended.stdout);
}

#[test]
fn many_secrets_on_one_line_cost_no_more_than_on_many() {
    let tree = Tree::new();
    let many = (0..20_000).map(|at| token(at % 5)).collect::<Vec<_>>().join(" ");
    tree.file("one-line.txt", many);
    let found = tree.json(&[]);
    assert_eq!(found["summary"]["findings"], 20_000);
    assert_eq!(found["findings"][19_999]["line"], 1);
}

#[test]
fn many_files_come_out_in_order_every_time() {
    let tree = Tree::new();
    for at in 0..300 {
        tree.file(&format!("d{}/f{at}.txt", at % 7), format!("{}\n{}\n", token(at % 5), token((at + 1) % 5)));
    }
    let first = tree.scan(&["--format", "json"]).stdout;
    assert_eq!(first, tree.scan(&["--format", "json"]).stdout);
    let found = places(&serde_json::from_str(&first).expect("JSON"));
    assert_eq!(found.len(), 600);
    assert!(found.chunks(2).is_sorted_by_key(|pair| pair[0].split(':').next().map(str::to_owned)));
}
