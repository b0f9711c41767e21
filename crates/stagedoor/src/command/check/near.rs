//! Names near one that was mistyped.

/// Names shown at most.
const MOST: usize = 5;
/// Characters of a typed name that are compared.
const LENGTH: usize = 64;

/// The names that somebody may have meant, the nearest first.
pub(crate) fn near<'n>(typed: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let typed: String = typed.chars().take(LENGTH).collect::<String>().to_lowercase();
    let mut scored: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let steps = distance(&typed, name);
            let is_part = typed.len() >= 4 && (name.contains(&typed) || typed.contains(name));
            (is_part || steps <= name.len().min(typed.len()) / 3).then_some((steps, name))
        })
        .collect();
    scored.sort_unstable();
    scored.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// Characters to insert, remove or replace until one word is the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_parts_are_near_and_nothing_else_is() {
        let names = ["guest-provider", "root-filesystem", "permission-disabled"];
        assert_eq!(near("gest-provider", names.into_iter()), ["guest-provider"]);
        assert_eq!(near("permission", names.into_iter()), ["permission-disabled"]);
        assert!(near("x", names.into_iter()).is_empty());
        assert_eq!((distance("", "abc"), distance("kitten", "sitting"), distance("a", "a")), (3, 3, 0));
    }
}
