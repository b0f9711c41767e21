//! Elements.

use std::sync::Arc;

use oxc_ast::ast::{
    JSXAttributeItem, JSXAttributeName, JSXAttributeValue, JSXChild, JSXElementName, JSXExpression,
    JSXMemberExpression, JSXMemberExpressionObject,
};
use oxc_span::GetSpan as _;

use super::{Lower, exact, span};
use crate::code::ast::{Element, Expr, ExprKind, Property};

impl Lower {
    pub(super) fn prop(&mut self, prop: &JSXAttributeItem<'_>) -> Property {
        let prop = match prop {
            JSXAttributeItem::Attribute(prop) => prop,
            JSXAttributeItem::SpreadAttribute(spread) => {
                let at = span(spread.span);
                let value = Expr { span: at, kind: ExprKind::Spread(self.boxed(&spread.argument)) };
                return Property { span: at, key: None, key_span: at, computed: None, value };
            }
        };
        let at = span(prop.span);
        let key: Arc<str> = match &prop.name {
            JSXAttributeName::Identifier(name) => self.word(name.name.as_str()),
            JSXAttributeName::NamespacedName(name) => {
                Arc::from(format!("{}:{}", name.namespace.name.as_str(), name.name.name.as_str()))
            }
        };
        let nothing = Expr { span: at, kind: ExprKind::Other(Vec::new()) };
        let value = match &prop.value {
            None => Expr { span: at, kind: ExprKind::Bool(true) },
            Some(JSXAttributeValue::StringLiteral(text)) => {
                Expr { span: span(text.span), kind: ExprKind::String(self.word(text.value.as_str())) }
            }
            Some(JSXAttributeValue::ExpressionContainer(inner)) => {
                self.contained(&inner.expression).unwrap_or(nothing)
            }
            Some(JSXAttributeValue::Element(_) | JSXAttributeValue::Fragment(_)) => nothing,
        };
        Property { span: at, key: Some(key), key_span: span(prop.name.span()), computed: None, value }
    }

    fn contained(&mut self, inner: &JSXExpression<'_>) -> Option<Expr> {
        inner.as_expression().map(|inner| self.expr(inner))
    }

    pub(super) fn children(&mut self, children: &[JSXChild<'_>]) -> Vec<Expr> {
        exact(children.iter().filter_map(|child| self.deeper(|lower| lower.child(child)).flatten()))
    }

    fn child(&mut self, child: &JSXChild<'_>) -> Option<Expr> {
        let at = span(child.span());
        let element = match child {
            JSXChild::Text(text) => {
                let text = text.value.as_str();
                return (!text.trim().is_empty())
                    .then(|| Expr { span: at, kind: ExprKind::String(Arc::from(text)) });
            }
            JSXChild::ExpressionContainer(inner) => return self.contained(&inner.expression),
            JSXChild::Spread(spread) => return Some(self.expr(&spread.expression)),
            JSXChild::Fragment(fragment) => Element {
                name: Arc::from(""),
                props: Vec::new(),
                children: self.children(&fragment.children),
            },
            JSXChild::Element(element) => Element {
                name: self.element_name(&element.opening_element.name),
                props: element.opening_element.attributes.iter().map(|prop| self.prop(prop)).collect(),
                children: self.children(&element.children),
            },
        };
        Some(Expr { span: at, kind: ExprKind::Element(Box::new(element)) })
    }

    pub(super) fn element_name(&mut self, name: &JSXElementName<'_>) -> Arc<str> {
        match name {
            JSXElementName::Identifier(name) => self.word(name.name.as_str()),
            JSXElementName::IdentifierReference(name) => self.word(name.name.as_str()),
            JSXElementName::NamespacedName(name) => self.word(name.name.name.as_str()),
            JSXElementName::MemberExpression(name) => self.word(&dotted(name)),
            JSXElementName::ThisExpression(_) => self.word("this"),
        }
    }
}

/// `A.B.C`. A name of more than a few parts is hostile, but the parser has already gone as deep.
fn dotted(mut name: &JSXMemberExpression<'_>) -> String {
    let mut parts = vec![name.property.name.as_str()];
    loop {
        match &name.object {
            JSXMemberExpressionObject::MemberExpression(inner) => {
                parts.push(inner.property.name.as_str());
                name = inner;
            }
            JSXMemberExpressionObject::IdentifierReference(first) => {
                parts.push(first.name.as_str());
                break;
            }
            JSXMemberExpressionObject::ThisExpression(_) => {
                parts.push("this");
                break;
            }
        }
    }
    parts.reverse();
    parts.join(".")
}
