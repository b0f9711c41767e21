//! How ingestion reads: it names a location and is handed bytes. What touches disks and networks
//! implements [`Reader`] elsewhere.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use model::LocationRef;

/// What is to be read, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct ReadRequest<'a> {
    /// What to read. A descriptor's target may be a pattern (`*`, `**`); a placeholder's never is.
    pub location: &'a LocationRef,
    /// The configured location this read descends from. A reader of files keeps what it reads beneath
    /// that location's folder or the working directory, links resolved.
    pub root: &'a LocationRef,
    /// What the bytes are for.
    pub purpose: Purpose,
    /// The validator (`ETag`) that came with the version already known, if that version may be answered
    /// by [`Content::Unchanged`].
    pub validator: Option<&'a str>,
}

/// What the bytes of a read are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// YAML documents with entities.
    Descriptor,
    /// The value of a `$text`, `$json` or `$yaml` placeholder.
    Placeholder,
}

/// One file that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its own location, with no pattern in it: `file:/catalog/a.yaml`, `url:https://host/a.yaml`.
    pub location: LocationRef,
    /// What is in it.
    pub content: Content,
}

/// What a read found.
#[derive(Clone, Debug)]
pub enum Content {
    /// The file's bytes and, where the source gives one, a validator to ask with next time.
    Bytes(Bytes, Option<Arc<str>>),
    /// It is there; it is to be read by its own location. For patterns, so that a thousand files need
    /// not be in memory at once.
    Listed,
    /// Still the version that the request's validator belongs to.
    Unchanged,
    /// The pattern named this file, but it could not be read; its neighbours could.
    Failed(ReadError),
}

/// Why nothing could be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// What went wrong, in a sentence that may be shown to readers of the catalog; no secrets.
    pub message: String,
    /// Whether the thing is known not to exist.
    pub kind: ReadErrorKind,
}

/// The kinds of failure that ingestion tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// It does not exist, as far as the source itself says.
    NotFound,
    /// Reading it is forbidden by configuration.
    NotAllowed,
    /// It may exist, but could not be had: network, permission, size.
    Failed,
}

impl ReadError {
    /// It does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: ReadErrorKind::NotFound }
    }

    /// Configuration forbids it.
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: ReadErrorKind::NotAllowed }
    }

    /// It could not be had this time.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: ReadErrorKind::Failed }
    }
}

/// Reads files for ingestion.
pub trait Reader: Sync {
    /// Reads every file that the request's location names, in a stable order.
    ///
    /// An empty answer means that a pattern matched nothing; a location without a pattern that is not
    /// there is [`ReadErrorKind::NotFound`].
    fn read(
        &self,
        request: ReadRequest<'_>,
    ) -> impl Future<Output = Result<Vec<SourceFile>, ReadError>> + Send;
}
