//! The reference page of `stagedoor:`, written from the table.

use std::fmt::Write as _;

use super::keys::KEYS;

/// A Markdown table of every key under `stagedoor:`.
pub fn reference_markdown() -> String {
    let mut out = String::from(
        "# Keys under `stagedoor:`\n\n\
         Unknown keys and wrong types are errors. Durations are written `30s`, `PT30S` or `{ seconds: 30 }`.\n\n\
         | Key | Type | Default | Without restart | Meaning |\n|---|---|---|---|---|\n",
    );
    for key in KEYS {
        let default = key.default.map(|text| format!("`{text}`")).unwrap_or_default();
        let reloads = if key.reloads { "yes" } else { "no" };
        writeln!(
            out,
            "| `stagedoor.{}` | {} | {default} | {reloads} | {} |",
            key.path,
            key.kind.describe(),
            key.doc
        )
        .expect("writing to a string does not fail");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_row() {
        let page = reference_markdown();
        for key in KEYS {
            assert!(page.contains(&format!("| `stagedoor.{}` |", key.path)), "{}", key.path);
        }
        // A bar in a cell would shift the columns.
        assert!(page.lines().skip(5).all(|row| row.matches('|').count() == 6), "{page}");
        insta::assert_snapshot!(page);
    }
}
