//! Private keys. Their bodies have the right length and the right first bytes; the rest is random.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::credential::{Draft, Generator};
use crate::rng::{HEX, Rng};

const PEM: &str = "https://www.rfc-editor.org/rfc/rfc7468";

pub(super) const ALL: &[Generator] = &[
    Generator::new("private-key-pem", PEM, |rng| {
        let (before, body) = pkcs8_rsa(rng);
        block("PRIVATE KEY", "", &body, before)
    }),
    Generator::new("private-key-pem", "https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.2", |rng| {
        // An RSAPrivateKey of 2048 bits: version, then the modulus.
        let (before, body) = encoded(
            rng,
            &[0x30, 0x82, 0x04, 0xa4, 0x02, 0x01, 0x00, 0x02, 0x82, 0x01, 0x01, 0x00],
            1180,
            &[],
            64,
        );
        block("RSA PRIVATE KEY", "", &body, before)
    }),
    Generator::new("private-key-pem", "https://www.rfc-editor.org/rfc/rfc5915", |rng| {
        let curve = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0xa1, 0x44];
        let mut rest = curve.to_vec();
        rest.extend([0x03, 0x42, 0x00, 0x04]);
        rest.extend(rng.bytes(64));
        let (before, body) = encoded(rng, &[0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20], 32, &rest, 64);
        block("EC PRIVATE KEY", "", &body, before)
    }),
    Generator::new("private-key-pem", "https://www.rfc-editor.org/rfc/rfc8410", |rng| {
        let start =
            [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        let (before, body) = encoded(rng, &start, 32, &[], 64);
        block("PRIVATE KEY", "", &body, before)
    }),
    Generator::new("private-key-pem", "https://www.rfc-editor.org/rfc/rfc5958", |rng| {
        // An EncryptedPrivateKeyInfo; the algorithm is PBES2.
        let start = [
            0x30, 0x82, 0x05, 0x2d, 0x30, 0x57, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05,
            0x0d,
        ];
        let (before, body) = encoded(rng, &start, 1312, &[], 64);
        block("ENCRYPTED PRIVATE KEY", "", &body, before)
    }),
    Generator::new("private-key-pem", "https://www.rfc-editor.org/rfc/rfc1421", |rng| {
        let (_, body) = encoded(rng, &[], 1200, &[], 64);
        let headers = format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,{}\n\n", {
            rng.text("0123456789ABCDEF", 32)
        });
        block("RSA PRIVATE KEY", &headers, &body, 0)
    }),
    Generator::new(
        "private-key-openssh",
        "https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key",
        openssh,
    ),
    Generator::new("private-key-pgp", "https://www.rfc-editor.org/rfc/rfc9580#section-6.2", |rng| {
        // A secret-key packet of version 4.
        let (before, body) = encoded(rng, &[0x94, 0x58, 0x04, 0x66], 640, &[], 64);
        let text = format!("{body}\n={}", STANDARD.encode(rng.bytes(3)));
        block("PGP PRIVATE KEY BLOCK", "\n", &text, before)
    }),
    Generator::new("private-key-age", "https://github.com/C2SP/C2SP/blob/main/age.md", |rng| {
        let key = bech32("age-secret-key-", &rng.bytes(32)).to_ascii_uppercase();
        let start = "AGE-SECRET-KEY-1".len();
        Draft::part(key.as_str(), start..key.len()).called("SOPS_AGE_KEY")
    }),
    Generator::new(
        "private-key-putty",
        "https://tartarus.org/~simon/putty-snapshots/htmldoc/AppendixC.html",
        putty,
    ),
];

/// A PKCS#8 key for RSA with 2048 bits, as the lines of its body, and how much of it is the same in all such keys.
pub(in crate::generators) fn pkcs8_rsa(rng: &mut Rng) -> (usize, String) {
    let start = [
        0x30, 0x82, 0x04, 0xbd, 0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
        0x01, 0x01, 0x01, 0x05, 0x00, 0x04, 0x82, 0x04, 0xa7, 0x30, 0x82, 0x04, 0xa3, 0x02, 0x01, 0x00, 0x02,
        0x82, 0x01, 0x01, 0x00,
    ];
    encoded(rng, &start, 1179, &[], 64)
}

/// Lines of base 64 over a fixed start, random bytes and an end; and the length of what the start fixes.
fn encoded(rng: &mut Rng, start: &[u8], random: usize, end: &[u8], width: usize) -> (usize, String) {
    let mut bytes = start.to_vec();
    bytes.extend(rng.bytes(random));
    bytes.extend(end);
    (start.len() / 3 * 4, wrapped(&STANDARD.encode(bytes), width))
}

