//! Why a server does not start.

use ::catalog::index::IndexError;
use config::ConfigErrors;
use policy::LedgerError;
use store::{OpenError, StoreError};

use crate::auth::AuthError;
use crate::secret_age::AgesError;
use crate::tls::TlsError;

/// Why the server did not start. Nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The certificate cannot be used.
    #[error("`backend.https` cannot be used")]
    Tls(#[source] TlsError),
    /// Policy files cannot be read.
    #[error("`stagedoor.policy.path` cannot be used")]
    PolicyFiles(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Policy files are wrong.
    #[error("the policy is refused\n{0}")]
    Policy(policy::PolicyErrors),
    /// A service token is wrong.
    #[error("`backend.auth.externalAccess` is refused: {0}")]
    Tokens(String),
    /// The database's certificate authority cannot be read.
    #[error("`backend.database.connection.ssl.ca` cannot be read")]
    DatabaseAuthority(#[source] std::io::Error),
    /// The database cannot be opened.
    #[error("the database cannot be used")]
    Store(#[source] OpenError),
    /// What is stored cannot be loaded.
    #[error("the stored catalog cannot be loaded")]
    Load(#[source] StoreError),
    /// What is stored cannot be indexed.
    #[error("the stored catalog cannot be indexed")]
    Index(#[source] IndexError),
    /// What somebody answers for cannot be recorded.
    #[error("the audit log cannot be written")]
    Record(#[source] LedgerError),
    /// Nobody could sign in.
    #[error("signing in cannot be set up")]
    Auth(#[source] AuthError),
    /// A secret of the configuration is too old.
    #[error("secrets of the configuration are too old\n{0}")]
    Ages(ConfigErrors),
    /// How old the secrets are is not known.
    #[error("the ages of secrets cannot be read")]
    AgesUnknown(#[source] AgesError),
    /// Signals cannot be received, so that nothing could stop the server gently.
    #[error("signals cannot be received")]
    Signals(#[source] std::io::Error),
    /// The port cannot be listened on.
    #[error("cannot listen on {at}")]
    Listen {
        /// Host and port.
        at: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl StartError {
    /// Whether mending the configuration mends it.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::Tls(_)
                | Self::Auth(_)
                | Self::Ages(_)
                | Self::PolicyFiles(_)
                | Self::Policy(_)
                | Self::Tokens(_)
                | Self::DatabaseAuthority(_)
        )
    }

    /// What to do, where the error's own text does not say it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Listen { .. } => {
                Some("another process may hold the port; choose one with `backend.listen.port`")
            }
            _ => None,
        }
    }
}
