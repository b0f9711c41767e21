//! Where the server listens, and its certificate.

use std::path::PathBuf;

use model::Secret;

/// `backend.listen`: a host name or address (`0.0.0.0` for every interface) and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// A host name or an IP address without brackets.
    pub host: String,
    /// The port; 0 lets the system choose.
    pub port: u16,
}

/// `backend.https.certificate`.
#[derive(Clone, Debug)]
pub struct Https {
    /// The certificate chain.
    pub certificate: Pem,
    /// Its private key.
    pub key: Pem,
}

/// PEM text, or the file it came from, so that it can be read again when it changes.
#[derive(Clone, Debug)]
pub enum Pem {
    /// Written in the configuration or given by a variable.
    Inline(Secret<String>),
    /// Came by `$file`.
    File(PathBuf),
}

impl Pem {
    /// The PEM bytes, read from the file when there is one (at most 1 MiB).
    pub fn read(&self) -> std::io::Result<Secret<Vec<u8>>> {
        match self {
            Self::Inline(text) => Ok(Secret::new(text.expose().clone().into_bytes())),
            Self::File(path) => crate::load::read_bounded(path, crate::load::FILE_BYTES).map(Secret::new),
        }
    }
}
