//! What plugins say about their configuration: the keys of `config.d.ts`, and of JSON Schemas.

use crate::repo::Files;
use crate::{File, Item, Place};

/// A key of a schema.
pub(super) struct Key<'a> {
    /// With dots, from the root of the configuration.
    pub(super) path: String,
    /// Where its name is written.
    pub(super) place: Place,
    /// Its `visibility`.
    pub(super) visibility: Option<String>,
    /// The `deepVisibility` of what it stands in, or its own.
    pub(super) deep: Option<String>,
    /// Whether its value is text.
    pub(super) is_text: bool,
    /// Where its visibility would be written.
    pub(super) written: Written<'a>,
}

/// Where a key's visibility is, or would be, written.
pub(super) enum Written<'a> {
    /// In this comment.
    Comment(Place),
    /// In a comment that is not there yet.
    NoComment,
    /// In this object of a JSON Schema.
    Json(&'a Item),
}

impl Key<'_> {
    /// The name alone.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// Whether it is as visible as this.
    pub(super) fn is(&self, visibility: &str) -> bool {
        let own = self.visibility.as_deref();
        own.or(self.deep.as_deref()) == Some(visibility)
    }
}

/// The keys of all schemas; `None` without a schema.
pub(super) fn keys(files: &Files) -> Option<Vec<Key<'_>>> {
    let mut found: Option<Vec<Key<'_>>> = None;
    for file in files.iter() {
        if let Some(text) = file.text().filter(|_| file.name() == "config.d.ts") {
            typed(file, text, found.get_or_insert_default());
        } else if let Some(schema) = json_schema(file) {
            json(schema, "", None, 0, found.get_or_insert_default());
        }
    }
    found
}

/// A schema in a file of its own, or in a package.json.
fn json_schema(file: &File) -> Option<&Item> {
    let text = file.text()?;
    if file.name() == "package.json" && text.contains("\"configSchema\"") {
        return file.tree()?.get("configSchema").filter(|schema| schema.as_map().is_some());
    }
    let is_named = matches!(file.name(), "config.schema.json" | "configSchema.json")
        || (file.name().ends_with("schema.json") && text.contains("isibility"));
    if is_named { file.tree() } else { None }
}

fn json<'a>(schema: &'a Item, path: &str, deep: Option<&'a str>, depth: usize, found: &mut Vec<Key<'a>>) {
    if depth > 32 {
        return;
    }
    let says = |key: &str| schema.get(key).and_then(Item::as_str);
    let deep = says("deepVisibility").or(deep);
    if !path.is_empty() && !path.ends_with('.') {
        found.push(Key {
            path: path.to_owned(),
            place: schema.key_place().clone(),
            visibility: says("visibility").map(str::to_owned),
            deep: deep.map(str::to_owned),
            is_text: says("type").map_or(schema.get("properties").is_none(), |kind| kind == "string"),
            written: Written::Json(schema),
        });
    }
    for (key, property) in schema.get("properties").into_iter().flat_map(Item::entries) {
        let below = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
        json(property, &below, deep, depth + 1, found);
    }
    for part in ["items", "additionalProperties"] {
        if let Some(items) = schema.get(part) {
            json(items, &format!("{path}."), deep, depth + 1, found);
        }
    }
}

/// An object type that is open.
struct Open {
    name: String,
    deep: Option<String>,
}

/// A key whose type is being read.
struct Reading {
    name: String,
    place: (usize, usize),
    comment: Option<(usize, usize)>,
    type_from: usize,
}

/// Objects in objects that are followed.
const MAX_DEPTH: usize = 64;

/// The members of the interfaces of a `config.d.ts`, with what their doc comments say.
fn typed(file: &File, text: &str, found: &mut Vec<Key<'_>>) {
    let bytes = text.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut reading: Option<Reading> = None;
    let mut comment: Option<(usize, usize)> = None;
    let mut again: Option<String> = None;
    let mut at = 0;
    // Whether a member may begin here.
    let mut fresh = false;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'/' if text[at..].starts_with("/*") => {
                let end = text[at..].find("*/").map_or(text.len(), |end| at + end + 2);
                // A comment also ends a member that no semicolon ends.
                if let Some(read) = reading.take_if(|read| text[read.type_from..at].contains('\n')) {
                    push(file, text, &open, &read, at, true, found);
                    fresh = true;
                }
                comment = Some((at, end));
                at = end;
                continue;
            }
            b'/' if text[at..].starts_with("//") => {
                at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
                continue;
            }
            b'{' => {
                if open.len() >= MAX_DEPTH {
                    return;
                }
                let read = reading.take();
                let deep = read.as_ref().and_then(|read| said(text, read.comment, "@deepVisibility"));
                if let Some(read) = &read {
                    push(file, text, &open, read, at, false, found);
                }
                let name = read.map(|read| read.name).or(again.take()).unwrap_or_default();
                open.push(Open { name, deep });
                (fresh, comment) = (true, None);
            }
            // `Record<string, ..>`
            b',' if reading.as_ref().is_some_and(|read| is_open(&text[read.type_from..at])) => {}
            b'}' | b';' | b',' => {
                if let Some(read) = reading.take() {
                    push(file, text, &open, &read, at, true, found);
                }
                again = None;
                if byte == b'}' {
                    let closed = open.pop();
                    // `{ a: .. } | { b: .. }`: the next is of the same key.
                    let is_union = text[at + 1..].trim_start().starts_with(['|', '&']);
                    again = closed.filter(|_| is_union).map(|closed| closed.name);
                }
                (fresh, comment) = (true, None);
            }
            _ if fresh && !open.is_empty() && (is_word(byte) || matches!(byte, b'\'' | b'"')) => {
                let (from, to, end) = name_at(text, at);
                let after = text[end..].trim_start().trim_start_matches('?').trim_start();
                if after.starts_with(':') {
                    let colon = text.len() - after.len() + 1;
                    let name = text[from..to].to_owned();
                    reading =
                        Some(Reading { name, place: (from, to), comment: comment.take(), type_from: colon });
                    at = colon;
                } else {
                    at = end.max(at + 1);
                }
                fresh = &text[from..to] == "readonly";
                continue;
            }
            // Nothing else need end a member.
            b'\n' if reading.is_some() => {
                let begins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '\'' | '"' | '[');
                let next = text[at..].trim_start().chars().next();
                let ends = |read: &mut Reading| {
                    !text[read.type_from..at].trim_end().is_empty() && next.is_some_and(begins)
                };
                if let Some(read) = reading.take_if(ends) {
                    push(file, text, &open, &read, at, true, found);
                    (fresh, comment) = (true, None);
                }
            }
            _ if byte.is_ascii_whitespace() => {}
            _ => fresh = false,
        }
        at += 1;
    }
}

