//! One file's bytes, bounded, as text.

use std::io::{self, Read};
use std::path::Path;

/// Bytes in which a zero says that this is no text.
const TASTE: usize = 8 * 1024;

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Text of an encoding that extends ASCII.
    Text(Vec<u8>),
    /// Something else.
    Binary,
    /// More bytes than are read.
    Large,
    /// Not a file, after all.
    Special,
}

/// Reads a file of at most `most` bytes.
pub(crate) fn file(path: &Path, most: u64) -> io::Result<Content> {
    // Opening a pipe waits for its other end.
    if !std::fs::metadata(path)?.is_file() {
        return Ok(Content::Special);
    }
    let file = std::fs::File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(Content::Special);
    }
    if metadata.len() > most {
        return Ok(Content::Large);
    }
    read(file, most, metadata.len())
}

/// Reads to the end, at most `most` bytes.
pub(crate) fn stream(from: impl Read, most: u64) -> io::Result<Content> {
    read(from, most, 0)
}

/// The same, of what is about `expected` bytes long.
fn read(from: impl Read, most: u64, expected: u64) -> io::Result<Content> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(most)).unwrap_or(0));
    from.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Ok(Content::Large);
    }
    Ok(content(bytes))
}

/// Bytes as text, if they are.
pub(crate) fn content(bytes: Vec<u8>) -> Content {
    if let Some(text) = utf16(&bytes) {
        return Content::Text(text.into_bytes());
    }
    if memchr::memchr(0, &bytes[..bytes.len().min(TASTE)]).is_some() {
        return Content::Binary;
    }
    Content::Text(bytes)
}

/// UTF-16 that says so by a byte order mark.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (is_little, rest) = match bytes {
        // The mark of UTF-32 starts like this one.
        [0xFF, 0xFE, 0, 0, ..] => return None,
        [0xFF, 0xFE, rest @ ..] => (true, rest),
        [0xFE, 0xFF, rest @ ..] => (false, rest),
        _ => return None,
    };
    let unit = if is_little { u16::from_le_bytes } else { u16::from_be_bytes };
    let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text = char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER));
    Some(text.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_what_is_none() {
        assert_eq!(content(b"a\xff".to_vec()), Content::Text(b"a\xff".to_vec()));
        assert_eq!(content(b"a\0".to_vec()), Content::Binary);
        let late = [vec![b'a'; TASTE], vec![0]].concat();
        assert_eq!(content(late.clone()), Content::Text(late));
        assert_eq!(content(b"\xFF\xFEa\0\xE4\0".to_vec()), Content::Text("aä".into()));
        assert_eq!(content(b"\xFE\xFF\0a".to_vec()), Content::Text(b"a".to_vec()));
        assert_eq!(content(b"\xFF\xFE\0\0a\0\0\0".to_vec()), Content::Binary);
        assert_eq!(content(b"\xFF\xFE\0\xD8".to_vec()), Content::Text("\u{fffd}".into()));
    }

    #[test]
    fn no_more_than_the_bound_is_read() {
        assert_eq!(stream(&b"12345"[..], 5).expect("it is there"), Content::Text(b"12345".to_vec()));
        assert_eq!(stream(std::io::repeat(b'a'), 5).expect("it is there"), Content::Large);
        assert_eq!(file(Path::new("/dev/null"), 5).expect("it is there"), Content::Special);
    }
}
