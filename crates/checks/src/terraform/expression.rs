//! What expressions stand for, as far as the module itself says it.

use std::collections::BTreeMap;
use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::{
    BinaryOperator, Expression, FuncCall, ObjectKey, Traversal, TraversalOperator, UnaryOperator,
};
use hcl_edit::structure::Body;
use hcl_edit::template::{Element, Template};
use indexmap::IndexMap;

use crate::helm::Source;
use crate::{Item, Place, Value};

/// How deep expressions and names lie in one another.
const DEPTH: usize = 60;
/// How many values a module may have.
const VALUES: usize = 200_000;

/// Variables with defaults, and locals.
#[derive(Default)]
pub(super) struct Names<'a> {
    variables: BTreeMap<&'a str, (Arc<Source>, Option<&'a Expression>)>,
    locals: BTreeMap<&'a str, (Arc<Source>, &'a Expression)>,
}

impl<'a> Names<'a> {
    pub(super) fn add(&mut self, source: &Arc<Source>, body: &'a Body) {
        for block in body.blocks() {
            match (block.ident.as_str(), &block.labels[..]) {
                ("variable", [name]) => {
                    let default = block.body.get_attribute("default").map(|attribute| &attribute.value);
                    self.variables.insert(name.as_str(), (Arc::clone(source), default));
                }
                ("locals", _) => {
                    for attribute in block.body.attributes() {
                        self.locals.insert(attribute.key.as_str(), (Arc::clone(source), &attribute.value));
                    }
                }
                _ => {}
            }
        }
    }
}

