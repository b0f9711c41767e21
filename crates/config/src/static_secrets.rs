//! The secrets of a configuration that somebody has to replace now and then: what their ages are kept of.

use model::Secret;

use crate::mask::user_infos;
use crate::secret_keys::{Step, is_rotated};
use crate::value::{Data, Value, join};
use crate::{Config, Place};

/// A secret of the effective configuration.
#[derive(Clone, Debug)]
pub struct StaticSecret {
    /// Where it is in the tree: `backend.auth.keys[0].secret`.
    pub key: String,
    /// The secret; of an address, its password alone.
    pub value: Secret<String>,
    /// Where it was written.
    pub place: Place,
}

/// Every secret that a person would replace, in the order of the tree: shared secrets, tokens, passwords, private keys,
/// and the passwords in addresses. No ids and names of users, which are masked as well; not the private key of TLS, whose
/// certificate has an end of its own; and no sealing keys of before, which only open.
pub fn static_secrets(config: &Config) -> Vec<StaticSecret> {
    let mut found = Vec::new();
    walk(&config.root, "", &mut Vec::new(), &mut found);
    found
}

fn walk(value: &Value, key: &str, path: &mut Vec<Step>, found: &mut Vec<StaticSecret>) {
    match &value.data {
        Data::Seq(items) => {
            path.push(Step::Index);
            for (at, item) in items.iter().enumerate() {
                walk(item, &format!("{key}[{at}]"), path, found);
            }
            path.pop();
        }
        Data::Map(map) => {
            for (name, child) in map {
                path.push(Step::Key(name.clone()));
                walk(child, &join(key, name), path, found);
                path.pop();
            }
        }
        Data::String(text) => leaf(text, value, key, path, found),
        Data::Number(number) => leaf(&number.to_string(), value, key, path, found),
        Data::Null | Data::Bool(_) => {}
    }
}

fn leaf(text: &str, value: &Value, key: &str, path: &[Step], found: &mut Vec<StaticSecret>) {
    let mut keep = |secret: &str| {
        found.push(StaticSecret {
            key: key.to_owned(),
            value: Secret::new(secret.to_owned()),
            place: value.origin.place.clone(),
        });
    };
    if is_rotated(path) {
        // What is empty is none.
        if !text.is_empty() {
            keep(text);
        }
        return;
    }
    let passwords =
        user_infos(text).into_iter().filter_map(|(start, end)| text.get(start..end)?.split_once(':'));
    for (_, password) in passwords.filter(|(_, password)| !password.is_empty()) {
        keep(password);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, Mode};

    fn found(yaml: &str) -> Vec<(String, String)> {
        let environment: Environment = [("DB_PASSWORD", "from-outside")].into_iter().collect();
        let config =
            Config::from_text("app-config.yaml", yaml, &environment, Mode::Development).expect("a config");
        let secrets = static_secrets(&config).into_iter();
        secrets.map(|secret| (secret.key, secret.value.expose().clone())).collect()
    }

    #[test]
    fn every_secret_that_is_replaced_is_listed_with_its_key() {
        let all = found(
            "backend:
  auth:
    keys: [{ secret: key-one }, { secret: key-two }]
    externalAccess:
      - { type: static, options: { token: a-token, subject: ci } }
      - { type: legacy, options: { secret: a-secret, subject: old } }
  database: { client: pg, connection: { host: h, user: portal, password: '${DB_PASSWORD}', port: 5432 } }
  cache: { store: redis, connection: 'rediss://portal:in-an-address@cache:6379' }
auth:
  session: { secret: of-sessions }
  providers:
    github: { production: { clientId: Iv1.0, clientSecret: of-github } }
    ours: { production: { clientId: x, tokens: [of-a-list], apiToken: of-ours, tokenUrl: 'https://h' } }
    cfaccess: { teamName: t, serviceTokens: [{ token: of-cloudflare, subject: s }] }
integrations:
  github:
    - { host: github.com, token: of-code, apps: [{ appId: 1, clientId: c, clientSecret: of-app, privateKey: pem, webhookSecret: hook }] }
  bitbucketServer: [{ host: b, username: who, password: 123456 }]
  awsS3: [{ accessKeyId: AKIA, secretAccessKey: of-s3 }]
proxy: { endpoints: { /a: { target: 'https://u:in-a-target@h/x', headers: { Authorization: Bearer x, Cookie: none } } } }
kubernetes: { clusterLocatorMethods: [{ clusters: [{ serviceAccountToken: of-cluster, caData: public }] }] }
scaffolder: { defaultEnvironment: { secrets: { NPM: of-templates }, parameters: { A: b } } }
stagedoor:
  metrics: { token: of-metrics }
  sealingKey: seals
  secrets: { fingerprintKey: prints, rules: [x.toml] }
",
        );
        let pairs: Vec<String> = all.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        insta::assert_snapshot!(pairs.join("\n"));
    }

    #[test]
    fn nothing_is_listed_that_nobody_would_replace() {
        let none = found(
            "app: { title: T, baseUrl: 'https://h' }
backend:
  https: { certificate: { key: of-tls, cert: public } }
  database: { client: better-sqlite3, connection: ':memory:' }
  listen: ':7007'
auth:
  backstageTokenExpiration: 1h
  identityTokenAlgorithm: ES256
  keyStore: { provider: static, static: { keys: [{ keyId: k, privateKeyFile: key.pem, publicKeyFile: p }] } }
  providers: { oidc: { production: { clientId: id, tokenEndpointAuthMethod: client_secret_post, tokenSignedResponseAlg: RS256 } } }
integrations: { bitbucketCloud: [{ username: who, clientId: id }], awsS3: [{ accessKeyId: AKIA, externalId: e }] }
proxy: { endpoints: { /a: { target: 'https://user@h', credentials: require } } }
x: { token: '', password: null, secretName: n, tokens: 5 }
stagedoor: { previousSealingKeys: [old], metrics: { listen: '127.0.0.1:1' } }
",
        );
        assert_eq!(none, []);
    }

    #[test]
    fn a_place_is_where_it_was_written() {
        let yaml = "backend:\n  auth:\n    keys:\n      - secret: abc\n";
        let config = Config::from_text("app-config.yaml", yaml, &Environment::default(), Mode::Development);
        let secrets = static_secrets(&config.expect("a config"));
        assert_eq!(secrets[0].place.to_string(), "app-config.yaml:4:17");
        assert!(!format!("{secrets:?}").contains("abc"));
    }
}
