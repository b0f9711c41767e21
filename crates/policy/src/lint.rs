//! Mistakes that Cedar's validator can not know of: texts that can never match, and facts of things
//! the question is not about.

use cedar_policy_core::ast::{BinaryOp, Expr, ExprKind, Literal, Var};
use cedar_policy_core::parser::Loc;
use model::EntityRef;

use crate::cedar::PORTAL;
use crate::error::PolicyError;
use crate::load::{Loaded, Source};

/// How a text is written where it is kept.
#[derive(Clone, Copy)]
enum Form {
    /// Lower case: `kind`, `namespace`, `name`.
    Lower,
    /// A canonical ref: `ref`, `owners`, `system`, `ownership`.
    Ref,
}

/// Finds the mistakes of one policy.
pub(crate) fn lint(policy: &Loaded, source: &Source) -> Vec<PolicyError> {
    let core: &cedar_policy_core::ast::Policy = policy.policy.as_ref();
    let condition = core.condition();
    let mut errors = Vec::new();
    for expr in condition.subexpressions() {
        let mut report = |at: Option<&Loc>, (message, help): (String, String)| {
            let offset = at.or(expr.source_loc()).map_or(policy.offset, Loc::start);
            errors.push(source.error(offset, message, Some(help)));
        };
        match expr.expr_kind() {
            ExprKind::Lit(Literal::EntityUID(uid)) => {
                if let Some(mistake) = reference(&uid.entity_type().to_string(), uid.eid().as_ref()) {
                    report(uid.loc(), mistake);
                }
            }
            ExprKind::BinaryApp {
                op: BinaryOp::Eq | BinaryOp::Contains | BinaryOp::ContainsAny | BinaryOp::ContainsAll,
                arg1,
                arg2,
            } => {
                for (attribute, operand) in [(arg1, arg2), (arg2, arg1)] {
                    let Some((name, form)) = form(attribute) else { continue };
                    for (literal, text) in literals(operand) {
                        if let Some(mistake) = mismatch(name, form, text) {
                            report(literal.source_loc(), mistake);
                        }
                    }
                }
            }
            ExprKind::GetAttr { expr: of, .. }
            | ExprKind::HasAttr { expr: of, .. }
            | ExprKind::BinaryApp { op: BinaryOp::GetTag | BinaryOp::HasTag, arg1: of, .. }
                if of.subexpressions().any(is_reference) =>
            {
                let message = "facts of another entity are not known to policy".to_owned();
                let help = "read attributes of `principal` and `resource` only".to_owned();
                report(None, (message, help));
            }
            _ => {}
        }
    }
    errors
}

fn is_reference(expr: &Expr) -> bool {
    matches!(expr.expr_kind(), ExprKind::Lit(Literal::EntityUID(_)))
}

/// The attribute and how its texts are written, if the expression is one whose texts are folded.
fn form(expr: &Expr) -> Option<(&str, Form)> {
    let ExprKind::GetAttr { expr: of, attr } = expr.expr_kind() else { return None };
    let form = match (of.expr_kind(), attr.as_str()) {
        (ExprKind::Var(Var::Resource), "kind" | "namespace" | "name") => Form::Lower,
        (ExprKind::Var(Var::Resource), "ref" | "owners" | "system")
        | (ExprKind::Var(Var::Principal), "ref" | "ownership") => Form::Ref,
        _ => return None,
    };
    Some((attr, form))
}

/// The texts an operand is written as: one, or those of a set.
fn literals(expr: &Expr) -> Vec<(&Expr, &str)> {
    match expr.expr_kind() {
        ExprKind::Lit(Literal::String(text)) => vec![(expr, text.as_str())],
        ExprKind::Set(items) => items.iter().flat_map(literals).collect(),
        _ => Vec::new(),
    }
}

fn mismatch(attribute: &str, form: Form, text: &str) -> Option<(String, String)> {
    match form {
        Form::Lower => {
            let lower: String = text.chars().flat_map(char::to_lowercase).collect();
            (lower != text).then(|| {
                (format!("`{attribute}` is kept in lower case, so it never equals \"{text}\""), write(&lower))
            })
        }
        Form::Ref => {
            let canonical = canonical(text);
            (canonical.as_deref() != Some(text)).then(|| {
                let message =
                    format!("`{attribute}` holds whole refs in lower case, so \"{text}\" never matches");
                (message, write(canonical.as_deref().unwrap_or("group:default/team-a")))
            })
        }
    }
}

/// A mistake in the id of an entity named in a policy.
fn reference(type_name: &str, id: &str) -> Option<(String, String)> {
    let canonical = match type_name {
        "User" | "Group" | "Entity" | "Labels" | "Annotations" => canonical(id),
        "Portal" => Some(PORTAL.to_owned()),
        _ => return None,
    };
    if canonical.as_deref() == Some(id) {
        return None;
    }
    let example = match type_name {
        "User" => "user:default/ada",
        "Group" => "group:default/team-a",
        _ => "component:default/shop",
    };
    let message = format!("no {type_name} ever has the id \"{id}\"");
    Some((message, write(&format!("{type_name}::\"{}\"", canonical.as_deref().unwrap_or(example)))))
}

/// The text as a canonical ref, if it is one but for its spelling.
fn canonical(text: &str) -> Option<String> {
    text.parse::<EntityRef>().ok().map(|found| found.as_str().to_owned())
}

fn write(text: &str) -> String {
    if text.ends_with('"') { format!("write {text}") } else { format!("write \"{text}\"") }
}
