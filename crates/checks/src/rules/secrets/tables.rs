//! Tables that plugins make, and their columns that are named like secrets.

use crate::code::{At, CallAt, Code};
use crate::secret_names::is_secret;
use crate::{File, Place, Repository};

/// A table with a column for a secret.
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    /// The folder of the package that makes it.
    pub(super) folder: String,
    /// The columns, each with where its name is written.
    pub(super) secrets: Vec<(String, Place)>,
}

/// Types of columns that hold text.
const TEXTS: &[&str] = &["text", "string", "json", "jsonb", "varchar", "longtext", "specificType"];

/// The tables, of code and of migrations.
pub(super) fn with_secrets(repository: &Repository) -> Vec<Table> {
    let mut found = Vec::new();
    of_code(repository.code(), &mut found);
    for file in repository.files.iter() {
        if let Some((folder, _)) = file.path.rsplit_once("/migrations/")
            && [".js", ".ts", ".cjs", ".mjs"].iter().any(|end| file.name().ends_with(end))
        {
            of_migration(file, folder, &mut found);
        }
    }
    found.retain(|table| !table.secrets.is_empty());
    found
}

fn of_code(code: &Code, found: &mut Vec<Table>) {
    for call in
        ["createTable", "alterTable", "createTableIfNotExists"].into_iter().flat_map(|name| code.calls(name))
    {
        let (Some(name), Some(makes)) = (call.arg(0).and_then(At::text), call.arg(1).and_then(At::function))
        else {
            continue;
        };
        let columns = makes
            .calls()
            .into_iter()
            .filter(|column| column.name().is_some_and(|kind| TEXTS.contains(&kind)));
        let secrets = columns.filter_map(secret_column).collect();
        add(found, name, code.package_folder(call.at.module), secrets);
    }
}

fn secret_column(call: CallAt<'_>) -> Option<(String, Place)> {
    let at = call.arg(0)?;
    let name = at.text().filter(|name| is_of_secret(name))?;
    Some((name, at.place()))
}

fn add(found: &mut Vec<Table>, name: String, folder: String, secrets: Vec<(String, Place)>) {
    match found.iter_mut().find(|table| table.name == name && table.folder == folder) {
        Some(table) => {
            for (column, place) in secrets {
                if !table.secrets.iter().any(|(own, _)| *own == column) {
                    table.secrets.push((column, place));
                }
            }
        }
        None => found.push(Table { name, folder, secrets }),
    }
}

/// Whether a column holds a secret as it is.
fn is_of_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let other = ["hash", "encrypt", "cipher", "next", "page", "csrf", "has_", "use_", "is_", "masked"];
    is_secret(name) && !other.iter().any(|part| lower.contains(part))
}

/// A migration is text here: it is no code of the portal that rules follow.
fn of_migration(file: &File, folder: &str, found: &mut Vec<Table>) {
    let Some(text) = file.text() else { return };
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for call in ["createTable(", "alterTable("] {
        starts.extend(text.match_indices(call).map(|(at, call)| (at, at + call.len())));
    }
    starts.sort_unstable();
    for (index, (_, from)) in starts.iter().enumerate() {
        let to = starts.get(index + 1).map_or(text.len(), |next| next.0);
        let part = &text[*from..to];
        let Some((name, _)) = quoted(part.trim_start()) else { continue };
        let mut secrets = Vec::new();
        for kind in TEXTS {
            for (at, call) in part.match_indices(&format!(".{kind}(")) {
                let begin = at + call.len();
                let blank = part[begin..].len() - part[begin..].trim_start().len();
                if let Some((column, length)) = quoted(&part[begin + blank..])
                    && is_of_secret(column)
                {
                    let start = from + begin + blank + 1;
                    secrets.push((column.to_owned(), file.place(start, start + length)));
                }
            }
        }
        secrets.sort_by_key(|(_, place)| place.start);
        add(found, name.to_owned(), folder.to_owned(), secrets);
    }
}

/// The text in quotes that something begins with, and its length.
fn quoted(text: &str) -> Option<(&str, usize)> {
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"' | '`'))?;
    let inside = &text[1..];
    let length = inside.find(quote)?;
    Some((&inside[..length], length))
}
