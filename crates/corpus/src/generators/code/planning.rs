//! Trackers of work and boards of teams.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::encoded::jwt;
use crate::credential::{Draft, Generator};
use crate::rng::{ALPHANUMERIC_UPPER, BASE62, BASE64URL, DIGITS, HEX};

const LINEAR: &str = "https://linear.app/developers/graphql";
const NOTION: &str = "https://developers.notion.com/changelog/integration-tokens-prefix";
const ASANA: &str = "https://developers.asana.com/docs/personal-access-token";

pub(super) const ALL: &[Generator] = &[
    Generator::new("linear-api-key", LINEAR, |rng| {
        Draft::token("lin_api_", rng.text(BASE62, 40)).called("LINEAR_API_KEY")
    }),
    Generator::new("linear-client-secret", "https://linear.app/developers/oauth-2-0-authentication", |rng| {
        Draft::named("LINEAR_CLIENT_SECRET", rng.text(HEX, 32))
    }),
    Generator::new("notion-token", NOTION, |rng| {
        let name = rng.pick(&["NOTION_TOKEN", "NOTION_API_KEY", "NOTION_API_TOKEN"]);
        let random = format!("{}{}", rng.text(DIGITS, 11), rng.text(BASE62, 35));
        Draft::token("ntn_", random).called(name)
    }),
    Generator::new("notion-token", NOTION, |rng| {
        let name = rng.pick(&["NOTION_TOKEN", "NOTION_API_KEY", "NOTION_API_TOKEN"]);
        Draft::token("secret_", rng.text(BASE62, 43)).called(name)
    }),
    Generator::new("airtable-pat", "https://airtable.com/developers/web/guides/personal-access-tokens", |rng| {
        let name = rng.pick(&["AIRTABLE_API_KEY", "AIRTABLE_TOKEN", "AIRTABLE_PAT"]);
        Draft::token("pat", format!("{}.{}", rng.text(BASE62, 14), rng.text(HEX, 64))).called(name)
    }),
    Generator::new(
        "airtable-key",
        "https://support.airtable.com/docs/airtable-api-key-deprecation-notice",
        |rng| {
            // The keys that personal access tokens replaced.
            Draft::named("AIRTABLE_API_KEY", format!("key{}", rng.text(BASE62, 14)))
        },
    ),
    Generator::new("asana-token", ASANA, |rng| {
        let name = rng.pick(&["ASANA_ACCESS_TOKEN", "ASANA_TOKEN", "ASANA_PAT"]);
        let (user, token, secret) = (rng.text("123456789", 16), rng.text("123456789", 16), rng.text(HEX, 32));
        if rng.below(2) == 0 {
            return Draft::named(name, format!("2/{user}/{token}:{secret}"));
        }
        Draft::named(name, format!("1/{user}:{secret}"))
    }),
    Generator::new("clickup-token", "https://developer.clickup.com/docs/authentication", |rng| {
        let name = rng.pick(&["CLICKUP_API_TOKEN", "CLICKUP_TOKEN", "CLICKUP_API_KEY"]);
        let random = format!("{}_{}", rng.text("123456789", 8), rng.text(ALPHANUMERIC_UPPER, 32));
        Draft::token("pk_", random).called(name)
    }),
    Generator::new("shortcut-token", "https://developer.shortcut.com/api/rest/v3", |rng| {
        let name = rng.pick(&["SHORTCUT_API_TOKEN", "Shortcut-Token", "CLUBHOUSE_API_TOKEN"]);
        Draft::named(name, rng.uuid())
    }),
    Generator::new("monday-token", "https://developer.monday.com/api-reference/docs/authentication", |rng| {
        let name = rng.pick(&["MONDAY_API_TOKEN", "MONDAY_TOKEN", "MONDAY_API_KEY"]);
        let claims = format!(
            r#"{{"tid":{},"aai":11,"uid":{},"iad":"2026-03-0{}T09:41:00.000Z","per":"me:write","actid":{},"rgn":"use1"}}"#,
            rng.text("123456789", 9),
            rng.text("123456789", 8),
            rng.between(1, 9),
            rng.text("123456789", 8)
        );
        jwt(rng, "", r#"{"alg":"HS256"}"#, &claims, 32).called(name)
    })
    .or(&["jwt"]),
    Generator::new(
        "miro-token",
        "https://developers.miro.com/docs/getting-started-with-oauth",
        |rng| {
            let origin = rng.pick(&["eu01", "us01"]);
            let prefix = format!("{}_", URL_SAFE_NO_PAD.encode(format!(r#"{{"miro.origin":"{origin}"}}"#)));
            Draft::token(&prefix, rng.text(BASE64URL, 27)).called("MIRO_ACCESS_TOKEN")
        },
    ),
    Generator::new("figma-pat", "https://www.figma.com/developers/api#access-tokens", |rng| {
        let name = rng.pick(&["FIGMA_TOKEN", "FIGMA_ACCESS_TOKEN", "X-Figma-Token"]);
        Draft::token("figd_", rng.text(BASE64URL, 40)).called(name)
    }),
];
