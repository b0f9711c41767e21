//! A name that a secret is assigned to, in all its spellings: `dd_api_key`, `DD-API-KEY`, `ddApiKey`.

use crate::commonness::commonness;
use crate::engine::words::Words;
use crate::lists::WordList;

/// Shortest part of a name that is looked for by itself, in bytes.
const PART: usize = 4;
/// Parts that stand everywhere in source code: looking for one of them finds too much.
static COMMON: WordList = WordList::of(include_str!("lists/common_parts.txt"));

/// One name.
pub(crate) struct Name {
    /// Its parts in lower case; between them stand at most two separators (`SLACK__SECRET`, `a: b`).
    parts: Vec<Box<[u8]>>,
    /// The part that is looked for.
    anchor: usize,
}

impl Name {
    /// The names that `written` stands for: one whose rarest part is looked for, or, where every part is
    /// short or common, each of its spellings.
    pub(crate) fn read(written: &str) -> Vec<Self> {
        let lower = written.to_ascii_lowercase();
        let parts: Vec<Box<[u8]>> =
            lower.split('_').filter(|part| !part.is_empty()).map(|part| part.as_bytes().into()).collect();
        let rare = |part: &[u8]| part.len() >= PART && !COMMON.holds(part);
        let anchor = (0..parts.len()).filter(|at| rare(&parts[*at])).min_by_key(|at| commonness(&parts[*at]));
        match anchor {
            Some(anchor) => vec![Self { parts, anchor }],
            None if parts.len() < 2 => vec![Self { parts: vec![lower.into_bytes().into()], anchor: 0 }],
            None => ["_", "-", ".", " ", ""]
                .iter()
                .map(|separator| Self {
                    parts: vec![lower.replace('_', separator).into_bytes().into()],
                    anchor: 0,
                })
                .collect(),
        }
    }

    /// What is looked for.
    pub(crate) fn keyword(&self) -> &[u8] {
        &self.parts[self.anchor]
    }

    /// Where the name ends, if it stands around its keyword at `at`.
    pub(crate) fn end(&self, text: &[u8], at: usize) -> Option<usize> {
        let keyword = self.keyword();
        let mut end = at + keyword.len();
        // Many names share a keyword; nearly all of them end here.
        if let Some(next) = self.after_keyword().and_then(<[u8]>::first) {
            let start = end + separators(text.get(end..)?.iter());
            if !text.get(start)?.eq_ignore_ascii_case(next) {
                return None;
            }
        }
        if !text.get(at..end)?.eq_ignore_ascii_case(keyword) {
            return None;
        }
        let mut start = at;
        for part in self.parts[..self.anchor].iter().rev() {
            start -= separators(text[..start].iter().rev());
            let from = start.checked_sub(part.len())?;
            if !text[from..start].eq_ignore_ascii_case(part) {
                return None;
            }
            start = from;
        }
        for part in &self.parts[self.anchor + 1..] {
            end += separators(text[end..].iter());
            if !text.get(end..end + part.len())?.eq_ignore_ascii_case(part) {
                return None;
            }
            end += part.len();
        }
        Some(end)
    }

    /// Whether it may be spelled by the keys of a document with this text, which holds these words, its
    /// keyword standing at `at`.
    pub(crate) fn may_be_in<'n>(&'n self, text: &[u8], at: usize, words: &mut Words<'_, 'n>) -> bool {
        let keyword = self.keyword();
        let here = text.get(at..at + keyword.len()).is_some_and(|there| there.eq_ignore_ascii_case(keyword));
        here && self.parts.iter().all(|part| words.hold(part))
    }

    /// The part that comes after what is looked for.
    pub(crate) fn after_keyword(&self) -> Option<&[u8]> {
        self.parts.get(self.anchor + 1).map(|part| &**part)
    }

    /// Whether what is looked for is its last part.
    pub(crate) fn ends_with_keyword(&self) -> bool {
        self.anchor + 1 == self.parts.len()
    }

    /// What it is, for a hash of the rules.
    pub(crate) fn parts(&self) -> &[Box<[u8]>] {
        &self.parts
    }
}

/// How many separators come next, at most two.
pub(crate) fn separators<'t>(text: impl Iterator<Item = &'t u8>) -> usize {
    text.take(2).take_while(|byte| is_separator(**byte)).count()
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b'.' | b' ' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(name: &str, text: &str) -> Vec<usize> {
        let names = Name::read(name);
        let mut ends: Vec<usize> = names
            .iter()
            .flat_map(|name| (0..text.len()).filter_map(|at| name.end(text.as_bytes(), at)))
            .collect();
        ends.dedup();
        ends
    }

    #[test]
    fn a_name_is_found_in_every_spelling() {
        for text in ["DD_API_KEY", "dd-api-key", "ddApiKey", "dd.api.key", "dd api key", "x_ddapikey_y"] {
            assert_eq!(ends("dd_api_key", text).len(), 1, "{text}");
        }
        for text in ["MY_DATADOG_TOKEN_2", "datadog-token", "dataDogToken", "DATADOG__TOKEN", "Datadog:Token"]
        {
            assert_eq!(ends("datadog_token", text).len(), 1, "{text}");
        }
        assert!(ends("datadog_token", "datadog_x_token").is_empty());
        assert_eq!(ends("my_datadog_token", "my.datadog token"), [16]);
        assert!(ends("my_datadog_token", "datadog token").is_empty());
    }

    #[test]
    fn a_rare_part_is_looked_for_where_there_is_one() {
        let keywords = |name: &str| {
            Name::read(name)
                .iter()
                .map(|name| String::from_utf8_lossy(name.keyword()).into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(keywords("datadog_api_key"), ["datadog"]);
        assert_eq!(keywords("client_secret").len(), 5);
        assert_eq!(keywords("password"), ["password"]);
    }
}
