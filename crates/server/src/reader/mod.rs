//! Reading for the catalog: files of this machine and URLs.

mod file;
mod listing;
mod scm;
mod url;

use std::path::Path;

use catalog::ingest::{ReadError, ReadRequest, Reader, SourceFile};
use config::Settings;

pub use file::FileReader;
pub use url::UrlReader;

/// Most bytes of one file.
const FILE_BYTES: usize = 16 << 20;

/// Most files that one pattern may name.
const LISTED_FILES: usize = 100_000;

/// Reads what locations name, by their type.
#[derive(Clone, Debug)]
pub struct Readers {
    file: FileReader,
    url: UrlReader,
}

impl Readers {
    /// Readers under these settings. Relative files are found from `working_directory`.
    pub fn new(settings: &Settings, working_directory: &Path) -> Self {
        Self { file: FileReader::new(working_directory), url: UrlReader::new(settings) }
    }
}

impl Reader for Readers {
    async fn read(&self, request: ReadRequest<'_>) -> Result<Vec<SourceFile>, ReadError> {
        match request.location.kind() {
            "file" => self.file.read(request).await,
            "url" => self.url.read(request).await,
            other => Err(ReadError::failed(format!("locations of type {other} cannot be read"))),
        }
    }
}
