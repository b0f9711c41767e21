//! Reads a condition, and refuses what a list cannot be asked.

use cedar_policy::{EvalResult, Expression};
use cedar_policy_core::ast::{BinaryOp, Expr, ExprKind, UnaryOp, Var};

use super::fold::World;
use super::{Cond, Test, shape};

/// A part of a condition that no list can be asked.
#[derive(Debug)]
pub(crate) struct Untranslatable {
    /// Byte offset in the file, if Cedar knows it.
    pub(crate) offset: Option<usize>,
    pub(crate) construct: String,
    pub(crate) help: &'static str,
}

/// Reads a condition for one action; `world` asks that action for any principal.
pub(crate) fn compile(condition: &Expr, world: &World) -> Result<Cond, Untranslatable> {
    Compiler { world }.condition(condition)
}

struct Compiler<'a> {
    world: &'a World,
}

type Compiled = Result<Cond, Untranslatable>;

impl Compiler<'_> {
    /// Recursion is bounded by what [`crate::nesting`] lets through.
    fn condition(&self, expr: &Expr) -> Compiled {
        if !shape::concerns_resource(expr) {
            return Ok(self.known(expr));
        }
        match expr.expr_kind() {
            ExprKind::And { .. } => self.chain(expr, false, Cond::All),
            ExprKind::Or { .. } => self.chain(expr, true, Cond::Any),
            ExprKind::UnaryApp { op: UnaryOp::Not, arg } => match self.condition(arg)? {
                Cond::Const(value) => Ok(Cond::Const(!value)),
                part => Ok(Cond::Not(part.into())),
            },
            ExprKind::If { test_expr, then_expr, else_expr } => match self.condition(test_expr)? {
                Cond::Const(true) => self.condition(then_expr),
                Cond::Const(false) => self.condition(else_expr),
                test => Ok(Cond::If(
                    test.into(),
                    self.condition(then_expr)?.into(),
                    self.condition(else_expr)?.into(),
                )),
            },
            _ => leaf(expr),
        }
    }

    /// A chain of `&&` or `||`, read along its left side: it is as deep as it is long.
    fn chain(&self, expr: &Expr, stop: bool, list: fn(Vec<Cond>) -> Cond) -> Compiled {
        let mut links = Vec::new();
        let mut rest = expr;
        while let (ExprKind::And { left, right }, false) | (ExprKind::Or { left, right }, true) =
            (rest.expr_kind(), stop)
        {
            links.push(&**right);
            rest = left;
        }
        links.push(rest);
        let mut parts = Vec::with_capacity(links.len());
        for link in links.into_iter().rev() {
            match self.condition(link)? {
                // What comes after it is never evaluated.
                Cond::Const(value) if value == stop && parts.is_empty() => return Ok(Cond::Const(stop)),
                Cond::Const(value) if value == stop => {
                    parts.push(Cond::Const(stop));
                    break;
                }
                Cond::Const(_) => {}
                part => parts.push(part),
            }
        }
        Ok(if parts.is_empty() { Cond::Const(!stop) } else { list(parts) })
    }

    /// What concerns neither resource nor principal is worked out now; what fails is left to fail then.
    fn known(&self, expr: &Expr) -> Cond {
        let expression = Expression::from(expr.clone());
        let free =
            !expr.subexpressions().any(|part| matches!(part.expr_kind(), ExprKind::Var(Var::Principal)));
        match free.then(|| self.world.value(&expression)).flatten() {
            Some(EvalResult::Bool(value)) => Cond::Const(value),
            _ => Cond::Known(expression),
        }
    }
}

/// An expression over the resource that is no connective.
fn leaf(expr: &Expr) -> Compiled {
    match expr.expr_kind() {
        ExprKind::BinaryApp { op, arg1, arg2 } => binary(expr, *op, arg1, arg2),
        ExprKind::HasAttr { expr: of, attr } if shape::is_resource(of) => Ok(match shape::optional(attr) {
            Some(attribute) => Cond::Test(Test::Has(attribute)),
            None => Cond::Const(shape::REQUIRED.contains(&attr.as_str())),
        }),
        ExprKind::HasAttr { .. } | ExprKind::ExtHasAttr { .. } => {
            refuse(expr, "`has` on this", "write `resource.labels.hasTag(\"key\")`, or `resource has type`")
        }
        ExprKind::Is { expr: of, entity_type } if shape::is_resource(of) => {
            Ok(Cond::Const(entity_type.to_string() == "Entity"))
        }
        ExprKind::Like { .. } => refuse(
            expr,
            "`like` on the resource",
            "write `==`, or `[\"a\", \"b\"].contains(...)`, or test a label",
        ),
        ExprKind::UnaryApp { op: UnaryOp::IsEmpty, .. } => refuse(
            expr,
            "`isEmpty` on the resource",
            "write which owners or tags it must have: `.contains(...)`, `.containsAny([...])`",
        ),
        _ => refuse(
            expr,
            "this expression over the resource",
            "compare one attribute of the resource with something that does not depend on the resource",
        ),
    }
}

fn binary(whole: &Expr, op: BinaryOp, left: &Expr, right: &Expr) -> Compiled {
    if shape::concerns_resource(left) && shape::concerns_resource(right) {
        return refuse(
            whole,
            "comparing the resource with itself",
            "compare one attribute of the resource with something that does not depend on the resource",
        );
    }
    let known = |expr: &Expr| Expression::from(expr.clone());
    let test = match op {
        BinaryOp::Eq => {
            let (of, operand) = if shape::concerns_resource(left) { (left, right) } else { (right, left) };
            if shape::is_resource(of) {
                Some(Test::Entity(known(operand)))
            } else {
                shape::text(of).map(|text| Test::Is(text, known(operand)))
            }
        }
        // Entities have no parents, so being in one is being it.
        BinaryOp::In if shape::is_resource(left) => Some(Test::Entity(known(right))),
        BinaryOp::Contains if shape::is_resource(right) => Some(Test::Entity(known(left))),
        BinaryOp::Contains => match shape::many(left) {
            Some(many) => Some(Test::Holds(many, known(right))),
            None => shape::text(right).map(|text| Test::OneOf(text, known(left))),
        },
        BinaryOp::ContainsAny => {
            let (of, operand) = if shape::concerns_resource(left) { (left, right) } else { (right, left) };
            shape::many(of).map(|many| Test::Meets(many, known(operand)))
        }
        BinaryOp::ContainsAll => match shape::many(left) {
            Some(many) => Some(Test::Covers(many, known(right))),
            None if shape::many(right).is_some() => {
                return refuse(
                    whole,
                    "`containsAll` of the resource's set",
                    "write it the other way round, `resource.owners.containsAll(...)`, or use `containsAny`",
                );
            }
            None => None,
        },
        BinaryOp::HasTag => shape::tag(left, right).map(Test::Has),
        _ => None,
    };
    match test {
        Some(test) => Ok(Cond::Test(test)),
        None => refuse(
            whole,
            "this comparison of the resource",
            "compare a text with `==` or `[...].contains(...)`, owners and tags with `contains`, `containsAny` \
             or `containsAll`",
        ),
    }
}

fn refuse(expr: &Expr, construct: &str, help: &'static str) -> Compiled {
    let offset = expr.source_loc().map(cedar_policy_core::parser::Loc::start);
    Err(Untranslatable { offset, construct: construct.to_owned(), help })
}
