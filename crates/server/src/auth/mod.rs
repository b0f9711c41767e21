//! Signing in, and the tokens that come of it.

mod accounts;
pub(crate) mod cookies;
pub(crate) mod guest;
pub(crate) mod keys;
mod origins;
pub(crate) mod peers;
pub(crate) mod people;
pub(crate) mod popup;
pub(crate) mod resolvers;
pub(crate) mod session;
pub(crate) mod state;
pub(crate) mod token;

use std::collections::HashMap;
use std::sync::Arc;

use config::{KeyStore, Mode, Settings};
use identity::backstage::UserTokens;
use identity::external::{IssuerToken, LegacySecret};
use identity::{Sealer, SealingKeyError};
use model::{Entropy, Secret, Timestamp};
use store::Store;
use time::Duration;
use url::Url;

use crate::audit::AuditLog;
use crate::providers::{Configured, Providers, Way};
use crate::service_tokens;
pub(crate) use accounts::Accounts;
pub(crate) use cookies::Cookies;
pub(crate) use keys::{Keys, KeysError, Ring};
pub(crate) use origins::Origins;

/// How long a key signs: the longest that a token may live under any settings, so that a key outlives what it signed also if
/// these change. It is published for three times that.
const TURN: Duration = Duration::DAY;

/// What signing in needs, as the settings have it.
pub(crate) struct Auth {
    /// The environment of providers on our own pages.
    pub(crate) environment: String,
    /// Who may be told who signed in.
    pub(crate) origins: Origins,
    /// User tokens.
    pub(crate) tokens: UserTokens,
    /// Their keys.
    pub(crate) users: Arc<Keys>,
    /// The keys of our plugins' tokens.
    pub(crate) plugins: Arc<Keys>,
    /// Seals states and refresh tokens.
    pub(crate) sealer: Arc<Sealer>,
    /// The providers.
    pub(crate) providers: Providers,
    /// Whether the frontend may sign in without a popup.
    pub(crate) redirect_flow: bool,
    /// Whom a person asks who is refused.
    pub(crate) help: Option<String>,
    /// Secrets that programs outside share with us.
    pub(crate) legacy: Vec<LegacySecret>,
    /// Issuers of programs' tokens.
    pub(crate) issuers: Vec<Issuer>,
    /// Backends beside us, by the plugins that they have.
    pub(crate) peers: peers::Peers,
    /// Where browsers find us.
    base: url::Url,
    /// Whether the frontend's host is another than ours.
    elsewhere: bool,
}

/// An issuer of programs' tokens.
pub(crate) struct Issuer {
    pub(crate) token: IssuerToken,
    pub(crate) keys: crate::providers::PublishedKeys,
}

/// Why nobody could sign in with these settings.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The sealing key.
    #[error("`stagedoor.sealingKey`: {0}; make one with `stagedoor secrets new`")]
    SealingKey(SealingKeyError),
    /// The keys that sign.
    #[error(transparent)]
    Keys(KeysError),
    /// A provider.
    #[error("{place}: {0}", place = .0.place)]
    Provider(crate::providers::Unusable),
    /// A token of a program outside.
    #[error("{place}: {problem}")]
    External {
        /// Where it was written.
        place: config::Place,
        /// What is wrong with it.
        problem: String,
    },
}

/// What keys are kept in, made with, and recorded by.
#[derive(Clone, Copy)]
pub(crate) struct World<'a> {
    pub(crate) store: &'a Arc<Store>,
    pub(crate) entropy: &'a Arc<dyn Entropy>,
    pub(crate) ledger: &'a AuditLog,
}

impl Auth {
    /// Takes the settings, for a portal at `url`. What is wrong is an error; nothing is called yet but the store. What was
    /// in force `before` lends its keys where nobody keeps any.
    pub(crate) async fn new(
        settings: &Settings,
        url: &Url,
        world: World<'_>,
        before: Option<&Self>,
        now: Timestamp,
    ) -> Result<Self, AuthError> {
        let auth = &settings.auth;
        let development = settings.mode == Mode::Development;
        let lifetime = Duration::try_from(auth.token_lifetime).unwrap_or(Duration::HOUR);
        let tokens = UserTokens::new(format!("{}/api/auth", url.as_str().trim_end_matches('/')), lifetime);
        let kept = sealer(auth)?.map(Arc::new);
        let before = before.filter(|_| kept.is_none());
        let sealer = match (&kept, before) {
            (Some(kept), _) => Arc::clone(kept),
            (None, Some(before)) => Arc::clone(&before.sealer),
            (None, None) => {
                Arc::new(Sealer::new(&random_key(&**world.entropy), &[]).map_err(AuthError::SealingKey)?)
            }
        };
        let with = || (Arc::clone(world.entropy), world.ledger.clone());
        let keys = async |kind: &KeyStore, ring, before: Option<&Arc<Keys>>| {
            let keys = match (kind, &kept, before) {
                (KeyStore::Static(files), ..) => Keys::of_files(files, with()),
                (KeyStore::Database, Some(sealer), _) => {
                    let from = (Arc::clone(world.store), Arc::clone(sealer));
                    Keys::of_store(from, with(), ring, TURN, now).await
                }
                (KeyStore::Database, None, Some(before)) => return Ok(Arc::clone(before)),
                (KeyStore::Database, None, None) => Keys::of_memory(with(), TURN, now).await,
            };
            keys.map(Arc::new).map_err(AuthError::Keys)
        };
        let users = keys(&auth.key_store, Ring::Users, before.map(|before| &before.users)).await?;
        let plugins =
            keys(&auth.plugin_key_store, Ring::Plugins, before.map(|before| &before.plugins)).await?;
        let (providers, unusable) = Providers::new(auth, development);
        if let Some(unusable) = unusable.into_iter().next() {
            return Err(AuthError::Provider(unusable));
        }
        let app = settings.app_base_url.as_ref();
        Ok(Self {
            environment: auth.environment.clone(),
            origins: Origins::new(url, app, auth),
            tokens,
            users,
            plugins,
            sealer,
            providers,
            redirect_flow: auth.redirect_flow,
            help: auth.help.clone(),
            legacy: auth.legacy.iter().map(legacy).collect::<Result<_, _>>()?,
            issuers: auth.issuers.iter().map(|one| issuer_of(one, development)).collect::<Result<_, _>>()?,
            peers: peers::Peers::new(&auth.peers),
            base: settings.base_url.clone(),
            elsewhere: app.is_some_and(|app| app.host() != settings.base_url.host()),
        })
    }

