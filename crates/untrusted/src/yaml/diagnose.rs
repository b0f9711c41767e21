//! Parser errors in npm `yaml`'s words and places, which catalog authors know from Backstage.
//!
//! The two parsers notice a mistake at different tokens. Given where ours stopped and what it had
//! read, this finds what the other one complains about, and where.

use granit_parser::ErrorKind;

use super::indent::Hanging;

/// What was being read when the parser stopped. Offsets are bytes of the document's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    /// The document's text.
    pub(super) text: &'a str,
    /// Where the parser stopped.
    pub(super) at: usize,
    /// The innermost unfinished collection.
    pub(super) inside: Inside,
    /// The last scalar, alias or bracket that was read.
    pub(super) last: (usize, usize),
    /// Where the outermost unfinished flow collection starts, and the spaces its lines need.
    pub(super) flow: Option<(usize, usize)>,
    /// Spaces that the lines of a value need here.
    pub(super) required: usize,
}

/// The kind of the innermost unfinished collection, with what bears on the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    Root,
    BlockMap,
    BlockSeq { in_map: bool },
    FlowMap,
    FlowSeq,
}

/// What is wrong, and at which byte of the document's text.
pub(super) fn explain(kind: &ErrorKind, scene: &Scene<'_>) -> (String, usize) {
    let at = scene.at;
    let here = |message: &str| (message.to_owned(), at);
    match kind {
        ErrorKind::UnexpectedCharacter { character } => (bad_start(*character), at),
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar => ("Tabs are not allowed as indentation".to_owned(), scene.tab()),
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => scene.unclosed_quote(),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => scene.bad_escape(),
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar
        | ErrorKind::InvalidDocumentEnd => scene.unexpected(at),
        ErrorKind::MappingValueNotAllowed => scene.nested_map(),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => scene.lone_key(),
        ErrorKind::ExpectedBlockMappingKey => scene.not_a_key(),
        ErrorKind::ExpectedBlockSequenceEntry => scene.not_an_item(),
        ErrorKind::CommentInterceptedScalar => (SAME_COLUMN.to_owned(), scene.next_line()),
        ErrorKind::InvalidIndentation => (SAME_COLUMN.to_owned(), scene.line_start(at)),
        ErrorKind::BlockSequenceEntryNotAllowed => here("Unexpected block-seq-ind on same line with key"),
        ErrorKind::MissingDocumentEndBeforeDirective => (bad_start('%'), at),
        ErrorKind::ExpectedDocumentStart if !scene.text.starts_with('%') => scene.unexpected(at),
        ErrorKind::ExpectedDocumentStart => here("Missing directives-end/doc-start indicator line"),
        ErrorKind::UnclosedFlowCollection { open } => scene.bad_flow(*open == '{', scene.text.len()),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            let end =
                scene.rest(scene.last.1).find(*close).map_or(at, |skip| scene.last.1.saturating_add(skip));
            scene.bad_flow(*open == '{', end)
        }
        ErrorKind::InvalidColonPlacement
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::InvalidFlowScalarIndent => scene.flow_item(),
        ErrorKind::MisplacedFlowCollectionEnd => {
            let (name, end) = if scene.rest(at).starts_with('}') { ("map", '}') } else { ("seq", ']') };
            (format!("Unexpected flow-{name}-end token in YAML stream: \"{end}\""), at)
        }
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => scene.block_header(),
        ErrorKind::InvalidBlockScalarIndent => here(
            "Block scalars with more-indented leading empty lines must use an explicit indentation indicator",
        ),
        ErrorKind::UndeclaredTagHandle => (format!("Could not resolve tag: {}", scene.word(at)), at),
        ErrorKind::InvalidTagTerminator => {
            here("Tags and anchors must be separated from the next token by white space")
        }
        ErrorKind::CommentNotSeparated => {
            here("Comments must be separated from other tokens by white space characters")
        }
        ErrorKind::MissingAnchorOrAliasName if scene.rest(at).starts_with('*') => {
            here("Alias cannot be an empty string")
        }
        ErrorKind::MissingAnchorOrAliasName => here("Anchor cannot be an empty string"),
        _ if scene.rest(at).starts_with(',') => (bad_start(','), at),
        other => (sentence(&other.to_string()), at),
    }
}

/// An unclosed or badly indented flow collection.
pub(super) fn flow_indent(is_map: bool, is_root: bool) -> String {
    let (name, end) = if is_map { ("map", '}') } else { ("sequence", ']') };
    if is_root {
        return format!("Flow {name} must end with a {end}");
    }
    format!("Flow {name} in block collection must be sufficiently indented and end with a {end}")
}

/// An unclosed quote.
pub(super) fn quote(is_single: bool) -> String {
    format!("Missing closing {}quote", if is_single { '\'' } else { '"' })
}

const SAME_COLUMN: &str = "All mapping items must start at the same column";
/// Characters that a key without `?` may have.
const LONGEST_KEY: usize = 1024;
const ONE_LINE: &str = "Implicit keys need to be on a single line";

