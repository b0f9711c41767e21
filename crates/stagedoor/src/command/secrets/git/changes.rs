//! The raw list of changes that git prints, one by one.

use std::io::BufRead;

use super::program::refused;
use crate::failure::Failure;

/// Bytes of a path, and of everything else between two zeros.
const MOST: usize = 64 << 10;
/// The mode of a submodule: a commit of another repository.
const SUBMODULE: &str = "160000";

/// A file that a commit, or the index, has otherwise than what was before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) commit: Option<String>,
    pub(super) path: Vec<u8>,
    /// The blob it leaves, if it leaves one.
    pub(super) new: Option<String>,
    /// The blobs before: one for each parent that has one.
    pub(super) olds: Vec<String>,
    pub(super) is_unmerged: bool,
}

impl Change {
    /// The file's name.
    pub(super) fn name(&self) -> String {
        let name = self.path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        String::from_utf8_lossy(name).into_owned()
    }
}

/// Reads changes as `git diff-tree --stdin -c --raw -z` and `git diff-index --raw -z` print them.
pub(super) struct Changes<R> {
    from: R,
    commit: Option<String>,
}

impl<R: BufRead> Changes<R> {
    pub(super) fn read(from: R) -> Self {
        Self { from, commit: None }
    }

    /// What stands before the next zero; none at the end.
    fn word(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let mut word = Vec::new();
        loop {
            let seen = self.from.fill_buf().map_err(|error| Failure::Internal(error.into()))?;
            if seen.is_empty() {
                return if word.is_empty() { Ok(None) } else { Err(strange()) };
            }
            let end = seen.iter().position(|byte| *byte == 0);
            let taken = end.unwrap_or(seen.len());
            word.extend_from_slice(&seen[..taken]);
            self.from.consume(taken + usize::from(end.is_some()));
            if word.len() > MOST {
                return Err(strange());
            }
            if end.is_some() {
                return Ok(Some(word));
            }
        }
    }

    fn change(&mut self) -> Result<Option<Change>, Failure> {
        loop {
            let Some(word) = self.word()? else { return Ok(None) };
            let text = String::from_utf8(word).map_err(|_| strange())?;
            if is_id(&text) {
                self.commit = Some(text);
                continue;
            }
            let path = self.word()?.ok_or_else(strange)?;
            let mut change = parse(&text).ok_or_else(strange)?;
            change.path = path;
            change.commit.clone_from(&self.commit);
            return Ok(Some(change));
        }
    }
}

impl<R: BufRead> Iterator for Changes<R> {
    type Item = Result<Change, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        self.change().transpose()
    }
}

/// `:<mode>… <id>… <status>`, a colon and an old mode and id for each parent.
fn parse(text: &str) -> Option<Change> {
    let fields = text.trim_start_matches(':');
    let parents = text.len() - fields.len();
    let fields: Vec<&str> = fields.split(' ').collect();
    if parents == 0 || fields.len() != 2 * (parents + 1) + 1 {
        return None;
    }
    let (modes, rest) = fields.split_at(parents + 1);
    let (ids, status) = rest.split_at(parents + 1);
    if !ids.iter().all(|id| is_id(id)) {
        return None;
    }
    let blob = |at: usize| (modes[at] != SUBMODULE && !is_nothing(ids[at])).then(|| ids[at].to_owned());
    Some(Change {
        commit: None,
        path: Vec::new(),
        new: blob(parents),
        olds: (0..parents).filter_map(blob).collect(),
        is_unmerged: status[0].starts_with('U'),
    })
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_nothing(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}

fn strange() -> Failure {
    refused("it printed something that is no list of changes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: char) -> String {
        digit.to_string().repeat(40)
    }

    fn all(text: &str) -> Vec<Change> {
        Changes::read(text.as_bytes()).map(|one| one.expect("it is a list")).collect()
    }

    #[test]
    fn changes_of_commits_and_merges_are_read() {
        let (a, b, c, none) = (id('a'), id('b'), id('c'), id('0'));
        let text = format!(
            "{c}\0:000000 100644 {none} {a} A\0we ird\nname\0{b}\0::100644 100644 100644 {a} {b} {c} MM\0d/f\0:100644 000000 {a} {none} D\0gone\0:000000 160000 {none} {a} A\0sub\0"
        );
        let read = all(&text);
        assert_eq!(read.len(), 4);
        assert_eq!((read[0].commit.as_deref(), read[0].path.as_slice()), (Some(&*c), &b"we ird\nname"[..]));
        assert_eq!((read[0].new.as_deref(), read[0].olds.len()), (Some(&*a), 0));
        assert_eq!((read[1].name(), read[1].commit.as_deref()), ("f".to_owned(), Some(&*b)));
        assert_eq!((read[1].new.clone(), read[1].olds.clone()), (Some(c), vec![a.clone(), b]));
        assert_eq!((read[2].new.clone(), read[2].olds.clone()), (None, vec![a]));
        assert_eq!(read[3].new, None, "a submodule is no file");
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let a = id('a');
        for text in [
            "x\0y\0".to_owned(),
            format!(":100644 100644 {a} {a} M\0"),
            format!(":100644 100644 {a} x M\0f\0"),
            ":".repeat(70_000),
            a,
        ] {
            assert!(
                Changes::read(text.as_bytes()).any(|one| one.is_err()),
                "{}",
                &text[..text.len().min(60)]
            );
        }
    }
}
