//! The real source that scanners are run over: files that are on the machine anyway, laid in one folder.

use std::collections::{BTreeMap, HashSet};
use std::fs::{DirEntry, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::options::Options;
use crate::say;

/// Bytes at the start of a file that tell whether it is binary: then one of them is 0.
const TASTE: u64 = 8192;
/// Larger files are left out, since scanners differ in what they open.
const LARGEST: u64 = 8 << 20;
/// Names that some scanners pass over, and what they are called here instead.
const RENAMED: [(&str, &str); 2] = [("node_modules", "modules"), ("vendor", "vendored")];
/// Files that tell scanners what to pass over.
const IGNORING: [&str; 5] = [".gitignore", ".ignore", ".secretsignore", ".gitleaksignore", ".git"];
/// Languages that are listed.
const LISTED: usize = 16;

/// The files, laid in a folder.
pub(super) struct Source {
    pub(super) folder: PathBuf,
    /// Paths within the folder, and bytes.
    pub(super) files: Vec<(PathBuf, u64)>,
    pub(super) bytes: u64,
}

#[derive(Default)]
struct Left {
    binary: usize,
    large: usize,
    twice: usize,
}

/// Lays the source: whole packages in an order that mixes the sources, until there are enough bytes.
pub(super) fn lay(options: &Options) -> Result<Source, String> {
    let folder = options.folder.join("source");
    let _ = std::fs::remove_dir_all(&folder);
    let mut packages = Vec::new();
    for (at, source) in options.sources.iter().enumerate() {
        for package in packages_of(source)? {
            let name = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !options.without.iter().any(|without| name.contains(without)) {
                packages.push((digest(name.as_bytes()), at, name, package));
            }
        }
    }
    packages.sort();
    let mut laid = Source { folder, files: Vec::new(), bytes: 0 };
    let mut left = Left::default();
    let mut seen = HashSet::new();
    for (_, at, name, package) in packages {
        if laid.bytes >= options.bytes {
            break;
        }
        let within = Path::new(&at.to_string()).join(renamed(&name));
        laid.folder(&package, &within, &mut seen, &mut left)?;
    }
    if laid.files.is_empty() {
        return Err("no source was found; name folders of it with --source".to_owned());
    }
    laid.tell(options, &left);
    Ok(laid)
}

/// The folders of packages: those right below a source, or below the one folder that it holds.
fn packages_of(source: &Path) -> Result<Vec<PathBuf>, String> {
    let below = |folder: &Path| -> Result<Vec<PathBuf>, String> {
        Ok(entries(folder)?.into_iter().filter(is_folder).map(|entry| entry.path()).collect())
    };
    let found = below(source)?;
    match found.as_slice() {
        [one] => below(one),
        _ => Ok(found),
    }
}

fn entries(folder: &Path) -> Result<Vec<DirEntry>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut entries = std::fs::read_dir(folder)
        .and_then(Iterator::collect::<std::io::Result<Vec<DirEntry>>>)
        .map_err(failed)?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

/// Links are no folders: nothing is taken twice.
fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_dir())
}

fn renamed(name: &str) -> &str {
    RENAMED.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to)
}

impl Source {
    fn folder(
        &mut self,
        from: &Path,
        within: &Path,
        seen: &mut HashSet<u64>,
        left: &mut Left,
    ) -> Result<(), String> {
        std::fs::create_dir_all(self.folder.join(within)).map_err(|error| error.to_string())?;
        for entry in entries(from)? {
            let name = entry.file_name().to_string_lossy().into_owned();
            if IGNORING.contains(&name.as_str()) {
                continue;
            }
            let to = within.join(renamed(&name));
            if is_folder(&entry) {
                self.folder(&entry.path(), &to, seen, left)?;
            } else if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                self.file(&entry.path(), to, seen, left)
                    .map_err(|error| format!("{}: {error}", entry.path().display()))?;
            }
        }
        Ok(())
    }

    fn file(
        &mut self,
        from: &Path,
        to: PathBuf,
        seen: &mut HashSet<u64>,
        left: &mut Left,
    ) -> std::io::Result<()> {
        let mut file = File::open(from)?;
        let bytes = file.metadata()?.len();
        if bytes > LARGEST {
            left.large += 1;
            return Ok(());
        }
        let mut text = Vec::new();
        file.by_ref().take(TASTE).read_to_end(&mut text)?;
        if text.contains(&0) {
            left.binary += 1;
            return Ok(());
        }
        file.read_to_end(&mut text)?;
        if !seen.insert(digest(&text)) {
            left.twice += 1;
            return Ok(());
        }
        let place = self.folder.join(&to);
        std::fs::hard_link(from, &place).or_else(|_| std::fs::copy(from, &place).map(|_| ()))?;
        self.files.push((to, bytes));
        self.bytes += bytes;
        Ok(())
    }

    fn tell(&self, options: &Options, left: &Left) {
        say(&format!(
            "source: {} in {} files; left out: {} binary, {} over {}, {} that were there already",
            megabytes(self.bytes),
            self.files.len(),
            left.binary,
            left.large,
            megabytes(LARGEST),
            left.twice,
        ));
        if !options.without.is_empty() {
            say(&format!("packages left out: {}", options.without.join(", ")));
        }
        if self.bytes < options.bytes {
            say(&format!("the sources hold less than the {} asked for", megabytes(options.bytes)));
        }
        let mut kinds: BTreeMap<String, (u64, usize)> = BTreeMap::new();
        for (path, bytes) in &self.files {
            let kind = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
            let (sum, count) = kinds.entry(kind).or_default();
            *sum += bytes;
            *count += 1;
        }
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by_key(|(_, (bytes, _))| std::cmp::Reverse(*bytes));
        let listed: Vec<String> = kinds
            .iter()
            .take(LISTED)
            .map(|(kind, (bytes, count))| {
                let kind = if kind.is_empty() { "no extension" } else { kind };
                format!("{kind} {} ({count})", megabytes(*bytes))
            })
            .collect();
        say(&format!("by extension: {}; and {} more", listed.join(", "), kinds.len().saturating_sub(LISTED)));
    }
}

fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// Bytes in millions, for people.
#[expect(clippy::cast_precision_loss, reason = "for people to read")]
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_laid_once_and_under_names_that_nobody_passes_over() {
        let folder = std::env::temp_dir().join(format!("stagedoor-source-{}", std::process::id()));
        let from = folder.join("from");
        for (path, text) in [
            ("one/src/a.rs", "fn a() {}\n"),
            ("one/node_modules/b.js", "b()\n"),
            ("two/copy.rs", "fn a() {}\n"),
            ("two/image.png", "a\0b"),
            ("two/.gitignore", "*\n"),
            ("scanner-1.0/rules.toml", "x = 1\n"),
        ] {
            let path = from.join(path);
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let options = Options {
            sources: vec![from],
            without: vec!["scanner".to_owned()],
            folder: folder.join("to"),
            ..Options::default()
        };
        let laid = lay(&options).expect("there is source");
        let mut texts: Vec<String> = laid
            .files
            .iter()
            .map(|(path, _)| std::fs::read_to_string(laid.folder.join(path)).expect("it was laid"))
            .collect();
        texts.sort();
        assert_eq!(texts, ["b()\n", "fn a() {}\n"]);
        assert!(laid.files.iter().any(|(path, bytes)| path.ends_with("one/modules/b.js") && *bytes == 4));
        std::fs::remove_dir_all(folder).expect("it can be removed");
    }
}
