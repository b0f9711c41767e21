//! A place in a document, written as `integrations.*[].token`.

/// Segments of one place.
const SEGMENTS: usize = 24;
/// Bytes of one place.
const BYTES: usize = 256;
/// Bytes of the literal by which a document is known to have the place.
const LITERAL: usize = 3;

/// One step from the root of a document to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A key of a map.
    Key(Box<str>),
    /// An element of a list.
    Item,
}

/// Where a secret stands: `*` is any one key (or a part of one), `**` any number of keys and
/// elements, `[]` any element. Letters count in either case, and `_` stands for `_`, `-`, `.` or
/// nothing, because the same name is spelled so in headers, code and configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    segments: Box<[Segment]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// Any number of steps.
    Deep,
    /// An element.
    Item,
    /// A key that looks like this, in lower case.
    Key(Box<[u8]>),
}

/// Keys that stand in very many documents.
const EVERYWHERE: [&str; 7] = ["metadata", "annotations", "labels", "spec", "name", "default", "config"];

impl Place {
    /// Reads a place. The error says what is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let broken = |what: &str| Err(format!("place `{text}` {what}"));
        if text.len() > BYTES {
            return broken("is too long");
        }
        let mut segments = Vec::new();
        for part in text.split('.') {
            let key = part.trim_end_matches("[]");
            match key {
                "" if part.is_empty() => return broken("has an empty key"),
                "" => {}
                "**" => segments.push(Segment::Deep),
                key if key.contains(['[', ']']) => return broken("has a bracket that is not `[]`"),
                key => segments.push(Segment::Key(key.to_ascii_lowercase().as_bytes().into())),
            }
            segments.extend((0..(part.len() - key.len()) / 2).map(|_| Segment::Item));
        }
        if segments.len() > SEGMENTS {
            return broken("has too many keys");
        }
        let place = Self { segments: segments.into() };
        if place.literal().is_empty() { broken("names no key") } else { Ok(place) }
    }

    /// A text that every document with such a place holds, `_` standing for itself: of the last key that
    /// has one long enough, since the first ones stand in many documents.
    pub(crate) fn literal(&self) -> &str {
        let keys = self.segments.iter().rev().filter_map(|segment| match segment {
            Segment::Key(key) => std::str::from_utf8(key).ok(),
            Segment::Deep | Segment::Item => None,
        });
        let mut pieces = keys.filter_map(|key| key.split('*').max_by_key(|piece| piece.len()));
        let long = pieces.clone().find(|piece| piece.len() > LITERAL && !EVERYWHERE.contains(piece));
        long.or_else(|| pieces.find(|piece| piece.len() >= LITERAL)).unwrap_or_default()
    }

    /// The first key, in lower case, if it is written out.
    pub(crate) fn first(&self) -> Option<&str> {
        match self.segments.first() {
            Some(Segment::Key(key)) if !key.contains(&b'*') && !key.contains(&b'_') => {
                std::str::from_utf8(key).ok()
            }
            _ => None,
        }
    }

    /// Whether these steps lead to such a place.
    pub(crate) fn holds(&self, steps: &[Step]) -> bool {
        // As for wildcards in names: on a mismatch, the last `**` takes one step more.
        let (mut at, mut step) = (0, 0);
        let mut retry = None;
        loop {
            let matched = match (self.segments.get(at), steps.get(step)) {
                (None, None) => return true,
                (Some(Segment::Deep), _) => {
                    retry = Some((at, step));
                    at += 1;
                    continue;
                }
                (Some(Segment::Item), Some(Step::Item)) => true,
                (Some(Segment::Key(key)), Some(Step::Key(name))) => like(key, name.as_bytes()),
                _ => false,
            };
            if matched {
                at += 1;
                step += 1;
            } else {
                let Some((deep, taken)) = retry.filter(|(_, taken)| *taken < steps.len()) else {
                    return false;
                };
                retry = Some((deep, taken + 1));
                (at, step) = (deep + 1, taken + 1);
            }
        }
    }
}

/// Whether a name looks like `key`: `*` is any text, `_` a separator or nothing.
fn like(key: &[u8], name: &[u8]) -> bool {
    let (mut at, mut byte) = (0, 0);
    let mut retry = None;
    loop {
        match (key.get(at), name.get(byte)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                retry = Some((at, byte));
                at += 1;
                continue;
            }
            (Some(b'_'), there) => {
                byte += usize::from(there.is_some_and(|there| b"_-. ".contains(there)));
                at += 1;
                continue;
            }
            (Some(wanted), Some(there)) if *wanted == there.to_ascii_lowercase() => {
                at += 1;
                byte += 1;
                continue;
            }
            _ => {}
        }
        let Some((star, taken)) = retry.filter(|(_, taken)| *taken < name.len()) else { return false };
        retry = Some((star, taken + 1));
        (at, byte) = (star + 1, taken + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<Step> {
        text.split('/').map(|step| if step == "0" { Step::Item } else { Step::Key(step.into()) }).collect()
    }

    fn holds(place: &str, path: &str) -> bool {
        Place::parse(place).expect("the place is well formed").holds(&steps(path))
    }

    #[test]
    fn wildcards_stand_for_keys_elements_and_depth() {
        assert!(holds("integrations.*[].token", "integrations/github/0/token"));
        assert!(!holds("integrations.*[].token", "integrations/github/token"));
        assert!(!holds("integrations.*[].token", "integrations/github/0/token/x"));
        assert!(holds("a.**.token", "a/token") && holds("a.**.token", "a/b/0/c/token"));
        assert!(!holds("a.**.token", "b/token"));
        assert!(holds("abc.**.b.**.c", "abc/b/x/b/c") && !holds("abc.**.b.**.c", "abc/b/x/b/d"));
        assert!(holds("data.**", "data/x/0/y"));
        assert!(holds("rows[][].key", "rows/0/0/key"));
    }

    #[test]
    fn names_are_compared_without_case_and_separators() {
        assert!(holds("headers.x_api_key", "headers/X-Api-Key"));
        assert!(holds("annotations.*api_key", "annotations/acme.com/apikey".replace("m/a", "m:a").as_str()));
        assert!(holds("annotations.*token*", "annotations/acme:token-2"));
        assert!(!holds("annotations.*token", "annotations/acme:token-2"));
        assert!(!holds("headers.api", "headers/apis") && !holds("headers.apis", "headers/api"));
    }

    #[test]
    fn what_is_no_place_is_told() {
        for text in ["", "a..b", "a.b[0]", "**", "*.x", &"a.".repeat(200), &"abc.".repeat(30)] {
            assert!(Place::parse(text).is_err(), "{text}");
        }
        assert_eq!(
            Place::parse("proxy.endpoints.*.headers.*").map(|place| place.literal().to_owned()),
            Ok("headers".to_owned())
        );
    }

    proptest::proptest! {
        #[test]
        fn any_place_meets_any_path_without_a_panic(place in "[a_*.\\[\\]]{0,40}", path in "[ab0/]{0,60}") {
            if let Ok(place) = Place::parse(&place) {
                place.holds(&steps(&path));
            }
        }
    }
}
