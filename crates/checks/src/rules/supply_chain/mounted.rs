//! Where a backend's index starts a package: `backend.add(import(..))`, `backend.add(name)`, or a route of the old
//! backend, also by way of a file of its own.

use crate::packages::Package;
use crate::{Context, File, Place};

/// Files of a backend that are looked at for one.
const MAX_FILES: usize = 500;

/// How a backend has a package.
pub(super) enum Mounted {
    /// Its index adds it here, or imports it.
    Added(Place),
    /// It is a route of the old backend, which asks nobody who they are.
    OldRoute(Place),
    /// Other code names it.
    Imported,
}

/// How the backend of a package has another; none if no code of it names that.
pub(super) fn of(cx: Context<'_>, package: &Package, name: &str) -> Option<Mounted> {
    let slash = if package.folder.is_empty() { "" } else { "/" };
    let folder = format!("{}{slash}src", package.folder);
    let index = ["index.ts", "index.tsx", "index.js"]
        .iter()
        .find_map(|name| cx.repository().files.get(&format!("{folder}/{name}")));
    if let Some(index) = index
        && let Some(import) = imported(index, name)
    {
        return Some(started(index, &import));
    }
    let is_code = |name: &str| [".ts", ".tsx", ".js", ".mjs"].iter().any(|end| name.ends_with(end));
    let files = cx.repository().files.under(&folder).filter(|file| is_code(file.name())).take(MAX_FILES);
    let importing: Vec<(&File, Import)> =
        files.filter_map(|file| Some((file, imported(file, name)?))).collect();
    importing.first()?;
    // The file that makes a router of it is the one that stands for it.
    let makes =
        |import: &Import| import.names.iter().any(|name| name.to_ascii_lowercase().contains("router"));
    let by_index = importing.iter().find(|(_, import)| makes(import)).and_then(|(file, _)| {
        let stem = file.path.strip_prefix(&format!("{folder}/"))?.rsplit_once('.')?.0;
        let stem = stem.strip_suffix("/index").unwrap_or(stem);
        Some(started(index?, &imported(index?, &format!("./{stem}"))?))
    });
    Some(by_index.unwrap_or(Mounted::Imported))
}

/// A line that names a package or a file.
struct Import {
    place: Place,
    /// What it is called here; none for `import('x')`.
    names: Vec<String>,
    /// Where the text after it begins.
    end: usize,
}

fn imported(file: &File, name: &str) -> Option<Import> {
    let text = file.text()?;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !is_comment(line)
            && let Some(at) = quoted(line, name)
        {
            let is_static = !line[..at].contains("import(") && !line[..at].contains("require(");
            let names = if is_static { names(&text[..start + at]) } else { Vec::new() };
            let place = file.place(start + at, start + at + name.len());
            return Some(Import { place, names, end: start + line.len() });
        }
        start += line.len();
    }
    None
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with('*') || line.starts_with("/*")
}

/// The names of `import a, { b as c } from`, of which this is the text up to the package.
fn names(before: &str) -> Vec<String> {
    let Some((_, clause)) = before.rsplit_once("import ") else { return Vec::new() };
    let clause = clause.split(" from").next().unwrap_or(clause);
    let parts = clause.split([',', '{', '}', '\n']).map(str::trim);
    let own = |part: &str| part.rsplit_once(" as ").map_or(part, |(_, own)| own).trim().to_owned();
    parts.map(own).filter(|name| is_name(name)).take(32).collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
}

/// Where what was imported is added to the backend or made a route; the import, if that is not seen.
fn started(index: &File, import: &Import) -> Mounted {
    let text = index.text().unwrap_or_default();
    let mut start = import.end.min(text.len());
    for line in text[start..].split_inclusive('\n') {
        let adds = line.contains(".add(");
        let routes = line.contains(".use(");
        if (adds || routes)
            && !is_comment(line)
            && let Some(at) = import.names.iter().find_map(|name| word(line, name))
        {
            let (at, end) = (start + at.0, start + at.1);
            let place = index.place(at, end);
            return if routes { Mounted::OldRoute(place) } else { Mounted::Added(place) };
        }
        start += line.len();
    }
    Mounted::Added(import.place.clone())
}

/// Where a line has a word.
fn word(line: &str, name: &str) -> Option<(usize, usize)> {
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\'' | b'/' | b'-' | b'.');
    let bytes = line.as_bytes();
    let ends = |at: usize| bytes.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    line.match_indices(name)
        .map(|(at, _)| (at, at + name.len()))
        .find(|(at, end)| at.checked_sub(1).is_none_or(|before| !is_part(bytes[before])) && ends(*end))
}

/// Where text has a name, or a path below it, in quotes.
fn quoted(text: &str, name: &str) -> Option<usize> {
    let before = |at: usize| text[..at].ends_with(['\'', '"', '`']);
    let after = |at: usize| text[at + name.len()..].starts_with(['\'', '"', '`', '/']);
    text.match_indices(name).map(|(at, _)| at).find(|at| before(*at) && after(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_imports() {
        for (text, expected) in [
            ("import a from '", vec!["a"]),
            ("import x from 'y';\nimport a, { b as c,\n  d,\n} from '", vec!["a", "c", "d"]),
            ("import * as all from '", vec!["all"]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
        assert_eq!(word("apiRouter.use('/gitlab', await gitlab(env));", "gitlab"), Some((31, 37)));
        assert_eq!(word("router.use(other.gitlab)", "gitlab"), None);
    }
}
