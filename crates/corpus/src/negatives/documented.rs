//! Keys that vendors and standards print in their own documents, and that open nothing.

use super::Kind;

// Written in halves, so that this file itself alarms nobody's push protection.
pub(super) const ALL: &[Kind] = &[
    ("docs/aws.md", |rng| {
        format!(
            "```ini\n[{}]\naws_access_key_id = {}\naws_secret_access_key = {}\n```\n\n`{}` and `{}` are another pair of the manual.\n",
            rng.word(),
            concat!("AKIAIOSFODNN7", "EXAMPLE"),
            concat!("wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"),
            concat!("AKIAI44QH8DHB", "EXAMPLE"),
            concat!("je7MtGbClwBF/2Zp9Utk/", "h3yCo8nvbEXAMPLEKEY")
        )
    }),
    ("docs/azurite.md", |rng| {
        format!(
            "The emulator for {} has one account, and its key is public:\n\n`DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={};BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;`\n",
            rng.word(),
            concat!(
                "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/",
                "K1SZFPTOtr/KBHBeksoGMGw=="
            )
        )
    }),
    ("docs/cosmos-emulator.md", |rng| {
        format!(
            "For {}, `AccountEndpoint=https://localhost:8081/;AccountKey={}`.\n",
            rng.word(),
            concat!(
                "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/",
                "Jw=="
            )
        )
    }),
    ("docs/jwt.md", |rng| {
        format!(
            "The token that every page on {} shows:\n\n```\n{}\n```\n",
            rng.word(),
            concat!(
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.",
                "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.",
                "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
            )
        )
    }),
    ("docs/http-auth.md", |rng| {
        format!(
            "RFC 7617, read in {}: `Authorization: Basic {}`.\nRFC 6750: `Authorization: Bearer {}`.\n",
            rng.between(2016, 2026),
            concat!("QWxhZGRpbjpv", "cGVuIHNlc2FtZQ=="),
            concat!("mF_9.B5f-4", ".1JqM")
        )
    }),
    ("docs/stripe.md", |rng| {
        format!(
            "In {} examples the test key is `{}`.\n",
            rng.word(),
            concat!("sk_test_", "4eC39HqLyjWDarjtT1zdp7dc")
        )
    }),
];
