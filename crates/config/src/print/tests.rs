use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{Environment, Mode};

fn config(yaml: &str, variables: &[(&str, &str)]) -> Config {
    let environment: Environment = variables.iter().copied().collect();
    Config::from_text("app-config.yaml", yaml, &environment, Mode::Development).expect("a config")
}

const SAMPLE: &str = r#"
app:
  title: Portal
  baseUrl: https://portal.example
  support: { url: 'https://bob:hunter2@help.example/x', items: [] }
backend:
  auth:
    externalAccess:
      - type: static
        options: { token: abcdefgh-12345678, subject: ci }
  database:
    client: pg
    connection: { host: '${POSTGRES_HOST}', password: '${POSTGRES_PASSWORD}', port: 5432 }
  cors: { credentials: true }
integrations:
  github:
    - host: github.com
      token: ghp_0123456789
proxy:
  endpoints:
    /x: { target: 'https://t.example', credentials: forward, headers: { Cookie: 'a=b' } }
  hidden: null
note: "yes"
number: "012"
text: "two\nlines"
banner: built with ${BUILD_TOKEN}
"#;

#[test]
fn secrets_are_masked_and_the_rest_is_yaml() {
    let config = config(
        SAMPLE,
        &[
            ("POSTGRES_HOST", "db.example"),
            ("POSTGRES_PASSWORD", "s3cr3t-value"),
            ("BUILD_TOKEN", "build-token-value"),
        ],
    );
    let text = config.print_masked();
    insta::assert_snapshot!(text);
    for secret in ["hunter2", "abcdefgh", "s3cr3t", "ghp_", "a=b", "build-token"] {
        assert!(!text.contains(secret), "{secret}");
        assert!(!config.masked_json().to_string().contains(secret), "{secret}");
    }
}

#[test]
fn secret_values_are_listed_once() {
    let config = config(SAMPLE, &[("POSTGRES_PASSWORD", "s3cr3t-value"), ("BUILD_TOKEN", "b-tok-1")]);
    let values: Vec<String> = config.secret_values().iter().map(|secret| secret.expose().clone()).collect();
    let wanted = ["abcdefgh-12345678", "built with b-tok-1", "ghp_0123456789", "hunter2", "s3cr3t-value"];
    assert_eq!(values, wanted);
}

#[test]
fn an_empty_configuration_prints_as_an_empty_object() {
    assert_eq!(config("", &[]).print_masked(), "{}\n");
}

fn arbitrary() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        "\\PC{0,12}".prop_map(Json::from),
        "[a-z0-9:#,&*!|>%@ \\n\\t'\"{}\\[\\]~?-]{0,8}".prop_map(Json::from),
        Just(json!(null)),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[a-z0-9:#/. -]{1,6}", inner, 0..4)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(json in arbitrary()) {
        let mut text = String::new();
        block(&json, 0, &mut text);
        let read = untrusted::yaml::parse_one(text.as_bytes(), &untrusted::yaml::Limits::default());
        let read = read.map(|node| node.map_or(Json::Null, untrusted::yaml::Node::into_json));
        prop_assert_eq!(read, Ok(json), "{}", text);
    }
}
