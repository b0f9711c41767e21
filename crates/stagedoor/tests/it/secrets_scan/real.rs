//! What is in the catalogs and documentation of real organisations, each row looked at by hand.

use super::{KEY, places, scan};

/// Everything that is found, and why it is right to find it.
const FOUND: &[(&str, &str)] = &[
    (
        "docs/backstage-docs/docs/deployment/k8s.md:99:22 generic-secret",
        "a database password in a Kubernetes Secret, written out in base64. It is the page's example, which \
         nothing in the page marks as one: in anybody's own manifest the same line is a leak",
    ),
    (
        "docs/backstage-docs/docs/deployment/k8s.md:312:17 generic-secret",
        "a token in a Kubernetes Secret, in base64. As above; the text behind it is four times one word and no \
         token, which only a reader can tell",
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
}
