//! The `fields` parameter: which parts of each entity to keep.

use std::borrow::Cow;

use super::error::QueryError;
use super::scan::Members;

/// Different fields one request may name.
const MAX_FIELDS: usize = 256;

/// Dotted paths to keep, in the order asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields(Vec<Vec<String>>);

impl Fields {
    /// Reads comma-separated lists; `None` when they name nothing, which keeps everything.
    pub(super) fn parse<'f>(lists: impl Iterator<Item = &'f str>) -> Result<Option<Self>, QueryError> {
        let mut names: Vec<&str> = Vec::new();
        for name in lists.flat_map(|list| list.split(',')).map(str::trim).filter(|name| !name.is_empty()) {
            if name.contains('[') {
                return Err(QueryError::input("invalid fields, array type fields are not supported"));
            }
            if !names.contains(&name) {
                names.push(name);
            }
            if names.len() > MAX_FIELDS {
                return Err(QueryError::input(format!("invalid fields, more than {MAX_FIELDS} of them")));
            }
        }
        let paths = names.iter().map(|name| name.split('.').map(str::to_owned).collect());
        Ok((!names.is_empty()).then(|| Self(paths.collect())))
    }

    /// Appends the parts of a body that are kept.
    ///
    /// A name's parts may be one key (`metadata.annotations.backstage.io/owner`): at each level the
    /// shortest run of parts that is a key is taken.
    pub(super) fn project(&self, body: &str, out: &mut Vec<u8>) {
        let paths: Vec<&[String]> = self.0.iter().map(Vec::as_slice).collect();
        if !project(body.as_bytes(), &paths, out) {
            out.extend_from_slice(b"{}");
        }
    }
}

/// Appends an object of what the paths lead to; appends nothing and says so if that is nothing.
/// Goes no deeper than the longest path.
fn project(object: &[u8], paths: &[&[String]], out: &mut Vec<u8>) -> bool {
    // For each path: which member it goes through, and how many of its parts that takes.
    let mut through: Vec<Option<(usize, usize)>> = vec![None; paths.len()];
    let mut members: Vec<(&[u8], &[u8])> = Vec::new();
    for (raw, value) in Members::of(object) {
        let key = decoded(raw);
        let mut needed = false;
        for (path, through) in paths.iter().zip(&mut through) {
            if let Some(parts) = parts_of_key(&key, path)
                && through.is_none_or(|(_, known)| parts < known)
            {
                *through = Some((members.len(), parts));
                needed = true;
            }
        }
        if needed {
            members.push((raw, value));
        }
    }
    let start = out.len();
    let mut written = vec![false; members.len()];
    for at in 0..paths.len() {
        let Some((member, _)) = through[at] else { continue };
        if std::mem::replace(&mut written[member], true) {
            continue;
        }
        let mut rests: Vec<&[String]> = Vec::new();
        for (path, through) in paths.iter().zip(&through) {
            if let Some((same, parts)) = through
                && *same == member
            {
                rests.push(&path[*parts..]);
            }
        }
        let (key, value) = members[member];
        let before = out.len();
        out.push(if before == start { b'{' } else { b',' });
        out.extend_from_slice(key);
        out.push(b':');
        if rests.iter().any(|rest| rest.is_empty()) {
            out.extend_from_slice(value);
        } else if !project(value, &rests, out) {
            out.truncate(before);
        }
    }
    if out.len() == start {
        return false;
    }
    out.push(b'}');
    true
}

/// The text of a key that still has its quotes.
fn decoded(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\\') {
        let text: String = serde_json::from_slice(raw).unwrap_or_default();
        Cow::Owned(text.into_bytes())
    } else {
        Cow::Borrowed(&raw[1..raw.len() - 1])
    }
}

/// How many parts of the path, joined by dots, are this key.
fn parts_of_key(key: &[u8], path: &[String]) -> Option<usize> {
    let mut rest = key;
    for (at, part) in path.iter().enumerate() {
        rest = rest.strip_prefix(part.as_bytes())?;
        if rest.is_empty() {
            return Some(at + 1);
        }
        rest = rest.strip_prefix(b".")?;
    }
    None
}
