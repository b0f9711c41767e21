//! Values that are written in the code.

use crate::code::ast::{Expr, ExprKind};
use crate::code::at::At;
use crate::code::resolve::Def;

/// A value, as far as the code says it.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `null` or `undefined`.
    Null,
    /// From the environment, with what stands in for it: `process.env.X ?? 'd'`.
    Outside {
        /// What stands in for it.
        default: Option<String>,
    },
    /// Not known.
    Unknown,
}

/// Parts of parts of a text.
const MAX_DEPTH: u8 = 24;
/// Bytes of a text that is put together.
const MAX_BYTES: usize = 64 << 10;

pub(super) fn of(at: At<'_>) -> Constant {
    below(at, 0)
}

fn below(at: At<'_>, depth: u8) -> Constant {
    if depth > MAX_DEPTH {
        return Constant::Unknown;
    }
    let at = match at.resolve() {
        Def::Value(at) => at,
        Def::Global(name) if &*name == "undefined" => return Constant::Null,
        Def::Global(name) if name.starts_with("process.env.") => return Constant::Outside { default: None },
        _ => return Constant::Unknown,
    };
    let part = |expr| below(at.with(expr), depth + 1);
    match &at.expr.kind {
        ExprKind::String(text) => Constant::Text(text.to_string()),
        ExprKind::Number(number) => Constant::Number(*number),
        ExprKind::Bool(value) => Constant::Bool(*value),
        ExprKind::Null => Constant::Null,
        ExprKind::Template { tag: None, body } => {
            let mut text = String::new();
            for (at, before) in body.texts.iter().enumerate() {
                text.push_str(before);
                match body.parts.get(at).map(part) {
                    None => {}
                    Some(value) => match written(value) {
                        Ok(part) => text.push_str(&part),
                        Err(other) => return other,
                    },
                }
                if text.len() > MAX_BYTES {
                    return Constant::Unknown;
                }
            }
            Constant::Text(text)
        }
        ExprKind::Binary { op, sides } => binary(op, part(&sides[0]), &sides[1], part),
        ExprKind::Unary { op: "!", operand } => match part(operand) {
            Constant::Bool(value) => Constant::Bool(!value),
            Constant::Null => Constant::Bool(true),
            _ => Constant::Unknown,
        },
        ExprKind::Call(call) => match &call.callee.kind {
            // `String(x)`, and what leaves a text that rules look at as it is.
            ExprKind::Ident(name) if &**name == "String" && call.args.len() == 1 => part(&call.args[0]),
            _ => Constant::Unknown,
        },
        _ => Constant::Unknown,
    }
}

fn binary<'a>(op: &str, left: Constant, right: &'a Expr, part: impl Fn(&'a Expr) -> Constant) -> Constant {
    match (op, left) {
        ("+", left @ (Constant::Text(_) | Constant::Outside { .. })) => {
            match (written(left), written(part(right))) {
                (Ok(left), Ok(right)) if left.len() + right.len() <= MAX_BYTES => {
                    Constant::Text(left + &right)
                }
                (Ok(_), Ok(_)) => Constant::Unknown,
                (Err(other), _) | (_, Err(other)) => other,
            }
        }
        ("??" | "||", Constant::Outside { .. }) => Constant::Outside { default: written(part(right)).ok() },
        ("??", Constant::Null)
        | ("||", Constant::Null | Constant::Bool(false))
        | ("&&", Constant::Bool(true)) => part(right),
        ("??", left @ (Constant::Text(_) | Constant::Number(_) | Constant::Bool(_)))
        | ("||", left @ Constant::Bool(true)) => left,
        ("||", Constant::Text(text)) => {
            if text.is_empty() {
                part(right)
            } else {
                Constant::Text(text)
            }
        }
        ("&&", Constant::Bool(false)) => Constant::Bool(false),
        _ => Constant::Unknown,
    }
}

/// A value as a text puts it; what is not known makes the text so.
fn written(value: Constant) -> Result<String, Constant> {
    match value {
        Constant::Text(text) => Ok(text),
        Constant::Number(number) => Ok(number.to_string()),
        Constant::Bool(value) => Ok(value.to_string()),
        Constant::Outside { .. } => Err(Constant::Outside { default: None }),
        Constant::Null | Constant::Unknown => Err(Constant::Unknown),
    }
}