/// Evaluates the expressions of a module.
pub(super) struct Evaluator<'a> {
    names: &'a Names<'a>,
    left: usize,
    depth: usize,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(names: &'a Names<'a>) -> Self {
        Self { names, left: VALUES, depth: 0 }
    }

    /// What an expression stands for.
    pub(super) fn value(&mut self, source: &Arc<Source>, expression: &Expression) -> Item {
        let span = expression.span().unwrap_or_default();
        let place = source.place(span.start, span.end);
        let code: Arc<str> = Arc::from(source.text.get(span).unwrap_or_default());
        let unknown = || Item::new(Value::Unknown(Arc::clone(&code)), place.clone());
        if self.left == 0 || self.depth >= DEPTH {
            return unknown();
        }
        self.left -= 1;
        self.depth += 1;
        let value = self.understood(source, expression, &place);
        self.depth -= 1;
        match value {
            Some(mut item) => {
                // A finding is about the place that uses a value, unless it is about the value itself.
                item.place = place;
                item
            }
            None => unknown(),
        }
    }

    fn understood(&mut self, source: &Arc<Source>, expression: &Expression, place: &Place) -> Option<Item> {
        let of = |value: Value| Some(Item::new(value, place.clone()));
        match expression {
            Expression::Null(_) => of(Value::Null),
            Expression::Bool(flag) => of(Value::Bool(*flag.value())),
            Expression::Number(number) => {
                let number = number.value();
                let number = number.as_i64().map(serde_json::Number::from);
                of(Value::Number(
                    number.or_else(|| serde_json::Number::from_f64(expression.as_number()?.as_f64()?))?,
                ))
            }
            Expression::String(text) => of(Value::String(Arc::from(text.value().as_str()))),
            Expression::Array(array) => {
                of(Value::Seq(array.iter().map(|item| self.value(source, item)).collect()))
            }
            Expression::Object(object) => {
                let mut map = IndexMap::new();
                for (key, value) in object {
                    let (name, span) = match key {
                        ObjectKey::Ident(name) => (Some(name.as_str().to_owned()), name.span()),
                        ObjectKey::Expression(key) => {
                            (self.value(source, key).as_str().map(str::to_owned), key.span())
                        }
                    };
                    let mut item = self.value(source, value.expr());
                    item.key = span.map(|span| source.place(span.start, span.end));
                    map.insert(Arc::from(name.as_deref().unwrap_or("?")), item);
                }
                of(Value::Map(map))
            }
            Expression::StringTemplate(template) => {
                let text = self.text(source, template.iter())?;
                of(Value::String(Arc::from(text)))
            }
            Expression::HeredocTemplate(heredoc) => {
                let text = self.template(source, &heredoc.template)?;
                of(Value::String(Arc::from(text)))
            }
            Expression::Parenthesis(inner) => Some(self.value(source, inner.inner())),
            Expression::Conditional(choice) => match self.value(source, &choice.cond_expr).value {
                Value::Bool(true) => Some(self.value(source, &choice.true_expr)),
                Value::Bool(false) => Some(self.value(source, &choice.false_expr)),
                _ => None,
            },
            Expression::FuncCall(call) => self.call(source, call),
            Expression::Traversal(traversal) => self.traversal(source, traversal),
            Expression::UnaryOp(operation) => {
                let value = self.value(source, &operation.expr);
                match (operation.operator.value(), value.value) {
                    (UnaryOperator::Not, Value::Bool(flag)) => of(Value::Bool(!flag)),
                    (UnaryOperator::Neg, Value::Number(number)) => {
                        of(Value::Number(serde_json::Number::from_f64(-number.as_f64()?)?))
                    }
                    _ => None,
                }
            }
            Expression::BinaryOp(operation) => {
                let (a, b) =
                    (self.value(source, &operation.lhs_expr), self.value(source, &operation.rhs_expr));
                let same = || match (&a.value, &b.value) {
                    (Value::String(a), Value::String(b)) => Some(a == b),
                    (Value::Bool(a), Value::Bool(b)) => Some(a == b),
                    (Value::Number(a), Value::Number(b)) => Some(a == b),
                    _ => None,
                };
                let flags = || match (&a.value, &b.value) {
                    (Value::Bool(a), Value::Bool(b)) => Some((*a, *b)),
                    _ => None,
                };
                let flag = match operation.operator.value() {
                    BinaryOperator::Eq => same()?,
                    BinaryOperator::NotEq => !same()?,
                    BinaryOperator::And => flags().map(|(a, b)| a && b)?,
                    BinaryOperator::Or => flags().map(|(a, b)| a || b)?,
                    _ => return None,
                };
                of(Value::Bool(flag))
            }
            Expression::Variable(_) | Expression::ForExpr(_) => None,
        }
    }

    fn call(&mut self, source: &Arc<Source>, call: &FuncCall) -> Option<Item> {
        if call.name.is_namespaced() {
            return None;
        }
        let first = call.args.get(0)?;
        match call.name.name.as_str() {
            "jsonencode" | "yamlencode" | "tostring" | "tolist" | "toset" | "tomap" | "tonumber"
            | "tobool" | "sensitive" | "nonsensitive" | "try" | "trimspace" | "one" => {
                Some(self.value(source, first))
            }
            "lower" => {
                let mut item = self.value(source, first);
                let lower = item.as_str()?.to_lowercase();
                item.value = Value::String(Arc::from(lower));
                Some(item)
            }
            name @ ("merge" | "concat") => {
                let mut parts =
                    call.args.iter().map(|argument| self.value(source, argument)).collect::<Vec<_>>();
                let mut all = (!parts.is_empty()).then(|| parts.remove(0))?;
                for part in parts {
                    match (&mut all.value, part.value) {
                        (Value::Map(map), Value::Map(more)) if name == "merge" => map.extend(more),
                        (Value::Seq(items), Value::Seq(more)) if name == "concat" => items.extend(more),
                        _ => return None,
                    }
                }
                Some(all)
            }
            _ => None,
        }
    }

    fn traversal(&mut self, source: &Arc<Source>, traversal: &Traversal) -> Option<Item> {
        let Expression::Variable(root) = &traversal.expr else { return None };
        let (TraversalOperator::GetAttr(name), rest) =
            traversal.operators.split_first().map(|(first, rest)| (first.value(), rest))?
        else {
            return None;
        };
        let names = self.names;
        let mut item = match root.as_str() {
            "var" => match names.variables.get(name.as_str())? {
                (source, Some(default)) => self.value(&Arc::clone(source), default),
                _ => return None,
            },
            "local" => {
                let (source, value) = names.locals.get(name.as_str())?;
                self.value(&Arc::clone(source), value)
            }
            _ => return None,
        };
        for operator in rest {
            item = match operator.value() {
                TraversalOperator::GetAttr(name) => item.get(name.as_str())?.clone(),
                TraversalOperator::Index(index) => match self.value(source, index).value {
                    Value::String(key) => item.get(&key)?.clone(),
                    Value::Number(at) => item.items().get(usize::try_from(at.as_u64()?).ok()?)?.clone(),
                    _ => return None,
                },
                TraversalOperator::LegacyIndex(at) => {
                    item.items().get(usize::try_from(*at.value()).ok()?)?.clone()
                }
                _ => return None,
            };
        }
        (!item.is_unknown()).then_some(item)
    }

    fn template(&mut self, source: &Arc<Source>, template: &Template) -> Option<String> {
        self.text(source, template.iter())
    }

    fn text<'t>(&mut self, source: &Arc<Source>, parts: impl Iterator<Item = &'t Element>) -> Option<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                Element::Literal(literal) => text.push_str(literal.value()),
                Element::Interpolation(inner) => match self.value(source, &inner.expr).value {
                    Value::String(part) => text.push_str(&part),
                    Value::Number(number) => text.push_str(&number.to_string()),
                    Value::Bool(flag) => text.push_str(&flag.to_string()),
                    _ => return None,
                },
                Element::Directive(_) => return None,
            }
            if text.len() > super::BYTES {
                return None;
            }
        }
        Some(text)
    }
}
