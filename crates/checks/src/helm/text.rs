//! Text that knows, piece by piece, where it was written.

use std::rc::Rc;
use std::sync::Arc;

use crate::Place;

/// A file that text was copied from.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path.
    pub path: Arc<str>,
    /// What it holds.
    pub text: Arc<str>,
    lines: Vec<usize>,
}

impl Source {
    /// A file.
    pub(crate) fn new(path: &Arc<str>, text: &str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self {
            path: Arc::clone(path),
            text: Arc::from(text),
            lines: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// The place of bytes `start..end`.
    pub(crate) fn place(&self, start: usize, end: usize) -> Place {
        let start = self.text.floor_char_boundary(start.min(self.text.len()));
        let end = self.text.ceil_char_boundary(end.clamp(start, self.text.len()));
        let line = self.lines.partition_point(|at| *at <= start);
        let from = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let column = self.text.get(from..start).map_or(0, |before| before.chars().count()) + 1;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { path: Arc::clone(&self.path), line: count(line), column: count(column), start, end }
    }
}

/// Where a piece of text comes from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// Copied byte by byte, from here on.
    Source(Rc<Source>, usize),
    /// All of a value that is written here, put there by an action.
    Value {
        /// The value.
        place: Place,
        /// Its key.
        key: Option<Place>,
        /// The action; none until one has written it.
        action: Option<Place>,
    },
}

/// A piece of text, or a mark between pieces.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Text.
    Text(String, Origin),
    /// What an expression gives when it is known.
    Unknown(Arc<str>, Place),
    /// Here begins all of a list or map that is written there.
    Begin(Place, Option<Place>),
    /// Here it ends.
    End,
    /// Here begins what is only there if this holds.
    If(Arc<str>),
    /// Here that ends.
    EndIf,
    /// Here a key is left away because its value is empty, which says the same.
    Empty(Empty),
}

/// A key that a template writes only where its value says something.
#[derive(Clone, Debug)]
pub(super) struct Empty {
    /// The key.
    pub name: &'static str,
    /// How far to the right it would be.
    pub indent: usize,
    /// The empty value.
    pub place: Place,
    /// Its key, where it is written.
    pub key: Option<Place>,
}

/// Text in pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Text(pub Vec<Piece>);

impl Text {
    /// Text of one piece.
    pub(super) fn of(text: impl Into<String>, origin: Origin) -> Self {
        Self(vec![Piece::Text(text.into(), origin)])
    }

    /// What an action wrote that is no value of its own.
    pub(super) fn written(text: impl Into<String>, action: &Place) -> Self {
        Self::of(text, Origin::Value { place: action.clone(), key: None, action: Some(action.clone()) })
    }

    pub(super) fn push(&mut self, text: &str, origin: Origin) {
        if !text.is_empty() {
            self.0.push(Piece::Text(text.to_owned(), origin));
        }
    }

    /// Bytes of it, and marks, for budgets.
    pub(super) fn size(&self) -> usize {
        self.0.iter().map(|piece| if let Piece::Text(text, _) = piece { text.len() + 1 } else { 1 }).sum()
    }

    /// All of it, if all is known.
    pub(super) fn known(&self) -> Option<String> {
        let mut all = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text, _) => all.push_str(text),
                Piece::Unknown(..) | Piece::If(_) => return None,
                _ => {}
            }
        }
        Some(all)
    }

    /// Where all of it comes from, if that is one place.
    pub(super) fn origin(&self) -> Option<&Origin> {
        let mut origins = self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_, origin) => Some(origin),
            _ => None,
        });
        origins.next().filter(|_| origins.next().is_none())
    }

    /// The same, written by an action where it was not written by another before.
    pub(super) fn by(mut self, action: &Place) -> Self {
        for piece in &mut self.0 {
            if let Piece::Text(_, Origin::Value { action: by @ None, .. }) = piece {
                *by = Some(action.clone());
            }
        }
        self
    }

    /// The same with every line moved to the right.
    pub(super) fn indent(self, width: usize, action: &Place) -> Self {
        let pad = " ".repeat(width);
        let padding = || Origin::Value { place: action.clone(), key: None, action: Some(action.clone()) };
        let mut all = Self::default();
        let mut at_start = true;
        for piece in self.0 {
            match piece {
                Piece::Text(text, origin) => {
                    let mut from = 0;
                    for line in text.split_inclusive('\n') {
                        if at_start {
                            all.push(&pad, padding());
                        }
                        let origin = match &origin {
                            Origin::Source(source, at) => Origin::Source(Rc::clone(source), at + from),
                            value @ Origin::Value { .. } => value.clone(),
                        };
                        all.push(line, origin);
                        from += line.len();
                        at_start = line.ends_with('\n');
                    }
                }
                Piece::Empty(empty) => {
                    all.0.push(Piece::Empty(Empty { indent: empty.indent + width, ..empty }));
                }
                mark => {
                    if at_start && matches!(mark, Piece::Unknown(..) | Piece::Begin(..)) {
                        all.push(&pad, padding());
                        at_start = false;
                    }
                    all.0.push(mark);
                }
            }
        }
        all
    }

    /// The same without white space at its ends.
    pub(super) fn trim(mut self) -> Self {
        for piece in &mut self.0 {
            match piece {
                Piece::Text(text, origin) => {
                    let kept = text.trim_start();
                    if let Origin::Source(_, at) = origin {
                        *at += text.len() - kept.len();
                    }
                    *text = kept.to_owned();
                    if !text.is_empty() {
                        break;
                    }
                }
                Piece::Unknown(..) => break,
                _ => {}
            }
        }
        for piece in self.0.iter_mut().rev() {
            match piece {
                Piece::Text(text, _) => {
                    text.truncate(text.trim_end().len());
                    if !text.is_empty() {
                        break;
                    }
                }
                Piece::Unknown(..) => break,
                _ => {}
            }
        }
        self
    }

    /// The same between quotes.
    pub(super) fn quoted(self, action: &Place) -> Self {
        if let (Some(text), Some(origin)) = (self.known(), self.origin()) {
            return Self::of(json(&text), origin.clone());
        }
        let mut all = Self::written("\"", action);
        for piece in self.0 {
            all.0.push(match piece {
                Piece::Text(text, origin) => {
                    let inside = json(&text);
                    Piece::Text(inside.get(1..inside.len() - 1).unwrap_or_default().to_owned(), origin)
                }
                other => other,
            });
        }
        all.0.extend(Self::written("\"", action).0);
        all
    }
}

/// Text as JSON, which YAML understands.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}
