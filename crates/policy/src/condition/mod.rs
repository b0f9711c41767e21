//! A policy's condition as a question about an entity.
//!
//! [`compile`] reads the condition once, when the policy is loaded, and refuses what a list cannot be
//! asked. [`fold`] then answers, for one principal, when it holds and when its evaluation fails; what
//! does not concern the entity is left to Cedar's own evaluator. Cedar's experimental partial
//! evaluation is not used: its residuals depend on the principal, so that nothing could be refused at
//! load, and their meaning changed in four of its last seven releases.
//!
//! INVARIANT: for every entity the answer is Cedar's own, with an error counted as an error. The
//! property test `tests/suite/residual.rs` holds it.

mod compile;
mod fold;
pub(crate) mod logic;
mod shape;

pub(crate) use compile::compile;
pub(crate) use fold::{World, fold};

use cedar_policy::Expression;

/// A condition, read into what concerns the entity and what does not.
#[derive(Debug)]
pub(crate) enum Cond {
    /// Always this.
    Const(bool),
    /// Does not concern the entity: Cedar evaluates it for the principal.
    Known(Expression),
    /// All hold; evaluation stops at the first that does not.
    All(Vec<Cond>),
    /// Some holds; evaluation stops at the first that does.
    Any(Vec<Cond>),
    Not(Box<Cond>),
    If(Box<Cond>, Box<Cond>, Box<Cond>),
    Test(Test),
}

/// A test of the entity against something that does not concern it.
#[derive(Debug)]
pub(crate) enum Test {
    /// The text equals the operand.
    Is(Text, Expression),
    /// The text is in the operand, a set.
    OneOf(Text, Expression),
    /// The set holds the operand.
    Holds(Many, Expression),
    /// The set shares an element with the operand, a set.
    Meets(Many, Expression),
    /// The set holds every element of the operand, a set.
    Covers(Many, Expression),
    /// The optional attribute or the tag is there.
    Has(Optional),
    /// The entity is the operand, or in it if that is a set.
    Entity(Expression),
}

/// A text of the entity.
#[derive(Debug)]
pub(crate) enum Text {
    Ref,
    Kind,
    Namespace,
    Name,
    Optional(Optional),
}

/// A text that an entity may lack; reading it then is an evaluation error.
#[derive(Clone, Debug)]
pub(crate) enum Optional {
    Type,
    Lifecycle,
    System,
    Label(Expression),
    Annotation(Expression),
}

/// A set of texts of the entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Many {
    Owners,
    Tags,
}
