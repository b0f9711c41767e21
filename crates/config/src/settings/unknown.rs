//! Keys under `stagedoor:` that do not exist, with the one that was probably meant.

use super::findings::Findings;
use super::keys::KEYS;
use crate::{Config, ValueRef};

/// Notes every key under `stagedoor:` that the table does not have, and objects where none belong.
pub(super) fn unknown_keys(config: &Config, findings: &mut Findings) {
    walk(&config.at("stagedoor"), "", findings);
}

fn walk(value: &ValueRef<'_>, prefix: &str, findings: &mut Findings) {
    for (name, child) in findings.keep(value.all_entries()).unwrap_or_default() {
        let path = format!("{prefix}{name}");
        let leaf = KEYS.iter().any(|key| key.path == path);
        let inner = format!("{path}.");
        if leaf {
            let element = format!("{path}[].");
            if child.is_list() && KEYS.iter().any(|key| key.path.starts_with(&element)) {
                for item in findings.take(child.items()).unwrap_or_default() {
                    if item.is_object() {
                        walk(&item, &element, findings);
                    }
                }
            }
        } else if KEYS.iter().any(|key| key.path.starts_with(&inner)) && !name.contains('.') {
            walk(&child, &inner, findings);
        } else {
            let siblings = siblings(prefix);
            let fix = match nearest(name, &siblings) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the keys here are {}", siblings.join(", ")),
            };
            findings.push(
                child.problem(format!("unknown key `{}`", child.key())).at(Some(child.key_place())).fix(fix),
            );
        }
    }
}

/// The names that may stand at a prefix, in the table's order.
fn siblings(prefix: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for key in KEYS {
        let name = key.path.strip_prefix(prefix).and_then(|rest| rest.split(['.', '[']).next());
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
    }
    names
}

/// The name that differs least, if it differs little.
fn nearest<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    let most = (name.chars().count() / 3).clamp(1, 3);
    names
        .iter()
        .map(|other| (distance(&name.to_lowercase(), &other.to_lowercase()), *other))
        .min()
        .filter(|(distance, _)| *distance <= most)
        .map(|(_, other)| other)
}

/// Edits between two short texts: insertions, deletions, replacements, swapped neighbours.
fn distance(from: &str, to: &str) -> usize {
    // A key of a megabyte must not cost its square.
    if from.len() > 64 {
        return usize::MAX;
    }
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![vec![0; to.len() + 1]; from.len() + 1];
    for i in 0..=from.len() {
        for j in 0..=to.len() {
            if i == 0 || j == 0 {
                rows[i][j] = i + j;
                continue;
            }
            let replaced = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (from, to, edits) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("edg", "edge", 1),
            ("egde", "edge", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(from, to), edits, "{from} {to}");
        }
    }

    #[test]
    fn the_nearest_name_is_offered_only_when_near() {
        let names = siblings("edge.");
        assert_eq!(names, ["trustedProxies", "allowedSources", "methods", "limits", "rateLimits"]);
        assert_eq!(nearest("trustedProxy", &names), Some("trustedProxies"));
        assert_eq!(nearest("ratelimits", &names), Some("rateLimits"));
        assert_eq!(nearest("zebra", &names), None);
    }
}
