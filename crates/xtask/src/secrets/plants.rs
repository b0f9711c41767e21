//! Generated secrets, planted in files of every format.

use std::ops::Range;
use std::path::{Path, PathBuf};

use corpus::{Credential, Format, Place, Rng, generators};

/// Secrets in a file, where it can hold several.
const IN_FILE: usize = 6;
/// Formats that are one encoded text, in which a scanner can point at one secret only.
const ONE_EACH: [&str; 1] = ["base64"];

/// A file with secrets in it.
pub(super) struct PlantedFile {
    /// Its path below the folder.
    pub(super) path: PathBuf,
    /// The path that such files have in a repository.
    pub(super) name: String,
    pub(super) format: &'static str,
    pub(super) text: String,
    pub(super) plants: Vec<Plant>,
}

/// A secret in a file.
pub(super) struct Plant {
    pub(super) rule: &'static str,
    /// Rules that would be as right.
    pub(super) or: &'static [&'static str],
    /// Its random part.
    pub(super) variable: String,
    /// Bytes of the file that hold it, as it is written there.
    pub(super) span: Range<usize>,
    /// First and last line, from 1.
    pub(super) lines: (usize, usize),
}

/// Plants so many secrets of every generator; each goes to another format in turn.
pub(super) fn plant(seed: u64, each: usize) -> Result<Vec<PlantedFile>, String> {
    let mut rng = Rng::new(seed);
    let formats = Format::all();
    let mut beds: Vec<Vec<Credential>> = formats.iter().map(|_| Vec::new()).collect();
    for (at, generator) in generators().iter().enumerate() {
        for turn in 0..each {
            let credential = generator.make(&mut rng);
            let fit: Vec<usize> =
                (0..formats.len()).filter(|format| formats[*format].accepts(&credential)).collect();
            let bed = fit.get((at + turn) % fit.len().max(1));
            beds[*bed.ok_or_else(|| format!("{} fits no format", generator.rule))?].push(credential);
        }
    }
    let mut files = Vec::new();
    for (format, mut bed) in formats.iter().zip(beds) {
        // Otherwise a file would hold secrets of one vendor.
        let mut order: Vec<usize> = (0..bed.len()).collect();
        rng.shuffle(&mut order);
        bed = order.into_iter().map(|at| bed[at].clone()).collect();
        while !bed.is_empty() {
            let most = if ONE_EACH.contains(&format.name()) { 1 } else { IN_FILE };
            let few: Vec<Credential> = bed.drain(..most.min(bed.len())).collect();
            let planted = format.plant(&mut rng, &few);
            if planted.places.is_empty() {
                return Err(format!("{} took none of {} secrets", format.name(), few.len()));
            }
            // Some kinds of files hold one secret of a kind only.
            let is_left = |one: &Credential| planted.places.iter().all(|place| place.secret != one.text);
            bed.extend(few.into_iter().filter(is_left));
            let path = Path::new(&format!("{:05}", files.len())).join(&planted.file_name);
            let plants = planted.places.iter().map(|place| locate(&planted.text, place));
            let plants = plants.collect::<Result<_, _>>()?;
            files.push(PlantedFile {
                path,
                name: planted.file_name,
                format: format.name(),
                text: planted.text,
                plants,
            });
        }
    }
    Ok(files)
}

fn locate(text: &str, place: &Place) -> Result<Plant, String> {
    let line: usize = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum();
    let start = text[line..]
        .find(&place.written)
        .ok_or_else(|| format!("{} is not where it was planted", place.rule))?;
    let start = line + start;
    Ok(Plant {
        rule: place.rule,
        or: place.or,
        variable: place.variable.clone(),
        span: start..start + place.written.len(),
        lines: (place.line, place.line + place.written.matches('\n').count()),
    })
}

/// Writes the files below a folder, which is emptied first.
pub(super) fn write(files: &[PlantedFile], folder: &Path) -> Result<(), String> {
    let _ = std::fs::remove_dir_all(folder);
    for file in files {
        let path = folder.join(&file.path);
        let above = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(above)
            .and_then(|()| std::fs::write(&path, &file.text))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

impl Plant {
    /// The plant with every letter and digit replaced by one of its kind: the form, without the secret.
    pub(super) fn shape(&self, text: &str) -> String {
        shape(&text[self.span.clone()])
    }
}

/// `A` for capitals, `a` for small letters, `0` for digits.
pub(super) fn shape(text: &str) -> String {
    let kind = |letter: char| match letter {
        'A'..='Z' => 'A',
        'a'..='z' => 'a',
        '0'..='9' => '0',
        '\n' => '⏎',
        other => other,
    };
    text.chars().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_generator_plants_as_many_and_the_same_each_time() {
        let files = plant(1, 3).expect("they can be planted");
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for file in &files {
            for plant in &file.plants {
                *counts.entry(plant.rule).or_default() += 1;
                assert!(!plant.span.is_empty() && plant.span.end <= file.text.len());
            }
        }
        let mut asked: HashMap<&str, usize> = HashMap::new();
        for generator in generators() {
            *asked.entry(generator.rule).or_default() += 3;
        }
        assert_eq!(counts, asked);
        let again = plant(1, 3).expect("they can be planted");
        assert!(files.iter().zip(&again).all(|(one, two)| one.text == two.text));
    }

    #[test]
    fn a_shape_shows_nothing_of_a_secret() {
        assert_eq!(shape("ghp_Ab9\nx"), "aaa_Aa0⏎a");
    }
}
