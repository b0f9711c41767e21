//! The examples that people copy are policies.

use std::path::Path;

use policy::Engine;

/// Documents with examples, from the workspace's root.
const DOCUMENTS: [&str; 3] = ["README.md", "docs/policy.md", "docs/sign-in.md"];

#[test]
fn the_examples_load() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(root.join(document)).expect("the document is there");
        let examples: Vec<&str> =
            text.split("```cedar\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        assert!(!examples.is_empty(), "{document} has no example");
        for (at, example) in examples.into_iter().enumerate() {
            if let Err(mistakes) = Engine::load(vec![(format!("{document}#{at}"), example.to_owned())]) {
                panic!("{mistakes}");
            }
        }
    }
}
