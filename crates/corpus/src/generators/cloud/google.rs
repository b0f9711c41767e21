//! Google Cloud and Firebase.

use crate::credential::{Draft, Generator, Piece};
use crate::generators::structure::pkcs8_rsa;
use crate::rng::{BASE62, BASE64, BASE64URL, DIGITS, HEX, Rng};

pub(super) const ALL: &[Generator] = &[
    Generator::new(
        "gcp-service-account-key",
        "https://cloud.google.com/iam/docs/keys-create-delete",
        service_account,
    )
    .or(&["private-key-pem"]),
    Generator::new("gcp-api-key", "https://cloud.google.com/docs/authentication/api-keys", |rng| {
        Draft::token("AIza", format!("Sy{}", rng.text(BASE64URL, 33))).called("GOOGLE_API_KEY")
    }),
    Generator::new(
        "gcp-oauth-client-secret",
        "https://developers.google.com/identity/protocols/oauth2/web-server",
        |rng| Draft::token("GOCSPX-", rng.text(BASE64URL, 28)).called("GOOGLE_CLIENT_SECRET"),
    ),
    Generator::new(
        "gcp-oauth-access-token",
        "https://cloud.google.com/docs/authentication/token-types",
        |rng| {
            let length = rng.between(150, 215);
            Draft::token("ya29.", format!("a0{}", rng.text(BASE64URL, length)))
                .called("GOOGLE_OAUTH_ACCESS_TOKEN")
        },
    ),
    Generator::new(
        "gcp-oauth-refresh-token",
        "https://developers.google.com/identity/protocols/oauth2#expiration",
        |rng| Draft::token("1//0", rng.text(BASE64URL, 99)).called("GOOGLE_REFRESH_TOKEN"),
    ),
    Generator::new(
        "gcp-hmac-secret",
        "https://cloud.google.com/storage/docs/authentication/hmackeys",
        |rng| Draft::named("GS_SECRET_ACCESS_KEY", rng.text(BASE64, 40)),
    ),
    Generator::new(
        "firebase-cloud-messaging-key",
        "https://firebase.google.com/docs/cloud-messaging/migrate-v1",
        |rng| {
            let sender = rng.text(BASE64URL, 7);
            Draft::token("AAAA", format!("{sender}:APA91b{}", rng.text(BASE64URL, 134)))
                .called("FCM_SERVER_KEY")
        },
    ),
    Generator::new("gcp-api-key", "https://ai.google.dev/gemini-api/docs/api-key", |rng| {
        let key = format!("AIzaSy{}", rng.text(BASE62, 33));
        let url = format!(
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent?key={key}"
        );
        Draft::token("AIza", &key[4..]).within("GEMINI_URL", url)
    }),
];

fn service_account(rng: &mut Rng) -> Draft {
    let (before, body) = pkcs8_rsa(rng);
    let lines: Vec<&str> = body.split('\n').collect();
    // As it stands in the JSON, where a new line is `\n`.
    let key = format!("-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----\\n", lines.join("\\n"));
    let project = format!("{}-prod-{}", rng.word(), rng.text(DIGITS, 6));
    let (id, number) = (rng.text(HEX, 40), rng.text(DIGITS, 20));
    let text = format!(
        r#"{{
  "type": "service_account",
  "project_id": "{project}",
  "private_key_id": "{id}",
  "private_key": "{key}",
  "client_email": "deployer@{project}.iam.gserviceaccount.com",
  "client_id": "1{number}",
  "auth_uri": "https://accounts.google.com/o/oauth2/auth",
  "token_uri": "https://oauth2.googleapis.com/token",
  "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
  "universe_domain": "googleapis.com"
}}
"#
    );
    let (fixed, random) = key.split_at("-----BEGIN PRIVATE KEY-----\\n".len() + before);
    let end = random.len() - "\\n-----END PRIVATE KEY-----\\n".len();
    // The end of the block is the last thing that must be masked; the `\n` after it may stay.
    let tail = &random[end..random.len() - "\\n".len()];
    Draft::token(fixed, &random[..end]).tail(tail).piece(Piece::Json, text)
}
