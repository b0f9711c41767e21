//! From the parser's events to a tree, within the limits.

use std::{borrow::Cow, collections::HashMap};

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span as RawSpan, StructureStyle, Tag};

use super::{
    Limits, Mark, Node, Span, Value, YamlError,
    diagnose::{self, Inside, Scene},
    key::{self, FlowText, KeyKind},
    map::MapFrame,
    scalar::{self, Scalar},
    split::{Segment, mark_after, narrow},
};
use crate::number;

/// What is left of a file's limits.
pub(super) struct Budget {
    depth: usize,
    nodes: usize,
    most_nodes: usize,
    /// Bytes of text that anchors and aliases may still copy.
    copies: usize,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { depth: limits.depth, nodes: limits.nodes, most_nodes: limits.nodes, copies: limits.bytes }
    }
}

/// Reads one document. A document that fails gives its nodes back to the budget.
pub(super) fn document(segment: &Segment<'_>, budget: &mut Budget) -> Result<Option<Node>, YamlError> {
    let before = (budget.nodes, budget.copies);
    let result = Builder::new(segment, budget).run();
    if result.is_err() {
        (budget.nodes, budget.copies) = before;
    }
    Ok(result?.filter(|node| node.value != Value::Null))
}

pub(super) struct Builder<'a> {
    pub(super) segment: &'a Segment<'a>,
    budget: &'a mut Budget,
    pub(super) stack: Vec<Frame>,
    root: Option<Node>,
    /// Kept only when the text has a `*` somewhere.
    anchors: Option<HashMap<usize, Anchored>>,
    /// Set while inside a collection that is a key.
    key_text: Option<FlowText>,
    /// The bytes of the last scalar, alias or bracket.
    last: (usize, usize),
}

/// A finished node that aliases may ask for.
struct Anchored {
    node: Node,
    size: usize,
    bytes: usize,
    height: usize,
}

/// An unfinished collection.
pub(super) struct Frame {
    kind: FrameKind,
    pub(super) start: RawSpan,
    pub(super) is_flow: bool,
    anchor: usize,
    /// The budget when it was opened, to know its size.
    nodes_before: usize,
    /// Levels below it.
    height: usize,
}

enum FrameKind {
    Seq(Vec<Node>),
    Map(MapFrame),
}

impl<'a> Builder<'a> {
    fn new(segment: &'a Segment<'a>, budget: &'a mut Budget) -> Self {
        let anchors = segment.text.contains('*').then(HashMap::new);
        Self { segment, budget, stack: Vec::new(), root: None, anchors, key_text: None, last: (0, 0) }
    }

