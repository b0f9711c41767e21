use std::collections::BTreeSet;

use base64::Engine as _;

use crate::file::is_yaml;
use crate::fix::Fix;
use crate::kube::KUSTOMIZATIONS;
use crate::repo::helm_texts;
use crate::rule::Skip;
use crate::secret_names::{is_placeholder, is_secret};
use crate::{Checklist, Context, File, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut looked = false;
    // What an app-config says has rules of its own, inside a manifest too.
    let configs = cx.repository().projects.iter().flat_map(|project| &project.configs);
    let configs: BTreeSet<&str> = configs.map(|config| &*config.path).collect();
    for file in cx.repository().files.iter().filter(|file| may_be_manifest(file)) {
        for tree in file.trees() {
            let kind = tree.get("kind").and_then(Item::as_str);
            let is_object = tree.get("apiVersion").is_some() && kind.is_some();
            let is_values = file.name().starts_with("values")
                || file.name().contains("-values")
                || file.name().contains(".values");
            if tree
                .get("apiVersion")
                .and_then(Item::as_str)
                .is_some_and(|version| version.starts_with("backstage.io"))
            {
                continue;
            }
            if !is_object && !is_values && !KUSTOMIZATIONS.contains(&file.name()) {
                continue;
            }
            looked = true;
            if kind == Some("Secret") && tree.get("apiVersion").and_then(Item::as_str) == Some("v1") {
                secret(file, tree, findings);
            } else {
                passwords(file, tree, findings);
                for values in helm_texts(file, tree) {
                    passwords(file, &values, findings);
                }
                if !configs.contains(&*file.path) {
                    in_texts(file, tree, findings);
                }
            }
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("no Kubernetes manifest or chart values here")) }
}

/// Passwords that images and guides come with.
const DEFAULTS: &[&str] =
    &["admin", "backstage", "changeme", "example", "guest", "password", "postgres", "root", "secret", "test"];

fn may_be_manifest(file: &File) -> bool {
    let is_yaml = is_yaml(file.name());
    is_yaml && !file.path.contains("skeleton") && !file.path.contains(".github/")
}

/// Every entry of a Secret whose value is written out.
fn secret(file: &File, tree: &Item, findings: &mut Findings) {
    let entries =
        |key: &str| tree.get(key).into_iter().flat_map(Item::entries).filter(|(name, _)| !is_public(name));
    for (name, value) in entries("stringData") {
        if value.as_str().is_some_and(|text| !is_placeholder(text)) {
            let message = format!("the Secret's `{name}` is written into the manifest");
            tell(file, value, message, Severity::High, findings);
        }
    }
    for (name, value) in entries("data") {
        let is_written = value.as_str().is_some_and(|text| {
            !is_placeholder(text) && !text.starts_with('<') && !is_placeholder(&decoded(text))
        }) && !is_to_be_changed(file, value);
        if is_written {
            tell(
                file,
                value,
                format!("the Secret's `{name}` is written into the manifest, in base64"),
                Severity::High,
                findings,
            );
        }
    }
}

/// What base64 is of; the text itself where it is none.
fn decoded(text: &str) -> String {
    let bytes = base64::prelude::BASE64_STANDARD.decode(text.trim()).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned())
}

/// Whether the line says that its value is to be replaced, and the value repeats itself as nothing random does.
fn is_to_be_changed(file: &File, value: &Item) -> bool {
    let rest = file.text().and_then(|text| text.get(value.place.end..)).unwrap_or_default();
    let Some((_, remark)) = rest.lines().next().and_then(|line| line.split_once('#')) else { return false };
    let remark = remark.to_ascii_lowercase();
    let says =
        ["change me", "changeme", "change this", "replace", "placeholder", "example", "dummy", "your own"];
    let text = decoded(value.as_str().unwrap_or_default());
    let start = text.get(..4).unwrap_or_default();
    says.iter().any(|word| remark.contains(word)) && !start.is_empty() && text.matches(start).count() > 2
}

