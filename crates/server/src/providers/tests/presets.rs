//! What presets do otherwise.

use config::{OidcPreset, OidcSettings, Prompt};
use model::Secret;
use serde_json::json;

use super::super::{Grant, ProviderError, RefreshRequest};
use super::issuer::Issuer;
use super::{kind, now, provider};

async fn parameters(change: impl FnOnce(&mut OidcSettings)) -> Vec<(String, String)> {
    let issuer = Issuer::new().await;
    let url = issuer.send(&provider(&issuer.settings(change)), now()).await.expect("a URL");
    url.query_pairs().into_owned().collect()
}

fn of<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn each_asks_for_refresh_tokens_in_its_way() {
    let google = parameters(|oidc| {
        oidc.preset = OidcPreset::Google;
        oidc.domain = Some("example.com".to_owned());
    });
    let google = google.await;
    assert_eq!(of(&google, "access_type"), Some("offline"));
    assert_eq!(of(&google, "prompt"), Some("consent"));
    assert_eq!(of(&google, "hd"), Some("example.com"));
    assert_eq!(of(&google, "scope"), Some("openid profile email"));
    for preset in [OidcPreset::Microsoft, OidcPreset::Okta] {
        let asked = parameters(|oidc| oidc.preset = preset).await;
        assert_eq!(of(&asked, "scope"), Some("openid profile email offline_access"), "{preset:?}");
        assert_eq!((of(&asked, "access_type"), of(&asked, "prompt")), (None, None), "{preset:?}");
    }
    let written = parameters(|oidc| {
        oidc.preset = OidcPreset::Google;
        oidc.prompt = Prompt::Word("select_account".to_owned());
        oidc.start_parameters = vec![("access_type".to_owned(), "online".to_owned())];
    });
    let written = written.await;
    assert_eq!(of(&written, "prompt"), Some("select_account"));
    assert_eq!(written.iter().filter(|(name, _)| name == "access_type").count(), 1);
}

async fn at_google(hosted: serde_json::Value) -> Result<Grant, ProviderError> {
    let issuer = Issuer::new().await;
    issuer.told(|play| play.claims = json!({"hd": hosted, "preferred_username": null}));
    let settings = issuer.settings(|oidc| {
        oidc.preset = OidcPreset::Google;
        oidc.domain = Some("example.com".to_owned());
    });
    let grant = issuer.sign_in(&provider(&settings)).await;
    assert_eq!(issuer.peer.count("/me"), 0, "it knows no more");
    grant
}

#[tokio::test]
async fn only_accounts_of_the_domain_come_in() {
    assert!(at_google(json!("Example.com")).await.is_ok());
    for other in [json!(null), json!("example.org"), json!("example.com.evil.org"), json!("")] {
        let error = at_google(other.clone()).await.expect_err("of another domain");
        assert_eq!(kind(&error), "Domain", "{other}");
    }
}

#[tokio::test]
async fn people_of_a_directory_have_its_id() {
    let issuer = Issuer::new().await;
    issuer.told(|play| play.claims = json!({"oid": "3f7b", "email_verified": null}));
    let mut settings = issuer.settings(|oidc| oidc.preset = OidcPreset::Microsoft);
    let grant = issuer.sign_in(&provider(&settings)).await.expect("a grant");
    assert_eq!((grant.subject.as_str(), grant.profile.id.as_deref()), ("7", Some("3f7b")));
    assert_eq!(grant.profile.counted_email(), None, "a directory does not say that it has verified it");
    assert_eq!(issuer.peer.count("/me"), 0);
    settings.unsaid_email_counts = true;
    let grant = issuer.sign_in(&provider(&settings)).await.expect("a grant");
    assert_eq!(grant.profile.counted_email(), Some("ada@example.com"));
    issuer.told(|play| play.claims = json!({"oid": null}));
    let grant = issuer.sign_in(&provider(&settings)).await.expect("a grant");
    assert_eq!(grant.profile.id, None, "`sub` is not what the catalog has");
}

#[tokio::test]
async fn a_directory_is_told_for_which_service_a_token_is() {
    for (preset, told) in [(OidcPreset::Microsoft, Some("openid")), (OidcPreset::Okta, None)] {
        let issuer = Issuer::new().await;
        let provider = provider(&issuer.settings(|oidc| oidc.preset = preset));
        let stored = Secret::new("the-refresh-token-0".to_owned());
        let request =
            RefreshRequest { stored: &stored, subject: "7", granted: "openid email", scope: "openid" };
        assert!(provider.refresh(&request, now()).await.is_ok());
        let asked = issuer.peer.asked();
        let token = asked.iter().find(|asked| asked.path == "/token").expect("asked");
        assert_eq!(token.field("scope").as_deref(), told, "{preset:?}");
    }
}
