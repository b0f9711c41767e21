//! Which places of which files are left in a merged tree.

use std::collections::HashMap;
use std::sync::Arc;

use crate::{Item, Place};

/// Values of a merged tree: the first and the last byte of each, by file.
#[derive(Debug, Default)]
pub(super) struct Left(HashMap<Arc<str>, Vec<(usize, usize)>>);

impl Left {
    pub(super) fn of(root: &Item) -> Self {
        let mut left = Self::default();
        root.walk(&mut |_, item| {
            let Place { path, start, end, .. } = &item.place;
            match left.0.get_mut(path) {
                Some(all) => all.push((*start, *end)),
                None => drop(left.0.insert(Arc::clone(path), vec![(*start, *end)])),
            }
        });
        left.0.values_mut().for_each(|all| all.sort_unstable());
        left
    }

    /// Whether something that lies in a place is left. What begins in it and ends outside is what holds it, and stands
    /// at its beginning, so that few are looked at.
    pub(super) fn has(&self, place: &Place) -> bool {
        let Some(all) = self.0.get(&place.path) else { return false };
        let from = all.partition_point(|(start, _)| *start < place.start);
        all.iter().skip(from).take_while(|(start, _)| *start <= place.end).any(|(_, end)| *end <= place.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Files;

    #[test]
    fn what_lies_in_a_place_is_found_by_it() {
        let files =
            Files::of_texts([("a.yaml", "a: {b: 1, c: {d: 2}}\ne: 3\n"), ("b.yaml", "a: {c: {d: 4}}\n")]);
        let tree = |path: &str| files.get(path).and_then(crate::File::tree).expect("a tree");
        let left = Left::of(tree("a.yaml").at("a.c").expect("a part"));
        for (path, is_left) in [("a", true), ("a.c", true), ("a.c.d", true), ("a.b", false), ("e", false)] {
            assert_eq!(left.has(&tree("a.yaml").at(path).expect("a value").place), is_left, "{path}");
        }
        assert!(!left.has(&tree("b.yaml").place));
    }
}
