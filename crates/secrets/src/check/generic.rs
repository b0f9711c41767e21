//! A value that looks drawn by chance, assigned to a name that tells of a secret.
//!
//! Everything that looks so in source code and is none is sorted out here: digests, identifiers, names
//! of other things that have "key" or "token" in them. What is left is meant to be right nearly always.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::Seen;
use crate::entropy::entropy;
use crate::lists::WordList;
use crate::quiet;
use crate::random;

/// Shortest value, in bytes; shorter ones are told from words too seldom.
const SHORTEST: usize = 16;
/// Shortest password, where the name says that it is one.
const SHORTEST_PASSWORD: usize = 10;
/// Longest value, in bytes; what is longer is data.
const LONGEST: usize = 256;
/// Bytes before a value in which its name stands.
const NAME: usize = 160;

/// Words that make a name one of a secret.
static TELLING: WordList = WordList::of(include_str!("../lists/telling_words.txt"));
/// Words beside them that make it the name of something else.
static OTHER: WordList = WordList::of(include_str!("../lists/other_words.txt"));

/// Whether the value seen is a secret by its name and look.
pub(super) fn holds(seen: Seen<'_>) -> bool {
    let value = seen.secret;
    let start = seen.before.len().saturating_sub(NAME);
    let Some(name) = telling(&seen.before[start..]) else { return false };
    let shortest = if name.is_password { SHORTEST_PASSWORD } else { SHORTEST };
    (shortest..=LONGEST).contains(&value.len())
        && (name.is_assigned || is_quoted(seen) && !value.contains(&b'-'))
        && ends_as_a_value(seen.after)
        && is_credential(value, name.is_password)
}

/// A name that tells of a secret.
struct Telling {
    is_password: bool,
    /// Whether `=` or the like stands between it and the value.
    is_assigned: bool,
}

/// The last name before a value that tells of a secret, unless it is the name of something else.
fn telling(before: &[u8]) -> Option<Telling> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let mut end = before.len();
    while end > 0 {
        let start = before[..end].iter().rposition(|byte| !is_name(*byte)).map_or(0, |at| at + 1);
        let words = words(&before[start..end]);
        if let Some(at) = words.iter().rposition(|word| TELLING.holds(word.as_bytes())) {
            // Words far before it tell of what surrounds it.
            // The last part of a resource's name: `arn:aws:…:secret:a/b`.
            if before[..start].ends_with(b":") && before.get(end) == Some(&b':') {
                return None;
            }
            let is_other = words[at.saturating_sub(3)..].iter().any(|word| OTHER.holds(word.as_bytes()));
            return (!is_other).then(|| Telling {
                is_password: words[at].starts_with("pass") || words[at] == "pwd",
                is_assigned: before[end..].iter().any(|byte| matches!(byte, b'=' | b':' | b'>')),
            });
        }
        end = start.saturating_sub(1);
    }
    None
}

fn is_quoted(seen: Seen<'_>) -> bool {
    let quote = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    quote(seen.before.last()) && quote(seen.after.first())
}

/// The words of a name, in lower case; `apiKey`, `api_key` and `api-key` are one word.
fn words(name: &[u8]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = b' ';
    for &byte in name {
        if byte.is_ascii_alphanumeric() {
            let starts =
                !last.is_ascii_alphanumeric() || last.is_ascii_lowercase() && byte.is_ascii_uppercase();
            let letter = char::from(byte.to_ascii_lowercase());
            match words.last_mut() {
                Some(word) if !starts => word.push(letter),
                _ => words.push(letter.to_string()),
            }
        }
        last = byte;
    }
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        match joined.last_mut() {
            Some(before) if matches!(word.as_str(), "key" | "keys") => before.push_str("key"),
            _ => joined.push(word),
        }
    }
    joined
}

/// Whether nothing goes on after the value that would make it a piece of an expression.
fn ends_as_a_value(after: &[u8]) -> bool {
    let quotes = after.iter().take(8).take_while(|byte| matches!(byte, b'"' | b'\'' | b'`')).count();
    match after[quotes..] {
        [b'<', closing, ..] => closing == b'/',
        [next, ..] => !matches!(next, b'(' | b'[' | b'{' | b'.'),
        [] => true,
    }
}

