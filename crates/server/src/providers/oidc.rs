//! `OpenID` Connect by authorization code (OpenID Connect Core §3.1), with PKCE.

use config::{OidcPreset, OidcSettings, Prompt, ProviderSettings};
use identity::jws::Algorithm;
use identity::sign_in::{Expected, IdClaims, Profile, user_info};
use model::{Secret, Timestamp};
use url::Url;

use super::client_auth::ClientAuth;
use super::discovery::{Discovery, Metadata};
use super::keys::Keys;
use super::token_answer::TokenAnswer;
use super::{AuthorizeRequest, CodeExchange, Grant, ProviderError, RefreshRequest, Refusal};
use super::{fetch, preset};
use crate::outbound::{Call, Method, Partner};

/// Parameters of an authorization request that are ours to say, whatever `startUrlSearchParams` has.
const OURS: &[&str] = &[
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

/// An OpenID provider.
pub struct Oidc {
    client: ClientAuth,
    preset: OidcPreset,
    partner: Partner,
    discovery: Discovery,
    keys: Keys,
    algorithm: Algorithm,
    prompt: Prompt,
    start_parameters: Vec<(String, String)>,
    scopes: Vec<String>,
    domain: Option<String>,
    unsaid_email_counts: bool,
}

impl Oidc {
    pub(super) fn new(
        settings: &OidcSettings,
        provider: &ProviderSettings,
        in_development: bool,
    ) -> Result<Self, ProviderError> {
        let algorithm = Algorithm::named(&settings.algorithm).ok_or_else(|| {
            ProviderError::Misconfigured(format!(
                "`{}` is no algorithm with a public key that is known",
                settings.algorithm
            ))
        })?;
        let partner = Partner::new([&settings.metadata], settings.timeout, in_development);
        partner.permit(&settings.metadata).map_err(|why| {
            ProviderError::Misconfigured(format!("its discovery document may not be called: {why}"))
        })?;
        let own = preset::scopes(settings.preset).iter().map(|word| (*word).to_owned());
        Ok(Self {
            client: ClientAuth::new(&settings.client, settings.token_endpoint_auth),
            preset: settings.preset,
            partner,
            discovery: Discovery::new(
                &settings.metadata,
                preset::is_directory(settings.preset, &settings.metadata),
            ),
            keys: Keys::new(),
            algorithm,
            prompt: settings.prompt.clone(),
            start_parameters: settings.start_parameters.clone(),
            scopes: own.chain(settings.client.scopes.iter().cloned()).collect(),
            domain: settings.domain.clone(),
            unsaid_email_counts: provider.unsaid_email_counts,
        })
    }

    pub(super) fn scopes(&self) -> &[String] {
        &self.scopes
    }

    pub(super) async fn authorize(
        &self,
        request: &AuthorizeRequest<'_>,
        now: Timestamp,
    ) -> Result<Url, ProviderError> {
        let metadata = self.discovery.metadata(&self.partner, now).await?;
        let mut url = metadata.value.authorization.clone();
        let own = preset::parameters(self.preset, &self.prompt, self.domain.as_deref());
        let is_said = |name: &str| OURS.contains(&name) || own.iter().any(|(said, _)| *said == name);
        let configured = self.start_parameters.iter().filter(|(name, _)| !is_said(name));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", self.client.id())
            .append_pair("redirect_uri", request.redirect_uri.as_str())
            .append_pair("scope", request.scope)
            .append_pair("state", request.state)
            .append_pair("nonce", request.nonce)
            .append_pair("code_challenge", request.pkce_challenge)
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(&own)
            .extend_pairs(request.login_hint.map(|hint| ("login_hint", hint)))
            .extend_pairs(configured);
        Ok(url)
    }

    pub(super) async fn exchange(
        &self,
        request: &CodeExchange<'_>,
        now: Timestamp,
    ) -> Result<Grant, ProviderError> {
        let metadata = &self.discovery.metadata(&self.partner, now).await?.value;
        match request.issuer {
            Some(issuer) if issuer != metadata.issuer => return Err(Refusal::Issuer.into()),
            None if metadata.says_issuer => return Err(Refusal::Issuer.into()),
            _ => {}
        }
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", request.code.expose()),
            ("redirect_uri", request.redirect_uri.as_str()),
            ("code_verifier", request.pkce_verifier.expose()),
        ];
        let answer = self.tokens(metadata, &fields).await?;
        let id_token = answer.id_token.as_ref().ok_or(Refusal::NoIdToken)?;
        let claims = self.verified(metadata, id_token, &answer, Some(request.nonce), now).await?;
        let mut profile = Profile { id: preset::id(self.preset, &claims), ..claims.profile().clone() };
        if let Some(url) = &metadata.user_info
            && preset::may_know_more(self.preset, &profile)
        {
            let more = self.user_info(url, &answer.access_token, claims.subject()).await?;
            profile = profile.completed_by(more);
        }
        Ok(self.grant(claims.subject().to_owned(), profile, answer, request.scope))
    }

    /// With a new ID token or, where the provider gives none, by the `UserInfo` endpoint: somebody has to say that the person
    /// is still the same.
    pub(super) async fn refresh(
        &self,
        request: &RefreshRequest<'_>,
        now: Timestamp,
    ) -> Result<Grant, ProviderError> {
        let metadata = &self.discovery.metadata(&self.partner, now).await?.value;
        let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", request.stored.expose())];
        // Microsoft gives a token for one service, that of the scope. The others give what was granted.
        if self.preset == OidcPreset::Microsoft && !request.scope.is_empty() {
            fields.push(("scope", request.scope));
        }
        let answer = self.tokens(metadata, &fields).await?;
        let mut profile = Profile::default();
        if let Some(id_token) = &answer.id_token {
            let claims = self.verified(metadata, id_token, &answer, None, now).await?;
            if claims.subject() != request.subject {
                return Err(Refusal::Subject.into());
            }
            profile = Profile { id: preset::id(self.preset, &claims), ..claims.profile().clone() };
        } else if metadata.user_info.is_none() || self.domain.is_some() {
            return Err(Refusal::NoIdToken.into());
        }
        if let Some(url) = &metadata.user_info
            && (answer.id_token.is_none() || preset::may_know_more(self.preset, &profile))
        {
            let more = self.user_info(url, &answer.access_token, request.subject).await?;
            profile = profile.completed_by(more);
        }
        let mut grant = self.grant(request.subject.to_owned(), profile, answer, request.granted);
        grant.refresh_token = grant.refresh_token.or_else(|| Some(request.stored.clone()));
        Ok(grant)
    }

    pub(super) async fn revoke(
        &self,
        stored: &Secret<String>,
        now: Timestamp,
    ) -> Result<bool, ProviderError> {
        let metadata = &self.discovery.metadata(&self.partner, now).await?.value;
        let Some(url) = &metadata.revocation else { return Ok(false) };
        let fields = [("token", stored.expose().as_str()), ("token_type_hint", "refresh_token")];
        let reply = self.client.post(&self.partner, url, &fields).await?;
        // A token that is not known is revoked already: that is 200 as well (RFC 7009 §2.2).
        if reply.status.is_success() {
            return Ok(true);
        }
        Err(ProviderError::of_status(url, reply.status).unwrap_or_else(|| Refusal::Unknown.into()))
    }

    async fn tokens(
        &self,
        metadata: &Metadata,
        fields: &[(&str, &str)],
    ) -> Result<TokenAnswer, ProviderError> {
        let reply = self.client.post(&self.partner, &metadata.token, fields).await?;
        TokenAnswer::read(&reply, &metadata.token)
    }

    async fn verified(
        &self,
        metadata: &Metadata,
        id_token: &Secret<String>,
        answer: &TokenAnswer,
        nonce: Option<&str>,
        now: Timestamp,
    ) -> Result<IdClaims, ProviderError> {
        let expected = Expected {
            issuer: &metadata.issuer,
            client_id: self.client.id(),
            nonce,
            access_token: Some(answer.access_token.expose()),
            algorithms: &[self.algorithm],
        };
        let token = id_token.expose();
        let verify = |keys: &_| IdClaims::verify(token, keys, &expected, now);
        let claims = self.keys.verify(&self.partner, &metadata.keys, token, now, verify).await?;
        match (&self.domain, claims.hosted_domain()) {
            (Some(domain), said) if !said.is_some_and(|said| said.eq_ignore_ascii_case(domain)) => {
                Err(Refusal::Domain.into())
            }
            _ => Ok(claims),
        }
    }

    async fn user_info(
        &self,
        url: &Url,
        access_token: &Secret<String>,
        subject: &str,
    ) -> Result<Profile, ProviderError> {
        let authorization = fetch::bearer(access_token);
        let call = Call {
            url,
            method: Method::Get,
            accept: "application/json",
            authorization: authorization.as_ref(),
        };
        let reply = self.partner.call(call).await?;
        if let Some(error) = ProviderError::of_status(url, reply.status) {
            return Err(error);
        }
        if !reply.status.is_success() {
            return Err(Refusal::Unknown.into());
        }
        let profile = user_info(&reply.body, subject).map_err(Refusal::UserInfo)?;
        // An id that is not `sub` stands in the ID token alone.
        let id = profile.id.filter(|_| self.preset != OidcPreset::Microsoft);
        Ok(Profile { id, ..profile })
    }

    fn grant(&self, subject: String, profile: Profile, answer: TokenAnswer, asked: &str) -> Grant {
        Grant {
            profile: Profile { unsaid_email_counts: self.unsaid_email_counts, ..profile },
            subject,
            access_token: Some(answer.access_token),
            id_token: answer.id_token,
            scope: super::scope::granted(asked, answer.scope.as_deref()),
            expires_in: answer.expires_in,
            refresh_token: answer.refresh_token,
        }
    }
}
