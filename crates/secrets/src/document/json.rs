//! JSON with the places of its strings, as tools write it: with comments and commas too many, and with
//! several values after one another.

use serde_json::Number;
use untrusted::yaml::{Entry, Mark, Node, Span, Value};

/// Lists and objects within one another.
const DEPTH: usize = 100;
/// Values and keys of one text.
const NODES: usize = 200_000;

/// Every value of a text, as far as it can be read.
pub(super) fn read(text: &str) -> Vec<Option<Node>> {
    let mut reader = Reader { text, at: 0, nodes: NODES };
    let mut values = Vec::new();
    loop {
        reader.blanks();
        if reader.peek().is_none() {
            return values;
        }
        let Some(value) = reader.value(0) else { return values };
        values.push(Some(value));
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Values that may still be read.
    nodes: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        let rest = |at: usize| self.text.as_bytes().get(at..).unwrap_or_default();
        let mut at = self.at;
        loop {
            at += rest(at).iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x1e).count();
            if self.text[at..].starts_with('\u{feff}') {
                at += 3;
            } else if rest(at).starts_with(b"//") {
                at += memchr::memchr(b'\n', rest(at)).unwrap_or(rest(at).len());
            } else if rest(at).starts_with(b"/*") {
                at += memchr::memmem::find(rest(at), b"*/").map_or(rest(at).len(), |end| end + 2);
            } else {
                break;
            }
        }
        self.at = at;
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        self.nodes = self.nodes.checked_sub(1)?;
        self.blanks();
        let start = self.at;
        let value = match self.peek()? {
            b'"' => {
                let (text, span) = self.string()?;
                return Some(Node { value: Value::String(text), span });
            }
            b'{' if depth < DEPTH => Value::Map(self.object(depth)?),
            b'[' if depth < DEPTH => Value::Seq(self.array(depth)?),
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => {
                let word = self.word();
                word.parse::<f64>().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
            }
            _ => return None,
        };
        Some(Node { value, span: span(start, self.at) })
    }

    fn object(&mut self, depth: usize) -> Option<Vec<Entry>> {
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                b'}' => {
                    self.at += 1;
                    return Some(entries);
                }
                b',' => self.at += 1,
                b'"' => {
                    let (key, key_span) = self.string()?;
                    self.blanks();
                    if self.peek()? != b':' {
                        return None;
                    }
                    self.at += 1;
                    entries.push(Entry { key, key_span, value: self.value(depth + 1)? });
                }
                _ => return None,
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Vec<Node>> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                b']' => {
                    self.at += 1;
                    return Some(items);
                }
                b',' => self.at += 1,
                _ => items.push(self.value(depth + 1)?),
            }
        }
    }

    fn word(&mut self) -> &str {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    /// A string, and the place of what is between its quotes.
    fn string(&mut self) -> Option<(String, Span)> {
        self.at += 1;
        let first = self.at;
        let mut text = String::new();
        loop {
            let start = self.at;
            self.at += memchr::memchr2(b'"', b'\\', &self.text.as_bytes()[start..])?;
            text.push_str(&self.text[start..self.at]);
            if self.peek()? == b'"' {
                self.at += 1;
                return Some((text, span(first, self.at - 1)));
            }
            self.at += 1;
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Option<char> {
        let letter = self.text[self.at..].chars().next()?;
        self.at += letter.len_utf8();
        Some(match letter {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            other => other,
        })
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        let rest = &self.text[self.at..];
        if (0xD800..0xDC00).contains(&first) && rest.starts_with("\\u") {
            self.at += 2;
            let second = self.four_digits()?;
            return Some(char::decode_utf16([first, second]).next()?.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Some(char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        u16::from_str_radix(digits, 16).ok()
    }
}

/// Only offsets are asked for; lines and columns are counted later, for what is found.
fn span(start: usize, end: usize) -> Span {
    let mark = |offset: usize| Mark { offset: u32::try_from(offset).unwrap_or(u32::MAX), ..Mark::START };
    Span { start: mark(start), end: mark(end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Vec<(String, String)> {
        fn walk(text: &str, node: &Node, out: &mut Vec<(String, String)>) {
            match &node.value {
                Value::String(value) => {
                    let place = node.span.start.offset as usize..node.span.end.offset as usize;
                    out.push((value.clone(), text[place].to_owned()));
                }
                Value::Seq(items) => items.iter().for_each(|item| walk(text, item, out)),
                Value::Map(entries) => entries.iter().for_each(|entry| walk(text, &entry.value, out)),
                _ => {}
            }
        }
        let mut out = Vec::new();
        read(text).iter().flatten().for_each(|node| walk(text, node, &mut out));
        out
    }

    #[test]
    fn strings_are_read_with_their_places() {
        let text = r#"// c
            {"a": "x\u0079\n", /* d */ "b": [1, "\ud83d\ude00", {"c": "z",},], "d": null} {"e": "q"}"#;
        let found = strings(text);
        let expected = [("xy\n", r"x\u0079\n"), ("😀", r"\ud83d\ude00"), ("z", "z"), ("q", "q")];
        assert_eq!(found, expected.map(|(value, place)| (value.to_owned(), place.to_owned())));
    }

    #[test]
    fn what_cannot_be_read_ends_the_reading() {
        assert_eq!(strings(r#"{"a": "x"} nope: {"b": "y"}"#).len(), 1);
        assert!(strings(&"[".repeat(100_000)).is_empty());
        assert!(strings(r#"{"a": "\u12"#).is_empty());
        assert!(strings(r#""\ud800""#).len() == 1);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[\\[\\]{}\":,\\\\/*u0dä \n\u{feff}-]{0,80}") {
            strings(&text);
        }
    }
}
