//! Statements.

use std::sync::Arc;

use oxc_ast::ast::{
    Declaration, ForStatementInit, ForStatementLeft, Statement, TSEnumDeclaration, TSEnumMemberName,
    TSNamespaceDeclarationBody, VariableDeclaration, VariableDeclarationKind,
};
use oxc_span::GetSpan as _;

use super::{Lower, span};
use crate::code::ast::{
    Case, Declarator, Expr, ExprKind, Pattern, PatternKind, Property, Span, Stmt, StmtKind, Try,
};
use crate::code::binding::{Bound, names};

impl Lower {
    pub(super) fn stmt(&mut self, stmt: &Statement<'_>) -> Stmt {
        let at = span(stmt.span());
        let kind = self.deeper(|lower| lower.stmt_kind(stmt, at)).unwrap_or(StmtKind::Other);
        Stmt { span: at, kind }
    }

    fn stmt_kind(&mut self, stmt: &Statement<'_>, at: Span) -> StmtKind {
        match stmt {
            Statement::BlockStatement(block) => {
                StmtKind::Block(self.in_block(at, |lower| lower.stmts(&block.body)))
            }
            Statement::BreakStatement(_) => StmtKind::Break,
            Statement::ContinueStatement(_) => StmtKind::Continue,
            Statement::ExpressionStatement(expr) => StmtKind::Expr(self.expr(&expr.expression)),
            Statement::IfStatement(branch) => StmtKind::If {
                test: self.boxed(&branch.test),
                then: Box::new(self.stmt(&branch.consequent)),
                otherwise: branch.alternate.as_ref().map(|other| Box::new(self.stmt(other))),
            },
            Statement::ReturnStatement(value) => {
                StmtKind::Return(value.argument.as_ref().map(|value| self.expr(value)))
            }
            Statement::ThrowStatement(error) => StmtKind::Throw(self.expr(&error.argument)),
            Statement::LabeledStatement(labeled) => StmtKind::Block(vec![self.stmt(&labeled.body)]),
            Statement::SwitchStatement(switch) => StmtKind::Switch {
                on: self.boxed(&switch.discriminant),
                cases: self.in_block(at, |lower| {
                    let case = |case: &oxc_ast::ast::SwitchCase<'_>, lower: &mut Self| Case {
                        span: span(case.span),
                        test: case.test.as_ref().map(|test| lower.expr(test)),
                        body: lower.stmts(&case.consequent),
                    };
                    switch.cases.iter().map(|one| case(one, lower)).collect()
                }),
            },
            Statement::TryStatement(tried) => StmtKind::Try(Box::new(Try {
                block: self.in_block(span(tried.block.span), |lower| lower.stmts(&tried.block.body)),
                handler: tried.handler.as_ref().map(|handler| {
                    let scope = span(handler.span);
                    self.in_block(scope, |lower| {
                        if let Some(param) = &handler.param {
                            let pattern = lower.pattern(&param.pattern);
                            lower.bind_params(&pattern, scope);
                        }
                        lower.stmts(&handler.body.body)
                    })
                }),
                finalizer: tried.finalizer.as_ref().map_or_else(Vec::new, |block| {
                    self.in_block(span(block.span), |lower| lower.stmts(&block.body))
                }),
            })),
            Statement::WithStatement(with) => StmtKind::Block(vec![self.stmt(&with.body)]),
            _ => {
                if let Some(declaration) = stmt.as_declaration() {
                    self.declaration(declaration)
                } else if let Some(module) = stmt.as_module_declaration() {
                    self.module_declaration(module)
                } else {
                    self.in_block(at, |lower| lower.repeated(stmt))
                }
            }
        }
    }

    fn repeated(&mut self, stmt: &Statement<'_>) -> StmtKind {
        let mut head = Vec::new();
        let (each, body, once) = match stmt {
            Statement::WhileStatement(repeat) => {
                head.push(self.expr_stmt(&repeat.test));
                (None, &repeat.body, false)
            }
            Statement::DoWhileStatement(repeat) => {
                head.push(self.expr_stmt(&repeat.test));
                (None, &repeat.body, true)
            }
            Statement::ForStatement(repeat) => {
                match &repeat.init {
                    Some(ForStatementInit::VariableDeclaration(declared)) => {
                        let kind = self.variables(declared);
                        head.push(Stmt { span: span(declared.span), kind });
                    }
                    Some(init) => head.extend(init.as_expression().map(|expr| self.expr_stmt(expr))),
                    None => {}
                }
                head.extend(repeat.test.iter().chain(&repeat.update).map(|expr| self.expr_stmt(expr)));
                (None, &repeat.body, false)
            }
            Statement::ForInStatement(repeat) => {
                (Some(self.each(&repeat.left, &repeat.right)), &repeat.body, false)
            }
            Statement::ForOfStatement(repeat) => {
                (Some(self.each(&repeat.left, &repeat.right)), &repeat.body, false)
            }
            _ => return StmtKind::Other,
        };
        StmtKind::Loop { head: head.into(), each: each.map(Box::new), body: Box::new(self.stmt(body)), once }
    }

    fn expr_stmt(&mut self, expr: &oxc_ast::ast::Expression<'_>) -> Stmt {
        Stmt { span: span(expr.span()), kind: StmtKind::Expr(self.expr(expr)) }
    }

    fn each(
        &mut self,
        left: &ForStatementLeft<'_>,
        over: &oxc_ast::ast::Expression<'_>,
    ) -> (Pattern, Arc<Expr>) {
        let pattern = match left {
            ForStatementLeft::VariableDeclaration(declared) => {
                declared.declarations.first().map(|one| self.pattern(&one.id))
            }
            _ => left.as_assignment_target().map(|target| self.target(target)),
        };
        let pattern = pattern.unwrap_or_else(|| Pattern {
            span: span(left.span()),
            kind: PatternKind::Array { items: Box::default(), rest: None },
        });
        if matches!(left, ForStatementLeft::VariableDeclaration(_)) {
            let scope = self.block();
            self.bind_params(&pattern, scope);
        }
        (pattern, Arc::new(self.expr(over)))
    }

    pub(super) fn declaration(&mut self, declaration: &Declaration<'_>) -> StmtKind {
        match declaration {
            Declaration::VariableDeclaration(declared) => self.variables(declared),
            Declaration::FunctionDeclaration(function) => {
                let lowered = self.function(function);
                if let Some(id) = &function.id {
                    let name = self.word(id.name.as_str());
                    let scope = self.block();
                    self.bind(&name, scope, span(id.span), Bound::Function(Arc::clone(&lowered)));
                }
                StmtKind::Function(lowered)
            }
            Declaration::ClassDeclaration(class) => {
                let lowered = self.class(class);
                if let Some(id) = &class.id {
                    let name = self.word(id.name.as_str());
                    let scope = self.block();
                    self.bind(&name, scope, span(id.span), Bound::Class(Arc::clone(&lowered)));
                }
                StmtKind::Class(lowered)
            }
            Declaration::TSEnumDeclaration(declared) => self.enumeration(declared),
            Declaration::TSNamespaceDeclaration(namespace) => {
                // `namespace a.b.c` is as many of them as names.
                let mut namespace = namespace;
                while let TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) = &namespace.body {
                    namespace = inner;
                }
                let TSNamespaceDeclarationBody::TSModuleBlock(block) = &namespace.body else {
                    return StmtKind::Other;
                };
                StmtKind::Block(self.in_block(span(block.span), |lower| lower.stmts(&block.body)))
            }
            Declaration::TSImportEqualsDeclaration(import) => {
                self.import_equals(import);
                StmtKind::Other
            }
            _ => StmtKind::Other,
        }
    }

    fn variables(&mut self, declared: &VariableDeclaration<'_>) -> StmtKind {
        let scope = match declared.kind {
            VariableDeclarationKind::Var => self.function_around(),
            _ => self.block(),
        };
        let mut all = Vec::with_capacity(declared.declarations.len());
        for one in &declared.declarations {
            let pattern = self.pattern(&one.id);
            let value = one.init.as_ref().map(|value| Arc::new(self.expr(value)));
            for (name, at, part) in names(&pattern) {
                self.bind(&name, scope, at, Bound::Value { value: value.clone(), part });
            }
            all.push(Declarator { span: span(one.span), pattern, value });
        }
        StmtKind::Var(all)
    }

    /// An enum is an object whose values are those written; the others are counted at run time.
    fn enumeration(&mut self, declared: &TSEnumDeclaration<'_>) -> StmtKind {
        let at = span(declared.span);
        let mut properties = Vec::with_capacity(declared.body.members.len());
        for member in &declared.body.members {
            let key = match &member.id {
                TSEnumMemberName::Identifier(name) => Some(self.word(name.name.as_str())),
                TSEnumMemberName::String(text) | TSEnumMemberName::ComputedString(text) => {
                    Some(self.word(text.value.as_str()))
                }
                TSEnumMemberName::ComputedTemplateString(_) => None,
            };
            let value = match &member.initializer {
                Some(value) => self.expr(value),
                None => Expr { span: span(member.span), kind: ExprKind::Other(Vec::new()) },
            };
            let key_span = span(member.id.span());
            properties.push(Property { span: span(member.span), key, key_span, computed: None, value });
        }
        let value = Arc::new(Expr { span: at, kind: ExprKind::Object(properties) });
        let name: Arc<str> = self.word(declared.id.name.as_str());
        let scope = self.block();
        let name_span = span(declared.id.span);
        self.bind(
            &name,
            scope,
            name_span,
            Bound::Value { value: Some(Arc::clone(&value)), part: Vec::new() },
        );
        let pattern = Pattern { span: name_span, kind: PatternKind::Name(name) };
        StmtKind::Var(vec![Declarator { span: at, pattern, value: Some(value) }])
    }
}
