//! Cuts a template into texts and actions.

use std::ops::Range;

/// How many actions a template may have.
const ACTIONS: usize = 20_000;

/// What is between two cuts, and its bytes.
#[derive(Debug)]
pub(super) struct Lexed {
    pub token: Token,
    pub at: Range<usize>,
}

/// A text, or an action by its first word.
#[derive(Debug)]
pub(super) enum Token {
    Text,
    Action(String),
    If(String),
    With(String),
    Range(String),
    Define(String),
    Block(String, String),
    Template(String, String),
    Else(Option<Box<Token>>),
    End,
}

/// The parts of a template, white space trimmed where actions say so; none if an action does not end.
pub(super) fn lex(text: &str) -> Option<Vec<Lexed>> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut trim_start = false;
    while let Some(open) = text[from..].find("{{").map(|at| at + from) {
        if parts.len() > 2 * ACTIONS {
            return None;
        }
        let inside = &text[open + 2..];
        let trims_before = inside.starts_with('-') && inside[1..].starts_with(char::is_whitespace);
        let code_from = open + 2 + usize::from(trims_before);
        push_text(text, from..open, trim_start, trims_before, &mut parts);
        let code_to = end_of(text, code_from)?;
        let close = text[code_to..].find("}}").map(|at| at + code_to)?;
        let code = &text[code_from..close];
        let trims_after = code.ends_with('-') && code[..code.len() - 1].ends_with(char::is_whitespace);
        let code = if trims_after { &code[..code.len() - 1] } else { code }.trim();
        if !code.starts_with("/*") {
            parts.push(Lexed { token: token(code)?, at: open..close + 2 });
        }
        from = close + 2;
        trim_start = trims_after;
    }
    push_text(text, from..text.len(), trim_start, false, &mut parts);
    Some(parts)
}

fn push_text(text: &str, at: Range<usize>, trim_start: bool, trim_end: bool, parts: &mut Vec<Lexed>) {
    let Range { mut start, mut end } = at;
    if trim_end {
        end = start + text[start..end].trim_end().len();
    }
    if trim_start {
        start = end - text[start..end].trim_start().len();
    }
    if start < end {
        parts.push(Lexed { token: Token::Text, at: start..end });
    }
}

/// Where to look for the `}}` of an action: behind its strings and comments.
fn end_of(text: &str, from: usize) -> Option<usize> {
    let rest = &text[from..];
    let lead = rest.len() - rest.trim_start().len();
    if rest[lead..].starts_with("/*") {
        return rest.find("*/").map(|at| from + at + 2);
    }
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    if bytes[at] == b'\n' {
                        return None;
                    }
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'`' => at += 1 + memchr::memchr(b'`', bytes.get(at + 1..)?)?,
            _ => {}
        }
        at += 1;
    }
    None
}

fn token(code: &str) -> Option<Token> {
    let end = code.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(code.len());
    let (word, rest) = code.split_at(end);
    let rest = rest.trim();
    let owned = || rest.to_owned();
    Some(match word {
        "if" => Token::If(owned()),
        "with" => Token::With(owned()),
        "range" => Token::Range(owned()),
        "end" => Token::End,
        "else" if rest.is_empty() => Token::Else(None),
        "else" => match token_of_else(rest) {
            Some(next) => Token::Else(Some(Box::new(next))),
            None => return None,
        },
        "define" => Token::Define(name(rest)?.0),
        "block" => {
            let (name, rest) = name(rest)?;
            Token::Block(name, rest)
        }
        "template" => {
            let (name, rest) = name(rest)?;
            Token::Template(name, rest)
        }
        _ => Token::Action(code.to_owned()),
    })
}

fn token_of_else(rest: &str) -> Option<Token> {
    let (word, rest) = rest.split_once(char::is_whitespace)?;
    match word {
        "if" => Some(Token::If(rest.trim().to_owned())),
        "with" => Some(Token::With(rest.trim().to_owned())),
        _ => None,
    }
}

/// A quoted name, and what follows it.
fn name(rest: &str) -> Option<(String, String)> {
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '`'))?;
    let (name, rest) = rest[1..].split_once(quote)?;
    Some((name.to_owned(), rest.trim().to_owned()))
}
