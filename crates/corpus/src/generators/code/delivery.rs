//! Tools that deploy, and the flags they turn on.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::encoded::{jwt, lifetime};
use crate::credential::{Draft, Generator};
use crate::rng::{ALPHANUMERIC_UPPER, BASE62, BASE64URL, HEX, LOWER_DIGITS, Rng};

const HARNESS: &str = "https://developer.harness.io/docs/platform/automation/api/add-and-manage-api-keys";
const LAUNCHDARKLY: &str = "https://launchdarkly.com/docs/home/account/api";

pub(super) const ALL: &[Generator] = &[
    Generator::new("harness-pat", HARNESS, |rng| {
        let name = rng.pick(&["HARNESS_PLATFORM_API_KEY", "HARNESS_API_KEY"]);
        Draft::token("pat.", harness(rng)).called(name)
    }),
    Generator::new("harness-sat", HARNESS, |rng| {
        Draft::token("sat.", harness(rng)).called("HARNESS_PLATFORM_API_KEY")
    }),
    Generator::new(
        "teamcity-token",
        "https://www.jetbrains.com/help/teamcity/configuring-your-user-profile.html",
        |rng| {
            let random =
                format!("{}.{}", STANDARD.encode(rng.text(BASE64URL, 27)), STANDARD.encode(rng.uuid()));
            let prefix = format!("{}.", STANDARD.encode(r#"{"typ": "TCV2"}"#));
            Draft::token(&prefix, random).called("TEAMCITY_TOKEN")
        },
    ),
    Generator::new(
        "octopus-deploy-key",
        "https://octopus.com/docs/api/authentication/create-an-api-key",
        |rng| {
            let name = rng.pick(&["OCTOPUS_API_KEY", "X-Octopus-ApiKey", "OCTOPUS_CLI_API_KEY"]);
            let length = rng.between(25, 32);
            Draft::token("API-", rng.text(ALPHANUMERIC_UPPER, length)).called(name)
        },
    ),
    Generator::new(
        "argocd-token",
        "https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/",
        |rng| {
            let (issued, _) = lifetime(rng);
            let claims = format!(
                r#"{{"iss":"argocd","sub":"{}:apiKey","nbf":{issued},"iat":{issued},"jti":"{}"}}"#,
                rng.user(),
                rng.uuid()
            );
            jwt(rng, "", r#"{"alg":"HS256","typ":"JWT"}"#, &claims, 32).called("ARGOCD_AUTH_TOKEN")
        },
    )
    .or(&["jwt"]),
    Generator::new("launchdarkly-api-token", LAUNCHDARKLY, |rng| {
        let name = rng.pick(&["LAUNCHDARKLY_ACCESS_TOKEN", "LAUNCHDARKLY_API_KEY", "LD_ACCESS_TOKEN"]);
        Draft::named(name, format!("api-{}", rng.uuid()))
    }),
    Generator::new(
        "launchdarkly-sdk-key",
        "https://launchdarkly.com/docs/sdk/concepts/client-side-server-side",
        |rng| {
            let name = rng.pick(&["LAUNCHDARKLY_SDK_KEY", "LD_SDK_KEY"]);
            Draft::named(name, format!("sdk-{}", rng.uuid()))
        },
    ),
    Generator::new("split-key", "observed: keys that split.io's administration console shows", |rng| {
        let name = rng.pick(&["SPLIT_API_KEY", "SPLIT_SDK_KEY"]);
        Draft::named(name, rng.text(LOWER_DIGITS, 36))
    }),
];

/// An account's id, the token's id and the secret.
fn harness(rng: &mut Rng) -> String {
    format!("{}.{}.{}", rng.text(BASE64URL, 22), rng.text(HEX, 24), rng.text(BASE62, 20))
}
