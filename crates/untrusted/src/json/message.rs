//! V8's messages, which clients of the reference know.

/// What the parser stumbled over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    TooDeep,
    TooMany,
    /// A character that starts no value.
    Token,
    End,
    TextAfter,
    FirstName,
    NextName,
    Colon,
    CommaOrBrace,
    CommaOrBracket,
    Unterminated,
    Control,
    Escape,
    Unicode,
    Number,
    AfterMinus,
    Fraction,
    Exponent,
}

/// Letters of the source that V8 shows on each side of a bad character.
const CONTEXT: usize = 10;

/// The message for a mistake at byte `at` of `text`.
pub(super) fn of(mistake: Mistake, text: &str, at: usize) -> String {
    let what = match mistake {
        Mistake::Token => return token(text, at),
        Mistake::End | Mistake::TooDeep | Mistake::TooMany => return END.to_owned(),
        Mistake::TextAfter => "Unexpected non-whitespace character after JSON",
        Mistake::FirstName => "Expected property name or '}' in JSON",
        Mistake::NextName => "Expected double-quoted property name in JSON",
        Mistake::Colon => "Expected ':' after property name in JSON",
        Mistake::CommaOrBrace => "Expected ',' or '}' after property value in JSON",
        Mistake::CommaOrBracket => "Expected ',' or ']' after array element in JSON",
        Mistake::Unterminated => "Unterminated string in JSON",
        Mistake::Control => "Bad control character in string literal in JSON",
        Mistake::Escape => "Bad escaped character in JSON",
        Mistake::Unicode => "Bad Unicode escape in JSON",
        Mistake::Number => "Unexpected number in JSON",
        Mistake::AfterMinus => "No number after minus sign in JSON",
        Mistake::Fraction => "Unterminated fractional number in JSON",
        Mistake::Exponent => "Exponent part is missing a number in JSON",
    };
    placed(what, text, at)
}

fn placed(what: &str, text: &str, at: usize) -> String {
    let read = text.get(..at).unwrap_or(text);
    let position = utf16_len(read);
    let line = read.matches('\n').count().saturating_add(1);
    let column = utf16_len(read.rsplit('\n').next().unwrap_or_default()).saturating_add(1);
    format!("{what} at position {position} (line {line} column {column})")
}

const END: &str = "Unexpected end of JSON input";

fn token(text: &str, at: usize) -> String {
    let Some(found) = text.get(at..).and_then(|rest| rest.chars().next()) else { return END.to_owned() };
    if matches!(text, "undefined" | "NaN" | "Infinity" | "[object Object]") {
        return format!("\"{text}\" is not valid JSON");
    }
    // Inside a word like `true`, V8 names these by their kind.
    match found {
        '"' => return placed("Unexpected string in JSON", text, at),
        '-' | '0'..='9' => return placed("Unexpected number in JSON", text, at),
        _ => {}
    }
    let position = utf16_len(text.get(..at).unwrap_or_default());
    let length = utf16_len(text);
    if length <= CONTEXT.saturating_mul(2) {
        return format!("Unexpected token '{found}', \"{text}\" is not valid JSON");
    }
    let (skip, head) = if position < CONTEXT { (0, "") } else { (position.saturating_sub(CONTEXT), "...") };
    let (end, tail) = if position < length.saturating_sub(CONTEXT) {
        (position.saturating_add(CONTEXT), "...")
    } else {
        (length, "")
    };
    let shown: Vec<u16> = text.encode_utf16().skip(skip).take(end.saturating_sub(skip)).collect();
    let shown = String::from_utf16_lossy(&shown);
    format!("Unexpected token '{found}', {head}\"{shown}\"{tail} is not valid JSON")
}

fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
