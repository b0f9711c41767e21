//! A load balancer of Amazon's, which signs a token for each request.

use std::sync::Mutex;

use config::{AlbSettings, ProviderSettings};
use http::HeaderMap;
use identity::jws::{Compact, KeySet, PublicKey, Rejected};
use identity::sign_in::{AlbClaims, AlbExpected, Profile};
use model::{Secret, Timestamp};
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject as _;
use time::Duration;
use url::Url;

use super::super::{CALL, Grant, ProviderError, Refusal};
use super::{only, remaining};
use crate::outbound::{Call, Method, Partner};

const DATA: &str = "x-amzn-oidc-data";
const ACCESS_TOKEN: &str = "x-amzn-oidc-accesstoken";
/// Most keys that are held; a region has a few.
const KEYS: usize = 16;
/// How long one is held.
const HELD: Duration = Duration::days(1);
/// How many are asked for within [`WINDOW`]; names come from whoever sends the header.
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
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    keys: Vec<(String, KeySet, Timestamp)>,
    asked: Vec<Timestamp>,
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
            held: Mutex::default(),
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
        let claims = self.verify(token, &keys, now).map_err(Refusal::IdToken)?;
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

    async fn key(&self, id: &str, now: Timestamp) -> Result<KeySet, ProviderError> {
        {
            let mut held = self.held.lock().expect("nobody panics with it");
            held.keys.retain(|(_, _, at)| (now - *at).abs() < HELD);
            if let Some((_, keys, _)) = held.keys.iter().find(|(name, _, _)| name == id) {
                return Ok(keys.clone());
            }
            held.asked.retain(|at| (now - *at).abs() < WINDOW);
            if held.asked.len() >= ASKED {
                return Err(Refusal::IdToken(Rejected::UnknownKey).into());
            }
            held.asked.push(now);
        }
        let keys = self.fetch(id).await?;
        let mut held = self.held.lock().expect("nobody panics with it");
        if held.keys.len() >= KEYS {
            held.keys.remove(0);
        }
        held.keys.push((id.to_owned(), keys.clone(), now));
        Ok(keys)
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
