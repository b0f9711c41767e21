//! `stagedoor check` from outside, over a small made-up repository: every form of the report, exit codes, acceptances,
//! the baseline, fixes; and that no secret is in what is printed.

mod advisories;
mod clean;
mod ends;
mod forms;
mod live;

use serde_json::Value;
use tempfile::TempDir;

use crate::command::{Ended, stagedoor};

/// A password that only its name gives away, and a file name and a title that try to be markup.
const PASSWORD: &str = "correct-horse-battery";
const HOSTILE: &str = "docs/<img src=x onerror=alert(1)>&::error::.yaml";
const RULES: &str = "guest-outside-development,default-policy-disabled,config-secret-literal,env-file-secret";

/// A folder with files.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(TempDir::new().expect("a folder"));
        repository.file("backstage.json", "{\"version\":\"1.55.0\"}\n");
        repository.file("app-config.yaml", "app:\n  title: \"<script>alert(1)</script>\"\n");
        let production = format!(
            "backend:\n  auth:\n    dangerouslyDisableDefaultAuthPolicy: true\n  database:\n    connection:\n      password: {PASSWORD}\nauth:\n  providers:\n    guest:\n      dangerouslyAllowOutsideDevelopment: true\n"
        );
        repository.file("app-config.production.yaml", &production);
        repository.file(HOSTILE, "a: 1\n");
        repository
    }

    fn file(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("it can be written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("it is there")
    }

    /// Runs a few rules, and makes sure that no secret is printed.
    fn check(&self, arguments: &[&str]) -> Ended {
        let ended = self.all(&[&["--rule", RULES], arguments].concat());
        for shown in [&ended.stdout, &ended.stderr] {
            assert!(!shown.contains(PASSWORD), "{arguments:?} printed a secret:\n{shown}");
        }
        ended
    }

    fn all(&self, arguments: &[&str]) -> Ended {
        stagedoor(self.0.path(), &[&["check"], arguments].concat(), &[])
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.check(&[&["--format", "json"], arguments].concat());
        serde_json::from_str(&ended.stdout)
            .unwrap_or_else(|_| panic!("no JSON: {}{}", ended.stdout, ended.stderr))
    }

    /// Rules that report, in order.
    fn found(&self, arguments: &[&str]) -> Vec<String> {
        let document = self.json(arguments);
        let findings = document["findings"].as_array().expect("a list");
        findings.iter().map(|one| one["rule"].as_str().expect("text").to_owned()).collect()
    }
}
