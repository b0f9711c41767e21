//! TLS by `backend.https`: certificate files are read again when they change.

use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::crypto::aws_lc_rs;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The text is no PEM of the kind that is needed.
    #[error("{0} is no usable PEM")]
    Pem(&'static str),
    /// The key does not belong to the certificate, or is of a kind we do not serve.
    #[error("the certificate and its key cannot be used together")]
    Pair(#[source] rustls::Error),
}

/// Hands out the current certificate.
#[derive(Debug)]
pub(crate) struct Certificates {
    current: ArcSwap<CertifiedKey>,
}

impl Certificates {
    /// Reads certificate and key.
    pub(crate) fn load(https: &config::Https) -> Result<Arc<Self>, TlsError> {
        Ok(Arc::new(Self { current: ArcSwap::from_pointee(Self::read(https)?) }))
    }

    /// Reads a pair, and puts nothing in force.
    pub(crate) fn read(https: &config::Https) -> Result<CertifiedKey, TlsError> {
        read_pair(https)
    }

    /// Hands out another pair from now on.
    pub(crate) fn replace(&self, pair: CertifiedKey) {
        self.current.store(Arc::new(pair));
    }

    /// The files to watch.
    pub(crate) fn files(https: &config::Https) -> impl Iterator<Item = PathBuf> {
        [&https.certificate, &https.key].into_iter().filter_map(|pem| match pem {
            config::Pem::File(path) => Some(path.clone()),
            config::Pem::Inline(_) => None,
        })
    }

    /// The server side of TLS over these certificates: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
    pub(crate) fn acceptor(self: &Arc<Self>) -> tokio_rustls::TlsAcceptor {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut server = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows the default protocol versions")
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        tokio_rustls::TlsAcceptor::from(Arc::new(server))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

fn read_pem(pem: &config::Pem) -> Result<Vec<u8>, TlsError> {
    pem.read().map(|bytes| bytes.expose().clone()).map_err(|source| {
        let path = match pem {
            config::Pem::File(path) => path.clone(),
            config::Pem::Inline(_) => PathBuf::from("backend.https"),
        };
        TlsError::Read { path, source }
    })
}

fn read_pair(https: &config::Https) -> Result<CertifiedKey, TlsError> {
    let chain = CertificateDer::pem_slice_iter(&read_pem(&https.certificate)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| TlsError::Pem("`backend.https.certificate.cert`"))?;
    if chain.is_empty() {
        return Err(TlsError::Pem("`backend.https.certificate.cert`"));
    }
    let key = PrivateKeyDer::from_pem_slice(&read_pem(&https.key)?)
        .map_err(|_| TlsError::Pem("`backend.https.certificate.key`"))?;
    let provider = aws_lc_rs::default_provider();
    CertifiedKey::from_der(chain, key, &provider).map_err(TlsError::Pair)
}
