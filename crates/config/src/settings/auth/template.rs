//! Values that stand in templates and documentation where a secret belongs: everybody knows them.

/// Parts that no secret has by chance, in lower case and without what is no letter or digit.
const PARTS: &[&str] = &[
    "changeme",
    "changeit",
    "clientsecret",
    "examplesecret",
    "insertsecret",
    "mysecret",
    "notasecret",
    "placeholder",
    "replaceme",
    "replacethis",
    "supersecret",
    "thisisasecret",
    "topsecret",
    "yourkey",
    "yoursecret",
    "yourtoken",
];

/// The whole of them, likewise.
const WHOLE: &[&str] =
    &["secret", "password", "backstage", "stagedoor", "example", "test", "todo", "hunter2", "letmein"];

/// Whether a text is known from templates, or only shows where a secret would stand: `changeme`, `<secret>`, `xxxxxxxx`,
/// `${SECRET}`, `GITHUB_CLIENT_SECRET`.
pub(super) fn is_from_template(text: &str) -> bool {
    let text = text.trim();
    let plain: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let first = text.chars().next();
    let is_variable =
        text.len() > 5 && text.contains('_') && text.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    PARTS.iter().any(|part| plain.contains(part))
        || WHOLE.contains(&plain.trim_end_matches(|c: char| c.is_ascii_digit()))
        || is_variable
        || text.chars().all(|c| Some(c) == first)
        || (text.starts_with('<') && text.ends_with('>'))
        || ["${", "{{", "$("].iter().any(|start| text.starts_with(start))
        || text.ends_with("...")
        || ["your-", "your_", "example-", "example_"]
            .iter()
            .any(|start| text.to_lowercase().starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::is_from_template;

    #[test]
    fn what_stands_for_a_secret_is_none() {
        for text in [
            "changeme",
            "change-me-please",
            "your-client-secret",
            "GITHUB_CLIENT_SECRET",
            "AUTH_OKTA_SECRET",
            "<client secret>",
            "${AUTH_GITHUB_CLIENT_SECRET}",
            "{{ .Values.secret }}",
            "xxxxxxxxxxxx",
            "********",
            "password123",
            "secret",
            "backstage",
            "my-secret",
            "abc...",
            "",
        ] {
            assert!(is_from_template(text), "{text}");
        }
    }

    #[test]
    fn what_providers_hand_out_is_none_of_a_template() {
        for text in [
            "0123456789abcdef0123456789abcdef01234567",
            "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",
            "Xy8Q~aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY",
            "gloas-2f1d3c5b7a9e8d6c4b2a0f1e3d5c7b9a8e6d4c2b",
            "A1B2_C3D4_E5F6_A7B8",
            "correct horse battery staple",
        ] {
            assert!(!is_from_template(text), "{text}");
        }
    }
}
