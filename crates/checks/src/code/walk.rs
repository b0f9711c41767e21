//! Going through a tree.

use crate::code::ast::{
    Class, Declarator, Expr, ExprKind, Function, Pattern, PatternKind, Property, Stmt, StmtKind,
};

/// Something that has expressions in it.
pub trait Walk {
    /// Calls `visit` with every expression in it, outer ones first, also in functions in it.
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr));
}

impl<T: Walk> Walk for [T] {
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        for item in self {
            item.walk(visit);
        }
    }
}

impl<T: Walk> Walk for Box<T> {
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        (**self).walk(visit);
    }
}

impl<T: Walk> Walk for Option<T> {
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        if let Some(item) = self {
            item.walk(visit);
        }
    }
}

impl Walk for Expr {
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        match &self.kind {
            ExprKind::Template { tag, body } => {
                tag.as_deref().into_iter().chain(&body.parts).for_each(|part| part.walk(visit));
            }
            ExprKind::Array(items) | ExprKind::Sequence(items) | ExprKind::Other(items) => items.walk(visit),
            ExprKind::Object(properties) => properties.walk(visit),
            ExprKind::Member { object: inner, .. }
            | ExprKind::Await(inner)
            | ExprKind::Import(inner)
            | ExprKind::Spread(inner)
            | ExprKind::Unary { operand: inner, .. } => inner.walk(visit),
            ExprKind::Index { object, index } => {
                object.walk(visit);
                index.walk(visit);
            }
            ExprKind::Binary { sides, .. } => sides.walk(visit),
            ExprKind::Call(call) | ExprKind::New(call) => {
                call.callee.walk(visit);
                call.args.walk(visit);
            }
            ExprKind::Function(function) => function.walk(visit),
            ExprKind::Class(class) => class.walk(visit),
            ExprKind::Conditional { test, then, otherwise } => {
                test.walk(visit);
                then.walk(visit);
                otherwise.walk(visit);
            }
            ExprKind::Assign { sides, .. } => {
                sides.0.walk(visit);
                sides.1.walk(visit);
            }
            ExprKind::Element(element) => {
                element.props.walk(visit);
                element.children.walk(visit);
            }
            ExprKind::Ident(_)
            | ExprKind::This
            | ExprKind::String(_)
            | ExprKind::Number(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Regex(_) => {}
        }
    }
}

impl Walk for Property {
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.computed.walk(visit);
        self.value.walk(visit);
    }
}

impl Walk for Pattern {
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            PatternKind::Name(_) => {}
            PatternKind::Place(expr) => expr.walk(visit),
            PatternKind::Object { entries, rest } => {
                for (_, pattern) in entries {
                    pattern.walk(visit);
                }
                if let Some(rest) = rest {
                    rest.walk(visit);
                }
            }
            PatternKind::Array { items, rest } => {
                items.walk(visit);
                if let Some(rest) = rest {
                    rest.walk(visit);
                }
            }
            PatternKind::Default(pattern, value) => {
                pattern.walk(visit);
                value.walk(visit);
            }
        }
    }
}

impl Walk for Function {
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.params.walk(visit);
        self.rest.walk(visit);
        self.body.walk(visit);
    }
}

impl Walk for Class {
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.extends.walk(visit);
        self.members.iter().for_each(|member| member.value.walk(visit));
    }
}

impl Walk for Declarator {
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.pattern.walk(visit);
        if let Some(value) = &self.value {
            value.walk(visit);
        }
    }
}

impl Walk for Stmt {
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            StmtKind::Expr(expr) | StmtKind::Throw(expr) => expr.walk(visit),
            StmtKind::Var(declarators) => declarators.walk(visit),
            StmtKind::Function(function) => function.walk(visit),
            StmtKind::Class(class) => class.walk(visit),
            StmtKind::Return(value) => value.walk(visit),
            StmtKind::If { test, then, otherwise } => {
                test.walk(visit);
                then.walk(visit);
                if let Some(otherwise) = otherwise {
                    otherwise.walk(visit);
                }
            }
            StmtKind::Switch { on, cases } => {
                on.walk(visit);
                for case in cases {
                    case.test.walk(visit);
                    case.body.walk(visit);
                }
            }
            StmtKind::Loop { head, each, body, .. } => {
                head.walk(visit);
                if let Some((pattern, over)) = each.as_deref() {
                    pattern.walk(visit);
                    over.walk(visit);
                }
                body.walk(visit);
            }
            StmtKind::Try(tried) => {
                tried.block.walk(visit);
                tried.handler.as_deref().unwrap_or_default().walk(visit);
                tried.finalizer.walk(visit);
            }
            StmtKind::Block(body) => body.walk(visit),
            StmtKind::Break | StmtKind::Continue | StmtKind::Other => {}
        }
    }
}
