//! The parser: recursive, within the limit on depth.

use serde_json::{Map, Value};

use super::{
    JsonError, Limits,
    message::{self, Mistake},
};
use crate::number;

/// Deeper nesting could exhaust a thread's stack, whatever the caller asks for.
const DEEPEST: usize = 512;

pub(super) fn value(text: &str, limits: &Limits) -> Result<Value, JsonError> {
    let mut parser = Parser { text, at: 0, depth: limits.depth.min(DEEPEST), nodes: limits.nodes };
    let result = parser.value().and_then(|value| {
        parser.blanks();
        if parser.peek().is_some() { Err(Mistake::TextAfter) } else { Ok(value) }
    });
    result.map_err(|mistake| {
        let message = match mistake {
            Mistake::TooDeep => format!("JSON is nested deeper than {} levels", limits.depth.min(DEEPEST)),
            Mistake::TooMany => format!("JSON has more than {} values", limits.nodes),
            _ => message::of(mistake, text, parser.at),
        };
        JsonError { message, offset: parser.at }
    })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// Levels that may still be opened.
    depth: usize,
    /// Values that may still be read.
    nodes: usize,
}

impl Parser<'_> {
    fn value(&mut self) -> Result<Value, Mistake> {
        self.spend()?;
        self.blanks();
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(Mistake::Token),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Mistake>) -> Result<Value, Mistake> {
        self.depth = self.depth.checked_sub(1).ok_or(Mistake::TooDeep)?;
        self.step();
        let value = read(self)?;
        self.depth = self.depth.saturating_add(1);
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, Mistake> {
        let mut map = Map::new();
        self.blanks();
        if self.take(b'}') {
            return Ok(Value::Object(map));
        }
        let mut missing = Mistake::FirstName;
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return Err(missing);
            }
            self.spend()?;
            let key = self.string()?;
            self.blanks();
            if !self.take(b':') {
                return Err(Mistake::Colon);
            }
            let value = self.value()?;
            map.insert(key, value);
            self.blanks();
            if self.take(b'}') {
                return Ok(Value::Object(map));
            }
            if !self.take(b',') {
                return Err(Mistake::CommaOrBrace);
            }
            missing = Mistake::NextName;
        }
    }

    fn array(&mut self) -> Result<Value, Mistake> {
        let mut items = Vec::new();
        self.blanks();
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.blanks();
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            if !self.take(b',') {
                return Err(Mistake::CommaOrBracket);
            }
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Mistake> {
        for wanted in word.bytes() {
            if !self.take(wanted) {
                return Err(Mistake::Token);
            }
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, Mistake> {
        let start = self.at;
        if self.take(b'-') && !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(Mistake::AfterMinus);
        }
        if self.take(b'0') {
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(Mistake::Number);
            }
        } else {
            self.digits();
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(Mistake::Fraction);
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return Err(Mistake::Exponent);
            }
        }
        let read = self.text.get(start..self.at).unwrap_or_default();
        // A number too large for a float is infinite in JavaScript, which writes that as null.
        let number = read.parse().ok().and_then(number::json);
        Ok(number.map_or(Value::Null, Value::Number))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.step();
        }
        self.at.saturating_sub(start)
    }

    fn string(&mut self) -> Result<String, Mistake> {
        self.step();
        let mut text = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.step();
            }
            text.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                None => return Err(Mistake::Unterminated),
                Some(b'"') => {
                    self.step();
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.step();
                    text.push(self.escape()?);
                }
                Some(_) => return Err(Mistake::Control),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Mistake> {
        let letter = match self.peek().ok_or(Mistake::End)? {
            quoted @ (b'"' | b'\\' | b'/') => char::from(quoted),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.step();
                return self.unicode();
            }
            _ => return Err(Mistake::Escape),
        };
        self.step();
        Ok(letter)
    }

    fn unicode(&mut self) -> Result<char, Mistake> {
        let first = self.four_digits()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or(Mistake::Unicode);
        }
        if !(self.take(b'\\') && self.take(b'u')) {
            return Err(Mistake::Unicode);
        }
        let pair = char::decode_utf16([first, self.four_digits()?].map(|unit| {
            // Four digits always fit.
            u16::try_from(unit).unwrap_or(0)
        }));
        pair.into_iter().next().and_then(Result::ok).ok_or(Mistake::Unicode)
    }

    fn four_digits(&mut self) -> Result<u32, Mistake> {
        let mut code = 0_u32;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16)).ok_or(Mistake::Unicode)?;
            code = code.saturating_mul(16).saturating_add(digit);
            self.step();
        }
        Ok(code)
    }

    fn spend(&mut self) -> Result<(), Mistake> {
        self.nodes = self.nodes.checked_sub(1).ok_or(Mistake::TooMany)?;
        Ok(())
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.step();
        }
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.step();
        }
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }
}