/// Whether a value looks like a credential by itself.
pub(super) fn is_credential(value: &[u8], is_password: bool) -> bool {
    let count = |test: fn(&u8) -> bool| value.iter().filter(|byte| test(byte)).count();
    let digits = count(u8::is_ascii_digit);
    let upper = count(u8::is_ascii_uppercase);
    let lower = count(u8::is_ascii_lowercase);
    let letters = upper + lower;
    if letters < 4 || digits + letters + 6 < value.len() * 3 / 4 {
        return false;
    }
    if is_uuid(value) || is_path(value) || is_version(value) || starts_like_data(value) {
        return false;
    }
    if let Some(text) = decoded_text(value) {
        return !quiet::harmless(&text) && random::is_random(&text);
    }
    let is_hex = value.iter().all(u8::is_ascii_hexdigit);
    let bits = entropy(value);
    if is_hex {
        return value.len() >= 32 && bits >= 3.0 && digits >= 4;
    }
    // Of one case only and without digits, words are too near.
    let is_mixed = digits >= 2 || upper >= 3 && lower >= 3;
    let least = if value.len() >= 24 { 3.6 } else { 3.2 };
    let random = if is_password && value.len() < SHORTEST { -40 } else { -60 };
    is_mixed
        && bits >= least
        && random::wordiness(value) < random
        && !has_words(value)
        && !is_identifier(value)
}

/// The text that a value is base64 or hex of; chance spells none.
fn decoded_text(value: &[u8]) -> Option<Vec<u8>> {
    let is_text =
        |bytes: &Vec<u8>| bytes.len() >= 6 && bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n'));
    let pairs = value.chunks(2).map(|pair| {
        let digits = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(digits, 16).ok()
    });
    let hex: Option<Vec<u8>> = pairs.collect();
    hex.filter(is_text).or_else(|| {
        let bare = value.strip_suffix(b"==").or_else(|| value.strip_suffix(b"=")).unwrap_or(value);
        STANDARD_NO_PAD.decode(bare).ok().filter(is_text)
    })
}

/// Whether a value is a name of several parts, `HMAC_SHA1_TOKEN` or `extract-f64x4`: nothing random is
/// cut into pieces so short.
fn is_identifier(value: &[u8]) -> bool {
    let is_part = |byte: &u8| b"_-.".contains(byte);
    if !value.iter().any(is_part) || !value.iter().all(|byte| byte.is_ascii_alphanumeric() || is_part(byte)) {
        return false;
    }
    let shouts = !value.iter().any(u8::is_ascii_lowercase) && value.contains(&b'_');
    let random: usize = value
        .split(is_part)
        .filter(|piece| piece.len() >= 8 && random::wordiness(piece) < -40)
        .map(<[u8]>::len)
        .sum();
    shouts || random * 2 < value.len()
}

/// Whether most of a value is in pieces that are words.
fn has_words(value: &[u8]) -> bool {
    let pieces = value.split(|byte| !byte.is_ascii_alphanumeric());
    let wordy: usize = pieces
        .filter(|piece| {
            piece.len() >= 4 && random::wordiness(piece) > 0 && piece.iter().all(u8::is_ascii_alphabetic)
        })
        .map(<[u8]>::len)
        .sum();
    wordy * 2 >= value.len()
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| {
            if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() }
        })
}

fn is_path(value: &[u8]) -> bool {
    value.starts_with(b"/") && memchr::memchr_iter(b'/', value).count() > 1
        || value.starts_with(b"./")
        || value.starts_with(b"../")
        || memchr::memmem::find(value, b"://").is_some()
        || memchr::memmem::find(value, b"::").is_some()
}

/// `1.2.3-rc.4`, `v1.20`, dotted names.
fn is_version(value: &[u8]) -> bool {
    let parts: Vec<&[u8]> = value.split(|byte| *byte == b'.').collect();
    parts.len() >= 3 && parts.iter().all(|part| part.len() < 16)
}

