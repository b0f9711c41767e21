//! Which values must not be shown.
//!
//! Three reasons: the reference's schema marks the key; the key (or one above it) is named like a
//! secret; the value came from a variable or a file named like a secret.

use crate::value::{Data, Origin, Via};

/// One step of the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index,
}

/// Keys the reference marks as secret. `[]` is any element, `*` any key, `**` any number of steps.
/// Only strings and numbers count, so a path that may hold an object or a string names both.
const MARKED: &[&str] = &[
    "backend.auth.keys[].secret",
    "backend.auth.externalAccess[].options.token",
    "backend.auth.externalAccess[].options.secret",
    "backend.https.certificate.key",
    "backend.database.connection",
    "backend.database.connection.password",
    "backend.database.connection.tokenCredential.clientSecret",
    "backend.database.plugin.*.connection",
    "backend.database.plugin.*.connection.password",
    "backend.database.plugin.*.connection.tokenCredential.clientSecret",
    "backend.cache.connection",
    "backend.cache.redis.cluster.rootNodes.**",
    "backend.cache.redis.cluster.defaults.**",
    "backend.cache.valkey.cluster.rootNodes.**",
    "backend.cache.valkey.cluster.defaults.**",
    "backend.cache.infinispan.authentication.password",
    "backend.cache.infinispan.authentication.token",
    "auth.session.secret",
    "auth.providers.atlassian.*.clientSecret",
    "auth.providers.bitbucket.*.clientSecret",
    "auth.providers.github.*.clientSecret",
    "auth.providers.gitlab.*.clientSecret",
    "auth.providers.google.*.clientSecret",
    "auth.providers.microsoft.*.clientSecret",
    "auth.providers.oauth2.*.clientSecret",
    "auth.providers.oidc.*.clientSecret",
    "auth.providers.okta.*.clientSecret",
    "auth.providers.onelogin.*.clientSecret",
    "auth.providers.cfaccess.serviceTokens.**",
    "integrations.github[].token",
    "integrations.github[].apps[].clientSecret",
    "integrations.github[].apps[].privateKey",
    "integrations.github[].apps[].webhookSecret",
    "integrations.gitlab[].token",
    "integrations.gitlab[].commitSigningKey",
    "integrations.azure[].credentials[].clientSecret",
    "integrations.azure[].credentials[].personalAccessToken",
    "integrations.azure[].commitSigningKey",
    "integrations.bitbucketCloud[].token",
    "integrations.bitbucketCloud[].appPassword",
    "integrations.bitbucketCloud[].clientId",
    "integrations.bitbucketCloud[].clientSecret",
    "integrations.bitbucketCloud[].commitSigningKey",
    "integrations.bitbucketServer[].token",
    "integrations.bitbucketServer[].username",
    "integrations.bitbucketServer[].password",
    "integrations.bitbucketServer[].commitSigningKey",
    "integrations.gerrit[].username",
    "integrations.gerrit[].password",
    "integrations.gerrit[].commitSigningKey",
    "integrations.gitea[].username",
    "integrations.gitea[].password",
    "integrations.gitea[].commitSigningKey",
    "integrations.harness[].token",
    "integrations.harness[].apiKey",
    "integrations.awsS3[].secretAccessKey",
    "integrations.azureBlobStorage[].accountKey",
    "integrations.azureBlobStorage[].sasToken",
    "integrations.azureBlobStorage[].connectionString",
    "integrations.azureBlobStorage[].aadCredential.clientSecret",
    "integrations.googleGcs.privateKey",
    "aws.mainAccount.accessKeyId",
    "aws.mainAccount.secretAccessKey",
    "aws.accounts[].accessKeyId",
    "aws.accounts[].secretAccessKey",
    "aws.accounts[].externalId",
    "aws.accountDefaults.externalId",
    "catalog.providers.microsoftGraphOrg.clientSecret",
    "catalog.providers.microsoftGraphOrg.*.clientSecret",
    "catalog.processors.microsoftGraphOrg.providers[].clientSecret",
    "catalog.providers.ldapOrg.**.bind.secret",
    "catalog.processors.ldapOrg.**.bind.secret",
    "ldap.providers[].bind.secret",
    "events.modules.github.webhookSecret",
    "kubernetes.clusterLocatorMethods[].clusters[].serviceAccountToken",
    "kubernetes.clusterLocatorMethods[].clusters[].caData",
    "kubernetes.clusterLocatorMethods[].clusters[].caFile",
    "kubernetes.clusterLocatorMethods[].clusters[].authMetadata.**",
    "kubernetes.googleServiceAccountCredentials",
    "notifications.processors.email.transportConfig.password",
    "notifications.processors.email.transportConfig.accessKey",
    "proxy.endpoints.*.headers.Authorization",
    "proxy.endpoints.*.headers.authorization",
    "proxy.endpoints.*.headers.X-Api-Key",
    "proxy.endpoints.*.headers.x-api-key",
    "scaffolder.defaultCommitSigningKey",
    "scaffolder.defaultEnvironment.secrets.**",
    "search.elasticsearch.auth.password",
    "search.elasticsearch.auth.apiKey",
    "techdocs.generator.pullOptions.**",
    "techdocs.publisher.awsS3.credentials.accessKeyId",
    "techdocs.publisher.awsS3.credentials.secretAccessKey",
    "techdocs.publisher.azureBlobStorage.connectionString",
    "techdocs.publisher.azureBlobStorage.credentials.**",
    "techdocs.publisher.googleGcs.credentials",
    "techdocs.publisher.openStackSwift.credentials.**",
    "stagedoor.metrics.token",
    "stagedoor.secrets.fingerprintKey",
    "stagedoor.sealingKey",
    "stagedoor.previousSealingKeys[]",
];

