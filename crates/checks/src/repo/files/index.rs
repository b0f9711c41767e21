//! Git's index: the paths that git tracks. Versions 2 to 4, with hashes of SHA-1 and SHA-256.

use std::collections::HashSet;

/// More files than are read of an index.
const ENTRIES: u32 = 1 << 20;
/// More bytes than paths have in all; in version 4 a few bytes may stand for many.
const PATHS: usize = 128 << 20;
/// The times, numbers and sizes that stand before an entry's hash.
const STAT: usize = 40;
/// Where an entry's mode is.
const MODE: usize = 24;

/// The ordinary files that an index names, with `/`. Nothing if it is no index that can be read.
pub(crate) fn tracked(bytes: &[u8]) -> Option<HashSet<String>> {
    let (magic, rest) = bytes.split_first_chunk::<4>()?;
    let (version, rest) = rest.split_first_chunk::<4>()?;
    let (count, _) = rest.split_first_chunk::<4>()?;
    let (version, count) = (u32::from_be_bytes(*version), u32::from_be_bytes(*count));
    if magic != b"DIRC" || !(2..=4).contains(&version) || count > ENTRIES {
        return None;
    }
    // An index does not say which hash it has; entries of the other do not come out even.
    [20, 32].into_iter().find_map(|hash| Reader { bytes, at: 12, version, hash }.paths(count))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    version: u32,
    hash: usize,
}

impl Reader<'_> {
    fn paths(&mut self, count: u32) -> Option<HashSet<String>> {
        let mut found = HashSet::new();
        let mut name = Vec::new();
        let mut total = 0_usize;
        for _ in 0..count {
            let mode = self.entry(&mut name)?;
            total = total.saturating_add(name.len());
            if total > PATHS {
                return None;
            }
            let is_file = match mode & 0o170_000 {
                0o100_000 => true,
                // Links, other repositories, folders that are not checked out.
                0o120_000 | 0o160_000 | 0o040_000 => false,
                _ => return None,
            };
            if let Some(name) = std::str::from_utf8(&name).ok().filter(|name| is_file && is_inside(name)) {
                found.insert(name.to_owned());
            }
        }
        // A hash of all of it follows, after extensions that nothing here is about.
        (self.at.saturating_add(self.hash) <= self.bytes.len()).then_some(found)
    }

    /// The mode of the next entry; `name` is the name before it, and becomes its own.
    fn entry(&mut self, name: &mut Vec<u8>) -> Option<u32> {
        let start = self.at;
        let mode = self.bytes.get(start + MODE..)?.first_chunk::<4>()?;
        let flags_at = start + STAT + self.hash;
        let flags = u16::from_be_bytes(*self.bytes.get(flags_at..)?.first_chunk::<2>()?);
        let is_extended = flags & 0x4000 != 0;
        if is_extended && self.version < 3 {
            return None;
        }
        self.at = flags_at + if is_extended { 4 } else { 2 };
        if self.version == 4 {
            let kept = name.len().checked_sub(self.number()?)?;
            name.truncate(kept);
        } else {
            name.clear();
        }
        let rest = self.bytes.get(self.at..)?;
        let end = memchr::memchr(0, rest)?;
        name.extend_from_slice(rest.get(..end)?);
        let length = self.at - start + end;
        // Entries before version 4 are filled up to eight bytes, with at least one.
        self.at = if self.version == 4 { start + length + 1 } else { start + ((length + 8) & !7) };
        let said = usize::from(flags & 0xfff);
        (said == name.len().min(0xfff) && !name.is_empty()).then(|| u32::from_be_bytes(*mode))
    }

    /// A number of seven bits a byte, as git writes those of version 4.
    fn number(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        for round in 0..4 {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            value = (value + usize::from(round > 0)) << 7 | usize::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

/// Whether a path leads nowhere but into the repository.
fn is_inside(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git"))
        && !path.contains(['\\', '\0'])
}

/// An index of version 2, for tests.
#[cfg(test)]
pub(crate) fn written(paths: &[&str]) -> Vec<u8> {
    let mut all = b"DIRC\0\0\0\x02".to_vec();
    all.extend(u32::try_from(paths.len()).expect("few").to_be_bytes());
    for path in paths {
        let start = all.len();
        all.extend([0; MODE]);
        all.extend(0o100_644_u32.to_be_bytes());
        all.extend([0; STAT - MODE - 4 + 20]);
        all.extend(u16::try_from(path.len()).expect("short").to_be_bytes());
        all.extend(path.bytes());
        let length = all.len() - start;
        all.resize(start + ((length + 8) & !7), 0);
    }
    all.extend([0; 20]);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(bytes: &[u8]) -> Option<Vec<String>> {
        let mut all: Vec<_> = tracked(bytes)?.into_iter().collect();
        all.sort();
        Some(all)
    }

    #[test]
    fn paths_are_read_and_those_that_lead_out_are_not() {
        let index = written(&["../x", "/etc/passwd", "a/.GIT/config", "a/b.yaml", "longer/path/c.ts"]);
        assert_eq!(sorted(&index), Some(vec!["a/b.yaml".to_owned(), "longer/path/c.ts".to_owned()]));
        for cut in 0..index.len() {
            assert!(tracked(&index[..cut]).is_none(), "{cut}");
        }
    }

    /// An entry of a mode, with the bytes between the flags and its end as they are given.
    fn entry(mode: u32, hash: usize, flags: u16, rest: &[u8]) -> Vec<u8> {
        let mut all = vec![0; MODE];
        all.extend(mode.to_be_bytes());
        all.extend(vec![1; STAT - MODE - 4 + hash]);
        all.extend(flags.to_be_bytes());
        all.extend(rest);
        all
    }

    #[test]
    fn names_of_version_4_continue_the_one_before() {
        let mut index = b"DIRC\0\0\0\x04\0\0\0\x03".to_vec();
        index.extend(entry(0o100_644, 20, 8, b"\0a/b.yaml\0"));
        index.extend(entry(0o100_755, 20, 6, b"\x05.sh\0"));
        index.extend(entry(0o120_000, 20, 0x4000 | 6, b"\0\0\x02nk\0"));
        let end = index.len();
        index.extend([0; 20]);
        assert_eq!(sorted(&index), Some(vec!["a/b.sh".to_owned(), "a/b.yaml".to_owned()]));
        index.truncate(end);
        // It takes back more than there is.
        index.extend(entry(0o100_644, 20, 1, b"\x7fa\0"));
        index.extend([0; 20]);
        index[11] = 4;
        assert_eq!(sorted(&index), None);
    }

    #[test]
    fn longer_hashes_are_told_by_what_follows() {
        let mut index = b"DIRC\0\0\0\x03\0\0\0\x01".to_vec();
        let mut one = entry(0o100_644, 32, 6, b"a.yaml");
        one.resize((one.len() + 8) & !7, 0);
        index.extend(one);
        index.extend([0; 32]);
        assert_eq!(sorted(&index), Some(vec!["a.yaml".to_owned()]));
    }
}
