//! A small syntax tree for TypeScript and JavaScript, without types: what rules ask about. Types, `as`, `satisfies`,
//! `!` and parentheses are gone, so `(x as any)!.y` is `x.y`.
//!
//! A repository has millions of these nodes at once, so what is rare or large stands in a box: the tests hold
//! expressions to 40 bytes and statements to 56.

use std::sync::Arc;

/// Bytes of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Just after the last byte.
    pub end: u32,
}

impl Span {
    /// Whether another one lies in it.
    pub fn holds(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// An expression.
#[derive(Debug)]
pub struct Expr {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Debug)]
pub enum ExprKind {
    /// `name`
    Ident(Arc<str>),
    /// `this`
    This,
    /// `'text'`
    String(Arc<str>),
    /// A template: a text before, between and after each of the expressions.
    Template {
        /// What stands before it, as in `` sql`..` ``.
        tag: Option<Box<Expr>>,
        /// What is written.
        body: Box<Template>,
    },
    /// `1`
    Number(f64),
    /// `true`
    Bool(bool),
    /// `null`
    Null,
    /// A regular expression, as written.
    Regex(Arc<str>),
    /// `[a, ...b]`
    Array(Vec<Expr>),
    /// `{ a: 1, b, ...c, d() {} }`
    Object(Vec<Property>),
    /// `object.name`
    Member {
        /// What stands before the dot.
        object: Box<Expr>,
        /// The name after it.
        name: Arc<str>,
        /// Its first byte.
        name_start: u32,
    },
    /// `object[index]`
    Index {
        /// What stands before the bracket.
        object: Box<Expr>,
        /// What stands in it.
        index: Box<Expr>,
    },
    /// `callee(args)`
    Call(Call),
    /// `new callee(args)`
    New(Call),
    /// `await x`
    Await(Box<Expr>),
    /// `import(x)`, also `require('x')`
    Import(Box<Expr>),
    /// `x => ..`, `function () {}`, also a method of an object.
    Function(Arc<Function>),
    /// `class {}`
    Class(Arc<Class>),
    /// `!x`, `typeof x`, `-x`, `x++`
    Unary {
        /// As written.
        op: &'static str,
        /// What it is applied to.
        operand: Box<Expr>,
    },
    /// `a === b`, also `&&`, `||` and `??`
    Binary {
        /// As written.
        op: &'static str,
        /// What stands before it, and after it.
        sides: Box<[Expr; 2]>,
    },
    /// `test ? then : otherwise`
    Conditional {
        /// The condition.
        test: Box<Expr>,
        /// If it holds.
        then: Box<Expr>,
        /// If not.
        otherwise: Box<Expr>,
    },
    /// `target = value`, also `+=`
    Assign {
        /// As written.
        op: &'static str,
        /// What is assigned to, and the value.
        sides: Box<(Pattern, Expr)>,
    },
    /// `...x`
    Spread(Box<Expr>),
    /// `a, b`
    Sequence(Vec<Expr>),
    /// `<Name prop={x}>..</Name>`
    Element(Box<Element>),
    /// Anything else, with the expressions in it. Also what was nested too deeply.
    Other(Vec<Expr>),
}

/// The texts and expressions of a template.
#[derive(Debug)]
pub struct Template {
    /// Its texts; one more than expressions.
    pub texts: Box<[Arc<str>]>,
    /// Its expressions.
    pub parts: Box<[Expr]>,
}

/// A call.
#[derive(Debug)]
pub struct Call {
    /// What is called.
    pub callee: Box<Expr>,
    /// With what.
    pub args: Box<[Expr]>,
}

/// A property of an object.
#[derive(Debug)]
pub struct Property {
    /// Where it is written, with its value.
    pub span: Span,
    /// Its name, if that is plain.
    pub key: Option<Arc<str>>,
    /// Where that is written.
    pub key_span: Span,
    /// The expression of a computed name.
    pub computed: Option<Box<Expr>>,
    /// Its value; a [`ExprKind::Spread`] for `...x`.
    pub value: Expr,
}

/// A JSX element or fragment.
#[derive(Debug)]
pub struct Element {
    /// Its name, with dots; empty for a fragment.
    pub name: Arc<str>,
    /// Its props in order; one without a value is `true`.
    pub props: Vec<Property>,
    /// What is in it: elements, texts, expressions.
    pub children: Vec<Expr>,
}

/// What a value is bound or assigned to.
#[derive(Debug)]
pub struct Pattern {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub kind: PatternKind,
}

/// What a pattern is.
#[derive(Debug)]
pub enum PatternKind {
    /// `name`
    Name(Arc<str>),
    /// `a.b`, which is only assigned to.
    Place(Box<Expr>),
    /// `{ a, b: c, ...rest }`: the key of each, where it is plain.
    Object {
        /// Its properties.
        entries: Box<[(Option<Arc<str>>, Pattern)]>,
        /// `...rest`
        rest: Option<Box<Pattern>>,
    },
    /// `[a, , b, ...rest]`
    Array {
        /// Its items.
        items: Box<[Option<Pattern>]>,
        /// `...rest`
        rest: Option<Box<Pattern>>,
    },
    /// `pattern = value`
    Default(Box<Pattern>, Box<Expr>),
}

/// A function, a method or an arrow.
#[derive(Debug)]
pub struct Function {
    /// Where it is written.
    pub span: Span,
    /// Its name, if it has one.
    pub name: Option<Arc<str>>,
    /// Its parameters.
    pub params: Box<[Pattern]>,
    /// `...rest`
    pub rest: Option<Box<Pattern>>,
    /// What it does. The expression of an arrow is a return.
    pub body: Vec<Stmt>,
    /// Where the body is written.
    pub body_span: Span,
}

/// A class.
#[derive(Debug)]
pub struct Class {
    /// Where it is written.
    pub span: Span,
    /// Its name, if it has one.
    pub name: Option<Arc<str>>,
    /// What it extends.
    pub extends: Option<Expr>,
    /// The names of the interfaces that it says it implements.
    pub implements: Vec<Arc<str>>,
    /// Its methods and properties.
    pub members: Vec<ClassMember>,
}

/// A member of a class.
#[derive(Debug)]
pub struct ClassMember {
    /// Where it is written.
    pub span: Span,
    /// Its name, if that is plain.
    pub name: Option<Arc<str>>,
    /// Whether it is `static`.
    pub is_static: bool,
    /// A [`ExprKind::Function`] for a method.
    pub value: Option<Expr>,
}

/// A statement.
#[derive(Debug)]
pub struct Stmt {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub kind: StmtKind,
}

/// What a statement is. Imports and exports are not statements here but lists of the module; what is exported is.
#[derive(Debug)]
pub enum StmtKind {
    /// `f();`
    Expr(Expr),
    /// `const a = 1, b = 2;`
    Var(Vec<Declarator>),
    /// `function f() {}`
    Function(Arc<Function>),
    /// `class A {}`
    Class(Arc<Class>),
    /// `return x;`
    Return(Option<Expr>),
    /// `if (test) then else otherwise`
    If {
        /// The condition.
        test: Box<Expr>,
        /// If it holds.
        then: Box<Stmt>,
        /// If not.
        otherwise: Option<Box<Stmt>>,
    },
    /// `switch (on) { case test: body }`
    Switch {
        /// What is looked at.
        on: Box<Expr>,
        /// The cases in order.
        cases: Vec<Case>,
    },
    /// `for`, `while` and `do`.
    Loop {
        /// What stands before the body is run: the declarations and conditions of the head.
        head: Box<[Stmt]>,
        /// What is bound in each round, and over what: `for (const x of xs)`.
        each: Option<Box<(Pattern, Arc<Expr>)>>,
        /// The body.
        body: Box<Stmt>,
        /// Whether its body always runs once, as `do` does.
        once: bool,
    },
    /// `try {} catch (e) {} finally {}`
    Try(Box<Try>),
    /// `throw x;`
    Throw(Expr),
    /// `{ .. }`, also `namespace`
    Block(Vec<Stmt>),
    /// `break;`
    Break,
    /// `continue;`
    Continue,
    /// A type, an empty statement, or what was nested too deeply.
    Other,
}

/// What is tried, and what then.
#[derive(Debug)]
pub struct Try {
    /// What is tried.
    pub block: Vec<Stmt>,
    /// What is done with an error.
    pub handler: Option<Vec<Stmt>>,
    /// What is done in any case.
    pub finalizer: Vec<Stmt>,
}

/// A declared variable.
#[derive(Debug)]
pub struct Declarator {
    /// Where it is written, with its value.
    pub span: Span,
    /// Its name or names.
    pub pattern: Pattern,
    /// Its value.
    pub value: Option<Arc<Expr>>,
}

/// A case of a switch.
#[derive(Debug)]
pub struct Case {
    /// Where it is written.
    pub span: Span,
    /// What it is compared with; `None` for `default`.
    pub test: Option<Expr>,
    /// What it does.
    pub body: Vec<Stmt>,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it is written, with `//` or `/*`.
    pub span: Span,
    /// Its text without them.
    pub text: Arc<str>,
}
