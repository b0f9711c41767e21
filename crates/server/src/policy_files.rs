//! Reads policy files; what they mean is `policy`'s business.

use std::path::{Path, PathBuf};

/// Largest policy file read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;
/// Most policy files in a folder.
const MAX_FILES: usize = 1000;

/// Why policy files cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PolicyFilesError {
    /// The system refused.
    #[error("cannot read policy from `{}`", path.display())]
    Read {
        /// File or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A folder without policies would deny everything; nobody means that.
    #[error("`{}` holds no .cedar file", .0.display())]
    Empty(PathBuf),
    /// More than anybody writes by hand.
    #[error("`{}` is larger than {MAX_BYTES} bytes, or its folder holds more than {MAX_FILES} files", .0.display())]
    TooMuch(PathBuf),
}

/// The policies at `path`, a file or a folder of `.cedar` files, each with its name; the built-in
/// ones without a path.
pub(crate) fn read(path: Option<&Path>) -> Result<Vec<(String, String)>, PolicyFilesError> {
    let Some(path) = path else { return Ok(policy::default_policies()) };
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source| PolicyFilesError::Read { path, source }
    };
    let mut files = Vec::new();
    if std::fs::metadata(path).map_err(failed(path))?.is_dir() {
        for entry in std::fs::read_dir(path).map_err(failed(path))? {
            let file = entry.map_err(failed(path))?.path();
            if file.extension().is_some_and(|ext| ext == "cedar") && file.is_file() {
                files.push(file);
            }
            if files.len() > MAX_FILES {
                return Err(PolicyFilesError::TooMuch(path.to_path_buf()));
            }
        }
        files.sort();
    } else {
        files.push(path.to_path_buf());
    }
    if files.is_empty() {
        return Err(PolicyFilesError::Empty(path.to_path_buf()));
    }
    files
        .into_iter()
        .map(|file| {
            if std::fs::metadata(&file).map_err(failed(&file))?.len() > MAX_BYTES {
                return Err(PolicyFilesError::TooMuch(file));
            }
            let text = std::fs::read_to_string(&file).map_err(failed(&file))?;
            Ok((file.display().to_string(), text))
        })
        .collect()
}
