//! Registries of packages.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::encoded::with_base62_crc;
use crate::credential::{Draft, Generator, Piece};
use crate::rng::{BASE62, HEX, Rng};

const NPM: &str = "https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/";
const PYPI: &str = "https://pypi.org/help/#apitoken";
const PACKAGIST: &str = "https://packagist.com/docs/composer-authentication#token-format";

pub(super) const ALL: &[Generator] = &[
    Generator::new("npm-token", NPM, |rng| {
        Draft::token("npm_", with_base62_crc(rng, 30)).called(rng.pick(&["NPM_TOKEN", "NODE_AUTH_TOKEN"]))
    }),
    Generator::new("npm-token", NPM, |rng| {
        let token = with_base62_crc(rng, 30);
        Draft::token("npm_", &token)
            .piece(Piece::Npmrc, format!("//registry.npmjs.org/:_authToken=npm_{token}\n"))
    }),
    Generator::new("npm-legacy-token", NPM, |rng| {
        let token = rng.uuid();
        Draft::token("", &token).piece(Piece::Npmrc, format!("//registry.npmjs.org/:_authToken={token}\n"))
    })
    .or(&["npmrc-auth"]),
    Generator::new("npm-legacy-token", NPM, |rng| Draft::named("NPM_TOKEN", rng.uuid())),
    Generator::new("pypi-token", PYPI, |rng| pypi(rng, "pypi.org").called("TWINE_PASSWORD")),
    Generator::new("pypi-token", "https://packaging.python.org/en/latest/specifications/pypirc/", |rng| {
        let (prefix, random) = macaroon(rng, "pypi.org");
        let file = format!("[pypi]\nusername = __token__\npassword = {prefix}{random}\n");
        Draft::token(&prefix, random).piece(Piece::Pypirc, file)
    }),
    Generator::new("test-pypi-token", PYPI, |rng| pypi(rng, "test.pypi.org").called("TWINE_PASSWORD")),
    Generator::new(
        "cargo-registry-token",
        "https://github.com/rust-lang/crates.io/blob/main/crates/crates_io_database/src/utils/token.rs",
        |rng| Draft::token("cio", rng.text(BASE62, 32)).called("CARGO_REGISTRY_TOKEN"),
    ),
    Generator::new(
        "cargo-registry-token",
        "https://github.com/rust-lang/crates.io/blob/main/crates/crates_io_trustpub/src/access_token.rs",
        trusted_publishing,
    ),
    Generator::new("rubygems-key", "https://guides.rubygems.org/api-key-scopes/", |rng| {
        Draft::token("rubygems_", rng.text(HEX, 48)).called("GEM_HOST_API_KEY")
    }),
    Generator::new("nuget-key", "https://learn.microsoft.com/en-us/purview/sit-defn-nuget-api-key", |rng| {
        Draft::token("oy2", rng.text("abcdefghijklmnopqrstuvwxyz234567", 43)).called("NUGET_API_KEY")
    }),
    Generator::new("packagist-token", PACKAGIST, |rng| {
        let prefix = rng.pick(&["packagist_ort_", "packagist_out_", "packagist_uut_", "packagist_cut_"]);
        let random = rng.text(HEX, 60);
        let checksum = crc32fast::hash(format!("{prefix}{random}").as_bytes());
        Draft::token(prefix, format!("{random}{checksum:08x}")).called("PACKAGIST_TOKEN")
    }),
    Generator::new("clojars-token", "https://github.com/clojars/clojars-web/wiki/Deploy-Tokens", |rng| {
        Draft::token("CLOJARS_", rng.text(HEX, 60)).called("CLOJARS_PASSWORD")
    }),
    Generator::new("hex-pm-key", "https://hex.pm/docs/publish", |rng| {
        Draft::named("HEX_API_KEY", rng.text(HEX, 32))
    }),
];

fn pypi(rng: &mut Rng, location: &str) -> Draft {
    let (prefix, random) = macaroon(rng, location);
    Draft::token(&prefix, random)
}

/// A macaroon (version 2): a location, an identifier, a caveat and a signature, each with its type and length; cut
/// where it begins to be random.
fn macaroon(rng: &mut Rng, location: &str) -> (String, String) {
    let field = |kind: u8, data: &[u8]| {
        let length = u8::try_from(data.len()).expect("a field is short");
        [&[kind, length], data].concat()
    };
    let caveat = format!(r#"[3,"{}"]"#, rng.uuid());
    let known = [&[2], field(1, location.as_bytes()).as_slice(), &[2, 36]].concat();
    let rest =
        [rng.uuid().into_bytes(), vec![0], field(2, caveat.as_bytes()), vec![0, 0], field(6, &rng.bytes(32))]
            .concat();
    let token = URL_SAFE_NO_PAD.encode([known.as_slice(), &rest].concat());
    // Only whole groups of three bytes have letters of their own.
    let (prefix, random) = token.split_at(known.len() / 3 * 4);
    (format!("pypi-{prefix}"), random.to_owned())
}

/// Thirty-one letters and one that all of them decide.
fn trusted_publishing(rng: &mut Rng) -> Draft {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let random = rng.text(BASE62, 31);
    let check = usize::from(random.bytes().fold(0, |all, byte| all ^ byte));
    let check = char::from(letters[check % letters.len()]);
    Draft::token("cio_tp_", format!("{random}{check}")).called("CARGO_REGISTRY_TOKEN")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_pypi_begin_as_its_documentation_says() {
        let generator = Generator::new("pypi-token", PYPI, |rng| pypi(rng, "pypi.org"));
        let made = generator.make(&mut Rng::new(2));
        assert!(made.text.starts_with("pypi-AgEIcHlwaS5vcmc"), "{made:?}");
        assert!(made.variable.start >= "pypi-AgEIcHlwaS5vcmc".len(), "{made:?}");
    }
}
