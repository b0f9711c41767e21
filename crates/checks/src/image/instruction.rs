//! One instruction of a Dockerfile.

use crate::Place;
use crate::image::parse::HereDoc;
use crate::image::shell::{Command, Word};

/// An instruction and what it is given.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// In upper case: `RUN`.
    pub keyword: String,
    /// All of it, to the end of its last line; here-documents are left out.
    pub place: Place,
    /// Its options: `--chown=node`.
    pub flags: Vec<Word>,
    /// Its words after the options, those of a list (`["node", "x"]`) without quotes and commas.
    pub words: Vec<Word>,
    /// Whether the words are written as a list.
    pub list: bool,
    /// The commands that `RUN`, `CMD`, `ENTRYPOINT` and `HEALTHCHECK` run, also those of scripts in here-documents.
    pub commands: Vec<Command>,
    /// Files that are written in the Dockerfile itself, by `COPY` and `ADD`.
    pub here_docs: Vec<HereDoc>,
}

impl Instruction {
    /// The value of an option.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flag_word(name).and_then(|word| word.text.split_once('=')).map(|(_, value)| value)
    }

    /// An option.
    pub fn flag_word(&self, name: &str) -> Option<&Word> {
        self.flags.iter().find(|flag| {
            flag.text.strip_prefix("--").is_some_and(|flag| flag.split('=').next() == Some(name))
        })
    }

    /// What `COPY` and `ADD` copy; here-documents are left out.
    pub fn sources(&self) -> &[Word] {
        let sources = self.words.split_last().map_or(&[][..], |(_, sources)| sources);
        let first = sources.iter().position(|word| !word.text.starts_with("<<")).unwrap_or(sources.len());
        &sources[first..]
    }

    /// Where `COPY` and `ADD` copy to.
    pub fn destination(&self) -> Option<&Word> {
        self.words.last()
    }

    /// `NAME` and value of `ENV`, `ARG` and `LABEL`, with the word that says so. An `ARG` may have no value.
    pub fn pairs(&self) -> Vec<(&str, Option<&str>, &Word)> {
        let old = self.keyword == "ENV" && self.words.first().is_some_and(|word| !word.text.contains('='));
        if old {
            return match &self.words[..] {
                [name, value, ..] => vec![(&name.text, Some(&value.text), name)],
                _ => Vec::new(),
            };
        }
        self.words
            .iter()
            .map(|word| match word.text.split_once('=') {
                Some((name, value)) => (name, Some(value), word),
                None => (word.text.as_str(), None, word),
            })
            .collect()
    }
}
