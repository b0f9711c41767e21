//! Which parts of an entity an expression reads.

use cedar_policy_core::ast::{BinaryOp, Expr, ExprKind, Var};

use super::{Many, Optional, Text};

/// Attributes that every entity has.
pub(super) const REQUIRED: &[&str] =
    &["ref", "kind", "namespace", "name", "owners", "tags", "labels", "annotations"];

pub(super) fn is_resource(expr: &Expr) -> bool {
    matches!(expr.expr_kind(), ExprKind::Var(Var::Resource))
}

pub(super) fn concerns_resource(expr: &Expr) -> bool {
    expr.subexpressions().any(is_resource)
}

/// The name of the attribute, if the expression is an attribute of the resource.
pub(super) fn attribute(expr: &Expr) -> Option<&str> {
    match expr.expr_kind() {
        ExprKind::GetAttr { expr, attr } if is_resource(expr) => Some(attr),
        _ => None,
    }
}

pub(super) fn optional(name: &str) -> Option<Optional> {
    match name {
        "type" => Some(Optional::Type),
        "lifecycle" => Some(Optional::Lifecycle),
        "system" => Some(Optional::System),
        _ => None,
    }
}

/// The tag, if `tags` is the labels or the annotations of the resource.
pub(super) fn tag(tags: &Expr, key: &Expr) -> Option<Optional> {
    if concerns_resource(key) {
        return None;
    }
    match attribute(tags)? {
        "labels" => Some(Optional::Label(key.clone().into())),
        "annotations" => Some(Optional::Annotation(key.clone().into())),
        _ => None,
    }
}

pub(super) fn text(expr: &Expr) -> Option<Text> {
    if let ExprKind::BinaryApp { op: BinaryOp::GetTag, arg1, arg2 } = expr.expr_kind() {
        return tag(arg1, arg2).map(Text::Optional);
    }
    match attribute(expr)? {
        "ref" => Some(Text::Ref),
        "kind" => Some(Text::Kind),
        "namespace" => Some(Text::Namespace),
        "name" => Some(Text::Name),
        name => optional(name).map(Text::Optional),
    }
}

pub(super) fn many(expr: &Expr) -> Option<Many> {
    match attribute(expr)? {
        "owners" => Some(Many::Owners),
        "tags" => Some(Many::Tags),
        _ => None,
    }
}
