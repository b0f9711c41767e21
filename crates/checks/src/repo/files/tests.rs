use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use tempfile::TempDir;

use super::{Files, index};
use crate::{Content, Repository};

/// A folder with files; those of git are written with their folders.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, bytes) in files {
        write(folder.path(), path, bytes);
    }
    folder
}

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().expect("it has one")).expect("room");
    std::fs::write(path, bytes).expect("room");
}

fn paths(files: &Files) -> Vec<&str> {
    files.iter().map(|file| &*file.path).collect()
}

fn unread(files: &Files) -> Vec<(&str, &str)> {
    files.unread().iter().map(|unread| (unread.path.as_str(), unread.reason.as_str())).collect()
}

const HEAD: (&str, &[u8]) = (".git/HEAD", b"ref: refs/heads/main\n");

#[test]
fn links_are_not_followed_and_those_that_lead_nowhere_or_out_are_told() {
    let elsewhere = folder(&[("secret.yaml", b"a: 1")]);
    let here = folder(&[("a/b.yaml", b"a: 1")]);
    let link = |to: &Path, at: &str| symlink(to, here.path().join(at)).expect("a link");
    link(here.path(), "a/round");
    link(Path::new(".."), "a/up");
    link(Path::new("b.yaml"), "a/same.yaml");
    link(Path::new("gone.yaml"), "broken.yaml");
    link(Path::new("itself"), "itself");
    link(elsewhere.path(), "folder");
    link(&elsewhere.path().join("secret.yaml"), "out.yaml");
    let files = Files::read(here.path());
    assert_eq!(paths(&files), ["a/b.yaml"]);
    assert_eq!(
        unread(&files),
        [
            ("broken.yaml", "it is a link to something that is not there"),
            ("folder", "it is a link that leads out of the repository"),
            ("itself", "it is a link that leads nowhere"),
            ("out.yaml", "it is a link that leads out of the repository"),
        ]
    );
}

#[test]
fn what_is_no_text_is_told_unless_nobody_reads_it() {
    let here = folder(&[
        ("app-config.yaml", b"a: \xff"),
        ("notes.txt", b"caf\xe9"),
        ("logo.png", b"\x89PNG\0"),
        ("tool", b"\x7fELF\0"),
        ("utf16.json", b"{\0}\0"),
    ]);
    let files = Files::read(here.path());
    assert_eq!(
        unread(&files),
        [
            ("app-config.yaml", "it is not UTF-8 from byte 3 on"),
            ("tool", "it is binary"),
            ("utf16.json", "it is binary"),
        ]
    );
    let content = |path: &str| files.get(path).map(|file| &file.content);
    assert!(matches!(content("logo.png"), Some(Content::Unopened)));
    assert!(matches!(content("notes.txt"), Some(Content::Binary)));
}

#[test]
fn what_is_large_is_told_and_a_large_lock_file_is_read_without_being_kept() {
    let here = folder(&[("package.json", b"{\"dependencies\": {\"p7\": \"^1.0.0\"}}")]);
    std::fs::File::create(here.path().join("data.json"))
        .and_then(|file| file.set_len(5 << 20))
        .expect("room");
    let lock = std::fs::File::create(here.path().join("package-lock.json")).expect("room");
    lock.set_len(129 << 20).expect("room");
    let mut yarn = String::with_capacity(21 << 20);
    for at in 0.. {
        if yarn.len() > 20 << 20 {
            break;
        }
        yarn.extend([format!("\"p{at}@^1.0.0\":\n  version \"1.0.{at}\"\n  dependencies:\n")]);
        yarn.extend((0..400).map(|of| format!("    d{of} \"^{at}.0.0\"\n")));
    }
    write(here.path(), "yarn.lock", yarn.as_bytes());
    let files = Files::read(here.path());
    assert_eq!(
        unread(&files),
        [
            ("data.json", "it is larger than the 4 MiB that are read of a file"),
            ("package-lock.json", "it is larger than the 128 MiB that are read of a lock file"),
        ]
    );
    let kept = files.get("yarn.lock").expect("it is there");
    assert!(kept.text().is_none() && kept.whole().is_some_and(|text| text.len() == yarn.len()));
    let repository = Repository::of(files);
    let installed = repository.packages.installed("", "p7");
    assert_eq!(installed.iter().map(|found| found.version.to_string()).collect::<Vec<_>>(), ["1.0.7"]);
}

#[test]
fn a_large_lock_file_that_is_no_text_is_incomplete() {
    let here = folder(&[]);
    std::fs::write(here.path().join("yarn.lock"), vec![0xff; 9 << 20]).expect("room");
    let repository = Repository::read(here.path());
    let said: Vec<_> = repository.packages.locks().iter().map(|lock| lock.incomplete.as_deref()).collect();
    assert_eq!(said, [Some("it is not text that can be read")]);
}

