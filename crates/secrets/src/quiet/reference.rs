//! References to where a secret really is, and settings that are no secrets.

/// Words of settings.
const SETTINGS: &[&str] = &[
    "true",
    "false",
    "none",
    "null",
    "undefined",
    "optional",
    "required",
    "enabled",
    "disabled",
    "default",
    "auto",
    "string",
    "password",
    "secret",
    "token",
    "number",
    "boolean",
    "object",
    "array",
    "integer",
];
/// How references to a store of secrets begin.
const STORES: &[&str] = &[
    "vault:",
    "secret:",
    "secret/",
    "secrets/",
    "secretref:",
    "ref+",
    "ref:",
    "op://",
    "arn:aws:",
    "env:",
    "file:",
    "file://",
    "projects/",
    "ssm:",
    "sops:",
    "enc[",
    "keyvault:",
    "akv:",
    "aws-sm:",
    "gcp-sm:",
    "doppler:",
    "awssm://",
    "awsps://",
    "gcpsm://",
    "azurekv://",
    "!vault",
    "/run/secrets/",
    "/var/run/secrets/",
    "/etc/",
    "./",
    "../",
    "~/",
];

/// Whether a value is such a reference or setting.
pub(super) fn is_one(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    SETTINGS.iter().any(|word| word.as_bytes() == lower)
        || STORES.iter().any(|store| lower.starts_with(store.as_bytes()))
        || value.first() == Some(&b'$')
            && value[1..].iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.:{}-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::is_one;

    #[test]
    fn references_and_settings_are_told_from_values() {
        for text in [
            "true",
            "None",
            "vault:secret/data/x#token",
            "op://vault/item/field",
            "$TOKEN",
            "$env:TOKEN",
            "arn:aws:secretsmanager:eu-west-1:1:secret:x",
            "/run/secrets/token",
            "./token.txt",
        ] {
            assert!(is_one(text.as_bytes()), "{text}");
        }
        for text in ["hunter2-Kq9", "R7uT2mQx9LzKcV4b", "$2a$Kx9p!Q", "tokenish"] {
            assert!(!is_one(text.as_bytes()), "{text}");
        }
    }
}
