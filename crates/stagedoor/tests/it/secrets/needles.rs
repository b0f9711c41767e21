//! Looking for secrets in bytes: for any eight characters in a row of their random parts, as they are, in
//! base64 and percent-encoded, in either case.

use std::collections::{BTreeSet, HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Characters in a row that must show nowhere.
pub(super) const RUN: usize = 8;
/// Characters of base64 that say as much, and a little more.
const BASE64_RUN: usize = 12;

/// What is looked for.
pub(super) struct Needles {
    labels: Vec<String>,
    /// By their first bytes, in lower case: what follows, and whose it is.
    by_start: HashMap<[u8; RUN], Vec<Rest>>,
    /// Which pairs of bytes begin any: most places are settled by this.
    pairs: Vec<bool>,
}

/// What follows the first bytes of a needle, whose it is, and how it is written.
struct Rest {
    bytes: Vec<u8>,
    whose: usize,
    form: &'static str,
}

impl Needles {
    /// `secrets` are labels and random parts. What stands in `fixed`, or is a number, chance may write
    /// elsewhere.
    pub(super) fn new<'s>(secrets: impl IntoIterator<Item = (String, &'s str)>, fixed: &str) -> Self {
        let fixed = fixed.to_ascii_lowercase();
        let fixed: HashSet<&[u8]> = fixed.as_bytes().windows(RUN).collect();
        let mut needles = Self { labels: Vec::new(), by_start: HashMap::new(), pairs: vec![false; 1 << 16] };
        for (label, variable) in secrets {
            let whose = needles.labels.len();
            needles.labels.push(label);
            for (form, text, run) in forms(variable) {
                let text = text.to_ascii_lowercase();
                for window in text.as_bytes().windows(run.min(text.len())) {
                    let is_number = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
                    let by_chance = is_number(window) && !is_number(text.as_bytes());
                    if window.len() >= RUN && !by_chance && !fixed.contains(&window[..RUN]) {
                        needles.add(window, whose, form);
                    }
                }
            }
        }
        needles
    }

    fn add(&mut self, window: &[u8], whose: usize, form: &'static str) {
        let (start, rest) = window.split_first_chunk::<RUN>().expect("it is as long");
        self.pairs[pair(window)] = true;
        let there = self.by_start.entry(*start).or_default();
        if !there.iter().any(|known| known.bytes == rest) {
            there.push(Rest { bytes: rest.to_vec(), whose, form });
        }
    }

    /// Whose parts stand in these bytes, and how they are written there. Eight hexadecimal digits may be
    /// an id's: they count where they stand in none of `ids`, so many different ones at least.
    pub(super) fn found(&self, bytes: &[u8], ids: &str, digits: usize) -> BTreeSet<String> {
        let folded = bytes.to_ascii_lowercase();
        let mut found = BTreeSet::new();
        let mut by_digits: HashMap<(usize, &str), HashSet<&[u8]>> = HashMap::new();
        for (at, window) in folded.array_windows::<RUN>().enumerate() {
            if !self.pairs[pair(window)] {
                continue;
            }
            let there = self.by_start.get(window).into_iter().flatten();
            for Rest { whose, form, .. } in there.filter(|rest| folded[at + RUN..].starts_with(&rest.bytes)) {
                let is_digits = window.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
                if !is_digits {
                    found.insert(format!("{}, {form}", self.labels[*whose]));
                } else if std::str::from_utf8(window).is_ok_and(|window| !ids.contains(window)) {
                    by_digits.entry((*whose, form)).or_default().insert(window);
                }
            }
        }
        let enough = by_digits.into_iter().filter(|(_, windows)| windows.len() >= digits);
        found.extend(enough.map(|((whose, form), _)| format!("{}, {form}", self.labels[whose])));
        found
    }
}

fn pair(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

/// How a text may be written, and how many characters in a row give it away.
fn forms(text: &str) -> Vec<(&'static str, String, usize)> {
    let mut forms = vec![("as it is", text.to_owned(), RUN)];
    for offset in 0..3 {
        let shifted = [&b"   "[..offset], text.as_bytes()].concat();
        for encoded in [STANDARD_NO_PAD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
            // What the neighbours have a part in is left out.
            let inner = encoded.get(4..encoded.len() - 3).unwrap_or_default();
            forms.push(("in base64", inner.to_owned(), BASE64_RUN));
        }
    }
    let reserved: String = text
        .bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02x}"),
        })
        .collect();
    if reserved != text {
        forms.push(("percent-encoded", reserved, RUN));
    }
    forms.push(("percent-encoded", every_byte_encoded(text), 3 * RUN));
    forms
}

fn every_byte_encoded(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
    bytes.concat()
}

#[test]
fn every_form_of_a_part_is_found_and_nothing_else() {
    let secret = concat!("q7Rk2xVn84Tz", "Lw1Yc+Hs9mBde");
    let needles = Needles::new([("it".to_owned(), secret)], "a fixed Lw1Yc+Hs text 12345678");
    for (text, form) in [
        (secret.to_owned(), "as it is"),
        (secret[3..12].to_lowercase(), "as it is"),
        (format!("x{}", STANDARD_NO_PAD.encode(format!("ab{secret}"))), "in base64"),
        (URL_SAFE_NO_PAD.encode(&secret[1..]), "in base64"),
        (secret.replace('+', "%2B")[14..].to_owned(), "percent-encoded"),
        (every_byte_encoded(&secret[4..12]), "percent-encoded"),
    ] {
        assert!(needles.found(text.as_bytes(), "", 1).contains(&format!("it, {form}")), "{text}");
    }
    let digits = Needles::new([("it".to_owned(), "0123456789abcdef")], "");
    assert_eq!(digits.found(b"x 456789abc", "", 2).len(), 1);
    assert!(
        digits.found(b"x 456789ab", "", 2).is_empty() && digits.found(b"456789ab", "3456789ab", 1).is_empty()
    );
    for text in [&secret[..7], "Lw1Yc+Hs", "12345678", ""] {
        assert!(needles.found(text.as_bytes(), "", 1).is_empty(), "{text}");
    }
}
