//! Proxies that hand on a token like an ID token.

use config::{CloudflareSettings, IapSettings, ProviderSettings};
use http::{HeaderMap, HeaderName};
use identity::jws::Algorithm;
use identity::sign_in::{Expected, IdClaims, Profile};
use model::{Secret, Timestamp};
use url::Url;

use super::super::discovery::Discovery;
use super::super::keys::Keys;
use super::super::{CALL, Grant, ProviderError, preset};
use super::{only, remaining};
use crate::outbound::Partner;

/// How oauth2-proxy's issuer may sign: with the ways that OpenID providers have in use.
const OF_PROVIDERS: &[Algorithm] =
    &[Algorithm::Rs256, Algorithm::Es256, Algorithm::Ps256, Algorithm::Rs384, Algorithm::Rs512];

/// A proxy that hands on a signed token.
pub struct Assertion {
    partner: Partner,
    header: HeaderName,
    issuer: Issuer,
    keys: Keys,
    audience: String,
    algorithms: &'static [Algorithm],
    /// Whether `sub` is the id behind a realm: `accounts.google.com:1234`.
    with_realm: bool,
    /// Whether the frontend is handed the token as an ID token: it is one, of the provider's.
    is_id_token: bool,
    unsaid_email_counts: bool,
}

/// Who signs.
pub(super) enum Issuer {
    /// A name, and where its keys are.
    Known(String, Url),
    /// Whoever its document says.
    Discovered(Discovery),
}

impl Assertion {
    /// Identity-Aware Proxy.
    pub(in crate::providers) fn google(
        settings: &IapSettings,
        provider: &ProviderSettings,
    ) -> Result<Self, ProviderError> {
        let keys = "https://www.gstatic.com/iap/verify/public_key-jwk";
        let issuer = Issuer::Known("https://cloud.google.com/iap".to_owned(), well_known(keys)?);
        Self::google_at(issuer, Partner::new([], CALL, false), settings, provider)
    }

    pub(super) fn google_at(
        issuer: Issuer,
        partner: Partner,
        settings: &IapSettings,
        provider: &ProviderSettings,
    ) -> Result<Self, ProviderError> {
        let new = Self::new(partner, &settings.header, issuer, &settings.audience, provider)?;
        Ok(Self { algorithms: &[Algorithm::Es256], with_realm: true, ..new })
    }

    /// Cloudflare Access.
    pub(in crate::providers) fn cloudflare(
        settings: &CloudflareSettings,
        provider: &ProviderSettings,
    ) -> Result<Self, ProviderError> {
        let team = &settings.team;
        let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if team.is_empty() || team.len() > 63 || !team.bytes().all(is_label) {
            return Err(ProviderError::Misconfigured("`teamName` is no name of a team".to_owned()));
        }
        let issuer = format!("https://{}.cloudflareaccess.com", team.to_ascii_lowercase());
        let keys = well_known(&format!("{issuer}/cdn-cgi/access/certs"))?;
        Self::cloudflare_at(Issuer::Known(issuer, keys), Partner::new([], CALL, false), settings, provider)
    }

    pub(super) fn cloudflare_at(
        issuer: Issuer,
        partner: Partner,
        settings: &CloudflareSettings,
        provider: &ProviderSettings,
    ) -> Result<Self, ProviderError> {
        let new = Self::new(partner, &settings.header, issuer, &settings.audience, provider)?;
        Ok(Self { algorithms: &[Algorithm::Rs256], ..new })
    }

    /// oauth2-proxy with the ID token of its provider. Its other headers are anybody's.
    pub(in crate::providers) fn oauth2_proxy(
        metadata: &Url,
        client_id: &str,
        provider: &ProviderSettings,
        in_development: bool,
    ) -> Result<Self, ProviderError> {
        let partner = Partner::new([metadata], CALL, in_development);
        partner.permit(metadata).map_err(|why| {
            ProviderError::Misconfigured(format!("its discovery document may not be called: {why}"))
        })?;
        let directory = preset::is_directory(config::OidcPreset::None, metadata);
        let issuer = Issuer::Discovered(Discovery::new(metadata, directory));
        let new = Self::new(partner, "x-oauth2-proxy-id-token", issuer, client_id, provider)?;
        Ok(Self { is_id_token: true, ..new })
    }

    fn new(
        partner: Partner,
        header: &str,
        issuer: Issuer,
        audience: &str,
        provider: &ProviderSettings,
    ) -> Result<Self, ProviderError> {
        let header = HeaderName::try_from(header)
            .map_err(|_| ProviderError::Misconfigured("its header is no name of one".to_owned()))?;
        // A token for any other application behind the same proxy would do.
        if audience.is_empty() {
            return Err(ProviderError::Misconfigured("`audience` is empty".to_owned()));
        }
        Ok(Self {
            partner,
            header,
            issuer,
            keys: Keys::new(),
            audience: audience.to_owned(),
            algorithms: OF_PROVIDERS,
            with_realm: false,
            is_id_token: false,
            unsaid_email_counts: provider.unsaid_email_counts,
        })
    }

    pub(super) async fn identify(&self, headers: &HeaderMap, now: Timestamp) -> Result<Grant, ProviderError> {
        let token = only(headers, self.header.as_str())?;
        let (issuer, keys) = match &self.issuer {
            Issuer::Known(issuer, keys) => (issuer.clone(), keys.clone()),
            Issuer::Discovered(discovery) => {
                let metadata = discovery.metadata(&self.partner, now).await?;
                (metadata.value.issuer.clone(), metadata.value.keys.clone())
            }
        };
        let expected = Expected {
            issuer: &issuer,
            client_id: &self.audience,
            nonce: None,
            access_token: None,
            algorithms: self.algorithms,
        };
        let verify = |keys: &_| IdClaims::verify(token, keys, &expected, now);
        let claims = self.keys.verify(&self.partner, &keys, token, now, verify).await?;
        let id = match claims.subject().split_once(':') {
            Some((_, id)) if self.with_realm => Profile::text(id),
            _ => Some(claims.subject().to_owned()),
        };
        let unsaid_email_counts = self.unsaid_email_counts;
        Ok(Grant {
            profile: Profile { id, unsaid_email_counts, ..claims.profile().clone() },
            subject: claims.subject().to_owned(),
            access_token: None,
            id_token: self.is_id_token.then(|| Secret::new(token.to_owned())),
            scope: String::new(),
            expires_in: Some(remaining(claims.expires_at(), now)),
            refresh_token: None,
        })
    }
}

fn well_known(url: &str) -> Result<Url, ProviderError> {
    Url::parse(url).map_err(|_| ProviderError::Misconfigured("its keys are at no URL".to_owned()))
}
