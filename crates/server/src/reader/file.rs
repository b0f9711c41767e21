//! Locations of type `file`.
//!
//! A path is canonicalised, links resolved, and must then lie beneath the folder of the configured
//! location or the working directory; what is opened is that canonical path. Links that stay inside
//! (as Kubernetes mounts have them) are followed, links out are refused. Who can exchange folders
//! for links between the check and the opening already writes to the catalog's own folder.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use catalog::ingest::{Content, ReadError, ReadRequest, Reader, SourceFile};
use model::LocationRef;
use untrusted::glob::Glob;

use super::listing::list;
use super::{FILE_BYTES, LISTED_FILES};

/// Reads files of this machine.
#[derive(Clone, Debug)]
pub struct FileReader {
    working_directory: PathBuf,
    limit: usize,
}

impl FileReader {
    /// A reader that finds relative paths from `working_directory`.
    pub fn new(working_directory: &Path) -> Self {
        Self { working_directory: working_directory.to_path_buf(), limit: FILE_BYTES }
    }

    fn read_now(&self, location: &LocationRef, root: &LocationRef) -> Result<Vec<SourceFile>, ReadError> {
        if location.target().contains('\0') {
            return Err(ReadError::failed("its path has a NUL character"));
        }
        let allowed = self.allowed_folders(root);
        let path = self.working_directory.join(location.target());
        // A file whose own name looks like a pattern, as one that a pattern found may have.
        let is_there = path.symlink_metadata().is_ok();
        match Glob::parse(location.target()) {
            Ok(glob) if glob.has_wildcards() && !is_there => self.list(location, &glob, &allowed),
            Err(error) if !is_there => Err(ReadError::failed(error.to_string())),
            Ok(_) | Err(_) => {
                let content = Content::Bytes(read_file(&path, &allowed, self.limit)?, None);
                Ok(vec![SourceFile { location: location.clone(), content }])
            }
        }
    }

    fn list(
        &self,
        location: &LocationRef,
        glob: &Glob,
        allowed: &[PathBuf],
    ) -> Result<Vec<SourceFile>, ReadError> {
        let base = self.working_directory.join(glob.base());
        let canonical = match base.canonicalize() {
            Ok(canonical) => canonical,
            // What does not exist matches nothing.
            Err(error) if is_missing(&error) => return Ok(Vec::new()),
            Err(error) => return Err(failed(&error)),
        };
        within(&canonical, allowed)?;
        let paths = list(&base, glob, LISTED_FILES)?;
        let files = paths.into_iter().filter_map(|path| {
            // Paths that are not text cannot be written in an annotation.
            let location = LocationRef::new(location.kind(), path.to_str()?).ok()?;
            Some(SourceFile { location, content: Content::Listed })
        });
        Ok(files.collect())
    }

    /// Canonical folders in which files may lie.
    fn allowed_folders(&self, root: &LocationRef) -> Vec<PathBuf> {
        let mut folders = vec![self.working_directory.clone()];
        if root.kind() == "file" {
            let target = self.working_directory.join(root.target());
            folders.push(match Glob::parse(root.target()) {
                Ok(glob) if glob.has_wildcards() => self.working_directory.join(glob.base()),
                _ => target.parent().unwrap_or(&target).to_path_buf(),
            });
        }
        folders.iter().filter_map(|folder| folder.canonicalize().ok()).collect()
    }
}

impl Reader for FileReader {
    async fn read(&self, request: ReadRequest<'_>) -> Result<Vec<SourceFile>, ReadError> {
        let (reader, location, root) = (self.clone(), request.location.clone(), request.root.clone());
        tokio::task::spawn_blocking(move || reader.read_now(&location, &root))
            .await
            .map_err(|_| ReadError::failed("the server is stopping"))?
    }
}

fn read_file(path: &Path, allowed: &[PathBuf], limit: usize) -> Result<Bytes, ReadError> {
    let canonical = path.canonicalize().map_err(|error| failed(&error))?;
    within(&canonical, allowed)?;
    // Before opening: a pipe or a device would make us wait for ever.
    let kind = canonical.metadata().map_err(|error| failed(&error))?;
    if !kind.is_file() {
        return Err(ReadError::failed("it is not a regular file"));
    }
    let too_large = || ReadError::failed(format!("it is larger than {limit} bytes"));
    if usize::try_from(kind.len()).is_ok_and(|bytes| bytes > limit) {
        return Err(too_large());
    }
    let file = File::open(&canonical).map_err(|error| failed(&error))?;
    let mut bytes = Vec::with_capacity(usize::try_from(kind.len()).unwrap_or_default());
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    if bytes.len() > limit { Err(too_large()) } else { Ok(bytes.into()) }
}

fn within(canonical: &Path, allowed: &[PathBuf]) -> Result<(), ReadError> {
    if allowed.iter().any(|folder| canonical.starts_with(folder)) {
        return Ok(());
    }
    Err(ReadError::not_allowed(
        "it lies outside of the folder of the configured location and of the working directory, perhaps through a link; add its real path to catalog.locations",
    ))
}

