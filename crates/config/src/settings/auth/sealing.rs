//! `stagedoor.sealingKey`: what seals keys, states and refresh tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Secret;

use super::super::findings::Findings;
use super::super::table::Table;
use super::template::is_from_template;
use crate::{Config, ValueRef};

/// Fewest bytes of a key.
const KEY_BYTES: usize = 32;
/// Fewest different bytes of a random key: of 32, there are about 30.
const DIFFERENT: usize = 16;
/// Most keys that only open.
const PREVIOUS: usize = 10;

/// Reads `stagedoor.sealingKey`, noted where it is `needed` and not there.
pub(super) fn sealing_key(config: &Config, needed: bool, findings: &mut Findings) -> Option<Secret<String>> {
    let value = config.at("stagedoor.sealingKey");
    let Some(text) = findings.take(value.string()) else {
        if needed && !value.exists() {
            findings.push(
                value
                    .problem("there is no sealing key: keys and sign-ins could not be kept from who reads the database")
                    .fix(
                        "make one with `stagedoor secrets new`, keep it outside of the database, and write \
                         `stagedoor: { sealingKey: { $file: /run/secrets/sealing-key } }` or \
                         `sealingKey: ${STAGEDOOR_SEALING_KEY}`",
                    ),
            );
        }
        return None;
    };
    checked(&value, text, findings)
}

/// Reads `stagedoor.previousSealingKeys`.
pub(super) fn previous(table: &Table, findings: &mut Findings) -> Vec<Secret<String>> {
    let value = table.at("previousSealingKeys");
    let items = findings.take(value.items()).unwrap_or_default();
    if items.len() > PREVIOUS {
        findings.push(
            value
                .problem(format!("{} previous keys; at most {PREVIOUS} are tried", items.len()))
                .fix("remove those under which nothing is sealed any more"),
        );
        return Vec::new();
    }
    let mut key = |item: &ValueRef<'_>| {
        let text = findings.keep(item.required_string())?;
        checked(item, text, findings)
    };
    items.iter().filter_map(&mut key).collect()
}

fn checked(value: &ValueRef<'_>, text: &str, findings: &mut Findings) -> Option<Secret<String>> {
    let bytes = decoded(text.trim());
    let wrong = match bytes {
        _ if is_from_template(text) => "is known from templates",
        Some(bytes) if bytes.len() >= KEY_BYTES && different(&bytes) >= DIFFERENT => {
            return Some(Secret::new(text.trim().to_owned()));
        }
        Some(bytes) if bytes.len() >= KEY_BYTES => "is not random",
        _ => "is not 32 bytes or more in hexadecimal or base64",
    };
    findings.push(
        value
            .problem(format!(
                "`{}` {wrong}, so that who has the database could open what is sealed",
                value.key()
            ))
            .fix("make one with `stagedoor secrets new`"),
    );
    None
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let is_hex = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex {
        let byte = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        return (0..text.len()).step_by(2).map(byte).collect();
    }
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=').replace('+', "-").replace('/', "_")).ok()
}

fn different(bytes: &[u8]) -> usize {
    bytes.iter().collect::<std::collections::BTreeSet<_>>().len()
}
