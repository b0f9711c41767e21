//! Shops and parcels.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, HEX};

const SHOPIFY: &str = "https://shopify.dev/changelog/length-of-the-shopify-access-token-is-increasing";
const EASYPOST: &str = "https://docs.easypost.com/docs/authentication";

pub(super) const ALL: &[Generator] = &[
    Generator::new("shopify-access-token", SHOPIFY, |rng| {
        let name = rng.pick(&["SHOPIFY_ACCESS_TOKEN", "X-Shopify-Access-Token", "SHOPIFY_ADMIN_TOKEN"]);
        Draft::token("shpat_", rng.text(HEX, 32)).called(name)
    }),
    Generator::new("shopify-custom-app-token", SHOPIFY, |rng| {
        Draft::token("shpca_", rng.text(HEX, 32)).called("SHOPIFY_ACCESS_TOKEN")
    }),
    Generator::new("shopify-private-app-password", SHOPIFY, |rng| {
        Draft::token("shppa_", rng.text(HEX, 32)).called("SHOPIFY_PASSWORD")
    }),
    Generator::new(
        "shopify-shared-secret",
        "https://shopify.dev/changelog/app-secret-key-length-has-increased",
        |rng| Draft::token("shpss_", rng.text(HEX, 32)).called("SHOPIFY_API_SECRET"),
    ),
    Generator::new("easypost-key", EASYPOST, |rng| {
        Draft::token(rng.pick(&["EZAK", "EZTK"]), rng.text(BASE62, 54)).called("EASYPOST_API_KEY")
    }),
    Generator::new("shippo-key", "https://docs.goshippo.com/docs/guides_general/authentication/", |rng| {
        let prefix = rng.pick(&["shippo_live_", "shippo_test_"]);
        Draft::token(prefix, rng.text(HEX, 40)).called(rng.pick(&["SHIPPO_API_KEY", "SHIPPO_TOKEN"]))
    }),
    Generator::new("lob-key", "https://docs.lob.com/#tag/Authentication", |rng| {
        let prefix = rng.pick(&["live_", "test_"]);
        let key = rng.text(HEX, 35);
        Draft::named("LOB_API_KEY", format!("{prefix}{key}"))
    }),
];
