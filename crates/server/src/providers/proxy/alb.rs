//! A load balancer of Amazon's, which signs a token for each request.

use std::sync::{Arc, Mutex};

use config::{AlbSettings, ProviderSettings};
use http::HeaderMap;
use identity::jws::{Compact, KeySet, PublicKey, Rejected};
use identity::sign_in::{AlbClaims, AlbExpected, Profile};
use model::{Secret, Timestamp};
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject as _;
use time::Duration;
use url::Url;

use super::super::kept::{Held, Kept};
use super::super::{CALL, Grant, ProviderError, Refusal};
use super::{only, remaining};
use crate::outbound::{Call, Method, Partner};

const DATA: &str = "x-amzn-oidc-data";
const ACCESS_TOKEN: &str = "x-amzn-oidc-accesstoken";
/// Most keys that are known; a region has a few.
const KEYS: usize = 16;
/// How many of other names are asked for within [`WINDOW`]; names come from whoever sends the header.
const ASKED: usize = 10;
const WINDOW: Duration = Duration::minutes(1);

/// A load balancer.
pub struct Alb {
    partner: Partner,
    /// Keys are below it, by their names.
    keys: Url,
    issuer: String,
    signer: String,
    unsaid_email_counts: bool,
    known: Mutex<Vec<(String, Arc<Kept<KeySet>>)>>,
    /// When a name was asked for that was not known.
    asked: tokio::sync::Mutex<Vec<Timestamp>>,
}

impl Alb {
    pub(in crate::providers) fn new(
        settings: &AlbSettings,
        provider: &ProviderSettings,
    ) -> Result<Self, ProviderError> {
        let region = &settings.region;
        let is_region = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if region.is_empty() || region.len() > 32 || !region.bytes().all(is_region) {
            return Err(ProviderError::Misconfigured("`region` is no region".to_owned()));
        }
        // The keys are the region's, not the balancer's: without this, anybody's balancer would do.
        if settings.signer.is_empty() {
            return Err(ProviderError::Misconfigured("`signer` is empty".to_owned()));
        }
        let keys = Url::parse(&format!("https://public-keys.auth.elb.{region}.amazonaws.com/"));
        let keys = keys.map_err(|_| ProviderError::Misconfigured("`region` is no region".to_owned()))?;
        Ok(Self::at(keys, Partner::new([], CALL, false), settings, provider))
    }

    /// One whose keys are somewhere.
    pub(super) fn at(
        keys: Url,
        partner: Partner,
        settings: &AlbSettings,
        provider: &ProviderSettings,
    ) -> Self {
        Self {
            partner,
            keys,
            // Written as it is, the root has no slash at its end; the balancer sends what was configured there.
            issuer: settings.issuer.as_str().trim_end_matches('/').to_owned(),
            signer: settings.signer.clone(),
            unsaid_email_counts: provider.unsaid_email_counts,
            known: Mutex::default(),
            asked: tokio::sync::Mutex::default(),
        }
    }

    pub(super) async fn identify(&self, headers: &HeaderMap, now: Timestamp) -> Result<Grant, ProviderError> {
        let token = only(headers, DATA)?;
        let access = if headers.contains_key(ACCESS_TOKEN) {
            Some(Secret::new(only(headers, ACCESS_TOKEN)?.to_owned()))
        } else {
            None
        };
        let named = Compact::parse_padded(token).and_then(|token| token.claimed_key());
        let named = named.map_err(Refusal::IdToken)?;
        // It becomes a path: it is a uuid, and nothing else.
        let named = named.filter(|id| id.len() == 36 && uuid::Uuid::try_parse(id).is_ok());
        let named = named.ok_or(Refusal::IdToken(Rejected::UnknownKey))?;
        let keys = self.key(&named, now).await?;
        let claims = self.verify(token, &keys.value, now).map_err(Refusal::IdToken)?;
        Ok(Grant {
            profile: Profile { unsaid_email_counts: self.unsaid_email_counts, ..claims.profile().clone() },
            subject: claims.subject().to_owned(),
            access_token: access,
            id_token: None,
            scope: String::new(),
            expires_in: Some(remaining(claims.expires_at(), now)),
            refresh_token: None,
        })
    }

    /// With the issuer as it was written, with or without a slash at its end: providers differ, and the settings' URL does
    /// not tell.
    fn verify(&self, token: &str, keys: &KeySet, now: Timestamp) -> Result<AlbClaims, Rejected> {
        let verify =
            |issuer: &str| AlbClaims::verify(token, keys, &AlbExpected { issuer, signer: &self.signer }, now);
        match verify(&self.issuer) {
            Err(Rejected::Issuer) => verify(&format!("{}/", self.issuer)),
            answer => answer,
        }
    }

    /// The key of a name. Names that are not known are tried one at a time and seldom, and never keep us from those that
    /// are.
    async fn key(&self, id: &str, now: Timestamp) -> Result<Arc<Held<KeySet>>, ProviderError> {
        if let Some(key) = self.known(id) {
            return key.get(now, self.fetch(id)).await;
        }
        let mut asked = self.asked.lock().await;
        if let Some(key) = self.known(id) {
            return key.get(now, self.fetch(id)).await;
        }
        asked.retain(|at| (now - *at).abs() < WINDOW);
        if asked.len() >= ASKED {
            return Err(Refusal::IdToken(Rejected::UnknownKey).into());
        }
        asked.push(now);
        let key = Arc::new(Kept::new());
        let held = key.get(now, self.fetch(id)).await?;
        let mut known = self.known.lock().expect("nobody panics with it");
        if known.len() >= KEYS {
            known.remove(0);
        }
        known.push((id.to_owned(), key));
        Ok(held)
    }

    fn known(&self, id: &str) -> Option<Arc<Kept<KeySet>>> {
        let known = self.known.lock().expect("nobody panics with it");
        known.iter().find(|(name, _)| name == id).map(|(_, key)| Arc::clone(key))
    }

    async fn fetch(&self, id: &str) -> Result<KeySet, ProviderError> {
        let mut url = self.keys.clone();
        url.set_path(&format!("{}{id}", self.keys.path()));
        let call = Call { url: &url, method: Method::Get, accept: "*/*", authorization: None };
        let reply = self.partner.call(call).await?;
        if let Some(error) = ProviderError::of_status(&url, reply.status) {
            return Err(error);
        }
        if !reply.status.is_success() {
            return Err(Refusal::IdToken(Rejected::UnknownKey).into());
        }
        let garbled = || ProviderError::garbled(&url);
        let der = SubjectPublicKeyInfoDer::from_pem_slice(&reply.body).map_err(|_| garbled())?;
        Ok(KeySet::of([PublicKey::from_p256_spki(id, &der).map_err(|_| garbled())?]))
    }
}
