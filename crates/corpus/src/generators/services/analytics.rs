//! Analytics of products, and search.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, BASE64URL, HEX};

const SEGMENT: &str = "https://segment.com/docs/connections/find-writekey/";
const MEILISEARCH: &str = "https://www.meilisearch.com/docs/learn/security/basic_security";
const YANDEX: &str = "https://yandex.cloud/en/docs/iam/concepts/authorization/";

pub(super) const ALL: &[Generator] = &[
    Generator::new("segment-key", SEGMENT, |rng| {
        let name = rng.pick(&["SEGMENT_WRITE_KEY", "SEGMENT_API_KEY", "SEGMENT_KEY"]);
        Draft::named(name, rng.text(BASE62, 32))
    }),
    Generator::new("segment-key", "https://segment.com/docs/api/public-api/", |rng| {
        Draft::token("sgp_", rng.text(BASE62, 64)).called("SEGMENT_API_TOKEN")
    })
    .or(&["segment-public-api-token", "segment-token"]),
    Generator::new("amplitude-key", "https://amplitude.com/docs/apis/authentication", |rng| {
        let name = rng.pick(&["AMPLITUDE_API_KEY", "AMPLITUDE_SECRET_KEY"]);
        Draft::named(name, rng.text(HEX, 32))
    }),
    Generator::new("mixpanel-secret", "https://developer.mixpanel.com/reference/project-secret", |rng| {
        let name = rng.pick(&["MIXPANEL_SECRET", "MIXPANEL_API_SECRET", "MIXPANEL_PROJECT_SECRET"]);
        Draft::named(name, rng.text(HEX, 32))
    }),
    Generator::new("posthog-key", "https://posthog.com/docs/api#authentication", |rng| {
        let length = rng.between(43, 48);
        let name = rng.pick(&["POSTHOG_PERSONAL_API_KEY", "POSTHOG_API_KEY"]);
        Draft::token("phx_", rng.text(BASE62, length)).called(name)
    }),
    Generator::new("fullstory-key", "https://developer.fullstory.com/server/authentication/", |rng| {
        let region = rng.pick(&["na1", "eu1"]);
        Draft::named("FULLSTORY_API_KEY", format!("{region}.{}", rng.base64(48)))
    }),
    Generator::new("typesense-key", "https://typesense.org/docs/latest/api/api-keys.html", |rng| {
        let name = rng.pick(&["TYPESENSE_API_KEY", "X-TYPESENSE-API-KEY", "TYPESENSE_ADMIN_API_KEY"]);
        Draft::named(name, rng.text(BASE62, 32))
    }),
    Generator::new("meilisearch-key", MEILISEARCH, |rng| {
        if rng.below(2) == 0 {
            return Draft::named("MEILI_MASTER_KEY", rng.text(BASE64URL, 43));
        }
        let name = rng.pick(&["MEILISEARCH_API_KEY", "MEILISEARCH_KEY", "MEILI_API_KEY"]);
        Draft::named(name, rng.text(HEX, 64))
    }),
    Generator::new(
        "yandex-api-key",
        "https://yandex.cloud/en/docs/iam/concepts/authorization/api-key",
        |rng| {
            let name = rng.pick(&["YANDEX_API_KEY", "YC_API_KEY"]);
            Draft::token("AQVN", rng.text(BASE64URL, 36)).called(name)
        },
    ),
    Generator::new("yandex-token", YANDEX, |rng| {
        let name = rng.pick(&["YC_TOKEN", "YANDEX_IAM_TOKEN"]);
        let random = format!("{}.{}", rng.text(BASE64URL, 64), rng.text(BASE64URL, 86));
        Draft::token("t1.9euelZ", random).tail("==").called(name)
    }),
    Generator::new(
        "yandex-token",
        "https://yandex.cloud/en/docs/iam/concepts/authorization/oauth-token",
        |rng| {
            let name = rng.pick(&["YC_TOKEN", "YANDEX_OAUTH_TOKEN"]);
            Draft::token("y0_", rng.text(BASE64URL, 55)).called(name)
        },
    ),
];
