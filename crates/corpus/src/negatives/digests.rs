//! Digests and identifiers: random to look at, and open to all.

use sha2::{Digest, Sha512};

use super::{Kind, lines};
use crate::rng::{ALPHANUMERIC_UPPER, BASE62, BASE64URL, DIGITS, HEX, LOWER_DIGITS, Rng};

pub(super) const ALL: &[Kind] = &[
    ("ids/tenants.yaml", |rng| {
        lines(rng, |rng| format!("- tenantId: {}\n  subscriptionId: {}", rng.uuid(), rng.uuid()))
    }),
    ("release/MD5SUMS", |rng| lines(rng, |rng| format!("{}  {}.tar.gz", rng.text(HEX, 32), rng.word()))),
    ("release/SHA1SUMS", |rng| lines(rng, |rng| format!("{}  {}.zip", rng.text(HEX, 40), rng.word()))),
    ("release/SHA256SUMS", |rng| lines(rng, |rng| format!("{}  {}.deb", rng.text(HEX, 64), rng.word()))),
    ("release/SHA512SUMS", |rng| lines(rng, |rng| format!("{} *{}.rpm", rng.text(HEX, 128), rng.word()))),
    ("release/checksums.json", |rng| {
        format!(
            "{{\n  \"md5\": \"{}\",\n  \"sha1\": \"{}\",\n  \"sha256\": \"{}\",\n  \"token_sha256\": \"{}\"\n}}\n",
            rng.text(HEX, 32),
            rng.text(HEX, 40),
            rng.text(HEX, 64),
            rng.text(HEX, 64)
        )
    }),
    ("web/index.html", |rng| {
        let tags = lines(rng, |rng| {
            format!(
                "  <script src=\"/{}.js\" integrity=\"{}\" crossorigin=\"anonymous\"></script>",
                rng.word(),
                sri(rng, "sha384")
            )
        });
        format!("<!doctype html>\n<head>\n{tags}</head>\n")
    }),
    ("web/yarn.lock", |rng| {
        lines(rng, |rng| {
            let name = rng.word();
            format!(
                "{name}@^2.1.0:\n  version \"2.1.4\"\n  resolved \"https://registry.yarnpkg.com/{name}/-/{name}-2.1.4.tgz#{}\"\n  integrity {}\n",
                rng.text(HEX, 40),
                sri(rng, "sha512")
            )
        })
    }),
    ("web/pnpm-lock.yaml", |rng| {
        let package = |number| {
            format!(
                "  '@orders/{}-{number}@1.{number}.0':\n    resolution: {{integrity: {}}}\n    engines: {{node: '>=18'}}\n",
                rng.word(),
                sri(rng, "sha512")
            )
        };
        String::from("lockfileVersion: '9.0'\npackages:\n") + &(0..8).map(package).collect::<String>()
    }),
    ("web/package-lock.json", |rng| {
        format!(
            "{{\n  \"name\": \"web\",\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"node_modules/js-tokens\": {{\n      \"version\": \"4.0.0\",\n      \"resolved\": \"https://registry.npmjs.org/js-tokens/-/js-tokens-4.0.0.tgz\",\n      \"integrity\": \"{}\"\n    }}\n  }}\n}}\n",
            sri(rng, "sha512")
        )
    }),
    ("Cargo.lock", |rng| {
        lines(rng, |rng| {
            format!(
                "[[package]]\nname = \"{}\"\nversion = \"1.0.{}\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"{}\"\n",
                rng.word(),
                rng.below(90),
                rng.text(HEX, 64)
            )
        })
    }),
    ("go.sum", |rng| {
        lines(rng, |rng| {
            let name = rng.word();
            format!(
                "github.com/acme/{name} v1.2.0 h1:{}\ngithub.com/acme/{name} v1.2.0/go.mod h1:{}",
                rng.base64(32),
                rng.base64(32)
            )
        })
    }),
    ("poetry.lock", |rng| {
        lines(rng, |rng| {
            format!(
                "    {{file = \"{}-1.2.0-py3-none-any.whl\", hash = \"sha256:{}\"}},",
                rng.word(),
                rng.text(HEX, 64)
            )
        })
    }),
    ("requirements.txt", |rng| {
        lines(rng, |rng| format!("{}==2.4.1 \\\n    --hash=sha256:{}", rng.word(), rng.text(HEX, 64)))
    }),
    ("Gemfile.lock", |rng| {
        format!(
            "CHECKSUMS\n{}",
            lines(rng, |rng| format!("  {} (1.2.0) sha256={}", rng.word(), rng.text(HEX, 64)))
        )
    }),
    ("flake.lock.json", |rng| {
        format!(
            "{{\n  \"locked\": {{\n    \"narHash\": \"{}\",\n    \"owner\": \"NixOS\",\n    \"rev\": \"{}\",\n    \"type\": \"github\"\n  }}\n}}\n",
            sri(rng, "sha256"),
            rng.text(HEX, 40)
        )
    }),
    ("infra/.terraform.lock.hcl", |rng| {
        let hashes = lines(rng, |rng| format!("    \"zh:{}\",", rng.text(HEX, 64)));
        format!(
            "provider \"registry.terraform.io/hashicorp/aws\" {{\n  version = \"5.80.0\"\n  hashes = [\n    \"h1:{}\",\n{hashes}  ]\n}}\n",
            rng.base64(32)
        )
    }),
    ("git/packed-refs", |rng| {
        lines(rng, |rng| format!("{} refs/tags/v1.{}.0", rng.text(HEX, 40), rng.below(99)))
    }),
    ("git/history.txt", |rng| {
        lines(rng, |rng| {
            format!(
                "commit {}\nAuthor: Ada <ada@corp.internal>\n\n    Rotate the {} token\n",
                rng.text(HEX, 40),
                rng.word()
            )
        })
    }),
    ("deploy/images.yaml", |rng| {
        let mut images = String::from("images:\n");
        images.push_str(&lines(rng, |rng| {
            format!("  - registry.corp.internal/{}@sha256:{}", rng.word(), rng.text(HEX, 64))
        }));
        images
    }),
    ("captures/response.http", |rng| {
        format!(
            "HTTP/1.1 200 OK\r\nETag: \"{}\"\r\nX-Request-Id: {}\r\ntraceparent: 00-{}-{}-01\r\nContent-Security-Policy: script-src '{}'\r\nDigest: SHA-256={}\r\n\r\n",
            rng.text(HEX, 32),
            rng.uuid(),
            rng.text(HEX, 32),
            rng.text(HEX, 16),
            sri(rng, "sha256"),
            rng.base64(32)
        ) + "{}\n"
    }),
    ("logs/trace.log", |rng| {
        lines(rng, |rng| {
            format!(
                "2026-03-01T08:00:00Z INFO request_id={} trace_id={} span_id={} session_id={}",
                rng.uuid(),
                rng.text(HEX, 32),
                rng.text(HEX, 16),
                rng.text(ALPHANUMERIC_UPPER, 26)
            )
        })
    }),
    ("infra/resources.txt", |rng| {
        lines(rng, |rng| {
            format!(
                "arn:aws:iam::{}:role/{} vpc-{} subnet-{} ami-{} sg-{}",
                rng.text(DIGITS, 12),
                rng.word(),
                rng.text(HEX, 17),
                rng.text(HEX, 17),
                rng.text(HEX, 17),
                rng.text(HEX, 17)
            )
        })
    }),
    ("data/ids.csv", |rng| {
        format!(
            "id,ulid,nanoid,slug\n{}",
            lines(rng, |rng| {
                format!(
                    "{},01{},{},{}-{}",
                    rng.text("123456789", 18),
                    rng.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24),
                    rng.text(BASE64URL, 21),
                    rng.word(),
                    rng.text(LOWER_DIGITS, 6)
                )
            })
        )
    }),
    ("data/objects.json", |rng| {
        format!(
            "{{\n  \"_id\": {{\"$oid\": \"{}\"}},\n  \"etag\": \"W/\\\"{}\\\"\",\n  \"cursor\": \"{}\",\n  \"uid\": \"{}\"\n}}\n",
            rng.text(HEX, 24),
            rng.text(BASE62, 27),
            rng.base64(24),
            rng.uuid()
        )
    }),
];

/// A digest as browsers check it.
fn sri(rng: &mut Rng, algorithm: &str) -> String {
    use base64::Engine;
    let digest = Sha512::digest(rng.bytes(16));
    let length = if algorithm == "sha512" {
        64
    } else if algorithm == "sha384" {
        48
    } else {
        32
    };
    format!("{algorithm}-{}", base64::engine::general_purpose::STANDARD.encode(&digest[..length]))
}
