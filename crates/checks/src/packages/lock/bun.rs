//! Bun's lock files, as text: JSON with commas at the ends of lists, a line each package:
//! `"name": ["name@1.2.3", "", {..}, "sha512-.."],`.

use std::sync::Arc;

use super::lines::lines;
use super::{Locked, Read, name_and_rest, version};

pub(super) fn read(path: &Arc<str>, text: &str) -> Read {
    let mut read = Read::default();
    let mut within = false;
    for line in lines(text) {
        if line.indent <= 2 {
            within = line.text.starts_with("\"packages\"");
            continue;
        }
        if !within || line.indent != 4 {
            continue;
        }
        let Some((key, list)) = line.text.split_once("\": [\"") else { continue };
        let Some((name, rest)) = list.split_once('"').and_then(|(id, _)| name_and_rest(id)) else { continue };
        let elsewhere = rest.contains(':') || rest.contains('#');
        if rest.starts_with("workspace:") {
            continue;
        }
        read.push(Locked {
            name: Arc::from(name),
            version: version(rest),
            descriptors: vec![Arc::from(key.trim_start_matches('"'))],
            resolved: elsewhere.then(|| Arc::from(rest)),
            has_hash: list.contains("\"sha"),
            has_install_script: None,
            place: line.place(path),
        });
    }
    read
}
