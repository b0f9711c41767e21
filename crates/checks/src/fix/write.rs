//! Putting a changed file in the place of the old one.

use std::io::{Error, ErrorKind, Result, Write as _};
use std::path::Path;

/// Writes `after` to a file below `root` if it still holds `before`: into a new file beside it, which then takes its
/// place with its permissions. A link is not followed.
pub fn write(root: &Path, path: &str, before: &str, after: &str) -> Result<()> {
    let target = root.join(path);
    let metadata = std::fs::symlink_metadata(&target)?;
    if !metadata.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "it is no plain file"));
    }
    if std::fs::read(&target)? != before.as_bytes() {
        return Err(Error::other("it was changed in the meantime"));
    }
    let folder = target.parent().unwrap_or(root);
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(after.as_bytes())?;
    new.as_file().set_permissions(metadata.permissions())?;
    new.as_file().sync_all()?;
    new.persist(&target).map_err(|error| error.error)?;
    Ok(())
}
