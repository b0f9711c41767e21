//! pnpm's lock files: version 5 (`/name/1.2.3`), 6 (`/name@1.2.3`) and 9 (`name@1.2.3`).

use std::sync::Arc;

use super::lines::{lines, unquoted};
use super::{Locked, Read, name_and_rest, version};

pub(super) fn read(path: &Arc<str>, text: &str) -> Read {
    let mut read = Read::default();
    let mut within = false;
    let mut open: Option<Locked> = None;
    for line in lines(text) {
        match line.indent {
            0 => within = line.text == "packages:",
            2 if within => {
                if let Some(entry) = open.take() {
                    read.push(entry);
                }
                let Some(key) =
                    line.text.split_once(": {").map(|(key, _)| key).or(line.text.strip_suffix(':'))
                else {
                    continue;
                };
                let Some((name, of)) = name_and_version(unquoted(key)) else { continue };
                open = Some(Locked {
                    name: Arc::from(name),
                    version: version(of),
                    descriptors: Vec::new(),
                    resolved: is_elsewhere(of).then(|| Arc::from(of)),
                    has_hash: false,
                    has_install_script: None,
                    place: line.place(path),
                });
            }
            4 if within => {
                let Some(entry) = &mut open else { continue };
                if let Some(resolution) = line.text.strip_prefix("resolution:") {
                    entry.has_hash |= resolution.contains("integrity:");
                    if let Some((_, tarball)) = resolution.split_once("tarball: ") {
                        let end = tarball.find([',', '}']).unwrap_or(tarball.len());
                        entry.resolved = Some(Arc::from(unquoted(&tarball[..end])));
                    }
                }
                if line.text.starts_with("requiresBuild: true") {
                    entry.has_install_script = Some(true);
                }
            }
            _ => {}
        }
    }
    if let Some(entry) = open {
        read.push(entry);
    }
    read
}

/// Whether a version is an address.
fn is_elsewhere(of: &str) -> bool {
    of.contains("://") || of.starts_with("file:")
}

fn name_and_version(key: &str) -> Option<(&str, &str)> {
    let key = key.strip_prefix('/').unwrap_or(key);
    if let Some(found) = name_and_rest(key.split('(').next().unwrap_or(key)) {
        return Some(found);
    }
    let slash = key.rfind('/')?;
    Some((&key[..slash], &key[slash + 1..]))
}
