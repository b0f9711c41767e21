//! Secrets that only their place in a document gives away: `backend.auth.keys[].secret`.
//!
//! Whatever stands at such a place is a secret, however it looks, unless it is a placeholder or a
//! reference to where the secret really is.

mod pattern;
mod trail;

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use time::OffsetDateTime;

pub(crate) use pattern::{Place, Step};
pub(crate) use trail::Trail;

use crate::check::Seen;
use crate::engine::Hit;
use crate::entropy::entropy;
use crate::pattern::Pattern;
use crate::quiet;
use crate::rule::{Rule, Shape};

/// Shortest text that is a secret wherever it stands, in bytes.
const SHORTEST: usize = 4;
/// Bytes of a value; what is longer is no credential but a document.
const LONGEST: usize = 64 * 1024;
/// What a map says of itself that rules may ask for.
pub(crate) const FACTS: [&str; 3] = ["kind", "apiVersion", "type"];
/// Words before a credential in a header.
const SCHEMES: [&str; 6] = ["bearer ", "basic ", "token ", "bot ", "apikey ", "splunk "];

/// Where a rule's secrets stand, and what they look like there.
pub(crate) struct Whereabouts {
    pub(crate) places: Vec<Place>,
    /// Where they stand in base64.
    pub(crate) encoded: Vec<Place>,
    /// Places that hold none, although one of the others is there.
    pub(crate) except: Vec<Place>,
    /// What the document has to say of itself: every key one of its values.
    pub(crate) when: BTreeMap<String, Vec<String>>,
    /// What the value looks like; anything if there is none.
    pub(crate) value: Option<Pattern>,
}

/// Every rule that knows places.
#[derive(Default)]
pub(crate) struct Places {
    /// Rules and their places, by the first key where it is written out.
    first: HashMap<Box<str>, Vec<(u32, usize)>>,
    /// The others.
    anywhere: Vec<(u32, usize)>,
    /// Rules with places where the secret stands in base64.
    encoded: Vec<u32>,
}

impl Places {
    pub(crate) fn of(rules: &[Rule]) -> Self {
        let mut places = Self::default();
        for (at, rule) in (0..).zip(rules) {
            let Shape::Place { at: whereabouts, .. } = &rule.shape else { continue };
            if !whereabouts.encoded.is_empty() {
                places.encoded.push(at);
            }
            for (nth, place) in whereabouts.every_place().enumerate() {
                match place.first() {
                    Some(key) => places.first.entry(key.into()).or_default().push((at, nth)),
                    None => places.anywhere.push((at, nth)),
                }
            }
        }
        places
    }

    /// The secrets that stand in `text` because of where it stands.
    pub(crate) fn gather(
        &self,
        rules: &[Rule],
        trail: &Trail,
        text: &str,
        now: OffsetDateTime,
        hits: &mut Vec<Hit>,
    ) {
        if text.len() < SHORTEST || text.len() > LONGEST {
            return;
        }
        for (steps, facts) in trail.ways() {
            let first = match steps.first() {
                Some(Step::Key(key)) => self.first.get(&*key.to_ascii_lowercase()),
                _ => None,
            };
            let mut done = None;
            for (at, nth) in first.into_iter().flatten().chain(&self.anywhere) {
                let Some(rule) = rules.get(*at as usize).filter(|_| done != Some(*at)) else { continue };
                let Shape::Place { at: whereabouts, .. } = &rule.shape else { continue };
                if whereabouts.hold(*nth, steps, facts) {
                    let is_base64 = *nth >= whereabouts.places.len();
                    done = Some(*at);
                    hits.extend(
                        whereabouts
                            .secret(rule, text, is_base64, now)
                            .map(|hit| Hit { rule: Some(*at), ..hit }),
                    );
                }
            }
        }
    }

    /// What the value of this place says, where a place has base64.
    pub(crate) fn decoded(&self, rules: &[Rule], trail: &Trail, text: &str) -> Option<Vec<u8>> {
        if text.len() < SHORTEST || text.len() > LONGEST {
            return None;
        }
        let is_encoded = trail.ways().any(|(steps, facts)| {
            self.encoded.iter().filter_map(|at| rules.get(*at as usize)).any(|rule| match &rule.shape {
                Shape::Place { at, .. } => {
                    at.applies(facts) && at.encoded.iter().any(|place| place.holds(steps))
                }
                _ => false,
            })
        });
        if is_encoded { decode(text) } else { None }
    }
}

impl Whereabouts {
    /// Whether a document with this JSON text may say of itself what the rule asks for.
    pub(crate) fn may_be_in(&self, json: &[u8]) -> bool {
        self.when
            .values()
            .all(|values| values.iter().any(|value| memchr::memmem::find(json, value.as_bytes()).is_some()))
    }

    /// Whether a keyword is no key of its places, but what the document says of itself.
    pub(crate) fn is_asked_for(&self, keyword: &[u8]) -> bool {
        self.when.values().flatten().any(|value| value.as_bytes().eq_ignore_ascii_case(keyword))
    }

    /// The places, and after them those where it stands in base64.
    pub(crate) fn every_place(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().chain(&self.encoded)
    }

    fn hold(&self, nth: usize, steps: &[Step], facts: &[(String, String)]) -> bool {
        self.every_place().nth(nth).is_some_and(|place| place.holds(steps))
            && !self.except.iter().any(|place| place.holds(steps))
            && self.applies(facts)
    }

    /// Whether a document that says this of itself is one of those the rule is for.
    fn applies(&self, facts: &[(String, String)]) -> bool {
        let says = |key: &String, values: &Vec<String>| {
            facts.iter().any(|(fact, value)| fact == key && values.contains(value))
        };
        self.when.iter().all(|(key, values)| says(key, values))
    }

    fn secret(&self, rule: &Rule, text: &str, is_base64: bool, now: OffsetDateTime) -> Option<Hit> {
        let blank = text.len() - text.trim_start().len();
        let mut span = blank..blank + text.trim().len();
        for scheme in SCHEMES {
            let there = text.get(span.start..span.start + scheme.len());
            if there.is_some_and(|there| there.eq_ignore_ascii_case(scheme)) {
                span.start += scheme.len();
            }
        }
        if let Some(value) = &self.value {
            let found = value.find(text.as_bytes(), span)?;
            span = found.secret;
        }
        let written = text.get(span.clone())?;
        let decoded = if is_base64 { Some(decode(written)?) } else { None };
        let secret = decoded.as_deref().unwrap_or(written.as_bytes());
        let is_one = secret.len() >= SHORTEST
            && !quiet::harmless(secret)
            && !quiet::harmless_at_place(secret)
            && (rule.entropy <= 0.0 || entropy(secret) >= rule.entropy)
            && rule.check.is_none_or(|check| {
                let (before, after) = (&text.as_bytes()[..span.start], &text.as_bytes()[span.end..]);
                check.holds(Seen { secret, before, after }, now)
            });
        is_one.then(|| Hit {
            rule: None,
            cover: span.clone(),
            secret: span,
            decoded: decoded.map(Into::into),
        })
    }
}

/// What base64 of any line length says; none if it is no base64.
fn decode(text: &str) -> Option<Vec<u8>> {
    let bare: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let mut bytes = STANDARD.decode(bare).ok()?;
    bytes.truncate(bytes.trim_ascii_end().len());
    Some(bytes)
}
