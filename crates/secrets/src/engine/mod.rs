//! Finding: one pass for keywords, then each rule looks at the few bytes around its own.

mod around;
mod assignment;
mod block;
mod boundary;
pub(crate) mod encoded;
mod next_bytes;
pub(crate) mod overlap;
mod prefilter;
mod suspect;
mod target;
mod verify;
pub(crate) mod words;
mod wrapped;

use std::collections::HashMap;
use std::ops::Range;

use time::OffsetDateTime;

use crate::known::Known;
use crate::places::Places;
use crate::rule::{Rule, Shape};
use next_bytes::{NextBytes, Starts};
pub(crate) use prefilter::Prefilter;
use target::Target;

/// A secret that was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Position of the rule in the set; none for a value that was told to be secret.
    pub(crate) rule: Option<u32>,
    /// The secret, as it stands in the text.
    pub(crate) secret: Range<usize>,
    /// What is masked: the secret, and what overlaps it.
    pub(crate) cover: Range<usize>,
    /// The secret itself, where the text holds an encoding of it.
    pub(crate) decoded: Option<Box<[u8]>>,
}

/// What the end of a text leaves open.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Open {
    /// Where a block starts whose end has not come.
    pub(crate) at: Option<usize>,
}

/// What is known of a text that is searched.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    /// Values that are secret wherever they stand.
    pub(crate) known: &'a Known,
    /// The time, by which tokens expire.
    pub(crate) now: OffsetDateTime,
    /// The file's name, if it is a file.
    pub(crate) name: Option<&'a str>,
}

/// Rules, ready to search with.
pub(crate) struct Engine {
    rules: Vec<Rule>,
    prefilter: Prefilter,
    /// By keyword.
    targets: Vec<Target>,
    /// Rules without a keyword.
    everywhere: Vec<u32>,
    places: Places,
}

impl Engine {
    pub(crate) fn new(rules: Vec<Rule>) -> Self {
        let mut keywords: Vec<(Vec<u8>, u32)> = Vec::new();
        for (at, rule) in (0..).zip(&rules) {
            keywords.extend(rule.keywords().iter().map(|keyword| (keyword.to_ascii_lowercase(), at)));
        }
        keywords.sort();
        keywords.dedup();
        let mut distinct: Vec<(Vec<u8>, Vec<u32>)> = Vec::new();
        for (keyword, rule) in keywords {
            match distinct.last_mut() {
                Some((last, rules)) if *last == keyword => rules.push(rule),
                _ => distinct.push((keyword, vec![rule])),
            }
        }
        let mut starts: HashMap<u32, Starts> = HashMap::new();
        for id in distinct.iter().filter(|(keyword, _)| keyword.len() == 3).flat_map(|(_, ids)| ids) {
            starts.entry(*id).or_insert_with(|| next_bytes::starts(&rules[*id as usize].shape));
        }
        let follows: Vec<Option<NextBytes>> = distinct
            .iter()
            .map(|(keyword, ids)| {
                let short = keyword.len() == 3;
                short.then(|| NextBytes::of(keyword, ids.iter().filter_map(|id| starts.get(id)))).flatten()
            })
            .collect();
        let named = (0..).zip(distinct.iter().map(|(keyword, _)| keyword.as_slice()));
        let prefilter = Prefilter::new(named, |id, byte| {
            follows[id as usize].as_ref().is_none_or(|next| next.contains(byte))
        });
        let targets = distinct.into_iter().map(|(keyword, ids)| Target::new(&keyword, ids, &rules)).collect();
        let everywhere = (0..)
            .zip(&rules)
            .filter(|(_, rule)| matches!(&rule.shape, Shape::Around { keywords, .. } if keywords.is_empty()))
            .map(|(at, _)| at);
        let everywhere = everywhere.collect();
        let places = Places::of(&rules);
        Self { rules, prefilter, targets, everywhere, places }
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    pub(crate) fn rule(&self, hit: &Hit) -> Option<&Rule> {
        self.rules.get(hit.rule? as usize)
    }

    /// What is found in `text` as it stands, without looking into encodings: sorted, apart from one
    /// another. And what its end leaves open.
    pub(crate) fn plain(&self, text: &[u8], look: &Look<'_>) -> (Vec<Hit>, Open) {
        let mut hits = Vec::new();
        let open = self.gather(text, look, &mut hits);
        look.known.gather(text, &mut hits);
        (overlap::settle(&self.rules, hits), open)
    }

    /// Whether what stands at or after `from` may be the start of a secret, judging by what was said
    /// before it: a name it is assigned to, or a keyword on its line.
    pub(crate) fn announces(&self, text: &[u8], from: usize) -> bool {
        let line = memchr::memrchr(b'\n', &text[..from]).map_or(0, |at| at + 1);
        let mut announced = false;
        self.prefilter.scan(text, |keyword, at| {
            let Target { length, rules, .. } = &self.targets[keyword as usize];
            announced |= rules.iter().any(|rule| match &self.rules[*rule as usize].shape {
                Shape::Named { names, .. } => names
                    .iter()
                    .filter_map(|name| name.end(text, at))
                    .any(|end| end >= from || verify::assigns(text, end, from)),
                Shape::Place { .. } => false,
                _ => at + length > line,
            });
        });
        announced
    }

    fn gather(&self, text: &[u8], look: &Look<'_>, hits: &mut Vec<Hit>) -> Open {
        let mut covered = verify::Covered::new();
        let mut open = Open::default();
        let mut whole = self.everywhere.clone();
        let mut add = |rule: u32, secret: Range<usize>| {
            hits.push(Hit { rule: Some(rule), cover: secret.clone(), secret, decoded: None });
        };
        self.prefilter.scan(text, |keyword, at| {
            let target = &self.targets[keyword as usize];
            if target.is_nothing(text, at) {
                return;
            }
            let length = target.length;
            for &id in &target.rules {
                if covered.covers(id, at) || covered.is_tired(id, at) {
                    continue;
                }
                let rule = &self.rules[id as usize];
                match &rule.shape {
                    Shape::Around { near: false, .. } => whole.push(id),
                    Shape::Around { pattern, filter, .. } => {
                        let span = around::near(text, &(at..at + length), covered.end(id));
                        around::search(rule, (pattern, filter), text, span, look, |secret| {
                            covered.add(id, &secret);
                            add(id, secret);
                        });
                    }
                    shape => {
                        if let Shape::Block { begin, end, .. } = shape
                            && open.at.is_none()
                            && block::is_open(text, at, begin, end)
                        {
                            open.at = Some(at);
                        }
                        let refuse = |value| covered.refuse(id, value);
                        if let Some(secret) = verify::verify_or(rule, text, at..at + length, look.now, refuse)
                        {
                            covered.add(id, &secret);
                            add(id, secret);
                        }
                    }
                }
            }
        });
        whole.sort_unstable();
        whole.dedup();
        for id in whole {
            let rule = &self.rules[id as usize];
            if let Shape::Around { pattern, filter, .. } = &rule.shape {
                around::search(rule, (pattern, filter), text, 0..text.len(), look, |secret| add(id, secret));
            }
        }
        open
    }
}
