//! GitHub.

use super::encoded::{jwt, lifetime, with_base62_crc};
use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, DIGITS, HEX, Rng};

const FORMATS: &str = "https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/";
const KINDS: &str = "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github";
const APP_TOKENS: &str = "https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app";

pub(super) const ALL: &[Generator] = &[
    Generator::new("github-pat", FORMATS, |rng| {
        let name = rng.pick(&["GITHUB_TOKEN", "GH_TOKEN", "GITHUB_PAT"]);
        Draft::token("ghp_", with_base62_crc(rng, 30)).called(name)
    }),
    Generator::new("github-pat", FORMATS, |rng| {
        let token = with_base62_crc(rng, 30);
        let repository = rng.word();
        Draft::token("ghp_", &token)
            .command(format!("git clone https://x-access-token:ghp_{token}@github.com/acme/{repository}.git"))
    }),
    Generator::new("github-fine-grained-pat", KINDS, |rng| {
        let random = format!("{}_{}", rng.text(BASE62, 20), rng.text(BASE62, 59));
        Draft::token("github_pat_11", random).called("GITHUB_TOKEN")
    }),
    Generator::new("github-oauth-token", FORMATS, |rng| {
        Draft::token("gho_", with_base62_crc(rng, 30)).called("GITHUB_OAUTH_TOKEN")
    }),
    Generator::new("github-app-user-token", FORMATS, |rng| {
        Draft::token("ghu_", with_base62_crc(rng, 30)).called("GITHUB_USER_TOKEN")
    }),
    Generator::new("github-app-installation-token", FORMATS, |rng| {
        Draft::token("ghs_", with_base62_crc(rng, 30)).called("GITHUB_TOKEN")
    }),
    Generator::new("github-app-installation-token", APP_TOKENS, stateless),
    Generator::new("github-refresh-token", FORMATS, |rng| {
        Draft::token("ghr_", with_base62_crc(rng, 70)).called("GITHUB_REFRESH_TOKEN")
    }),
    Generator::new(
        "github-app-client-secret",
        "https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps",
        |rng| {
            let name = rng.pick(&[
                "GITHUB_CLIENT_SECRET",
                "AUTH_GITHUB_CLIENT_SECRET",
                "GITHUB_APP_CLIENT_SECRET",
                "GITHUB_OAUTH_CLIENT_SECRET",
            ]);
            Draft::named(name, rng.text(HEX, 40))
        },
    ),
];

/// Since April 2026: the application's number, then a JSON web token; about 520 characters in all.
fn stateless(rng: &mut Rng) -> Draft {
    let (application, installation) = (rng.text("123456789", 6), rng.text(DIGITS, 8));
    let (issued, ends) = lifetime(rng);
    let claims = format!(
        r#"{{"iss":"github","app":{application},"ins":"{installation}","iat":{issued},"exp":{ends}}}"#
    );
    let prefix = format!("ghs_{application}_");
    jwt(rng, &prefix, r#"{"alg":"RS256","typ":"JWT"}"#, &claims, 256).called("GITHUB_TOKEN")
}
