//! GitHub and GitHub Enterprise: OAuth without ID tokens, and an API that says who somebody is.

use config::{GitHubSettings, ProviderSettings, TokenEndpointAuth};
use model::Secret;
use serde_json::json;
use url::Url;

use super::client_auth::{ClientAuth, basic};
use super::github_person::{Person, person};
use super::token_answer::TokenAnswer;
use super::{AuthorizeRequest, CALL, CodeExchange, Grant, ProviderError, RefreshRequest, Refusal, scope};
use crate::outbound::{Call, Method, Partner};

/// Marks what is kept where GitHub gives no refresh token: the access token, which then has no end. The mark is Backstage's.
const ACCESS_TOKEN: &str = "access-token-v2.";
/// Media type of the API's answers.
pub(super) const API: &str = "application/vnd.github+json";

/// GitHub.
pub struct GitHub {
    client: ClientAuth,
    /// For the API about the client itself, which takes nothing else.
    basic: Secret<http::HeaderValue>,
    partner: Partner,
    authorization: Url,
    token: Url,
    api: Url,
    scopes: Vec<String>,
    /// Whether addresses are asked for, which is a scope of its own.
    with_email: bool,
    unsaid_email_counts: bool,
}

impl GitHub {
    pub(super) fn new(
        settings: &GitHubSettings,
        provider: &ProviderSettings,
        in_development: bool,
    ) -> Result<Self, ProviderError> {
        let partner = Partner::new(&settings.instance, CALL, in_development);
        let (site, api) = match &settings.instance {
            Some(instance) => (below(instance, "/"), below(instance, "/api/v3/")),
            None => (well_known("https://github.com/"), well_known("https://api.github.com/")),
        };
        partner.permit(&site).map_err(|why| {
            ProviderError::Misconfigured(format!("`enterpriseInstanceUrl` may not be called: {why}"))
        })?;
        let resolvers = provider.resolvers.as_deref().unwrap_or_default();
        let with_email = resolvers.iter().any(|resolver| resolver.name.starts_with("email"));
        let own = ["read:user"].into_iter().chain(with_email.then_some("user:email")).map(str::to_owned);
        Ok(Self {
            client: ClientAuth::new(&settings.client, TokenEndpointAuth::Post),
            basic: basic(&settings.client.id, &settings.client.secret),
            partner,
            authorization: below(&site, "/login/oauth/authorize"),
            token: below(&site, "/login/oauth/access_token"),
            api,
            scopes: own.chain(settings.client.scopes.iter().cloned()).collect(),
            with_email,
            unsaid_email_counts: provider.unsaid_email_counts,
        })
    }

    pub(super) fn scopes(&self) -> &[String] {
        &self.scopes
    }

    pub(super) fn authorize(&self, request: &AuthorizeRequest<'_>) -> Url {
        let mut url = self.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", self.client.id())
            .append_pair("redirect_uri", request.redirect_uri.as_str())
            .append_pair("scope", request.scope)
            .append_pair("state", request.state)
            .append_pair("code_challenge", request.pkce_challenge)
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(request.login_hint.map(|hint| ("login", hint)));
        url
    }

    pub(super) async fn exchange(&self, request: &CodeExchange<'_>) -> Result<Grant, ProviderError> {
        let answer = self
            .tokens(&[
                ("grant_type", "authorization_code"),
                ("code", request.code.expose()),
                ("redirect_uri", request.redirect_uri.as_str()),
                ("code_verifier", request.pkce_verifier.expose()),
            ])
            .await?;
        let person = person(&self.partner, &self.api, &answer.access_token, self.with_email).await?;
        Ok(self.grant(person, answer, request.scope))
    }

    pub(super) async fn refresh(&self, request: &RefreshRequest<'_>) -> Result<Grant, ProviderError> {
        let answer = if let Some(token) = request.stored.expose().strip_prefix(ACCESS_TOKEN) {
            TokenAnswer {
                access_token: Secret::new(token.to_owned()),
                id_token: None,
                refresh_token: None,
                scope: Some(request.granted.to_owned()),
                expires_in: None,
            }
        } else {
            let stored = request.stored.expose();
            self.tokens(&[("grant_type", "refresh_token"), ("refresh_token", stored)]).await?
        };
        let person = person(&self.partner, &self.api, &answer.access_token, self.with_email).await?;
        if person.subject != request.subject {
            return Err(Refusal::Subject.into());
        }
        let mut grant = self.grant(person, answer, request.granted);
        grant.refresh_token = grant.refresh_token.or_else(|| Some(request.stored.clone()));
        Ok(grant)
    }

    /// Ends an access token that has no end of its own. A refresh token cannot be shown there.
    pub(super) async fn revoke(&self, stored: &Secret<String>) -> Result<bool, ProviderError> {
        let Some(token) = stored.expose().strip_prefix(ACCESS_TOKEN) else { return Ok(false) };
        let mut url = self.api.clone();
        let segments = ["applications", self.client.id(), "token"];
        url.path_segments_mut().expect("the API is at an https URL").pop_if_empty().extend(segments);
        let json = json!({"access_token": token});
        let authorization = Some(&self.basic);
        let call = Call { url: &url, method: Method::Delete(&json), accept: API, authorization };
        let reply = self.partner.call(call).await?;
        // One that is not known any more is what was wanted.
        if reply.status.is_success() || matches!(reply.status.as_u16(), 404 | 422) {
            return Ok(true);
        }
        Err(ProviderError::of_status(&url, reply.status).unwrap_or_else(|| Refusal::Unknown.into()))
    }

    async fn tokens(&self, fields: &[(&str, &str)]) -> Result<TokenAnswer, ProviderError> {
        let reply = self.client.post(&self.partner, &self.token, fields).await?;
        TokenAnswer::read(&reply, &self.token)
    }

    fn grant(&self, person: Person, answer: TokenAnswer, asked: &str) -> Grant {
        // Its words have commas between.
        let said = answer.scope.map(|words| words.replace(',', " "));
        let refresh_token = match (answer.refresh_token, answer.expires_in) {
            (Some(token), _) => Some(token),
            (None, None) => Some(Secret::new(format!("{ACCESS_TOKEN}{}", answer.access_token.expose()))),
            (None, Some(_)) => None,
        };
        Grant {
            profile: identity::sign_in::Profile {
                unsaid_email_counts: self.unsaid_email_counts,
                ..person.profile
            },
            subject: person.subject,
            access_token: Some(answer.access_token),
            id_token: None,
            scope: scope::granted(asked, said.as_deref()),
            expires_in: answer.expires_in,
            refresh_token,
        }
    }
}

fn well_known(url: &str) -> Url {
    url.parse().expect("it stands here")
}

/// A path below an address that may have one itself.
fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url.set_query(None);
    url.set_fragment(None);
    url
}
