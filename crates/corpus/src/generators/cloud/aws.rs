//! Amazon Web Services.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::credential::{Draft, Generator};
use crate::rng::{BASE32, BASE62, BASE64, DIGITS, HEX, LOWER_DIGITS, Rng};

const IDENTIFIERS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html";
const KEYS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html";

pub(super) const ALL: &[Generator] = &[
    Generator::new("aws-access-key-id", IDENTIFIERS, |rng| {
        let prefix = rng.pick(&["AKIA", "ASIA"]);
        Draft::token(prefix, rng.text(BASE32, 16))
    }),
    Generator::new("aws-secret-access-key", KEYS, |rng| {
        let name = rng.pick(&["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"]);
        Draft::named(name, rng.text(BASE64, 40))
    }),
    Generator::new(
        "aws-session-token",
        "https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html",
        |rng| {
            // The start names the service's region in a fixed encoding.
            let bytes = rng.between(240, 600);
            Draft::token("IQoJb3JpZ2luX2Vj", rng.base64(bytes)).called("AWS_SESSION_TOKEN")
        },
    ),
    Generator::new(
        "aws-mws-key",
        "https://developer-docs.amazon.com/sp-api/docs/migrating-from-amazon-mws",
        |rng| Draft::token("amzn.mws.", rng.uuid()).called("MWS_AUTH_TOKEN"),
    ),
    Generator::new(
        "aws-bedrock-api-key",
        "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-how.html",
        bedrock,
    ),
    Generator::new(
        "aws-appsync-api-key",
        "https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html",
        |rng| Draft::token("da2-", rng.text(LOWER_DIGITS, 26)).called("APPSYNC_API_KEY"),
    ),
];

/// A long-lived key names its user; a short-lived one is a signed URL. Both are in base 64.
fn bedrock(rng: &mut Rng) -> Draft {
    let (prefix, plain, known) = if rng.below(2) == 0 {
        let (user, account, secret) = (rng.text(LOWER_DIGITS, 4), rng.text(DIGITS, 12), rng.text(BASE62, 61));
        ("ABSK", format!("BedrockAPIKey-{user}-at-{account}:{secret}"), "BedrockAPIKe".len())
    } else {
        let (key, token, signature) = (rng.text(BASE32, 16), rng.text(BASE62, 300), rng.text(HEX, 64));
        let plain = format!(
            "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=ASIA{key}%2F20260301%2Fus-east-1%2Fbedrock%2Faws4_request\
             &X-Amz-Date=20260301T120000Z&X-Amz-Expires=43200&X-Amz-Security-Token={token}\
             &X-Amz-Signature={signature}&X-Amz-SignedHeaders=host&Version=1"
        );
        let known = plain.find("ASIA").expect("it was written above");
        ("bedrock-api-key-", plain, known)
    };
    let encoded = STANDARD.encode(plain);
    let (fixed, random) = encoded.split_at(known / 3 * 4);
    Draft::token(&format!("{prefix}{fixed}"), random).called("AWS_BEARER_TOKEN_BEDROCK")
}
