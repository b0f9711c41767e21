//! Yarn's lock files, of version 1 and later. Both are written by programs, a line each thing, so that they are read
//! line by line.

use std::sync::Arc;

use super::lines::{lines, unquoted};
use super::{Locked, Read, name_and_rest, version};

pub(super) fn read(path: &Arc<str>, text: &str) -> Read {
    let mut read = Read::default();
    let mut open: Option<Locked> = None;
    for line in lines(text) {
        if line.text.starts_with(['<', '>', '=']) && line.indent == 0 {
            read.incomplete.get_or_insert_with(|| format!("line {} is of a merge conflict", line.number));
            continue;
        }
        if line.indent == 0 {
            if let Some(entry) = open.take() {
                read.push(entry);
            }
            let Some(key) = line.text.strip_suffix(':') else { continue };
            // A key of a program that writes YAML has its quotes around all of it, yarn 1 around each descriptor.
            let descriptors: Vec<Arc<str>> =
                key.split(", ").map(|part| Arc::from(part.trim().trim_matches(['"', '\'']))).collect();
            let Some((name, _)) = descriptors.first().and_then(|first| name_and_rest(first)) else {
                continue;
            };
            open = Some(Locked {
                name: Arc::from(name),
                version: None,
                resolved: None,
                has_hash: false,
                has_install_script: None,
                place: line.place(path),
                descriptors,
            });
        } else if let Some(entry) = open.as_mut().filter(|_| line.indent == 2) {
            field(entry, line.text);
        }
    }
    if let Some(entry) = open {
        read.push(entry);
    }
    read
}

fn field(entry: &mut Locked, text: &str) {
    let Some((key, value)) = text.split_once([' ', ':']) else { return };
    let value = unquoted(value.trim_start_matches(':'));
    match key {
        "version" => entry.version = version(value),
        "resolved" => entry.resolved = Some(Arc::from(value)),
        // `name@npm:1.2.3`: under an alias the name is another one.
        "resolution" => {
            let Some((name, from)) = name_and_rest(value) else { return };
            entry.name = Arc::from(name);
            entry.resolved = Some(Arc::from(from));
        }
        "integrity" | "checksum" => entry.has_hash = !value.is_empty(),
        _ => {}
    }
}
