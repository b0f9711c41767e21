//! The keys that sign our tokens: kept sealed in the store, taking turns, or read from files.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use identity::backstage::{KeyRing, RingKey};
use identity::jws::{KeySet, PublicKey, SigningKey, SigningKeyError};
use identity::{NotSealed, Sealed, Sealer};
use model::{Entropy, Secret, Timestamp};
use policy::{Durability, LedgerError, Outcome, RequestFacts};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use serde_json::Value;
use store::{KeptKey, Store, StoreError};
use time::Duration;

use crate::audit::{self, AuditLog};

/// What the keys of a ring sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ring {
    /// User tokens.
    Users,
    /// Tokens of our plugins.
    Plugins,
}

impl Ring {
    fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Plugins => "plugins",
        }
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The store does not answer.
    #[error("the keys cannot be read from the store")]
    Store(#[from] StoreError),
    /// A key cannot take its turn without a record of it.
    #[error("the audit log cannot be written")]
    Record(#[from] LedgerError),
    /// They were sealed with a key that is not known any more.
    #[error(
        "no key opens the signing key `{0}`: set `stagedoor.previousSealingKeys` to the sealing key that was in force before"
    )]
    Sealed(String),
    /// Randomness, or a kept key that is none.
    #[error(transparent)]
    Key(#[from] SigningKeyError),
    /// A key could not be sealed.
    #[error(transparent)]
    Seal(#[from] NotSealed),
    /// A file of `static.keys`.
    #[error("`{}` holds no {what}", path.display())]
    File {
        /// Which file.
        path: std::path::PathBuf,
        /// What it should hold.
        what: &'static str,
    },
    /// The key of a turn was made by another replica, over and over.
    #[error("other replicas make keys faster than they can be read")]
    Contended,
}

/// The keys of one ring.
pub(crate) struct Keys {
    source: Source,
    entropy: Arc<dyn Entropy>,
    ledger: AuditLog,
    period: Duration,
    held: ArcSwap<KeyRing>,
    /// Keys that only verify, from files.
    verifying: Vec<PublicKey>,
    /// How often an unknown key sends us to the store.
    looks: DefaultDirectRateLimiter,
}

enum Source {
    Store {
        store: Arc<Store>,
        sealer: Arc<Sealer>,
        ring: Ring,
    },
    /// Development without a sealing key: what is signed is void when the server stops.
    Memory(Mutex<Vec<Made>>),
    Files,
}

/// A key that is kept in memory alone.
struct Made {
    id: String,
    at: Timestamp,
    private: Secret<Vec<u8>>,
}

/// Keys of files sign until the files change.
const FOREVER: Duration = Duration::days(365 * 100);

impl Keys {
    /// Keys of the store, of which each signs for `period`; there is one that signs when this returns.
    pub(crate) async fn of_store(
        (store, sealer): (Arc<Store>, Arc<Sealer>),
        (entropy, ledger): (Arc<dyn Entropy>, AuditLog),
        ring: Ring,
        period: Duration,
        now: Timestamp,
    ) -> Result<Self, KeysError> {
        let keys = Self::new(Source::Store { store, sealer, ring }, (entropy, ledger), period);
        keys.look(now).await?;
        keys.turn(now).await?;
        Ok(keys)
    }

    /// Keys that nobody keeps.
    pub(crate) async fn of_memory(
        (entropy, ledger): (Arc<dyn Entropy>, AuditLog),
        period: Duration,
        now: Timestamp,
    ) -> Result<Self, KeysError> {
        let keys = Self::new(Source::Memory(Mutex::default()), (entropy, ledger), period);
        keys.turn(now).await?;
        Ok(keys)
    }

    /// Keys of files: the first signs, all verify.
    pub(crate) fn of_files(
        files: &[config::StaticKey],
        (entropy, ledger): (Arc<dyn Entropy>, AuditLog),
    ) -> Result<Self, KeysError> {
        let mut signing = Vec::new();
        let mut verifying = Vec::new();
        for key in files {
            let wrong = |path: &std::path::Path, what| KeysError::File { path: path.to_owned(), what };
            let public = SubjectPublicKeyInfoDer::from_pem_file(&key.public)
                .ok()
                .and_then(|der| PublicKey::from_p256_spki(&key.id, &der).ok())
                .ok_or_else(|| wrong(&key.public, "public key of P-256 in PEM (SPKI)"))?;
            verifying.push(public);
            if let (true, Some(path)) = (signing.is_empty(), &key.private) {
                let private = PrivatePkcs8KeyDer::from_pem_file(path)
                    .ok()
                    .and_then(|der| {
                        let der = Secret::new(der.secret_pkcs8_der().to_vec());
                        SigningKey::from_pkcs8(&key.id, &der).ok()
                    })
                    .ok_or_else(|| wrong(path, "private key of P-256 in PEM (PKCS #8)"))?;
                if private.public().jwk() != verifying.first().and_then(PublicKey::jwk) {
                    return Err(wrong(path, "private key that belongs to its public one"));
                }
                signing.push(RingKey { key: private, made_at: Timestamp::UNIX_EPOCH });
            }
        }
        let keys = Self::new(Source::Files, (entropy, ledger), FOREVER);
        keys.held.store(Arc::new(KeyRing::new(signing, FOREVER)));
        Ok(Self { verifying, ..keys })
    }

    fn new(source: Source, (entropy, ledger): (Arc<dyn Entropy>, AuditLog), period: Duration) -> Self {
        // As the reference has it: ten times a minute.
        let quota = Quota::per_minute(std::num::NonZeroU32::new(10).unwrap_or(std::num::NonZeroU32::MIN));
        let held = ArcSwap::from_pointee(KeyRing::new(Vec::new(), period));
        Self {
            source,
            entropy,
            ledger,
            period,
            held,
            verifying: Vec::new(),
            looks: RateLimiter::direct(quota),
        }
    }

    /// Makes the next key when its turn comes, and forgets those whose time is over. Called now and then.
    pub(crate) async fn turn(&self, now: Timestamp) -> Result<(), KeysError> {
        if matches!(self.source, Source::Files) {
            return Ok(());
        }
        // Of replicas that make the key of one turn, one wins; the others read it.
        for _ in 0..4 {
            let held = self.held.load_full();
            let over = held.over(now);
            if !over.is_empty() {
                self.forget(&over, now).await?;
            }
            if !held.needs_a_key(now) {
                return Ok(());
            }
            self.make(held.newest(), now).await?;
        }
        Err(KeysError::Contended)
    }

    async fn make(&self, newest: Option<&str>, now: Timestamp) -> Result<(), KeysError> {
        let id = self.entropy.uuid().to_string();
        let (_, private) = SigningKey::generate(&id)?;
        // INVARIANT: the record is durable before the key is there.
        let facts = RequestFacts::new(now, "keys", "", "");
        let recorded =
            self.ledger.event(&facts, &audit::KEY_TURN, Outcome::Allowed, Durability::Durable, |record| {
                record.resource_ref = Some(id.clone());
                record.reason = vec![self.ring().into()];
            });
        recorded.await?;
        match &self.source {
            Source::Store { store, sealer, ring } => {
                let sealed =
                    sealer.seal(Sealed::PrivateKey, &bound(*ring, &id), private.expose(), &*self.entropy)?;
                let key = KeptKey { id, made_at: now, sealed };
                store.put_signing_key(ring.as_str(), &key, newest).await?;
            }
            Source::Memory(made) => {
                made.lock().unwrap_or_else(PoisonError::into_inner).push(Made { id, at: now, private });
            }
            Source::Files => {}
        }
        self.look(now).await
    }

    /// What the keys sign, as records name it.
    fn ring(&self) -> &'static str {
        match &self.source {
            Source::Store { ring, .. } => ring.as_str(),
            Source::Memory(_) => "development",
            Source::Files => "files",
        }
    }

    async fn forget(&self, over: &[String], now: Timestamp) -> Result<(), KeysError> {
        match &self.source {
            Source::Store { store, .. } => {
                store.remove_signing_keys(over).await?;
            }
            Source::Memory(made) => {
                made.lock().unwrap_or_else(PoisonError::into_inner).retain(|made| !over.contains(&made.id));
            }
            Source::Files => {}
        }
        self.look(now).await
    }

    /// Takes the keys that are there now. What was sealed with the sealing key before is left as it is: other replicas may
    /// know no other, and keys live for days.
    async fn look(&self, now: Timestamp) -> Result<(), KeysError> {
        let keys = match &self.source {
            Source::Store { store, sealer, ring } => {
                let mut keys = Vec::new();
                for kept in store.signing_keys(ring.as_str()).await? {
                    let opened = sealer.open(Sealed::PrivateKey, &bound(*ring, &kept.id), &kept.sealed);
                    let private = match opened {
                        Ok(private) => private,
                        // Of a key that is over nothing is needed.
                        Err(NotSealed) if now >= kept.made_at + self.period * 3 => continue,
                        Err(NotSealed) => return Err(KeysError::Sealed(kept.id)),
                    };
                    let key = SigningKey::from_pkcs8(&kept.id, &private)?;
                    keys.push(RingKey { key, made_at: kept.made_at });
                }
                keys
            }
            Source::Memory(made) => {
                let made = made.lock().unwrap_or_else(PoisonError::into_inner);
                let key = |made: &Made| {
                    let key = SigningKey::from_pkcs8(&made.id, &made.private)?;
                    Ok(RingKey { key, made_at: made.at })
                };
                made.iter().map(key).collect::<Result<_, SigningKeyError>>()?
            }
            Source::Files => return Ok(()),
        };
        self.held.store(Arc::new(KeyRing::new(keys, self.period)));
        Ok(())
    }

    /// Signs with the key whose turn it is.
    pub(crate) fn sign<T>(
        &self,
        now: Timestamp,
        sign: impl FnOnce(&SigningKey) -> Result<T, SigningKeyError>,
    ) -> Result<T, SigningKeyError> {
        let held = self.held.load();
        sign(held.signing(now).ok_or(SigningKeyError)?)
    }

    /// The keys that verify now. If `wanted` is not among them, another replica may have made it: then the store is
    /// asked, a few times a minute.
    pub(crate) async fn verifying(&self, wanted: Option<&str>, now: Timestamp) -> Result<KeySet, KeysError> {
        let keys = self.public(now);
        let unknown = wanted.is_some_and(|wanted| !keys.knows(wanted));
        if unknown && matches!(self.source, Source::Store { .. }) && self.looks.check().is_ok() {
            self.look(now).await?;
            return Ok(self.public(now));
        }
        Ok(keys)
    }

    /// What is published.
    pub(crate) fn jwks(&self, now: Timestamp) -> Value {
        self.public(now).jwks()
    }

    fn public(&self, now: Timestamp) -> KeySet {
        match self.source {
            Source::Store { .. } | Source::Memory(_) => self.held.load().public(now),
            Source::Files => KeySet::of(self.verifying.iter().cloned()),
        }
    }
}

/// What a private key is sealed for: another row cannot pass for it.
fn bound(ring: Ring, id: &str) -> String {
    format!("{} {id}", ring.as_str())
}
