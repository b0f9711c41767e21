//! Credentials of HTTP requests: in headers, and in the commands that documents show.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, BASE64URL, HEX, Rng};

const BASIC: &str = "https://www.rfc-editor.org/rfc/rfc7617";
const BEARER: &str = "https://www.rfc-editor.org/rfc/rfc6750";
const CURL: &str = "https://curl.se/docs/manpage.html";

pub(super) const ALL: &[Generator] = &[
    Generator::new("basic-auth-header", BASIC, |rng| {
        let pair = basic(rng);
        Draft::token("", &pair).within("Authorization", format!("Basic {pair}"))
    }),
    Generator::new("basic-auth-header", BASIC, |rng| {
        let (pair, host, path) = (basic(rng), rng.host(), rng.word());
        let command = format!(
            "curl -sS -H \"Authorization: Basic {pair}\" -H \"Accept: application/json\" https://{host}/api/v2/{path}"
        );
        Draft::token("", &pair).command(command)
    }),
    Generator::new("bearer-auth-header", BEARER, |rng| {
        let token = bearer(rng);
        Draft::token("", &token).within("Authorization", format!("Bearer {token}"))
    }),
    Generator::new("bearer-auth-header", BEARER, |rng| {
        let (token, host, path) = (bearer(rng), rng.host(), rng.word());
        let command = format!(
            "curl -X POST https://{host}/v1/{path} -H 'Content-Type: application/json' \
             -H 'Authorization: Bearer {token}' -d @request.json"
        );
        Draft::token("", &token).command(command)
    }),
    Generator::new("curl-user", CURL, |rng| {
        let (user, password, host, path) = (rng.user(), rng.password(), rng.host(), rng.word());
        let command = match rng.below(3) {
            0 => format!("curl -u {user}:{password} https://{host}/api/{path}"),
            1 => format!("curl -sSf --user \"{user}:{password}\" -o {path}.json https://{host}/{path}"),
            _ => format!("curl -k -u '{user}:{password}' -X DELETE https://{host}/{path}/42"),
        };
        Draft::token("", &password).command(command)
    }),
];

fn basic(rng: &mut Rng) -> String {
    STANDARD.encode(format!("{}:{}", rng.user(), rng.password()))
}

fn bearer(rng: &mut Rng) -> String {
    match rng.below(3) {
        0 => rng.text(BASE62, 40),
        1 => rng.text(HEX, 48),
        _ => rng.text(BASE64URL, 64),
    }
}
