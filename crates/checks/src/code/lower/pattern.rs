//! Patterns: what is declared, and what is assigned to.

use std::sync::Arc;

use oxc_ast::ast::{
    AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty, BindingPattern, PropertyKey,
};
use oxc_span::GetSpan as _;

use super::{Lower, span};
use crate::code::ast::{Pattern, PatternKind};

impl Lower {
    pub(super) fn pattern(&mut self, pattern: &BindingPattern<'_>) -> Pattern {
        let at = span(pattern.span());
        let kind = self.deeper(|lower| match pattern {
            BindingPattern::BindingIdentifier(name) => PatternKind::Name(lower.word(name.name.as_str())),
            BindingPattern::ObjectPattern(object) => PatternKind::Object {
                entries: object
                    .properties
                    .iter()
                    .map(|entry| (lower.plain(&entry.key), lower.pattern(&entry.value)))
                    .collect(),
                rest: object.rest.as_ref().map(|rest| Box::new(lower.pattern(&rest.argument))),
            },
            BindingPattern::ArrayPattern(array) => PatternKind::Array {
                items: array
                    .elements
                    .iter()
                    .map(|item| item.as_ref().map(|item| lower.pattern(item)))
                    .collect(),
                rest: array.rest.as_ref().map(|rest| Box::new(lower.pattern(&rest.argument))),
            },
            BindingPattern::AssignmentPattern(default) => PatternKind::Default(
                Box::new(lower.pattern(&default.left)),
                Box::new(lower.expr(&default.right)),
            ),
        });
        Pattern { span: at, kind: kind.unwrap_or_else(nothing) }
    }

    pub(super) fn target(&mut self, target: &AssignmentTarget<'_>) -> Pattern {
        let at = span(target.span());
        let kind = self.deeper(|lower| match target {
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                PatternKind::Name(lower.word(name.name.as_str()))
            }
            AssignmentTarget::ArrayAssignmentTarget(array) => PatternKind::Array {
                items: array
                    .elements
                    .iter()
                    .map(|item| item.as_ref().map(|item| lower.maybe_default(item)))
                    .collect(),
                rest: array.rest.as_ref().map(|rest| Box::new(lower.target(&rest.target))),
            },
            AssignmentTarget::ObjectAssignmentTarget(object) => PatternKind::Object {
                entries: object.properties.iter().map(|entry| lower.target_property(entry)).collect(),
                rest: object.rest.as_ref().map(|rest| Box::new(lower.target(&rest.target))),
            },
            AssignmentTarget::TSAsExpression(cast) => PatternKind::Place(lower.boxed(&cast.expression)),
            AssignmentTarget::TSSatisfiesExpression(cast) => {
                PatternKind::Place(lower.boxed(&cast.expression))
            }
            AssignmentTarget::TSNonNullExpression(cast) => PatternKind::Place(lower.boxed(&cast.expression)),
            AssignmentTarget::TSTypeAssertion(cast) => PatternKind::Place(lower.boxed(&cast.expression)),
            _ => target
                .as_member_expression()
                .map_or_else(nothing, |member| PatternKind::Place(Box::new(lower.member(member)))),
        });
        Pattern { span: at, kind: kind.unwrap_or_else(nothing) }
    }

    fn maybe_default(&mut self, target: &AssignmentTargetMaybeDefault<'_>) -> Pattern {
        if let AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(default) = target {
            let kind = PatternKind::Default(
                Box::new(self.target(&default.binding)),
                Box::new(self.expr(&default.init)),
            );
            return Pattern { span: span(default.span), kind };
        }
        let at = span(target.span());
        target
            .as_assignment_target()
            .map_or_else(|| Pattern { span: at, kind: nothing() }, |target| self.target(target))
    }

    fn target_property(&mut self, entry: &AssignmentTargetProperty<'_>) -> (Option<Arc<str>>, Pattern) {
        match entry {
            AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(entry) => {
                let name = self.word(entry.binding.name.as_str());
                let pattern =
                    Pattern { span: span(entry.binding.span), kind: PatternKind::Name(Arc::clone(&name)) };
                (Some(name), pattern)
            }
            AssignmentTargetProperty::AssignmentTargetPropertyProperty(entry) => {
                (self.plain(&entry.name), self.maybe_default(&entry.binding))
            }
        }
    }

    /// A plain name of a property.
    pub(super) fn plain(&mut self, key: &PropertyKey<'_>) -> Option<Arc<str>> {
        match key {
            PropertyKey::StaticIdentifier(name) => Some(self.word(name.name.as_str())),
            PropertyKey::PrivateIdentifier(name) => Some(self.word(&format!("#{}", name.name.as_str()))),
            PropertyKey::StringLiteral(text) => Some(self.word(text.value.as_str())),
            PropertyKey::NumericLiteral(number) => Some(self.word(&number.value.to_string())),
            PropertyKey::TemplateLiteral(template) if template.expressions.is_empty() => {
                let text = template.quasis.first()?.value.cooked.as_ref()?;
                Some(self.word(text.as_str()))
            }
            _ => None,
        }
    }
}

/// A pattern that binds nothing.
fn nothing() -> PatternKind {
    PatternKind::Array { items: Box::default(), rest: None }
}
