//! What files look like: another look means that one may have changed.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use config::{Request, Settings};

use crate::tls::Certificates;

/// Most files of one folder that are looked at.
const WATCHED: usize = 1000;

/// Every watched file; `None` for one that is not there.
pub(crate) type Looks = BTreeMap<PathBuf, Option<Look>>;

/// What a file looks like. One that was put in another's place may be as long and as old, but it is
/// another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    inode: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// Looks at the configuration's `files`, at those that would be among them if they were there, and at
/// the files that the settings name.
pub(crate) fn look(request: &Request, files: &[PathBuf], settings: &Settings) -> Looks {
    let mut files = files.to_vec();
    if request.files.is_empty() {
        // Backstage's default files are read if they are there, so one that appears counts too.
        files.extend(inside(&request.root).filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("app-config.") && name.ends_with(".yaml")
        }));
    }
    if let Some(https) = &settings.https {
        files.extend(Certificates::files(https));
    }
    files.extend(settings.secrets.rules.iter().map(|file| file.path.clone()));
    if let Some(path) = &settings.policy_path {
        files.push(path.clone());
        files.extend(inside(path));
    }
    let look = |file: PathBuf| {
        let look = look_at(&file);
        (file, look)
    };
    files.into_iter().map(look).collect()
}

/// The files in a folder; none if it is no folder.
fn inside(folder: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).take(WATCHED)
}

fn look_at(path: &Path) -> Option<Look> {
    let metadata = std::fs::metadata(path).ok()?;
    Some(Look {
        inode: metadata.ino(),
        length: metadata.len(),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    })
}
