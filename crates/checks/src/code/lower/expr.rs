//! Expressions, functions and classes.

use std::sync::Arc;

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, ArrowFunctionBody, ChainElement, ClassElement, Expression,
    FormalParameters, MemberExpression, ObjectPropertyKind, PropertyKey, SimpleAssignmentTarget, TSTypeName,
    TemplateLiteral,
};
use oxc_span::GetSpan as _;

use super::{Lower, exact, span};
use crate::code::ast::{
    Call, Class, ClassMember, Element, Expr, ExprKind, Function, Pattern, PatternKind, Property, Span, Stmt,
    StmtKind, Template,
};

impl Lower {
    pub(super) fn expr(&mut self, expr: &Expression<'_>) -> Expr {
        let at = span(expr.span());
        self.deeper(|lower| lower.expr_at(expr, at))
            .unwrap_or(Expr { span: at, kind: ExprKind::Other(Vec::new()) })
    }

    pub(super) fn boxed(&mut self, expr: &Expression<'_>) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    fn expr_at(&mut self, expr: &Expression<'_>, at: Span) -> Expr {
        match expr {
            Expression::ParenthesizedExpression(inner) => return self.expr(&inner.expression),
            Expression::TSAsExpression(inner) => return self.expr(&inner.expression),
            Expression::TSSatisfiesExpression(inner) => return self.expr(&inner.expression),
            Expression::TSTypeAssertion(inner) => return self.expr(&inner.expression),
            Expression::TSNonNullExpression(inner) => return self.expr(&inner.expression),
            Expression::TSInstantiationExpression(inner) => return self.expr(&inner.expression),
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => {
                    return Expr { span: at, kind: self.call(call) };
                }
                ChainElement::TSNonNullExpression(inner) => return self.expr(&inner.expression),
                other => {
                    if let Some(member) = other.as_member_expression() {
                        return self.member(member);
                    }
                }
            },
            _ => {}
        }
        if let Some(member) = expr.as_member_expression() {
            return self.member(member);
        }
        Expr { span: at, kind: self.kind(expr) }
    }

    fn kind(&mut self, expr: &Expression<'_>) -> ExprKind {
        match expr {
            Expression::BooleanLiteral(value) => ExprKind::Bool(value.value),
            Expression::NullLiteral(_) => ExprKind::Null,
            Expression::NumericLiteral(value) => ExprKind::Number(value.value),
            Expression::RegExpLiteral(value) => {
                ExprKind::Regex(Arc::from(value.raw.as_ref().map_or("", |raw| raw.as_str())))
            }
            Expression::StringLiteral(value) => ExprKind::String(self.word(value.value.as_str())),
            Expression::TemplateLiteral(template) => self.template(None, template),
            Expression::TaggedTemplateExpression(tagged) => {
                let tag = self.boxed(&tagged.tag);
                self.template(Some(tag), &tagged.quasi)
            }
            Expression::Identifier(name) => ExprKind::Ident(self.word(name.name.as_str())),
            Expression::ThisExpression(_) => ExprKind::This,
            Expression::ArrayExpression(array) => {
                ExprKind::Array(exact(array.elements.iter().filter_map(|item| self.item(item))))
            }
            Expression::ObjectExpression(object) => {
                ExprKind::Object(object.properties.iter().map(|entry| self.property(entry)).collect())
            }
            Expression::ArrowFunctionExpression(arrow) => ExprKind::Function(self.arrow(arrow)),
            Expression::FunctionExpression(function) => ExprKind::Function(self.function(function)),
            Expression::ClassExpression(class) => ExprKind::Class(self.class(class)),
            Expression::AssignmentExpression(assign) => ExprKind::Assign {
                op: assign.operator.as_str(),
                sides: Box::new((self.target(&assign.left), self.expr(&assign.right))),
            },
            Expression::AwaitExpression(inner) => ExprKind::Await(self.boxed(&inner.argument)),
            Expression::BinaryExpression(both) => ExprKind::Binary {
                op: both.operator.as_str(),
                sides: Box::new([self.expr(&both.left), self.expr(&both.right)]),
            },
            Expression::LogicalExpression(both) => ExprKind::Binary {
                op: both.operator.as_str(),
                sides: Box::new([self.expr(&both.left), self.expr(&both.right)]),
            },
            Expression::CallExpression(call) => self.call(call),
            Expression::NewExpression(call) => {
                let callee = Box::new(self.callee(&call.callee));
                ExprKind::New(Call { callee, args: self.args(&call.arguments) })
            }
            Expression::ConditionalExpression(choice) => ExprKind::Conditional {
                test: self.boxed(&choice.test),
                then: self.boxed(&choice.consequent),
                otherwise: self.boxed(&choice.alternate),
            },
            Expression::ImportExpression(import) => ExprKind::Import(self.boxed(&import.source)),
            Expression::SequenceExpression(all) => {
                ExprKind::Sequence(all.expressions.iter().map(|one| self.expr(one)).collect())
            }
            Expression::UnaryExpression(unary) => {
                ExprKind::Unary { op: unary.operator.as_str(), operand: self.boxed(&unary.argument) }
            }
            Expression::UpdateExpression(update) => ExprKind::Unary {
                op: update.operator.as_str(),
                operand: Box::new(self.updated(&update.argument)),
            },
            Expression::YieldExpression(inner) => {
                ExprKind::Other(inner.argument.iter().map(|one| self.expr(one)).collect())
            }
            Expression::JSXElement(element) => {
                let name = self.element_name(&element.opening_element.name);
                let props = element.opening_element.attributes.iter().map(|prop| self.prop(prop)).collect();
                ExprKind::Element(Box::new(Element {
                    name,
                    props,
                    children: self.children(&element.children),
                }))
            }
            Expression::JSXFragment(fragment) => ExprKind::Element(Box::new(Element {
                name: Arc::from(""),
                props: Vec::new(),
                children: self.children(&fragment.children),
            })),
            _ => ExprKind::Other(Vec::new()),
        }
    }

    fn updated(&mut self, target: &SimpleAssignmentTarget<'_>) -> Expr {
        let at = span(target.span());
        match (target, target.as_member_expression()) {
            (SimpleAssignmentTarget::AssignmentTargetIdentifier(name), _) => {
                Expr { span: at, kind: ExprKind::Ident(self.word(name.name.as_str())) }
            }
            (_, Some(member)) => self.member(member),
            _ => Expr { span: at, kind: ExprKind::Other(Vec::new()) },
        }
    }

    pub(super) fn member(&mut self, member: &MemberExpression<'_>) -> Expr {
        let at = span(member.span());
        let kind = match member {
            MemberExpression::StaticMemberExpression(member) => ExprKind::Member {
                object: self.boxed(&member.object),
                name: self.word(member.property.name.as_str()),
                name_start: member.property.span.start,
            },
            MemberExpression::PrivateFieldExpression(member) => ExprKind::Member {
                object: self.boxed(&member.object),
                name: Arc::from(format!("#{}", member.field.name.as_str())),
                name_start: member.field.span.start,
            },
            MemberExpression::ComputedMemberExpression(member) => {
                let object = self.boxed(&member.object);
                match &member.expression {
                    // `a['b']` is `a.b`.
                    Expression::StringLiteral(name) => ExprKind::Member {
                        object,
                        name: self.word(name.value.as_str()),
                        name_start: name.span.start,
                    },
                    index => ExprKind::Index { object, index: self.boxed(index) },
                }
            }
        };
        Expr { span: at, kind }
    }

    fn call(&mut self, call: &oxc_ast::ast::CallExpression<'_>) -> ExprKind {
        if let Expression::Identifier(name) = &call.callee
            && name.name.as_str() == "require"
            && let [Argument::StringLiteral(source)] = &call.arguments[..]
        {
            let name = self.word(source.value.as_str());
            self.add_import(&name, source);
            let source =
                Expr { span: span(source.span), kind: ExprKind::String(self.word(source.value.as_str())) };
            return ExprKind::Import(Box::new(source));
        }
        ExprKind::Call(Call { callee: Box::new(self.callee(&call.callee)), args: self.args(&call.arguments) })
    }

    fn callee(&mut self, callee: &Expression<'_>) -> Expr {
        let callee = self.expr(callee);
        if let ExprKind::Ident(name) | ExprKind::Member { name, .. } = &callee.kind {
            self.called.insert(Arc::clone(name));
        }
        callee
    }

    fn args(&mut self, args: &[Argument<'_>]) -> Box<[Expr]> {
        let arg = |lower: &mut Self, arg: &Argument<'_>| match arg {
            Argument::SpreadElement(spread) => {
                Some(Expr { span: span(spread.span), kind: ExprKind::Spread(lower.boxed(&spread.argument)) })
            }
            other => other.as_expression().map(|expr| lower.expr(expr)),
        };
        args.iter().filter_map(|one| arg(self, one)).collect()
    }

    fn item(&mut self, item: &ArrayExpressionElement<'_>) -> Option<Expr> {
        let at = span(item.span());
        match item {
            ArrayExpressionElement::SpreadElement(spread) => {
                Some(Expr { span: at, kind: ExprKind::Spread(self.boxed(&spread.argument)) })
            }
            ArrayExpressionElement::Elision(_) => Some(Expr { span: at, kind: ExprKind::Other(Vec::new()) }),
            other => other.as_expression().map(|expr| self.expr(expr)),
        }
    }

    fn property(&mut self, entry: &ObjectPropertyKind<'_>) -> Property {
        match entry {
            ObjectPropertyKind::ObjectProperty(entry) => Property {
                span: span(entry.span),
                key: self.plain(&entry.key),
                key_span: span(entry.key.span()),
                computed: self.computed(&entry.key),
                value: self.expr(&entry.value),
            },
            ObjectPropertyKind::SpreadProperty(spread) => {
                let at = span(spread.span);
                let value = Expr { span: at, kind: ExprKind::Spread(self.boxed(&spread.argument)) };
                Property { span: at, key: None, key_span: at, computed: None, value }
            }
        }
    }

    fn computed(&mut self, key: &PropertyKey<'_>) -> Option<Box<Expr>> {
        if self.plain(key).is_some() { None } else { key.as_expression().map(|key| self.boxed(key)) }
    }

    fn template(&mut self, tag: Option<Box<Expr>>, template: &TemplateLiteral<'_>) -> ExprKind {
        let text = |value: &oxc_ast::ast::TemplateElementValue<'_>| -> Arc<str> {
            Arc::from(value.cooked.as_ref().unwrap_or(&value.raw).as_str())
        };
        ExprKind::Template {
            tag,
            body: Box::new(Template {
                texts: template.quasis.iter().map(|part| text(&part.value)).collect(),
                parts: template.expressions.iter().map(|part| self.expr(part)).collect(),
            }),
        }
    }

    fn params(
        &mut self,
        params: &FormalParameters<'_>,
        scope: Span,
    ) -> (Box<[Pattern]>, Option<Box<Pattern>>) {
        let mut all = Vec::with_capacity(params.items.len());
        for param in &params.items {
            let mut pattern = self.pattern(&param.pattern);
            if let Some(default) = &param.initializer {
                let at = span(param.span);
                let default = self.boxed(default);
                pattern = Pattern { span: at, kind: PatternKind::Default(Box::new(pattern), default) };
            }
            self.bind_params(&pattern, scope);
            all.push(pattern);
        }
        let rest = params.rest.as_ref().map(|rest| Box::new(self.pattern(&rest.rest.argument)));
        if let Some(rest) = &rest {
            self.bind_params(rest, scope);
        }
        (all.into(), rest)
    }

    pub(super) fn function(&mut self, function: &oxc_ast::ast::Function<'_>) -> Arc<Function> {
        let at = span(function.span);
        let lowered = self.in_function(at, |lower| {
            let (params, rest) = lower.params(&function.params, at);
            let (body, body_span) = match &function.body {
                Some(body) => (lower.stmts(&body.statements), span(body.span)),
                None => (Vec::new(), at),
            };
            let name = function.id.as_ref().map(|id| lower.word(id.name.as_str()));
            Function { span: at, name, params, rest, body, body_span }
        });
        self.kept(lowered)
    }

    fn kept(&mut self, function: Function) -> Arc<Function> {
        let function = Arc::new(function);
        self.all_functions.push(Arc::clone(&function));
        function
    }

    fn arrow(&mut self, arrow: &oxc_ast::ast::ArrowFunctionExpression<'_>) -> Arc<Function> {
        let at = span(arrow.span);
        let lowered = self.in_function(at, |lower| {
            let (params, rest) = lower.params(&arrow.params, at);
            let body_span = span(arrow.body.span());
            let body = match &arrow.body {
                ArrowFunctionBody::FunctionBody(body) => lower.stmts(&body.statements),
                other => {
                    let value = other.as_expression().map(|value| lower.expr(value));
                    vec![Stmt { span: body_span, kind: StmtKind::Return(value) }]
                }
            };
            Function { span: at, name: None, params, rest, body, body_span }
        });
        self.kept(lowered)
    }

    pub(super) fn class(&mut self, class: &oxc_ast::ast::Class<'_>) -> Arc<Class> {
        let implements: Vec<Arc<str>> = class
            .implements
            .iter()
            .map(|one| match &one.expression {
                TSTypeName::IdentifierReference(name) => self.word(name.name.as_str()),
                TSTypeName::QualifiedName(name) => self.word(name.right.name.as_str()),
                TSTypeName::ThisExpression(_) => self.word("this"),
            })
            .collect();
        let at = span(class.span);
        let class = self.in_block(at, |lower| Class {
            span: at,
            name: class.id.as_ref().map(|id| lower.word(id.name.as_str())),
            extends: class.heritage.as_ref().map(|parent| lower.expr(&parent.expression)),
            implements,
            members: exact(class.body.body.iter().filter_map(|member| lower.class_member(member))),
        });
        let class = Arc::new(class);
        self.all_classes.push(Arc::clone(&class));
        class
    }

    fn class_member(&mut self, member: &ClassElement<'_>) -> Option<ClassMember> {
        let at = span(member.span());
        let (key, is_static, value) = match member {
            ClassElement::MethodDefinition(method) => {
                let function = self.function(&method.value);
                let value = Expr { span: at, kind: ExprKind::Function(function) };
                (&method.key, method.r#static, Some(value))
            }
            ClassElement::PropertyDefinition(property) => {
                let value = property.value.as_ref().map(|value| self.expr(value));
                (&property.key, property.r#static, value)
            }
            ClassElement::AccessorProperty(property) => {
                let value = property.value.as_ref().map(|value| self.expr(value));
                (&property.key, property.r#static, value)
            }
            ClassElement::StaticBlock(block) => {
                let body = self.in_function(at, |lower| lower.stmts(&block.body));
                let function = Function {
                    span: at,
                    name: None,
                    params: Box::default(),
                    rest: None,
                    body,
                    body_span: at,
                };
                let value = Some(Expr { span: at, kind: ExprKind::Function(self.kept(function)) });
                return Some(ClassMember { span: at, name: None, is_static: true, value });
            }
            ClassElement::TSIndexSignature(_) => return None,
        };
        Some(ClassMember { span: at, name: self.plain(key), is_static, value })
    }
}
