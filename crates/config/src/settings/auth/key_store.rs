//! `auth.keyStore` and `backend.auth.pluginKeyStore`: where the keys that sign come from.

use super::super::findings::{Findings, shown};
use super::words::required_word;
use super::{KeyStore, StaticKey};
use crate::{Config, ValueRef};

/// Most keys of a store.
const KEYS: usize = 20;
/// Most bytes of a key's id.
const ID_BYTES: usize = 128;

/// Reads `auth.keyStore`: keys of user tokens.
pub(super) fn user_keys(config: &Config, findings: &mut Findings) -> KeyStore {
    let store = config.at("auth.keyStore");
    let kind = store.at("provider");
    match findings.take(kind.string()) {
        None | Some("database") => KeyStore::Database,
        Some("static") => keys(config, &store.at("static.keys"), findings),
        Some("memory") => {
            findings.push(
                kind.warning(
                    "keys of user tokens are kept in the database, sealed, also with `provider: memory`",
                )
                .fix("remove the key"),
            );
            KeyStore::Database
        }
        Some(other) => {
            findings.push(unknown(&kind, other));
            KeyStore::Database
        }
    }
}

/// Reads `backend.auth.pluginKeyStore`: keys of plugins' tokens.
pub(super) fn plugin_keys(config: &Config, findings: &mut Findings) -> KeyStore {
    let store = config.at("backend.auth.pluginKeyStore");
    let kind = store.at("type");
    match findings.take(kind.string()) {
        None | Some("database") => KeyStore::Database,
        Some("static") => keys(config, &store.at("static.keys"), findings),
        Some(other) => {
            findings.push(unknown(&kind, other));
            KeyStore::Database
        }
    }
}

fn unknown(kind: &ValueRef<'_>, other: &str) -> crate::Problem {
    kind.problem(format!("keys cannot be kept in `{}`", shown(other)))
        .fix("write `database`, where they are sealed and change by themselves, or `static`")
}

fn keys(config: &Config, value: &ValueRef<'_>, findings: &mut Findings) -> KeyStore {
    let entries = findings.take(value.items()).unwrap_or_default();
    if entries.is_empty() || entries.len() > KEYS {
        findings.push(
            value
                .problem(format!("`{}` has {} keys; 1 to {KEYS} are possible", value.key(), entries.len()))
                .fix(
                    "write `keys: [{ keyId: …, publicKeyFile: …, privateKeyFile: … }]`; the first one signs",
                ),
        );
        return KeyStore::Static(Vec::new());
    }
    let mut found: Vec<StaticKey> = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let Some(key) = key(config, entry, at == 0, findings) else { continue };
        if found.iter().any(|other| other.id == key.id) {
            findings.push(
                entry
                    .at("keyId")
                    .problem(format!("another key is called `{}` too", shown(&key.id)))
                    .fix("give each key an id of its own"),
            );
        }
        found.push(key);
    }
    KeyStore::Static(found)
}

fn key(config: &Config, entry: &ValueRef<'_>, signs: bool, findings: &mut Findings) -> Option<StaticKey> {
    let algorithm = entry.at("algorithm");
    if let Some(other) = findings.take(algorithm.string()).filter(|name| *name != "ES256") {
        findings.push(
            algorithm
                .problem(format!("tokens are not signed with `{}`", shown(other)))
                .fix("make a key for ES256 (`openssl ecparam -name prime256v1 -genkey`), and remove the key `algorithm`"),
        );
    }
    let id = required_word(&entry.at("keyId"), ID_BYTES, findings);
    let public = findings.keep(entry.at("publicKeyFile").required_string());
    let private = entry.at("privateKeyFile");
    let private =
        if signs { Some(findings.keep(private.required_string())?) } else { findings.take(private.string()) };
    Some(StaticKey {
        id: id?,
        public: config.base().join(public?),
        private: private.map(|path| config.base().join(path)),
        place: entry.near_place().clone(),
    })
}
