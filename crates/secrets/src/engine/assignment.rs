//! From a name to the value that is assigned to it, in the notations of configuration and code.
//!
//! One small hand-written reader serves every rule that knows a secret by its name, so a new notation
//! is added once. It looks at a bounded piece of text and never back.

/// Rest of an identifier after the part of it that a rule knows.
const TAIL: usize = 48;
/// Blanks, quotes and brackets between two tokens.
const BETWEEN: usize = 200;
/// Lines between a name and the line with its value, in lists of pairs.
const PAIR_LINES: usize = 4;
/// Words before a value that are no part of it.
const SCHEMES: &[&str] =
    &["bearer", "basic", "token", "apikey", "api-key", "splunk", "geniekey", "bot", "key"];
/// Keys that hold the value of a name given beside them.
const VALUE_KEYS: &[&str] = &["value", "default", "defaultvalue", "default_value", "val", "content"];

/// How a value is tied to its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tie {
    /// `=`, `:` and their like.
    Assigned,
    /// An argument, a cell of a table, a following word.
    Loose,
}

/// Where an assigned value starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) start: usize,
    pub(crate) tie: Tie,
}

/// The value assigned to the name that goes on at `at`, if the text there is an assignment.
pub(crate) fn value_after(text: &[u8], at: usize) -> Option<Value> {
    let mut reader = Reader { text, at };
    reader.identifier();
    let blank = reader.close();
    let tie = match (reader.peek(0), reader.peek(1)) {
        (Some(b':'), Some(b':')) => return None,
        (Some(b':'), _) => {
            reader.at += 1;
            reader.annotation();
            while reader.peek(0) == Some(b'=') {
                reader.at += 1;
            }
            Tie::Assigned
        }
        (Some(b'='), _) => {
            while matches!(reader.peek(0), Some(b'=' | b'>' | b'~')) {
                reader.at += 1;
            }
            Tie::Assigned
        }
        (Some(b'>'), _) => {
            reader.at += 1;
            Tie::Assigned
        }
        (Some(b','), _) => {
            reader.at += 1;
            if reader.pair() { Tie::Assigned } else { Tie::Loose }
        }
        // The last cell of a row: what stands in the next row is another thing's.
        (Some(b'|'), _) if reader.ends_row() => return None,
        (Some(b'|'), _) | (Some(b'('), Some(b'"' | b'\'' | b'`')) => {
            reader.at += 1;
            Tie::Loose
        }
        (Some(b'\n' | b'\r' | b'<' | b'{'), _) => reader.pair().then_some(Tie::Assigned)?,
        (Some(_), _) if blank => {
            if reader.pair() {
                Tie::Assigned
            } else {
                Tie::Loose
            }
        }
        _ => return None,
    };
    reader.open()?;
    Some(Value { start: reader.at, tie })
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    fn identifier(&mut self) {
        let end = self.at + TAIL;
        while self.at < end
            && self.peek(0).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        {
            self.at += 1;
        }
    }

    /// Passes what closes a name: quotes, brackets, blanks. Whether there was a blank.
    fn close(&mut self) -> bool {
        let mut blank = false;
        for _ in 0..BETWEEN {
            match (self.peek(0), self.peek(1)) {
                (Some(b' ' | b'\t'), _) => blank = true,
                (Some(b'"' | b'\'' | b'`' | b']' | b')' | b'}' | b'?' | b'!' | b'*'), _)
                | (Some(b'\\'), Some(b'"' | b'\'')) => {}
                _ => break,
            }
            self.at += 1;
        }
        blank
    }

    /// Passes the type between a name and `=`: `: string =`.
    fn annotation(&mut self) {
        let mut ahead = 0;
        while ahead < TAIL {
            match self.peek(ahead) {
                Some(byte) if byte.is_ascii_alphanumeric() || b" <>[]|._&?".contains(&byte) => ahead += 1,
                // A value in base64 may end in `=` too, but has no blank before it and no text in quotes after.
                Some(b'=')
                    if ahead > 1
                        && !matches!(self.peek(ahead + 1), Some(b'=' | b'>'))
                        && (self.peek(ahead - 1) == Some(b' ')
                            || matches!(self.peek(ahead + 1), Some(b'"' | b'\'' | b'`'))
                                && self.peek(ahead + 2).is_some_and(|byte| byte.is_ascii_alphanumeric())) =>
                {
                    self.at += ahead;
                    return;
                }
                _ => return,
            }
        }
    }

    /// Whether nothing but blanks stands behind the mark here, to the end of the line.
    fn ends_row(&self) -> bool {
        let behind = self.text.get(self.at + 1..).unwrap_or_default().iter().take(BETWEEN);
        let first = behind.copied().find(|byte| !matches!(byte, b' ' | b'\t'));
        matches!(first, Some(b'\n' | b'\r'))
    }

    fn spaces(&mut self) {
        let end = self.at + BETWEEN;
        while self.at < end {
            self.at += match (self.peek(0), self.peek(1)) {
                (Some(b' ' | b'\t' | b'\n' | b'\r'), _) => 1,
                // Lines that are written as one.
                (Some(b'\\'), Some(b'n' | b'r' | b't')) => 2,
                _ => return,
            };
        }
    }

    /// Passes to the value of a pair: `name: X`, then `value: …` on one of the next lines or beside it.
    fn pair(&mut self) -> bool {
        let start = self.at;
        for _ in 0..=PAIR_LINES {
            // An opening brace, a closing tag, a comma: whatever ends the name's side.
            while matches!(self.peek(0), Some(b'{' | b',' | b'}')) {
                self.at += 1;
                self.blanks();
            }
            if self.peek(0) == Some(b'<') && self.peek(1) == Some(b'/') {
                let Some(length) = self.text[self.at..].iter().take(TAIL).position(|byte| *byte == b'>')
                else {
                    break;
                };
                self.at += length + 1;
            }
            self.spaces();
            if matches!(self.peek(0), Some(b'"' | b'\'' | b'<')) {
                self.at += 1;
            }
            if let Some(key) = VALUE_KEYS.iter().find(|key| self.goes_on_with(key)) {
                self.at += key.len();
                self.close();
                if matches!(self.peek(0), Some(b':' | b'=' | b'>')) {
                    self.at += 1;
                    return true;
                }
                break;
            }
            // The next item of a list, or the end of this one.
            if matches!(self.peek(0), Some(b'-' | b'}' | b']' | b'#') | None) {
                break;
            }
            let Some(line) =
                memchr::memchr(b'\n', &self.text[self.at..self.text.len().min(self.at + BETWEEN)])
            else {
                break;
            };
            self.at += line;
        }
        self.at = start;
        false
    }

    fn blanks(&mut self) {
        while matches!(self.peek(0), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn goes_on_with(&self, word: &str) -> bool {
        let there = self.text.get(self.at..self.at + word.len());
        there.is_some_and(|there| there.eq_ignore_ascii_case(word.as_bytes()))
            && !self.peek(word.len()).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }

    /// Whether a value cannot go on so many bytes from here.
    fn ends_after(&self, ahead: usize) -> bool {
        self.peek(ahead).is_none_or(|byte| byte.is_ascii_whitespace() || b",;}])#<&|".contains(&byte))
    }

    /// Passes what opens a value: blanks, a block scalar's mark, quotes, the scheme of a header. None if
    /// the text ends before the value.
    fn open(&mut self) -> Option<()> {
        for _ in 0..12 {
            let before = self.at;
            self.spaces();
            match (self.peek(0)?, self.peek(1)) {
                // Nothing at all; doubled quotes around a text are those of CSV.
                (quote @ (b'"' | b'\'' | b'`'), Some(same)) if quote == same && self.ends_after(2) => {
                    return None;
                }
                (b'\\', Some(b'"' | b'\'')) => self.at += 2,
                // Also prefixes of strings in several languages.
                (b'"' | b'\'' | b'`' | b'[' | b'(', _)
                | (b'b' | b'r' | b'f' | b'u' | b'@' | b'$' | b'L', Some(b'"' | b'\'')) => self.at += 1,
                (b'|' | b'>', _) => {
                    self.at += 1;
                    while matches!(self.peek(0), Some(b'-' | b'+' | b'0'..=b'9')) {
                        self.at += 1;
                    }
                }
                (b'!' | b'&', Some(next)) if next == b'!' || next.is_ascii_alphabetic() => {
                    self.at += 1;
                    while self.peek(0).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'!') {
                        self.at += 1;
                    }
                }
                _ => {
                    if let Some(word) = SCHEMES.iter().find(|word| self.goes_on_with(word))
                        && matches!(self.peek(word.len()), Some(b' ' | b'=' | b':'))
                    {
                        self.at += word.len() + 1;
                    }
                }
            }
            if self.at == before {
                return Some(());
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text at the value that `KEY` is assigned.
    fn value(text: &str) -> Option<&str> {
        let at = text.find("KEY").expect("the text has a key") + 3;
        let found = value_after(text.as_bytes(), at)?;
        text[found.start..].split(|c: char| !c.is_ascii_alphanumeric()).next()
    }

    #[test]
    fn every_notation_gives_the_value() {
        for text in [
            "KEY=v4lue",
            "KEY = \"v4lue\"",
            "export DD_KEY_ID='v4lue'",
            "\"KEY\": \"v4lue\"",
            "\\\"KEY\\\": \\\"v4lue\\\"",
            "KEY: v4lue",
            "KEY:\n  v4lue",
            "KEY: >-\n    v4lue",
            "KEY: |\n    v4lue",
            "KEY: |\\n    v4lue",
            "KEY: !!str v4lue",
            "KEY := \"v4lue\"",
            "'KEY' => 'v4lue',",
            "const KEY: string = 'v4lue'",
            "KEY: v4lue=\nnext: 1",
            "-H \"KEY: v4lue=\" https://host/",
            "let KEY: string='v4lue'",
            "process.env.KEY = `v4lue`",
            "os.environ[\"KEY\"] = \"v4lue\"",
            "setenv(\"KEY\", \"v4lue\", 1)",
            "withKEY(\"v4lue\")",
            "--dd-KEY v4lue",
            "--dd-KEY=v4lue",
            "ENV KEY v4lue",
            "- name: KEY\n  value: \"v4lue\"",
            "- name: KEY\n  description: the key\n  default: v4lue",
            "{\"name\": \"KEY\", \"value\": \"v4lue\"}",
            "{\"name\": \"KEY\",\n \"type\": \"plain\",\n \"value\": \"v4lue\"}",
            "<KEY>v4lue</KEY>",
            "<add key=\"KEY\" value=\"v4lue\"/>",
            "<name>KEY</name>\n<value>v4lue</value>",
            "variable \"KEY\" {\n  type = string\n  default = \"v4lue\"\n}",
            "| KEY | v4lue |",
            "| `KEY` | `v4lue` |",
            "X-KEY: Bearer v4lue",
            "-H \"X-KEY: v4lue\"",
            "KEY: [v4lue]",
            "KEY=b'v4lue'",
        ] {
            assert_eq!(value(text), Some("v4lue"), "{text}");
        }
    }

    #[test]
    fn what_is_no_assignment_gives_nothing() {
        for text in [
            "KEY::new()",
            "KEY;",
            "KEY",
            "KEY.",
            "KEY/",
            "- name: KEY\n- name: OTHER\n  value: v4lue",
            "KEY: \"\"\nv4lue",
            "| b.secret | the KEY |\n| v4lue | string |",
        ] {
            let found = value(text);
            assert!(found != Some("v4lue"), "{text}: {found:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(text in proptest::collection::vec(0_u8.., 0..200), at in 0_usize..200) {
            if let Some(value) = value_after(&text, at.min(text.len())) {
                proptest::prop_assert!(value.start <= text.len());
            }
        }
    }
}
