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
            findings.push(child.problem(format!("unknown key `{}`", child.key())).fix(fix));
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

/// Edits between two short texts: insertions, deletions, replacements.
fn distance(from: &str, to: &str) -> usize {
    // A key of a megabyte must not cost its square.
    if from.len() > 64 {
        return usize::MAX;
    }
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, c) in from.chars().enumerate() {
        let mut next = vec![index + 1];
        for (column, other) in to.iter().enumerate() {
            let replace = row.get(column).copied().unwrap_or_default() + usize::from(c != *other);
            let delete = row.get(column + 1).copied().unwrap_or_default() + 1;
            let insert = next.last().copied().unwrap_or_default() + 1;
            next.push(replace.min(delete).min(insert));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (from, to, edits) in
            [("", "", 0), ("abc", "abc", 0), ("edg", "edge", 1), ("kitten", "sitting", 3)]
        {
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