fn bad_start(character: char) -> String {
    let what = match character {
        '%' => "directive indicator character",
        ',' | '[' | ']' | '{' | '}' => "flow indicator character",
        '|' | '>' => "block scalar indicator",
        _ => "reserved character",
    };
    format!("Plain value cannot start with {what} {character}")
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl<'a> Scene<'a> {
    fn rest(&self, from: usize) -> &'a str {
        self.text.get(from..).unwrap_or_default()
    }

    fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind('\n').map_or(0, |newline| newline.saturating_add(1))
    }

    fn next_line(&self) -> usize {
        let newline = self.rest(self.at).find('\n');
        newline.map_or(self.text.len(), |skip| self.at.saturating_add(skip).saturating_add(1))
    }

    /// The line after the last thing that was read, blank and comment lines included.
    fn after_last(&self) -> usize {
        let end = self.last.1;
        let start = self.line_start(end);
        // Block text ends within the indentation of the line that is no longer part of it.
        if self.text.get(start..end).is_some_and(|blank| blank.trim().is_empty()) {
            return start;
        }
        let newline = self.rest(end).find('\n');
        newline.map_or(end, |skip| end.saturating_add(skip).saturating_add(1))
    }

    fn word(&self, at: usize) -> &'a str {
        self.rest(at).split_whitespace().next().unwrap_or_default()
    }

    /// The first byte at or after `from` that is neither blank, nor comment, nor an indicator.
    fn content_after(&self, from: usize) -> usize {
        let mut at = from;
        loop {
            let rest = self.rest(at);
            let skip = match rest.as_bytes() {
                [b'#', ..] => rest.find('\n').unwrap_or(rest.len()),
                [b' ' | b'\t' | b'\r' | b'\n', ..]
                | [b':' | b'-' | b'?', b' ' | b'\t' | b'\r' | b'\n', ..] => 1,
                _ => return at,
            };
            at = at.saturating_add(skip);
        }
    }

    /// The tab in the indentation of the line at fault or of the one after it.
    fn tab(&self) -> usize {
        let mut at = self.line_start(self.at);
        for line in self.rest(at).split_inclusive('\n') {
            let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
            let end = at.saturating_add(line.len());
            if line.as_bytes().get(spaces) == Some(&b'\t') && (end > self.at) {
                return at.saturating_add(spaces);
            }
            at = end;
        }
        self.at
    }

    fn unclosed_quote(&self) -> (String, usize) {
        let text = self.rest(self.at);
        let is_single = text.starts_with('\'');
        let mark = if is_single { '\'' } else { '"' };
        let reopened = text.get(1..).is_some_and(|inner| inner.contains(mark));
        let hanging = Hanging { text, required: self.required, is_flow: false };
        let end = match hanging.first_bad_line() {
            Some((line, _)) if reopened => {
                let read = text.get(..line).unwrap_or_default();
                self.at.saturating_add(read.trim_end_matches(['\n', '\r']).len())
            }
            _ => self.text.len(),
        };
        (quote(is_single), end)
    }

    fn bad_escape(&self) -> (String, usize) {
        let mut at = self.at;
        while let Some(skip) = self.rest(at).find('\\') {
            at = at.saturating_add(skip);
            let escape = self.rest(at);
            let digits = match escape.as_bytes().get(1) {
                Some(b'x') => 2,
                Some(b'u') => 4,
                Some(b'U') => 8,
                Some(letter) if b"0abefnrtvN_LP \"/\\\t\n\r".contains(letter) => 0,
                _ => {
                    let source: String = escape.chars().take(2).collect();
                    return (format!("Invalid escape sequence {source}"), at);
                }
            };
            let code: String = escape.chars().skip(2).take(digits).collect();
            let scalar = u32::from_str_radix(&code, 16).ok().filter(|_| code.len() == digits);
            if digits > 0 && scalar.and_then(char::from_u32).is_none() {
                let source: String = escape
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .take(digits.saturating_add(2))
                    .collect();
                return (format!("Invalid escape sequence {source}"), at);
            }
            at = at.saturating_add(2);
        }
        ("Invalid escape sequence".to_owned(), self.at)
    }

    fn unexpected(&self, at: usize) -> (String, usize) {
        let token = match self.rest(at).as_bytes() {
            [b'-', b' ' | b'\t' | b'\r' | b'\n', ..] | b"-" => "seq-item-ind",
            [b':', ..] => return ("Unexpected map-value-ind token in YAML stream: \":\"".to_owned(), at),
            [b'{', ..] => "flow-map-start",
            [b'[', ..] => "flow-seq-start",
            [b'&', ..] => "anchor",
            [b'!', ..] => "tag",
            [b'*', ..] => "alias",
            [b'"', ..] => "double-quoted-scalar",
            [b'\'', ..] => "single-quoted-scalar",
            [b'|' | b'>', ..] => "block-scalar-header",
            _ => "scalar",
        };
        (format!("Unexpected {token} at node end"), at)
    }

    /// A `:` after text that cannot be a key.
    fn nested_map(&self) -> (String, usize) {
        let (start, end) = self.last;
        let between = self.text.get(end..self.at).unwrap_or_default();
        let key = if between.trim().is_empty() { start } else { self.content_after(end) };
        let before = self.text.get(self.line_start(key)..key).unwrap_or_default();
        let follows_key = before.trim_end().ends_with(':') || before.trim_end().ends_with([']', '}']);
        let read = self.text.get(key..self.at).unwrap_or_default();
        if !read.contains('\n') && read.chars().count() > LONGEST_KEY {
            let message =
                "The : indicator must be at most 1024 chars after the start of an implicit block mapping key";
            return (message.to_owned(), key);
        }
        if read.contains('\n') && !follows_key {
            return (ONE_LINE.to_owned(), key);
        }
        ("Nested mappings are not allowed in compact mappings".to_owned(), key)
    }

    /// Text where a key should be, without a `:`.
    fn lone_key(&self) -> (String, usize) {
        if matches!(self.inside, Inside::BlockSeq { in_map: false } | Inside::Root) {
            return self.unexpected(self.at);
        }
        let mut lines = self.rest(self.at).lines();
        let first = lines.next().unwrap_or_default();
        let width = self.at.saturating_sub(self.line_start(self.at));
        let next = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
        let spaces = next.len().saturating_sub(next.trim_start_matches(' ').len());
        let has_colon = next.contains(": ") || next.trim_end().ends_with(':');
        // npm `yaml` does not continue a text of one letter.
        if first.trim_end().len() > 1 && spaces >= width && has_colon {
            return (ONE_LINE.to_owned(), self.at);
        }
        ("Implicit map keys need to be followed by map values".to_owned(), self.at)
    }

    fn not_a_key(&self) -> (String, usize) {
        let line = self.line_start(self.at);
        let before = self.text.get(line..self.at).unwrap_or_default();
        let is_first = before.trim().is_empty();
        if before.trim() == "-" || (is_first && self.rest(self.at).starts_with("- ")) {
            let message = if before.starts_with('-') && self.required == 1 {
                ONE_LINE
            } else {
                "A block sequence may not be used as an implicit map key"
            };
            return (message.to_owned(), line);
        }
        if is_first {
            return (SAME_COLUMN.to_owned(), self.after_last());
        }
        match self.rest(self.at).as_bytes() {
            [b'&', ..] => ("A node can have at most one anchor".to_owned(), self.at),
            [b'!', ..] => ("A node can have at most one tag".to_owned(), self.at),
            [b',', ..] => (bad_start(','), self.at),
            _ => self.unexpected(self.at),
        }
    }

    fn not_an_item(&self) -> (String, usize) {
        let line = self.line_start(self.at);
        if self.inside == (Inside::BlockSeq { in_map: true }) {
            return (SAME_COLUMN.to_owned(), self.after_last());
        }
        if self.at == line {
            return self.unexpected(self.at);
        }
        ("Sequence item without - indicator".to_owned(), line)
    }

    fn flow_item(&self) -> (String, usize) {
        let is_map = self.inside == Inside::FlowMap;
        if let Some((start, required)) = self.flow {
            let end = self.next_line();
            let text = self.text.get(start..end).unwrap_or_default();
            if let Some((offset, spaces)) = (Hanging { text, required, is_flow: true }).first_bad_line() {
                let at = start.saturating_add(offset).saturating_add(spaces);
                return (flow_indent(is_map, false), at);
            }
        }
        let name = if is_map { "map" } else { "sequence" };
        if self.rest(self.at).starts_with(',') {
            return (format!("Unexpected , in flow {name}"), self.at);
        }
        let missing = if is_map { ", or :" } else { "," };
        (format!("Missing {missing} between flow {name} items"), self.at)
    }

    fn bad_flow(&self, is_map: bool, end: usize) -> (String, usize) {
        if let Some((start, required)) = self.flow {
            let text = self.text.get(start..end).unwrap_or_default();
            if let Some((offset, spaces)) = (Hanging { text, required, is_flow: true }).first_bad_line() {
                let at = start.saturating_add(offset).saturating_add(spaces);
                return (flow_indent(is_map, false), at);
            }
        }
        (flow_indent(is_map, self.required == 0), end)
    }

    fn block_header(&self) -> (String, usize) {
        let source = self.word(self.at);
        let mut good = 1_usize;
        let (mut size, mut chomp) = (false, false);
        for byte in source.bytes().skip(1) {
            match byte {
                b'1'..=b'9' if !size => size = true,
                b'+' | b'-' if !chomp => chomp = true,
                _ => break,
            }
            good = good.saturating_add(1);
        }
        (format!("Block scalar header includes extra characters: {source}"), self.at.saturating_add(good))
    }
}
