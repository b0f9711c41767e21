//! Files of leave: found above what is scanned, and applied to what was found.

use std::path::{Path, PathBuf};

use secrets::{ALLOW_FILE, AllowFile, Scanner};
use time::Date;

use super::found::shown;
use super::look::Seen;
use super::notes::{Kind, Note};
use super::read::{self, Content};

/// Bytes of such a file that are read; what is in it says more.
const BYTES: u64 = 2 << 20;

/// All files of leave that count.
#[derive(Default)]
pub(crate) struct Leaves {
    files: Vec<File>,
    notes: Vec<Note>,
    today: Option<Date>,
}

struct File {
    /// The real folder.
    folder: PathBuf,
    /// As it is shown.
    path: String,
    allows: AllowFile,
    used: Vec<bool>,
}

impl Leaves {
    pub(crate) fn new(today: Date) -> Self {
        Self { today: Some(today), ..Self::default() }
    }

    /// The file for what lies in a real folder: the nearest one above it in its repository; outside of
    /// one, that of the folder itself or of the working folder.
    pub(crate) fn above(&mut self, folder: &Path) -> Option<usize> {
        let repository = folder.ancestors().find(|above| above.join(".git").exists());
        let candidates: Vec<&Path> = match repository {
            Some(top) => folder.ancestors().take_while(|above| above.starts_with(top)).collect(),
            None => vec![folder],
        };
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
        let here = here.as_deref().filter(|here| repository.is_none() && folder.starts_with(here));
        let candidates = candidates.into_iter().chain(here);
        candidates
            .into_iter()
            .find(|above| above.join(ALLOW_FILE).symlink_metadata().is_ok())
            .map(|above| self.at(above))
    }

    /// The file in a folder.
    fn at(&mut self, folder: &Path) -> usize {
        if let Some(at) = self.files.iter().position(|file| file.folder == folder) {
            return at;
        }
        let path = folder.join(ALLOW_FILE);
        let read = self.read(&path);
        let here = std::env::current_dir().unwrap_or_default();
        let shown = path.strip_prefix(here).unwrap_or(&path).to_string_lossy().into_owned();
        let allows = match read {
            Ok(allows) => allows,
            Err(message) => {
                self.notes.push(Note::with(Kind::NoLeave, &*shown, message));
                AllowFile::default()
            }
        };
        let used = vec![false; allows.allowances.len()];
        self.files.push(File { folder: folder.to_path_buf(), path: shown, allows, used });
        self.files.len() - 1
    }

    fn read(&self, path: &Path) -> Result<AllowFile, String> {
        let Some(today) = self.today else { return Ok(AllowFile::default()) };
        // What a link leads to was not written for this, and what is wrong with it would be told.
        if !std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file()) {
            return Err("it is not a file".to_owned());
        }
        match read::file(path, BYTES).map_err(|error| error.to_string())? {
            Content::Text(bytes) => {
                let text = String::from_utf8(bytes).map_err(|_| "it is no UTF-8 text".to_owned())?;
                Ok(AllowFile::parse(&text, today))
            }
            Content::Large => Err(format!("it has more than {BYTES} bytes")),
            Content::Binary | Content::Special => Err("it is no text".to_owned()),
        }
    }

    /// A real path from the folder of a file of leave, with `/`.
    pub(crate) fn inside(&self, at: usize, real: &Path) -> Option<String> {
        let inside = real.strip_prefix(&self.files.get(at)?.folder).ok()?;
        Some(inside.to_string_lossy().into_owned())
    }

    /// Takes away what is there by leave. What gives no leave, and what nothing needs, is noted.
    pub(crate) fn apply(mut self, seen: &mut Seen, scanner: &Scanner, is_whole: bool) {
        let is_lasting = scanner.key().is_lasting();
        let before = seen.found.len();
        seen.found.retain(|found| {
            let Some((at, path)) = &found.place.under else { return true };
            let Some(file) = self.files.get_mut(*at) else { return true };
            let print = is_lasting.then_some(found.finding.fingerprint);
            match file.allows.allowing(path, &found.finding.rule, print) {
                Some(allowance) => {
                    file.used[allowance] = true;
                    false
                }
                None => true,
            }
        });
        seen.allowed += before - seen.found.len();
        seen.notes.append(&mut self.notes);
        for file in &self.files {
            let place = |line: usize| format!("{}:{line}", shown(scanner, &file.path));
            for problem in &file.allows.problems {
                let message = shown(scanner, &problem.message);
                seen.notes.push(Note::with(Kind::NoLeave, place(problem.line), message));
            }
            // A part of what there is cannot tell that nothing needs it.
            for (allowance, used) in file.allows.allowances.iter().zip(&file.used) {
                if is_whole && !used {
                    seen.notes.push(Note::new(Kind::Unused, place(allowance.line)));
                }
            }
        }
    }
}
