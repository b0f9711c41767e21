//! Opening one file.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use super::kinds;
use super::walk::Found;
use crate::Content;

/// More bytes than are read of a file.
const TEXT: u64 = 4 << 20;
/// More bytes than are read of a lock file.
const LOCK: u64 = 128 << 20;
/// Lock files that have more bytes are read when they are asked for, and not kept.
const KEPT: u64 = 64 << 10;
/// Bytes at the start of a file that tell whether it is binary: then one of them is 0.
const TASTE: usize = 8192;

/// What a file holds; and why that is nothing, where people should hear of it.
pub(super) fn content(found: &Found) -> (Content, Option<String>) {
    if kinds::is_unopened(&found.path) {
        return (Content::Unopened, None);
    }
    let is_lock = kinds::is_lock(&found.path);
    let most = if is_lock { LOCK } else { TEXT };
    let read = File::open(&found.on_disk).and_then(|file| {
        let bytes = file.metadata()?.len();
        Ok((
            bytes,
            if bytes > most || is_lock && bytes > KEPT { Vec::new() } else { all(file, bytes, most)? },
        ))
    });
    match read {
        Err(error) => {
            let reason = why(&error);
            (Content::Unreadable(reason.clone()), Some(reason))
        }
        // It may have grown since it was asked.
        Ok((bytes, text)) if bytes > most || text.len() as u64 > most => {
            let (kind, most) = (if is_lock { "a lock file" } else { "a file" }, most >> 20);
            (Content::TooLarge, Some(format!("it is larger than the {most} MiB that are read of {kind}")))
        }
        Ok((bytes, _)) if is_lock && bytes > KEPT => (Content::OnDisk(found.on_disk.clone()), None),
        Ok((_, bytes)) => text(bytes, &found.path),
    }
}

fn all(file: File, bytes: u64, most: u64) -> io::Result<Vec<u8>> {
    let mut all = Vec::with_capacity(usize::try_from(bytes).unwrap_or(0));
    file.take(most + 1).read_to_end(&mut all)?;
    Ok(all)
}

fn text(bytes: Vec<u8>, path: &str) -> (Content, Option<String>) {
    let taste = bytes.get(..TASTE).unwrap_or(&bytes);
    if memchr::memchr(0, taste).is_some() {
        return (Content::Binary, Some("it is binary".to_owned()));
    }
    match String::from_utf8(bytes) {
        Ok(text) => (Content::Text(text.into()), None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let reason = || format!("it is not UTF-8 from byte {at} on");
            (Content::Binary, kinds::is_meant(path).then(reason))
        }
    }
}

/// An error as a person reads it.
pub(super) fn why(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "it may not be read by who runs this".to_owned(),
        ErrorKind::NotFound => "it was gone when it was to be read".to_owned(),
        _ => format!("it cannot be read: {error}"),
    }
}

/// A small file that says something of others. Nothing if it is a link, is no ordinary file, or has more bytes.
pub(super) fn small(path: &Path, most: u64) -> Option<Vec<u8>> {
    let found = path.symlink_metadata().ok()?;
    if !found.is_file() || found.len() > most {
        return None;
    }
    let read = all(File::open(path).ok()?, found.len(), most).ok()?;
    (read.len() as u64 <= most).then_some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_said_in_words() {
        let denied = io::Error::from(ErrorKind::PermissionDenied);
        assert_eq!(why(&denied), "it may not be read by who runs this");
        assert!(why(&io::Error::other("the disk is on fire")).contains("on fire"));
    }

    #[test]
    fn a_zero_after_the_taste_makes_nothing_binary() {
        let mut bytes = vec![b'a'; TASTE];
        bytes.push(0);
        assert!(matches!(text(bytes, "a"), (Content::Text(_), None)));
        assert!(matches!(text(vec![b'a', 0], "a"), (Content::Binary, Some(_))));
        assert!(matches!(text(vec![b'a', 0xff], "a.txt"), (Content::Binary, None)));
    }
}
