//! Customers: sales, support and surveys.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, BASE64URL};

const HUBSPOT: &str = "https://developers.hubspot.com/docs/guides/apps/private-apps/overview";

pub(super) const ALL: &[Generator] = &[
    Generator::new("hubspot-pat", HUBSPOT, |rng| {
        let prefix = rng.pick(&["pat-na1-", "pat-eu1-", "pat-na2-"]);
        let name = rng.pick(&["HUBSPOT_ACCESS_TOKEN", "HUBSPOT_TOKEN", "HUBSPOT_PRIVATE_APP_TOKEN"]);
        Draft::token(prefix, rng.uuid()).called(name)
    }),
    Generator::new(
        "hubspot-key",
        "https://developers.hubspot.com/changelog/upcoming-api-key-sunset",
        |rng| Draft::named(rng.pick(&["HUBSPOT_API_KEY", "HUBSPOT_HAPIKEY"]), rng.uuid()),
    ),
    Generator::new(
        "intercom-token",
        "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication",
        |rng| {
            let encoded = STANDARD.encode(format!("tok:{}:1:0", rng.uuid().replace('-', "_")));
            // Three bytes, `tok`, are always the same.
            let (known, random) = encoded.split_at(4);
            Draft::token(known, random).called(rng.pick(&["INTERCOM_ACCESS_TOKEN", "INTERCOM_TOKEN"]))
        },
    ),
    Generator::new(
        "zendesk-token",
        "https://developer.zendesk.com/api-reference/introduction/security-and-auth/",
        |rng| {
            let name = rng.pick(&["ZENDESK_API_TOKEN", "ZENDESK_TOKEN", "ZENDESK_API_KEY"]);
            Draft::named(name, rng.text(BASE62, 40))
        },
    ),
    Generator::new("freshdesk-key", "https://developers.freshdesk.com/api/#authentication", |rng| {
        let name = rng.pick(&["FRESHDESK_API_KEY", "FRESHDESK_TOKEN"]);
        let length = rng.between(19, 20);
        Draft::named(name, rng.text(BASE62, length))
    }),
    Generator::new(
        "salesforce-token",
        "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm",
        |rng| {
            let name = rng.pick(&["SALESFORCE_ACCESS_TOKEN", "SF_ACCESS_TOKEN", "SFDX_ACCESS_TOKEN"]);
            let organisation = format!("00D{}", rng.text(BASE62, 12));
            let secret = rng.text(&format!("{BASE62}._"), 93);
            Draft::token("00D", format!("{}!AQE{secret}", &organisation[3..])).called(name)
        },
    ),
    Generator::new("docusign-secret-key", "https://developers.docusign.com/platform/auth/authcode/", |rng| {
        let name = rng.pick(&["DOCUSIGN_SECRET_KEY", "DOCUSIGN_CLIENT_SECRET"]);
        Draft::named(name, rng.uuid())
    })
    .or(&["docusign-secret", "docusign-client-secret", "docusign-key"]),
    Generator::new(
        "typeform-token",
        "https://www.typeform.com/developers/get-started/personal-access-token/",
        |rng| {
            let random = format!("{}_{}", rng.text(BASE64URL, 44), rng.text(BASE62, 14));
            Draft::token("tfp_", random).called(rng.pick(&["TYPEFORM_TOKEN", "TYPEFORM_ACCESS_TOKEN"]))
        },
    ),
];
