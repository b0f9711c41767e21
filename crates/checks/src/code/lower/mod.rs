//! From text to our own tree. INVARIANT: the only module that knows the parser (oxc); nothing of it shows outside.

mod expr;
mod guard;
mod jsx;
mod module;
mod pattern;
mod stmt;

use std::collections::HashSet;
use std::sync::Arc;

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use crate::code::ast::{Class, Comment, Function, Span, Stmt};
use crate::code::binding::{Binding, Bindings, Bound, names};
use crate::code::module::{Export, Import, Module};

/// Bytes of a file that is read.
const MAX_BYTES: usize = 2 << 20;
/// Levels of the tree; what is deeper is left out.
const MAX_DEPTH: u32 = 300;
/// Statements and expressions of a file.
const MAX_NODES: u32 = 500_000;

/// Bytes of stack that a thread needs to [`read`] a file, or why it is not to be read.
pub(super) fn stack(text: &str) -> Result<usize, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("larger than {MAX_BYTES} bytes"));
    }
    guard::stack(text)
}

/// Reads a file. Must run on a thread with as much stack as [`stack`] says.
pub(super) fn read(path: &Arc<str>, text: &Arc<str>) -> Result<Module, String> {
    let allocator = Allocator::default();
    let kind =
        SourceType::from_path(&**path).map_err(|_| "not a name for TypeScript or JavaScript".to_owned())?;
    // A `.js` may hold JSX, and types cost nothing; only `.ts` must not be read as JSX, for its `<T>x`.
    let kind = if kind.is_javascript() { kind.with_jsx(true) } else { kind };
    let read = Parser::new(&allocator, text, kind).parse();
    let error = read.diagnostics.iter().next().map(|error| error.message.to_string());
    if read.panicked || (read.program.body.is_empty() && error.is_some()) {
        return Err(format!("syntax error: {}", error.unwrap_or_default()));
    }
    let mut lower = Lower::new(text);
    let body = lower.stmts(&read.program.body);
    let comments = read.program.comments.iter().map(|comment| {
        let inner = comment.content_span();
        let text = text.get(inner.start as usize..inner.end as usize).unwrap_or_default();
        Comment { span: span(comment.span), text: Arc::from(text) }
    });
    lower.all_functions.sort_by_key(|one| (one.span.start, std::cmp::Reverse(one.span.end)));
    lower.all_classes.sort_by_key(|one| (one.span.start, std::cmp::Reverse(one.span.end)));
    Ok(Module {
        path: Arc::clone(path),
        text: Arc::clone(text),
        body,
        comments: comments.collect(),
        imports: exact(lower.imports.into_iter()),
        exports: exact(lower.exports.into_iter()),
        problem: error.or(lower.cut.then(|| "nested too deeply, or too long, to be read whole".to_owned())),
        bindings: Bindings::of(lower.bindings),
        functions: exact(lower.all_functions.into_iter()),
        classes: exact(lower.all_classes.into_iter()),
        called: sorted(lower.called),
    })
}

/// A list with no room left over: of a repository's tree, half would be that.
fn exact<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = items.collect();
    all.shrink_to_fit();
    all
}

fn sorted(words: HashSet<Arc<str>>) -> Box<[Arc<str>]> {
    let mut words: Box<[Arc<str>]> = words.into_iter().collect();
    words.sort_unstable();
    words
}

fn span(span: oxc_span::Span) -> Span {
    Span { start: span.start, end: span.end }
}

struct Lower {
    depth: u32,
    nodes: u32,
    cut: bool,
    /// The blocks around, outermost first; never empty.
    blocks: Vec<Span>,
    /// The functions around; the first is the file.
    functions: Vec<Span>,
    bindings: Vec<(Arc<str>, Binding)>,
    /// The names and texts of the file, each once.
    words: HashSet<Arc<str>>,
    imports: Vec<Import>,
    exports: Vec<Export>,
    all_functions: Vec<Arc<Function>>,
    all_classes: Vec<Arc<Class>>,
    called: HashSet<Arc<str>>,
}

impl Lower {
    fn new(text: &str) -> Self {
        let all = Span { start: 0, end: u32::try_from(text.len()).unwrap_or(u32::MAX) };
        Self {
            depth: 0,
            nodes: 0,
            cut: false,
            blocks: vec![all],
            functions: vec![all],
            bindings: Vec::new(),
            words: HashSet::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            all_functions: Vec::new(),
            all_classes: Vec::new(),
            called: HashSet::new(),
        }
    }

    /// One level deeper, if that is allowed.
    fn deeper<T>(&mut self, then: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH || self.nodes >= MAX_NODES {
            self.cut = true;
            return None;
        }
        self.depth += 1;
        self.nodes += 1;
        let done = then(self);
        self.depth -= 1;
        Some(done)
    }

    /// A name or a text; the same one if it was there before.
    fn word(&mut self, text: &str) -> Arc<str> {
        if let Some(word) = self.words.get(text) {
            return Arc::clone(word);
        }
        let word: Arc<str> = Arc::from(text);
        self.words.insert(Arc::clone(&word));
        word
    }

    fn in_block<T>(&mut self, block: Span, then: impl FnOnce(&mut Self) -> T) -> T {
        self.blocks.push(block);
        let done = then(self);
        self.blocks.pop();
        done
    }

    fn in_function<T>(&mut self, function: Span, then: impl FnOnce(&mut Self) -> T) -> T {
        self.functions.push(function);
        let done = self.in_block(function, then);
        self.functions.pop();
        done
    }

    fn block(&self) -> Span {
        self.blocks.last().copied().unwrap_or_default()
    }

    fn function_around(&self) -> Span {
        self.functions.last().copied().unwrap_or_default()
    }

    fn bind(&mut self, name: &Arc<str>, scope: Span, span: Span, bound: Bound) {
        self.bindings.push((Arc::clone(name), Binding { scope, span, bound }));
    }

    fn bind_params(&mut self, pattern: &crate::code::ast::Pattern, scope: Span) {
        for (name, span, _) in names(pattern) {
            self.bind(&name, scope, span, Bound::Param);
        }
    }

    fn stmts(&mut self, all: &[oxc_ast::ast::Statement<'_>]) -> Vec<Stmt> {
        all.iter().map(|stmt| self.stmt(stmt)).collect()
    }
}
