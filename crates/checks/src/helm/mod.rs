//! Charts.

use std::sync::Arc;

use crate::kube::Object;
use crate::repo::Files;

/// A chart of the repository.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    /// Its folder.
    pub folder: Arc<str>,
}

/// The charts of a repository.
pub(crate) fn charts(files: &Files) -> Vec<Chart> {
    files
        .iter()
        .filter(|file| file.name() == "Chart.yaml")
        .map(|file| Chart { folder: Arc::from(file.folder()) })
        .collect()
}

/// What charts make.
pub(crate) fn objects(_files: &Files, _charts: &[Chart]) -> Vec<Object> {
    Vec::new()
}