/// Sensitive, though the reference's schema does not say so.
const ALSO: &[&str] = &[
    "integrations.awsS3[].accessKeyId",
    "proxy.endpoints.*.headers.**",
    "proxy.*.headers.**",
    "techdocs.publisher.awsS3.credentials.roleArn",
];

/// Named like secrets and none: a closed set of words, a length of time, or rules about secrets.
const PUBLIC: &[&str] = &[
    "proxy.endpoints.*.credentials",
    "proxy.*.credentials",
    "auth.backstageTokenExpiration.**",
    "auth.identityTokenAlgorithm",
    "auth.providers.*.*.tokenEndpointAuthMethod",
    "auth.providers.*.*.tokenSignedResponseAlg",
    // Where a key is.
    "auth.keyStore.static.keys[].privateKeyFile",
    "backend.auth.pluginKeyStore.static.keys[].privateKeyFile",
    // How secrets are found; its key is marked.
    "stagedoor.secrets.**",
];

/// Marked, and nothing that a person would replace by another: ids, names of users, what vouches for somebody else; what
/// holds a password in an address or beside itself; and sealing keys that only open.
const KEPT: &[&str] = &[
    "backend.database.connection",
    "backend.database.plugin.*.connection",
    "backend.cache.connection",
    "backend.https.certificate.key",
    "integrations.bitbucketCloud[].clientId",
    "integrations.bitbucketServer[].username",
    "integrations.gerrit[].username",
    "integrations.gitea[].username",
    "aws.mainAccount.accessKeyId",
    "aws.mainAccount.externalId",
    "aws.accounts[].accessKeyId",
    "aws.accounts[].externalId",
    "aws.accountDefaults.externalId",
    "kubernetes.clusterLocatorMethods[].clusters[].caData",
    "kubernetes.clusterLocatorMethods[].clusters[].caFile",
    "techdocs.publisher.awsS3.credentials.accessKeyId",
    "stagedoor.previousSealingKeys[]",
];

/// Ends of a name, lower case without separators, that make its value a secret of its own; not of what is beside it.
const ENDS: &[&str] = &[
    "secret",
    "token",
    "password",
    "passwd",
    "passphrase",
    "privatekey",
    "apikey",
    "secretkey",
    "secretaccesskey",
    "accountkey",
    "signingkey",
    "encryptionkey",
    "connectionstring",
];

/// Parts of a name, lower case without separators, that make it a secret's.
const NAMES: &[&str] = &[
    "secret",
    "token",
    "password",
    "passwd",
    "passphrase",
    "privatekey",
    "apikey",
    "accesskey",
    "signingkey",
    "credential",
    "connectionstring",
];

/// Whole words of a variable's or a file's name that make it a secret's.
const WORDS: &[&str] = &["pass", "pwd", "pat", "key", "pem", "auth", "dsn", "secrets"];

/// Whether a string or number at this path is to be masked.
pub(crate) fn is_secret(path: &[Step], data: &Data, origin: &Origin) -> bool {
    let text = match data {
        Data::String(text) => text.as_str(),
        Data::Number(_) => "",
        _ => return false,
    };
    if MARKED.iter().chain(ALSO).any(|pattern| matches(pattern, path)) || holds_private_key(text) {
        return true;
    }
    let named = !PUBLIC.iter().any(|pattern| matches(pattern, path))
        && path.iter().any(|step| matches!(step, Step::Key(key) if is_secret_name(key)));
    named || origin.via.iter().any(is_secret_source)
}

/// Whether what stands at this path is a secret that a person would replace now and then. Narrower than what is masked: an
/// id too many behind a mask does no harm, and here somebody would be told to change it.
pub(crate) fn is_rotated(path: &[Step]) -> bool {
    let named = |patterns: &[&str]| patterns.iter().any(|pattern| matches(pattern, path));
    if named(KEPT) {
        return false;
    }
    let exact = |pattern: &&&str| !pattern.contains("**");
    let marked = MARKED.iter().filter(exact).any(|pattern| matches(pattern, path));
    let name = path.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(plain(key)),
        Step::Index => None,
    });
    let named_so = name.is_some_and(|name| {
        // `tokens: [a, b]` is a list of them; `tokens: 5` says how many.
        let name = if path.last() == Some(&Step::Index) { name.trim_end_matches('s') } else { &name };
        ENDS.iter().any(|end| name.ends_with(end))
    });
    marked || matches("scaffolder.defaultEnvironment.secrets.**", path) || named_so
}