/// Whether a type's `<` is not closed yet.
fn is_open(kind: &str) -> bool {
    kind.matches('<').count() > kind.matches('>').count()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

/// The name that begins at a byte, without its quotes, and where it ends with them.
fn name_at(text: &str, at: usize) -> (usize, usize, usize) {
    let rest = &text[at..];
    if let Some(quote) = rest.chars().next().filter(|first| matches!(first, '\'' | '"')) {
        let length = rest[1..].find([quote, '\n']).unwrap_or(rest.len() - 1);
        let end = (at + length + 2).min(text.len());
        return (at + 1, at + 1 + length, text.ceil_char_boundary(end));
    }
    let length = rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len());
    (at, at + length, at + length)
}

/// What a comment says after a tag.
fn said(text: &str, comment: Option<(usize, usize)>, tag: &str) -> Option<String> {
    let (from, to) = comment?;
    let comment = &text[from..to];
    let after = &comment[comment.find(tag)? + tag.len()..];
    let word: String = after.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    (!word.is_empty()).then_some(word)
}

fn push(
    file: &File,
    text: &str,
    open: &[Open],
    read: &Reading,
    end: usize,
    is_leaf: bool,
    found: &mut Vec<Key<'_>>,
) {
    let kind = &text[read.type_from..end];
    let mut path: Vec<&str> = open.iter().map(|open| &*open.name).filter(|name| !name.is_empty()).collect();
    path.push(&read.name);
    let own = said(text, read.comment, "@deepVisibility");
    found.push(Key {
        path: path.join("."),
        place: file.place(read.place.0, read.place.1),
        visibility: said(text, read.comment, "@visibility"),
        deep: own.or_else(|| open.iter().rev().find_map(|open| open.deep.clone())),
        is_text: is_leaf && kind.contains("string"),
        written: match read.comment {
            Some((from, to)) => Written::Comment(file.place(from, to)),
            None => Written::NoComment,
        },
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each key of text as `path=visibility`.
    fn found(text: &str) -> Vec<String> {
        let files = Files::of_texts([("plugins/a/config.d.ts", text)]);
        let keys = keys(&files).expect("there is a schema");
        let texts = keys.iter().filter(|key| key.is_text);
        texts
            .map(|key| {
                let seen = key.visibility.as_deref().or(key.deep.as_deref());
                format!("{}={}", key.path, seen.unwrap_or("-"))
            })
            .collect()
    }

    #[test]
    fn members_are_read_however_they_are_written() {
        let text = "export interface Config {
            a: { /** @visibility secret */ token?: string; 'x-key': string, n: number; on: boolean };
            /** @deepVisibility secret */
            b?: { list: Array<{ // a comment { here
              c: string }>; map: Record<string, { d: string }> };
            e: 'one' | 'two'
            /**
             * The { } of the thing: with a colon.
             * @visibility backend
             */
            readonly f: string | { $env: string };
            [key: string]: unknown;
            h:
              string
            g: string[];
            u?:
              | { i: string }
              | { [name: string]: { i: string } };
        }";
        let expected = [
            "a.token=secret",
            "a.x-key=-",
            "b.list.c=secret",
            "b.map.d=secret",
            "f.$env=-",
            "h=-",
            "g=-",
            "u.i=-",
            "u.i=-",
        ];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn what_is_broken_is_read_as_far_as_it_goes() {
        for text in ["", "{", "{a:", "{ 'a", "{ a: string", "}}}", "/*", "{ é: string; ü", "{a:{a:{a:string"]
        {
            let files = Files::of_texts([("config.d.ts", text)]);
            assert!(keys(&files).is_some());
        }
    }
}
