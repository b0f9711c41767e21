//! Near misses of well-known formats: of another length or alphabet, cut off, or no longer of use.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Kind, lines};
use crate::rng::{ALPHANUMERIC_UPPER, BASE62, BASE64URL, DIGITS, HEX, LOWER_DIGITS, Rng};

pub(super) const ALL: &[Kind] = &[
    ("near/too-short.txt", |rng| {
        lines(rng, |rng| {
            let prefix = rng.pick(&[
                "ghp_", "glpat-", "xoxb-", "npm_", "dop_v1_", "hvs.", "sk-ant-", "SG.", "shpat_", "dapi",
            ]);
            format!("see {prefix}{} in the list", rng.text(BASE62, 6))
        })
    }),
    ("near/key-ids.txt", |rng| {
        // A key id is written in capitals, and ends after 16 of them.
        lines(rng, |rng| match rng.below(3) {
            0 => format!("item AKIA{} of the shelf", rng.text("abcdefghijklmnop", 16)),
            1 => format!("item AKIA{} of the shelf", rng.text(ALPHANUMERIC_UPPER, 9)),
            _ => format!("item XAKIA{}", rng.text(ALPHANUMERIC_UPPER, 30)),
        })
    }),
    ("near/identifiers.py", |rng| {
        lines(rng, |rng| {
            let word = rng.word();
            match rng.below(4) {
                0 => format!("def ghp_{word}_handler(): pass"),
                1 => format!("sk_live_{word}_enabled = True"),
                2 => format!("npm_{word}_package_version = 3"),
                _ => format!("glpat_{word} = xoxb_{word} = None"),
            }
        })
    }),
    ("near/expired.log", |rng| {
        lines(rng, |rng| {
            format!("refused, expired: {}", token(rng, r#"{"alg":"HS256","typ":"JWT"}"#, 1_000_000_000))
        })
    }),
    ("near/no-token.txt", |rng| {
        // Three parts with dots between, of which the first two are not JSON.
        lines(rng, |rng| {
            format!(
                "eyJ{}.eyJ{}.{}",
                rng.text(LOWER_DIGITS, 20),
                rng.text(LOWER_DIGITS, 30),
                rng.text(BASE64URL, 43)
            )
        })
    }),
    ("near/cut-off.pem", |rng| {
        format!(
            "// the armour alone is no key, says {}\nconst BEGIN: &str = \"-----BEGIN PRIVATE KEY-----\";\nconst END: &str = \"-----END PRIVATE KEY-----\";\n",
            rng.word()
        )
    }),
    ("near/elided.pem", |rng| {
        format!(
            "# {}\n-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----\n\n-----BEGIN PRIVATE KEY-----\n<your key>\n-----END PRIVATE KEY-----\n",
            rng.word()
        )
    }),
    ("near/urls.txt", |rng| {
        lines(rng, |rng| {
            let (host, word) = (rng.host(), rng.word());
            match rng.below(4) {
                0 => format!("https://{host}:8443/{word}@{}", rng.below(99)),
                1 => format!("https://hooks.slack.com/services/ {word}"),
                2 => format!("https://{word}@{host}/{word}.git"),
                _ => format!("https://{host}/{word}?token=&page={}", rng.below(99)),
            }
        })
    }),
    ("near/package-names.txt", |rng| {
        lines(rng, |rng| format!("js-{}-api-key-tokenizer@{}.{}.0", rng.word(), rng.below(9), rng.below(30)))
    }),
    ("near/telephone.txt", |rng| {
        lines(rng, |rng| format!("{}:AA meeting room, {}", rng.text(DIGITS, 9), rng.word()))
    }),
    ("near/classes.html", |rng| {
        lines(rng, |rng| {
            format!(
                "<div class=\"sk-{}-{} hf_{} pat-{}\">",
                rng.word(),
                rng.word(),
                rng.word(),
                rng.text(HEX, 4)
            )
        })
    }),
];

fn token(rng: &mut Rng, header: &str, expires: u64) -> String {
    let payload = format!("{{\"sub\":\"{}\",\"exp\":{expires}}}", rng.uuid());
    format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload), rng.base64url(32))
}