/// Whether an entry says who or where, as those of a repository's or a database's credentials do, and is no secret.
fn is_public(name: &str) -> bool {
    let last = name.rsplit(['.', '-', '_']).next().unwrap_or(name).to_ascii_lowercase();
    matches!(
        last.as_str(),
        "username"
            | "user"
            | "type"
            | "url"
            | "uri"
            | "host"
            | "hostname"
            | "port"
            | "name"
            | "email"
            | "region"
            | "database"
            | "db"
            | "project"
            | "namespace"
            | "endpoint"
            | "org"
            | "organization"
            | "issuer"
            | "id"
    )
}

/// Passwords among a chart's values, and in environments of containers.
fn passwords(file: &File, tree: &Item, findings: &mut Findings) {
    let mut found = Vec::new();
    let mut hashes = Vec::new();
    tree.walk(&mut |path, item| {
        let name = path.rsplit('.').next().unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        let is_password = ["password", "passwd", "passphrase"].iter().any(|end| lower.ends_with(end));
        // Which key of a store each variable is: `keys: { POSTGRES_PASSWORD: Password }`.
        let is_mapped = path.rsplit('.').nth(1).is_some_and(|of| of.to_ascii_lowercase().ends_with("keys"));
        if is_password
            && !is_mapped
            && item.as_str().is_some_and(|text| !is_placeholder(text) && !text.starts_with('/'))
        {
            found.push((name.to_owned(), item));
        }
        // `staticPasswords: [{ hash: $2a$10$.. }]` of Dex, the administrator of Argo CD.
        if item.as_str().is_some_and(is_hash) && !is_password {
            hashes.push((name.to_owned(), item));
        }
        // `literals: [X=literal]` of what kustomize makes Secrets and ConfigMaps of.
        let literal =
            item.as_str().filter(|_| path.contains("Generator.")).and_then(|text| text.split_once('='));
        if literal.is_some_and(|(name, value)| is_secret(name) && !is_placeholder(value)) {
            found.push((literal.map_or_else(String::new, |(name, _)| name.to_owned()), item));
        }
        // `- name: X` with `value: literal`.
        let variable = item.get("name").and_then(Item::as_str);
        if let (Some(variable), Some(value)) = (variable, item.get("value"))
            && is_secret(variable)
            && value.as_str().is_some_and(|text| {
                !is_placeholder(text) && !text.starts_with('/') && !text.contains(".Values")
            })
        {
            found.push((variable.to_owned(), value));
        }
    });
    for (name, item) in hashes {
        let message = format!("`{name}` is the hash of a password that is written into the manifest");
        tell(file, item, message, Severity::Medium, findings);
    }
    for (name, item) in found {
        // What everybody tries first was never secret.
        let is_default = item.as_str().is_some_and(|text| DEFAULTS.contains(&&*text.to_ascii_lowercase()));
        let message = format!("`{name}` is a password that is written into the manifest");
        tell(file, item, message, if is_default { Severity::Medium } else { Severity::High }, findings);
    }
}

/// Whether a value is what bcrypt makes of a password: short ones are found by trying.
fn is_hash(text: &str) -> bool {
    let text = text.trim();
    text.len() == 60
        && ["$2a$", "$2b$", "$2y$"].iter().any(|start| text.starts_with(start))
        && !text.contains(' ')
}

/// How many passwords are told of one text.
const MANY: usize = 10;
/// How many of all texts of one document.
const MOST: usize = 200;

/// Passwords in files that a manifest holds as text: properties, settings of a server, SQL.
fn in_texts(file: &File, tree: &Item, findings: &mut Findings) {
    let Some(whole) = file.text() else { return };
    let mut found = Vec::new();
    tree.walk(&mut |path, item| {
        // Values for a chart are read as what they are.
        if path.ends_with("helm.values") || found.len() >= MOST {
            return;
        }
        let (start, end) = (item.place.start, item.place.end.min(whole.len()));
        let is_text = item.as_str().is_some_and(|text| text.contains('\n'));
        let written = whole.get(start..end).filter(|written| is_text && !written.starts_with(['"', '\'']));
        let Some(written) = written else { return };
        let mut at = start;
        let mut count = 0;
        for line in written.split_inclusive('\n') {
            if let Some(name) = password_of(line).filter(|_| count < MANY) {
                count += 1;
                let from = at + (line.len() - line.trim_start().len());
                found.push((file.place(from, at + line.trim_end().len()), name.to_owned()));
            }
            at += line.len();
        }
    });
    for (place, name) in found {
        let message = format!("`{name}` is a password that is written into a text of the manifest");
        tell_at(file, &place, message, Severity::High, findings);
    }
}

