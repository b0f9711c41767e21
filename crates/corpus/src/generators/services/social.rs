//! Networks of people and their files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, BASE64URL, HEX, Rng};

const DROPBOX: &str = "https://developers.dropbox.com/oauth-guide";
const META: &str = "https://developers.facebook.com/docs/facebook-login/guides/access-tokens/";
const LINKEDIN: &str =
    "https://learn.microsoft.com/en-us/linkedin/shared/authentication/client-credentials-flow";
const X: &str = "https://docs.x.com/resources/fundamentals/authentication/oauth-2-0/application-only";

pub(super) const ALL: &[Generator] = &[
    Generator::new("dropbox-token", DROPBOX, |rng| {
        Draft::token("sl.", rng.text(BASE64URL, 136)).called("DROPBOX_ACCESS_TOKEN")
    }),
    Generator::new("dropbox-token", DROPBOX, |rng| {
        let length = rng.between(900, 1300);
        Draft::token("sl.u.", rng.text(BASE64URL, length)).called("DROPBOX_ACCESS_TOKEN")
    }),
    Generator::new(
        "box-secret",
        "https://developer.box.com/guides/authentication/client-credentials/client-credentials-setup/",
        |rng| Draft::named("BOX_CLIENT_SECRET", rng.text(BASE62, 32)),
    ),
    Generator::new("facebook-token", META, |rng| {
        let length = rng.between(150, 210);
        let name = rng.pick(&["FACEBOOK_ACCESS_TOKEN", "FB_ACCESS_TOKEN", "META_ACCESS_TOKEN"]);
        Draft::token("EAA", rng.text(BASE62, length)).tail("ZD").called(name)
    }),
    Generator::new(
        "facebook-app-secret",
        "https://developers.facebook.com/docs/development/create-an-app/app-dashboard/basic-settings/",
        |rng| {
            let name = rng.pick(&["FACEBOOK_APP_SECRET", "FB_APP_SECRET", "FACEBOOK_CLIENT_SECRET"]);
            Draft::named(name, rng.text(HEX, 32))
        },
    ),
    Generator::new(
        "instagram-token",
        "https://developers.facebook.com/docs/instagram-platform/reference/access_token/",
        |rng| {
            let prefix = rng.pick(&["IGQVJ", "IGQWR", "IGAA"]);
            let length = rng.between(140, 180);
            Draft::token(prefix, rng.text(BASE62, length)).tail("ZD").called("INSTAGRAM_ACCESS_TOKEN")
        },
    ),
    Generator::new("twitter-bearer-token", X, bearer),
    Generator::new(
        "twitter-consumer-secret",
        "https://docs.x.com/resources/fundamentals/authentication/oauth-1-0a/api-key-and-secret",
        |rng| {
            let name = rng.pick(&["TWITTER_CONSUMER_SECRET", "TWITTER_API_SECRET", "TWITTER_API_KEY_SECRET"]);
            Draft::named(name, rng.text(BASE62, 50))
        },
    ),
    Generator::new("linkedin-secret", LINKEDIN, |rng| {
        Draft::named("LINKEDIN_CLIENT_SECRET", rng.text(BASE62, 16))
    }),
    Generator::new("linkedin-secret", LINKEDIN, |rng| {
        let random = format!("{}.{}", rng.text(BASE62, 16), rng.base64(4));
        Draft::token("WPL_AP1.", random).called("LINKEDIN_CLIENT_SECRET")
    }),
];

/// A number that begins with zeros in base 64, then a secret of which what URLs escape is escaped.
fn bearer(rng: &mut Rng) -> Draft {
    let middle = format!("{}=", STANDARD_NO_PAD.encode(rng.bytes(20)));
    let middle = middle.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let random = format!("{}AAAAAAA{middle}{}", rng.text(BASE62, 5), rng.text(BASE62, 50));
    Draft::token("AAAAAAAAAAAAAAAAAAAAA", random)
        .called(rng.pick(&["TWITTER_BEARER_TOKEN", "X_BEARER_TOKEN"]))
}