fn is_secret_source(via: &Via) -> bool {
    match via {
        Via::Variable { name } => is_secret_name(name) || has_secret_word(name),
        Via::File { path } => {
            let path = path.to_string_lossy();
            is_secret_name(&path) || has_secret_word(&path)
        }
        Via::Include { .. } => false,
    }
}

fn is_secret_name(name: &str) -> bool {
    let plain = plain(name);
    NAMES.iter().any(|part| plain.contains(part))
}

/// Lower case, without separators.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn has_secret_word(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| WORDS.iter().any(|secret| word.eq_ignore_ascii_case(secret)))
}

fn holds_private_key(text: &str) -> bool {
    text.contains("PRIVATE KEY-----")
}

/// Whether a pattern names exactly this path.
fn matches(pattern: &str, path: &[Step]) -> bool {
    // Most patterns differ at their first key, which is never a wildcard.
    let first = pattern.split(['.', '[']).next();
    if !matches!((first, path.first()), (Some(first), Some(Step::Key(key))) if first == key) {
        return false;
    }
    // `a[].b` has the steps `a`, `[]`, `b`.
    let steps: Vec<&str> = pattern
        .split('.')
        .flat_map(|part| match part.strip_suffix("[]") {
            Some(name) => vec![name, "[]"],
            None => vec![part],
        })
        .collect();
    matches_steps(&steps, path)
}

fn matches_steps(pattern: &[&str], path: &[Step]) -> bool {
    let Some((first, pattern_rest)) = pattern.split_first() else { return path.is_empty() };
    if *first == "**" {
        return (0..=path.len())
            .any(|skip| matches_steps(pattern_rest, path.get(skip..).unwrap_or_default()));
    }
    let Some((step, rest)) = path.split_first() else { return false };
    let here = match step {
        Step::Index => *first == "[]",
        Step::Key(key) => *first == "*" || key == first,
    };
    here && matches_steps(pattern_rest, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;

    fn path(text: &str) -> Vec<Step> {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (name, indices) =
                part.split_once('[').map_or((part, 0), |(name, rest)| (name, rest.matches(']').count()));
            steps.push(Step::Key(name.to_owned()));
            steps.extend(std::iter::repeat_n(Step::Index, indices));
        }
        steps
    }

    fn secret(at: &str, via: Vec<Via>) -> bool {
        let origin = Origin { place: Place::whole("test"), via };
        is_secret(&path(at), &Data::String("text".to_owned()), &origin)
    }

    #[test]
    fn every_marked_pattern_masks_a_path_it_names() {
        for pattern in MARKED.iter().chain(ALSO) {
            let at = pattern.replace("[]", "[0]").replace("**", "deep.er").replace('*', "any");
            assert!(secret(&at, Vec::new()), "{pattern}");
        }
    }

    #[test]
    fn keys_named_like_secrets_are_masked_wherever_they_are() {
        for at in [
            "auth.providers.custom.production.secret",
            "auth.providers.custom.production.apiToken",
            "x.my_api-key",
            "x.privateKey",
            "x.dbPassword",
            "x.credentials.user",
            "x.tokens[0]",
            "x.AZURE_CONNECTION_STRING",
            "proxy.endpoints./a.headers.Cookie",
        ] {
            assert!(secret(at, Vec::new()), "{at}");
        }
    }

    #[test]
    fn ordinary_keys_are_shown() {
        for at in [
            "app.title",
            "backend.baseUrl",
            "proxy.endpoints./a.credentials",
            "auth.backstageTokenExpiration.minutes",
            "auth.identityTokenAlgorithm",
            "auth.providers.oidc.production.tokenSignedResponseAlg",
            "auth.keyStore.static.keys[0].privateKeyFile",
            "stagedoor.secrets.onIngest",
            "stagedoor.secrets.rules[0]",
            "techdocs.builder",
            "backend.listen.host",
            "integrations.github[0].host",
        ] {
            assert!(!secret(at, Vec::new()), "{at}");
        }
    }

    #[test]
    fn values_from_secret_sources_are_masked() {
        let from = |name: &str| secret("app.title", vec![Via::Variable { name: name.to_owned() }]);
        assert!(from("GITHUB_TOKEN") && from("DB_PASS") && from("SLACK_PAT") && from("APIKEY"));
        assert!(!from("POSTGRES_HOST") && !from("COMPASS") && !from("MONKEY_NAME"));
        assert!(secret("app.title", vec![Via::File { path: "/run/secrets/x".into() }]));
        assert!(!secret("app.title", vec![Via::File { path: "/etc/title.txt".into() }]));
    }

    #[test]
    fn booleans_are_no_secrets_and_private_keys_always_are() {
        let origin = Origin { place: Place::whole("test"), via: Vec::new() };
        assert!(!is_secret(&path("backend.cors.credentials"), &Data::Bool(true), &origin));
        let pem = Data::String("-----BEGIN EC PRIVATE KEY-----\n".to_owned());
        assert!(is_secret(&path("app.title"), &pem, &origin));
    }
}
