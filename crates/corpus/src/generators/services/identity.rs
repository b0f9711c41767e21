//! Providers of identity.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::super::code::encoded::{jwt, lifetime};
use crate::credential::{Draft, Generator};
use crate::rng::{ALPHANUMERIC_UPPER, BASE62, BASE64URL, HEX, Rng};

const OKTA: &str = "https://developer.okta.com/docs/guides/create-an-api-token/main/";

pub(super) const ALL: &[Generator] = &[
    Generator::new("okta-api-token", OKTA, |rng| {
        let name = rng.pick(&["OKTA_API_TOKEN", "OKTA_CLIENT_TOKEN", "OKTA_TOKEN"]);
        Draft::named(name, format!("00{}", rng.text(BASE64URL, 40)))
    }),
    Generator::new("okta-api-token", OKTA, |rng| {
        let token = format!("00{}", rng.text(BASE64URL, 40));
        Draft::token("", &token).within("Authorization", format!("SSWS {token}"))
    }),
    Generator::new(
        "okta-client-secret",
        "https://developer.okta.com/docs/guides/client-secret-rotation-key/main/",
        |rng| {
            let name = rng.pick(&["OKTA_CLIENT_SECRET", "AUTH_OKTA_CLIENT_SECRET"]);
            let length = *rng.pick(&[&40, &64]);
            Draft::named(name, rng.text(BASE64URL, length))
        },
    ),
    Generator::new(
        "auth0-client-secret",
        "https://auth0.com/docs/get-started/applications/application-settings",
        |rng| {
            let name = rng.pick(&["AUTH0_CLIENT_SECRET", "AUTH_AUTH0_CLIENT_SECRET"]);
            Draft::named(name, rng.text(BASE64URL, 64))
        },
    ),
    Generator::new(
        "auth0-management-token",
        "https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens",
        auth0,
    )
    .or(&["jwt"]),
    Generator::new(
        "onelogin-secret",
        "https://developers.onelogin.com/api-docs/1/getting-started/working-with-api-credentials",
        |rng| Draft::named("ONELOGIN_CLIENT_SECRET", rng.text(HEX, 64)),
    ),
    Generator::new("duo-secret-key", "https://duo.com/docs/authapi", |rng| {
        let name = rng.pick(&["DUO_SECRET_KEY", "DUO_SKEY"]);
        Draft::named(name, rng.text(BASE62, 40))
    }),
    Generator::new("workos-key", "https://workos.com/docs/reference/api-authentication", |rng| {
        // The key's identifier and its secret, in base 64.
        let plain = format!("key_01{},{}", rng.text(ALPHANUMERIC_UPPER, 24), rng.text(BASE62, 25));
        let encoded = STANDARD_NO_PAD.encode(plain);
        let (known, random) = encoded.split_at(8);
        let prefix = format!("{}{known}", rng.pick(&["sk_live_", "sk_test_"]));
        Draft::token(&prefix, random).called("WORKOS_API_KEY")
    })
    .or(&["stripe-secret-key"]),
    Generator::new(
        "clerk-secret-key",
        "https://clerk.com/docs/deployments/clerk-environment-variables",
        |rng| {
            let prefix = rng.pick(&["sk_live_", "sk_test_"]);
            Draft::token(prefix, rng.text(BASE62, 42)).called("CLERK_SECRET_KEY")
        },
    )
    .or(&["stripe-secret-key"]),
];

fn auth0(rng: &mut Rng) -> Draft {
    let header = format!(r#"{{"alg":"RS256","typ":"JWT","kid":"{}"}}"#, rng.text(BASE64URL, 21));
    let (client, tenant) = (rng.text(BASE62, 32), format!("acme-{}.eu.auth0.com", rng.word()));
    let (issued, ends) = lifetime(rng);
    let claims = format!(
        r#"{{"iss":"https://{tenant}/","sub":"{client}@clients","aud":"https://{tenant}/api/v2/","iat":{issued},"exp":{ends},"azp":"{client}","scope":"read:users update:users","gty":"client-credentials"}}"#
    );
    jwt(rng, "", &header, &claims, 256).called(rng.pick(&[
        "AUTH0_MANAGEMENT_TOKEN",
        "AUTH0_API_TOKEN",
        "AUTH0_MGMT_API_TOKEN",
    ]))
}
