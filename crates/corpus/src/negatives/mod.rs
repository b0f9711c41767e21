//! What looks like a secret and is none: a finding in any of it is a false alarm.

use crate::rng::Rng;

mod backstage;
mod code;
mod digests;
mod documented;
mod near;
mod placeholders;
mod public;

/// A kind of harmless file: its name, and what makes its text.
type Kind = (&'static str, fn(&mut Rng) -> String);

/// Files without a secret, each of another kind, as pairs of name and text.
pub fn negatives(seed: u64) -> Vec<(String, String)> {
    let mut rng = Rng::new(seed);
    let kinds =
        [digests::ALL, public::ALL, placeholders::ALL, documented::ALL, code::ALL, near::ALL, backstage::ALL];
    kinds.concat().into_iter().map(|(name, make)| (name.to_owned(), make(&mut rng))).collect()
}

/// A few lines, each made anew.
fn lines(rng: &mut Rng, line: impl Fn(&mut Rng) -> String) -> String {
    let count = rng.between(6, 12);
    (0..count).map(|_| line(rng) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_many_kinds_each_with_a_name_of_its_own() {
        let names: HashSet<String> = negatives(1).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), negatives(1).len());
        assert!(names.len() >= 70, "{}", names.len());
    }

    #[test]
    fn seeds_make_texts() {
        assert_eq!(negatives(3), negatives(3));
        let (one, two) = (negatives(3), negatives(4));
        let same = one.iter().zip(&two).filter(|(one, two)| one == two).count();
        assert!(same * 2 < one.len(), "{same} texts are the same for two seeds");
        assert!(one.iter().all(|(_, text)| text.ends_with('\n') && text.len() > 40));
    }

    #[test]
    fn json_and_yaml_can_be_read() {
        for (name, text) in negatives(9) {
            let kind = name.rsplit('.').next();
            if kind == Some("json") {
                let read: Result<serde_json::Value, _> = serde_json::from_str(&text);
                assert!(read.is_ok(), "{name}: {read:?} in {text}");
            }
            if matches!(kind, Some("yaml" | "yml")) {
                let read =
                    untrusted::yaml::parse_documents(text.as_bytes(), &untrusted::yaml::Limits::default())
                        .map(|documents| documents.iter().all(|document| document.content.is_ok()));
                assert!(matches!(read, Ok(true)), "{name}: {read:?} in {text}");
            }
        }
    }
}
