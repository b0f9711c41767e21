//! Which names are those of secrets, and which values only stand for one.

/// Ends of a name, lower case without separators, that make it a secret's.
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
    "sealingkey",
    "encryptionkey",
    "connectionstring",
    "webhooksecret",
    "pat",
];

/// Names that end like secrets and are none: where something is, or what it is called.
const PUBLIC: &[&str] = &[
    "nexttoken",
    "continuationtoken",
    "allowtoken",
    "csrftoken",
    "xcsrftoken",
    "xsrftoken",
    "xxsrftoken",
    // Jira asks for it in place of a token: `X-Atlassian-Token: no-check`.
    "xatlassiantoken",
    "usetoken",
    "compat",
];

/// Whether a key, or a variable's name, is that of a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    // The second token of a kind has a number.
    let plain = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    if PUBLIC.contains(&plain) {
        return false;
    }
    // `pat` is only a word of its own: GITHUB_PAT, not `compat`.
    ENDS.iter().any(|end| match *end {
        "pat" => {
            name.to_ascii_uppercase().split(|c: char| !c.is_ascii_alphanumeric()).next_back() == Some("PAT")
        }
        end => plain.ends_with(end),
    })
}

/// Headers that carry credentials.
pub(crate) fn is_credential_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "authorization" | "proxy-authorization" | "cookie" | "x-api-key" | "x-auth-token")
        || is_secret(&name)
}

/// Whether a value only shows where a secret would stand: nothing, a variable, `<token>`, `xxx`, `***`, `your-token`.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    let lower = value.to_ascii_lowercase();
    value.is_empty()
        || value.contains("${")
        || value.contains("{{")
        || value.starts_with(['$', '<', '%'])
        || value.ends_with("...")
        || value.ends_with('…')
        || value.chars().all(|c| matches!(c, 'x' | 'X' | '*' | '.' | '-' | '_'))
        || is_variable_name(value)
        || lower.contains("your-")
        || lower.contains("your_")
        || ["this_is_", "this-is-", "thisis"].iter().any(|start| lower.starts_with(start))
        || ["your", "redacted", "placeholder", "replace", "insert", "todo", "fixme", "example", "dummy"]
            .iter()
            .any(|word| lower.starts_with(word) || lower.ends_with(word))
        || matches!(lower.as_str(), "null" | "none" | "true" | "false" | "undefined" | "tbd")
}

/// Whether a value is the name of a variable that somebody is to fill in: `GITHUB_TOKEN`, `TOKEN_HERE`.
fn is_variable_name(value: &str) -> bool {
    value.contains('_')
        && value.len() > 5
        && !value.starts_with('_')
        && value.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// Whether a value is a password that the image of a database is shown with, though it also is a word for a
/// placeholder.
pub(crate) fn is_example_password(name: &str, value: &str) -> bool {
    name.to_ascii_uppercase().ends_with("PASSWORD") && value.trim().trim_matches(['"', '\'']) == "example"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_end_like_it() {
        for name in [
            "clientSecret",
            "GITHUB_TOKEN",
            "db-password",
            "integrations.token",
            "API_KEY",
            "GITLAB_PAT",
            "API_TOKEN1",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["tokenUrl", "secretName", "passwordFile", "COMPAT", "nextToken", "publicKey", "keyId"] {
            assert!(!is_secret(name), "{name}");
        }
        assert!(is_credential_header("Authorization") && is_credential_header("PRIVATE-TOKEN"));
        assert!(!is_credential_header("Accept") && !is_credential_header("X-Atlassian-Token"));
    }

    #[test]
    fn what_stands_for_a_secret_is_none() {
        for value in [
            "",
            "${X}",
            "<token>",
            "xxxx",
            "***",
            "your-token-here",
            "REPLACE_ME",
            "{{ .Values.x }}",
            "UNLEASH_API_TOKEN",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["backstage", "changeme", "hunter2", "secret"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
