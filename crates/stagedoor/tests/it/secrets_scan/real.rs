//! What is in the catalogs and documentation of real organisations, each row looked at by hand.

use super::{KEY, places, scan};

/// Everything that is found, and why it is right to find it.
const FOUND: &[(&str, &str)] = &[];

/// What looks like a secret at first sight, by file, line and a part of the line; and why it is none.
const NONE: &[(&str, usize, &str, &str)] = &[
    (
        "docs/backstage-docs/docs/deployment/k8s.md",
        99,
        "POSTGRES_PASSWORD: aHVudGVy",
        "base64 of a word that jokes use for a password, in the page's example of a Secret",
    ),
    (
        "docs/backstage-docs/docs/deployment/k8s.md",
        312,
        "GITHUB_TOKEN: VG9rZW5Ub2tl",
        "base64 of the word `Token`, four times, and a name: the page's example of a Secret",
    ),
    (
        "docs/backstage-docs/docs/getting-started/configuration.md",
        239,
        "token: ghp_urtoken",
        "typed by hand in place of a token: its length and its checksum are none of GitHub's",
    ),
    (
        "docs/backstage-docs/docs/tutorials/configuring-plugin-databases.md",
        132,
        "://fort:knox@some.example-pg-instance.tld",
        "a play of words, at a host that cannot be",
    ),
    (
        "docs/redhat-rhdh/docs/redis-setup.md",
        11,
        "://user:pass@cache.example.com",
        "a placeholder, at an example host",
    ),
    (
        "docs/backstage-docs/docs/auth/service-to-service-auth.md",
        133,
        "secret: my-secret-key-1",
        "says of itself that it stands for another",
    ),
    ("docs/backstage-docs/docs/features/search/search-engines.md", 214, "password: changeme", "the same"),
    (
        "docs/backstage-docs/docs/features/software-catalog/api.md",
        372,
        "eyJsaW1pdCI6Miwib2Zmc2V0IjoyfQ",
        "starts like a token, and is the base64 of a cursor: `{\"limit\":2,\"offset\":2}`",
    ),
    (
        "orgs/redhat-developer__rhdh-plugin-export-overlays/catalog-entities/extensions/plugins/aws-ecs.yaml",
        80,
        "AWS_SECRET_ACCESS_KEY=your-secret-access-key",
        "a placeholder",
    ),
    (
        "orgs/redhat-developer__rhdh-plugin-export-overlays/workspaces/cost-management/metadata/cost-management-backend.yaml",
        39,
        "clientSecret: ${CM_CLIENT_SECRET}",
        "a variable",
    ),
];

#[test]
fn what_is_there_is_found_and_nothing_else() {
    let Some(real) = crate::reference("real") else { return };
    let ended = scan(&real, &["--format", "json", "--no-ignore"], &[KEY], None);
    let document = serde_json::from_str(&ended.stdout).expect("JSON");
    let expected: Vec<&str> = FOUND.iter().map(|(place, _)| *place).collect();
    assert_eq!(places(&document), expected);
    assert!(document["summary"]["files"].as_u64() > Some(1000), "{}", document["summary"]);
    assert_eq!(document["notes"], serde_json::json!([]));
    for (file, line, part, why) in NONE {
        let text = std::fs::read_to_string(real.join(file)).expect("it is there");
        let written = text.lines().nth(line - 1).unwrap_or_default();
        assert!(
            written.contains(part),
            "{file}:{line} is another line now, not one that is none because {why}"
        );
    }
}
