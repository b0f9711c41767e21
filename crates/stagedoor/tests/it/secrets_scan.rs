//! `stagedoor secrets scan` from outside: what it finds, where, what it prints, and that no secret is in
//! what it prints.

mod baseline;
mod clean;
mod formats;
mod git;
mod leave;
mod pipelines;
mod real;
mod rules;
mod tree;

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

use crate::command::{Ended, program};

/// A key for fingerprints, the same in every run.
const KEY: (&str, &str) = ("STAGEDOOR_SECRETS_KEY", "a key that only tests have");
/// What follows the prefix of tokens that hold their checksum. Without it they are nothing.
const TAILS: [&str; 5] = [
    "StZsxnTSWsbCBpWUedoB6SJ95Ypuie0AKxrk",
    "2cPzSfldfAd0rX432CuFc1nTKSbrCX24ZUKK",
    "EeIV0g5TfHQZxr5jGKmEWI14an6P6s0Im6Bv",
    "IO4z1sh0DDxw3UOjPQ4aeCnhHL5JL015nrJm",
    "zQmx78Fj603TpVBhZCSWCkn8QfO7PQ0qaVch",
];
/// The body of a private key, which is nothing without its first line.
const BODY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n\
                    MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\n";
/// What a comment that gives leave begins with; in pieces, so that none stands here.
const MARK: &str = concat!("stagedoor:", "allow-secret");
/// Characters in a row of a secret that are printed nowhere.
const RUN: usize = 8;

/// A token as one may be found; made here, so that this file holds none.
fn token(number: usize) -> String {
    ["gh", "p_", TAILS[number]].concat()
}

fn private_key() -> String {
    ["-----BEGIN ", "PRIVATE KEY-----\n", BODY, "-----END ", "PRIVATE KEY-----\n"].concat()
}

/// A folder with files.
struct Tree(TempDir);

impl Tree {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, content).expect("it can be written");
        self
    }

    /// Runs `stagedoor secrets scan` here. Whatever it does, it prints no secret.
    fn scan(&self, arguments: &[&str]) -> Ended {
        self.scan_with(arguments, &[KEY], None)
    }

    fn scan_with(&self, arguments: &[&str], variables: &[(&str, &str)], stdin: Option<&[u8]>) -> Ended {
        scan(self.path(), arguments, variables, stdin)
    }

    /// The JSON document, and the exit code that fits it.
    fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.scan(&[&["--format", "json"], arguments].concat());
        let document: Value = serde_json::from_str(&ended.stdout).expect("it prints JSON");
        let count = document["findings"].as_array().expect("a list").len();
        assert_eq!(ended.code, i32::from(count > 0), "{}", ended.stderr);
        document
    }

    /// Where something was found, `path:line:column rule`.
    fn places(&self, arguments: &[&str]) -> Vec<String> {
        places(&self.json(arguments))
    }
}

fn scan(folder: &Path, arguments: &[&str], variables: &[(&str, &str)], stdin: Option<&[u8]>) -> Ended {
    let mut command = program(crate::BINARY, folder, variables);
    command.args(["secrets", "scan"]).args(arguments);
    command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary can be started");
    let writer = child.stdin.take().zip(stdin.map(<[u8]>::to_vec)).map(|(mut pipe, bytes)| {
        // It may refuse to read all of it.
        std::thread::spawn(move || drop(pipe.write_all(&bytes)))
    });
    let ended = Ended::from(child.wait_with_output().expect("it ends"));
    if let Some(writer) = writer {
        writer.join().expect("it writes");
    }
    let printed = format!("{}{}", ended.stdout, ended.stderr);
    for secret in TAILS.iter().copied().chain(BODY.lines()) {
        for run in secret.as_bytes().windows(RUN) {
            let run = std::str::from_utf8(run).expect("it is ASCII");
            assert!(!printed.contains(run), "{arguments:?} printed a part of a secret:\n{printed}");
        }
    }
    ended
}

fn places(document: &Value) -> Vec<String> {
    let text = |row: &Value, key: &str| row[key].as_str().expect("text").to_owned();
    let findings = document["findings"].as_array().expect("a list");
    findings
        .iter()
        .map(|row| format!("{}:{}:{} {}", text(row, "path"), row["line"], row["column"], text(row, "rule")))
        .collect()
}

/// The notes, `kind place`.
fn notes(document: &Value) -> Vec<String> {
    let notes = document["notes"].as_array().expect("a list");
    let text = |row: &Value, key: &str| row[key].as_str().expect("text").to_owned();
    notes.iter().map(|row| format!("{} {}", text(row, "kind"), text(row, "place"))).collect()
}
