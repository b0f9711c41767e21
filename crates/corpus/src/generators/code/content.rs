//! Documentation, content and maps.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, BASE64URL, HEX, LOWER_DIGITS};

const CONTENTFUL: &str = "https://www.contentful.com/developers/docs/references/authentication/";

pub(super) const ALL: &[Generator] = &[
    Generator::new(
        "postman-api-key",
        "https://learning.postman.com/docs/developer/postman-api/authentication/",
        |rng| {
            let random = format!("{}-{}", rng.text(HEX, 24), rng.text(HEX, 34));
            Draft::token("PMAK-", random).called("POSTMAN_API_KEY")
        },
    ),
    Generator::new("readme-api-key", "https://docs.readme.com/main/reference/intro/authentication", |rng| {
        Draft::token("rdme_", rng.text(LOWER_DIGITS, 70)).called("README_API_KEY")
    }),
    Generator::new("contentful-token", CONTENTFUL, |rng| {
        let name = rng.pick(&["CONTENTFUL_MANAGEMENT_TOKEN", "CONTENTFUL_MANAGEMENT_ACCESS_TOKEN"]);
        Draft::token("CFPAT-", rng.text(BASE64URL, 43)).called(name)
    }),
    Generator::new("contentful-token", CONTENTFUL, |rng| {
        let name = rng.pick(&["CONTENTFUL_ACCESS_TOKEN", "CONTENTFUL_DELIVERY_TOKEN"]);
        Draft::named(name, rng.text(BASE64URL, 43))
    }),
    Generator::new("sanity-token", "https://www.sanity.io/docs/content-lake/http-auth", |rng| {
        let name = rng.pick(&["SANITY_API_TOKEN", "SANITY_AUTH_TOKEN", "SANITY_API_READ_TOKEN"]);
        Draft::named(name, format!("sk{}", rng.text(BASE62, 178)))
    }),
    Generator::new("storyblok-token", "https://www.storyblok.com/docs/concepts/access-tokens", |rng| {
        let name = rng.pick(&["STORYBLOK_TOKEN", "STORYBLOK_API_TOKEN", "STORYBLOK_ACCESS_TOKEN"]);
        Draft::named(name, format!("{}tt", rng.text(BASE62, 22)))
    }),
    Generator::new("mapbox-secret-token", "https://docs.mapbox.com/api/accounts/tokens/", |rng| {
        let payload = format!(r#"{{"u":"{}","a":"cl{}"}}"#, rng.word(), rng.text(LOWER_DIGITS, 23));
        let encoded = URL_SAFE_NO_PAD.encode(payload);
        let (known, random) = encoded.split_at(8);
        let random = format!("{random}.{}", rng.text(BASE64URL, 22));
        Draft::token(&format!("sk.{known}"), random).called("MAPBOX_SECRET_TOKEN")
    }),
];
