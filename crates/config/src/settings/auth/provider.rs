//! One provider of `auth.providers`.

use std::time::Duration;

use model::Secret;
use url::Url;

use crate::Place;

/// A provider in one environment.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// Its id: the key below `auth.providers`, and the segment of its paths.
    pub id: String,
    /// The environment; `None` for those that have none (guest and those of proxies).
    pub environment: Option<String>,
    /// What it speaks.
    pub kind: ProviderKind,
    /// `signIn.resolvers`, at least one; `None` where nobody signs in by it, so that it only gives access tokens, and for
    /// guest, which needs none.
    pub resolvers: Option<Vec<ResolverSettings>>,
    /// `sessionDuration`: longest life of a sign-in.
    pub session: Option<Duration>,
    /// Whether an address counts of which the provider does not say that it is verified (`stagedoor.signIn.unverifiedEmail`,
    /// a list of provider ids; in production with an acceptance).
    pub unsaid_email_counts: bool,
    /// Where it was written.
    pub place: Place,
}

/// What a provider speaks.
#[derive(Clone, Debug)]
pub enum ProviderKind {
    /// GitHub, also Enterprise.
    GitHub(GitHubSettings),
    /// OpenID Connect: `oidc`, and the presets google, microsoft, okta and gitlab.
    Oidc(OidcSettings),
    /// A load balancer of Amazon's, before us.
    AwsAlb(AlbSettings),
    /// Google's Identity-Aware Proxy, before us.
    GcpIap(IapSettings),
    /// Cloudflare Access, before us.
    CfAccess(CloudflareSettings),
    /// oauth2-proxy, before us.
    OAuth2Proxy(OAuth2ProxySettings),
    /// Everybody, in development.
    Guest(GuestSettings),
}

/// What an OAuth client is known by.
#[derive(Clone, Debug)]
pub struct OAuthClient {
    /// `clientId`
    pub id: String,
    /// `clientSecret`
    pub secret: Secret<String>,
    /// `callbackUrl`; ours unless written.
    pub callback: Option<Url>,
    /// `additionalScopes`, after the provider's own.
    pub scopes: Vec<String>,
}

/// `auth.providers.github`
#[derive(Clone, Debug)]
pub struct GitHubSettings {
    /// The client.
    pub client: OAuthClient,
    /// `enterpriseInstanceUrl`; github.com unless written.
    pub instance: Option<Url>,
}

/// Which names and claims a preset has; see its documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OidcPreset {
    /// `oidc`
    None,
    /// `google`
    Google,
    /// `microsoft`
    Microsoft,
    /// `okta`
    Okta,
    /// `gitlab`
    GitLab,
}

/// An OpenID Connect provider.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// The client.
    pub client: OAuthClient,
    /// Whose names it has.
    pub preset: OidcPreset,
    /// Where its discovery document is: `metadataUrl`, or what the preset makes of its own keys.
    pub metadata: Url,
    /// `prompt`
    pub prompt: Prompt,
    /// `startUrlSearchParams`, and what a preset has keys for (`domain_hint` of microsoft, `idp` of okta). None of them is
    /// a parameter that protects a sign-in.
    pub start_parameters: Vec<(String, String)>,
    /// `tokenEndpointAuthMethod`
    pub token_endpoint_auth: TokenEndpointAuth,
    /// `tokenSignedResponseAlg`: `RS256` unless written; one whose key is public.
    pub algorithm: String,
    /// `timeout` of a request; ten seconds unless written.
    pub timeout: Duration,
    /// Domain whose accounts alone come in (`startUrlSearchParams.hd`); `None` for any.
    pub domain: Option<String>,
}

/// What `prompt` of the authorization request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing: the provider decides. Ours unless written.
    Auto,
    /// As written: `none`, `login`, `consent`, `select_account`.
    Word(String),
}

/// How we prove to the token endpoint who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenEndpointAuth {
    /// `client_secret_basic`
    Basic,
    /// `client_secret_post`
    Post,
}

/// `auth.providers.awsalb`
#[derive(Clone, Debug)]
pub struct AlbSettings {
    /// `issuer`: of the identity provider behind the balancer, as it is written: it is compared with a claim.
    pub issuer: String,
    /// `region`: where the balancer's keys are.
    pub region: String,
    /// `signer`: ARN of the balancer.
    pub signer: String,
}

/// `auth.providers.gcpIap`
#[derive(Clone, Debug)]
pub struct IapSettings {
    /// `audience`
    pub audience: String,
    /// `jwtHeader`, `x-goog-iap-jwt-assertion` unless written.
    pub header: String,
}

/// `auth.providers.cfaccess`
#[derive(Clone, Debug)]
pub struct CloudflareSettings {
    /// `teamName`
    pub team: String,
    /// `audience`; required.
    pub audience: String,
    /// `jwtHeaderName`, `cf-access-jwt-assertion` unless written.
    pub header: String,
}

/// `auth.providers.oauth2Proxy`: only what the proxy can prove.
#[derive(Clone, Debug)]
pub struct OAuth2ProxySettings {
    /// How it proves who it is.
    pub trust: ProxyTrust,
}

/// How a proxy proves what it says (`stagedoor.signIn.oauth2Proxy`).
#[derive(Clone, Debug)]
pub enum ProxyTrust {
    /// It hands on the ID token, which is verified.
    IdToken {
        /// Where the issuer's discovery document is.
        metadata: Url,
        /// Its own client id.
        client_id: String,
    },
}

/// `auth.providers.guest`: development alone.
#[derive(Clone, Debug)]
pub struct GuestSettings {
    /// `userEntityRef`
    pub user: String,
    /// `ownershipEntityRefs`
    pub ownership: Vec<String>,
}

/// An entry of `signIn.resolvers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolverSettings {
    /// `resolver`: one of those that the provider has.
    pub name: String,
    /// `allowedDomains`
    pub allowed_domains: Option<Vec<String>>,
    /// `dangerouslyAllowSignInWithoutUserInCatalog`
    pub without_user: bool,
}
