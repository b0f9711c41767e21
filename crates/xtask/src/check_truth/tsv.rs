//! Tables with tabs between the fields.

use std::path::Path;

/// The rows of a table that is kept in the repository.
pub(super) fn kept(name: &str) -> Result<Vec<Vec<String>>, String> {
    read(&crate::root().join("bench/check").join(name))
}

/// The rows of a table. Empty lines and comments are passed over.
pub(super) fn read(path: &Path) -> Result<Vec<Vec<String>>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let row = |line: &str| line.split('\t').map(str::to_owned).collect();
    let tells = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    Ok(text.lines().filter(tells).map(row).collect())
}
