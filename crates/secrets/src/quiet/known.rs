//! Credentials that vendors print in their documentation, or give to everybody with an emulator.

/// Each is public; none opens anything of anybody's.
const EXAMPLES: &[&str] = &[
    // AWS documentation: the secret of AKIAIOSFODNN7EXAMPLE (which the word gives away).
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    // Azure storage emulator (Azurite) and Cosmos DB emulator.
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
    // Stripe documentation.
    "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    "sk_test_BQokikJOvBiI2HlWgH4olfQ2",
    "pk_test_TYooMQauvdEDq54NiTphI7jx",
    // In every webhook address of Google Chat.
    concat!("AIzaSyDdI0hCZtE6vy", "SjMm-WEfRq3CPzqKqqsHI"),
    // RFC 6750, RFC 7617, RFC 7636.
    "mF_9.B5f-4.1JqM",
    "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "dBjftJeZ4CVP-mBQAqVBWcXkWb2Qv1KTUr5IOLbgyXY",
    "tGzv3JOkF0XG5Qx2TlKWIA",
    "SlAV32hkKG",
    // The first account of Ethereum's development nodes (Hardhat, Anvil).
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    // Backstage's own example of a configuration.
    "custom session secret",
    // Debuggers of JSON Web Tokens, and RFC 7519.
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
];

/// Whether a value is such a credential.
pub(super) fn is_example(value: &[u8]) -> bool {
    EXAMPLES.iter().any(|example| example.as_bytes() == value)
}

#[cfg(test)]
mod tests {
    use super::is_example;

    #[test]
    fn only_the_whole_value_counts() {
        assert!(is_example(b"tGzv3JOkF0XG5Qx2TlKWIA"));
        assert!(!is_example(b"tGzv3JOkF0XG5Qx2TlKWIB"));
    }
}
