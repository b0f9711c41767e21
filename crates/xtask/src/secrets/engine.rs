//! The scanner without a command around it: reads files and looks. Run as a process of its own, so that it is
//! measured like the others.

use std::path::{Path, PathBuf};

use super::{scanner, threads};
use crate::say;

/// Looks at every file below a folder; prints how many findings there are.
pub(super) fn run(folder: &Path, count: usize) -> Result<(), String> {
    let mut files = Vec::new();
    list(folder, &mut files).map_err(|error| format!("{}: {error}", folder.display()))?;
    let scanner = scanner();
    let found = threads::each(count, &files, |file| {
        let Ok(text) = std::fs::read(file) else { return 0 };
        let name = file.strip_prefix(folder).unwrap_or(file).to_string_lossy();
        scanner.scan_file(&name, &text).len()
    });
    say(&format!("{} findings", found.iter().sum::<usize>()));
    Ok(())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            list(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}
