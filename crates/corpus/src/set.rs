//! A whole corpus: so many credentials of every generator, spread over files of every format.

use crate::credential::{Carrier, Credential};
use crate::formats::{Format, Planted};
use crate::generators::generators;
use crate::rng::Rng;

/// How many credentials a file holds where it can hold several.
const IN_A_FILE: usize = 5;

/// Files that hold `each` credentials of every generator, every one of them planted once. Names of files are
/// distinct: each is in a folder of its own.
pub fn corpus(seed: u64, each: usize) -> Vec<Planted> {
    let mut rng = Rng::new(seed);
    let mut waiting: Vec<Vec<Credential>> = vec![Vec::new(); Format::all().len()];
    let mut files = Vec::new();
    for generator in generators() {
        // Formats in turn, from another start for each generator.
        let mut turn = rng.below(waiting.len());
        for _ in 0..each {
            let credential = generator.make(&mut rng);
            while !Format::all()[turn].accepts(&credential) {
                turn = (turn + 1) % waiting.len();
            }
            let format = Format::all()[turn];
            let alone = matches!(credential.carrier, Carrier::Piece(..));
            if alone {
                // A piece may fill its file.
                files.push(format.plant(&mut rng, &[credential]));
            } else {
                waiting[turn].push(credential);
                if waiting[turn].len() == IN_A_FILE {
                    files.push(format.plant(&mut rng, &std::mem::take(&mut waiting[turn])));
                }
            }
            turn = (turn + 1) % waiting.len();
        }
    }
    for (format, rest) in Format::all().iter().zip(waiting) {
        if !rest.is_empty() {
            files.push(format.plant(&mut rng, &rest));
        }
    }
    for (number, file) in files.iter_mut().enumerate() {
        file.file_name = format!("{number:04}/{}", file.file_name);
    }
    files
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn every_generator_has_its_share() {
        let files = corpus(31, 3);
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for place in files.iter().flat_map(|file| &file.places) {
            *counts.entry(place.rule).or_default() += 1;
        }
        for generator in generators() {
            let same = generators().iter().filter(|other| other.rule == generator.rule).count();
            assert_eq!(counts.get(generator.rule), Some(&(3 * same)), "{}", generator.rule);
        }
    }

    #[test]
    fn every_format_is_used_and_no_file_name_comes_twice() {
        let files = corpus(32, 3);
        let names: HashSet<&str> = files.iter().map(|file| file.file_name.as_str()).collect();
        assert_eq!(names.len(), files.len());
        for format in Format::all() {
            assert!(names.iter().any(|name| name[5..] == *format.file_name()), "{}", format.name());
        }
    }
}