fn wrapped(text: &str, width: usize) -> String {
    let lines: Vec<&str> =
        (0..text.len()).step_by(width).map(|at| &text[at..text.len().min(at + width)]).collect();
    lines.join("\n")
}

fn block(label: &str, headers: &str, body: &str, before: usize) -> Draft {
    let begin = format!("-----BEGIN {label}-----\n{headers}");
    let text = format!("{begin}{body}\n-----END {label}-----");
    let start = begin.len() + before + before / 64;
    Draft::part(text, start..begin.len() + body.len()).called("PRIVATE_KEY")
}

fn openssh(rng: &mut Rng) -> Draft {
    let public = rng.bytes(32);
    let mut bytes = b"openssh-key-v1\0".to_vec();
    let field = |bytes: &mut Vec<u8>, value: &[u8]| {
        bytes.extend(u32::try_from(value.len()).expect("short").to_be_bytes());
        bytes.extend(value);
    };
    field(&mut bytes, b"none");
    field(&mut bytes, b"none");
    field(&mut bytes, b"");
    bytes.extend(1_u32.to_be_bytes());
    let mut key = Vec::new();
    field(&mut key, b"ssh-ed25519");
    let known = bytes.len() + 4 + key.len() + 4;
    field(&mut key, &public);
    field(&mut bytes, &key);
    let check = rng.bytes(4);
    let mut secret = [check.as_slice(), check.as_slice()].concat();
    secret.extend(&key);
    field(&mut secret, &[rng.bytes(32), public].concat());
    field(&mut secret, format!("{}@build", rng.word()).as_bytes());
    secret.extend((1..=u8::MAX).take((8 - secret.len() % 8) % 8));
    field(&mut bytes, &secret);
    let body = wrapped(&STANDARD.encode(&bytes), 70);
    let begin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    let before = known / 3 * 4;
    let text = format!("{begin}{body}\n-----END OPENSSH PRIVATE KEY-----");
    let start = begin.len() + before + before / 70;
    Draft::part(text, start..begin.len() + body.len()).called("SSH_PRIVATE_KEY")
}

fn putty(rng: &mut Rng) -> Draft {
    let public = [b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec(), rng.bytes(32)].concat();
    let user = rng.word();
    let begin = format!(
        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: {user}@build\nPublic-Lines: 2\n{}\n\
         Private-Lines: 1\n",
        wrapped(&STANDARD.encode(public), 64)
    );
    let private = STANDARD.encode([b"\0\0\0\x20".to_vec(), rng.bytes(32)].concat());
    let text = format!("{begin}{private}\nPrivate-MAC: {}", rng.text(HEX, 64));
    // The first three bytes of a length are always zero.
    Draft::part(text, begin.len() + 4..begin.len() + private.len()).called("PUTTY_KEY")
}

/// Bech32, with its checksum, as BIP 173 defines it.
fn bech32(prefix: &str, bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let mut values = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for &byte in bytes {
        held = ((held << 8) | u32::from(byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            values.push((held >> bits) & 31);
        }
    }
    if bits > 0 {
        values.push((held << (5 - bits)) & 31);
    }
    let mut sum = 1;
    let high = prefix.bytes().map(|byte| u32::from(byte) >> 5);
    let low = prefix.bytes().map(|byte| u32::from(byte) & 31);
    for value in high.chain([0]).chain(low).chain(values.iter().copied()).chain([0; 6]) {
        sum = polymod(sum, value);
    }
    sum ^= 1;
    values.extend((0..6).map(|place| (sum >> (5 * (5 - place))) & 31));
    let letters = values.iter().map(|&value| char::from(LETTERS[value as usize]));
    format!("{prefix}1{}", letters.collect::<String>())
}

fn polymod(sum: u32, value: u32) -> u32 {
    let top = sum >> 25;
    let mut next = ((sum & 0x01ff_ffff) << 5) ^ value;
    for (bit, constant) in
        [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3].into_iter().enumerate()
    {
        if (top >> bit) & 1 == 1 {
            next ^= constant;
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bech32_has_the_checksum_of_its_definition() {
        // A witness program of BIP 173, whose first value, the version 0, is not part of the bytes.
        assert_eq!(bech32("a", &[]), "a12uel5l");
        assert_eq!(bech32("age-secret-key-", &[7; 32]).len(), "age-secret-key-1".len() + 58);
    }

    #[test]
    fn what_is_fixed_in_a_key_is_outside_of_its_variable_part() {
        for generator in ALL {
            let mut rng = Rng::new(3);
            let (one, two) = (generator.make(&mut rng), generator.make(&mut rng));
            let starts = (&one.variable_text()[..8], &two.variable_text()[..8]);
            assert_ne!(starts.0, starts.1, "{}: {}", generator.rule, one.text);
        }
    }
}
