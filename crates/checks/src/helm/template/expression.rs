//! Expressions: pipelines of calls.

use std::sync::Arc;

use crate::Value;

/// How deep parentheses lie in one another.
const DEPTH: usize = 24;
/// How many parts an expression has.
const PARTS: usize = 500;

/// Calls, each of which gets what the one before gave as its last argument.
#[derive(Debug)]
pub(in super::super) struct Pipeline {
    /// Variables that get the result, and whether they are there already.
    pub variables: Vec<String>,
    /// Whether the variables are there already.
    pub assigns: bool,
    /// What is called, with what. None where it was not understood.
    pub commands: Vec<Vec<Operand>>,
    /// How it is written.
    pub code: Arc<str>,
}

/// A value, and the fields of it that are meant.
#[derive(Debug)]
pub(in super::super) struct Operand {
    /// The value.
    pub base: Base,
    /// The fields.
    pub fields: Vec<String>,
}

/// What an operand begins with.
#[derive(Debug)]
pub(in super::super) enum Base {
    /// `.`
    Dot,
    /// `$name`; the name is empty for `$`.
    Variable(String),
    /// A string, number, `true`, `false`, `nil`.
    Literal(Value),
    /// `(...)`.
    Group(Box<Pipeline>),
    /// A function.
    Function(String),
}

impl Pipeline {
    /// Reads an expression.
    pub(in super::super) fn parse(code: &str) -> Option<Self> {
        let mut reader = Reader { code, at: 0, parts: 0 };
        let pipeline = reader.pipeline(0)?;
        reader.skip();
        (reader.at == code.len()).then_some(pipeline)
    }

    /// One that was not understood.
    pub(in super::super) fn unknown(code: &str) -> Self {
        Self { variables: Vec::new(), assigns: false, commands: Vec::new(), code: Arc::from(code) }
    }
}

struct Reader<'a> {
    code: &'a str,
    at: usize,
    parts: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.code.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, text: &str) -> bool {
        let there = self.rest().starts_with(text);
        if there {
            self.at += text.len();
        }
        there
    }

    fn word(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let word = rest[..end].to_owned();
        self.at += end;
        word
    }

    fn pipeline(&mut self, depth: usize) -> Option<Pipeline> {
        if depth > DEPTH {
            return None;
        }
        self.skip();
        let start = self.at;
        let (variables, assigns) = self.declared();
        let mut commands = vec![Vec::new()];
        loop {
            self.skip();
            self.parts += 1;
            if self.parts > PARTS {
                return None;
            }
            if self.rest().is_empty() || self.rest().starts_with(')') {
                break;
            }
            if self.eat("|") {
                commands.push(Vec::new());
                continue;
            }
            let operand = self.operand(depth)?;
            commands.last_mut()?.push(operand);
        }
        let code = Arc::from(self.code.get(start..self.at)?.trim());
        commands.iter().all(|command| !command.is_empty()).then_some(Pipeline {
            variables,
            assigns,
            commands,
            code,
        })
    }

    /// `$x :=`, `$x =`, `$k, $v :=`.
    fn declared(&mut self) -> (Vec<String>, bool) {
        let before = self.at;
        let mut variables = Vec::new();
        while self.eat("$") {
            variables.push(self.word());
            self.skip();
            if self.eat(",") {
                self.skip();
                continue;
            }
            if self.eat(":=") {
                return (variables, false);
            }
            if self.eat("=") {
                return (variables, true);
            }
            break;
        }
        self.at = before;
        (Vec::new(), false)
    }

    fn operand(&mut self, depth: usize) -> Option<Operand> {
        let first = self.rest().chars().next()?;
        let base = match first {
            '(' => {
                self.at += 1;
                let group = self.pipeline(depth + 1)?;
                if !self.eat(")") {
                    return None;
                }
                Base::Group(Box::new(group))
            }
            '.' => {
                if self.rest()[1..].starts_with(|c: char| c.is_alphabetic() || c == '_') {
                    let fields = self.fields();
                    return Some(Operand { base: Base::Dot, fields });
                }
                self.at += 1;
                return Some(Operand { base: Base::Dot, fields: Vec::new() });
            }
            '$' => {
                self.at += 1;
                Base::Variable(self.word())
            }
            '"' | '`' | '\'' => Base::Literal(self.string(first)?),
            '-' | '+' | '0'..='9' => {
                let rest = self.rest();
                let end =
                    rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | '|')).unwrap_or(rest.len());
                let number = rest[..end].parse::<serde_json::Number>().ok()?;
                self.at += end;
                Base::Literal(Value::Number(number))
            }
            _ => match self.word().as_str() {
                "" => return None,
                "true" => Base::Literal(Value::Bool(true)),
                "false" => Base::Literal(Value::Bool(false)),
                "nil" => Base::Literal(Value::Null),
                word => Base::Function(word.to_owned()),
            },
        };
        let fields = self.fields();
        Some(Operand { base, fields })
    }

    fn fields(&mut self) -> Vec<String> {
        let mut fields = Vec::new();
        while self.rest().starts_with('.')
            && self.rest()[1..].starts_with(|c: char| c.is_alphabetic() || c == '_')
        {
            self.at += 1;
            fields.push(self.word());
        }
        fields
    }

    fn string(&mut self, quote: char) -> Option<Value> {
        let inside = &self.rest()[1..];
        if quote == '`' {
            let end = inside.find('`')?;
            let text = Arc::from(&inside[..end]);
            self.at += end + 2;
            return Some(Value::String(text));
        }
        let mut text = String::new();
        let mut chars = inside.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                _ if c == quote => {
                    self.at += at + 2;
                    return Some(Value::String(Arc::from(text)));
                }
                '\\' => text.push(match chars.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other @ ('"' | '\\' | '\'') => other,
                    _ => return None,
                }),
                _ => text.push(c),
            }
        }
        None
    }
}