    /// Makes the keys whose turn comes, and forgets those whose time is over. Called now and then.
    pub(crate) async fn turn(&self, now: Timestamp) -> Result<(), KeysError> {
        self.users.turn(now).await?;
        self.plugins.turn(now).await
    }

    /// How the cookies of a provider are set.
    pub(crate) fn cookies(&self, provider: &str) -> Cookies {
        Cookies::new(provider, &self.base, self.elsewhere)
    }

    /// The providers, and whether a resolver of theirs makes users up that the catalog does not know.
    pub(crate) fn known(&self) -> HashMap<(String, Option<String>), bool> {
        let known = self.providers.iter().map(|one| {
            let resolvers = resolvers::of(&one.settings).unwrap_or_default();
            let makes_up = resolvers.iter().any(|resolver| resolver.without_user);
            ((one.settings.id.clone(), one.settings.environment.clone()), makes_up)
        });
        known.collect()
    }

    /// Providers that our own sign-in page offers: people sign in by them, in the environment of the settings or in none.
    pub(crate) fn offered(&self) -> impl Iterator<Item = &Configured> {
        self.providers.iter().filter(|one| {
            let environment = one.settings.environment.as_deref();
            let leads_in = match &one.way {
                Way::Code(_) | Way::Proxy(_) => one.settings.resolvers.is_some(),
                Way::Guest(_) => true,
            };
            leads_in && environment.is_none_or(|environment| environment == self.environment)
        })
    }

    /// Whether everybody at the machine comes in, which every page then says.
    pub(crate) fn lets_guests_in(&self) -> bool {
        self.providers.iter().any(|one| matches!(one.way, Way::Guest(_)))
    }
}

/// What seals with the key of the settings; `None` where none is kept.
pub(crate) fn sealer(auth: &config::AuthSettings) -> Result<Option<Sealer>, AuthError> {
    let key = auth.sealing_key.as_ref();
    key.map(|key| Sealer::new(key, &auth.previous_sealing_keys)).transpose().map_err(AuthError::SealingKey)
}

/// For development, where states and tokens need not outlive the server.
fn random_key(entropy: &dyn Entropy) -> Secret<String> {
    use std::fmt::Write as _;
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    let mut hex = String::with_capacity(64);
    for byte in bytes {
        let _ = write!(hex, "{byte:02x}");
    }
    Secret::new(hex)
}

fn legacy(one: &config::LegacyAccess) -> Result<LegacySecret, AuthError> {
    let wrong = |problem: String| AuthError::External { place: one.place.clone(), problem };
    let restrictions = one.restrictions.as_ref().map(|list| service_tokens::restrictions(list)).transpose();
    LegacySecret::new(&one.secret, one.subject.clone(), restrictions.map_err(wrong)?)
        .map_err(|error| AuthError::External { place: one.place.clone(), problem: error.to_string() })
}

fn issuer_of(one: &config::IssuerAccess, development: bool) -> Result<Issuer, AuthError> {
    let wrong = |problem: String| AuthError::External { place: one.place.clone(), problem };
    let restrictions = one.restrictions.as_ref().map(|list| service_tokens::restrictions(list)).transpose();
    let token = IssuerToken::new(
        one.issuers.clone(),
        one.audiences.clone(),
        &one.algorithms,
        one.subject_prefix.clone(),
        restrictions.map_err(wrong)?,
    )
    .map_err(|error| AuthError::External { place: one.place.clone(), problem: error.to_string() })?;
    let keys = crate::providers::PublishedKeys::new(&one.keys, development)
        .map_err(|error| AuthError::External { place: one.place.clone(), problem: error.to_string() })?;
    Ok(Issuer { token, keys })
}