pub(super) fn failed(error: &io::Error) -> ReadError {
    if is_missing(error) {
        return ReadError::not_found("it does not exist");
    }
    ReadError::failed(match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    })
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::ingest::{Purpose, ReadErrorKind};
    use std::fs;
    use std::os::unix::fs::symlink;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new(files: &[&str]) -> Self {
            let folder = tempfile::tempdir().expect("a temporary folder");
            for file in files {
                let path = folder.path().join(file);
                fs::create_dir_all(path.parent().expect("a parent")).expect("folders can be made");
                fs::write(path, file).expect("files can be written");
            }
            Self(folder)
        }

        fn path(&self, name: &str) -> String {
            self.0.path().join(name).to_str().expect("text").to_owned()
        }

        fn read_from(&self, root: &str, target: &str) -> Result<Vec<SourceFile>, ReadError> {
            let at = |target: &str| LocationRef::new("file", target).expect("a location");
            let reader = FileReader { working_directory: self.0.path().join("cwd"), limit: 100 };
            let (location, root) = (at(target), at(&self.path(root)));
            let request = ReadRequest {
                location: &location,
                root: &root,
                purpose: Purpose::Descriptor,
                validator: None,
            };
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            runtime.block_on(reader.read(request))
        }

        fn read(&self, target: &str) -> Result<Vec<SourceFile>, ReadError> {
            self.read_from("c/all.yaml", target)
        }

        fn names(&self, pattern: &str) -> Vec<String> {
            let files = self.read(&self.path(pattern)).expect("the pattern is read");
            let prefix = self.path("");
            files.iter().map(|file| file.location.target().replace(&prefix, "")).collect()
        }

        fn error(&self, target: &str) -> ReadErrorKind {
            self.read(&self.path(target)).expect_err("it is refused").kind
        }
    }

    #[test]
    fn files_and_patterns_are_read() {
        let folder =
            Folder::new(&["c/b.yaml", "c/a.yaml", "c/x/y/d.yaml", "c/.hidden/e.yaml", "c/f.json", "cwd/g"]);
        let files = folder.read(&folder.path("c/a.yaml")).expect("it is read");
        assert!(matches!(&files[0].content, Content::Bytes(bytes, None) if &bytes[..] == b"c/a.yaml"));
        assert_eq!(folder.read("g").expect("relative to the working directory").len(), 1);
        assert_eq!(folder.names("c/*.yaml"), ["c/a.yaml", "c/b.yaml"]);
        assert_eq!(folder.names("c/**/*.yaml"), ["c/a.yaml", "c/b.yaml", "c/x/y/d.yaml"]);
        assert_eq!(folder.names("c/none/*.yaml"), [""; 0]);
        fs::write(folder.path("c/[id].json"), "x").expect("files can be written");
        assert_eq!(folder.read(&folder.path("c/[id].json")).expect("it is read").len(), 1);
        assert_eq!(folder.error("c/none.yaml"), ReadErrorKind::NotFound);
        assert_eq!(folder.error("c/a.yaml/b"), ReadErrorKind::NotFound);
    }

    #[test]
    fn links_inside_are_followed_and_links_out_are_refused() {
        let folder = Folder::new(&["c/real/a.yaml", "secret/s.yaml", "cwd/g"]);
        let link = |to: &str, at: &str| symlink(folder.path(to), folder.path(at)).expect("a link");
        link("c/real/a.yaml", "c/inside.yaml");
        link("secret/s.yaml", "c/outside.yaml");
        link("secret", "c/folder");
        link("c/loop.yaml", "c/loop.yaml");
        assert_eq!(folder.read(&folder.path("c/inside.yaml")).expect("it is read").len(), 1);
        assert_eq!(folder.error("c/outside.yaml"), ReadErrorKind::NotAllowed);
        assert_eq!(folder.error("c/folder/s.yaml"), ReadErrorKind::NotAllowed);
        assert_eq!(folder.error("c/folder/*.yaml"), ReadErrorKind::NotAllowed);
        assert_eq!(folder.error("c/../secret/s.yaml"), ReadErrorKind::NotAllowed);
        assert_eq!(folder.error("c/loop.yaml"), ReadErrorKind::Failed);
        let listed = folder.names("c/**/*.yaml");
        assert!(listed.contains(&"c/inside.yaml".to_owned()), "{listed:?}");
        assert!(!listed.iter().any(|name| name.contains("folder")), "{listed:?}");
    }

    #[test]
    fn only_regular_files_of_a_bounded_size_are_read() {
        let folder = Folder::new(&["c/a/b.yaml", "cwd/g"]);
        fs::write(folder.path("c/large.yaml"), [b'x'; 101]).expect("files can be written");
        assert_eq!(folder.error("c/a"), ReadErrorKind::Failed);
        assert_eq!(folder.error("c/large.yaml"), ReadErrorKind::Failed);
        let error = folder.read_from("../dev/x", "/dev/zero").expect_err("it is refused");
        assert_eq!(error.kind, ReadErrorKind::NotAllowed);
    }
}
