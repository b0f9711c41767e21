//! The policy file of the RBAC plugin: lines of `p, role, permission, action, effect` and `g, member, role`.

use crate::repo::Setting;
use crate::rule::Skip;
use crate::{Context, File, Place};

/// More lines than this are not read; real files have hundreds.
const MOST_LINES: usize = 50_000;

/// A line that is neither empty nor a comment.
pub(super) struct Line {
    /// Where it is.
    pub(super) place: Place,
    /// What is between its commas.
    pub(super) fields: Vec<String>,
}

/// The file that a setting names.
pub(super) struct Policy<'a> {
    pub(super) setting: Setting<'a>,
    pub(super) lines: Vec<Line>,
}

/// The policy files that configurations name and the repository has.
pub(super) fn all<'a>(cx: &Context<'a>) -> Result<Vec<Policy<'a>>, Skip> {
    let mut all: Vec<Policy<'a>> = Vec::new();
    for setting in cx.settings("permission.rbac.policies-csv-file")? {
        let Some(path) = setting.item.literal() else { continue };
        let Some(file) = find(cx, &setting, path) else { continue };
        if all.iter().any(|other| other.lines.first().is_some_and(|line| line.place.path == file.path)) {
            continue;
        }
        all.push(Policy { setting, lines: lines(file) });
    }
    Ok(all)
}

/// Beside the configuration, in the application, or anywhere under the name that an image gives it.
fn find<'a>(cx: &Context<'a>, setting: &Setting<'_>, path: &str) -> Option<&'a File> {
    let files = &cx.repository().files;
    let plain = path.trim_start_matches("./");
    let folder = setting.project.folder.as_str();
    let inside = if folder.is_empty() { plain.to_owned() } else { format!("{folder}/{plain}") };
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    files.get(&inside).or_else(|| {
        let mut named = files.iter().filter(|file| file.name() == name);
        named.next().filter(|_| named.next().is_none())
    })
}

fn lines(file: &File) -> Vec<Line> {
    let text = file.text().unwrap_or_default();
    let mut lines = Vec::new();
    let mut at = 0;
    for whole in text.split_inclusive('\n').take(MOST_LINES) {
        let line = whole.trim();
        if !line.is_empty() && !line.starts_with('#') {
            let fields = line.split(',').map(|field| field.trim().to_owned()).collect();
            let start = at + (whole.len() - whole.trim_start().len());
            lines.push(Line { place: file.place(start, start + line.len()), fields });
        }
        at += whole.len();
    }
    lines
}
