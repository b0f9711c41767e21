//! An identity provider: the certified `oidc-provider` from npm, on loopback.

use serde_json::{Value, json};

use crate::peer::Peer;
use crate::portal::client;

/// How the portal is known there.
const CLIENT: (&str, &str) = ("portal", "k3yL3ss-P0rtal-s3cret-8812");

/// Who of a provider does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Down {
    /// Everything answers.
    Nobody,
    /// People are still let in; what the portal asks afterwards comes to nothing.
    Tokens,
    /// Nothing answers.
    All,
}

/// A running provider. Accounts: `alice` and `bob` at example.com, whose addresses are verified; `eve`, who claims to
/// have alice's; `nobody`, whom no catalog knows. It wants PKCE, and gives a refresh token that is good once.
#[derive(Debug)]
pub struct Oidc {
    issuer: String,
    client: reqwest::Client,
    _peer: Peer,
}

impl Oidc {
    /// Starts one for the portal on this port; `None` where the peers are not installed.
    pub async fn start(portal: u16) -> Option<Self> {
        let redirect = format!("http://127.0.0.1:{portal}/api/auth/oidc/handler/frame");
        let wanted = json!({ "clientId": CLIENT.0, "clientSecret": CLIENT.1, "redirectUris": [redirect] });
        let peer = Peer::start("oidc.mjs", &wanted).await?;
        Some(Self { issuer: peer.said("issuer"), client: client(None), _peer: peer })
    }

    /// Its name, which is its address.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// An environment of `auth.providers.oidc`, in YAML's flow style; people are found by their address.
    pub fn settings(&self) -> String {
        let (id, secret) = CLIENT;
        format!(
            "{{ metadataUrl: '{}', clientId: {id}, clientSecret: {secret}, signIn: {{ resolvers: \
             [{{ resolver: emailMatchingUserEntityProfileEmail }}] }} }}",
            self.issuer
        )
    }

    /// Changes what it says of an account, or makes one.
    pub async fn account(&self, id: &str, claims: Value) {
        self.control("account", json!({ "id": id, "claims": claims })).await;
    }

    /// Signs with another key from now on. The old one is not published any more.
    pub async fn rotate(&self) {
        self.control("rotate", json!({})).await;
    }

    /// Lets it fail, or work again.
    pub async fn down(&self, down: Down) {
        let name = match down {
            Down::Nobody => "nobody",
            Down::Tokens => "tokens",
            Down::All => "all",
        };
        self.control("down", json!({ "down": name })).await;
    }

    /// What was asked and answered so far: `POST /token 200`.
    pub async fn asked(&self) -> Vec<String> {
        let said = self.control("asked", json!({})).await;
        let asked = said["asked"].as_array().cloned().unwrap_or_default();
        asked.iter().filter_map(|line| Some(line.as_str()?.to_owned())).collect()
    }

    async fn control(&self, what: &str, body: Value) -> Value {
        let sent = self.client.post(format!("{}/control/{what}", self.issuer)).json(&body).send().await;
        sent.expect("the provider is there").json().await.expect("it answers in JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_wants_pkce_and_can_be_down() {
        let Some(oidc) = Oidc::start(9).await else { return };
        let redirect = "http://127.0.0.1:9/api/auth/oidc/handler/frame";
        let start = format!(
            "{}/auth?client_id={}&response_type=code&scope=openid&state=s&redirect_uri={redirect}",
            oidc.issuer(),
            CLIENT.0
        );
        let leads = async |url: &str| {
            let answer = oidc.client.get(url).send().await.expect("it answers");
            answer.headers()["location"].to_str().expect("text").to_owned()
        };
        assert!(leads(&start).await.contains("error=invalid_request"), "without a challenge");
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let with = format!("{start}&code_challenge_method=S256&code_challenge={challenge}");
        assert!(leads(&with).await.contains("/interaction/"));

        let keys = format!("{}/jwks", oidc.issuer());
        for (down, of_keys, of_people) in
            [(Down::Tokens, false, true), (Down::All, false, false), (Down::Nobody, true, true)]
        {
            oidc.down(down).await;
            assert_eq!(oidc.client.get(&keys).send().await.is_ok(), of_keys, "{down:?}");
            assert_eq!(oidc.client.get(&with).send().await.is_ok(), of_people, "{down:?}");
        }
    }
}