#[test]
fn in_git_what_is_ignored_is_left_out_unless_it_is_tracked() {
    let tracked = ["app-config.local.yaml", "web/dist/kept.js", "gone.yaml", "node_modules/a/index.js"];
    let files = [
        HEAD,
        (".git/index", &index::written(&tracked)[..]),
        (".gitignore", b"*.local.yaml\n/out/\n!kept.local.yaml\n"),
        ("app-config.local.yaml", b"a: 1"),
        ("other.local.yaml", b"a: 1"),
        ("kept.local.yaml", b"a: 1"),
        ("out/a.yaml", b"a: 1"),
        ("web/.gitignore", b"!other.local.yaml\n"),
        ("web/other.local.yaml", b"a: 1"),
        ("web/dist/kept.js", b"a"),
        ("web/dist/built.js", b"a"),
        ("node_modules/a/index.js", b"a"),
        ("new.yaml", b"a: 1"),
    ];
    let here = folder(&files);
    let expected = [
        ".gitignore",
        "app-config.local.yaml",
        "kept.local.yaml",
        "new.yaml",
        "web/.gitignore",
        "web/dist/kept.js",
        "web/other.local.yaml",
    ];
    assert_eq!(paths(&Files::read(here.path())), expected);

    // The same in a second working tree, whose `.git` is a file.
    let own = folder(&[("HEAD", b"x"), ("index", &index::written(&tracked))]);
    std::fs::remove_dir_all(here.path().join(".git")).expect("it is there");
    write(here.path(), ".git", format!("gitdir: {}\n", own.path().display()).as_bytes());
    let files = Files::read(here.path());
    assert_eq!(paths(&files), expected);
    assert_eq!(unread(&files), []);

    // Without git, everything is of the repository.
    std::fs::remove_file(here.path().join(".git")).expect("it is there");
    let files = Files::read(here.path());
    assert!(files.get("out/a.yaml").is_some() && files.get("other.local.yaml").is_some());
    assert!(files.get("node_modules/a/index.js").is_none() && files.get("web/dist/kept.js").is_none());
}

#[test]
fn a_folder_of_a_repository_has_what_is_tracked_in_it() {
    let files = [
        HEAD,
        (".git/index", &index::written(&["portal/.env"])[..]),
        (".gitignore", b".env\n"),
        ("portal/.env", b"A=1"),
        ("portal/sub/.env", b"A=1"),
        ("portal/a.yaml", b"a: 1"),
        ("other/.env", b"A=1"),
    ];
    let here = folder(&files);
    assert_eq!(paths(&Files::read(&here.path().join("portal"))), [".env", "a.yaml"]);
    // Nothing of this one is tracked, so that it is no part of that repository.
    assert_eq!(paths(&Files::read(&here.path().join("other"))), [".env"]);
}

#[test]
fn an_index_that_cannot_be_read_is_told() {
    let here = folder(&[HEAD, (".git/index", b"DIRC\0\0\0\x02\0\0\0\x01"), ("a.yaml", b"a: 1")]);
    let files = Files::read(here.path());
    assert_eq!(paths(&files), ["a.yaml"]);
    assert_eq!(files.unread().iter().map(|unread| unread.path.as_str()).collect::<Vec<_>>(), [".git/index"]);
}

#[test]
fn tracked_paths_lead_through_no_links() {
    let elsewhere = folder(&[("secret.yaml", b"a: 1")]);
    let here = folder(&[HEAD, (".git/index", &index::written(&["link/secret.yaml"]))]);
    symlink(elsewhere.path(), here.path().join("link")).expect("a link");
    assert_eq!(paths(&Files::read(here.path())), [""; 0]);
}

#[test]
fn what_may_not_be_read_is_told() {
    let here = folder(&[("a.yaml", b"a: 1"), ("b/c.yaml", b"a: 1")]);
    let mode = |path: &str, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(here.path().join(path), permissions).expect("it is ours");
    };
    mode("a.yaml", 0);
    mode("b", 0);
    // To root everything is open.
    let is_root = std::fs::File::open(here.path().join("a.yaml")).is_ok();
    let files = Files::read(here.path());
    let told = unread(&files);
    let why = "it may not be read by who runs this";
    assert_eq!(told, if is_root { vec![] } else { vec![("a.yaml", why), ("b", why)] });
    assert_eq!(files.get("b/c.yaml").is_some(), is_root);
    mode("b", 0o755);
}

#[test]
fn names_that_are_no_text_and_folders_without_end_are_told() {
    let here = folder(&[("a.yaml", b"a: 1")]);
    std::fs::write(here.path().join(std::ffi::OsStr::from_bytes(b"\xff.yaml")), "a: 1").expect("room");
    let mut deep = here.path().to_owned();
    (0..105).for_each(|_| deep.push("d"));
    std::fs::create_dir_all(&deep).expect("room");
    std::fs::write(deep.join("a.yaml"), "a: 1").expect("room");
    let files = Files::read(here.path());
    assert_eq!(paths(&files), ["a.yaml"]);
    let reasons: Vec<&str> = unread(&files).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(reasons, ["it is too deep in folders", "its name is not UTF-8"]);
}

#[test]
fn a_root_that_is_not_there_is_told() {
    let here = folder(&[]);
    let files = Files::read(&here.path().join("gone"));
    assert_eq!(unread(&files), [(".", "it was gone when it was to be read")]);
}
