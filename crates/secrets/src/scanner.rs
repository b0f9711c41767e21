//! The one thing that others hold: it finds secrets, and puts masks in their place.

use std::borrow::Cow;
use std::sync::Arc;

use model::{Clock, Secret};

use crate::engine::{Engine, Hit, Look, Open, encoded, overlap};
use crate::finding::{Finding, Lines};
use crate::fingerprint::FingerprintKey;
use crate::known::Known;
use crate::mask::Masked;
use crate::rule::Rule;
use crate::rules::Rules;

/// The name of the rule for values that were told to be secret.
pub const CONFIGURED: &str = "configured-secret";

/// Finds and masks secrets. Cheap to clone.
#[derive(Clone)]
pub struct Scanner {
    inner: Arc<Inner>,
}

struct Inner {
    rules: Rules,
    known: Known,
    key: FingerprintKey,
    clock: Arc<dyn Clock>,
}

impl Scanner {
    /// A scanner with these rules. The clock tells which tokens have expired.
    pub fn new(rules: Rules, key: FingerprintKey, clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { rules, known: Known::none(), key, clock }) }
    }

    /// The same, that also knows these values to be secret, whatever they look like.
    #[must_use]
    pub fn knowing(&self, values: impl IntoIterator<Item = Secret<String>>) -> Self {
        let Inner { rules, key, clock, .. } = &*self.inner;
        let inner = Inner {
            rules: rules.clone(),
            known: Known::new(values),
            key: key.clone(),
            clock: Arc::clone(clock),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Its rules.
    pub fn rules(&self) -> &Rules {
        &self.inner.rules
    }

    /// The key of its fingerprints.
    pub fn key(&self) -> &FingerprintKey {
        &self.inner.key
    }

    /// The secrets in a text, in the order they stand there.
    pub fn scan(&self, text: &[u8]) -> Vec<Finding> {
        let hits = self.hits(text);
        let mut lines = Lines::new(text);
        hits.iter().map(|hit| self.finding(text, hit, &mut lines)).collect()
    }

    /// The text with every secret masked. This is what every surface calls that shows text.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.redact_bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(bytes) => Cow::Owned(match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            }),
        }
    }

    /// The same for bytes of any encoding that extends ASCII.
    pub fn redact_bytes<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let hits = self.hits(text);
        if hits.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = Vec::with_capacity(text.len());
        let mut from = 0;
        for hit in &hits {
            out.extend_from_slice(&text[from..hit.cover.start]);
            out.extend_from_slice(self.masked(text, hit).as_str().as_bytes());
            from = hit.cover.end;
        }
        out.extend_from_slice(&text[from..]);
        Cow::Owned(out)
    }

    /// What is found, also behind encodings: sorted, apart from one another.
    pub(crate) fn hits(&self, text: &[u8]) -> Vec<Hit> {
        self.hits_and_open(text).0
    }

    /// The same, and what the end of the text leaves open.
    pub(crate) fn hits_and_open(&self, text: &[u8]) -> (Vec<Hit>, Open) {
        self.look(text, &self.looking(None))
    }

    /// What a look at a text with what is known of it finds.
    pub(crate) fn look(&self, text: &[u8], look: &Look<'_>) -> (Vec<Hit>, Open) {
        let engine = self.engine();
        let (mut hits, open) = engine.plain(text, look);
        let plain = hits.len();
        self.decoded_hits(text, look, &mut hits);
        if hits.len() > plain {
            hits = overlap::settle(engine.rules(), hits);
        }
        (hits, open)
    }

    fn decoded_hits(&self, text: &[u8], look: &Look<'_>, hits: &mut Vec<Hit>) {
        let engine = self.engine();
        encoded::base64(text, |decoded| {
            if let Some(hit) = engine.plain(&decoded.bytes, look).0.into_iter().next() {
                hits.push(Hit {
                    rule: hit.rule,
                    secret: decoded.span.clone(),
                    cover: decoded.span,
                    decoded: Some(decoded.bytes[hit.secret].into()),
                });
            }
        });
        encoded::percent(text, |decoded, places| {
            for hit in engine.plain(&decoded.bytes, look).0 {
                let span = places[hit.secret.start]..places[hit.secret.end];
                let cover = places[hit.cover.start]..places[hit.cover.end];
                hits.push(Hit {
                    rule: hit.rule,
                    secret: span,
                    cover,
                    decoded: Some(decoded.bytes[hit.secret].into()),
                });
            }
        });
    }

    pub(crate) fn masked(&self, text: &[u8], hit: &Hit) -> Masked {
        Masked::of(self.engine().rule(hit), secret_of(text, hit))
    }

    pub(crate) fn finding(&self, text: &[u8], hit: &Hit, lines: &mut Lines<'_>) -> Finding {
        let (line, column) = lines.place(hit.secret.start);
        Finding {
            rule: self.engine().rule(hit).map_or(CONFIGURED, Rule::id).into(),
            line,
            column,
            span: hit.secret.clone(),
            path: None,
            masked: self.masked(text, hit),
            fingerprint: self.inner.key.fingerprint(secret_of(text, hit)),
        }
    }

    pub(crate) fn known(&self) -> &Known {
        &self.inner.known
    }

    /// What is known of a text, by the file's name if it is a file.
    pub(crate) fn looking<'a>(&'a self, name: Option<&'a str>) -> Look<'a> {
        Look { known: &self.inner.known, now: self.inner.clock.now(), name }
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.inner.rules.engine()
    }
}

/// The secret itself, decoded.
pub(crate) fn secret_of<'t>(text: &'t [u8], hit: &'t Hit) -> &'t [u8] {
    hit.decoded.as_deref().unwrap_or(&text[hit.secret.clone()])
}