/// Digests and keys that say what they are: `sha256-…`, `ssh-rsa …`, a certificate in base64.
fn starts_like_data(value: &[u8]) -> bool {
    const STARTS: &[&[u8]] = &[
        b"sha1-",
        b"sha256",
        b"sha384-",
        b"sha512-",
        b"md5-",
        b"AAAAB3Nza",
        b"AAAAC3Nza",
        b"AAAAE2Vj",
        b"MIIB",
        b"MIIC",
        b"MIID",
        b"MIIE",
        b"MIIF",
        b"MIIG",
        b"iVBORw0KGgo",
        b"R0lGOD",
        b"PHN2Zy",
        b"data:",
        b"LS0tLS1CRUdJTiBDRVJU",
        b"LS0tLS1CRUdJTiBQVUJM",
        b"$2a$",
        b"$2b$",
        b"$2y$",
        b"$argon2",
        b"$pbkdf2",
        b"$scrypt",
        b"$6$",
        b"$5$",
        b"$1$",
        b"0x",
        b"eyJ",
        b"ghp_",
        b"gho_",
        b"ghu_",
        b"ghs_",
        b"ghr_",
        b"npm_",
        b"AKIA",
        b"ASIA",
        b"A3T",
    ];
    STARTS.iter().any(|start| value.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> bool {
        let (before, rest) = line.split_once('«').expect("the value is marked");
        let (secret, after) = rest.split_once('»').expect("the value ends");
        holds(Seen { secret: secret.as_bytes(), before: before.as_bytes(), after: after.as_bytes() })
    }

    #[test]
    fn random_values_of_telling_names_are_secrets() {
        for line in [
            "SESSION_SECRET=«R7uT2mQx9LzKcV4bN8sW»",
            "\"clientSecret\": \"«9f86d081884c7d659a2feaa0c55ad015»\"",
            "const apiKey = '«kq3v9xz7wplm2rtd8fgh»';",
            "x-api-key: «R7uT2mQx9LzKcV4bN8sWpYd3»",
            "<ledgerApiKey>«R7uT2mQx9LzKcV4bN8sWpYd3»</ledgerApiKey>",
            "db.password = «hV8wq2ZpLx4N»",
            "ENCRYPTION_KEY: «q83vASNFZ4mrze8BI0Vniavvq83vASNFZ4mrze8BI0U=»",
            "ADMIN_PASSWORD='«nT4kQ8vZ2mLx9RbW»'",
        ] {
            assert!(found(line), "{line}");
        }
    }

    #[test]
    fn names_of_other_things_and_other_looks_are_none() {
        for line in [
            "token_type = \"«R7uT2mQx9LzKcV4bN8sW»\"",
            "public_key = \"«R7uT2mQx9LzKcV4bN8sW»\"",
            "nextPageToken: «R7uT2mQx9LzKcV4bN8sW»",
            "passwordHash: «R7uT2mQx9LzKcV4bN8sW»",
            "secret_sha256: «9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015»",
            "apiKeyId: «R7uT2mQx9LzKcV4bN8sW»",
            "token = «config.getString»(\"x\")",
            "secret: «my-application-secret-name»",
            "token = «getAuthenticationTokenFromHeader»",
            "secretKey: «550e8400-e29b-41d4-a716-446655440000»",
            "authToken = «/var/run/secrets/token9x8»",
            "password: «$2a$10$N9qo8uLOickgx2ZMRZoMye»",
            "tokenVersion: «1.2.3-rc.4»",
            "HMAC_TOKEN = «PBKDF2_HMAC_SHA1_S4U»",
            "(X_TOKEN, \"«pkcs-9-at-pkcs15Token»\")",
            "mask_token(\"«_mm512_extractf64x4_pd»\")",
            "X_PASSWORD: NTSTATUS = «-1073741089i32»",
            "GITHUB_TOKEN: «VG9rZW5Ub2tlblRva2VuVG9rZW5NYWxrb3ZpY2hUb2tlbg==»",
            "api_key = «6162636465666768696a6b6c6d6e6f707172»",
            "GITHUB_TOKEN=«ghp_16C7e42F292c6912E7710c838347Ae178B4a»",
            "?token-time=«2145916800&token-hash=SIQ54PhIPHv3M7CVz9LxS8_8v4sOw4H304HaXsXj8MM%3D»",
            "arn:aws:secretsmanager:us-east-1:0:secret:«a/TARGETpostgresql8A1B2C3Q»",
            "deploy.api_key.secure: \"«oHV9ArprTj5WOk7MP1UF7QMJ70huXwy7xXb5wF4V2H8»\"",
            "secretary = «R7uT2mQx9LzKcV4bN8sW»",
        ] {
            assert!(!found(line), "{line}");
        }
    }
}