    fn run(mut self) -> Result<Option<Node>, YamlError> {
        // One more level than ours, so that our own error comes first.
        let nesting = self.budget.depth.saturating_add(1);
        let options = granit_parser::options! {
            emit_comments: false,
            emit_unresolved_aliases: true,
            flow_nesting_limit: nesting,
            block_nesting_limit: nesting,
        };
        let mut documents = 0_usize;
        for event in Parser::new_from_str_with_options(self.segment.text, options) {
            let (event, span) = event.map_err(|error| self.explain(&error))?;
            if event.is_node() || matches!(event, Event::SequenceEnd | Event::MappingEnd) {
                let end = span.end.byte_offset().unwrap_or(0);
                if !span.is_empty() {
                    self.last = (span.start.byte_offset().unwrap_or(end), end);
                }
            }
            match event {
                Event::DocumentStart(..) => {
                    documents = documents.saturating_add(1);
                    if documents > 1 {
                        return Err(self.error("Unexpected second document".to_owned(), span.start));
                    }
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.scalar(text, style, anchor, tag.as_deref(), span)?;
                }
                Event::SequenceStart(style, anchor, _) => self.open(false, style, anchor, span)?,
                Event::MappingStart(style, anchor, _) => self.open(true, style, anchor, span)?,
                Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
                Event::Alias(id) => self.alias(id, span)?,
                Event::UnresolvedAlias(name) => {
                    let message =
                        format!("Unresolved alias (the anchor must be set before the alias): {name}");
                    return Err(self.error(message, span.start));
                }
                _ => {}
            }
        }
        Ok(self.root)
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: RawSpan,
    ) -> Result<(), YamlError> {
        self.spend(1, span.start)?;
        if matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
            let is_single = style == ScalarStyle::SingleQuoted;
            self.check_indent(span.start, span, false, || diagnose::quote(is_single))?;
        }
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            self.check_block_text(span)?;
        }
        let is_empty = span.is_empty();
        if let Some(flow) = &mut self.key_text {
            flow.scalar(&if is_empty { String::new() } else { key::spell(&text, style) });
        }
        let scalar = scalar::resolve(text, style, tag, is_empty);
        let place = self.span(span);
        if anchor != 0 && self.anchors.is_some() {
            let node = Node { value: value_of(scalar.clone()), span: place };
            self.remember(anchor, &node, 1, 0, span.start)?;
        }
        if self.key_text.is_none()
            && let Some(map) = self.awaiting_key()
        {
            let (kind, text) = key::of_scalar(scalar);
            if map.key(kind, text, place) {
                return Ok(());
            }
            return Err(self.error("Map keys must be unique".to_owned(), span.start));
        }
        self.attach(Node { value: value_of(scalar), span: place }, 0);
        Ok(())
    }

    fn open(
        &mut self,
        is_map: bool,
        style: StructureStyle,
        anchor: usize,
        start: RawSpan,
    ) -> Result<(), YamlError> {
        let nodes_before = self.budget.nodes;
        self.spend(1, start.start)?;
        if self.stack.len() >= self.budget.depth {
            return Err(self.too_deep(start.start));
        }
        if style == StructureStyle::Block {
            self.check_tabs(start.start)?;
        }
        if self.key_text.is_none() && self.awaiting_key().is_some() {
            self.key_text = Some(FlowText::default());
        }
        if let Some(flow) = &mut self.key_text {
            flow.start(is_map);
        }
        let kind = if is_map { FrameKind::Map(MapFrame::default()) } else { FrameKind::Seq(Vec::new()) };
        let is_flow = style == StructureStyle::Flow;
        self.stack.push(Frame { kind, start, is_flow, anchor, nodes_before, height: 0 });
        Ok(())
    }

    fn close(&mut self, end: RawSpan) -> Result<(), YamlError> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        if frame.is_flow {
            let is_map = matches!(frame.kind, FrameKind::Map(_));
            let is_root = self.stack.is_empty();
            self.check_indent(frame.start.start, end, true, || diagnose::flow_indent(is_map, is_root))?;
        }
        let start = self.mark(frame.start.start);
        let (value, last) = match frame.kind {
            FrameKind::Seq(items) => {
                let last = items.last().map(|item| item.span.end);
                (Value::Seq(items), last)
            }
            FrameKind::Map(map) => {
                let last = map.last_end();
                (Value::Map(map.finish()), last)
            }
        };
        // A block collection is noticed to end only where the next thing starts.
        let end = if frame.is_flow { self.mark(end.end) } else { last.unwrap_or(start).max(start) };
        let node = Node { value, span: Span { start, end } };
        if frame.anchor != 0 && self.anchors.is_some() {
            let size = frame.nodes_before.saturating_sub(self.budget.nodes);
            let height = frame.height.saturating_add(1);
            self.remember(frame.anchor, &node, size, height, frame.start.start)?;
        }
        if let Some(flow) = &mut self.key_text
            && flow.end()
        {
            let text = self.key_text.take().map(FlowText::into_text).unwrap_or_default();
            if let Some(map) = self.awaiting_key() {
                map.key(KeyKind::Unlike, text, node.span);
            }
            return Ok(());
        }
        self.attach(node, frame.height.saturating_add(1));
        Ok(())
    }

    fn alias(&mut self, id: usize, span: RawSpan) -> Result<(), YamlError> {
        let Some(found) = self.anchors.as_ref().and_then(|anchors| anchors.get(&id)) else {
            return Err(self.error("Alias stands inside the node it names".to_owned(), span.start));
        };
        let (size, bytes, height) = (found.size, found.bytes, found.height);
        if self.stack.len().saturating_add(height) > self.budget.depth {
            return Err(self.too_deep(span.start));
        }
        // Paid before it is copied.
        self.copy(size, bytes, span.start)?;
        let Some(node) = self.anchors.as_ref().and_then(|anchors| anchors.get(&id)).map(|it| it.node.clone())
        else {
            return Ok(());
        };
        let place = self.span(span);
        let spelled = span.slice(self.segment.text).unwrap_or_default();
        if let Some(flow) = &mut self.key_text {
            flow.scalar(spelled);
        }
        if self.key_text.is_none()
            && let Some(map) = self.awaiting_key()
        {
            let text = match node.value {
                Value::Null => String::new(),
                Value::Bool(flag) => flag.to_string(),
                Value::Number(number) => number::print(number.as_f64().unwrap_or(f64::NAN)),
                Value::String(text) => text,
                Value::Seq(_) | Value::Map(_) => spelled.to_owned(),
            };
            map.key(KeyKind::Unlike, text, place);
            return Ok(());
        }
        self.attach(node, height);
        Ok(())
    }

    fn remember(
        &mut self,
        id: usize,
        node: &Node,
        size: usize,
        height: usize,
        at: Marker,
    ) -> Result<(), YamlError> {
        // The copy costs memory too.
        let bytes = weight(node);
        self.copy(size, bytes, at)?;
        if let Some(anchors) = &mut self.anchors {
            anchors.insert(id, Anchored { node: node.clone(), size, bytes, height });
        }
        Ok(())
    }

    fn attach(&mut self, node: Node, height: usize) {
        let Some(top) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        top.height = top.height.max(height);
        match &mut top.kind {
            FrameKind::Seq(items) => items.push(node),
            FrameKind::Map(map) => map.value(node),
        }
    }

    fn awaiting_key(&mut self) -> Option<&mut MapFrame> {
        match self.stack.last_mut() {
            Some(Frame { kind: FrameKind::Map(map), .. }) if map.awaits_key() => Some(map),
            _ => None,
        }
    }

    fn explain(&self, error: &granit_parser::ScanError) -> YamlError {
        let kind_of = |frame: &Frame| (matches!(frame.kind, FrameKind::Map(_)), frame.is_flow);
        let mut frames = self.stack.iter().rev();
        let inside = match frames.next().map(kind_of) {
            None => Inside::Root,
            Some((true, true)) => Inside::FlowMap,
            Some((false, true)) => Inside::FlowSeq,
            Some((true, false)) => Inside::BlockMap,
            Some((false, false)) => {
                Inside::BlockSeq { in_map: frames.next().is_some_and(|frame| kind_of(frame).0) }
            }
        };
        let outermost = self.stack.iter().find(|frame| frame.is_flow);
        let flow = outermost.and_then(|frame| Some((frame.start.start.byte_offset()?, self.required())));
        let text = self.segment.text;
        let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
        let scene = Scene { text, at, inside, last: self.last, flow, required: self.required() };
        let (message, at) = diagnose::explain(error.kind(), &scene);
        self.error_at(message, at)
    }

    /// An error at a byte of the document's text.
    pub(super) fn error_at(&self, message: String, at: usize) -> YamlError {
        let read = self.segment.text.get(..at).unwrap_or(self.segment.text);
        let mark = mark_after(read);
        let line = self.segment.lines_before.saturating_add(mark.line);
        let offset = self.segment.bytes_before.saturating_add(mark.offset);
        YamlError { message, mark: Mark { line, column: mark.column, offset } }
    }

    fn spend(&mut self, nodes: usize, at: Marker) -> Result<(), YamlError> {
        match self.budget.nodes.checked_sub(nodes) {
            Some(left) => self.budget.nodes = left,
            None => return Err(self.too_many(at)),
        }
        Ok(())
    }

    /// Pays for a copy of a node.
    fn copy(&mut self, nodes: usize, bytes: usize, at: Marker) -> Result<(), YamlError> {
        self.spend(nodes, at)?;
        match self.budget.copies.checked_sub(bytes) {
            Some(left) => self.budget.copies = left,
            None => return Err(self.error("Aliases repeat too much text".to_owned(), at)),
        }
        Ok(())
    }

    fn too_many(&self, at: Marker) -> YamlError {
        let most = self.budget.most_nodes;
        self.error(format!("More than {most} values in one file, aliases expanded"), at)
    }

    fn too_deep(&self, at: Marker) -> YamlError {
        self.error(format!("Nested deeper than {} levels", self.budget.depth), at)
    }

    fn error(&self, message: String, at: Marker) -> YamlError {
        YamlError { message, mark: self.mark(at) }
    }

    fn mark(&self, at: Marker) -> Mark {
        Mark {
            line: self.segment.lines_before.saturating_add(narrow(at.line())),
            column: narrow(at.col()).saturating_add(1),
            offset: self.segment.bytes_before.saturating_add(narrow(at.byte_offset().unwrap_or(0))),
        }
    }

    fn span(&self, span: RawSpan) -> Span {
        Span { start: self.mark(span.start), end: self.mark(span.end) }
    }
}

/// Bytes of text in a tree.
fn weight(node: &Node) -> usize {
    match &node.value {
        Value::String(text) => text.len(),
        Value::Seq(items) => items.iter().map(weight).fold(0, usize::saturating_add),
        Value::Map(entries) => entries
            .iter()
            .fold(0, |sum, entry| sum.saturating_add(entry.key.len()).saturating_add(weight(&entry.value))),
        _ => 0,
    }
}

fn value_of(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Bool(flag) => Value::Bool(flag),
        Scalar::Number(found) => number::json(found).map_or(Value::Null, Value::Number),
        Scalar::Text(text) => Value::String(text.into_owned()),
    }
}
