//! What git keeps: the lines that commits of a range added, or that are staged.
//!
//! Objects are read through `git` itself. The repository may be a stranger's: nothing it configures is
//! run, and nothing is fetched.

mod added;
mod blobs;
mod changes;
mod program;

use std::io::{BufReader, Write as _};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use self::added::added;
use self::blobs::{Blob, Blobs};
use self::changes::{Change, Changes};
use self::program::Git;
use super::found::{Place, shown};
use super::leave::Leaves;
use super::look::{Look, Seen, Text};
use super::notes::{Kind, Note};
use super::progress;
use super::read::{Content, content};
use crate::failure::Failure;

/// Changes that are worked on together.
const BATCH: usize = 256;
/// Bytes of their blobs, about.
const BATCH_BYTES: usize = 32 << 20;

/// What the commits of a range added.
pub(super) fn range(range: &str, look: &Look, leaves: &mut Leaves, most: u64) -> Result<Seen, Failure> {
    let git = Git::here();
    let listed = git.answer(&["rev-list", "--reverse", "--end-of-options", range, "--"]).map_err(|why| {
        Failure::Refused {
            message: format!("git does not know the range `{range}`: {why}"),
            hint: Some(
                "write it as `main..HEAD`; a shallow clone lacks commits: fetch them (in GitHub Actions `fetch-depth: 0`)"
                    .to_owned(),
            ),
        }
    })?;
    let mut child = git.start(
        &["diff-tree", "--stdin", "--root", "-r", "-c", "--raw", "-z", "--no-renames", "--no-abbrev"],
        Stdio::piped(),
    )?;
    let stdin = child.stdin();
    let writer = std::thread::spawn(move || {
        // It ends early only if git does, which is noticed below.
        if let Some(mut stdin) = stdin {
            let _ = stdin.write_all(&listed);
        }
    });
    let seen = {
        let changes = Changes::read(BufReader::new(child.stdout()));
        scan(&git, changes, look, leaves, most)
    };
    // Whatever was found, git may have stopped in the middle.
    let ended = child.end();
    let _ = writer.join();
    let seen = seen?;
    ended?;
    Ok(seen)
}

/// What is staged.
pub(super) fn staged(look: &Look, leaves: &mut Leaves, most: u64) -> Result<Seen, Failure> {
    let git = Git::here();
    git.answer(&["rev-parse", "--git-dir"]).map_err(|why| Failure::Refused {
        message: format!("git cannot tell what is staged: {why}"),
        hint: Some("run it in a repository that belongs to you".to_owned()),
    })?;
    // Before the first commit everything is new.
    let head = match git.answer(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]) {
        Ok(id) => id,
        Err(_) => {
            git.answer(&["hash-object", "-t", "tree", "--stdin"]).map_err(|why| program::refused(&why))?
        }
    };
    let head = String::from_utf8_lossy(&head).trim().to_owned();
    let mut child = git.start(
        &["diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", &head],
        Stdio::null(),
    )?;
    let seen = scan(&git, Changes::read(BufReader::new(child.stdout())), look, leaves, most);
    let ended = child.end();
    let seen = seen?;
    ended?;
    Ok(seen)
}

struct Scan<'a> {
    look: &'a Look,
    blobs: Blobs,
    /// The file of leave at the top.
    under: Option<usize>,
    seen: Seen,
}

fn scan(
    git: &Git,
    changes: impl Iterator<Item = Result<Change, Failure>>,
    look: &Look,
    leaves: &mut Leaves,
    most: u64,
) -> Result<Seen, Failure> {
    let under = git
        .top()
        .map(PathBuf::from)
        .and_then(|top| top.canonicalize().ok())
        .and_then(|top| leaves.above(&top));
    let mut scan = Scan { look, blobs: Blobs::start(git, most)?, under, seen: Seen::default() };
    let done = AtomicUsize::new(0);
    progress::during(None, &done, || {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for change in changes {
            let change = change?;
            done.fetch_add(1, Ordering::Relaxed);
            if let Some(text) = scan.new_text(&change)? {
                bytes += text.len();
                batch.push((change, text));
            }
            if batch.len() >= BATCH || bytes >= BATCH_BYTES {
                scan.batch(&std::mem::take(&mut batch))?;
                bytes = 0;
            }
        }
        scan.batch(&batch)
    })?;
    Ok(scan.seen)
}

impl Scan<'_> {
    fn path(&self, change: &Change) -> String {
        shown(&self.look.scanner, &String::from_utf8_lossy(&change.path))
    }

    fn note(&mut self, kind: Kind, change: &Change) {
        let path = self.path(change);
        let place =
            change.commit.as_ref().map_or(path.clone(), |commit| format!("{path} in commit {commit}"));
        self.seen.notes.push(Note::new(kind, place));
    }

    /// What a change leaves, if it is text.
    fn new_text(&mut self, change: &Change) -> Result<Option<Vec<u8>>, Failure> {
        if change.is_unmerged {
            self.note(Kind::Unmerged, change);
            return Ok(None);
        }
        let Some(id) = &change.new else { return Ok(None) };
        match self.blobs.get(id)? {
            Blob::Bytes(bytes) => match content(bytes) {
                Content::Text(text) => {
                    self.seen.texts += 1;
                    return Ok(Some(text));
                }
                _ => self.seen.binaries += 1,
            },
            Blob::Large => self.note(Kind::Large, change),
            Blob::Missing => self.note(Kind::Missing, change),
        }
        Ok(None)
    }

    fn batch(&mut self, batch: &[(Change, Vec<u8>)]) -> Result<(), Failure> {
        let look = self.look;
        let suspect: Vec<bool> =
            batch.par_iter().map(|(change, text)| look.suspects(&change.name(), text)).collect();
        for ((change, text), _) in batch.iter().zip(suspect).filter(|(_, suspect)| *suspect) {
            let mut olds = Vec::new();
            for id in &change.olds {
                // What cannot be read was not there, as far as one can tell.
                if let Blob::Bytes(bytes) = self.blobs.get(id)?
                    && let Content::Text(old) = content(bytes)
                {
                    olds.push(old);
                }
            }
            let path = String::from_utf8_lossy(&change.path).into_owned();
            let place = Place {
                path: self.path(change),
                commit: change.commit.clone(),
                under: self.under.map(|at| (at, path)),
            };
            let text = Text { bytes: text, name: &change.name(), place, lines: Some(added(text, &olds)) };
            let seen = look.at(&text);
            self.seen.add(Seen { texts: 0, ..seen });
        }
        Ok(())
    }
}
