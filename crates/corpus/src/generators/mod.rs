//! The generators, by area.

use std::sync::LazyLock;

use crate::credential::Generator;

mod cloud;
mod code;
mod services;
mod structure;

static ALL: LazyLock<Vec<Generator>> =
    LazyLock::new(|| [cloud::all(), structure::all(), code::all(), services::all()].concat());

/// Every generator.
pub fn generators() -> &'static [Generator] {
    &ALL
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::rng::Rng;

    #[test]
    fn the_same_seed_makes_the_same_credential() {
        for generator in generators() {
            assert_eq!(
                generator.make(&mut Rng::new(5)),
                generator.make(&mut Rng::new(5)),
                "{}",
                generator.rule
            );
        }
    }

    #[test]
    fn credentials_are_distinct_and_whole() {
        for generator in generators() {
            let mut rng = Rng::new(11);
            let mut seen = HashSet::new();
            for _ in 0..50 {
                let made = generator.make(&mut rng);
                assert!(made.variable.end <= made.text.len(), "{made:?}");
                assert!(made.variable_text().len() >= 8, "too little is random: {made:?}");
                assert_eq!(made.whole().matches(&made.text).count(), 1, "not once in its carrier: {made:?}");
                assert!(
                    !made.name.is_empty()
                        && made
                            .name
                            .bytes()
                            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)),
                    "a name that is none: {made:?}"
                );
                assert!(seen.insert(made.text.clone()), "twice: {made:?}");
            }
        }
    }

    #[test]
    fn every_generator_cites_its_source() {
        for generator in generators() {
            let source = generator.source;
            assert!(
                source.starts_with("https://") || source.starts_with("observed: "),
                "{}: {source}",
                generator.rule
            );
        }
    }
}
