//! The template language: texts, actions, and what they enclose.

mod expression;
mod lex;

pub(super) use expression::{Base, Operand, Pipeline};

use std::ops::Range;

use lex::{Lexed, Token};

/// How deep blocks lie in one another.
const DEPTH: usize = 40;

/// A part of a template.
#[derive(Debug)]
pub(super) enum Node {
    /// Bytes of the file, as they are.
    Text(Range<usize>),
    /// The value of an expression; the action's bytes.
    Output(Pipeline, Range<usize>),
    /// `if` or `with`, with every `else if`; then `else`.
    Choice(Vec<Arm>, Vec<Node>),
    /// `range`: names for key and value, what over, the body, `else`.
    Range(Pipeline, Range<usize>, Vec<Node>, Vec<Node>),
    /// `template` and `block`.
    Template(String, Option<Pipeline>, Range<usize>),
}

/// One arm of a choice.
#[derive(Debug)]
pub(super) struct Arm {
    /// What decides.
    pub condition: Pipeline,
    /// Where that is written.
    pub at: Range<usize>,
    /// Whether the dot becomes what decides.
    pub with: bool,
    /// What stands there if it holds.
    pub body: Vec<Node>,
}

/// A template that can be read.
#[derive(Debug)]
pub(super) struct Template {
    /// What it writes.
    pub nodes: Vec<Node>,
    /// What it defines, by name.
    pub defines: Vec<(String, Vec<Node>)>,
}

/// How a body ended.
enum End {
    File,
    Closed,
    Else(Option<(Token, Range<usize>)>),
}

struct Parser {
    lexed: std::vec::IntoIter<Lexed>,
    defines: Vec<(String, Vec<Node>)>,
}

impl Template {
    /// Reads a template; none for one that the language does not allow, or that is too long.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parser = Parser { lexed: lex::lex(text)?.into_iter(), defines: Vec::new() };
        let (nodes, end) = parser.body(0)?;
        matches!(end, End::File).then_some(Self { nodes, defines: parser.defines })
    }
}

impl Parser {
    fn body(&mut self, depth: usize) -> Option<(Vec<Node>, End)> {
        if depth > DEPTH {
            return None;
        }
        let mut nodes = Vec::new();
        loop {
            let Some(lexed) = self.lexed.next() else { return Some((nodes, End::File)) };
            let Lexed { token, at } = lexed;
            match token {
                Token::Text => nodes.push(Node::Text(at)),
                Token::Action(code) => {
                    let pipeline = Pipeline::parse(&code).unwrap_or_else(|| Pipeline::unknown(&code));
                    nodes.push(Node::Output(pipeline, at));
                }
                Token::If(_) | Token::With(_) => nodes.push(self.choice(token, at, depth)?),
                Token::Range(code) => {
                    let over = Pipeline::parse(&code).unwrap_or_else(|| Pipeline::unknown(&code));
                    let (body, end) = self.body(depth + 1)?;
                    let otherwise = match end {
                        End::Closed => Vec::new(),
                        End::Else(None) => self.until_end(depth + 1)?,
                        _ => return None,
                    };
                    nodes.push(Node::Range(over, at, body, otherwise));
                }
                Token::Define(name) => {
                    let body = self.until_end(depth + 1)?;
                    self.defines.push((name, body));
                }
                Token::Block(name, code) => {
                    let body = self.until_end(depth + 1)?;
                    self.defines.push((name.clone(), body));
                    nodes.push(Node::Template(name, Pipeline::parse(&code), at));
                }
                Token::Template(name, code) => nodes.push(Node::Template(name, Pipeline::parse(&code), at)),
                Token::End => return Some((nodes, End::Closed)),
                Token::Else(None) => return Some((nodes, End::Else(None))),
                Token::Else(Some(next)) => return Some((nodes, End::Else(Some((*next, at))))),
            }
        }
    }

    fn until_end(&mut self, depth: usize) -> Option<Vec<Node>> {
        let (body, end) = self.body(depth)?;
        matches!(end, End::Closed).then_some(body)
    }

    fn choice(&mut self, first: Token, at: Range<usize>, depth: usize) -> Option<Node> {
        let mut arms = Vec::new();
        let mut next = (first, at);
        loop {
            let (token, at) = next;
            let (code, with) = match token {
                Token::If(code) => (code, false),
                Token::With(code) => (code, true),
                _ => return None,
            };
            let condition = Pipeline::parse(&code).unwrap_or_else(|| Pipeline::unknown(&code));
            let (body, end) = self.body(depth + 1)?;
            arms.push(Arm { condition, at, with, body });
            match end {
                End::Closed => return Some(Node::Choice(arms, Vec::new())),
                End::Else(None) => return Some(Node::Choice(arms, self.until_end(depth + 1)?)),
                End::Else(Some(more)) => next = more,
                End::File => return None,
            }
        }
    }
}
