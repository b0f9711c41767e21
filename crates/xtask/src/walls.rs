//! deny.toml, enforced: who may depend on what, under which licences, from where.

use toml_edit::{DocumentMut, Value};

use crate::metadata::{Package, packages};

/// Our crates, and which of ours each may depend on. ARCHITECTURE.md says what each is for.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("untrusted", &["model"]),
    ("config", &["model", "untrusted"]),
    ("identity", &["model"]),
    ("policy", &["model", "identity"]),
    ("secrets", &["model", "untrusted"]),
    ("catalog", &["model", "untrusted", "secrets"]),
    ("checks", &["model", "untrusted", "secrets", "config"]),
    ("store", &["model", "identity", "policy"]),
    ("server", &["model", "untrusted", "secrets", "config", "identity", "policy", "catalog", "store"]),
    ("stagedoor", &["model", "untrusted", "secrets", "config", "catalog", "checks", "policy", "server"]),
    ("testkit", &[]),
    ("corpus", &[]),
    ("xtask", &["model", "secrets", "config", "catalog", "checks", "server", "testkit", "corpus"]),
];

/// Everything that stands where a wall is.
pub(crate) fn check() -> Vec<String> {
    let text = std::fs::read_to_string(crate::root().join("deny.toml")).expect("deny.toml is there");
    let deny: DocumentMut = text.parse().expect("deny.toml is TOML");
    let packages = packages();
    let mut problems = bans(&deny, &packages);
    problems.extend(licences(&deny, &packages));
    problems.extend(sources(&packages));
    problems.extend(rooms(&packages));
    problems
}

fn ours(package: &Package) -> bool {
    package.source.is_none()
}

fn bans(deny: &DocumentMut, packages: &[Package]) -> Vec<String> {
    let mut problems = Vec::new();
    let listed = deny["bans"]["deny"].as_array().expect("bans.deny is a list");
    for ban in listed.iter().filter_map(Value::as_inline_table) {
        let name = ban.get("name").and_then(Value::as_str).expect("a ban has a name");
        let reason = ban.get("reason").and_then(Value::as_str).unwrap_or_default();
        let wrappers: Vec<&str> = ban
            .get("wrappers")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if wrappers.is_empty() {
            if packages.iter().any(|package| package.name == name && package.linked) {
                problems.push(format!("`{name}` is in the graph and must not be: {reason}"));
            }
            continue;
        }
        for package in packages.iter().filter(|package| ours(package)) {
            if package.dependencies.iter().any(|found| found == name) && !wrappers.contains(&&*package.name) {
                problems.push(format!("crate `{}` depends on `{name}`: {reason}", package.name));
            }
        }
    }
    problems
}

fn licences(deny: &DocumentMut, packages: &[Package]) -> Vec<String> {
    let allowed: Vec<&str> =
        deny["licenses"]["allow"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    packages
        .iter()
        .filter(|package| !package.license.as_deref().is_some_and(|text| satisfied(text, &allowed)))
        .map(|package| {
            format!("`{}` has licence {:?}, which deny.toml does not allow", package.name, package.license)
        })
        .collect()
}

/// Whether a licence expression can be met: one side of every OR, both sides of every AND.
fn satisfied(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.replace('/', " OR ");
    let trimmed = expression.trim();
    if let Some(inner) = enclosed(trimmed) {
        return satisfied(inner, allowed);
    }
    if let Some((left, right)) = split(trimmed, " AND ") {
        return satisfied(left, allowed) && satisfied(right, allowed);
    }
    if let Some((left, right)) = split(trimmed, " OR ") {
        return satisfied(left, allowed) || satisfied(right, allowed);
    }
    allowed.contains(&trimmed)
}

/// The inside of an expression that is one pair of parentheses.
fn enclosed(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_i32;
    for letter in inner.chars() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth < 0 {
            return None;
        }
    }
    Some(inner)
}

/// Splits at the first `word` outside parentheses.
fn split<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let mut depth = 0_i32;
    for (at, letter) in text.char_indices() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth == 0 && text[at..].starts_with(word) {
            return Some((&text[..at], &text[at + word.len()..]));
        }
    }
    None
}

fn sources(packages: &[Package]) -> Vec<String> {
    packages
        .iter()
        .filter_map(|package| Some((package, package.source.as_deref()?)))
        .filter(|(_, source)| !source.starts_with("registry+"))
        .map(|(package, source)| format!("`{}` comes from `{source}`, not from the registry", package.name))
        .collect()
}

fn rooms(packages: &[Package]) -> Vec<String> {
    let names: Vec<&str> = ROOMS.iter().map(|(name, _)| *name).collect();
    let mut problems = Vec::new();
    for package in packages.iter().filter(|package| ours(package)) {
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == package.name) else {
            problems.push(format!("crate `{}` has no place in ROOMS (xtask/src/walls.rs)", package.name));
            continue;
        };
        for found in package.dependencies.iter().filter(|found| names.contains(&found.as_str())) {
            if !allowed.contains(&found.as_str()) {
                problems.push(format!("crate `{}` must not depend on `{found}`", package.name));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml_edit::Item;

    #[test]
    fn licence_expressions_are_read() {
        let allowed = ["MIT", "Apache-2.0", "ISC"];
        for good in
            ["MIT", "MIT OR GPL-3.0", "GPL-2.0/MIT", "ISC AND (Apache-2.0 OR ISC)", "(MIT OR X) AND ISC"]
        {
            assert!(satisfied(good, &allowed), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(GPL-3.0 OR X) AND MIT"] {
            assert!(!satisfied(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn the_workspace_keeps_its_walls() {
        assert_eq!(check(), Vec::<String>::new());
    }

    #[test]
    fn deny_toml_lists_bans() {
        let text = std::fs::read_to_string(crate::root().join("deny.toml")).expect("deny.toml is there");
        let deny: DocumentMut = text.parse().expect("TOML");
        assert!(matches!(deny["bans"]["deny"], Item::Value(Value::Array(_))));
    }
}