/// The name of the password that a line sets to something that stands for nothing else.
fn password_of(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.starts_with(['#', ';', '*']) || line.starts_with("//") || line.starts_with("--") {
        return None;
    }
    let is_literal = |value: &str| {
        let value = value.trim();
        value.len() > 2
            && !is_placeholder(value)
            && !value.contains([' ', '{', '}', '(', '$', '%', '<', '/'])
            && !matches!(value, "password" | "env" | "file" | "md5" | "scram-sha-256")
    };
    let upper = line.to_ascii_uppercase();
    for words in ["IDENTIFIED BY '", "PASSWORD '"] {
        // The same bytes, since only ASCII letters changed.
        let value = upper.find(words).and_then(|at| line.get(at + words.len()..)?.split('\'').next());
        if value.is_some_and(is_literal) {
            return Some(words.trim_end_matches(['\'', ' ']));
        }
    }
    let (name, value) = match line.strip_prefix("requirepass ") {
        Some(value) => ("requirepass", value),
        None => line.split_once(['=', ':'])?,
    };
    let name = name.trim().trim_matches(['"', '\'', '-', ' ']);
    let lower = name.to_ascii_lowercase();
    let is_password = ["password", "passwd", "passphrase", "_pass", ".pass", "-pass", "requirepass"]
        .iter()
        .any(|end| lower.ends_with(end));
    let is_name = name.len() < 80 && !name.contains([' ', '(', '$']);
    let value = value.trim().trim_end_matches([',', ';']).trim_matches(['"', '\'']);
    (is_password && is_name && is_literal(value)).then_some(name)
}

fn tell(file: &File, item: &Item, message: String, severity: Severity, findings: &mut Findings) {
    tell_at(file, item.key_place(), message, severity, findings);
}

fn tell_at(file: &File, place: &Place, message: String, severity: Severity, findings: &mut Findings) {
    let lower = file.path.to_ascii_lowercase();
    let is_local = ["dev", "local", "test", "example", "examples", "kind", "minikube", "demo", "sandbox"]
        .iter()
        .any(|word| lower.split(['/', '-', '.', '_']).any(|part| part == *word));
    findings
        .at(place, message)
        .severity(if is_local { Severity::Low } else { severity })
        .why("whoever reads the repository has it; base64 hides nothing")
        .fix(Fix::manual("have the cluster take it from a secrets manager (External Secrets, Sealed Secrets, a CSI driver), and rotate it"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_texts_are_told_from_what_stands_for_them() {
        for (line, name) in [
            ("    default_pass = guest\n", "default_pass"),
            ("spring.datasource.password=hunter2", "spring.datasource.password"),
            ("\"adminPassword\": \"hunter2\",", "adminPassword"),
            ("requirepass hunter2", "requirepass"),
            ("CREATE USER a WITH PASSWORD 'hunter2';", "PASSWORD"),
            ("create user 'a'@'%' identified by 'hunter2'", "IDENTIFIED BY"),
        ] {
            assert_eq!(password_of(line), Some(name), "{line}");
        }
        for line in [
            "password = ${PASSWORD}",
            "password: <password>",
            "# password = hunter2",
            "password_file = /run/secrets/password",
            "password: $__file{/etc/secret}",
            "Enter your password: it is asked once",
            "CREATE USER a WITH PASSWORD '$PASSWORD';",
            "password: ''",
            "ÄÖ password",
        ] {
            assert_eq!(password_of(line), None, "{line}");
        }
    }
}
