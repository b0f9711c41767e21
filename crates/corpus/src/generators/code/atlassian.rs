//! Atlassian: Bitbucket, Jira, Confluence and Trello.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, BASE64URL, DIGITS, HEX, HEX_UPPER, Rng};

const BITBUCKET: &str = "https://community.atlassian.com/forums/Bitbucket-questions/Can-we-confirm-BitBucket-s-token-prefixes/qaq-p/3093481";
const CLOUD: &str =
    "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/";
const DATA_CENTER: &str =
    "https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html";

pub(super) const ALL: &[Generator] = &[
    Generator::new("bitbucket-app-password", BITBUCKET, |rng| {
        let random = format!("{}{}", rng.text(BASE62, 24), rng.text(HEX_UPPER, 8));
        Draft::token("ATBB", random).called("BITBUCKET_APP_PASSWORD")
    }),
    Generator::new("bitbucket-access-token", BITBUCKET, |rng| {
        let random = format!("{}={}", rng.text(BASE64URL, 171), rng.text(HEX_UPPER, 8));
        Draft::token("ATCTT3xFfGN0", random).called("BITBUCKET_ACCESS_TOKEN")
    }),
    Generator::new(
        "bitbucket-client-secret",
        "https://support.atlassian.com/bitbucket-cloud/docs/use-oauth-on-bitbucket-cloud/",
        |rng| {
            let name = rng.pick(&[
                "BITBUCKET_CLIENT_SECRET",
                "AUTH_BITBUCKET_CLIENT_SECRET",
                "BITBUCKET_OAUTH_CLIENT_SECRET",
            ]);
            Draft::named(name, rng.text(BASE62, 32))
        },
    ),
    Generator::new(
        "bitbucket-data-center-token",
        "https://confluence.atlassian.com/bitbucketserver/http-access-tokens-939515499.html",
        |rng| {
            let token = data_center(rng);
            let name = rng.pick(&["BITBUCKET_TOKEN", "BITBUCKET_SERVER_TOKEN"]);
            if rng.below(2) == 0 {
                return Draft::named(name, token);
            }
            Draft::token("BBDC-", token).called(name)
        },
    )
    .or(&["jira-data-center-token", "confluence-data-center-token", "atlassian-data-center-token"]),
    Generator::new("jira-data-center-token", DATA_CENTER, |rng| {
        Draft::named("JIRA_PERSONAL_TOKEN", data_center(rng))
    })
    .or(&["bitbucket-data-center-token", "confluence-data-center-token", "atlassian-data-center-token"]),
    Generator::new("confluence-data-center-token", DATA_CENTER, |rng| {
        Draft::named("CONFLUENCE_PERSONAL_TOKEN", data_center(rng))
    })
    .or(&["bitbucket-data-center-token", "jira-data-center-token", "atlassian-data-center-token"]),
    Generator::new("atlassian-api-token", CLOUD, |rng| {
        let name = rng.pick(&["ATLASSIAN_API_TOKEN", "JIRA_API_TOKEN", "CONFLUENCE_API_TOKEN", "JIRA_TOKEN"]);
        let random = format!("{}={}", rng.text(BASE64URL, 171), rng.text(HEX_UPPER, 8));
        Draft::token("ATATT3xFfGF0", random).called(name)
    }),
    Generator::new("atlassian-legacy-token", CLOUD, |rng| {
        let name = rng.pick(&["ATLASSIAN_API_TOKEN", "JIRA_API_TOKEN", "CONFLUENCE_API_TOKEN", "JIRA_TOKEN"]);
        Draft::named(name, rng.text(BASE62, 24))
    }),
    Generator::new(
        "trello-key",
        "https://developer.atlassian.com/cloud/trello/guides/rest-api/api-introduction/",
        |rng| {
            let name = rng.pick(&["TRELLO_API_KEY", "TRELLO_KEY", "TRELLO_APP_KEY"]);
            Draft::named(name, rng.text(HEX, 32))
        },
    ),
    Generator::new(
        "trello-token",
        "https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/",
        |rng| {
            if rng.below(2) == 0 {
                return Draft::named("TRELLO_TOKEN", rng.text(HEX, 64));
            }
            let random = format!("{}{}", rng.text(HEX, 64), rng.text(HEX_UPPER, 8));
            Draft::token("ATTA", random).called("TRELLO_TOKEN")
        },
    )
    .or(&["trello-key"]),
];

/// An identifier of twelve digits and twenty random bytes, in base 64.
fn data_center(rng: &mut Rng) -> String {
    let mut bytes = rng.text(DIGITS, 12).into_bytes();
    bytes.push(b':');
    bytes.extend(rng.bytes(20));
    STANDARD.encode(bytes)
}
