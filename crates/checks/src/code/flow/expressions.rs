//! What an expression gives, of what is known.

use std::sync::Arc;

use crate::code::ast::{Expr, ExprKind};
use crate::code::at::{CallAt, FunctionAt};
use crate::code::flow::taint::{MAX_LEVELS, MAX_STEPS, Run, Taint};

impl<'a> Run<'a, '_> {
    pub(super) fn expr(&mut self, inside: FunctionAt<'a>, expr: &'a Expr) -> Taint {
        if self.levels >= MAX_LEVELS || self.steps >= MAX_STEPS {
            return Taint::Clean;
        }
        self.levels += 1;
        self.steps += 1;
        let taint = self.expr_below(inside, expr);
        self.levels -= 1;
        taint
    }

    pub(super) fn expr_below(&mut self, inside: FunctionAt<'a>, expr: &'a Expr) -> Taint {
        let place = || inside.module.place(expr.span);
        match &expr.kind {
            ExprKind::Ident(name) => {
                let binding = inside.module.binding(name, expr.span);
                let declared = binding.map(|binding| (Arc::clone(&inside.module.path), binding.span.start));
                declared.and_then(|declared| self.names.get(&declared)).cloned().unwrap_or(Taint::Clean)
            }
            ExprKind::Member { object, name, .. } => {
                let of = self.expr(inside, object);
                match &**name {
                    "length" | "size" => Taint::Clean,
                    _ => self.step(of, name, place),
                }
            }
            ExprKind::Index { object, index } => {
                let of = self.expr(inside, object);
                self.expr(inside, index);
                self.step(of, &Arc::from("*"), place)
            }
            ExprKind::Call(call) => self.call(inside, CallAt { at: inside.at(expr), call }, false),
            ExprKind::New(call) => self.call(inside, CallAt { at: inside.at(expr), call }, true),
            ExprKind::Await(inner) | ExprKind::Spread(inner) => self.expr(inside, inner),
            ExprKind::Template { tag, body } => {
                let before = body.texts.first().map_or("", |text| text);
                let parts: Vec<Taint> = body.parts.iter().map(|part| self.expr(inside, part)).collect();
                let first = parts.iter().position(|part| matches!(part, Taint::Outside(_)));
                let in_path =
                    !body.texts.iter().take(first.map_or(0, |at| at + 1)).any(|text| text.contains('?'));
                let taint = parts.into_iter().fold(Taint::Clean, Taint::or);
                let taint = taint.passing(place()).joined(place(), in_path);
                match (tag, first) {
                    // What a tag makes of it, only that knows: a query with its parameters.
                    (Some(tag), _) => {
                        self.expr(inside, tag);
                        Taint::Clean
                    }
                    (None, Some(0)) if is_open(before) => taint,
                    (None, _) => taint.behind(),
                }
            }
            ExprKind::Array(parts) | ExprKind::Other(parts) => self.all(inside, parts),
            ExprKind::Object(properties) => {
                let mut taint = Taint::Clean;
                for property in properties {
                    let value = self.expr(inside, &property.value);
                    // An object that holds the whole request is not from outside as such.
                    if let Taint::Outside(_) = value {
                        taint = taint.or(value);
                    }
                }
                taint
            }
            ExprKind::Binary { op, sides } => {
                let [left, right] = &**sides;
                let text = match &left.kind {
                    ExprKind::String(text) => Some(&**text),
                    _ => None,
                };
                let (left, right) = (self.expr(inside, left), self.expr(inside, right));
                match *op {
                    "+" if text.is_some_and(is_open) => left.or(right),
                    "+" => {
                        left.or(right.behind()).joined(place(), text.is_none_or(|text| !text.contains('?')))
                    }
                    "||" | "??" | "&&" => left.or(right),
                    _ => Taint::Clean,
                }
            }
            ExprKind::Unary { operand, .. } => {
                self.expr(inside, operand);
                Taint::Clean
            }
            ExprKind::Conditional { test, then, otherwise } => {
                self.test(inside, test);
                self.expr(inside, then).or(self.expr(inside, otherwise))
            }
            ExprKind::Assign { sides, .. } => {
                let (target, value) = &**sides;
                let taint = self.expr(inside, value);
                let part = self.part(taint.clone(), inside, target);
                self.bind(inside, target, &part);
                taint
            }
            ExprKind::Sequence(parts) => {
                parts.iter().map(|part| self.expr(inside, part)).last().unwrap_or(Taint::Clean)
            }
            ExprKind::Function(function) => {
                // A function that is handed on is run with what is known here.
                let returned = std::mem::replace(&mut self.returned, Taint::Clean);
                self.branch(inside, &function.body);
                std::mem::replace(&mut self.returned, returned)
            }
            ExprKind::Import(inner) => {
                self.expr(inside, inner);
                Taint::Clean
            }
            _ => Taint::Clean,
        }
    }

    pub(super) fn all(&mut self, inside: FunctionAt<'a>, parts: &'a [Expr]) -> Taint {
        let mut taint = Taint::Clean;
        for part in parts {
            taint = taint.or(self.expr(inside, part));
        }
        taint
    }
}

/// Whether what follows a text still decides where it leads: nothing, or a scheme without a whole host.
fn is_open(before: &str) -> bool {
    before.is_empty() || before.split_once("://").is_some_and(|(_, host)| !host.contains('/'))
}
